import { fisherQuantile, fisherUpper } from './fisher.ts'
import { adjustPValues } from './multiplicity.ts'
import { median, sortedQuantile } from './quantile.ts'

/** How much repeated runs of the same program differ: variance of a count = (delta + tau^2 n p / (1 - p)) times the binomial one. */
export interface NoiseModel {
  /** Clumping within a run, 1 = independent samples. */
  readonly delta: number
  /** Coefficient of variation of a share from run to run. */
  readonly tau: number
  /** Degrees of freedom that the crowd of frames lends to each frame; 0 = none. */
  readonly priorDf: number
  readonly source: 'fitted' | 'assumed' | 'ledger'
  /** Number of distinct entities it was fitted on. */
  readonly fittedOn: number
}

/** What to assume with one run a side and no history: mild clumping and the run-to-run variation of a hosted CI runner. */
export const assumedNoise: NoiseModel = { delta: 1.2, tau: 0.0266, priorDf: 0, source: 'assumed', fittedOn: 0 }

const largestPrior = 64
const fewest = 10

/**
 * The noise model that fits dispersions `phi` (each on `df` degrees of freedom), robustly: by medians and quartiles, so that a tenth of wild frames
 * moves nothing. `load[i]` is n p / (1 - p) of entity i, the leverage of tau. Fewer than 10 entities lend nothing (priorDf 0).
 */
export function fitNoise(phi: ArrayLike<number>, load: ArrayLike<number>, df: number): NoiseModel {
  const count = phi.length
  if (count < fewest || df <= 0) return { ...assumedNoise, fittedOn: count }
  const logs = Float64Array.from(phi, value => Math.log(Math.max(value, 1e-6)))
  let priorDf = largestPrior
  let delta = 1
  let tau = 0
  for (let round = 0; round < 2; round++) {
    const center = Math.log(fisherQuantile(0.5, df, priorDf))
    let best = Infinity
    const rest = new Float64Array(count)
    for (const candidate of taus) {
      // for a fixed ratio tau^2 / delta the best delta is a median; the ratio runs over a grid
      const ratio = candidate * candidate
      for (let i = 0; i < count; i++) rest[i] = logs[i]! - center - Math.log1p(ratio * load[i]!)
      const level = Math.min(Math.log(20), Math.max(0, median(rest)))
      if (Math.sqrt(ratio * Math.exp(level)) > 0.25) continue
      let misfit = 0
      for (let i = 0; i < count; i++) misfit += Math.abs(rest[i]! - level)
      if (misfit < best * (1 - 1e-9)) {
        best = misfit
        delta = Math.exp(level)
        tau = candidate * Math.sqrt(delta)
      }
    }
    const relative = Float64Array.from(logs, (value, i) => value - Math.log(delta + tau * tau * load[i]!)).sort()
    priorDf = Math.min(
      mostPrior(count),
      matchPrior(sortedQuantile(relative, 0.75) - sortedQuantile(relative, 0.25), df),
    )
  }
  return { delta, tau, priorDf, source: 'fitted', fittedOn: count }
}

/**
 * The most that a crowd of `count` entities may lend: the quartiles of a dozen, half of which are callers of the others, cannot show that an entity has no noise
 * of its own.
 */
function mostPrior(count: number): number {
  return Math.min(largestPrior, 2 * (count - 8))
}

const taus: readonly number[] = [0, ...Array.from({ length: 24 }, (_, i) => 0.002 * 100 ** (i / 23))]

/** The prior degrees of freedom at which F(df, prior) has the log interquartile range `spread`; between 0.5 and 64. */
export function matchPrior(spread: number, df: number): number {
  const range = (prior: number): number => Math.log(fisherQuantile(0.75, df, prior) / fisherQuantile(0.25, df, prior))
  if (spread <= range(largestPrior)) return largestPrior
  let low = 0.5
  let high = largestPrior
  if (spread >= range(low)) return low
  for (let i = 0; i < 7; i++) {
    const middle = Math.sqrt(low * high)
    if (range(middle) > spread) low = middle
    else high = middle
  }
  return Math.sqrt(low * high)
}

/** Marks entities whose own dispersion is far beyond the crowd's (upper F tail, BH below 0.1): they must not be shrunk towards it. */
export function hyperVariable(
  phi: ArrayLike<number>,
  load: ArrayLike<number>,
  df: number,
  model: NoiseModel,
): Uint8Array {
  const p = Float64Array.from(phi, (value, i) => fisherUpper(value / trend(model, load[i]!), df, model.priorDf || 0.5))
  return Uint8Array.from(adjustPValues(p), q => (q < 0.1 ? 1 : 0))
}

/** The dispersion the model expects of an entity with leverage `load`. */
export function trend(model: NoiseModel, load: number): number {
  return model.delta + model.tau * model.tau * load
}
