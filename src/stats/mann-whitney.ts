import { normalQuantile, normalUpper } from './normal.ts'

/** Most runs of a side whose ranks are counted exactly, without ties and with ties. */
const EXACT = 50
const EXACT_TIES = 25

/**
 * Two-sided p-value of the Mann-Whitney U test, twice the smaller tail. Exact up to 50 values a side, with ties up to 25, else by the normal distribution
 * with its corrections for ties and continuity: benchstat's limits.
 */
export function mannWhitney(a: readonly number[], b: readonly number[]): number {
  if (a.length === 0 || b.length === 0) return 1
  const all = [...a.map(value => ({ value, side: 0 })), ...b.map(value => ({ value, side: 1 }))].sort(
    (x, y) => x.value - y.value,
  )
  let rankSum = 0
  let ties = 0
  const groups: number[] = []
  for (let i = 0; i < all.length; ) {
    let end = i + 1
    while (end < all.length && all[end]!.value === all[i]!.value) end++
    const same = end - i
    if (same > 1) ties += same ** 3 - same
    groups.push(same)
    for (let k = i; k < end; k++) if (all[k]!.side === 0) rankSum += (i + 1 + end) / 2
    i = end
  }
  const u = rankSum - (a.length * (a.length + 1)) / 2
  const n = all.length
  const most = Math.max(a.length, b.length)
  if (ties === 0 && most <= EXACT) return exactP(u, a.length, b.length)
  if (groups.length > 1 && most <= EXACT_TIES) return tiedP(rankSum, a.length, groups)
  const variance = ((a.length * b.length) / 12) * (n + 1 - ties / (n * (n - 1)))
  if (variance <= 0) return 1
  const distance = Math.max(0, Math.abs(u - (a.length * b.length) / 2) - 0.5)
  return Math.min(1, 2 * normalUpper(distance / Math.sqrt(variance)))
}

/** Exact p of a sum of mid-ranks of `size` values, where `groups` are the numbers of equal values, in ascending order. */
function tiedP(rankSum: number, size: number, groups: readonly number[]): number {
  const n = groups.reduce((sum, same) => sum + same, 0)
  const most = n * (n + 1)
  // ways[k][s]: choices of k of the values so far whose ranks, doubled, add up to s
  const ways = Array.from({ length: size + 1 }, () => new Float64Array(most + 1))
  ways[0]![0] = 1
  let before = 0
  for (const same of groups) {
    const doubled = 2 * before + same + 1
    for (let each = 0; each < same; each++) {
      for (let k = Math.min(size, before + each + 1); k >= 1; k--) {
        const [from, to] = [ways[k - 1]!, ways[k]!]
        for (let s = doubled; s <= most; s++) to[s]! += from[s - doubled]!
      }
    }
    before += same
  }
  const counts = ways[size]!
  const observed = Math.round(2 * rankSum)
  let [low, high, all] = [0, 0, 0]
  counts.forEach((count, s) => {
    if (s <= observed) low += count
    if (s >= observed) high += count
    all += count
  })
  return Math.min(1, (2 * Math.min(low, high)) / all)
}

/** P of a U at least as far from its middle, both ends together. */
function exactP(u: number, n: number, m: number): number {
  const ways = distributionOfU(n, m)
  const all = ways.reduce((sum, count) => sum + count, 0)
  const low = Math.min(u, n * m - u)
  let tail = 0
  for (let i = 0; i <= low; i++) tail += ways[i]!
  return Math.min(1, (2 * tail) / all)
}

/** Number of arrangements with each value of U. */
function distributionOfU(n: number, m: number): Float64Array {
  // counts[k] after each step: ways to choose items of both sides with U = k (a quotient of q-factorials)
  let counts = new Float64Array(n * m + 1)
  counts[0] = 1
  for (let i = 1; i <= n; i++) {
    const next = counts.slice()
    for (let k = next.length - 1; k >= m + i; k--) next[k]! -= counts[k - m - i]!
    for (let k = i; k < next.length; k++) next[k]! += next[k - i]!
    counts = next
  }
  return counts
}

/** Hodges-Lehmann shift b - a: the median of all differences, with the interval that order statistics give; unbounded where no interval reaches the level. */
export function hodgesLehmann(
  a: readonly number[],
  b: readonly number[],
  confidence = 0.95,
): { readonly shift: number; readonly low: number; readonly high: number } {
  const differences = Float64Array.from(
    b.flatMap(y => a.map(x => y - x)),
    value => value,
  ).sort()
  const count = differences.length
  if (count === 0) return { shift: NaN, low: -Infinity, high: Infinity }
  const shift = (differences[(count - 1) >> 1]! + differences[count >> 1]!) / 2
  const cut = criticalU(a.length, b.length, (1 - confidence) / 2)
  if (cut < 0) return { shift, low: -Infinity, high: Infinity }
  return { shift, low: differences[cut]!, high: differences[count - 1 - cut]! }
}

/** The largest k with P(U <= k) <= `tail`, -1 when there is none. */
function criticalU(n: number, m: number, tail: number): number {
  if (Math.max(n, m) > EXACT) {
    const deviation = Math.sqrt((n * m * (n + m + 1)) / 12)
    return Math.floor((n * m) / 2 + normalQuantile(tail) * deviation - 0.5)
  }
  const ways = distributionOfU(n, m)
  const all = ways.reduce((sum, count) => sum + count, 0)
  let sum = 0
  for (let k = 0; k < ways.length; k++) {
    sum += ways[k]!
    if (sum > tail * all) return k - 1
  }
  return ways.length - 1
}
