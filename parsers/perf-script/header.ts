import {
  COLON,
  endsWord,
  isBlank,
  isDigit,
  isDigits,
  isLetter,
  leadingBlanks,
  skipBlanks,
  skipBlanksBack,
  TAB,
  wordEnd,
  wordStart,
} from './chars.ts'
import type { Thread, ThreadFields } from './thread.ts'
import { ALL_FIELDS, COMM_WIDTH, guestLength, scanThread, threadBefore } from './thread.ts'

/** The first line of a perf script record, taken apart. Fields that were not printed (`-F`) are undefined. */
export interface PerfHeader extends Thread {
  /** Seconds as printed. */
  readonly time: number | undefined
  readonly period: number | undefined
  /** Event with its modifiers: `cycles:u`, `sched:sched_switch`, `cpu_core/cycles/P`. */
  readonly event: string | undefined
  /** What follows the event on the same line: trace text, a one-line frame, `PERF_RECORD_..`. */
  readonly tail: string
}

const DOT = 46
const MINUS = 45

/** A period is padded to ten columns and has a blank before it. */
export const PERIOD_COLUMNS = 11
/** More digits than any thread id has. */
const PERIOD_DIGITS = 8

/**
 * Header of a record, undefined for any other line. `COMM TID [CPU] TIME: PERIOD EVENT: TAIL`, where TID may be `PID/TID` and everything but
 * the comm may be missing. The comm may hold anything, so the line is read backwards from `TIME:`, or from `EVENT:` when no time was
 * printed. Linear in the line's length.
 */
export function scanHeader(line: string, fields: ThreadFields = ALL_FIELDS): PerfHeader | undefined {
  return scanTimed(line, fields) ?? scanUntimed(line, fields)
}

/** Header anchored at its time: the form that cannot be taken for anything else. */
export function scanTimed(line: string, fields: ThreadFields = ALL_FIELDS): PerfHeader | undefined {
  const guest = guestLength(line)
  if (guest > 0) return scanTimed(line.slice(guest), fields)
  return timed(line, fields) ?? timed(withoutDate(line) ?? '', fields)
}

function timed(line: string, fields: ThreadFields): PerfHeader | undefined {
  let best: PerfHeader | undefined
  let loose: PerfHeader | undefined
  const text = skipBlanks(line, 0)
  for (let colon = line.indexOf(':'); colon >= 0; colon = line.indexOf(':', colon + 1)) {
    if (!endsWord(line, colon + 1)) continue
    const start = timeStart(line, colon)
    if (start < 0) continue
    const before = threadBefore(line, start, fields)
    if (before === undefined) {
      if (start - text <= COMM_WIDTH + 8) loose ??= withoutThread(line, start, colon)
      continue
    }
    if (best !== undefined && (before.comm ?? '').length > COMM_WIDTH) break
    best = { ...before, time: Number(line.slice(start, colon)), ...scanEvent(line, colon + 1) }
  }
  return best ?? loose
}

const DATE = /(^|\s)(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(\.\d{6,9}) +(-?\d+\.\d{6,9}:(?:\s|$))?/

/** The line of a file printed with `-F +tod`, with the time behind the date alone, or with seconds since 1970 when there is none; undefined for other lines. */
function withoutDate(line: string): string | undefined {
  const match = DATE.exec(line)
  if (match === null) return undefined
  const [all, gap, year, month, day, hour, minute, second, decimals, time] = match
  const epoch =
    Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)) / 1000
  return `${line.slice(0, match.index)}${gap}${time ?? `${epoch}${decimals}: `}${line.slice(match.index + all.length)}`
}

/** Header without a time: the last `TID [CPU] [PERIOD] EVENT:` of the line that leaves room for no more than a comm. */
export function scanUntimed(line: string, fields: ThreadFields = ALL_FIELDS): PerfHeader | undefined {
  let best: PerfHeader | undefined
  if (line.charCodeAt(0) === TAB) return undefined
  for (let colon = line.indexOf(':'); colon >= 0; colon = line.indexOf(':', colon + 1)) {
    if (!endsWord(line, colon + 1)) continue
    const start = wordStart(line, colon)
    if (start === colon || !isLetter(line.charCodeAt(start))) continue
    const found = beforeEvent(line, start, fields)
    if (found === undefined) continue
    const comm = found.comm ?? ''
    if (comm.length > COMM_WIDTH) break
    if (comm === '' && fields.comms && leadingBlanks(line) > 1) continue
    best = { ...found, time: undefined, event: line.slice(start, colon), tail: line.slice(colon + 1).trim() }
  }
  return best
}

/** Thread and period before the event at `start` of a header without a time. */
function beforeEvent(
  line: string,
  start: number,
  fields: ThreadFields,
): (Thread & { readonly period: number | undefined }) | undefined {
  const end = skipBlanksBack(line, start)
  if (end === start && start > 0) return undefined
  const number = wordStart(line, end)
  const near = threadBefore(line, start, fields)
  if (!isDigits(line, number, end) || fields.periods === false) return near && { ...near, period: undefined }
  const far = threadBefore(line, number, fields)
  const period = Number(line.slice(number, end))
  if (near === undefined) return far && { ...far, period }
  if (
    far === undefined ||
    (fields.tids && ((far.comm ?? '') === '' || near.cpu !== undefined || near.pid !== undefined))
  )
    return { ...near, period: undefined }
  const columns = end - skipBlanksBack(line, number)
  const padded = columns >= PERIOD_COLUMNS || end - number >= PERIOD_DIGITS
  return padded || fields.periods === true || far.cpu !== undefined
    ? { ...far, period }
    : { ...near, period: undefined }
}

const NO_FIELDS = { cpu: undefined, time: undefined, period: undefined, event: undefined, tail: '' }

/** Header of a file printed without time and event: `COMM TID` or a comm alone. Only the frames that follow tell it from noise. */
export function scanBare(line: string): PerfHeader | undefined {
  const before = scanThread(line, line.length)
  if (before !== undefined && (before.comm ?? '').length <= COMM_WIDTH) return { ...NO_FIELDS, ...before }
  const comm = line.trim()
  if (comm.endsWith(':') && !/\s/.test(comm) && comm.length > 1)
    return { ...NO_FIELDS, comm: undefined, pid: undefined, tid: undefined, event: comm.slice(0, -1) }
  return comm.length > 0 && comm.length <= COMM_WIDTH
    ? { ...NO_FIELDS, comm, pid: undefined, tid: undefined }
    : undefined
}

/** Header `COMM EVENT:` of a file without time and thread id, followed by nothing or by a frame of a comm that is padded to 16 columns. */
export function scanNamed(line: string): PerfHeader | undefined {
  if (line.charCodeAt(0) === TAB || !line.includes(':', 1)) return undefined
  const header = scanUntimed(line, { comms: true, tids: false })
  if (header?.comm === undefined || header.tail.includes(': ')) return undefined
  if (header.tail === '') return header
  const padded = leadingBlanks(line) + header.comm.length === COMM_WIDTH && line.charCodeAt(COMM_WIDTH) === 32
  return padded && /^[0-9a-f]{4,16} \S/.test(header.tail) ? header : undefined
}

/** `COMM TIME:` or `TIME:` alone, as -F without tid prints it. */
function withoutThread(line: string, start: number, colon: number): PerfHeader | undefined {
  const comm = line.slice(0, start).trim()
  if (comm.length > COMM_WIDTH) return undefined
  const event = scanEvent(line, colon + 1)
  if (comm !== '' && event.event === undefined) return undefined
  return {
    comm: comm === '' ? undefined : comm,
    pid: undefined,
    tid: undefined,
    cpu: undefined,
    time: Number(line.slice(start, colon)),
    ...event,
  }
}

/** `[PERIOD] EVENT: TAIL` from a place on. */
function scanEvent(
  line: string,
  from: number,
): { readonly period: number | undefined; readonly event: string | undefined; readonly tail: string } {
  let start = skipBlanks(line, from)
  let period: number | undefined
  let end = wordEnd(line, start)
  if (end > start && isDigits(line, start, end)) {
    const next = skipBlanks(line, end)
    const nextEnd = wordEnd(line, next)
    const nextIsEvent = nextEnd > next + 1 && line.charCodeAt(nextEnd - 1) === COLON
    if (nextIsEvent || next === line.length) {
      period = Number(line.slice(start, end))
      start = next
      end = nextEnd
    }
  }
  if (end > start + 1 && line.charCodeAt(end - 1) === COLON)
    return { period, event: line.slice(start, end - 1), tail: line.slice(end).trim() }
  return { period, event: undefined, tail: line.slice(start).trim() }
}

/** Start of `SECONDS.MICROSECONDS` that ends at `end`, -1 when there is none. Bounded. */
function timeStart(line: string, end: number): number {
  let p = end
  while (p > 0 && end - p < 10 && isDigit(line.charCodeAt(p - 1))) p--
  const digits = end - p
  if (digits < 6 || digits > 9 || line.charCodeAt(p - 1) !== DOT) return -1
  const dot = p - 1
  p = dot
  while (p > 0 && dot - p < 20 && isDigit(line.charCodeAt(p - 1))) p--
  if (p === dot) return -1
  if (line.charCodeAt(p - 1) === MINUS) p--
  return p === 0 || isBlank(line.charCodeAt(p - 1)) ? p : -1
}
