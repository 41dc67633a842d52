/**
 * The q-quantile (0..1) of binned counts: log-linear interpolation inside the bin (linear where an edge is not positive), and the bin's
 * own edges, between which the truth lies. `edges` has one more entry than `counts`, ascending, ends may be infinite;
 * an infinite end gives the finite edge as value. NaN everywhere when there is nothing counted.
 */
export function binQuantile(
  edges: ArrayLike<number>,
  counts: ArrayLike<number>,
  q: number,
): { value: number; low: number; high: number } {
  let total = 0
  for (let i = 0; i < counts.length; i++) total += counts[i]! > 0 ? counts[i]! : 0
  if (!(total > 0) || Number.isNaN(q)) return { value: NaN, low: NaN, high: NaN }
  const rank = Math.min(1, Math.max(0, q)) * total
  let below = 0
  let bin = -1
  for (let i = 0; i < counts.length; i++) {
    if (!(counts[i]! > 0)) continue
    bin = i
    if (below + counts[i]! >= rank) break
    below += counts[i]!
  }
  const low = edges[bin]!
  const high = edges[bin + 1]!
  const part = Math.min(1, Math.max(0, (rank - below) / counts[bin]!))
  return { value: between(low, high, part), low, high }
}

function between(low: number, high: number, part: number): number {
  if (low === -Infinity) return high
  if (high === Infinity) return low
  if (low > 0) return low * (high / low) ** part
  return low + (high - low) * part
}

/** The q-quantile of ascending numbers, linear between neighbours; NaN when empty. */
export function sortedQuantile(sorted: ArrayLike<number>, q: number): number {
  if (sorted.length === 0) return NaN
  const at = Math.min(1, Math.max(0, q)) * (sorted.length - 1)
  const i = Math.floor(at)
  const next = Math.min(i + 1, sorted.length - 1)
  return sorted[i]! + (sorted[next]! - sorted[i]!) * (at - i)
}

/** The median of numbers in any order; NaN when empty. */
export function median(values: ArrayLike<number>): number {
  return sortedQuantile(Float64Array.from(values).sort(), 0.5)
}
