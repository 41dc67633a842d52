import { InvalidArgumentError } from 'commander'
import type { Command } from 'commander'
import type { Dataset } from '../model/datasets.ts'
import { BpfviewError } from '../model/error.ts'
import { idleNodes, selectTime } from '../ops/scope.ts'
import { parseTimeRanges } from '../ops/time-range.ts'
import type { TimeRange } from '../ops/time-range.ts'
import type { Input } from './input.ts'

/** Flags that choose samples by time and by whether the CPU was idle. */
export interface RangeFlags {
  readonly range?: readonly TimeRange[]
  readonly idle: boolean
}

/** Declares --range and --no-idle. */
export function declareRange(command: Command, what = 'only samples in these seconds: 12.3..14.1, several joined by commas; +12.3 counts from the first second'): Command {
  return command
    .option('--range <RANGES>', what, rangesOption)
    .option('--no-idle', 'leave out idle CPUs: the idle task waiting, not the interrupts it takes')
}

function rangesOption(text: string): TimeRange[] {
  try {
    return parseTimeRanges(text)
  } catch (error) {
    if (error instanceof BpfviewError) throw new InvalidArgumentError(error.message)
    throw error
  }
}

/** True when inputs have to be read with their times for these flags. */
export function needsTimes(flags: RangeFlags): boolean {
  return flags.range !== undefined
}

/** The inputs with only the samples that the flags ask for. Throws BpfviewError when a range is asked of an input without times. */
export function selectInputs(inputs: readonly Input[], flags: RangeFlags): Input[] {
  const { range } = flags
  if (range === undefined && flags.idle) return [...inputs]
  return inputs.map(input => {
    const { parsed, source } = input
    if (range !== undefined && !parsed.datasets.some(dataset => dataset.kind === 'samples')) {
      throw new BpfviewError('E_USAGE', `${parsed.format} has no times to choose by; expected perf script for --range`, { source, line: 0 })
    }
    const datasets = parsed.datasets.map((dataset): Dataset => {
      const chosen = dataset.kind === 'samples' && range !== undefined ? selectTime(dataset, range) : dataset
      return flags.idle ? chosen : withoutIdle(chosen)
    })
    return { source, parsed: { ...parsed, datasets } }
  })
}

function withoutIdle(dataset: Dataset): Dataset {
  if (dataset.kind === 'profile') {
    const idle = idleNodes(dataset.stacks)
    return { ...dataset, self: dataset.self.map((value, node) => (idle[node] === 1 ? 0 : value)) }
  }
  if (dataset.kind !== 'samples') return dataset
  const idle = idleNodes(dataset.stacks)
  return { ...dataset, weight: dataset.weight.map((value, row) => (idle[dataset.stack[row]!] === 1 ? 0 : value)) }
}
