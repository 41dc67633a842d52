import { logGamma } from './gamma.ts'

/**
 * Regularized incomplete beta I_x(a, b) as [lower, upper], both with full relative accuracy.
 * `y` is 1 - x, given apart because the caller often knows it better than a subtraction does.
 */
export function betaTails(x: number, y: number, a: number, b: number): readonly [number, number] {
  if (Number.isNaN(x + y + a + b)) return [NaN, NaN]
  if (x <= 0) return [0, 1]
  if (y <= 0) return [1, 0]
  const front = Math.exp(a * Math.log(x) + b * Math.log(y) + logGamma(a + b) - logGamma(a) - logGamma(b))
  if (x < (a + 1) / (a + b + 2)) {
    const lower = (front * fraction(x, a, b)) / a
    return [lower, 1 - lower]
  }
  const upper = (front * fraction(y, b, a)) / b
  return [1 - upper, upper]
}

/** The continued fraction of the incomplete beta, by Lentz's method; converges fast for x < (a + 1) / (a + b + 2). */
function fraction(x: number, a: number, b: number): number {
  let c = 1
  let d = 1 / (1 - ((a + b) * x) / (a + 1))
  let h = d
  for (let m = 1; m < 2000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / (1 + even * d)
    c = 1 + even / c
    h *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / (1 + odd * d)
    c = 1 + odd / c
    const step = d * c
    h *= step
    if (Math.abs(step - 1) < 1e-15) break
  }
  return h
}
