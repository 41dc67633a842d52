import type { HistogramSeries, Unit } from '../../src/model/index.ts'
import { conversion } from '../../src/model/index.ts'
import { binQuantile } from '../../src/stats/quantile.ts'

/** One distribution: all intervals of a series together. */
export interface Shape {
  readonly label: string
  readonly unit: Unit
  readonly edges: Float64Array
  readonly counts: Float64Array
  readonly total: number
  /** p50, p90, p99. */
  readonly quantiles: readonly {
    readonly name: string
    readonly value: number
    readonly low: number
    readonly high: number
  }[]
}

/** Series whose units measure the same, in the unit of the first, or of one name where none is known; the order of appearance is kept. */
export function unitGroups(
  series: readonly HistogramSeries[],
): { readonly unit: Unit; readonly shapes: readonly Shape[] }[] {
  const groups: { unit: Unit; name: string; shapes: Shape[] }[] = []
  for (const one of series) {
    let group = groups.find(
      each => conversion(one.unit, each.unit) !== undefined && (one.unit !== '' || one.name === each.name),
    )
    if (group === undefined) groups.push((group = { unit: one.unit, name: one.name, shapes: [] }))
    const factor = conversion(one.unit, group.unit)!
    group.shapes.push(
      shapeOf(
        one,
        group.unit,
        factor === 1 ? one.edges : one.edges.map(edge => Number((edge * factor).toPrecision(12))),
      ),
    )
  }
  return groups
}

function shapeOf(series: HistogramSeries, unit: Unit, edges: Float64Array): Shape {
  const width = edges.length - 1
  const counts = new Float64Array(width)
  const rows = series.time.length
  let last = rows - 1
  while (last > 0 && series.counts.subarray(last * width, (last + 1) * width).every(count => Number.isNaN(count)))
    last--
  for (let row = series.cumulative === true ? last : 0; row < rows; row++) {
    for (let j = 0; j < width; j++) {
      const count = series.counts[row * width + j]!
      if (count > 0) counts[j] = counts[j]! + count
    }
  }
  let total = 0
  for (const count of counts) total += count
  const quantiles = (
    [
      ['p50', 0.5],
      ['p90', 0.9],
      ['p99', 0.99],
    ] as const
  ).map(([name, q]) => ({ name, ...binQuantile(edges, counts, q) }))
  const label = [series.name === (series.meta.tool ?? '') ? '' : series.name, series.key]
    .filter(word => word !== '')
    .join(' ')
  return { label, unit, edges, counts, total, quantiles }
}
