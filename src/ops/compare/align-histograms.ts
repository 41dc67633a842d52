import type { HistogramSeries } from '../../model/index.ts'

/** Observations per bucket of a series, all its rows together; missing counts are none. */
export function bucketTotals(series: HistogramSeries): Float64Array {
  const buckets = series.edges.length - 1
  const totals = new Float64Array(buckets)
  const rows = series.time.length
  for (let row = series.cumulative === true ? Math.max(0, rows - 1) : 0; row < rows; row++) {
    for (let j = 0; j < buckets; j++) {
      const count = series.counts[row * buckets + j]!
      if (count > 0) totals[j]! += count
    }
  }
  return totals
}

/** Several histograms over one set of edges, the union of theirs; a bucket that the union splits is spread evenly over its parts. */
export function onOneScale(histograms: readonly { readonly edges: Float64Array; readonly counts: Float64Array }[]): {
  edges: Float64Array
  counts: Float64Array[]
} {
  const distinct = new Set<number>()
  for (const { edges } of histograms) for (const edge of edges) distinct.add(edge)
  const edges = Float64Array.from(distinct).sort()
  const place = new Map<number, number>()
  edges.forEach((edge, i) => place.set(edge, i))
  const counts = histograms.map(histogram => {
    const spread = new Float64Array(Math.max(0, edges.length - 1))
    for (let j = 0; j < histogram.counts.length; j++) {
      const count = histogram.counts[j]!
      if (!(count > 0)) continue
      const first = place.get(histogram.edges[j]!)!
      const last = place.get(histogram.edges[j + 1]!)!
      const width = edges[last]! - edges[first]!
      for (let k = first; k < last; k++) {
        const part =
          last === first + 1 ? 1 : Number.isFinite(width) ? (edges[k + 1]! - edges[k]!) / width : k === first ? 1 : 0
        spread[k]! += count * part
      }
    }
    return spread
  })
  return { edges, counts }
}

/** Distance from the middle of each bucket to that of the next: in doublings where buckets grow geometrically, else in the unit. */
export function bucketSteps(edges: Float64Array): { steps: Float64Array; doublings: boolean } {
  const doublings = isGeometric(edges)
  const middles = new Float64Array(Math.max(0, edges.length - 1))
  for (let j = 0; j < middles.length; j++) {
    const low = edges[j]!
    const high = edges[j + 1]!
    if (doublings)
      middles[j] =
        low > 0 && Number.isFinite(high)
          ? (Math.log2(low) + Math.log2(high)) / 2
          : low > 0
            ? Math.log2(low) + 0.5
            : high > 0
              ? Math.log2(Number.isFinite(high) ? high : 1) - 0.5
              : -1
    else
      middles[j] = Number.isFinite(low) && Number.isFinite(high) ? (low + high) / 2 : Number.isFinite(low) ? low : high
  }
  return {
    steps: Float64Array.from({ length: Math.max(0, middles.length - 1) }, (_, j) =>
      Math.max(0, middles[j + 1]! - middles[j]!),
    ),
    doublings,
  }
}

/** Do most buckets of positive edges grow like powers? */
function isGeometric(edges: Float64Array): boolean {
  let growing = 0
  let pairs = 0
  for (let j = 0; j + 2 < edges.length; j++) {
    if (!(edges[j]! > 0 && Number.isFinite(edges[j + 2]!))) continue
    pairs++
    if ((edges[j + 2]! - edges[j + 1]!) / (edges[j + 1]! - edges[j]!) > 1.3) growing++
  }
  return pairs === 0 ? edges.length >= 3 && edges[0] === 0 && edges[1] === 1 && edges[2] === 2 : growing * 2 >= pairs
}
