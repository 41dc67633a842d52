import type { Changes } from '../../stats/changes.ts'
import { emptyChanges, expit, firstOfTheirKind, logit, membersOf, shareWithCopies } from '../../stats/changes.ts'
import type { EntityCounts } from '../../stats/entities.ts'
import type { NoiseModel } from '../../stats/noise.ts'
import { fitNoise, hyperVariable, trend } from '../../stats/noise.ts'
import { median } from '../../stats/quantile.ts'
import type { ScanColumns, ScanNoise } from '../../stats/scan.ts'
import { scanProbability, scanSplits, scatterAbout } from '../../stats/scan.ts'

/** Counts of entities at consecutive points, and those of the reference at the same points. */
export interface PointCounts {
  readonly points: EntityCounts
  readonly reference: EntityCounts | undefined
  /** Weight of each point, about 1. */
  readonly weights: Float64Array
  /** Times and sizes have no sampling noise that is known. */
  readonly kind: 'counts' | 'measures'
}

/** Series of log odds of all entities that can be tested. */
export interface Series {
  readonly data: PointCounts
  readonly tested: Uint8Array
  readonly first: Int32Array
  readonly members: readonly number[]
  /** Share over all points. */
  readonly rate: Float64Array
  /** Variance of a point's log odds from sampling alone, and the leverage of run-to-run noise. */
  readonly base: Float64Array
  readonly load: Float64Array
  /** Log odds of each tested entity at every point, less those of the reference. */
  readonly values: readonly (Float64Array | undefined)[]
}

const LEAST = 10
const LARGEST = 0.98
/** A split whose t squared is this much below the best one's may be the true one. */
const LIKELY = 6

/** The series of a stretch of points. */
export function seriesOf(data: PointCounts): Series {
  const { counts, totals } = data.points
  const m = counts.length
  const entities = counts[0]?.length ?? 0
  const tested = new Uint8Array(entities)
  const rate = new Float64Array(entities)
  const base = new Float64Array(entities)
  const load = new Float64Array(entities)
  const all = totals.reduce((a, b) => a + b, 0)
  for (let e = 0; e < entities; e++) {
    let sum = 0
    for (let j = 0; j < m; j++) sum += counts[j]![e]!
    rate[e] = all > 0 ? sum / all : 0
    if (!(sum > 0) || rate[e]! >= LARGEST || (data.kind === 'counts' && sum < LEAST * m)) continue
    tested[e] = 1
    base[e] = samplingVariance(data, rate[e]!)
    load[e] = (rate[e]! * all) / m / (1 - rate[e]!)
  }
  const first = firstOfTheirKind(counts, tested)
  const values = Array.from({ length: entities }, (_, e) => (tested[e] === 1 ? logOddsOf(data, e) : undefined))
  const members = membersOf(first)
  if (data.kind === 'measures') {
    // their scatter is measured against the crowd's
    const typical = median(members.map(e => scatterAbout(values[e]!, data.weights, 0)).filter(scatter => scatter > 0))
    base.fill(typical > 0 ? typical : 1)
    load.fill(0)
  }
  return { data, tested, first, members, rate, base, load, values }
}

function samplingVariance({ points, reference }: PointCounts, rate: number): number {
  const m = points.totals.length
  let sum = 0
  for (let j = 0; j < m; j++) {
    sum += 1 / Math.max(1, points.totals[j]!)
    if (reference !== undefined) sum += 1 / Math.max(1, reference.totals[j]!)
  }
  return sum / m / (rate * (1 - rate))
}

function logOddsOf({ points, reference, kind }: PointCounts, e: number): Float64Array {
  const half = kind === 'counts' ? 0.5 : 0
  const odds = ({ counts, totals }: EntityCounts, j: number): number => {
    const share = (counts[j]![e]! + half) / (totals[j]! + 2 * half)
    return logit(Math.min(1 - 1e-9, Math.max(1e-9, share)))
  }
  return Float64Array.from(
    points.counts,
    (_, j) => odds(points, j) - (reference === undefined ? 0 : odds(reference, j)),
  )
}

/** The noise of all series about the split `k` (0 = about one mean). A split that was chosen for another entity bends nothing. */
export function fitSeries({ data, members, values, base, load }: Series, k: number): NoiseModel {
  const df = data.weights.length - (k > 0 ? 2 : 1)
  return fitNoise(
    members.map(e => scatterAbout(values[e]!, data.weights, k) / base[e]!),
    members.map(e => load[e]!),
    df,
  )
}

/** The model's own prior; a model that was not fitted lends its expectation with a few degrees of freedom, so that three points are not all there is. */
function priorOf(series: Series, model: NoiseModel, k: number): { readonly df: number; readonly wild: Uint8Array } {
  const { members, values, base, load, data } = series
  const wild = new Uint8Array(base.length)
  const own = data.weights.length - (k > 0 ? 2 : 1)
  if (model.priorDf > 0 && own > 0)
    hyperVariable(
      members.map(e => scatterAbout(values[e]!, data.weights, k) / base[e]!),
      members.map(e => load[e]!),
      own,
      model,
    ).forEach((flag, i) => (wild[members[i]!] = flag))
  return { df: model.priorDf, wild }
}

/** What is known of one entity's noise. */
export function noiseOf({ base, load, data }: Series, model: NoiseModel, e: number, wild = false): ScanNoise {
  return {
    base: base[e]!,
    expected: trend(model, load[e]!),
    priorDf: wild ? 0 : model.priorDf,
    floor: data.kind === 'counts' ? 1 : 0,
  }
}

/** The scan of every entity: where it changed most, and the false discovery rate of that. */
export interface Scan {
  readonly columns: readonly (ScanColumns | undefined)[]
  readonly q: Float64Array
  /** Entity with the largest |t|, -1 without any. */
  readonly strongest: number
}

/** Scans all series; `k` = the split about which hyper-variable ones are told. */
export function scanSeries(series: Series, model: NoiseModel, k: number): Scan {
  const { first, tested, values, data } = series
  const { wild, df } = priorOf(series, model, k)
  const p = new Float64Array(tested.length).fill(NaN)
  const columns = values.map((value, e) => {
    if (value === undefined || first[e] !== e) return undefined
    const scan = scanSplits(value, data.weights, noiseOf(series, model, e, wild[e] === 1))
    const own = data.weights.length - 2 + (wild[e] === 1 ? 0 : df)
    p[e] = scanProbability(scan.t[scan.best - 1]!, own, data.weights)
    return scan
  })
  const q = shareWithCopies(p, first, tested, 'bh')
  let strongest = -1
  let most = 0
  columns.forEach((scan, e) => {
    const t = scan === undefined ? 0 : Math.abs(scan.t[scan.best - 1]!)
    if (t > most * (1 + 1e-9)) [most, strongest] = [t, e]
  })
  return { columns, q, strongest }
}

/** What every entity did at split `k`, for blame: those whose best split lies surely elsewhere did nothing here. */
export function changesAt(series: Series, model: NoiseModel, k: number, method: 'bh' | 'by'): Changes {
  const { tested, first, values, data, members } = series
  const { counts, totals } = data.points
  const { wild, df } = priorOf(series, model, k)
  const columns = emptyChanges(tested.length)
  columns.tested.set(tested)
  const m = totals.length
  let [exposureBefore, exposureAfter] = [0, 0]
  for (let j = 0; j < m; j++) j < k ? (exposureBefore += totals[j]!) : (exposureAfter += totals[j]!)
  const sum = (e: number, from: number, to: number): number => {
    let all = 0
    for (let j = from; j < to; j++) all += counts[j]![e]!
    return all
  }
  for (let e = 0; e < tested.length; e++) {
    if (tested[e] === 0) continue
    const scan = scanSplits(values[e]!, data.weights, noiseOf(series, model, e, wild[first[e]!] === 1))
    const own = m - 2 + (wild[first[e]!] === 1 ? 0 : df)
    const t = scan.t[k - 1]!
    const here = scan.t[scan.best - 1]! ** 2 - t * t <= Math.max(LIKELY, 0.05 * t * t)
    const before = sum(e, 0, k) / exposureBefore
    const after = sum(e, k, m) / exposureAfter
    const adjusted = before > 0 && data.reference !== undefined ? expit(logit(before) + scan.delta[k - 1]!) : after
    const middle = series.rate[e]! * (1 - series.rate[e]!)
    columns.rateBefore[e] = before
    columns.rateAfter[e] = after
    columns.delta[e] = after - before
    columns.rateAdjusted[e] = adjusted
    columns.adjustedDelta[e] = adjusted - before
    columns.error[e] = scan.error[k - 1]! * middle
    columns.logRatio[e] = before > 0 ? scan.delta[k - 1]! : Infinity
    columns.logError[e] = scan.error[k - 1]!
    columns.dispersion[e] = trend(model, series.load[e]!)
    columns.df[e] = own
    columns.t[e] = t
    columns.p[e] = here ? scanProbability(t, own, data.weights) : 1
  }
  const q = shareWithCopies(columns.p, first, tested, method)
  return { ...columns, q, family: members.length, model, exposureBefore, exposureAfter }
}
