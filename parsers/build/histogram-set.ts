import type { DiagnosticLog, HistogramSeries, Meta, Unit } from '../../src/model/index.ts'
import { BpfviewError } from '../../src/model/index.ts'

/** Which histogram rows belong to; those with equal name, key and unit become one series with a row per interval. */
export interface HistogramId {
  readonly name: string
  /** '' = not split. */
  readonly key: string
  readonly unit: Unit
}

interface Row {
  readonly interval: number
  readonly low: number[]
  readonly end: number[]
  readonly count: number[]
}

interface Open extends HistogramId {
  readonly rows: Row[]
  /** True when buckets are single values or steps, whose width is only known at the end. */
  linear: boolean
  /** What the ends of rows given by `range` are. */
  printed?: 'closed' | 'half-open' | 'unknown'
}

/** A bucket as printed: `low -> high`. */
export interface RangeRow {
  readonly low: number
  readonly high: number
  /** First value above `high`. */
  readonly end: number
  readonly count: number
}

const MAX_CELLS = 64_000_000
const MAX_EDGES = 1 << 20
/** Labels whose steps are known. */
const STEPS = new Map([['runqlen', 1]])

/** Gathers histograms, interval after interval, into HistogramSeries. */
export class HistogramSet {
  private readonly log: DiagnosticLog
  private readonly series = new Map<string, Open>()
  private readonly times: number[] = []
  private readonly opened = new Set<string>()
  private current: Open | undefined

  constructor(log: DiagnosticLog) {
    this.log = log
  }

  get size(): number {
    return this.series.size
  }

  /** Rows added to the histogram that is open. */
  get openRows(): number {
    const rows = this.current?.rows
    return rows === undefined ? 0 : rows[rows.length - 1]!.low.length
  }

  /** Starts an interval. Time in seconds; NaN = unknown. An interval without histograms stays as a row of zeros. */
  interval(time: number): void {
    this.times.push(time)
    this.opened.clear()
    this.current = undefined
  }

  /** Starts a histogram; seeing one again within an interval starts the next interval. */
  open(id: HistogramId): void {
    const at = `${id.name}\u0000${id.key}\u0000${id.unit}`
    if (this.times.length === 0 || this.opened.has(at)) this.interval(this.times[this.times.length - 1] ?? NaN)
    this.opened.add(at)
    let series = this.series.get(at)
    if (series === undefined) this.series.set(at, (series = { ...id, rows: [], linear: false }))
    series.rows.push({ interval: this.times.length - 1, low: [], end: [], count: [] })
    this.current = series
  }

  /** Adds the bucket [low, end) to the open histogram. */
  bucket(low: number, end: number, count: number, line: number, text: string): void {
    const row = this.row()
    row.low.push(low)
    row.end.push(end)
    row.count.push(this.checked(count, line, text))
    if (low >= 2 ** 63 && count !== 0) {
      this.log.note(
        'wrapped-values',
        'values at the top of the 64-bit range: negative numbers or differences that the tool counted as unsigned',
        { line, text },
      )
    }
  }

  /**
   * Adds a bucket whose two ends are printed. BCC prints the last value (`2 -> 3`, `4 -> 7`), inspektor-gadget and perf-tools the first of the next
   * bucket (`2 -> 4`, `4 -> 8`): which, is told by all rows of the histogram together.
   */
  range(row: RangeRow, line: number, text: string): void {
    const series = this.current!
    series.printed ??= 'unknown'
    if (series.printed === 'unknown' && row.low > 1 && row.high === 2 * row.low) series.printed = 'half-open'
    if (series.printed === 'unknown' && row.low > 1 && row.high !== row.low) series.printed = 'closed'
    this.bucket(row.low, row.end, row.count, line, text)
  }

  /** Adds one value (or the start of one step) of a linear histogram to the open one. */
  value(value: number, count: number, line: number, text: string): void {
    this.current!.linear = true
    const row = this.row()
    row.low.push(value)
    row.end.push(NaN)
    row.count.push(this.checked(count, line, text))
  }

  /** The series in order of first appearance. `step` = seconds between intervals where no times were printed. */
  finish(meta: Meta, step?: number): HistogramSeries[] {
    const time = Float64Array.from(this.times, (t, i) => (Number.isNaN(t) && step !== undefined ? i * step : t))
    const result: HistogramSeries[] = []
    let cells = 0
    const halfOpen = [...this.series.values()].some(({ printed }) => printed === 'half-open')
    for (const series of this.series.values()) {
      if (series.printed !== undefined && series.printed !== 'closed' && halfOpen) openEnds(series.rows)
      const edges = series.linear ? linearEdges(series.rows, this.stepOf(series)) : bucketEdges(series.rows)
      if (edges.length < 2) continue
      cells += time.length * (edges.length - 1)
      if (cells > MAX_CELLS)
        throw new BpfviewError(
          'E_TOO_MANY',
          `more than ${MAX_CELLS} buckets over ${time.length} intervals; expected histograms whose keys repeat`,
        )
      const { name, key, unit } = series
      result.push({
        kind: 'histograms',
        name,
        key,
        unit,
        edges,
        time,
        counts: this.counts(series.rows, edges, time.length, series.linear),
        meta,
      })
    }
    return result
  }

  /** Width of the steps of a linear histogram: what divides the distances of all values printed under its name. */
  private stepOf(of: Open): number {
    const known = STEPS.get(of.name)
    if (known !== undefined) return known
    let step = 0
    for (const series of this.series.values()) {
      if (!series.linear || series.name !== of.name || series.unit !== of.unit) continue
      let first: number | undefined
      for (const row of series.rows) {
        for (const value of row.low) {
          first ??= value
          step = divisor(step, Math.abs(value - first))
        }
      }
    }
    return step > 0 ? step : 1
  }

  private counts(rows: readonly Row[], edges: Float64Array, intervals: number, linear: boolean): Float64Array {
    const width = edges.length - 1
    const at = new Map<number, number>()
    edges.forEach((edge, j) => at.set(edge, j))
    const counts = new Float64Array(intervals * width)
    for (const row of rows) {
      for (let i = 0; i < row.low.length; i++) {
        const j = at.get(row.low[i]!)
        if (j === undefined || j >= width) continue
        const end = linear ? edges[j + 1]! : row.end[i]!
        if (row.count[i] !== 0 && end !== edges[j + 1]!) {
          this.log.note(
            'overlapping-buckets',
            `bucket ${row.low[i]} to ${end} spans others; its count stands in the first of them`,
          )
        }
        const cell = row.interval * width + j
        counts[cell] = counts[cell]! + row.count[i]!
      }
    }
    return counts
  }

  private row(): Row {
    const rows = this.current!.rows
    return rows[rows.length - 1]!
  }

  private checked(count: number, line: number, text: string): number {
    if (count >= 0) return count
    this.log.note('wrapped-count', 'a negative count: the tool prints counts of 2^31 and more with a sign', {
      line,
      text,
    })
    return count + 2 ** 32
  }
}

/** Makes the last values that were taken for parts of their buckets the first of the next. */
function openEnds(rows: readonly Row[]): void {
  for (const { low, end } of rows) for (let i = 0; i < end.length; i++) if (end[i]! - 1 > low[i]!) end[i] = end[i]! - 1
}

function bucketEdges(rows: readonly Row[]): Float64Array {
  const edges = new Set<number>()
  let doubling = true
  for (const row of rows) {
    for (let i = 0; i < row.low.length; i++) {
      edges.add(row.low[i]!).add(row.end[i]!)
      if (!isPower(row.end[i]!) || !(row.low[i] === 0 || isPower(row.low[i]!))) doubling = false
    }
  }
  if (doubling && edges.size > 0) {
    let max = 0
    let min = Infinity
    for (const edge of edges) {
      max = Math.max(max, edge)
      if (edge > 0) min = Math.min(min, edge)
    }
    for (let edge = min; edge < max; edge *= 2) edges.add(edge)
  }
  return Float64Array.from(edges).sort()
}

function isPower(value: number): boolean {
  return value > 0 && Number.isInteger(Math.log2(value))
}

/** Edges of steps that start at the printed values; rows that a tool leaves out as zero are filled in. */
function linearEdges(rows: readonly Row[], step: number): Float64Array {
  let first = Infinity
  let last = -Infinity
  const starts = new Set<number>()
  for (const row of rows) {
    for (const value of row.low) {
      starts.add(value)
      first = Math.min(first, value)
      last = Math.max(last, value)
    }
  }
  if (starts.size === 0) return new Float64Array(0)
  if ((last - first) / step >= MAX_EDGES) return Float64Array.from([...starts, last + step]).sort()
  return Float64Array.from({ length: Math.round((last - first) / step) + 2 }, (_, i) => first + i * step)
}

function divisor(a: number, b: number): number {
  while (b > 0) [a, b] = [b, a % b]
  return a
}
