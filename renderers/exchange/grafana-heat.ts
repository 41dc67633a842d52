import type { HistogramSeries } from '../../src/model/index.ts'
import { GRAFANA_UNITS } from './grafana.ts'

/**
 * Data frames for Grafana's heat map panel, one per histogram: `Time` in milliseconds and a column of counts per bucket, named by its upper edge. Rows of a
 * histogram that was printed with growing counts become differences. `start`: milliseconds since 1970 of the first row. Source: @grafana/data, heatmap-rows.
 */
export function* grafanaHeat(series: readonly HistogramSeries[], start: number | undefined): Iterable<string> {
  let first = true
  yield '['
  for (const one of series) {
    const { name, key, unit, edges, time, counts, cumulative } = one
    const width = edges.length - 1
    const from = start === undefined ? 0 : start - 1000 * (Number.isFinite(time[0]) ? time[0]! : 0)
    const columns = Array.from({ length: width }, (_, j) => ({
      name: edges[j + 1] === Infinity ? '+Inf' : String(edges[j + 1]),
      type: 'number',
      config: { unit: 'short' },
      values: Array.from(time, (_at, row) => {
        const count = counts[row * width + j]!
        const before = cumulative === true && row > 0 ? counts[(row - 1) * width + j]! : 0
        return Number.isNaN(count) ? null : count - (Number.isNaN(before) ? 0 : before)
      }),
    }))
    const frame = {
      name: key === '' ? name : `${name} ${key}`,
      // edges are in this unit
      meta: { type: 'heatmap-rows', custom: { unit: GRAFANA_UNITS.get(unit) ?? unit } },
      length: time.length,
      fields: [
        // a histogram without a time stands in its own second
        {
          name: 'Time',
          type: 'time',
          config: {},
          values: Array.from(time, (at, row) => Math.round(from + 1000 * (Number.isFinite(at) ? at : row))),
        },
        ...columns,
      ],
    }
    yield `${first ? '' : ','}\n${JSON.stringify(frame)}`
    first = false
  }
  yield '\n]\n'
}
