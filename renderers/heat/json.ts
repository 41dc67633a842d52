import { needFigures } from '../../src/model/arguments.ts'
import type { HeatFigure, HeatQuantile } from '../../src/ops/heat/heat.ts'

/** Heat maps as JSON lines of one array: edges of x and y, counts by column (null = missing), what was not drawn and why, and the percentile lines. */
export function* heatJson(figures: readonly HeatFigure[]): Iterable<string> {
  needFigures(figures, 'heatJson')
  yield '[\n'
  let first = true
  for (const figure of figures) {
    for (const panel of figure.panels) {
      const { x, y, counts } = panel.grid
      const rows = y.length - 1
      if (!first) yield ',\n'
      first = false
      yield JSON.stringify({
        version: 1,
        name: figure.name,
        tool: figure.tool,
        split: figure.split,
        key: panel.key,
        cells: figure.cells,
        value: figure.value,
        bucketed: figure.bucketed,
        x: { name: figure.x.name, unit: figure.x.unit, edges: numbers(x) },
        y: {
          name: figure.y.name,
          unit: figure.y.unit,
          scale: figure.y.scale,
          ...(figure.y.labels !== undefined && { labels: figure.y.labels }),
          edges: numbers(y),
        },
        counts: Array.from({ length: x.length - 1 }, (_, c) => numbers(counts.subarray(c * rows, (c + 1) * rows))),
        total: panel.total,
        exclusions: figure.exclusions,
        notes: figure.notes,
        percentiles: panel.lines.map(line => ({
          name: line.name,
          overall: quantile(line.overall),
          columns: line.columns.map(quantile),
        })),
      })
    }
  }
  yield '\n]\n'
}

/** JSON has no infinity and no NaN: open ends are the words "-Infinity" and "Infinity", missing cells null. */
function numbers(values: Float64Array): (number | string | null)[] {
  return Array.from(values, plain)
}

function plain(value: number): number | string | null {
  return Number.isNaN(value) ? null : Number.isFinite(value) ? value : String(value)
}

function quantile({ value, low, high }: HeatQuantile): {
  value: number | string | null
  low: number | string | null
  high: number | string | null
} {
  return { value: plain(value), low: plain(low), high: plain(high) }
}
