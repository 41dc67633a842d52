import { fisherQuantile } from './fisher.ts'
import { median } from './quantile.ts'

/**
 * How the size of a run bends the shares of one entity. On a noisy machine some code slows down and other code does not, so a run with more samples has
 * other shares: a nuisance that runs of one program show among themselves and that can therefore be taken out of a comparison.
 * The size of an entity's run is what the run holds besides it, so that the entity's own change is no part of its size.
 */
export interface SizeSlopes {
  /** Slope of the entity's log odds on the logarithm of the size of the rest, within sides; 0 where it has none. */
  readonly slope: Float64Array
  /** Information on the slope: sum of n p (1 - p) x^2; 0 where there is none. */
  readonly information: Float64Array
  /** Mean logarithm of the size of the rest, side B minus side A. */
  readonly gap: Float64Array
}

/** What slopes are measured on: counts and totals of each run, the first `before` of side A, and each entity's rates. */
export interface SizeData {
  readonly counts: readonly Float64Array[]
  readonly totals: Float64Array
  readonly before: number
  readonly rateBefore: Float64Array
  readonly rateAfter: Float64Array
  /** Rate over both sides. */
  readonly rate: Float64Array
  readonly tested: Uint8Array
}

/** Fewer degrees of freedom show no slope. */
const LEAST_DF = 6
/** Sizes that differ less than a few times as much as sampling makes them differ bend nothing. */
const BEYOND_SAMPLING = 4

/**
 * The slopes of all tested entities, or undefined when sizes cannot be a covariate: fewer than 6 degrees of freedom, or sizes within sides alike but for sampling.
 * An entity whose rest differs in size between the sides at p < 0.001 has none: size is part of the change there and no nuisance.
 */
export function sizeSlopes(data: SizeData): SizeSlopes | undefined {
  const { counts, totals, before, tested } = data
  const runs = totals.length
  const df = runs - 2
  if (before < 2 || runs - before < 2 || df < LEAST_DF || !sizesVary(totals, before)) return undefined
  const slope = new Float64Array(tested.length)
  const information = new Float64Array(tested.length)
  const gap = new Float64Array(tested.length)
  const limit = fisherQuantile(0.999, 1, df) * (1 / before + 1 / (runs - before))
  const x = new Float64Array(runs)
  for (let e = 0; e < tested.length; e++) {
    if (tested[e] === 0 || !restSizes(counts, totals, e, x)) continue
    const [weightA, meanA, scatterA] = momentsOf(x, totals, 0, before)
    const [weightB, meanB, scatterB] = momentsOf(x, totals, before, runs)
    if (!(weightA > 0 && weightB > 0)) continue
    const plainGap = meanOf(x, before, runs) - meanOf(x, 0, before)
    if (plainGap * plainGap > ((scatterA + scatterB) / df) * limit) continue
    const p = data.rate[e]!
    let squares = 0
    let product = 0
    for (let r = 0; r < runs; r++) {
      const centred = x[r]! - (r < before ? meanA : meanB)
      squares += totals[r]! * centred * centred
      product += centred * (counts[r]![e]! - totals[r]! * (r < before ? data.rateBefore[e]! : data.rateAfter[e]!))
    }
    information[e] = p * (1 - p) * squares
    slope[e] = information[e]! > 0 ? product / information[e]! : 0
    gap[e] = meanB - meanA
  }
  return { slope, information, gap }
}

/** Logarithms of what each run holds besides entity `e`; false when a run holds nothing else. */
function restSizes(counts: readonly Float64Array[], totals: Float64Array, e: number, into: Float64Array): boolean {
  for (let r = 0; r < totals.length; r++) {
    const rest = totals[r]! - counts[r]![e]!
    if (!(rest > 0)) return false
    into[r] = Math.log(rest)
  }
  return true
}

/** Sum of weights, weighted mean, and squares about the plain mean of x[from..to). */
function momentsOf(
  x: Float64Array,
  weights: Float64Array,
  from: number,
  to: number,
): readonly [number, number, number] {
  const plain = meanOf(x, from, to)
  let weight = 0
  let mean = 0
  let scatter = 0
  for (let r = from; r < to; r++) {
    weight += weights[r]!
    mean += weights[r]! * x[r]!
    scatter += (x[r]! - plain) ** 2
  }
  return [weight, mean / weight, scatter]
}

function meanOf(x: Float64Array, from: number, to: number): number {
  let sum = 0
  for (let r = from; r < to; r++) sum += x[r]!
  return sum / (to - from)
}

/** Do the sizes of the runs of one side differ by more than sampling? */
function sizesVary(totals: Float64Array, before: number): boolean {
  let scatter = 0
  let sampling = 0
  const logs = totals.map(Math.log)
  for (const [from, to] of [
    [0, before],
    [before, totals.length],
  ] as const) {
    const mean = meanOf(logs, from, to)
    for (let r = from; r < to; r++) {
      if (!(totals[r]! > 0)) return false
      scatter += (logs[r]! - mean) ** 2
      sampling += 1 / totals[r]!
    }
  }
  return scatter / (totals.length - 2) > Math.max(1e-6, (BEYOND_SAMPLING * sampling) / totals.length)
}

/**
 * Variance, over entities, of the slope of log odds on log size: the value at which squared estimates have the median of a chi-square.
 * 0 when sampling noise alone explains them.
 */
export function slopeVariance(slopes: readonly number[], variances: readonly number[]): number {
  if (slopes.length < 10) return 0
  const middle = (extra: number): number => median(slopes.map((slope, i) => (slope * slope) / (extra + variances[i]!)))
  if (middle(0) <= CHI_SQUARE_MEDIAN) return 0
  let low = 0
  let high = 4
  for (let i = 0; i < 30; i++) {
    const at = (low + high) / 2
    if (middle(at) > CHI_SQUARE_MEDIAN) low = at
    else high = at
  }
  return low
}

const CHI_SQUARE_MEDIAN = 0.4549
