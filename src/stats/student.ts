import { betaTails } from './beta.ts'
import { normalQuantile, normalUpper } from './normal.ts'

/** P(T > t) of Student's t with `df` degrees of freedom (Infinity gives the normal), accurate far into the tail. */
export function studentUpper(t: number, df: number): number {
  if (df === Infinity) return normalUpper(t)
  if (t === Infinity) return 0
  if (t === -Infinity) return 1
  const half = 0.5 * betaTails(df / (df + t * t), t * t / (df + t * t), df / 2, 0.5)[0]
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

/** The t with P(T <= t) = p. */
export function studentQuantile(p: number, df: number): number {
  if (df === Infinity || !(p > 0 && p < 1)) return normalQuantile(p)
  if (p === 0.5) return 0
  const tail = p < 0.5 ? p : 1 - p
  // bracket on a log scale: the tail of a t with few degrees of freedom is a power law
  let low = 0
  let high = Math.max(1, -normalQuantile(tail))
  while (studentUpper(high, df) > tail) {
    low = high
    high *= 4
    if (high === Infinity) break
  }
  for (let i = 0; i < 200 && high - low > 4e-16 * high; i++) {
    const middle = low === 0 || high / low < 2 ? (low + high) / 2 : Math.sqrt(low * high)
    if (studentUpper(middle, df) > tail) low = middle
    else high = middle
  }
  const t = (low + high) / 2
  return p < 0.5 ? -t : t
}
