import type { Command } from 'commander'
import { InvalidArgumentError } from 'commander'
import type { PerfOptions, SampleFilter } from '../../parsers/format.ts'
import { BpfviewError } from '../model/error.ts'
import type { Input } from './input.ts'
import { choiceOption, defined, numberOption } from './options.ts'
import type { TidyFlag } from './tidy-option.ts'

/** Flags that choose among samples and name the task. */
export interface PerfFlags {
  readonly root?: 'comm' | 'pid' | 'tid' | 'none'
  /** True = the flag alone; else a list of ids. */
  readonly pid?: true | readonly number[]
  readonly tid?: true | readonly number[]
  readonly comm?: readonly string[]
  readonly cpu?: readonly number[]
  readonly from?: number
  readonly to?: number
  readonly weight?: 'samples' | 'period'
  readonly addrs?: boolean
  readonly srcline?: boolean
}

/** Formats whose samples have a task, a time and a CPU to choose by. */
const WITH_SAMPLES = new Set(['perf-script', 'perf-json'])
const IDS = /^\d{1,10}(?:,\d{1,10})*$/

/**
 * Declares the options. `--pid` and `--tid` alone name the task as stackcollapse-perf.pl does; followed by ids they choose samples. A word that is no id list
 * stays what it is, an input.
 */
export function declarePerfOptions(command: Command): Command {
  const parseOptions = command.parseOptions.bind(command)
  command.parseOptions = args => parseOptions(args.map((arg, i) => (arg === '--pid' || arg === '--tid') && !IDS.test(args[i + 1] ?? '') ? `${arg}=` : arg))
  return command
    .option('--root <WHAT>', 'frame at the root: comm, pid (comm-PID), tid (comm-PID/TID) or none', choiceOption(['comm', 'pid', 'tid', 'none']))
    .option('--pid [IDS]', 'alone: same as --root pid; with ids (12 or 12,13): only samples of these processes', idsOption)
    .option('--tid [IDS]', 'alone: same as --root tid; with ids: only samples of these threads', idsOption)
    .option('--comm <NAME>', 'only samples of this command; may be given again', (name: string, all: readonly string[] = []) => [...all, name])
    .option('--cpu <IDS>', 'only samples of these CPUs', idsOption)
    .option('--from <SECONDS>', 'only samples from this time on, as printed', numberOption(0, 1e12))
    .option('--to <SECONDS>', 'only samples before this time', numberOption(0, 1e12))
    .option('--weight <WHAT>', 'a sample counts 1 (samples) or its period (period)', choiceOption(['samples', 'period']))
    .option('--addrs', 'frames without a symbol keep their address')
    .option('--srcline', 'names with the source line that perf script -F +srcline printed')
}

/** How perf samples are to be read; `--no-tidy` keeps offsets. */
export function perfOptions(flags: PerfFlags & { readonly tidy?: TidyFlag }): PerfOptions {
  const root = flags.root ?? (flags.tid === true ? 'tid' : flags.pid === true ? 'pid' : undefined)
  const keep = filterOf(flags)
  const { weight, addrs, srcline } = flags
  return defined({ root, weight, addrs, srcline, offsets: flags.tidy === false ? true : undefined, keep: Object.keys(keep).length > 0 ? keep : undefined })
}

/** Throws BpfviewError E_USAGE when samples were to be chosen, named by their process or weighed in an input that has none. */
export function checkFiltered(inputs: readonly Input[], options: PerfOptions): void {
  const wants = options.keep !== undefined ? 'to choose by pid, tid, comm, CPU or time'
    : options.root === 'pid' || options.root === 'tid' ? `to name by ${options.root}`
      : options.weight === 'period' ? 'to weigh by period' : undefined
  if (wants === undefined) return
  for (const { source, parsed } of inputs) {
    if (parsed.format.split('+').some(format => WITH_SAMPLES.has(format))) continue
    throw new BpfviewError('E_USAGE', `${parsed.format} has no single samples ${wants}; expected perf script`, { source, line: 0 })
  }
}

function filterOf({ pid, tid, comm, cpu, from, to }: PerfFlags): SampleFilter {
  return defined({ from, to, comms: comm, pids: pid === true ? undefined : pid, tids: tid === true ? undefined : tid, cpus: cpu })
}

function idsOption(text: string): true | readonly number[] {
  if (text === '') return true
  if (!IDS.test(text)) throw new InvalidArgumentError('Expected a number or several joined by commas.')
  return text.split(',').map(Number)
}
