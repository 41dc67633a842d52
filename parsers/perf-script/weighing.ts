import type { ValueType } from '../../src/model/index.ts'
import { unitWord } from '../../src/model/index.ts'
import type { PerfOptions } from './options.ts'

/** What a sample of an event counts. */
export type Weighing =
  | { readonly by: 'samples' }
  /** `timed`: the period is the time off the CPU in ns, always, or where it is not 1. */
  | { readonly by: 'period'; readonly timed?: 'always' | 'unless-one' }
  | { readonly by: 'attribute'; readonly name: string }

/**
 * Events whose period is the time that a task was off the CPU: `perf record --off-cpu` prints one sample per wait, `perf inject -s` puts the length of the
 * sleep into the switch before it. Source: linux tools/perf/util/bpf_off_cpu.c, builtin-inject.c.
 */
const OFF_CPU = /^(?:offcpu-time|sched:sched_stat_(?:sleep|wait|iowait|blocked))(?::[a-zA-Z]+)?$/
const SWITCH = 'sched:sched_switch'

/** How the samples of an event are weighed. The peers weigh by period. */
export function weighingOf(event: string, { weight, compat }: PerfOptions): Weighing {
  const timed = OFF_CPU.test(event) ? 'always' : event === SWITCH ? 'unless-one' : undefined
  const byPeriod: Weighing = timed === undefined ? { by: 'period' } : { by: 'period', timed }
  if (weight === undefined) return compat !== undefined || timed !== undefined ? byPeriod : { by: 'samples' }
  if (weight === 'period') return byPeriod
  return weight === 'samples' ? { by: 'samples' } : { by: 'attribute', name: weight }
}

/** Name of the number that samples are weighed by, undefined when they are weighed by something else. */
export function attributeOf(weighing: Weighing): string | undefined {
  return weighing.by === 'attribute' ? weighing.name : undefined
}

/** Unit of an event's values: samples, what the event's period counts, or that of a number printed with the samples. */
export function valueTypeOf({
  event,
  weighing,
  samples,
  withoutWeight,
  total,
}: {
  readonly event: string
  readonly weighing: Weighing
  readonly samples: number
  readonly withoutWeight: number
  readonly total: number
}): ValueType {
  if (weighing.by === 'samples') return { name: event, unit: 'samples' }
  if (weighing.by === 'attribute') return { name: weighing.name, unit: unitWord(weighing.name) ?? weighing.name }
  const { timed } = weighing
  if (timed !== undefined) {
    const counted = withoutWeight === samples || (timed === 'unless-one' && total === samples)
    return counted ? { name: event, unit: 'samples' } : { name: 'off-CPU time', unit: 'ns' }
  }
  const base = event.replace(/:[a-zA-Z]+$/, '')
  return { name: event, unit: base === 'cpu-clock' || base === 'task-clock' ? 'ns' : base }
}
