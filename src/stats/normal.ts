import { gammaUpper } from './gamma.ts'

/** P(Z > z) of the standard normal, accurate far into the tail. */
export function normalUpper(z: number): number {
  const half = 0.5 * gammaUpper(0.5, (z * z) / 2)
  return z > 0 ? half : 1 - half
}

/** P(Z <= z) of the standard normal. */
export function normalCdf(z: number): number {
  return normalUpper(-z)
}

const known = new Map<number, number>()

/** The z with P(Z <= z) = p; -Infinity at 0, Infinity at 1. Answers are remembered. */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) return p === 0 ? -Infinity : p === 1 ? Infinity : NaN
  let z = known.get(p)
  if (z === undefined) {
    if (known.size > 4096) known.clear()
    known.set(p, (z = p < 0.5 ? -upperQuantile(p) : upperQuantile(1 - p)))
  }
  return z
}

/** The z with P(Z > z) = p for p <= 0.5, by Newton's method on the logarithm of the tail. */
function upperQuantile(p: number): number {
  if (p === 0.5) return 0
  let z = Math.sqrt(-2 * Math.log(p))
  z -= Math.min(
    z,
    (2.515517 + 0.802853 * z + 0.010328 * z * z) / (1 + 1.432788 * z + 0.189269 * z * z + 0.001308 * z * z * z),
  )
  for (let i = 0; i < 20; i++) {
    const tail = normalUpper(z)
    const step = (Math.log(tail / p) * tail) / (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI))
    z += step
    if (Math.abs(step) <= 1e-15 * Math.max(1, Math.abs(z))) break
  }
  return z
}
