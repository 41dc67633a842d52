import { betaTails } from './beta.ts'
import { gammaUpper } from './gamma.ts'

/** P(F > x) of Fisher's F with d1 and d2 degrees of freedom; d2 = Infinity gives chi-square / d1. */
export function fisherUpper(x: number, d1: number, d2: number): number {
  if (!(x > 0)) return Number.isNaN(x) ? NaN : 1
  if (x === Infinity) return 0
  if (d2 === Infinity) return gammaUpper(d1 / 2, (d1 * x) / 2)
  return betaTails(d2 / (d2 + d1 * x), (d1 * x) / (d2 + d1 * x), d2 / 2, d1 / 2)[0]
}

/** P(F <= x) of Fisher's F. */
export function fisherCdf(x: number, d1: number, d2: number): number {
  if (!(x > 0)) return Number.isNaN(x) ? NaN : 0
  if (x === Infinity) return 1
  if (d2 === Infinity) return 1 - gammaUpper(d1 / 2, (d1 * x) / 2)
  return betaTails(d2 / (d2 + d1 * x), (d1 * x) / (d2 + d1 * x), d2 / 2, d1 / 2)[1]
}

const known = new Map<string, number>()

/** The x with P(F <= x) = p. Answers are remembered: fitting a noise model asks the same again. */
export function fisherQuantile(p: number, d1: number, d2: number): number {
  if (!(p > 0 && p < 1)) return p === 0 ? 0 : p === 1 ? Infinity : NaN
  const key = `${p} ${d1} ${d2}`
  let x = known.get(key)
  if (x === undefined) {
    if (known.size > 4096) known.clear()
    known.set(key, (x = computeQuantile(p, d1, d2)))
  }
  return x
}

/** Regula falsi (Illinois) of log x on the logit of the probability, where the curve is nearly straight. */
function computeQuantile(p: number, d1: number, d2: number): number {
  const target = Math.log(p) - Math.log1p(-p)
  const gap = (logX: number): number => {
    const x = Math.exp(logX)
    const [upper, lower] =
      d2 === Infinity
        ? [fisherUpper(x, d1, d2), fisherCdf(x, d1, d2)]
        : betaTails(d2 / (d2 + d1 * x), (d1 * x) / (d2 + d1 * x), d2 / 2, d1 / 2)
    return Math.max(-1e300, Math.min(1e300, Math.log(lower) - Math.log(upper))) - target
  }
  let low = -1
  let high = 1
  let fLow = gap(low)
  while (fLow > 0 && low > -700) fLow = gap((low *= 2))
  let fHigh = gap(high)
  while (fHigh < 0 && high < 700) fHigh = gap((high *= 2))
  for (let i = 0; i < 100 && high - low > 1e-13; i++) {
    let middle = low - (fLow * (high - low)) / (fHigh - fLow)
    if (!(middle > low && middle < high)) middle = (low + high) / 2
    const f = gap(middle)
    if (Math.abs(f) < 1e-13) return Math.exp(middle)
    if (f < 0) {
      low = middle
      fLow = f
      fHigh /= 2
    } else {
      high = middle
      fHigh = f
      fLow /= 2
    }
  }
  return Math.exp((low + high) / 2)
}
