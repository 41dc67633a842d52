import { BpfviewError, quote } from '../model/index.ts'

/** Half-open range of time in microseconds since 1970. */
export interface TimeRange {
  readonly from: number
  readonly until: number
}

export const ALWAYS: TimeRange = { from: 0, until: Infinity }

const DATE = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?)?(Z|[+-]\d{2}:\d{2})?$/
const SPAN = /^(\d{1,6})(min|[mhdw])$/
const SPAN_US: Readonly<Record<string, number>> = { min: 60e6, m: 60e6, h: 3600e6, d: 86_400e6, w: 7 * 86_400e6 }
const DAY_US = 86_400e6

/**
 * A range as users write it, in UTC, its end left out: `2026-11-17..2026-11-24`, `2026-11-17T10:00..2026-11-17T11:30`, one date for that day, `7d` for
 * the time up to `now` (microseconds), `14d..7d`, `..2026-11-17`, `2026-11-17..`. Throws BpfviewError E_USAGE.
 */
export function timeRange(text: string, now: number, option: string): TimeRange {
  const wrong = (what: string): BpfviewError =>
    new BpfviewError(
      'E_USAGE',
      `${option}: ${what}; expected A..B with dates like 2026-11-17 or 2026-11-17T10:00 (UTC), one date, or a time back like 7d, 12h`,
    )
  const parts = text.split('..')
  if (parts.length > 2 || text === '..' || text === '') throw wrong(`${quote(text)} is no range`)
  const [a = '', b] = parts
  let range: TimeRange
  if (b === undefined) {
    const span = spanOf(a)
    const point = pointOf(a, now)
    if (point === undefined) throw wrong(`${quote(text)} is no range`)
    range = span === undefined ? { from: point.at, until: point.at + point.length } : { from: point.at, until: now }
  } else {
    const from = a === '' ? { at: 0 } : pointOf(a, now)
    const until = b === '' ? { at: Infinity } : pointOf(b, now)
    if (from === undefined || until === undefined) throw wrong(`${quote(from === undefined ? a : b)} is no time`)
    range = { from: from.at, until: until.at }
  }
  if (!(range.from < range.until)) throw wrong(`${quote(text)} ends before it begins`)
  return range
}

function spanOf(text: string): number | undefined {
  const match = SPAN.exec(text)
  return match === null ? undefined : Number(match[1]) * SPAN_US[match[2]!]!
}

/** A time, and how long the word for it lasts: a date is a day, a minute a minute. */
function pointOf(text: string, now: number): { readonly at: number; readonly length: number } | undefined {
  if (text === 'now') return { at: now, length: 1 }
  const span = spanOf(text)
  if (span !== undefined) return { at: Math.max(0, now - span), length: 1 }
  const match = DATE.exec(text)
  if (match === null) return undefined
  const at = microsOf(text)
  if (at === undefined) return undefined
  const length = match[4] === undefined ? DAY_US : match[6] === undefined ? 60e6 : 1e6
  return { at, length }
}

/** Microseconds since 1970 of an ISO 8601 date or time, UTC unless it says otherwise; undefined when it is none, the 30th of February included. */
export function microsOf(text: string): number | undefined {
  const match = DATE.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = match
  const whole = `${year}-${month}-${day}T${hour}:${minute}:${second}`
  const utc = Date.parse(`${whole}Z`)
  if (Number.isNaN(utc) || new Date(utc).toISOString().slice(0, 19) !== whole) return undefined
  const at = Date.parse(`${whole}${zone}`)
  return Number.isNaN(at) || at < 0 ? undefined : at * 1000 + Number(fraction.padEnd(6, '0'))
}

/** The UTC date of a time, for the name of a partition. */
export function dateOf(micros: number): string {
  return new Date(Math.floor(micros / 1000)).toISOString().slice(0, 10)
}

/** A time as ISO 8601 in UTC, to the second. */
export function isoOf(micros: number): string {
  return `${new Date(Math.floor(micros / 1000)).toISOString().slice(0, 19)}Z`
}
