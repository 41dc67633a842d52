import { betaTails } from './beta.ts'
import { gammaUpper } from './gamma.ts'

/** P(F > x) of Fisher's F with d1 and d2 degrees of freedom; d2 = Infinity gives chi-square / d1. */
export function fisherUpper(x: number, d1: number, d2: number): number {
  if (!(x > 0)) return Number.isNaN(x) ? NaN : 1
  if (x === Infinity) return 0
  if (d2 === Infinity) return gammaUpper(d1 / 2, d1 * x / 2)
  return betaTails(d2 / (d2 + d1 * x), d1 * x / (d2 + d1 * x), d2 / 2, d1 / 2)[0]
}

/** P(F <= x) of Fisher's F. */
export function fisherCdf(x: number, d1: number, d2: number): number {
  if (!(x > 0)) return Number.isNaN(x) ? NaN : 0
  if (x === Infinity) return 1
  if (d2 === Infinity) return 1 - gammaUpper(d1 / 2, d1 * x / 2)
  return betaTails(d2 / (d2 + d1 * x), d1 * x / (d2 + d1 * x), d2 / 2, d1 / 2)[1]
}

/** The x with P(F <= x) = p, by bisection of log x. */
export function fisherQuantile(p: number, d1: number, d2: number): number {
  if (!(p > 0 && p < 1)) return p === 0 ? 0 : p === 1 ? Infinity : NaN
  let low = -1
  let high = 1
  while (low > -700 && fisherCdf(Math.exp(low), d1, d2) > p) low *= 2
  while (high < 700 && fisherCdf(Math.exp(high), d1, d2) < p) high *= 2
  // regula falsi (Illinois) on the logit of the probability, where the curve is nearly straight
  let fLow = logit(fisherCdf(Math.exp(low), d1, d2), fisherUpper(Math.exp(low), d1, d2)) - logit(p, 1 - p)
  let fHigh = logit(fisherCdf(Math.exp(high), d1, d2), fisherUpper(Math.exp(high), d1, d2)) - logit(p, 1 - p)
  for (let i = 0; i < 100 && high - low > 1e-14; i++) {
    let middle = low - fLow * (high - low) / (fHigh - fLow)
    if (!(middle > low && middle < high)) middle = (low + high) / 2
    const x = Math.exp(middle)
    const f = logit(fisherCdf(x, d1, d2), fisherUpper(x, d1, d2)) - logit(p, 1 - p)
    if (f === 0) return x
    if (f < 0) {
      low = middle
      fLow = f
      fHigh /= 2
    } else {
      high = middle
      fHigh = f
      fLow /= 2
    }
    if (Math.abs(f) < 1e-14) return x
  }
  return Math.exp((low + high) / 2)
}

function logit(lower: number, upper: number): number {
  return Math.max(-1e300, Math.min(1e300, Math.log(lower) - Math.log(upper)))
}
