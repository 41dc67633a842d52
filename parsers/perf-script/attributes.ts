/**
 * What stands behind the colon of an event, on the header's line:
 *
 *     page-faults:     55f578152028 [unknown] (/srv/w)   1e05080021 |OP LOAD|LVL L1 hit|BLK  N/A     37     401136 foo+0x10 (/srv/app)    12345000 4K 2M
 *     probe_libc:malloc: (560024aaf2d9) bytes=0x100000
 *     branches:uH:   call         401144 main+0x4 (/usr/bin/app) =>           401126 foo+0x0 (/usr/bin/app)
 *
 * In this order: flags, trace text, address (with its symbol), data source, weight, instruction latency, retire latency; the sampled frame where the
 * event has no call chain; registers, branches, instruction; physical address and page sizes. Source: linux tools/perf/builtin-script.c.
 */
import { skipBlanksBack, wordStart } from './chars.ts'
import type { PerfFrame } from './frame.ts'
import { frameTextStart, hasPlainModule, scanFrame } from './frame.ts'
import type { PerfHeader } from './header.ts'

/** A number of a sample by its name: `addr`, `weight`, `bytes`. */
export type Attribute = readonly [name: string, value: number]

export interface Tail {
  /** Leaf first: the sampled frame, or callee and caller of a branch; empty when none was printed. */
  readonly frames: readonly PerfFrame[]
  readonly attributes: readonly Attribute[]
}

/** What the file's first lines say about its tails. */
export interface TailFields {
  readonly modules: boolean
  /** A number alone before the weight is an address. */
  readonly addresses: boolean
}

const NOTHING: Tail = { frames: [], attributes: [] }

/** Modifiers of an event; what else follows its last colon is the name of a tracepoint or probe. */
const MODIFIERS = /^[ukhIGHpPSDWeRbX]{1,8}$/
const EXTRAS =
  /(?:^|\s)(?:ABI:\d+(?: .*)?|(?:ilen: \d+ ?)?insn:(?: [0-9a-f]{2}){1,32}(?:\s.*)?|ilen: \d+(?: .*)?|[^\s/]+\/[^\s/]+\/[PMN-]\/[X-]\/[A-]\/\d.*)$/
const PAGE_SIZES = /((?:\s{1,40}(?:N\/A|\d{1,4}[KMG])){1,2})$/
/** Last part of what `-F +data_src` prints, behind its last bar: `BLK  N/A`. */
const LAST_SOURCE = /^[A-Z]{2,4} {1,4}(?:N\/A|[A-Z][A-Za-z/]*)(?: (?:or )?[A-Z][A-Za-z/]*)*/
const CLOSE = 41
const ARROW = /\s=>\s+[0-9a-f]{1,16}(?:\s|$)/
const PAIR = /(?<![\w.])([A-Za-z_][\w.]{0,63})(?:=|: )(-?\d+|0x[0-9a-f]{1,16})(?=[\s,)\]}]|$)/g

/** True for an event whose tail is the text of its trace record. */
export function isTracepoint(event: string | undefined): boolean {
  const colon = event === undefined ? -1 : event.lastIndexOf(':')
  return colon >= 0 && !MODIFIERS.test(event!.slice(colon + 1))
}

/** What the tail of a header holds. `chained` = frames follow, so that none stands in the tail. Linear. */
export function readTail({ event, tail }: PerfHeader, fields: TailFields, chained: boolean): Tail {
  if (tail === '') return NOTHING
  if (isTracepoint(event)) {
    const frame = chained ? undefined : traceFrame(tail, fields.modules)
    return { frames: frame === undefined ? [] : [frame], attributes: tracePairs(tail) }
  }
  if (ARROW.test(tail)) return branchTail(tail, fields.modules)
  return sampleTail(tail, fields, chained)
}

/** `key=value` and `key: value` of a trace text, where the value is a number. */
function tracePairs(tail: string): Attribute[] {
  const pairs = new Map<string, number>()
  for (const [, name, value] of tail.matchAll(PAIR)) pairs.set(name!, Number(value))
  return [...pairs]
}

/** Frame printed behind the trace text of a tracepoint recorded with callchains (`-G`). */
function traceFrame(tail: string, modules: boolean): PerfFrame | undefined {
  if (!tail.endsWith(')')) return undefined
  const words = /(?:^|\s)[0-9a-f]{1,16}\s/g
  let start = -1
  for (let match = words.exec(tail); match !== null; match = words.exec(tail)) {
    if (match.index > 0 && match[0].trim().length < 6) continue
    start = match.index
    const next = start + match[0].length
    if (!/^\s*[0-9a-f]{6,16}\s/.test(tail.slice(next, next + 40))) break
  }
  if (start < 0) return undefined
  const line = ` ${tail.slice(start).trimStart()}`
  return start === 0 || hasPlainModule(line) ? scanFrame(line, modules) : undefined
}

/** Branch from one place to another, of Intel PT or BTS: a call or a return tells caller and callee, any other branch only where it stood. */
function branchTail(tail: string, modules: boolean): Tail {
  const arrow = ARROW.exec(tail)!
  const left = tail.slice(0, arrow.index)
  const at = /(?:^|\s)[0-9a-f]{1,16}(?:\s|$)/.exec(left)
  const from = at === null ? undefined : scanFrame(` ${left.slice(at.index).trimStart()}`, modules)
  const to = scanFrame(` ${withoutExtras(tail.slice(arrow.index).replace(/^\s=>\s+/, '')).text}`, modules)
  const flags = left.slice(0, at?.index ?? 0)
  const known = (frame: PerfFrame | undefined): PerfFrame[] =>
    frame === undefined || /^0+$/.test(frame.ip) ? [] : [frame]
  const attributes: Attribute[] = []
  if (/\breturn\b|\biret\b|\bsysret\b/.test(flags)) return { frames: [...known(from), ...known(to)], attributes }
  const calls = /\bcall\b|\bint\b|\bsyscall\b|\basync\b/.test(flags)
  // a branch without flags calls what it enters at its start
  const enters = flags.trim() === '' && to?.offset === '+0x0' && to.symbol !== from?.symbol
  if (calls || enters) return { frames: [...known(to), ...known(from)], attributes }
  return { frames: known(from), attributes }
}

/** Number printed where an address may stand, with the symbol and module behind it. */
interface Place {
  readonly number: string
  readonly text: string
  /** The whole, as a frame line has it. */
  readonly line: string
}

function sampleTail(tail: string, fields: TailFields, chained: boolean): Tail {
  const { text, attributes } = withoutExtras(tail)
  const source = dataSource(text)
  const before = placesIn(source?.before ?? '')
  const after = placesIn(source?.after ?? text)
  const last = after[after.length - 1]
  // where symbols are printed the frame has one, so a number behind it is the physical address
  if (last?.text === '' && !chained && (after[after.length - 2]?.text ?? '') !== '') {
    after.pop()
    attributes.push(['phys_addr', parseInt(last.number, 16)])
  }
  let ip: Place | undefined
  if (!chained && after.length > 0) ip = after.pop()
  const lead = before.length > 0 ? before.slice(0, 1) : []
  const rest = [...after]
  if (
    lead.length === 0 &&
    source === undefined &&
    rest.length > 0 &&
    (rest[0]!.text !== '' || fields.addresses || isHex(rest[0]!))
  )
    lead.push(rest.shift()!)
  if (lead.length > 0) attributes.push(['addr', parseInt(lead[0]!.number, 16)])
  if (source !== undefined) attributes.push(['data_src', parseInt(source.number, 16)])
  rest.slice(0, LATENCIES.length).forEach((place, i) => attributes.push([LATENCIES[i]!, Number(place.number)]))
  const frame = ip === undefined || frameTextStart(ip.line) < 0 ? undefined : scanFrame(ip.line, fields.modules)
  return {
    frames: frame === undefined ? [] : [frame],
    attributes: attributes.filter(([, value]) => !Number.isNaN(value)),
  }
}

/** The data source in a tail, undefined without one: its number, and what stands before and behind it. */
function dataSource(
  text: string,
): { readonly number: string; readonly before: string; readonly after: string } | undefined {
  const bar = text.indexOf(' |OP ')
  if (bar < 0) return undefined
  const start = text.lastIndexOf(' ', bar - 1) + 1
  const number = text.slice(start, bar)
  const rest = text.slice(text.lastIndexOf('|') + 1)
  const last = LAST_SOURCE.exec(rest)
  if (last === null || !/^[0-9a-f]{1,16}$/.test(number)) return undefined
  return { number, before: text.slice(0, start).trimEnd(), after: rest.slice(last[0].length) }
}

const LATENCIES = ['weight', 'ins_lat', 'retire_lat'] as const

function isHex({ number }: Place): boolean {
  return /[a-f]/.test(number) || number.length > 12
}

/** The tail without what stands behind the frame, and the page sizes among that. */
function withoutExtras(tail: string): { readonly text: string; readonly attributes: Attribute[] } {
  const attributes: Attribute[] = []
  let text = tail
  const sizes = PAGE_SIZES.exec(text)
  if (sizes !== null && !/\|[A-Z]+$/.test(text.slice(Math.max(0, sizes.index - 8), sizes.index))) {
    text = text.slice(0, sizes.index)
    attributes.push(...pageSizes(sizes[1]!.trim().split(/\s+/)))
  }
  const extras = EXTRAS.exec(text)
  return { text: extras === null ? text : text.slice(0, extras.index).trimEnd(), attributes }
}

const PAGES = ['data_page_size', 'code_page_size'] as const
const BYTES = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 } as const

function pageSizes(words: readonly string[]): Attribute[] {
  return words.flatMap((word, i): Attribute[] => {
    const unit = BYTES[word.slice(-1) as keyof typeof BYTES]
    return word === 'N/A' || i >= PAGES.length ? [] : [[PAGES[i]!, Number(word.slice(0, -1)) * unit]]
  })
}

/** Attributes of a line `PHYS_ADDR [DATA_PAGE_SIZE [CODE_PAGE_SIZE]]` behind a call chain. */
export function readValues(line: string): Attribute[] {
  const [address, ...sizes] = line.trim().split(' ')
  return [['phys_addr', parseInt(address!, 16)], ...pageSizes(sizes)]
}

/**
 * The numbers of a text that may be addresses, each with what follows it up to the next one. perf pads such a number to 16 columns, so at least two blanks
 * stand before it unless it is an address of the kernel or follows a module.
 */
function placesIn(text: string): Place[] {
  const starts: number[] = []
  const number = /(?:^|\s)([0-9a-f]{1,16})(?=\s|$)/g
  for (let match = number.exec(text); match !== null; match = number.exec(text)) {
    const at = match.index + match[0].length - match[1]!.length
    const before = skipBlanksBack(text, at)
    // behind one blank: a word of the symbol, but for an address behind a module or right behind another number
    const isWord =
      at === before + 1 &&
      before > 0 &&
      match[1]!.length < 16 &&
      text.charCodeAt(before - 1) !== CLOSE &&
      !(match[1]!.length >= 6 && wordStart(text, before) === starts[starts.length - 1])
    if (!isWord) starts.push(at)
  }
  return starts.map((at, i) => {
    const piece = text.slice(at, starts[i + 1] ?? text.length).trimEnd()
    const end = piece.search(/\s|$/)
    return { number: piece.slice(0, end), text: piece.slice(end).trim(), line: ` ${piece}` }
  })
}
