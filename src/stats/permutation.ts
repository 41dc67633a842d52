import { randomSource, shuffle } from './random.ts'

export interface PermutationResult {
  readonly p: number
  readonly observed: number
  readonly arrangements: number
  /** True when every arrangement of the labels was tried; false when they were drawn. */
  readonly exact: boolean
}

/**
 * P-value of `statistic` under relabelling of whole runs: the fraction of arrangements at least as extreme as the one seen.
 * `statistic` gets the indices of side A and of side B; larger means further apart. Runs 0..before-1 are side A.
 * All arrangements when there are at most `limit`, else `limit - 1` seeded draws and the one seen.
 */
export function permutationTest(
  before: number,
  after: number,
  statistic: (a: readonly number[], b: readonly number[]) => number,
  options: { readonly seed?: number; readonly limit?: number } = {},
): PermutationResult {
  const n = before + after
  const limit = options.limit ?? 10_000
  const first = Array.from({ length: before }, (_, i) => i)
  const observed = statistic(
    first,
    Array.from({ length: after }, (_, i) => before + i),
  )
  const threshold = observed - 1e-12 * Math.abs(observed)
  if (!(before > 0 && after > 0) || Number.isNaN(observed)) return { p: 1, observed, arrangements: 1, exact: true }
  let tried = 0
  let extreme = 0
  const attempt = (chosen: readonly number[]): void => {
    const inA = new Uint8Array(n)
    for (const i of chosen) inA[i] = 1
    const a: number[] = []
    const b: number[] = []
    for (let i = 0; i < n; i++) (inA[i] === 1 ? a : b).push(i)
    tried++
    if (statistic(a, b) >= threshold) extreme++
  }
  if (combinations(n, before) <= limit) {
    const chosen = first.slice()
    for (;;) {
      attempt(chosen)
      let i = before - 1
      while (i >= 0 && chosen[i] === n - before + i) i--
      if (i < 0) break
      chosen[i]!++
      for (let j = i + 1; j < before; j++) chosen[j] = chosen[j - 1]! + 1
    }
    return { p: extreme / tried, observed, arrangements: tried, exact: true }
  }
  const random = randomSource(options.seed ?? 1)
  const items = Array.from({ length: n }, (_, i) => i)
  attempt(first)
  while (tried < limit) attempt(shuffle(items, random).slice(0, before))
  return { p: extreme / tried, observed, arrangements: tried, exact: false }
}

/** Number of ways to choose k of n, as a float. */
export function combinations(n: number, k: number): number {
  let ways = 1
  for (let i = 1; i <= Math.min(k, n - k); i++) ways = (ways * (n - Math.min(k, n - k) + i)) / i
  return Math.round(ways)
}
