/**
 * Adjusted p-values (q-values) in input order. `bh` is Benjamini-Hochberg, `by` Benjamini-Yekutieli, which holds under any dependence.
 * NaN p-values stay NaN and are not part of the family.
 */
export function adjustPValues(p: ArrayLike<number>, method: 'bh' | 'by' = 'bh'): Float64Array {
  const order: number[] = []
  for (let i = 0; i < p.length; i++) if (!Number.isNaN(p[i]!)) order.push(i)
  order.sort((a, b) => p[a]! - p[b]!)
  const m = order.length
  let harmonic = 1
  if (method === 'by') for (let i = 2; i <= m; i++) harmonic += 1 / i
  const q = new Float64Array(p.length).fill(NaN)
  let least = 1
  for (let rank = m; rank >= 1; rank--) {
    const index = order[rank - 1]!
    least = Math.min(least, (p[index]! * harmonic * m) / rank)
    q[index] = least
  }
  return q
}
