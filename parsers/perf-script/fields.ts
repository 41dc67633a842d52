import { isTracepoint } from './attributes.ts'
import { frameTextStart, hasPlainModule } from './frame.ts'
import type { PerfHeader } from './header.ts'
import { PERIOD_COLUMNS, scanNamed } from './header.ts'
import { classifyPerfLine } from './shape.ts'
import type { ThreadFields } from './thread.ts'
import { ALL_FIELDS, idColumns } from './thread.ts'

/** What the first lines of a file tell about all of it: perf prints the same fields for every record. */
export interface PerfShape extends ThreadFields {
  /** Frames end in `(module)`. */
  readonly modules: boolean
  /** Records start with a header that has a time or an event. */
  readonly headers: boolean
  /** Frames of call chains begin with a TAB: a number behind blanks is an attribute. */
  readonly tabs: boolean
  /** A number alone behind the event is an address, not a weight. */
  readonly addresses: boolean
  /** Events whose headers have something behind the event although a call chain follows: it is no frame. */
  readonly chains: readonly string[]
}

/** A thread id is padded to five columns and has a blank before it. */
const ID_COLUMNS = 6
/** Letters of `-F +misc`, padded to six columns, before the time, the period or the event. */
const MODE = /(?:^|\s)[KUHGg][MESFp]{0,2} +(?:\d+\.\d{6,9}: +)?(?:\d+ +)?[A-Za-z][^\s:]*:/
const PADDED_FRAME = /^\t(?: +[0-9a-f]|[0-9a-f]{16} )/

/** Shape of a file from its first lines. */
export function shapeOf(lines: readonly { readonly text: string }[]): PerfShape {
  const thread = threadFields(lines)
  let [frames, modules, tabbed, blankLed, numbers, addresses] = [0, 0, 0, 0, 0, 0]
  let headers = false
  const chains = new Set<string>()
  let open: PerfHeader | undefined
  for (const { text } of lines) {
    const line = classifyPerfLine(text, thread)
    let frame = text
    if (line.kind === 'header') {
      headers = true
      const { header } = line
      frame = ` ${header.tail}`
      open = header
      if (!isTracepoint(header.event) && /^[0-9a-f]{1,16}(?: {2,}|$)/.test(header.tail)) {
        numbers++
        if (/^(?:\d*[a-f]|\d{13})/.test(header.tail)) addresses++
      }
    } else if (line.kind === 'frame') {
      if (open !== undefined && open.tail !== '') chains.add(open.event ?? '')
      open = undefined
      if (PADDED_FRAME.test(text)) tabbed++
      else if (hasPlainModule(text)) blankLed++
    } else {
      if (line.kind === 'blank') open = undefined
      continue
    }
    if (!/\s\S/.test(frame.trimStart()) || frameTextStart(frame) < 0) continue
    frames++
    if (hasPlainModule(frame)) modules++
  }
  return {
    ...thread,
    modules: modules * 2 >= frames,
    headers,
    tabs: tabbed > 0 && blankLed === 0,
    addresses: addresses > 0 && addresses * 8 >= numbers,
    chains: [...chains],
  }
}

/** Which fields of the thread the headers have: a comm that ends in a number is told from a thread id by the columns, or by comms that do not. */
function threadFields(lines: readonly { readonly text: string }[]): ThreadFields {
  let [headers, comms, untimed, numberless, narrow, periods, singles, intact, modes] = [0, 0, 0, 0, 0, 0, 0, 0, 0]
  const see = (header: PerfHeader, text: string): void => {
    headers++
    if (printsComm(header, text)) comms++
    if (MODE.test(text)) modes++
    // as wide as perf pads a period, and no thread id is that wide
    const period = header.time === undefined && header.period === undefined && isPeriodWide(text, header)
    if (header.tid === undefined || period) {
      if (header.comm !== undefined && header.cpu === undefined) numberless++
    } else if (idColumns(text, header) < ID_COLUMNS) narrow++
    if (header.time !== undefined) return
    untimed++
    if (header.period !== undefined || period) periods++
    else singles++
  }
  let before: string | undefined
  for (const { text } of lines) {
    const line = classifyPerfLine(text)
    if (line.kind === 'header') {
      see(line.header, text)
      if (/^ {2,}\S/.test(text)) intact++
    } else if (line.kind === 'frame') {
      if (PADDED_FRAME.test(text)) intact++
      const named = before === undefined ? undefined : scanNamed(before)
      if (named !== undefined) see(named, before!)
    } else if (line.kind === 'other') {
      const named = scanNamed(text)
      if (named !== undefined && named.tail !== '') see(named, text)
    }
    before = line.kind === 'other' ? text : undefined
  }
  if (headers === 0) return ALL_FIELDS
  // columns prove nothing where blanks were lost, as in pasted text, nor alone against headers that look whole
  const narrowTells = numberless > 0 || (intact > 0 && untimed === headers)
  const without = numberless + (narrowTells ? narrow : 0)
  return {
    comms: comms > 0,
    tids: without * 10 < headers * 9,
    ...(modes === headers && { misc: true }),
    ...(untimed > 0 && periods > 0 && singles === 0 && { periods: true }),
  }
}

/** True when the number behind the comm takes up the columns of a period. */
function isPeriodWide(text: string, header: PerfHeader): boolean {
  if (header.tid === undefined || header.pid !== undefined || header.cpu !== undefined) return false
  const columns = idColumns(text, header)
  return Number.isFinite(columns) && columns >= PERIOD_COLUMNS
}

/** True when a comm is printed, empty or not: behind an empty one stands a blank before the padded id. */
function printsComm({ comm, pid, tid }: PerfHeader, text: string): boolean {
  if (comm === undefined) return false
  if (comm.trim() !== '') return true
  const blanks = text.length - text.trimStart().length
  const digits = String(pid ?? tid ?? '').length
  const columns = blanks + digits
  return blanks > 0 && (columns === 7 ? digits > 5 : columns >= ID_COLUMNS)
}

/** True when the frame in a header's tail is the sampled one: its event has no call chain. A file whose TABs are whole pads the comm then. */
export function tailHoldsFrame(shape: PerfShape, header: PerfHeader, text: string): boolean {
  if (shape.chains.includes(header.event ?? '')) return false
  if (!shape.tabs || shape.chains.length === 0 || header.comm === undefined) return true
  const blanks = text.length - text.trimStart().length
  return blanks > 1 || header.comm.trim().length > 11
}
