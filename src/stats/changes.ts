import type { EntityCounts } from './entities.ts'
import { adjustPValues } from './multiplicity.ts'
import { fitNoise, hyperVariable, type NoiseModel, trend } from './noise.ts'
import { runSizes, slopeError, slopeVariance } from './run-size.ts'
import { studentTwoSided } from './student.ts'

/** What became of each entity between the sides: columns of equal length. Rates are shares, or counts per unit of exposure. */
export interface Changes {
  readonly rateBefore: Float64Array
  readonly rateAfter: Float64Array
  readonly delta: Float64Array
  /** What the sizes of the runs add to delta; delta - bend is the change between runs of one size, which is what t tests. */
  readonly bend: Float64Array
  /** Standard error of delta - bend. */
  readonly error: Float64Array
  /** Moderated dispersion; 1 is pure sampling noise. For measured weights: moderated standard deviation of the logarithm. */
  readonly dispersion: Float64Array
  readonly df: Float64Array
  readonly t: Float64Array
  /** NaN where not tested. */
  readonly p: Float64Array
  readonly q: Float64Array
  readonly tested: Uint8Array
  /** Size of the family: tested entities that are not copies of one another. */
  readonly family: number
  readonly model: NoiseModel
  readonly exposureBefore: number
  readonly exposureAfter: number
}

/** Own variation of each entity known from earlier runs: sum of squared Pearson residuals and its degrees of freedom. */
export interface PriorDispersion { readonly squares: Float64Array, readonly df: Float64Array }

export interface ChangeOptions {
  readonly method?: 'bh' | 'by'
  /** Per run; default the run's total, which makes rates shares. */
  readonly exposure?: ArrayLike<number>
  /** True when rates are shares of the exposure, so that their variance is binomial. */
  readonly shares?: boolean
  /** Use this model and do not fit one. */
  readonly model?: NoiseModel
  readonly prior?: PriorDispersion
  /** Least mean count per run of an entity that is tested (on one side alone: twice as much). */
  readonly least?: number
  /** Entities with a larger share are not tested. */
  readonly largest?: number
  /** False to leave out how the size of a run bends its shares. */
  readonly runSize?: boolean
}

/**
 * Tests every entity for a change of its rate, by a quasi-binomial t whose dispersion is shared robustly between entities.
 * The first `before` runs are side A. With one run a side the model's own dispersion is all there is.
 */
export function testCounts(data: EntityCounts, before: number, options: ChangeOptions = {}): Changes {
  const { counts, totals } = data
  const runs = counts.length
  const entities = counts[0]?.length ?? 0
  const exposure = Float64Array.from(options.exposure ?? totals)
  const shares = options.shares ?? true
  let exposureBefore = 0
  let exposureAfter = 0
  for (let r = 0; r < runs; r++) r < before ? exposureBefore += exposure[r]! : exposureAfter += exposure[r]!
  const df = Math.max(0, before - 1) + Math.max(0, runs - before - 1)
  const meanExposure = (exposureBefore + exposureAfter) / runs
  const columns = blank(entities)
  const { rateBefore, rateAfter, delta, bend, tested } = columns
  const rate = new Float64Array(entities)
  const load = new Float64Array(entities)
  const least = options.least ?? 5
  for (let e = 0; e < entities; e++) {
    let a = 0
    let b = 0
    for (let r = 0; r < runs; r++) r < before ? a += counts[r]![e]! : b += counts[r]![e]!
    rateBefore[e] = exposureBefore > 0 ? a / exposureBefore : 0
    rateAfter[e] = exposureAfter > 0 ? b / exposureAfter : 0
    delta[e] = rateAfter[e]! - rateBefore[e]!
    const pooled = (a + b) / (exposureBefore + exposureAfter)
    rate[e] = pooled
    load[e] = pooled * meanExposure / (shares ? 1 - Math.min(pooled, 1 - 1e-12) : 1)
    const seen = a + b >= least * runs || a >= 2 * least * before || b >= 2 * least * (runs - before)
    const whole = shares && pooled >= (options.largest ?? 0.98)
    if (seen && !whole && a + b > 0) tested[e] = 1
  }
  const distinct = firstOfTheirKind(counts, tested)
  const own = pearson(counts, exposure, before, rateBefore, rateAfter, rate, shares, tested)
  const ownDf = new Float64Array(entities).fill(df)
  if (options.prior !== undefined) {
    for (let e = 0; e < entities; e++) {
      own[e]! += options.prior.squares[e]!
      ownDf[e]! += options.prior.df[e]!
    }
  }
  const squares = own.slice()
  const members = indicesOf(distinct)
  const loads = members.map(e => load[e]!)
  const familyDf = Math.max(df, Math.round(typical(members.map(e => ownDf[e]!).filter(own => own > 0))))
  const fit = (): NoiseModel => {
    if (options.model !== undefined) return options.model
    const seen = members.filter(e => ownDf[e]! > 0)
    return fitNoise(seen.map(e => own[e]! / ownDf[e]!), seen.map(e => load[e]!), familyDf)
  }
  let model = fit()
  const size = shares && options.exposure === undefined && options.runSize !== false ? runSizes(totals, before) : undefined
  const doubt = new Float64Array(entities)
  if (size !== undefined) {
    const slope = slopes(counts, exposure, before, rateBefore, rateAfter, rate, size.x, size.squares, tested)
    for (let round = 0; round < 2; round++) {
      const noise = Float64Array.from(slope, (_, e) => tested[e] === 1 ? slopeError(rate[e]!, load[e]!, size, model) : 1)
      const varies = slopeVariance(members.map(e => slope[e]!), members.map(e => noise[e]!))
      for (let e = 0; e < entities; e++) {
        if (tested[e] === 0) continue
        const kept = varies / (varies + noise[e]!)
        const weight = size.squares * rate[e]! / (1 - rate[e]!) * slope[e]! * slope[e]!
        own[e] = Math.max(0, squares[e]! - weight * kept * (2 - kept))
        ownDf[e] = df + (options.prior?.df[e] ?? 0) - kept
        bend[e] = kept * slope[e]! * rate[e]! * size.gap
        doubt[e] = (rate[e]! * size.gap) ** 2 * varies * (1 - kept)
      }
      model = fit()
    }
  }
  for (let e = 0; e < entities; e++) own[e] = ownDf[e]! > 0 ? own[e]! / ownDf[e]! : 0
  const phi = members.map(e => own[e]!)
  const wild = new Uint8Array(entities)
  if (model.priorDf > 0 && familyDf > 0) hyperVariable(phi, loads, familyDf, model).forEach((flag, i) => wild[members[i]!] = flag)
  const uneven = spread(exposure) > 2
  for (let e = 0; e < entities; e++) {
    if (tested[e] === 0) continue
    const nu = ownDf[e]!
    const prior = nu === 0 ? Infinity : wild[distinct[e]!] === 1 ? 0 : model.priorDf
    const expected = trend(model, load[e]!)
    const binomial = rate[e]! * (shares ? 1 - rate[e]! : 1)
    let moderated = nu === 0 ? expected : prior === 0 ? own[e]! : (prior * expected + nu * own[e]!) / (prior + nu)
    moderated = Math.max(1, moderated)
    let error = Math.sqrt(moderated * binomial * (1 / exposureBefore + 1 / exposureAfter) + doubt[e]!)
    if (uneven && nu > 0 && size === undefined) {
      const weighted = weighRuns(counts, exposure, before, e, rate[e]!, binomial, model)
      const relative = prior === 0 ? weighted.dispersion : (prior + nu * weighted.dispersion) / (prior + nu)
      const floor = binomial * (1 / exposureBefore + 1 / exposureAfter)
      error = Math.sqrt(Math.max(relative * weighted.variance, floor))
      rateBefore[e] = weighted.before
      rateAfter[e] = weighted.after
      delta[e] = weighted.after - weighted.before
      moderated = error * error / floor
    }
    columns.dispersion[e] = moderated
    columns.error[e] = error
    columns.df[e] = prior === Infinity ? Infinity : prior + nu
    columns.t[e] = delta[e] === bend[e] ? 0 : singleRuns(rateBefore[e]!, rateAfter[e]!, df, shares)
      ? Math.log(rateAfter[e]! / rateBefore[e]!) / (error / rate[e]!) : (delta[e]! - bend[e]!) / error
    columns.p[e] = studentTwoSided(columns.t[e]!, columns.df[e]!)
  }
  const q = shareWithCopies(columns.p, distinct, tested, options.method ?? 'bh')
  return { ...columns, q, family: members.length, model, exposureBefore, exposureAfter }
}

function singleRuns(a: number, b: number, df: number, shares: boolean): boolean {
  return df === 0 && shares && a > 0 && b > 0
}

/** Empty columns for `entities` entities; p is NaN until tested. */
export function blank(entities: number): Omit<Changes, 'q' | 'family' | 'model' | 'exposureBefore' | 'exposureAfter'> {
  const zeros = (): Float64Array => new Float64Array(entities)
  return { rateBefore: zeros(), rateAfter: zeros(), delta: zeros(), bend: zeros(), error: zeros(), dispersion: zeros(), df: zeros(), t: zeros(),
    p: zeros().fill(NaN), tested: new Uint8Array(entities) }
}

/** Sum over runs of squared Pearson residuals about the side's own rate. */
function pearson(counts: readonly Float64Array[], exposure: Float64Array, before: number, rateBefore: Float64Array, rateAfter: Float64Array,
  rate: Float64Array, shares: boolean, tested: Uint8Array): Float64Array {
  const squares = new Float64Array(rate.length)
  for (let r = 0; r < counts.length; r++) {
    const own = r < before ? rateBefore : rateAfter
    const count = counts[r]!
    for (let e = 0; e < squares.length; e++) {
      if (tested[e] === 0 || !(exposure[r]! > 0)) continue
      const residual = count[e]! - exposure[r]! * own[e]!
      squares[e]! += residual * residual / (exposure[r]! * rate[e]! * (shares ? 1 - rate[e]! : 1))
    }
  }
  return squares
}

/** Slope of log share on log size within sides, for every entity. */
function slopes(counts: readonly Float64Array[], exposure: Float64Array, before: number, rateBefore: Float64Array, rateAfter: Float64Array,
  rate: Float64Array, x: Float64Array, squares: number, tested: Uint8Array): Float64Array {
  const slope = new Float64Array(rate.length)
  for (let r = 0; r < counts.length; r++) {
    const own = r < before ? rateBefore : rateAfter
    const count = counts[r]!
    for (let e = 0; e < slope.length; e++) {
      if (tested[e] === 1) slope[e]! += x[r]! * (count[e]! - exposure[r]! * own[e]!) / (rate[e]! * squares)
    }
  }
  return slope
}

/** Weighted rates of one entity when runs differ in size: weight = 1 / (delta p (1-p) / n + tau^2 p^2). */
function weighRuns(counts: readonly Float64Array[], exposure: Float64Array, before: number, e: number, rate: number, binomial: number,
  model: NoiseModel): { before: number, after: number, variance: number, dispersion: number } {
  const weights = Float64Array.from(exposure, n => n > 0 ? 1 / (model.delta * binomial / n + (model.tau * rate) ** 2) : 0)
  const weight = [0, 0]
  const mean = [0, 0]
  for (let r = 0; r < counts.length; r++) {
    if (weights[r] === 0) continue
    const side = r < before ? 0 : 1
    weight[side]! += weights[r]!
    mean[side]! += weights[r]! * counts[r]![e]! / exposure[r]!
  }
  for (const side of [0, 1]) mean[side] = weight[side]! > 0 ? mean[side]! / weight[side]! : 0
  let squares = 0
  let df = -2
  for (let r = 0; r < counts.length; r++) {
    if (weights[r] === 0) continue
    squares += weights[r]! * (counts[r]![e]! / exposure[r]! - mean[r < before ? 0 : 1]!) ** 2
    df++
  }
  return { before: mean[0]!, after: mean[1]!, variance: 1 / weight[0]! + 1 / weight[1]!, dispersion: df > 0 ? squares / df : 1 }
}

/** Marks one tested entity of each group with the same counts in every run: frames on one unbranched path are one observation, not many. */
export function firstOfTheirKind(counts: readonly Float64Array[], tested: Uint8Array): Int32Array {
  const first = new Int32Array(tested.length).fill(-1)
  const seen = new Map<number, number[]>()
  for (let e = 0; e < tested.length; e++) {
    if (tested[e] === 0) continue
    let hash = 0
    for (let r = 0; r < counts.length; r++) hash = (Math.imul(hash, 31) + Math.imul(Math.round(counts[r]![e]! * 16), 0x9e3779b1)) | 0
    const group = seen.get(hash)
    if (group === undefined) {
      seen.set(hash, [e])
      first[e] = e
      continue
    }
    const twin = group.find(other => counts.every(run => run[other] === run[e]))
    if (twin === undefined) group.push(e)
    first[e] = twin ?? e
  }
  return first
}

/** q-values over one entity of each kind, copied to its twins. */
export function shareWithCopies(p: Float64Array, first: Int32Array, tested: Uint8Array, method: 'bh' | 'by'): Float64Array {
  const family = Float64Array.from(p, (value, e) => first[e] === e ? value : NaN)
  const q = adjustPValues(family, method)
  for (let e = 0; e < q.length; e++) if (tested[e] === 1) q[e] = q[first[e]!]!
  return q
}

function indicesOf(first: Int32Array): number[] {
  const members: number[] = []
  for (let e = 0; e < first.length; e++) if (first[e] === e) members.push(e)
  return members
}

function typical(values: readonly number[]): number {
  return values.slice().sort((a, b) => a - b)[values.length >> 1] ?? 0
}

function spread(values: Float64Array): number {
  let low = Infinity
  let high = 0
  for (const value of values) {
    if (!(value > 0)) continue
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  return high / low
}
