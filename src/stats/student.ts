import { betaTails } from './beta.ts'
import { logGamma } from './gamma.ts'
import { normalQuantile, normalUpper } from './normal.ts'

/** P(T > t) of Student's t with `df` degrees of freedom (Infinity gives the normal), accurate far into the tail. */
export function studentUpper(t: number, df: number): number {
  if (df === Infinity) return normalUpper(t)
  if (t === Infinity) return 0
  if (t === -Infinity) return 1
  const half = 0.5 * betaTails(df / (df + t * t), (t * t) / (df + t * t), df / 2, 0.5)[0]
  return t > 0 ? half : 1 - half
}

/** P(T <= t) of Student's t. */
export function studentCdf(t: number, df: number): number {
  return studentUpper(-t, df)
}

/** P(|T| > |t|), the two-sided p-value; 1 at t = 0. */
export function studentTwoSided(t: number, df: number): number {
  return Math.min(1, 2 * studentUpper(Math.abs(t), df))
}

const known = new Map<number, Map<number, number>>()

/** The t with P(T <= t) = p. Answers are remembered: a comparison asks the same few hundreds of times. */
export function studentQuantile(p: number, df: number): number {
  if (df === Infinity || !(p > 0 && p < 1)) return normalQuantile(p)
  if (p === 0.5) return 0
  let byDf = known.get(p)
  if (byDf === undefined) {
    if (known.size > 64) known.clear()
    known.set(p, (byDf = new Map()))
  }
  let t = byDf.get(df)
  if (t === undefined) {
    if (byDf.size > 4096) byDf.clear()
    byDf.set(df, (t = computeQuantile(p, df)))
  }
  return t
}

function computeQuantile(p: number, df: number): number {
  const tail = p < 0.5 ? p : 1 - p
  // bracket on a log scale: the tail of a t with few degrees of freedom is a power law
  let low = 0
  let high = Math.max(1, -normalQuantile(tail))
  while (studentUpper(high, df) > tail) {
    low = high
    high *= 4
    if (high === Infinity) break
  }
  // Newton on log tail against log t, kept inside the bracket
  let t = low === 0 ? high / 2 : Math.sqrt(low * high)
  const density = Math.exp(logGamma((df + 1) / 2) - logGamma(df / 2)) / Math.sqrt(df * Math.PI)
  for (let i = 0; i < 100; i++) {
    const upper = studentUpper(t, df)
    if (upper > tail) low = t
    else high = t
    const step = (Math.log(upper / tail) * upper) / (density * (1 + (t * t) / df) ** (-(df + 1) / 2) * t)
    let next = t * Math.exp(step)
    if (!(next > low && next < high)) next = low === 0 ? high / 2 : (low + high) / 2
    if (Math.abs(next - t) <= 4e-16 * t || high - low <= 4e-16 * high) break
    t = next
  }
  return p < 0.5 ? -t : t
}
