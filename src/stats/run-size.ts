import { fisherUpper } from './fisher.ts'
import { type NoiseModel, trend } from './noise.ts'
import { median } from './quantile.ts'

/**
 * How the size of a run bends its shares. On a noisy machine some code slows down and other code does not, so a run with more samples has other
 * shares: a nuisance that runs of one program show among themselves and that can therefore be taken out of a comparison.
 */
export interface RunSize {
  /** Logarithm of each run's size about its side's mean. */
  readonly x: Float64Array
  /** Weighted sum of squares of x. */
  readonly squares: number
  /** Mean logarithm of size, side B minus side A. */
  readonly gap: number
}

/**
 * The sizes of runs as a covariate, or undefined when they cannot be one: fewer than 6 degrees of freedom, sizes all alike, or sides so
 * different (p < 0.001) that size is part of the change and no nuisance.
 */
export function runSizes(totals: Float64Array, before: number): RunSize | undefined {
  const runs = totals.length
  if (before < 2 || runs - before < 2 || runs - 2 < 6) return undefined
  const mean = [0, 0]
  const weight = [0, 0]
  const plain = [0, 0]
  for (let r = 0; r < runs; r++) {
    if (!(totals[r]! > 0)) return undefined
    const side = r < before ? 0 : 1
    weight[side]! += totals[r]!
    mean[side]! += totals[r]! * Math.log(totals[r]!)
    plain[side]! += Math.log(totals[r]!) / (side === 0 ? before : runs - before)
  }
  for (const side of [0, 1]) mean[side]! /= weight[side]!
  const x = new Float64Array(runs)
  let squares = 0
  let scatter = 0
  for (let r = 0; r < runs; r++) {
    const side = r < before ? 0 : 1
    x[r] = Math.log(totals[r]!) - mean[side]!
    squares += totals[r]! * x[r]! * x[r]!
    scatter += (Math.log(totals[r]!) - plain[side]!) ** 2
  }
  if (scatter / (runs - 2) < 1e-6) return undefined
  const chance = scatter / (runs - 2) * (1 / before + 1 / (runs - before))
  if (fisherUpper((plain[1]! - plain[0]!) ** 2 / chance, 1, runs - 2) < 0.001) return undefined
  return { x, squares, gap: mean[1]! - mean[0]! }
}

/**
 * Variance, over entities, of the slope of log share on log size: the value at which squared estimates have the median of a chi-square.
 * 0 when sampling noise alone explains them.
 */
export function slopeVariance(slopes: readonly number[], variances: readonly number[]): number {
  if (slopes.length < 10) return 0
  const middle = (extra: number): number => median(slopes.map((slope, i) => slope * slope / (extra + variances[i]!)))
  if (middle(0) <= 0.4549) return 0
  let low = 0
  let high = 4
  for (let i = 0; i < 30; i++) {
    const at = (low + high) / 2
    if (middle(at) > 0.4549) low = at
    else high = at
  }
  return low
}

/** Sampling variance of the slope of an entity with share `p`, given its leverage. */
export function slopeError(p: number, load: number, size: RunSize, model: NoiseModel): number {
  return trend(model, load) * (1 - p) / (p * size.squares)
}
