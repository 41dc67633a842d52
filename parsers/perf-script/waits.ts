import type { DiagnosticLog, Meta, Profile, SampleTable, StackParts } from '../../src/model/index.ts'
import type { Waits } from './sched-log.ts'

/** Event that waits are given as. */
export const WAITS = 'off-CPU time'

interface WaitsContext {
  readonly parts: StackParts
  readonly comms: readonly string[]
  /** True when waits are wanted one by one. */
  readonly timeline: boolean
  meta(event: string | undefined): Meta
}

const UNITS: Readonly<Record<string, string>> = { waker: 'tid', ready: 'ns', 'missed-ns': 'ns' }
const VALUE = { name: 'off-CPU time', unit: 'ns' }

/** Waits as a dataset in nanoseconds: one by one with their start, or summed by stack. What could not be paired is noted. */
export function waitsDataset(waits: Waits, context: WaitsContext, log: DiagnosticLog): Profile | SampleTable {
  const { parts, comms, timeline } = context
  noteUnpaired(waits, log)
  const { attributes, ...columns } = waits.rows.columns()
  const { stacks, at } = parts.part(columns.stack)
  const meta: Meta = { ...context.meta(WAITS), event: WAITS, samples: waits.count }
  const common = { name: WAITS, value: VALUE, measures: 'off-cpu' as const, stacks, meta }
  if (timeline)
    return {
      kind: 'samples',
      ...common,
      ...columns,
      stack: at,
      comms,
      attributes: attributes.map(([name, values]) => ({
        name,
        type: 'number' as const,
        unit: UNITS[name] ?? '1',
        values,
      })),
    }
  const self = new Float64Array(stacks.parent.length)
  for (let row = 0; row < at.length; row++) self[at[row]!] = self[at[row]!]! + columns.weight[row]!
  return { kind: 'profile', ...common, self }
}

function noteUnpaired({ open, begun, woken, lost }: Waits, log: DiagnosticLog): void {
  const severity = 'info'
  if (open > 0)
    log.note('open-waits', 'waits that had not ended with the input are counted up to its last event', {
      count: open,
      severity,
    })
  if (woken > 0)
    log.note('woken-waits', 'waits whose switch back is missing are counted up to the wake-up', {
      count: woken,
      severity,
    })
  if (begun > 0)
    log.note('waits-before', 'waits that had begun before the input are left out: their stacks are not known', {
      count: begun,
      severity,
    })
  if (lost > 0)
    log.note('lost-switches', 'switches back that are missing: the waits before them are left out', { count: lost })
}
