import type { ChangeColumns, Changes } from './changes.ts'
import { emptyChanges, expit, firstOfTheirKind, logit, membersOf, shareWithCopies } from './changes.ts'
import type { EntityCounts } from './entities.ts'
import { fitNoise, hyperVariable, type NoiseModel, trend } from './noise.ts'
import { sizeSlopes, slopeVariance } from './run-size.ts'
import { studentTwoSided } from './student.ts'

/** Own variation of each entity known from earlier runs: sum of squared Pearson residuals and its degrees of freedom. */
export interface PriorDispersion {
  readonly squares: Float64Array
  readonly df: Float64Array
}

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

/** What the steps of one test share; own = sum of squared Pearson residuals of each entity, ownDf its degrees of freedom. */
interface Working {
  readonly data: EntityCounts
  readonly before: number
  readonly options: ChangeOptions
  readonly shares: boolean
  readonly exposure: Float64Array
  readonly exposureBefore: number
  readonly exposureAfter: number
  /** Degrees of freedom of the compared runs alone. */
  readonly df: number
  readonly columns: ChangeColumns
  /** Rate over both sides, and the leverage of run-to-run noise on it. */
  readonly rate: Float64Array
  readonly load: Float64Array
  readonly own: Float64Array
  readonly ownDf: Float64Array
  readonly distinct: Int32Array
  readonly members: readonly number[]
  /** Shift of the log odds by the sizes of the runs, and the variance that is left in it. */
  readonly shift: Float64Array
  readonly shiftVariance: Float64Array
}

/**
 * Tests every entity for a change of its rate, by a quasi-binomial t whose dispersion is shared robustly between entities.
 * The first `before` runs are side A. With one run a side the model's own dispersion is all there is.
 */
export function testCounts(data: EntityCounts, before: number, options: ChangeOptions = {}): Changes {
  const working = measureRates(data, before, options)
  const { columns, members, own, ownDf, distinct } = working
  const { model, adjusted } = fitSizes(working)
  for (let e = 0; e < own.length; e++) own[e] = ownDf[e]! > 0 ? own[e]! / ownDf[e]! : 0
  const wild = new Uint8Array(own.length)
  const familyDf = typicalDf(working)
  if (model.priorDf > 0 && familyDf > 0)
    hyperVariable(
      members.map(e => own[e]!),
      members.map(e => working.load[e]!),
      familyDf,
      model,
    ).forEach((flag, i) => (wild[members[i]!] = flag))
  const uneven = spread(working.exposure) > 2 && !adjusted
  for (let e = 0; e < own.length; e++)
    if (columns.tested[e] === 1) testEntity(working, model, e, { wild: wild[distinct[e]!] === 1, uneven })
  const q = shareWithCopies(columns.p, distinct, columns.tested, options.method ?? 'bh')
  const { exposureBefore, exposureAfter } = working
  return { ...columns, q, family: members.length, model, exposureBefore, exposureAfter }
}

function measureRates(data: EntityCounts, before: number, options: ChangeOptions): Working {
  const { counts, totals } = data
  const runs = counts.length
  const entities = counts[0]?.length ?? 0
  const exposure = Float64Array.from(options.exposure ?? totals)
  const shares = options.shares ?? true
  let exposureBefore = 0
  let exposureAfter = 0
  for (let r = 0; r < runs; r++) r < before ? (exposureBefore += exposure[r]!) : (exposureAfter += exposure[r]!)
  const meanExposure = (exposureBefore + exposureAfter) / runs
  const columns = emptyChanges(entities)
  const rate = new Float64Array(entities)
  const load = new Float64Array(entities)
  const least = options.least ?? 5
  for (let e = 0; e < entities; e++) {
    let a = 0
    let b = 0
    for (let r = 0; r < runs; r++) r < before ? (a += counts[r]![e]!) : (b += counts[r]![e]!)
    columns.rateBefore[e] = exposureBefore > 0 ? a / exposureBefore : 0
    columns.rateAfter[e] = exposureAfter > 0 ? b / exposureAfter : 0
    const pooled = (a + b) / (exposureBefore + exposureAfter)
    rate[e] = pooled
    load[e] = (pooled * meanExposure) / (shares ? 1 - Math.min(pooled, 1 - 1e-12) : 1)
    const seen = a + b >= least * runs || a >= 2 * least * before || b >= 2 * least * (runs - before)
    const whole = shares && pooled >= (options.largest ?? 0.98)
    if (seen && !whole && a + b > 0) columns.tested[e] = 1
  }
  const df = Math.max(0, before - 1) + Math.max(0, runs - before - 1)
  const distinct = firstOfTheirKind(counts, columns.tested)
  const own = new Float64Array(entities)
  const ownDf = new Float64Array(entities).fill(df)
  const working: Working = {
    data,
    before,
    options,
    shares,
    exposure,
    exposureBefore,
    exposureAfter,
    df,
    columns,
    rate,
    load,
    own,
    ownDf,
    distinct,
    members: membersOf(distinct),
    shift: new Float64Array(entities),
    shiftVariance: new Float64Array(entities),
  }
  addResiduals(working)
  return working
}

/** Adds each run's squared Pearson residuals about the rate of its side, and what is known from earlier runs. */
function addResiduals({ data, before, options, shares, exposure, columns, rate, own, ownDf }: Working): void {
  data.counts.forEach((count, r) => {
    if (!(exposure[r]! > 0)) return
    const side = r < before ? columns.rateBefore : columns.rateAfter
    for (let e = 0; e < own.length; e++) {
      if (columns.tested[e] === 0) continue
      const residual = count[e]! - exposure[r]! * side[e]!
      own[e]! += (residual * residual) / (exposure[r]! * rate[e]! * (shares ? 1 - rate[e]! : 1))
    }
  })
  if (options.prior === undefined) return
  for (let e = 0; e < own.length; e++) {
    own[e]! += options.prior.squares[e]!
    ownDf[e]! += options.prior.df[e]!
  }
}

function typicalDf({ members, ownDf, df }: Working): number {
  const sorted = members
    .map(e => ownDf[e]!)
    .filter(own => own > 0)
    .sort((a, b) => a - b)
  return Math.max(df, Math.round(sorted[sorted.length >> 1] ?? 0))
}

function fitModel(working: Working, familyDf: number): NoiseModel {
  const { options, members, own, ownDf, load } = working
  if (options.model !== undefined) return options.model
  const seen = members.filter(e => ownDf[e]! > 0)
  return fitNoise(
    seen.map(e => own[e]! / ownDf[e]!),
    seen.map(e => load[e]!),
    familyDf,
  )
}

/** Fits the noise model, and where the sizes of runs bend shares takes that out of residuals and into `shift`, in two rounds. */
function fitSizes(working: Working): { model: NoiseModel; adjusted: boolean } {
  const { data, before, options, shares, columns, rate, load, own, ownDf, members, shift, shiftVariance } = working
  const familyDf = typicalDf(working)
  let model = fitModel(working, familyDf)
  if (!shares || options.exposure !== undefined || options.runSize === false) return { model, adjusted: false }
  const sizes = sizeSlopes({ ...data, ...columns, before, rate })
  if (sizes === undefined) return { model, adjusted: false }
  const squares = own.slice()
  const df = ownDf.slice()
  const { slope, information, gap } = sizes
  const informed = members.filter(e => information[e]! > 0)
  for (let round = 0; round < 2; round++) {
    const noise = (e: number): number => trend(model, load[e]!) / information[e]!
    const varies = slopeVariance(
      informed.map(e => slope[e]!),
      informed.map(noise),
    )
    for (let e = 0; e < own.length; e++) {
      if (columns.tested[e] === 0 || !(information[e]! > 0)) continue
      const kept = varies / (varies + noise(e))
      own[e] = Math.max(0, squares[e]! - information[e]! * slope[e]! * slope[e]! * kept * (2 - kept))
      ownDf[e] = df[e]! - kept
      shift[e] = kept * slope[e]! * gap[e]!
      shiftVariance[e] = gap[e]! * gap[e]! * varies * (1 - kept)
    }
    model = fitModel(working, familyDf)
  }
  return { model, adjusted: true }
}

/** Fills the columns of one tested entity. */
function testEntity(
  working: Working,
  model: NoiseModel,
  e: number,
  { wild, uneven }: { readonly wild: boolean; readonly uneven: boolean },
): void {
  const { columns, shares, exposureBefore, exposureAfter, own, ownDf, rate, shift, shiftVariance } = working
  const { rateBefore, rateAfter } = columns
  const nu = ownDf[e]!
  const prior = nu === 0 ? Infinity : wild ? 0 : model.priorDf
  const expected = trend(model, working.load[e]!)
  const binomial = rate[e]! * (shares ? 1 - rate[e]! : 1)
  const floor = binomial * (1 / exposureBefore + 1 / exposureAfter)
  let moderated = nu === 0 ? expected : prior === 0 ? own[e]! : (prior * expected + nu * own[e]!) / (prior + nu)
  moderated = Math.max(1, moderated)
  let error = Math.sqrt(moderated * floor + binomial * binomial * shiftVariance[e]!)
  if (uneven && nu > 0) {
    const weighted = weighRuns(working, e, binomial, model)
    const relative = prior === 0 ? weighted.dispersion : (prior + nu * weighted.dispersion) / (prior + nu)
    error = Math.sqrt(Math.max(relative * weighted.variance, floor))
    rateBefore[e] = weighted.before
    rateAfter[e] = weighted.after
    moderated = (error * error) / floor
  }
  const [a, b] = [rateBefore[e]!, rateAfter[e]!]
  columns.delta[e] = b - a
  columns.rateAdjusted[e] = shares && shift[e] !== 0 && b > 0 && b < 1 ? expit(logit(b) - shift[e]!) : b
  columns.adjustedDelta[e] = columns.rateAdjusted[e]! - a
  columns.logRatio[e] = logRatio(a, columns.rateAdjusted[e]!, shares)
  columns.logError[e] = logError(working, e, moderated)
  columns.dispersion[e] = moderated
  columns.error[e] = error
  columns.df[e] = prior === Infinity ? Infinity : prior + nu
  const single = working.df === 0 && shares && a > 0 && b > 0
  const adjusted = columns.adjustedDelta[e]!
  columns.t[e] = adjusted === 0 ? 0 : single ? Math.log(b / a) / (error / rate[e]!) : adjusted / error
  columns.p[e] = studentTwoSided(columns.t[e]!, columns.df[e]!)
}

/** Logarithm of the ratio of two rates, of their odds where they are shares. */
export function logRatio(before: number, after: number, shares: boolean): number {
  if (before === after) return 0
  return shares ? logit(after) - logit(before) : Math.log(after) - Math.log(before)
}

/** Standard error of the logarithm of the ratio, each side by its own rate. */
function logError(working: Working, e: number, dispersion: number): number {
  const { columns, shares, exposureBefore, exposureAfter, shiftVariance } = working
  const part = (rate: number, exposure: number): number =>
    1 / (exposure * rate * (shares ? 1 - Math.min(rate, 1 - 1e-12) : 1))
  const own = part(columns.rateBefore[e]!, exposureBefore) + part(columns.rateAfter[e]!, exposureAfter)
  return Math.sqrt(dispersion * own + shiftVariance[e]!)
}

/** Weighted rates of one entity when runs differ in size: weight = 1 / (delta p (1-p) / n + tau^2 p^2). */
function weighRuns(
  { data, exposure, before, rate }: Working,
  e: number,
  binomial: number,
  model: NoiseModel,
): { before: number; after: number; variance: number; dispersion: number } {
  const { counts } = data
  const weights = exposure.map(n => (n > 0 ? 1 / ((model.delta * binomial) / n + (model.tau * rate[e]!) ** 2) : 0))
  const weight = [0, 0]
  const mean = [0, 0]
  for (let r = 0; r < counts.length; r++) {
    if (weights[r] === 0) continue
    const side = r < before ? 0 : 1
    weight[side]! += weights[r]!
    mean[side]! += (weights[r]! * counts[r]![e]!) / exposure[r]!
  }
  for (const side of [0, 1]) mean[side] = weight[side]! > 0 ? mean[side]! / weight[side]! : 0
  let squares = 0
  let df = -2
  for (let r = 0; r < counts.length; r++) {
    if (weights[r] === 0) continue
    squares += weights[r]! * (counts[r]![e]! / exposure[r]! - mean[r < before ? 0 : 1]!) ** 2
    df++
  }
  return {
    before: mean[0]!,
    after: mean[1]!,
    variance: 1 / weight[0]! + 1 / weight[1]!,
    dispersion: df > 0 ? squares / df : 1,
  }
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
