import type { HistogramSeries, Unit } from '../../model/index.ts'
import { BpfviewError, conversion, quote } from '../../model/index.ts'
import { binQuantile } from '../../stats/quantile.ts'
import { cellOf, emptyGrid, gridSum } from '../time/grid.ts'
import { inRanges } from '../time/time-range.ts'
import { checkCells, commonEdges } from './edges.ts'
import type { HeatFigure, HeatLine, HeatOptions } from './heat.ts'
import { ExclusionLog, panelsOf } from './heat.ts'

const PANELS = 12

/**
 * Heat map of histograms over time: one column per interval, one row per bucket as the tool drew it. Series of the same name and unit add up, or
 * become panels with `split`. Cumulative series are differenced; an interval nobody printed is missing (NaN), not zero. Throws BpfviewError
 * E_NO_DATA or E_MIXED.
 */
export function histogramHeat(series: readonly HistogramSeries[], options: HeatOptions = {}): HeatFigure {
  const first = series[0]
  if (first === undefined) throw new BpfviewError('E_NO_DATA', 'no histograms; expected at least one')
  const notes: string[] = []
  const keys = new Set(series.map(one => one.key)).size
  if (keys > 1 && options.split === undefined) notes.push(`${keys} distributions together`)
  const log = new ExclusionLog()
  const scaled = series.map(one => inUnit(one, first))
  const deltas = scaled.map(one => (one.cumulative === true ? differences(one, notes) : plainRows(one)))
  const { x, unit } = columnEdges(deltas, scaled)
  const kept = keptColumns(x, options)
  const groups = scaled.map(one => groupOf(one, options.split))
  const y = rowsOf(scaled, deltas, options, notes)
  const rows = y.length - 1

  const weights = new Map<string, number>()
  scaled.forEach((_, s) =>
    weights.set(
      groups[s]!,
      (weights.get(groups[s]!) ?? 0) + deltas[s]!.reduce((all, row) => all + sumOf(row.counts), 0),
    ),
  )
  const { names, panelOf } = panelsOf(weights, options.panels ?? PANELS)
  const columns = kept.to - kept.from
  const xKept = x.edges.slice(kept.from, kept.to + 1)
  const drawn = drawnRows(y, options)
  const yKept = y.slice(drawn.from, drawn.to + 1)
  const height = drawn.to - drawn.from
  checkCells(xKept, y, names.length)
  const full = names.map(() => emptyGrid(xKept, y))
  const seen = new Uint8Array(columns)
  scaled.forEach((one, s) => {
    const { counts } = full[panelOf.get(groups[s]!)!]!
    for (const row of deltas[s]!) {
      const column = cellOf(x.edges, row.middle) - kept.from
      const total = sumOf(row.counts)
      if (column < 0 || column >= columns) {
        log.add('outside the time range', total)
        continue
      }
      seen[column] = 1
      for (let j = 0; j < row.counts.length; j++) {
        if (!(row.counts[j]! > 0)) continue
        const at = column * rows + rowOf(y, one.edges[j]!)
        counts[at] = counts[at]! + row.counts[j]!
      }
    }
  })
  const panels = full.map((grid, p) => {
    const lines = histogramLines(grid.counts, y, seen)
    const counts = new Float64Array(columns * height)
    for (let c = 0; c < columns; c++) {
      for (let r = 0; r < rows; r++) {
        const count = grid.counts[c * rows + r]!
        if (r < drawn.from) log.add(`${first.name || 'values'} below ${y[drawn.from]}`, count)
        else if (r >= drawn.to) log.add(`${first.name || 'values'} of ${y[drawn.to]} or more`, count)
        else counts[c * height + r - drawn.from] = seen[c] === 1 ? count : NaN
      }
    }
    const kept = { x: xKept, y: yKept, counts }
    return { key: names[p]!, grid: kept, total: gridSum(kept), lines }
  })
  if (panels.every(panel => panel.total === 0)) {
    throw new BpfviewError(
      'E_NO_DATA',
      `no event in any bucket of ${first.name === '' ? 'the histograms' : first.name}; expected some to draw`,
    )
  }
  return {
    name: first.name,
    tool: first.meta.tool ?? '',
    cells: 'count',
    value: { name: 'events', unit: 'events' },
    x: { name: unit === '' ? 'interval' : 'time', unit, scale: 'linear' },
    y: { name: first.name, unit: first.unit, scale: options.rows === 'linear' || !isGeometric(y) ? 'linear' : 'log' },
    split: options.split ?? '',
    panels,
    exclusions: log.list(),
    bucketed: true,
    notes,
  }
}

/** What a series calls itself by: `disk = sda` is name disk, value sda; a key without a name is its own value. */
export function keyParts(key: string): { readonly name: string; readonly value: string } {
  const at = key.indexOf('=')
  return at < 0 ? { name: '', value: key } : { name: key.slice(0, at).trim(), value: key.slice(at + 1).trim() }
}

function groupOf(series: HistogramSeries, split: string | undefined): string {
  if (split === undefined) return ''
  const { name, value } = keyParts(series.key)
  if (split === 'key') return name === '' ? value : series.key
  if (name.toLowerCase() === split.toLowerCase() && !/, \w+ = /.test(value)) return value
  // several labels: device = sda, operation = read
  for (const part of series.key.split(', ')) {
    const label = keyParts(part)
    if (label.name.toLowerCase() === split.toLowerCase()) return label.value
  }
  throw new BpfviewError(
    'E_NO_DATA',
    `no key ${quote(split)} to split by; expected ${series.key === '' ? 'histograms that the tool split' : quote(name === '' ? 'key' : name)}`,
  )
}

/**
 * Cumulative series of one name, key and unit as one: several scrapes are snapshots of the same counters, and only their differences are events. By time where all
 * know theirs, else in the order given. Other series stay as they are.
 */
export function joinSnapshots(series: readonly HistogramSeries[]): HistogramSeries[] {
  const groups = new Map<string, HistogramSeries[]>()
  for (const one of series) {
    const key = JSON.stringify(one.cumulative === true ? [one.name, one.key, one.unit] : [groups.size])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [one])
    else group.push(one)
  }
  return [...groups.values()].map(group => {
    const first = group[0]!
    if (group.length === 1) return first
    const rows = group.flatMap((one, g) => Array.from(one.time, (time, row) => ({ g, row, time })))
    if (rows.every(({ time }) => Number.isFinite(time))) rows.sort((a, b) => a.time - b.time)
    const used = (g: number, j: number): boolean => {
      const width = group[g]!.edges.length - 1
      for (let row = 0; row < group[g]!.time.length; row++) if (group[g]!.counts[row * width + j]! > 0) return true
      return false
    }
    const edges = commonEdges(
      group.map(one => one.edges),
      used,
    )
    const width = edges.length - 1
    const counts = new Float64Array(rows.length * width)
    rows.forEach(({ g, row }, r) => {
      const one = group[g]!
      for (let j = 0; j + 1 < one.edges.length; j++) {
        const count = one.counts[row * (one.edges.length - 1) + j]!
        if (count === 0) continue
        const at = r * width + rowOf(edges, one.edges[j]!)
        counts[at] = counts[at]! + count
      }
    })
    return { ...first, edges, counts, time: Float64Array.from(rows, ({ time }) => time) }
  })
}

/** A series with its edges in the unit of the first one. */
function inUnit(series: HistogramSeries, first: HistogramSeries): HistogramSeries {
  const factor = conversion(series.unit, first.unit)
  if (factor === undefined)
    throw new BpfviewError(
      'E_MIXED',
      `histograms in ${quote(series.unit)} and in ${quote(first.unit)}; expected one unit (choose with --column)`,
    )
  return factor === 1 ? series : { ...series, edges: series.edges.map(edge => Number((edge * factor).toPrecision(12))) }
}

/** One printed interval: where it ends, and what was counted in it. `from` is known where a snapshot before it was. */
interface Interval {
  readonly time: number
  readonly from: number
  /** A time inside the column this goes to; set once the columns are known. */
  middle: number
  readonly counts: Float64Array
}

function plainRows(series: HistogramSeries): Interval[] {
  const width = series.edges.length - 1
  const rows: Interval[] = []
  for (let r = 0; r < series.time.length; r++) {
    const counts = series.counts.slice(r * width, (r + 1) * width)
    if (counts.every(count => Number.isNaN(count))) continue
    rows.push({ time: series.time[r]!, from: NaN, middle: NaN, counts: counts.map(count => (count > 0 ? count : 0)) })
  }
  return rows
}

/** What came between each snapshot and the one before; where a count fell, the map had been cleared and the snapshot stands as it is. */
function differences(series: HistogramSeries, notes: string[]): Interval[] {
  const rows = plainRows(series)
  let resets = 0
  const result = rows.map((row, r) => {
    const before = rows[r - 1]
    if (before === undefined) return row
    if (row.counts.some((count, j) => count < before.counts[j]!)) {
      resets++
      return row
    }
    return { ...row, from: before.time, counts: row.counts.map((count, j) => count - before.counts[j]!) }
  })
  const key = series.key === '' ? '' : ` of ${series.key}`
  if (resets > 0) notes.push(`the counts${key} fell ${resets} ${resets === 1 ? 'time' : 'times'}: taken as a restart`)
  return result
}

interface ColumnEdges {
  readonly edges: Float64Array
}

/**
 * Edges of the columns. A tool prints at the end of an interval, so a column ends at its printed time. A column that is more than one and a half
 * intervals wide was preceded by intervals nobody printed: those get a column of their own that stays missing.
 */
function columnEdges(
  all: readonly (readonly Interval[])[],
  series: readonly HistogramSeries[],
): { x: ColumnEdges; unit: Unit } {
  const timed = all.every(rows => rows.every(row => Number.isFinite(row.time)))
  if (!timed) {
    const longest = all.reduce((most, rows) => Math.max(most, rows.length), 0)
    for (const rows of all)
      rows.forEach((row, r) => {
        row.middle = r + 0.5
      })
    return { x: { edges: Float64Array.from({ length: longest + 1 }, (_, i) => i) }, unit: '' }
  }
  for (const rows of all) spreadEqualTimes(rows as Interval[])
  const times = [...new Set(all.flatMap(rows => rows.map(row => row.middle)))].sort((a, b) => a - b)
  const gaps = times
    .slice(1)
    .map((time, i) => time - times[i]!)
    .sort((a, b) => a - b)
  const step = gaps[Math.floor((gaps.length - 1) / 2)] ?? 1
  const whole = all.every(rows => rows.every(row => Number.isInteger(row.time)))
  const slack = whole ? Math.max(1, step * 0.5) : step * 0.5
  const cumulative = series.some(one => one.cumulative === true)
  const unit = clockOf(times[0]!)
  // times counted from the start are given by a step (--interval): the first interval begins at 0, and none before it
  const shift = unit === 's' ? step : 0
  // nothing was counted before the clock began
  const edges: number[] = [Math.max(times[0]! - step + shift, Math.min(0, times[0]!))]
  const middles = new Map<number, number>()
  times.forEach(time => {
    const before = edges[edges.length - 1]!
    const end = time + shift
    if (!cumulative && end - before > step + slack + 1e-9) edges.push(Number((end - step).toPrecision(15)))
    middles.set(time, (edges[edges.length - 1]! + end) / 2)
    edges.push(end)
  })
  for (const rows of all) for (const row of rows) row.middle = middles.get(row.middle)!
  return { x: { edges: Float64Array.from(edges) }, unit }
}

/** A series does not say what clock its times are of: what starts at 0 counts from the start, what is above 10^8 counts from 1970, else it is the time of the day. */
function clockOf(first: number): Unit {
  return first > 1e8 ? 'date' : first > 0 ? 'clock' : 's'
}

/** Several intervals that were printed with one time (a clock of whole seconds) are set evenly into the second that ends with the next. */
function spreadEqualTimes(rows: readonly Interval[]): void {
  for (let r = 0; r < rows.length; ) {
    let end = r + 1
    while (end < rows.length && rows[end]!.time === rows[r]!.time) end++
    for (let i = r; i < end; i++) rows[i]!.middle = Number((rows[r]!.time + (i - r) / (end - r)).toPrecision(15))
    r = end
  }
}

function keptColumns(x: ColumnEdges, options: HeatOptions): { from: number; to: number } {
  const columns = x.edges.length - 1
  if (options.range === undefined) return { from: 0, to: columns }
  const inside = inRanges([options.range], Math.floor(x.edges[0]!))
  let [from, to] = [columns, 0]
  for (let c = 0; c < columns; c++) {
    if (!inside(x.edges[c]!)) continue
    from = Math.min(from, c)
    to = c + 1
  }
  if (from >= to)
    throw new BpfviewError(
      'E_NO_DATA',
      `no interval in the time range; expected one within ${x.edges[0]}..${x.edges[columns]} s`,
    )
  return { from, to }
}

/** Row edges: the buckets of all series, without the empty ones at the ends; merged to at most N when the user wants N. */
function rowsOf(
  series: readonly HistogramSeries[],
  deltas: readonly (readonly Interval[])[],
  options: HeatOptions,
  notes: string[],
): Float64Array {
  const used = series.map((one, s) => {
    const flags = new Uint8Array(one.edges.length - 1)
    for (const row of deltas[s]!) for (let j = 0; j < flags.length; j++) if (row.counts[j]! > 0) flags[j] = 1
    return flags
  })
  let edges = commonEdges(
    series.map(one => one.edges),
    (s, j) => used[s]![j] === 1,
  )
  let [low, high] = [edges.length, 0]
  series.forEach((one, s) =>
    used[s]!.forEach((flag, j) => {
      if (flag === 0) return
      const row = rowOf(edges, one.edges[j]!)
      low = Math.min(low, row)
      high = Math.max(high, row + 1)
    }),
  )
  if (low < high) edges = edges.slice(low, high + 1)
  const wanted = options.rows
  if (typeof wanted === 'number' && edges.length - 1 > wanted) {
    const by = Math.ceil((edges.length - 1) / wanted)
    const all = edges
    edges = all.filter((_, i) => i % by === 0 || i === all.length - 1)
    notes.push(`${by} buckets in a row`)
  } else if (typeof wanted === 'number' && edges.length - 1 < wanted) {
    notes.push(`the data has ${edges.length - 1} buckets: more rows would show what nobody measured`)
  }
  return edges
}

/** Row of the bucket that starts at `low`. */
function rowOf(y: Float64Array, low: number): number {
  return low === -Infinity ? 0 : Math.min(y.length - 2, Math.max(0, cellOf(y, low)))
}

/** The rows inside the user's limits: a bucket that reaches over a limit is drawn when it starts below the upper and ends above the lower one. */
function drawnRows(y: Float64Array, options: HeatOptions): { from: number; to: number } {
  let [from, to] = [0, y.length - 1]
  if (options.min !== undefined) while (from < to - 1 && y[from + 1]! <= options.min) from++
  if (options.max !== undefined) while (to > from + 1 && y[to - 1]! >= options.max) to--
  return { from, to }
}

const NAMES = ['p50', 'p90', 'p99', 'max'] as const
const PROBABILITIES = [0.5, 0.9, 0.99, 1]

function histogramLines(counts: Float64Array, y: Float64Array, seen: Uint8Array): HeatLine[] {
  const rows = y.length - 1
  const all = new Float64Array(rows)
  for (let i = 0; i < counts.length; i++) all[i % rows] = all[i % rows]! + counts[i]!
  return NAMES.map((name, i) => ({
    name,
    columns: Array.from(seen, (_, c) => binQuantile(y, counts.subarray(c * rows, (c + 1) * rows), PROBABILITIES[i]!)),
    overall: binQuantile(y, all, PROBABILITIES[i]!),
  }))
}

/** True when buckets grow by a factor. */
export function isGeometric(edges: Float64Array): boolean {
  const finite = Array.from(edges).filter(edge => Number.isFinite(edge) && edge > 0)
  if (finite.length < 3) return finite.length === 2 && finite[1]! >= finite[0]! * 1.5
  let grows = 0
  for (let i = 1; i < finite.length; i++) if (finite[i]! >= finite[i - 1]! * 1.5) grows++
  return grows >= (finite.length - 1) * 0.6 && finite[finite.length - 1]! / finite[0]! >= 4
}

function sumOf(counts: Float64Array): number {
  let sum = 0
  for (const count of counts) if (count > 0) sum += count
  return sum
}
