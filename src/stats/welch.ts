import { studentQuantile, studentTwoSided } from './student.ts'

export interface WelchResult {
  readonly delta: number
  readonly error: number
  readonly df: number
  readonly t: number
  readonly p: number
  readonly low: number
  readonly high: number
}

/** Welch's test of mean(b) - mean(a) with a confidence interval; p is 1 and the interval unbounded when a side has fewer than two values. */
export function welch(a: readonly number[], b: readonly number[], confidence = 0.95): WelchResult {
  const [meanA, varA] = moments(a)
  const [meanB, varB] = moments(b)
  const delta = meanB - meanA
  if (a.length < 2 || b.length < 2) return { delta, error: NaN, df: 0, t: 0, p: 1, low: -Infinity, high: Infinity }
  const partA = varA / a.length
  const partB = varB / b.length
  const error = Math.sqrt(partA + partB)
  if (error === 0)
    return {
      delta,
      error,
      df: a.length + b.length - 2,
      t: delta === 0 ? 0 : Math.sign(delta) * Infinity,
      p: delta === 0 ? 1 : 0,
      low: delta,
      high: delta,
    }
  const df = (partA + partB) ** 2 / ((partA * partA) / (a.length - 1) + (partB * partB) / (b.length - 1))
  const t = delta / error
  const reach = studentQuantile(0.5 + confidence / 2, df) * error
  return { delta, error, df, t, p: studentTwoSided(t, df), low: delta - reach, high: delta + reach }
}

/** Mean and unbiased variance (NaN variance for one value). */
export function moments(values: readonly number[]): readonly [number, number] {
  let mean = 0
  for (const value of values) mean += value / values.length
  let squares = 0
  for (const value of values) squares += (value - mean) ** 2
  return [mean, squares / (values.length - 1)]
}
