import type { EventTable } from '../../model/index.ts'
import { median } from '../../stats/quantile.ts'
import { failedRuns, refuseFailed } from './failed-runs.ts'
import type { Measurement, RunUnit } from './measurements.ts'
import { isMeasured, measurementsOf, numberColumn, textColumn } from './measurements.ts'

/** One file of numbers. */
export interface MeasuredInput {
  readonly label: string
  readonly tables: readonly EventTable[]
}

/** Something that makes a comparison of numbers doubtful, or that it left out; names are untrusted text. */
export interface ScalarCaveat {
  readonly code: 'failed' | 'repeated' | 'not-counted' | 'multiplexed' | 'repeats'
  readonly message: string
  readonly names: readonly string[]
}

/** Both sides' measurements, and what is to be said of the files. */
export interface MeasuredSides {
  readonly before: readonly Measurement[]
  readonly after: readonly Measurement[]
  readonly caveats: readonly ScalarCaveat[]
}

/** A counter that ran for less of the time than this was multiplexed: its value is an estimate. */
const WHOLE = 99.5

/**
 * The measurements of two sides of files. Files with the same numbers are one run. Throws BpfviewError E_MIXED for files whose command failed, unless `force`d.
 */
export function measuredSides(
  before: readonly MeasuredInput[],
  after: readonly MeasuredInput[],
  options: { readonly runs?: RunUnit | undefined; readonly force?: boolean | undefined } = {},
): MeasuredSides {
  const all = [...before, ...after]
  const failed = failedRuns(
    all.map(({ label, tables }) => ({ label, exit: tables.find(({ meta }) => (meta.exit ?? 0) !== 0)?.meta.exit })),
    'files',
  )
  refuseFailed(failed, options.force)
  const [a, b] = [distinct(before), distinct(after)]
  const repeated = [
    [before.length - a.length, before.length, 'before'] as const,
    [after.length - b.length, after.length, 'after'] as const,
  ].filter(([count]) => count > 0)
  const measure = (side: readonly MeasuredInput[]): Measurement[] =>
    measurementsOf(
      side.map(({ tables }) => tables),
      options.runs,
    )
  return {
    before: measure(a),
    after: measure(b),
    caveats: [
      ...(failed === undefined
        ? []
        : [{ code: 'failed' as const, message: `warning: ${failed.message}`, names: failed.names }]),
      ...repeated.map(([count, of, side]) => ({
        code: 'repeated' as const,
        message: `${count} of ${of} files ${side} have the same numbers as another: the same numbers are one run`,
        names: [],
      })),
      ...counterCaveats(all.flatMap(({ tables }) => tables)),
    ],
  }
}

/** Files without those that hold the same numbers as an earlier one. */
function distinct(inputs: readonly MeasuredInput[]): MeasuredInput[] {
  const seen = new Set<string>()
  return inputs.filter(({ tables }) => {
    const key = JSON.stringify(
      tables.filter(isMeasured).map(({ columns }) => columns.map(({ values }) => Array.from<string | number>(values))),
    )
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

/** Counters of perf stat that did not run, ran for part of the time, or are means of `-r` runs. */
function counterCaveats(tables: readonly EventTable[]): ScalarCaveat[] {
  const missing = new Set<string>()
  const partial = new Map<string, number[]>()
  const spreads = new Map<string, number[]>()
  for (const table of tables) {
    const name = textColumn(table, 'EVENT') ?? textColumn(table, 'NAME')
    if (table.tool !== 'perf stat' || name === undefined) continue
    const value = (numberColumn(table, 'VALUE') ?? numberColumn(table, 'SECONDS'))?.values
    const running = numberColumn(table, 'RUNNING')?.values
    const variance = numberColumn(table, 'VARIANCE')?.values
    name.values.forEach((event, i) => {
      if (Number.isNaN(value?.[i] ?? NaN)) missing.add(event)
      else if (running !== undefined && running[i]! < WHOLE) push(partial, event, running[i]!)
      if (variance !== undefined && !Number.isNaN(variance[i]!)) push(spreads, event, variance[i]!)
    })
  }
  const typical = (of: ReadonlyMap<string, readonly number[]>, sign: string): string[] =>
    [...of].map(([event, values]) => `${event} ${sign}${Number(median(values).toPrecision(3))}%`)
  return [
    { code: 'not-counted' as const, message: 'not counted in every run', names: [...missing] },
    {
      code: 'multiplexed' as const,
      message: 'counted for part of the time and scaled by perf',
      names: typical(partial, ''),
    },
    {
      code: 'repeats' as const,
      message: 'a file of perf stat -r is one run; its own scatter, which is not tested',
      names: typical(spreads, '±'),
    },
  ].filter(({ names }) => names.length > 0)
}

function push(of: Map<string, number[]>, key: string, value: number): void {
  const values = of.get(key)
  if (values === undefined) of.set(key, [value])
  else values.push(value)
}
