import type { Dataset, Profile, SampleTable } from '../../model/datasets.ts'
import { BpfviewError } from '../../model/error.ts'
import { idleNodes } from '../../ops/time/idle.ts'
import { selectTime } from '../../ops/time/scope.ts'
import type { TimeRange } from '../../ops/time/time-range.ts'
import { parseTimeRanges } from '../../ops/time/time-range.ts'
import { idleWaits } from '../../ops/waits/wait-class.ts'
import type { Input } from '../input/input.ts'
import type { Flags, OptionTable } from './table.ts'
import { negative, option, refuseValue } from './table.ts'

/** Chooses samples by time and by whether the CPU was idle. */
export const RANGE = {
  range: option<readonly TimeRange[]>(
    '--range <RANGES>',
    'only samples in these seconds: 12.3..14.1, several joined by commas; +12.3 counts from the first second',
    parseRanges,
  ),
  idle: negative(
    '--no-idle',
    'leave out idle CPUs (the idle task waiting, not the interrupts it takes) and, of waiting, parked workers, sleeps and polls',
  ),
} satisfies OptionTable

export type RangeFlags = Flags<typeof RANGE>

/** The ranges in the value of an option. */
export function parseRanges(text: string): readonly TimeRange[] {
  try {
    return parseTimeRanges(text)
  } catch (error) {
    if (error instanceof BpfviewError) refuseValue(error.message)
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
      throw new BpfviewError(
        'E_USAGE',
        `${parsed.format} has no times to choose by; expected perf script for --range`,
        { source, line: 0 },
      )
    }
    const datasets = parsed.datasets.map((dataset): Dataset => {
      const chosen = dataset.kind === 'samples' && range !== undefined ? selectTime(dataset, range) : dataset
      return flags.idle ? chosen : withoutIdle(chosen)
    })
    return { source, parsed: { ...parsed, datasets } }
  })
}

/** Of CPU time the idle task; of waiting also the waits of parked workers, sleepers and pollers. */
function idleOf({ stacks, measures }: Profile | SampleTable): Uint8Array {
  return measures === 'off-cpu' ? idleWaits(stacks) : idleNodes(stacks)
}

function withoutIdle(dataset: Dataset): Dataset {
  if (dataset.kind === 'profile') {
    const idle = idleOf(dataset)
    return { ...dataset, self: dataset.self.map((value, node) => (idle[node] === 1 ? 0 : value)) }
  }
  if (dataset.kind !== 'samples') return dataset
  const idle = idleOf(dataset)
  return { ...dataset, weight: dataset.weight.map((value, row) => (idle[dataset.stack[row]!] === 1 ? 0 : value)) }
}
