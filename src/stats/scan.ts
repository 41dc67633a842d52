import { normalQuantile, normalUpper } from './normal.ts'
import { studentTwoSided } from './student.ts'

/** Where a series of points is split best, and how surely it changed there. */
export interface ScanColumns {
  /** t of each split k (the first k points against the others), entry k - 1. */
  readonly t: Float64Array
  /** Change of the mean at each split. */
  readonly delta: Float64Array
  readonly error: Float64Array
  /** Split of the largest |t|. */
  readonly best: number
}

/** What the noise of one series is known to be, besides what it shows itself. */
export interface ScanNoise {
  /** Variance of a point of weight 1 that a dispersion of 1 stands for. */
  readonly base: number
  /** Dispersion that the crowd of series expects, and the degrees of freedom that this counts for. */
  readonly expected: number
  readonly priorDf: number
  /** Dispersions are no smaller than this. */
  readonly floor: number
}

/** Mean squared deviation of weighted points from the means before and after split `k` (0 = one mean), as the variance of a point of weight 1. */
export function scatterAbout(values: ArrayLike<number>, weights: ArrayLike<number>, k: number): number {
  const m = values.length
  let squares = 0
  for (const [from, to] of k > 0
    ? ([
        [0, k],
        [k, m],
      ] as const)
    : ([[0, m]] as const)) {
    const [, mean] = weightedMean(values, weights, from, to)
    for (let j = from; j < to; j++) squares += weights[j]! * (values[j]! - mean) ** 2
  }
  return squares / (m - (k > 0 ? 2 : 1))
}

/** t of every split of a series of points, each with the scatter about its own two means and what the crowd of series lends; linear. At least 3 points. */
export function scanSplits(values: ArrayLike<number>, weights: ArrayLike<number>, noise: ScanNoise): ScanColumns {
  const m = values.length
  const own = m - 2
  const t = new Float64Array(m - 1)
  const delta = new Float64Array(m - 1)
  const error = new Float64Array(m - 1)
  // about the mean of all, so that squares lose no digits
  const [all, middle] = weightedMean(values, weights, 0, m)
  let squares = 0
  for (let j = 0; j < m; j++) squares += weights[j]! * (values[j]! - middle) ** 2
  let weight = 0
  let sum = 0
  let best = 1
  for (let k = 1; k < m; k++) {
    weight += weights[k - 1]!
    sum += weights[k - 1]! * (values[k - 1]! - middle)
    const rest = all - weight
    const phi = Math.max(0, squares - (sum * sum) / weight - (sum * sum) / rest) / own / noise.base
    const moderated = Math.max(
      noise.floor,
      noise.priorDf > 0 ? (noise.priorDf * noise.expected + own * phi) / (noise.priorDf + own) : phi,
    )
    delta[k - 1] = -sum / rest - sum / weight
    error[k - 1] = Math.sqrt(moderated * noise.base * (1 / weight + 1 / rest))
    t[k - 1] = Math.abs(delta[k - 1]!) < 1e-12 ? 0 : delta[k - 1]! / error[k - 1]!
    if (Math.abs(t[k - 1]!) > Math.abs(t[best - 1]!)) best = k
  }
  return { t, delta, error, best }
}

function weightedMean(
  values: ArrayLike<number>,
  weights: ArrayLike<number>,
  from: number,
  to: number,
): readonly [number, number] {
  let weight = 0
  let sum = 0
  for (let j = from; j < to; j++) {
    weight += weights[j]!
    sum += weights[j]! * values[j]!
  }
  return [weight, sum / weight]
}

/** Part of the level that goes to all points at once; the rest is shared by the stretches. */
const WHOLE_PART = 0.8
/** Shorter stretches are not scanned by themselves. */
const SHORTEST = 5

/** A stretch of points to scan, and the part of the level that it may use. */
export interface Stretch {
  readonly from: number
  readonly to: number
  readonly part: number
}

/**
 * The stretches to scan of `m` points: all, then overlapping ones of falling length, in which a rise that was taken back later stands alone. Their parts of the level add
 * up to 1.
 * Source: S. Kovács et al., Seeded binary segmentation, Biometrika 110 (2023), 249-256.
 */
export function scanStretches(m: number): Stretch[] {
  const inner: (readonly [number, number])[] = []
  for (let length = Math.floor(m * Math.SQRT1_2); length >= SHORTEST; length = Math.floor(length * Math.SQRT1_2)) {
    const count = Math.max(2, Math.ceil((2 * m) / length) - 1)
    for (let i = 0; i < count; i++) {
      const from = Math.round((i * (m - length)) / (count - 1))
      inner.push([from, from + length])
    }
  }
  const part = inner.length === 0 ? 1 : WHOLE_PART
  return [{ from: 0, to: m, part }, ...inner.map(([from, to]) => ({ from, to, part: (1 - part) / inner.length }))]
}

/** Beyond this first bound on p the finer one is not worked out. */
const COARSE = 0.5

/**
 * P that the largest |t| over all splits of like points reaches `t`. Neighbouring splits share most points, which the bound of Hunter and Worsley
 * takes into account: P(any) <= sum of P(each) - sum of P(each and its next).
 * Source: K. J. Worsley, An improved Bonferroni inequality and applications, Biometrika 69 (1982), 297-302.
 */
export function scanProbability(t: number, df: number, weights: ArrayLike<number>): number {
  const m = weights.length
  const single = studentTwoSided(t, df)
  const bound = single * (m - 1)
  if (bound >= COARSE || single === 0 || m < 3) return Math.min(1, bound)
  const z = -normalQuantile(single / 2)
  let all = 0
  for (let j = 0; j < m; j++) all += weights[j]!
  let both = 0
  let first = 0
  for (let k = 1; k < m - 1; k++) {
    first += weights[k - 1]!
    const next = first + weights[k]!
    both += bothBeyond(z, Math.sqrt((first * (all - next)) / (next * (all - first))))
  }
  // with few degrees of freedom a split that fits well takes scatter from its neighbour, so less is shared: by simulation
  const shared = df === Infinity ? 1 : df / (df + 4)
  return Math.min(1, Math.max(single, bound - shared * both))
}

const STEPS = 48
const REACH = 7

/** P(|X| > z and |Y| > z) of two standard normals with correlation `rho`; the half in which signs differ is left out. Simpson's rule. */
function bothBeyond(z: number, rho: number): number {
  const spread = Math.sqrt(Math.max(1e-12, 1 - rho * rho))
  const width = REACH / (z + 1) / STEPS
  let sum = 0
  for (let i = 0; i <= STEPS; i++) {
    const x = z + i * width
    const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)
    sum += density * normalUpper((z - rho * x) / spread) * (i === 0 || i === STEPS ? 1 : i % 2 === 1 ? 4 : 2)
  }
  return (2 * sum * width) / 3
}
