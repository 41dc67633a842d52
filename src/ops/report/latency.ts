import type { EventTable, HistogramSeries, Unit } from '../../model/index.ts'
import { conversion } from '../../model/index.ts'
import { binQuantile } from '../../stats/quantile.ts'
import type { ReportInput } from './report-input.ts'
import { numbersOf, toolOf } from './tables.ts'

/** A quantile as the bucket it lies in; both ends equal where single values are known. */
export interface Bounds {
  readonly low: number
  readonly high: number
}

/** A peak of a distribution: its bucket, and the share of all between the valleys around it. */
export interface Mode extends Bounds {
  readonly share: number
}

/** One distribution of one tool. */
export interface Latency {
  readonly source: string
  readonly tool: string
  readonly name: string
  readonly key: string
  readonly unit: Unit
  readonly count: number
  /** Seconds observed; NaN = not known. */
  readonly seconds: number
  readonly p50: Bounds
  readonly p99: Bounds
  readonly max: Bounds
  /** Slowest last. */
  readonly modes: readonly Mode[]
  readonly edges: Float64Array
  /** A row of counts per interval; one row where the tool printed once. */
  readonly rows: readonly Float64Array[]
  /** Sum of all rows. */
  readonly counts: Float64Array
}

/** A peak with less of the whole is chance. */
const LEAST_MODE = 0.02

/** Distributions that the inputs hold, those of histogram tools first, then the latencies of event tables. */
export function latenciesOf(inputs: readonly ReportInput[]): Latency[] {
  const all = inputs.flatMap(({ source, parsed }) =>
    parsed.datasets.flatMap(dataset => (dataset.kind === 'histograms' ? [{ source, series: dataset }] : [])),
  )
  const found = all.map(({ source, series }) => ofHistogram(series, source)).filter(({ count }) => count > 0)
  const tables = inputs.flatMap(({ source, parsed }) =>
    parsed.datasets.flatMap(dataset => (dataset.kind === 'events' ? [ofTable(dataset, source)] : [])),
  )
  return [...found, ...tables.filter(each => each !== undefined)]
}

function ofHistogram(series: HistogramSeries, source: string): Latency {
  const { edges, counts, time } = series
  const width = edges.length - 1
  const rows: Float64Array[] = []
  for (let row = 0; row < time.length; row++) {
    const own = counts.slice(row * width, (row + 1) * width).map(count => (count > 0 ? count : 0))
    const before = row === 0 ? undefined : counts.slice((row - 1) * width, row * width)
    rows.push(series.cumulative === true && before !== undefined ? own.map((n, j) => n - (before[j]! || 0)) : own)
  }
  return describeRows({ source, tool: series.meta.tool ?? '', name: series.name, key: series.key }, series.unit, {
    edges,
    rows,
    seconds: series.meta.duration ?? NaN,
  })
}

interface Names {
  readonly source: string
  readonly tool: string
  readonly name: string
  readonly key: string
}

function describeRows(
  names: Names,
  unit: Unit,
  { edges, rows, seconds }: { readonly edges: Float64Array; readonly rows: Float64Array[]; readonly seconds: number },
): Latency {
  const counts = new Float64Array(edges.length - 1)
  for (const row of rows) for (let j = 0; j < counts.length; j++) counts[j] = counts[j]! + row[j]!
  const count = counts.reduce((sum, n) => sum + n, 0)
  const at = (q: number): Bounds => {
    const { low, high } = binQuantile(edges, counts, q)
    return { low, high }
  }
  const last = counts.findLastIndex(n => n > 0)
  const max = { low: edges[Math.max(0, last)]!, high: edges[Math.max(0, last) + 1]! }
  return {
    ...names,
    unit,
    count,
    seconds,
    p50: at(0.5),
    p99: at(0.99),
    max,
    modes: modesOf(edges, counts),
    edges,
    rows,
    counts,
  }
}

/** Peaks that a valley of at most a third of the smaller one parts from the next. */
export function modesOf(edges: ArrayLike<number>, counts: ArrayLike<number>): Mode[] {
  const total = Array.from(counts).reduce((sum, n) => sum + n, 0)
  const peaks: { at: number; from: number; sum: number }[] = []
  let valley = Infinity
  for (let j = 0; j < counts.length; j++) {
    const count = counts[j]!
    const open = peaks[peaks.length - 1]
    if (open === undefined || (valley <= Math.min(count, counts[open.at]!) / 3 && count > 0)) {
      if (count > 0) {
        peaks.push({ at: j, from: j, sum: count })
        valley = count
      }
      continue
    }
    open.sum += count
    if (count > counts[open.at]!) {
      open.at = j
      valley = count
    } else valley = Math.min(valley, count)
  }
  return peaks
    .filter(({ sum }) => sum >= LEAST_MODE * total)
    .map(({ at, sum }) => ({ low: edges[at]!, high: edges[at + 1]!, share: sum / total }))
}

/** Columns of event tables that say how long each took. */
const COLUMNS = ['LAT', 'LATENCY', 'DELTA', 'LATms', 'LATus']

/** Tables whose rows are each something that was waited for. */
const TABLES =
  /^(?:biosnoop|ext4slower|xfsslower|btrfsslower|nfsslower|zfsslower|fileslower|dbslower|gethostlatency|tcpconnlat)$/

/** Latencies of an event table in powers of two. */
function ofTable(table: EventTable, source: string): Latency | undefined {
  const tool = toolOf(table)
  if (!TABLES.test(tool)) return undefined
  const column = table.columns.find(each => each.type === 'number' && COLUMNS.includes(each.name))
  if (column?.type !== 'number') return undefined
  const scale = conversion(column.unit, 'us')
  const values = numbersOf(table, column.name)?.filter(value => value >= 0)
  if (scale === undefined || values === undefined || values.length === 0) return undefined
  const edges = Float64Array.from({ length: 33 }, (_, i) => (i === 0 ? 0 : 2 ** (i - 1)))
  const row = new Float64Array(32)
  for (const value of values) {
    const us = value * scale
    const j = us < 1 ? 0 : Math.min(31, Math.floor(Math.log2(us)) + 1)
    row[j] = row[j]! + 1
  }
  const seconds = table.meta.duration ?? NaN
  return describeRows({ source, tool, name: tool, key: '' }, 'us', { edges, rows: [row], seconds })
}
