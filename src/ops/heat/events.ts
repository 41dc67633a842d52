import type { Column, EventTable, NumberColumn, Unit } from '../../model/index.ts'
import { BpfviewError, conversion, quote, unitFact } from '../../model/index.ts'
import { sortedQuantile } from '../../stats/quantile.ts'
import { cellOf, emptyGrid, gridSum } from '../time/grid.ts'
import { inRanges } from '../time/time-range.ts'
import { checkCells, linearEdges, log2Edges, log10Edges, niceStep, quantumOf, spaced, stepEdges } from './edges.ts'
import type { HeatFigure, HeatLine, HeatOptions, HeatQuantile } from './heat.ts'
import { ExclusionLog, panelsOf } from './heat.ts'

/** Columns that say where, not how much: percentiles of them mean nothing. */
const PLACE_NAME = /sector|offset|addr|\b(?:pid|tid|cpu|port|off_kb|lba|block)\b/i
/** Columns a map has at most when the user did not say how wide one is. */
const COLUMNS = 200
const PANELS = 12

/**
 * Heat map of single events: time by the value of a number column. Every event is in a cell or in an exclusion. Throws BpfviewError
 * E_NO_DATA when there is no time, no such column, or nothing to draw.
 */
export function eventHeat(table: EventTable, options: HeatOptions = {}): HeatFigure {
  const timed = timeColumn(table, options.time)
  const valued = valueColumn(table, timed, options.column)
  const time = timed.unit === '' && options.timeUnit !== undefined ? { ...timed, unit: options.timeUnit } : timed
  const value = valued.unit === '' && options.valueUnit !== undefined ? { ...valued, unit: options.valueUnit } : valued
  const groups = splitColumn(table, options.split)
  const log = new ExclusionLog()
  const seconds = toSeconds(time)
  const { x, y, rows, kept, all } = frame(table, seconds, value, options, log)
  const weights = new Map<string, number>()
  for (const row of kept) weights.set(groups(row), (weights.get(groups(row)) ?? 0) + 1)
  const { names, panelOf } = panelsOf(weights, options.panels ?? PANELS)
  checkCells(x, y, names.length)
  const grids = names.map(() => emptyGrid(x, y))
  const height = y.length - 1
  for (const row of kept) {
    const cell = cellOf(x, seconds[row]!) * height + Math.min(height - 1, cellOf(y, value.values[row]!))
    const { counts } = grids[panelOf.get(groups(row))!]!
    counts[cell] = counts[cell]! + 1
  }
  const lined = names.map((_, panel) => all.filter(row => (panelOf.get(groups(row)) ?? -1) === panel))
  return {
    name: value.name,
    tool: table.tool,
    cells: 'count',
    value: { name: 'events', unit: 'events' },
    x: { name: 'time', unit: clockUnit(time), scale: 'linear' },
    y: { name: value.name, unit: value.unit, scale: rows },
    split: options.split ?? '',
    panels: names.map((key, panel) => ({
      key,
      grid: grids[panel]!,
      total: gridSum(grids[panel]!),
      lines: PLACE_NAME.test(value.name) ? [] : eventLines(lined[panel]!, seconds, value.values, x),
    })),
    exclusions: log.list(),
    bucketed: false,
    notes: [],
  }
}

interface Frame {
  readonly x: Float64Array
  readonly y: Float64Array
  readonly rows: 'linear' | 'log'
  /** Rows of the table that are drawn. */
  readonly kept: readonly number[]
  /** The same and those whose value is beyond the drawn rows. */
  readonly all: readonly number[]
}

/** Which events are drawn, and the edges that hold them all. */
function frame(
  table: EventTable,
  seconds: Float64Array,
  value: NumberColumn,
  options: HeatOptions,
  log: ExclusionLog,
): Frame {
  let start = Infinity
  for (const t of seconds) if (t < start) start = t
  const inside = options.range === undefined ? () => true : inRanges([options.range], Math.floor(start))
  const kept: number[] = []
  const all: number[] = []
  let [first, last] = [Infinity, -Infinity]
  const span = { low: Infinity, high: -Infinity, positive: Infinity }
  for (let row = 0; row < table.length; row++) {
    const t = seconds[row]!
    const v = value.values[row]!
    if (!Number.isFinite(t)) log.add('no time')
    else if (!inside(t)) log.add('outside the time range')
    else if (!Number.isFinite(v)) log.add(`no ${value.name}`)
    else {
      all.push(row)
      first = Math.min(first, t)
      last = Math.max(last, t)
      if (options.min !== undefined && v < options.min) log.add(`${value.name} below ${options.min}${unitText(value)}`)
      else if (options.max !== undefined && v > options.max)
        log.add(`${value.name} above ${options.max}${unitText(value)}`)
      else {
        kept.push(row)
        span.low = Math.min(span.low, v)
        span.high = Math.max(span.high, v)
        if (v > 0) span.positive = Math.min(span.positive, v)
      }
    }
  }
  if (kept.length === 0) {
    const why = log
      .list()
      .map(({ reason, count }) => `${count} ${reason}`)
      .join(', ')
    throw new BpfviewError(
      'E_NO_DATA',
      `no event to draw${why === '' ? '' : ` (${why})`}; expected events with a time and a ${value.name}`,
    )
  }
  const step = options.step ?? timeStep(last - first, quantumOf(seconds))
  const x = options.origin === undefined ? stepEdges(first, last, step) : originEdges(first, last, step, options.origin)
  const scale = rowScale(options, value, span)
  return {
    x,
    y: rowEdges(options, value, scale, span),
    rows: scale === 'linear' ? 'linear' : 'log',
    kept,
    all,
  }
}

/** Columns of `step` from a given edge on, in either direction. */
function originEdges(first: number, last: number, step: number, origin: number): Float64Array {
  const from = Math.floor(Number(((first - origin) / step).toPrecision(12)))
  const to = Math.floor(Number(((last - origin) / step).toPrecision(12))) + 1
  return spaced(Number((origin + from * step).toPrecision(15)), step, to - from)
}

/** A column is never narrower than the clock's resolution: no column that could hold nothing. */
function timeStep(span: number, quantum: number): number {
  const step = niceStep(span / COLUMNS)
  return quantum > step ? quantum : step
}

/** Smallest, greatest and smallest positive value that is drawn. */
interface ValueSpan {
  readonly low: number
  readonly high: number
  readonly positive: number
}

function rowScale(
  options: HeatOptions,
  value: NumberColumn,
  { low, high, positive }: ValueSpan,
): 'linear' | 'log' | 'log2' {
  const { rows } = options
  if (rows === 'log' || rows === 'log2') {
    if (low < 0)
      throw new BpfviewError(
        'E_NO_DATA',
        `${value.name} has values below 0; expected only others for logarithmic rows (see --rows linear)`,
      )
    return Number.isFinite(positive) ? rows : 'linear'
  }
  if (rows !== undefined || options.rowStep !== undefined || low < 0 || !Number.isFinite(positive)) return 'linear'
  return unitFact(value.unit).dimension === 'time' || isLatency(value)
    ? high / positive >= 30
      ? 'log'
      : 'linear'
    : 'linear'
}

function rowEdges(
  options: HeatOptions,
  value: NumberColumn,
  scale: 'linear' | 'log' | 'log2',
  { low, high, positive }: ValueSpan,
): Float64Array {
  const top = options.max ?? high
  const bottom = options.min ?? (low >= 0 && low < high / 2 ? 0 : low)
  if (scale === 'log2') return log2Edges(positive, high, low <= 0)
  if (scale === 'log') {
    const perDecade = Math.log10(high / positive) > 6 ? 5 : 10
    return log10Edges(positive, high, perDecade, quantumOf(value.values), low <= 0)
  }
  if (options.rowStep !== undefined)
    return spaced(bottom, options.rowStep, Math.max(1, Math.floor((high - bottom) / options.rowStep) + 1))
  if (typeof options.rows === 'number') {
    if (options.max === undefined) return linearEdges(bottom, high, options.rows)
    const from = top > bottom ? bottom : bottom > 0 ? 0 : bottom - 1
    return spaced(from, (top - from) / options.rows, options.rows)
  }
  const step = Math.max(niceStep((high - bottom) / 50), quantumOf(value.values) || 0)
  return stepEdges(bottom, high, step)
}

const NAMES = ['p50', 'p90', 'p99', 'max'] as const
const PROBABILITIES = [0.5, 0.9, 0.99, 1]

function eventLines(rows: readonly number[], seconds: Float64Array, values: Float64Array, x: Float64Array): HeatLine[] {
  const columns: number[][] = Array.from({ length: x.length - 1 }, () => [])
  for (const row of rows) columns[cellOf(x, seconds[row]!)]?.push(values[row]!)
  const sorted = columns.map(column => Float64Array.from(column).sort())
  const everything = Float64Array.from(rows, row => values[row]!).sort()
  return NAMES.map((name, i) => ({
    name,
    columns: sorted.map(column => exact(sortedQuantile(column, PROBABILITIES[i]!))),
    overall: exact(sortedQuantile(everything, PROBABILITIES[i]!)),
  }))
}

function exact(value: number): HeatQuantile {
  return { value, low: value, high: value }
}

function unitText(column: NumberColumn): string {
  return column.unit === '' ? '' : ` ${column.unit}`
}

const TIME_NAME = /^(time|timestamp|ts|start|begin|when|at|end)\b|^time/i
const LATENCY_NAME = /lat|dur|delta|elapsed|delay|wait|usecs|msecs|\b(ms|us|ns)\b|age|span|took|rtt/i

function isLatency(column: Column): boolean {
  return LATENCY_NAME.test(column.name)
}

/** The column that holds the time of an event, by name or by what such columns are called. */
export function timeColumn(table: EventTable, name?: string): NumberColumn {
  if (name !== undefined) return namedColumn(table, name)
  const numbers = table.columns.filter(column => column.type === 'number')
  const found =
    numbers.find(column => TIME_NAME.test(column.name)) ??
    numbers.find(column => unitFact(column.unit).dimension === 'time' && !isLatency(column))
  if (found === undefined)
    throw new BpfviewError(
      'E_NO_DATA',
      `no time among the columns ${columnNames(table)}; expected one (see --time-column)`,
    )
  return found
}

/** The column that the rows show: the named one, or the first that looks like a latency. */
export function valueColumn(table: EventTable, time: NumberColumn, name?: string): NumberColumn {
  if (name !== undefined) return namedColumn(table, name)
  const numbers = table.columns.filter(column => column.type === 'number' && column !== time) as NumberColumn[]
  const timed = numbers.filter(column => unitFact(column.unit).dimension === 'time')
  const found =
    timed.find(column => /lat/i.test(column.name)) ??
    timed.find(isLatency) ??
    numbers.find(isLatency) ??
    timed[0] ??
    (numbers.length === 1 ? numbers[0] : undefined)
  if (found === undefined)
    throw new BpfviewError(
      'E_NO_DATA',
      `no latency among the columns ${columnNames(table)}; expected one (see --column)`,
    )
  return found
}

/** The number column called so, in any case, with or without the unit that is printed after it. Throws BpfviewError E_NO_DATA. */
export function namedColumn(table: EventTable, name: string): NumberColumn {
  const found = findColumn(table, name)
  if (found === undefined)
    throw new BpfviewError('E_NO_DATA', `no column ${quote(name)}; expected one of ${columnNames(table)}`)
  if (found.type !== 'number')
    throw new BpfviewError('E_NO_DATA', `column ${quote(name)} holds text; expected a column of numbers`)
  return found
}

/** The column called so: exactly, or in any case, or up to a parenthesis. */
export function findColumn(table: EventTable, name: string): Column | undefined {
  const plain = (text: string): string =>
    text
      .replace(/\(.*\)$/, '')
      .trim()
      .toLowerCase()
  return (
    table.columns.find(column => column.name === name) ??
    table.columns.find(column => column.name.toLowerCase() === name.toLowerCase()) ??
    table.columns.find(column => plain(column.name) === plain(name))
  )
}

function columnNames(table: EventTable): string {
  return table.columns.map(column => quote(column.name)).join(', ')
}

/** The group of a row. */
function splitColumn(table: EventTable, name?: string): (row: number) => string {
  if (name === undefined) return () => ''
  const column = findColumn(table, name)
  if (column === undefined)
    throw new BpfviewError('E_NO_DATA', `no column ${quote(name)} to split by; expected one of ${columnNames(table)}`)
  if (column.type === 'text') return row => column.values[row]!
  return row => String(column.values[row]!)
}

/** Unit of the time axis: 'clock' for the time of the day, 'date' for seconds since 1970, else 's'. */
export function clockUnit(column: NumberColumn): Unit {
  return column.unit === 'clock' || column.unit === 'date' ? column.unit : 's'
}

/** A time column's values in seconds. */
export function toSeconds(column: NumberColumn): Float64Array {
  const factor = conversion(column.unit === '' ? 's' : column.unit, 's') ?? 1
  if (factor === 1) return column.values
  const perSecond = Math.round(1 / factor)
  return column.values.map(value => (factor < 1 ? value / perSecond : value * factor))
}
