import { BLANK, isBlank, isDigit, isLetters, leadingBlanks, skipBlanksBack, wordStart } from './chars.ts'

/** A comm has at most 15 bytes and perf pads it to 16: more than that before the thread id is no comm. */
export const COMM_WIDTH = 16

const SLASH = 47
const MINUS = 45
const OPEN = 91
const CLOSE = 93

/** The part of a header before its time. */
export interface Thread {
  readonly comm: string | undefined
  readonly pid: number | undefined
  readonly tid: number | undefined
  readonly cpu: number | undefined
}

/** Which fields of the thread a file prints: the same in every record, and one record alone may not tell. */
export interface ThreadFields {
  readonly comms: boolean
  readonly tids: boolean
  /** Headers without a time have a period; undefined = each header's columns tell. */
  readonly periods?: boolean
  /** Letters of `-F +misc` stand behind every comm, without an id before them. */
  readonly misc?: boolean
}

export const ALL_FIELDS: ThreadFields = { comms: true, tids: true }

/** `VM:PID VCPU:NUMBER ` before the comm of a guest's sample. */
const GUEST = /^VM: *\d+ (?:VCPU:\d+ )?/

/** Letters of `-F +misc`: kernel, user, hypervisor, guest and what else perf says of a sample. */
const MODES = /^[KUHGg][MESFp]{0,2}$/

/** Length of the guest's ids at the start of a line, mostly 0. */
export function guestLength(line: string): number {
  return line.startsWith('VM:') ? (GUEST.exec(line)?.[0].length ?? 0) : 0
}

/** Thread that ends before `end`, as the fields of the file say; undefined when there is none. */
export function threadBefore(line: string, end: number, { tids, comms, misc }: ThreadFields): Thread | undefined {
  const thread = tids ? scanThread(line, end) : commOnly(line, misc === true ? end - modeLength(line, end) : end)
  if (thread === undefined || comms || thread.comm === undefined || thread.comm.trim() !== '') return thread
  return { ...thread, comm: undefined }
}

/** `COMM [PID/]TID [CPU] [MISC]` that ends before `end`. */
export function scanThread(line: string, end: number): Thread | undefined {
  let p = skipBlanksBack(line, end)
  if (p === end && end < line.length) return undefined
  p = miscStart(line, p)
  const processor = cpuBefore(line, p)
  if (processor === undefined) return undefined
  const { cpu } = processor
  if (cpu !== undefined) {
    p = skipBlanksBack(line, processor.start)
    if (p === 0) return { comm: undefined, pid: undefined, tid: undefined, cpu }
    if (p === processor.start) return undefined
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

/** `COMM [CPU] [MISC]` that ends before `end`, of a file that prints no thread id: digits belong to the comm. */
function commOnly(line: string, end: number): Thread | undefined {
  let p = miscStart(line, skipBlanksBack(line, end))
  const processor = cpuBefore(line, p)
  if (processor?.cpu !== undefined) p = skipBlanksBack(line, processor.start)
  const comm = line.slice(0, p).trim()
  if (comm.length > COMM_WIDTH) return undefined
  return { comm: comm === '' ? undefined : comm, pid: undefined, tid: undefined, cpu: processor?.cpu }
}

/** Length of the letters of `-F +misc` that end at `end` with a blank or nothing before them, and the blanks behind them; 0 without them. */
function modeLength(line: string, end: number): number {
  const last = skipBlanksBack(line, end)
  const start = wordStart(line, last)
  return MODES.test(line.slice(start, last)) ? end - start : 0
}

/** Where the letters of `-F +misc` start that end at `end`; `end` itself without them. */
function miscStart(line: string, end: number): number {
  const misc = wordStart(line, end)
  if (end - misc > 6 || !isLetters(line, misc, end)) return end
  const before = skipBlanksBack(line, misc)
  const last = line.charCodeAt(before - 1)
  return before > 0 && before < misc && (isDigit(last) || last === CLOSE) ? before : end
}

/** `[CPU]` that ends at `end`; without a cpu when no bracket stands there, undefined when it is something else in brackets. */
function cpuBefore(
  line: string,
  end: number,
): { readonly cpu: number | undefined; readonly start: number } | undefined {
  if (line.charCodeAt(end - 1) !== CLOSE) return { cpu: undefined, start: end }
  let open = end - 1
  while (open > 0 && isDigit(line.charCodeAt(open - 1))) open--
  if (open === end - 1 || line.charCodeAt(open - 1) !== OPEN || end - open > 11) return undefined
  return { cpu: Number(line.slice(open, end - 1)), start: open - 1 }
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
  return (
    (leading > 2 || field.length + extra === COMM_WIDTH ? field.slice(leading) : field) +
    (extra < 4 ? ' '.repeat(extra) : '')
  )
}

/** Columns that a thread id and the blanks before it take up, Infinity behind a TAB or at the start: perf pads an id to five and puts a blank before it. */
export function idColumns(line: string, { comm, pid, tid }: Thread): number {
  const name = (comm ?? '').trim()
  const end = name === '' ? 0 : line.indexOf(name) + name.length
  let p = end
  while (line.charCodeAt(p) === BLANK) p++
  return end === 0 || isBlank(line.charCodeAt(p)) ? Infinity : p - end + String(pid ?? tid ?? '').length
}

/** Start of a process or thread id that ends at `end`, -1 when there is none; -1 itself is an id. Bounded. */
function idStart(line: string, end: number): number {
  let p = end
  while (p > 0 && end - p < 11 && isDigit(line.charCodeAt(p - 1))) p--
  if (p === end || end - p > 10) return -1
  return line.charCodeAt(p - 1) === MINUS &&
    (p === 1 || isBlank(line.charCodeAt(p - 2)) || line.charCodeAt(p - 2) === SLASH)
    ? p - 1
    : p
}
