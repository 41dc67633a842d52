/** The first line of a perf script record, taken apart. Fields that were not printed (`-F`) are undefined. */
export interface PerfHeader {
  readonly comm: string | undefined
  readonly pid: number | undefined
  readonly tid: number | undefined
  readonly cpu: number | undefined
  /** Seconds as printed. */
  readonly time: number | undefined
  readonly period: number | undefined
  /** Event with its modifiers: `cycles:u`, `sched:sched_switch`, `cpu_core/cycles/P`. */
  readonly event: string | undefined
  /** What follows the event on the same line: trace text, a one-line frame, `PERF_RECORD_..`. */
  readonly tail: string
}

/** A comm has at most 15 bytes and perf pads it to 16: more than that before the thread id is no comm. */
const COMM_WIDTH = 16

const BLANK = 32
const TAB = 9
const COLON = 58
const DOT = 46
const SLASH = 47
const MINUS = 45
const OPEN = 91
const CLOSE = 93

/**
 * Header of a record, undefined for any other line. `COMM TID [CPU] TIME: PERIOD EVENT: TAIL`, where TID may be `PID/TID` and everything but
 * the comm may be missing. The comm may hold anything, so the line is read backwards from `TIME:`, or from `EVENT:` when no time was
 * printed. Linear in the line's length.
 */
export function scanHeader(line: string): PerfHeader | undefined {
  return scanTimed(line) ?? scanUntimed(line)
}

/** Header anchored at its time: the form that cannot be taken for anything else. */
export function scanTimed(line: string): PerfHeader | undefined {
  let best: PerfHeader | undefined
  let loose: PerfHeader | undefined
  const text = skipBlanks(line, 0)
  for (let colon = line.indexOf(':'); colon >= 0; colon = line.indexOf(':', colon + 1)) {
    if (!endsWord(line, colon + 1)) continue
    const start = timeStart(line, colon)
    if (start < 0) continue
    const before = scanThread(line, start)
    if (before === undefined) {
      if (start - text <= COMM_WIDTH + 8) loose ??= withoutThread(line, start, colon)
      continue
    }
    if (best !== undefined && (before.comm ?? '').length > COMM_WIDTH) break
    best = { ...before, time: Number(line.slice(start, colon)), ...scanEvent(line, colon + 1) }
  }
  return best ?? loose
}

/** Header without a time: the last `TID [CPU] [PERIOD] EVENT:` of the line that leaves room for no more than a comm. */
export function scanUntimed(line: string): PerfHeader | undefined {
  let best: PerfHeader | undefined
  if (line.charCodeAt(0) === TAB) return undefined
  for (let colon = line.indexOf(':'); colon >= 0; colon = line.indexOf(':', colon + 1)) {
    if (!endsWord(line, colon + 1)) continue
    const start = wordStart(line, colon)
    if (start === colon || !isLetter(line.charCodeAt(start))) continue
    let before = scanThread(line, start)
    let period: number | undefined
    if (before !== undefined && before.cpu === undefined && before.pid === undefined && before.comm !== undefined) {
      const number = wordStart(line, skipBlanksBack(line, start))
      const earlier = scanThread(line, number)
      if (earlier !== undefined && (earlier.comm ?? '') !== '') {
        period = before.tid
        before = earlier
      }
    } else if (before === undefined) {
      const end = skipBlanksBack(line, start)
      const number = wordStart(line, end)
      if (isDigits(line, number, end)) {
        before = scanThread(line, number)
        period = Number(line.slice(number, end))
      }
    }
    if (before === undefined) continue
    if ((before.comm ?? '').length > COMM_WIDTH) break
    if ((before.comm ?? '') === '' && leadingBlanks(line) > 1) continue
    best = { ...before, time: undefined, period, event: line.slice(start, colon), tail: line.slice(colon + 1).trim() }
  }
  return best
}

/** Header of a file printed without time and event: `COMM TID` or a comm alone. Only the frames that follow tell it from noise. */
export function scanBare(line: string): PerfHeader | undefined {
  const nothing = { cpu: undefined, time: undefined, period: undefined, event: undefined, tail: '' }
  const before = scanThread(line, line.length)
  if (before !== undefined && (before.comm ?? '').length <= COMM_WIDTH) return { ...nothing, ...before }
  const comm = line.trim()
  if (comm.endsWith(':') && !/\s/.test(comm) && comm.length > 1) return { ...nothing, comm: undefined, pid: undefined, tid: undefined, event: comm.slice(0, -1) }
  return comm.length > 0 && comm.length <= COMM_WIDTH ? { ...nothing, comm, pid: undefined, tid: undefined } : undefined
}

/** The part of a header before its time. */
export interface Thread {
  readonly comm: string | undefined
  readonly pid: number | undefined
  readonly tid: number | undefined
  readonly cpu: number | undefined
}

/** `COMM [PID/]TID [CPU] [MISC]` that ends before `end`. */
export function scanThread(line: string, end: number): Thread | undefined {
  let p = skipBlanksBack(line, end)
  if (p === end && end < line.length) return undefined
  let cpu: number | undefined
  const misc = wordStart(line, p)
  if (p - misc <= 6 && isLetters(line, misc, p)) {
    const before = skipBlanksBack(line, misc)
    if (before > 0 && before < misc && (isDigit(line.charCodeAt(before - 1)) || line.charCodeAt(before - 1) === CLOSE)) p = before
  }
  if (line.charCodeAt(p - 1) === CLOSE) {
    let open = p - 1
    while (open > 0 && isDigit(line.charCodeAt(open - 1))) open--
    if (open === p - 1 || line.charCodeAt(open - 1) !== OPEN || p - open > 11) return undefined
    cpu = Number(line.slice(open, p - 1))
    open--
    p = skipBlanksBack(line, open)
    if (p === 0) return { comm: undefined, pid: undefined, tid: undefined, cpu }
    if (p === open) return undefined
  }
  const start = idStart(line, p)
  if (start < 0) return undefined
  let pid: number | undefined
  let first = start
  if (line.charCodeAt(start - 1) === SLASH) {
    first = idStart(line, start - 1)
    if (first < 0) return undefined
    pid = Number(line.slice(first, start - 1))
  }
  if (first > 0 && !isBlank(line.charCodeAt(first - 1))) return undefined
  const width = (pid === undefined ? p : start - 1) - first
  return { comm: commBefore(line, first, width), pid, tid: Number(line.slice(start, p)), cpu }
}

/**
 * Comm that stands before a thread id at `end` of `width` characters. perf prints one blank and pads the id to 5 (later 7) columns, so blanks
 * beyond that belong to the comm; blanks in front belong to it unless perf right-aligned the comm.
 */
function commBefore(line: string, end: number, width: number): string {
  const last = skipBlanksBack(line, end)
  const gap = end - last
  const narrow = 1 + Math.max(0, 5 - width)
  const wide = 1 + Math.max(0, 7 - width)
  const extra = gap > wide ? gap - wide : gap === wide || gap <= narrow ? 0 : gap - narrow
  if (last === 0) return extra > 0 && extra < 4 ? ' '.repeat(extra) : ''
  const leading = leadingBlanks(line)
  const field = line.slice(0, last)
  return (leading > 2 || field.length + extra === COMM_WIDTH ? field.slice(leading) : field) + (extra < 4 ? ' '.repeat(extra) : '')
}

/** `COMM TIME:` or `TIME:` alone, as -F without tid prints it. */
function withoutThread(line: string, start: number, colon: number): PerfHeader | undefined {
  const comm = line.slice(0, start).trim()
  if (comm.length > COMM_WIDTH) return undefined
  const event = scanEvent(line, colon + 1)
  if (comm !== '' && event.event === undefined) return undefined
  return { comm: comm === '' ? undefined : comm, pid: undefined, tid: undefined, cpu: undefined, time: Number(line.slice(start, colon)), ...event }
}

/** `[PERIOD] EVENT: TAIL` from a place on. */
function scanEvent(line: string, from: number): { readonly period: number | undefined; readonly event: string | undefined; readonly tail: string } {
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
  if (end > start + 1 && line.charCodeAt(end - 1) === COLON) return { period, event: line.slice(start, end - 1), tail: line.slice(end).trim() }
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

/** Start of a process or thread id that ends at `end`, -1 when there is none; -1 itself is an id. Bounded. */
function idStart(line: string, end: number): number {
  let p = end
  while (p > 0 && end - p < 11 && isDigit(line.charCodeAt(p - 1))) p--
  if (p === end || end - p > 10) return -1
  return line.charCodeAt(p - 1) === MINUS && (p === 1 || isBlank(line.charCodeAt(p - 2)) || line.charCodeAt(p - 2) === SLASH) ? p - 1 : p
}

function leadingBlanks(line: string): number {
  let p = 0
  while (line.charCodeAt(p) === BLANK) p++
  return p
}

function endsWord(line: string, at: number): boolean {
  return at >= line.length || isBlank(line.charCodeAt(at))
}

function skipBlanks(line: string, from: number): number {
  let p = from
  while (p < line.length && isBlank(line.charCodeAt(p))) p++
  return p
}

function skipBlanksBack(line: string, end: number): number {
  let p = end
  while (p > 0 && isBlank(line.charCodeAt(p - 1))) p--
  return p
}

function wordStart(line: string, end: number): number {
  let p = end
  while (p > 0 && !isBlank(line.charCodeAt(p - 1))) p--
  return p
}

function wordEnd(line: string, start: number): number {
  let p = start
  while (p < line.length && !isBlank(line.charCodeAt(p))) p++
  return p
}

function isDigits(line: string, start: number, end: number): boolean {
  if (start === end) return false
  for (let p = start; p < end; p++) if (!isDigit(line.charCodeAt(p))) return false
  return true
}

function isLetters(line: string, start: number, end: number): boolean {
  if (start === end) return false
  for (let p = start; p < end; p++) if (!isLetter(line.charCodeAt(p))) return false
  return true
}

function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

function isBlank(code: number): boolean {
  return code === BLANK || code === TAB
}
