import { InvalidArgumentError } from 'commander'
import { formats } from '../../../parsers/formats.ts'
import type { PerfOptions, PerfReadOptions, SampleFilter } from '../../../parsers/perf-script/options.ts'
import { BpfviewError, quote } from '../../model/error.ts'
import { keepTasks, tasksOf } from '../../ops/stacks/keep-tasks.ts'
import { remarkOnce } from '../exit.ts'
import type { Input } from '../input/input.ts'
import { isTime } from './outputs.ts'
import type { Flags, OptionTable } from './table.ts'
import { choice, flag, option } from './table.ts'
import type { TidyFlag } from './tidy.ts'
import { defined, numberOption } from './values.ts'

/** Tasks that a refusal names. */
const MAX_TASKS = 8
const IDS = /^\d{1,10}(?:,\d{1,10})*$/

/**
 * Chooses among samples and names the task. `--pid` and `--tid` alone name the task as stackcollapse-perf.pl does; followed by ids they choose samples. A
 * word that is no id list stays what it is, an input.
 */
export const SAMPLES = {
  root: choice('--root <WHAT>', 'frame at the root: comm, pid (comm-PID), tid (comm-PID/TID) or none', [
    'comm',
    'pid',
    'tid',
    'none',
  ]),
  pid: option<Ids>(
    '--pid [IDS]',
    'alone: same as --root pid; with ids (12 or 12,13): only samples of these processes',
    parseIds,
    { attached: IDS },
  ),
  tid: option<Ids>('--tid [IDS]', 'alone: same as --root tid; with ids: only samples of these threads', parseIds, {
    attached: IDS,
  }),
  comm: option<readonly string[]>(
    '--comm <NAME>',
    'only samples of this command (without single samples: stacks under this root frame); may be given again',
    (name, all = []) => [...all, name],
  ),
  cpu: option<Ids>('--cpu <IDS>', 'only samples of these CPUs', parseIds),
  from: option<number>('--from <SECONDS>', 'same as --range SECONDS..', numberOption(0, 1e12), { hidden: true }),
  weight: option<string>(
    '--weight <WHAT>',
    'a sample counts 1 (samples), its period (period), or a number printed with it (bytes, addr, retire_lat)',
    parseWeight,
  ),
  addrs: flag('--addrs', 'frames without a symbol keep their address'),
  srcline: flag('--srcline', 'names with the source line that perf script -F +srcline printed'),
} satisfies OptionTable

/** True = the flag alone; else a list of ids. */
type Ids = true | readonly number[]

/** `to` may be a format or, as it was before `--range`, a time. */
export type PerfFlags = Flags<typeof SAMPLES> & { readonly to?: string }

/** How samples are to be read and their frames called; `--no-tidy` keeps offsets. */
export function sampleOptions(
  flags: PerfFlags & { readonly tidy?: TidyFlag },
): Pick<PerfReadOptions, 'addrs' | 'offsets'> & Required<Pick<PerfReadOptions, 'perf'>> {
  const root = flags.root ?? (flags.tid === true ? 'tid' : flags.pid === true ? 'pid' : undefined)
  const keep = filterOf(flags)
  const { weight, addrs, srcline } = flags
  return {
    ...defined({ addrs, offsets: flags.tidy === false ? true : undefined }),
    perf: defined({ root, weight, srcline, keep: Object.keys(keep).length > 0 ? keep : undefined }),
  }
}

/**
 * The inputs, of formats without single samples the stacks of the tasks that were asked for. Throws BpfviewError E_USAGE when samples were to be
 * chosen, named by their process or weighed in an input that has none.
 */
export function filteredInputs(inputs: readonly Input[], options: PerfOptions): readonly Input[] {
  const { keep } = options
  const comms = keep?.comms
  const byTaskAlone = comms !== undefined && Object.keys(keep!).length === 1
  const wants =
    keep !== undefined
      ? 'to choose by pid, tid, comm, CPU or time'
      : options.root === 'pid' || options.root === 'tid'
        ? `to name by ${options.root}`
        : options.weight !== undefined && options.weight !== 'samples'
          ? `to weigh by ${options.weight}`
          : undefined
  if (wants === undefined) return inputs
  return inputs.map(input => {
    const { source, parsed } = input
    if (parsed.format.split('+').some(hasSamples)) return input
    if (byTaskAlone && parsed.datasets.some(({ kind }) => kind === 'profile')) return ofTasks(input, comms)
    throw new BpfviewError('E_USAGE', `${parsed.format} has no single samples ${wants}; expected perf script`, {
      source,
      line: 0,
    })
  })
}

/** The input with the stacks of these tasks alone. Throws BpfviewError E_NO_DATA when there is none. */
function ofTasks(input: Input, comms: readonly string[]): Input {
  const profiles = input.parsed.datasets.filter(dataset => dataset.kind === 'profile')
  const tasks = [...new Set(profiles.flatMap(profile => tasksOf(profile).map(({ name }) => name)))]
  if (!tasks.some(name => comms.includes(name))) {
    const shown = tasks.slice(0, MAX_TASKS).map(quote).join(', ')
    const more = tasks.length > MAX_TASKS ? ` and ${tasks.length - MAX_TASKS} more` : ''
    throw new BpfviewError(
      'E_NO_DATA',
      `no stack of ${comms.map(quote).join(' or ')}; ${tasks.length === 0 ? 'there is no stack' : `the root frames are ${shown}${more}`}`,
      { source: input.source, line: 0 },
    )
  }
  const datasets = input.parsed.datasets.map(dataset =>
    dataset.kind === 'profile' ? keepTasks(dataset, comms) : dataset,
  )
  return { ...input, parsed: { ...input.parsed, datasets } }
}

/** True for a format whose samples can be chosen one by one. */
function hasSamples(id: string): boolean {
  return formats.find(format => format.id === id)?.samples === true
}

function filterOf({ pid, tid, comm, cpu, from, to }: PerfFlags): SampleFilter {
  return defined({
    from,
    to: endTime(to),
    comms: comm,
    pids: pid === true ? undefined : pid,
    tids: tid === true ? undefined : tid,
    cpus: cpu === true ? undefined : cpu,
  })
}

function parseWeight(text: string): string {
  if (!/^[A-Za-z_][\w.]{0,63}$/.test(text))
    throw new InvalidArgumentError('Expected samples, period, or the name of a number, like bytes.')
  return text
}

function parseIds(text: string): Ids {
  if (text === '') return true
  if (!IDS.test(text)) throw new InvalidArgumentError('Expected a number or several joined by commas.')
  return text.split(',').map(Number)
}

/** The end of a range in `--to`, which before `--range` meant a time. */
function endTime(to: string | undefined): number | undefined {
  if (!isTime(to)) return undefined
  remarkOnce(`--to ${to} is read as a time; write --range ..${to}`)
  return Number.parseFloat(to)
}
