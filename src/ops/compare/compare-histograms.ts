import type { HistogramSeries } from '../../model/index.ts'
import { earthMover, largestGap } from '../../stats/distance.ts'
import { adjustPValues } from '../../stats/multiplicity.ts'
import { combinations, permutationTest } from '../../stats/permutation.ts'
import { binQuantile } from '../../stats/quantile.ts'
import { bucketSteps, bucketTotals, onOneScale } from './align-histograms.ts'
import type { Policy, Verdict } from './policy.ts'

/** A quantile of a histogram: between the edges of its bucket, in the unit of the histogram. */
export interface Quantile {
  readonly q: number
  /** Interpolated value and the bucket that holds it. */
  readonly before: { readonly value: number; readonly low: number; readonly high: number }
  readonly after: { readonly value: number; readonly low: number; readonly high: number }
  /** False when both lie in one bucket, so that nothing finer than the bucket is known. */
  readonly resolved: boolean
}

/** What one distribution did between the sides. */
export interface HistogramChange {
  readonly name: string
  readonly key: string
  readonly unit: string
  readonly observationsBefore: number
  readonly observationsAfter: number
  readonly runsBefore: number
  readonly runsAfter: number
  /** Runs of both sides left out because another of their side has the same counts. */
  readonly repeated: number
  /** How far the distribution moved, signed: in doublings or in the unit. */
  readonly shift: number
  /** Earth mover's distance, in the same measure. */
  readonly distance: number
  readonly measure: 'doublings' | 'unit'
  /** The shift as a fraction of the value: 0.05 = 5 % larger. */
  readonly relative: number
  /** Largest gap of the cumulative distributions. */
  readonly gap: number
  readonly p: number
  readonly q: number
  readonly quantiles: readonly Quantile[]
  readonly verdict: Verdict
  readonly edges: Float64Array
  /** Share of each bucket, runs weighing alike. */
  readonly before: Float64Array
  readonly after: Float64Array
}

/**
 * Compares distributions of the same name and key by relabelling whole runs: observations of one run are not independent, so pooling them
 * would alarm in most comparisons of equal runs. Sorted by name and key.
 */
export function compareHistograms(
  before: readonly (readonly HistogramSeries[])[],
  after: readonly (readonly HistogramSeries[])[],
  policy: Pick<Policy, 'fdr' | 'method' | 'minRelative' | 'minRuns' | 'seed'>,
): HistogramChange[] {
  const names = new Map<string, { a: HistogramSeries[]; b: HistogramSeries[] }>()
  const collect = (runs: readonly (readonly HistogramSeries[])[], side: 'a' | 'b'): void => {
    for (const run of runs) {
      for (const series of run) {
        const id = JSON.stringify([series.name, series.key, series.unit])
        let entry = names.get(id)
        if (entry === undefined) names.set(id, (entry = { a: [], b: [] }))
        entry[side].push(series)
      }
    }
  }
  collect(before, 'a')
  collect(after, 'b')
  const pairs = [...names]
    .filter(([, { a, b }]) => a.length > 0 && b.length > 0)
    .sort((x, y) => (x[0] < y[0] ? -1 : 1))
    .map(([, pair]) => pair)
  const raw = pairs.map(({ a, b }) => {
    const [x, y] = [withoutRepeats(a), withoutRepeats(b)]
    return { ...measure(x, y, policy.seed), repeated: a.length - x.length + b.length - y.length }
  })
  const q = adjustPValues(
    raw.map(change => change.p),
    policy.method,
  )
  return raw.map((change, i) => ({ ...change, q: q[i]!, verdict: verdictOf(change, q[i]!, policy) }))
}

/** Series with different counts: the same counts are one run, whatever they are called. */
function withoutRepeats(series: readonly HistogramSeries[]): HistogramSeries[] {
  const seen = new Set<string>()
  return series.filter(({ edges, counts }) => {
    const key = `${edges.join()} ${counts.join()}`
    return seen.has(key) ? false : seen.add(key)
  })
}

/** Fewest runs a side with which relabelling can reach the level. */
export function fewestRuns(level: number): number {
  let runs = 2
  while (2 / combinations(2 * runs, runs) > level) runs++
  return runs
}

function measure(
  a: readonly HistogramSeries[],
  b: readonly HistogramSeries[],
  seed: number,
): Omit<HistogramChange, 'q' | 'verdict' | 'repeated'> {
  const { edges, counts } = onOneScale(
    [...a, ...b].map(series => ({ edges: series.edges, counts: bucketTotals(series) })),
  )
  // runs in an order of their own, so that the order of files changes no byte
  const order = (from: number, to: number): Float64Array[] => counts.slice(from, to).sort(compareCounts)
  const runs = [...order(0, a.length), ...order(a.length, counts.length)]
  const shares = runs.map(run => {
    const total = run.reduce((sum, count) => sum + count, 0)
    return run.map(count => (total > 0 ? count / total : 0))
  })
  const { steps, doublings } = bucketSteps(edges)
  const average = (indices: readonly number[]): Float64Array => {
    const mean = new Float64Array(edges.length - 1)
    for (const i of indices) for (let j = 0; j < mean.length; j++) mean[j]! += shares[i]![j]! / indices.length
    return mean
  }
  const test = permutationTest(a.length, b.length, (x, y) => earthMover(average(x), average(y), steps).distance || 0, {
    seed,
  })
  const before = average(a.map((_, i) => i))
  const after = average(b.map((_, i) => a.length + i))
  const { distance, shift } = earthMover(before, after, steps)
  const quantiles = [0.5, 0.9, 0.99].map(q => {
    const x = binQuantile(edges, before, q)
    const y = binQuantile(edges, after, q)
    return { q, before: x, after: y, resolved: x.low !== y.low || x.high !== y.high }
  })
  const total = (from: number, to: number): number =>
    runs.slice(from, to).reduce((sum, run) => sum + run.reduce((s, count) => s + count, 0), 0)
  const middle = quantiles[0]!.before.value
  return {
    name: a[0]!.name,
    key: a[0]!.key,
    unit: a[0]!.unit,
    observationsBefore: total(0, a.length),
    observationsAfter: total(a.length, runs.length),
    runsBefore: a.length,
    runsAfter: b.length,
    shift,
    distance,
    measure: doublings ? 'doublings' : 'unit',
    relative: doublings ? 2 ** shift - 1 : middle > 0 ? shift / middle : 0,
    gap: largestGap(before, after),
    p: a.length + b.length > 2 ? test.p : NaN,
    quantiles,
    edges,
    before,
    after,
  }
}

function verdictOf(
  change: Omit<HistogramChange, 'q' | 'verdict'>,
  q: number,
  policy: Pick<Policy, 'fdr' | 'minRelative' | 'minRuns'>,
): Verdict {
  if (Math.min(change.runsBefore, change.runsAfter) < policy.minRuns) return 'inconclusive'
  if (q <= policy.fdr)
    return Math.abs(change.relative) < policy.minRelative ? 'unchanged' : change.relative > 0 ? 'regressed' : 'improved'
  return 2 / combinations(change.runsBefore + change.runsAfter, change.runsBefore) > policy.fdr ||
    Math.abs(change.relative) >= policy.minRelative
    ? 'inconclusive'
    : 'unchanged'
}

function compareCounts(x: Float64Array, y: Float64Array): number {
  for (let j = 0; j < x.length; j++) if (x[j] !== y[j]) return x[j]! - y[j]!
  return 0
}
