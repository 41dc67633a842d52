/** What stands after `@name: ` or `]: ` on the same line. */
export type MapValue =
  | { readonly is: 'number'; readonly value: number; readonly text: string }
  | { readonly is: 'stats'; readonly count: number; readonly average: number; readonly total: number }
  | { readonly is: 'text'; readonly text: string }
  /** Nothing: a histogram, a series, a stack or an empty string follows. */
  | { readonly is: 'open' }

const INTEGER = /^-?\d+(?:\.\d+)?$/
const STATS = /^count (-?\d+), average (-?\d+), total (-?\d+)$/
const STATS_RECORD = /^\{ ?\.count = (-?\d+), \.average = (-?\d+), \.total = (-?\d+) ?\}$/

/** A map's value as text output prints it. Source: bpftrace src/output/text.cpp, src/types_format.cpp; FORMATS d, e1. */
export function mapValue(text: string): MapValue {
  const value = text.trimEnd()
  if (value === '') return { is: 'open' }
  if (INTEGER.test(value)) return { is: 'number', value: Number(value), text: value }
  const stats = STATS.exec(value) ?? STATS_RECORD.exec(value)
  if (stats !== null)
    return { is: 'stats', count: Number(stats[1]), average: Number(stats[2]), total: Number(stats[3]) }
  return { is: 'text', text }
}

/** True for a value that ends a key for certain, so that a `]: ` before it is no part of a comm. */
export function isPlainValue(text: string): boolean {
  return mapValue(text).is !== 'text'
}

/** A bucket row of hist() or lhist(), half-open; undefined for any other line. */
export interface Bucket {
  readonly from: number
  readonly to: number
  readonly count: number
}

const ROW = /^\s*([[(][^|@\])]{1,60}[\])])\s*(-?\d+)\s*(?:[|@]|$)/
const LABEL = /^[[(]\s*(-?\d+|\.\.\.)([kKMGTPE]?)\s*(?:,\s*(-?\d+|\.\.\.)([kKMGTPE]?)\s*)?([\])])$/
const SCALES = 'KMGTPE'

/**
 * One row of a histogram:
 *
 *     (..., 0)               1 |@@@@@@@@@@@@@          |
 *     [1]                    1 |@@@@@@@@@@@@@          |
 *     [512, 1K)              3 |@@@@@@@@@@@@@@@@@@@@@@@|          old versions: 1k
 *     [2000,...)            39 |@@@@@@@@@@@@@          |
 */
export function bucketRow(line: string): Bucket | undefined {
  const row = ROW.exec(line)
  if (row === null) return undefined
  const label = LABEL.exec(row[1]!)
  if (label === null) return undefined
  const count = Number(row[2])
  if (label[3] === undefined) {
    if (label[1] === '...') return undefined
    const only = scaled(label[1]!, label[2]!)
    return { from: only, to: only + 1, count }
  }
  const from = label[1] === '...' ? -Infinity : scaled(label[1]!, label[2]!)
  let to = label[3] === '...' ? Infinity : scaled(label[3], label[4]!)
  // `[0, 1]` of bpftrace before 0.9 is closed: it counts zeros and ones
  if (label[5] === ']' && from === 0 && to === 1) to = 2
  return to > from ? { from, to, count } : undefined
}

function scaled(digits: string, unit: string): number {
  return Number(digits) * (unit === '' ? 1 : 1024 ** (SCALES.indexOf(unit.toUpperCase()) + 1))
}

/** A row of a tseries() plot; undefined for any other line. */
export interface SeriesRow {
  /** As printed: `23:44:26.500`. */
  readonly clock: string
  /** NaN for an interval without a value. */
  readonly value: number
}

const SERIES_HEAD = /^(?:hh:mm:ss|HH:MM:SS)(?:\.(?:ms|us|ns))?\s+\|_+\|\s*$/
const SERIES_ROW = /^(\S{0,40}:\d{2}(?:\.\d+)?)\s+[|*.][ *.|]*\s(-|-?\d+)\s*$/
const SERIES_RULE = /^\s*(?:v_+v|-?\d+\s+-?\d+)\s*$/

/** True for the line that opens a tseries() plot. */
export function isSeriesHead(line: string): boolean {
  return SERIES_HEAD.test(line)
}

/** True for the scale of a tseries() plot, above and below its rows. */
export function isSeriesRule(line: string): boolean {
  return SERIES_RULE.test(line)
}

/** `23:44:26.500 |        *        | 4` */
export function seriesRow(line: string): SeriesRow | undefined {
  const row = SERIES_ROW.exec(line)
  return row === null ? undefined : { clock: row[1]!, value: row[2] === '-' ? NaN : Number(row[2]) }
}
