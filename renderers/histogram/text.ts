import type { HistogramSeries } from '../../src/model/index.ts'
import { clockText, dateText } from '../../src/model/text/clock.ts'
import { binQuantile } from '../../src/stats/quantile.ts'
import { escapeTerminal } from '../markup/escape.ts'
import { textTable } from '../markup/text-table.ts'
import { numberText } from '../words/cell-text.ts'

/** One histogram as `bpfview hist --json` prints it; open ends and unknown times are null. */
export interface HistogramJson {
  readonly name: string
  readonly key: string
  readonly unit: string
  readonly time: number | null
  readonly buckets: readonly {
    readonly from: number | null
    readonly to: number | null
    readonly count: number | null
  }[]
}

/** One JSON array, an object per histogram and interval. */
export function* histogramJson(series: readonly HistogramSeries[]): Iterable<string> {
  let first = true
  yield '['
  for (const one of series) {
    for (let row = 0; row < one.time.length; row++) {
      yield `${first ? '\n' : ',\n'}${JSON.stringify(histogramRow(one, row))}`
      first = false
    }
  }
  yield first ? ']\n' : '\n]\n'
}

function histogramRow(series: HistogramSeries, row: number): HistogramJson {
  const { name, key, unit, edges, time, counts } = series
  const width = edges.length - 1
  const buckets = Array.from({ length: width }, (_, j) => ({
    from: finite(edges[j]!),
    to: finite(edges[j + 1]!),
    count: finite(counts[row * width + j]!),
  }))
  return { name, key, unit, time: finite(time[row]!), buckets }
}

const QUANTILES = [0.5, 0.9, 0.99, 1] as const
const BAR = 40

/**
 * Histograms as text with counts, bars and quantiles. A quantile is interpolated inside its bucket and followed by the bucket's edges, between
 * which the true value lies. A series of several intervals is added up (of a cumulative one, the last is shown) unless `intervals`.
 */
export function* histogramText(series: readonly HistogramSeries[], intervals = false): Iterable<string> {
  let first = true
  for (const one of series) {
    const width = one.edges.length - 1
    const rows = one.time.length
    if (intervals && rows > 1) {
      for (let row = 0; row < rows; row++) {
        if (!first) yield '\n'
        first = false
        yield* block(one, one.counts.subarray(row * width, (row + 1) * width), rowTitle(one, row))
      }
      continue
    }
    if (!first) yield '\n'
    first = false
    const note =
      rows > 1
        ? one.cumulative === true
          ? `last of ${rows} intervals`
          : `${rows} intervals added up`
        : Number.isNaN(one.time[0])
          ? ''
          : rowTitle(one, 0)
    yield* block(one, summed(one), note)
  }
}

/** Counts per bucket over all intervals: their sum, or the last row where rows are cumulative. */
export function summed(series: HistogramSeries): Float64Array {
  const width = series.edges.length - 1
  const rows = series.time.length
  if (series.cumulative === true) return series.counts.slice((rows - 1) * width)
  const counts = new Float64Array(width)
  for (let i = 0; i < series.counts.length; i++)
    if (!Number.isNaN(series.counts[i]!)) counts[i % width] = counts[i % width]! + series.counts[i]!
  return counts
}

function* block(series: HistogramSeries, counts: Float64Array, note: string): Iterable<string> {
  const { name, key, unit, edges } = series
  const total = counts.reduce((all, count) => all + (count > 0 ? count : 0), 0)
  const title = [name, key === '' ? '' : `[${key}]`, unit === '' ? '' : `in ${unit}`, note === '' ? '' : `(${note})`]
    .filter(part => part !== '')
    .join(' ')
  yield `${escapeTerminal(title)}\n`
  if (total === 0) {
    yield '  nothing counted\n'
    return
  }
  let from = 0
  let to = counts.length
  while (!(counts[from]! > 0)) from++
  while (!(counts[to - 1]! > 0)) to--
  const most = counts.reduce((max, count) => Math.max(max, count > 0 ? count : 0), 0)
  const rows: string[][] = []
  for (let j = from; j < to; j++) {
    const count = counts[j]!
    rows.push([
      `[${edgeText(edges[j]!)}, ${edgeText(edges[j + 1]!)})`,
      numberText(count),
      `|${'*'.repeat(Math.round((BAR * Math.max(0, count)) / most)).padEnd(BAR)}|`,
    ])
  }
  const [, ...lines] = textTable(['', '', ''], rows, 'lrl')
  for (const line of lines) yield `  ${line}\n`
  yield `  count ${numberText(total)}${QUANTILES.map(q => `, ${quantileText(edges, counts, q)}`).join('')}\n`
}

function quantileText(edges: Float64Array, counts: Float64Array, q: number): string {
  const { value, low, high } = binQuantile(edges, counts, q)
  const name = q === 1 ? 'max' : `p${q * 100}`
  // an open bucket tells one side, and no value in it is likelier than another
  if (high === Infinity) return `${name} >= ${edgeText(low)}`
  if (q === 1 || low === -Infinity) return `${name} < ${edgeText(high)}`
  const digits = Math.max(0, 3 - Math.floor(Math.log10(Math.abs(value) || 1)))
  return `${name} ${numberText(Number(value.toFixed(Math.min(20, digits))))} [${edgeText(low)}, ${edgeText(high)})`
}

function rowTitle(series: HistogramSeries, row: number): string {
  const time = series.time[row]!
  if (Number.isNaN(time)) return `interval ${row + 1} of ${series.time.length}`
  return time > 1e8 ? dateText(time) : clockText(time)
}

function edgeText(edge: number): string {
  return Number.isFinite(edge) ? numberText(edge) : edge < 0 ? '-inf' : 'inf'
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
