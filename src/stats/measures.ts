import { blank, type Changes, firstOfTheirKind, shareWithCopies } from './changes.ts'
import type { EntityCounts } from './entities.ts'
import { assumedNoise, matchPrior } from './noise.ts'
import { fisherQuantile, fisherUpper } from './fisher.ts'
import { adjustPValues } from './multiplicity.ts'
import { median, sortedQuantile } from './quantile.ts'
import { studentTwoSided } from './student.ts'

/**
 * Tests every entity of weights that are not counts (off-CPU time, bytes): a moderated t on the logarithm of each run's rate. A microsecond is not an
 * observation, so nothing is learnt within a run; with one run on both sides nothing is tested at all.
 */
export function testMeasures(data: EntityCounts, before: number, options: { readonly method?: 'bh' | 'by', readonly exposure?: ArrayLike<number>,
  readonly shares?: boolean, readonly least?: number, readonly largest?: number } = {}): Changes {
  const { counts, totals } = data
  const runs = counts.length
  const entities = counts[0]?.length ?? 0
  const exposure = Float64Array.from(options.exposure ?? totals)
  const shares = options.shares ?? true
  const columns = blank(entities)
  const df = runs - 2
  let exposureBefore = 0
  let exposureAfter = 0
  for (let r = 0; r < runs; r++) r < before ? exposureBefore += exposure[r]! : exposureAfter += exposure[r]!
  const variance = new Float64Array(entities)
  const gap = new Float64Array(entities)
  for (let e = 0; e < entities; e++) {
    const rates: number[] = []
    let least = Infinity
    for (let r = 0; r < runs; r++) {
      const rate = exposure[r]! > 0 ? counts[r]![e]! / exposure[r]! : 0
      rates.push(rate)
      if (rate > 0) least = Math.min(least, rate)
      if (r < before) columns.rateBefore[e]! += rate / before
      else columns.rateAfter[e]! += rate / (runs - before)
    }
    columns.delta[e] = columns.rateAfter[e]! - columns.rateBefore[e]!
    const larger = Math.max(columns.rateBefore[e]!, columns.rateAfter[e]!)
    if (!(larger > 0) || df < 1 || (shares && (larger < (options.least ?? 0.0005) || larger >= (options.largest ?? 0.98)))) continue
    // a run without it counts as half the least seen, so that new and gone entities have a logarithm
    let [meanA, meanB] = [0, 0]
    const logs = rates.map(rate => Math.log(rate > 0 ? rate : least / 2))
    for (let r = 0; r < runs; r++) r < before ? meanA += logs[r]! / before : meanB += logs[r]! / (runs - before)
    let squares = 0
    for (let r = 0; r < runs; r++) squares += (logs[r]! - (r < before ? meanA : meanB)) ** 2
    variance[e] = squares / df
    gap[e] = meanB - meanA
    columns.tested[e] = 1
  }
  const distinct = firstOfTheirKind(counts, columns.tested)
  const members: number[] = []
  for (let e = 0; e < entities; e++) if (distinct[e] === e) members.push(e)
  const { level, slope, prior } = varianceTrend(members.map(e => variance[e]!), members.map(e => share(columns, e)), df)
  const expected = (e: number): number => Math.exp(level + slope * Math.log(share(columns, e)))
  const wild = new Uint8Array(entities)
  if (prior > 0) {
    const q = adjustPValues(members.map(e => fisherUpper(variance[e]! / expected(e), df, prior)))
    members.forEach((e, i) => wild[e] = q[i]! < 0.1 ? 1 : 0)
  }
  for (let e = 0; e < entities; e++) {
    if (columns.tested[e] === 0) continue
    const lent = wild[distinct[e]!] === 1 ? 0 : prior
    const pooled = lent === 0 ? variance[e]! : (lent * expected(e) + df * variance[e]!) / (lent + df)
    const error = Math.sqrt(pooled * (1 / before + 1 / (runs - before)))
    columns.dispersion[e] = Math.sqrt(pooled)
    columns.df[e] = lent + df
    columns.t[e] = gap[e] === 0 ? 0 : gap[e]! / error
    columns.error[e] = error * (columns.rateBefore[e]! + columns.rateAfter[e]!) / 2
    columns.p[e] = studentTwoSided(columns.t[e]!, columns.df[e]!)
  }
  const q = shareWithCopies(columns.p, distinct, columns.tested, options.method ?? 'bh')
  return { ...columns, q, family: members.length, model: { ...assumedNoise, priorDf: prior, source: members.length >= 10 ? 'fitted' : 'assumed', delta: NaN, tau: NaN,
    fittedOn: members.length }, exposureBefore, exposureAfter }
}

function share(columns: { rateBefore: Float64Array, rateAfter: Float64Array }, e: number): number {
  return (columns.rateBefore[e]! + columns.rateAfter[e]!) / 2
}

/** Robust line log variance = level + slope log share, and how many degrees of freedom it lends. */
function varianceTrend(variances: readonly number[], shares: readonly number[], df: number): { level: number, slope: number, prior: number } {
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
