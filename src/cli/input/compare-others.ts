import type { Results } from '../../../renderers/results.ts'
import { BpfviewError } from '../../model/error.ts'
import { compareHistograms } from '../../ops/compare/compare-histograms.ts'
import { diffTables } from '../../ops/compare/diff-tables.ts'
import type { MeasuredInput } from '../../ops/compare/measured-sides.ts'
import { measuredSides } from '../../ops/compare/measured-sides.ts'
import { isMeasured } from '../../ops/compare/measurements.ts'
import { defaultPolicy } from '../../ops/compare/policy.ts'
import type { ScalarCheck } from '../../ops/compare/scalars.ts'
import { compareScalars } from '../../ops/compare/scalars.ts'
import type { Input } from './input.ts'
import { datasetsOf, kindsOf } from './runs.ts'

/** How the histograms and event tables of two sides differ. Throws BpfviewError E_MIXED when they have none in common. */
export function compareOthers(base: readonly Input[], head: readonly Input[]): Results['distributions']['data'] {
  const changes = compareHistograms(
    base.map(input => datasetsOf(input, 'histograms')),
    head.map(input => datasetsOf(input, 'histograms')),
    defaultPolicy,
  )
  const tables = diffTables(
    base.map(input => datasetsOf(input, 'events')),
    head.map(input => datasetsOf(input, 'events')),
    defaultPolicy,
  )
  if (changes.length + tables.length > 0) return { changes, tables }
  const found = [...base, ...head]
    .map(input => `${input.source}: ${kindsOf(input)}`)
    .slice(0, 4)
    .join('; ')
  throw new BpfviewError(
    'E_MIXED',
    `nothing of one name and unit on both sides (${found}); expected the output of one tool before and after`,
  )
}

/** How the numbers of benchmarks or counters of two sides differ; undefined for inputs that hold others. */
export function compareNumbers(base: readonly Input[], head: readonly Input[]): ScalarCheck | undefined {
  const datasets = [...base, ...head].flatMap(input => input.parsed.datasets)
  if (datasets.length === 0 || !datasets.every(dataset => dataset.kind === 'events' && isMeasured(dataset)))
    return undefined
  // a difference is shown whatever the commands ended with
  const { before, after, caveats } = measuredSides(measuredInputs(base), measuredInputs(head), { force: true })
  return compareScalars(before, after, defaultPolicy, 'processes', caveats)
}

/** Files of numbers under their names. */
export function measuredInputs(inputs: readonly Input[]): MeasuredInput[] {
  return inputs.map(input => ({ label: input.source, tables: datasetsOf(input, 'events') }))
}
