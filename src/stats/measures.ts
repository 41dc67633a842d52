import type { ChangeColumns, Changes } from './changes.ts'
import { emptyChanges, firstOfTheirKind, logit, membersOf, shareWithCopies } from './changes.ts'
import type { EntityCounts } from './entities.ts'
import { fisherQuantile, fisherUpper } from './fisher.ts'
import { adjustPValues } from './multiplicity.ts'
import { assumedNoise, matchPrior } from './noise.ts'
import { median, sortedQuantile } from './quantile.ts'
import { studentTwoSided } from './student.ts'

export interface MeasureOptions {
  readonly method?: 'bh' | 'by'
  /** Per run; default the run's total, which makes rates shares. */
  readonly exposure?: ArrayLike<number>
  /** True when rates are shares of the exposure: then odds are compared. */
  readonly shares?: boolean
  /** Least rate of an entity that is tested, and the largest. */
  readonly least?: number
  readonly largest?: number
}

/**
 * Tests every entity of weights that are not counts (off-CPU time, bytes): a moderated t on the logarithm of each run's rate (of its odds, where rates are
 * shares). A microsecond is not an observation, so nothing is learnt within a run; with one run on both sides nothing is tested at all.
 */
export function testMeasures(data: EntityCounts, before: number, options: MeasureOptions = {}): Changes {
  const { counts, totals } = data
  const runs = counts.length
  const exposure = Float64Array.from(options.exposure ?? totals)
  const df = runs - 2
  const columns = emptyChanges(counts[0]?.length ?? 0)
  const { variance, gap } = measureLogs(counts, exposure, before, columns, options)
  const distinct = firstOfTheirKind(counts, columns.tested)
  const members = membersOf(distinct)
  const { level, slope, prior } = varianceTrend(
    members.map(e => variance[e]!),
    members.map(e => share(columns, e)),
    df,
  )
  const expected = (e: number): number => Math.exp(level + slope * Math.log(share(columns, e)))
  const wild = new Uint8Array(variance.length)
  if (prior > 0) {
    const q = adjustPValues(members.map(e => fisherUpper(variance[e]! / expected(e), df, prior)))
    members.forEach((e, i) => (wild[e] = q[i]! < 0.1 ? 1 : 0))
  }
  for (let e = 0; e < variance.length; e++) {
    if (columns.tested[e] === 0) continue
    const lent = wild[distinct[e]!] === 1 ? 0 : prior
    const pooled = lent === 0 ? variance[e]! : (lent * expected(e) + df * variance[e]!) / (lent + df)
    const error = Math.sqrt(pooled * (1 / before + 1 / (runs - before)))
    const middle = share(columns, e)
    columns.dispersion[e] = Math.sqrt(pooled)
    columns.df[e] = lent + df
    columns.t[e] = gap[e] === 0 ? 0 : gap[e]! / error
    columns.logRatio[e] = ratioOf(columns, e, gap[e]!)
    columns.logError[e] = error
    columns.error[e] = error * middle * ((options.shares ?? true) ? 1 - middle : 1)
    columns.p[e] = studentTwoSided(columns.t[e]!, columns.df[e]!)
  }
  const sum = (from: number, to: number): number => exposure.subarray(from, to).reduce((a, b) => a + b, 0)
  return {
    ...columns,
    q: shareWithCopies(columns.p, distinct, columns.tested, options.method ?? 'bh'),
    family: members.length,
    model: {
      ...assumedNoise,
      priorDf: prior,
      source: members.length >= 10 ? 'fitted' : 'assumed',
      delta: NaN,
      tau: NaN,
      fittedOn: members.length,
    },
    exposureBefore: sum(0, before),
    exposureAfter: sum(before, runs),
  }
}

/** New and gone have no finite ratio. */
function ratioOf(columns: Pick<ChangeColumns, 'rateBefore' | 'rateAfter'>, e: number, gap: number): number {
  if (columns.rateBefore[e] === 0) return Infinity
  return columns.rateAfter[e] === 0 ? -Infinity : gap
}

/** Fills rates and deltas of all entities and marks those that can be tested; the variance within sides and the gap of their logarithms. */
function measureLogs(
  counts: readonly Float64Array[],
  exposure: Float64Array,
  before: number,
  columns: ChangeColumns,
  options: MeasureOptions,
): { variance: Float64Array; gap: Float64Array } {
  const runs = counts.length
  const shares = options.shares ?? true
  const variance = new Float64Array(columns.tested.length)
  const gap = new Float64Array(columns.tested.length)
  const logs = new Float64Array(runs)
  for (let e = 0; e < variance.length; e++) {
    let least = Infinity
    for (let r = 0; r < runs; r++) {
      const rate = exposure[r]! > 0 ? counts[r]![e]! / exposure[r]! : 0
      logs[r] = rate
      if (rate > 0) least = Math.min(least, rate)
      if (r < before) columns.rateBefore[e]! += rate / before
      else columns.rateAfter[e]! += rate / (runs - before)
    }
    columns.delta[e] = columns.rateAfter[e]! - columns.rateBefore[e]!
    columns.rateAdjusted[e] = columns.rateAfter[e]!
    columns.adjustedDelta[e] = columns.delta[e]!
    const larger = Math.max(columns.rateBefore[e]!, columns.rateAfter[e]!)
    if (!(larger > 0) || runs < 3) continue
    if (shares && (larger < (options.least ?? 0.0005) || larger >= (options.largest ?? 0.98))) continue
    // a run without it counts as half the least seen, so that new and gone entities have a logarithm
    for (let r = 0; r < runs; r++) {
      const rate = logs[r]! > 0 ? logs[r]! : least / 2
      logs[r] = shares ? logit(Math.min(rate, 1 - 1e-9)) : Math.log(rate)
    }
    const meanA = meanOf(logs, 0, before)
    const meanB = meanOf(logs, before, runs)
    let squares = 0
    for (let r = 0; r < runs; r++) squares += (logs[r]! - (r < before ? meanA : meanB)) ** 2
    variance[e] = squares / (runs - 2)
    gap[e] = meanB - meanA
    columns.tested[e] = 1
  }
  return { variance, gap }
}

function meanOf(values: Float64Array, from: number, to: number): number {
  let sum = 0
  for (let r = from; r < to; r++) sum += values[r]!
  return sum / (to - from)
}

function share(columns: { rateBefore: Float64Array; rateAfter: Float64Array }, e: number): number {
  return (columns.rateBefore[e]! + columns.rateAfter[e]!) / 2
}

/** Robust line log variance = level + slope log share, and how many degrees of freedom it lends. */
function varianceTrend(
  variances: readonly number[],
  shares: readonly number[],
  df: number,
): { level: number; slope: number; prior: number } {
  if (variances.length < 10 || df < 1) return { level: 0, slope: 0, prior: 0 }
  let prior = 16
  let level = 0
  let slope = 0
  const logs = variances.map(value => Math.log(Math.max(value, 1e-12)))
  for (let round = 0; round < 2; round++) {
    const center = Math.log(fisherQuantile(0.5, df, prior))
    let best = Infinity
    for (let step = -15; step <= 0; step++) {
      const tilt = step / 10
      const rest = logs.map((value, i) => value - center - tilt * Math.log(shares[i]!))
      const middle = median(rest)
      let misfit = 0
      for (const value of rest) misfit += Math.abs(value - middle)
      if (misfit < best * (1 - 1e-9)) {
        best = misfit
        level = middle
        slope = tilt
      }
    }
    const relative = Float64Array.from(logs, (value, i) => value - level - slope * Math.log(shares[i]!)).sort()
    prior = matchPrior(sortedQuantile(relative, 0.75) - sortedQuantile(relative, 0.25), df)
  }
  return { level, slope, prior }
}
