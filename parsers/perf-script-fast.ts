import type { DiagnosticLog, Parsed } from '../src/model/index.ts'
import { ByteCache, LINE_HASHED, lineHash } from './byte-cache.ts'
import { ByteParts } from './byte-parts.ts'
import type { ReadOptions } from './format.ts'
import type { LineDecoder, LineSink } from './lines.ts'
import { scanThread } from './perf-script-header.ts'
import type { Thread } from './perf-script-header.ts'
import { PerfScriptReader } from './perf-script-reader.ts'
import type { PerfShape } from './perf-script-reader.ts'

const TAB = 9
const LF = 10
const CR = 13
const BLANK = 32
const OPEN = 40
const CLOSE = 41
const PLUS = 43
const DOT = 46
const ZERO = 48
const COLON = 58
const BRACKET = 91
const SLASH = 47
const X = 120

/** A header's time stands within this many bytes. */
const REACH = 96
/** More digits than a double holds exactly are left to the plain reader. */
const MAX_DIGITS = 15
/** With so long a task before the first time, no later time can be the header's: its comm would be longer than a comm. */
const MIN_TASK = 8
const POWERS = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9]

/**
 * The plain reader behind a memory of lines: a frame line seen before is known by its bytes, a new one by those of its symbol and module, and a header
 * is put together from its known parts (task, event) and its digits. Only lines of the plainest shape are read so; everything else goes to the
 * plain reader as text, so both give the same result on every input.
 */
export class FastPerfScript implements LineSink {
  readonly reader: PerfScriptReader
  /** Lines taken so far. */
  taken = 0
  private readonly lines = new ByteCache(1 << 13)
  private readonly tasks = new ByteParts<Thread>()
  private readonly events = new ByteParts<string>()
  private readonly frames = new ByteParts<Map<string, number>>()
  private readonly modules = new ByteParts<string>()
  private knownCount = 0
  /** Frames of known lines that follow one another. */
  private readonly run = new Int32Array(256)
  private readonly decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  /** Frames depend on more than their symbol and module. */
  private readonly exactFrames: boolean

  constructor(options: ReadOptions, log: DiagnosticLog, shape?: PerfShape) {
    this.reader = new PerfScriptReader(options, log, shape)
    this.exactFrames = options.perf?.addrs === true || options.perf?.offsets === true
  }

  line(text: string, number: number): void {
    this.taken = number
    this.reader.line(text, number)
  }

  block(bytes: Uint8Array, start: number, end: number, number: number, decode: LineDecoder): number {
    const { reader } = this
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    let line = number
    let at = start
    while (at < end) {
      if (reader.settled) {
        const known = this.knownLines(bytes, view, at, end)
        line += this.knownCount
        at = known
        if (at === end) break
      }
      const stop = bytes.indexOf(LF, at) + 1
      const text = decode(bytes.subarray(at, stop - 1), line)
      const frame = text === undefined ? -1 : reader.line(text, line)
      if (frame >= 0 && stop - at >= LINE_HASHED) this.lines.add(view, at, stop - at, lineHash(view, at), frame)
      at = stop
      line++
    }
    this.taken = line - 1
    return line - number
  }

  /** Takes lines as long as they are known by their bytes; counts them in `knownCount` and returns where the first other line starts. */
  private knownLines(bytes: Uint8Array, view: DataView, start: number, end: number): number {
    const { reader, lines, run } = this
    let at = start
    let count = 0
    let depth = 0
    while (at < end) {
      const first = bytes[at]!
      if (first === TAB || first === BLANK) {
        if (at + LINE_HASHED > end) break
        const hash = lineHash(view, at)
        const entry = lines.find(view, at, end, hash)
        let frame: number
        let next: number
        if (entry !== 0) {
          frame = lines.value(entry)
          next = at + lines.length
        } else {
          next = bytes.indexOf(LF, at) + 1
          frame = this.frame(bytes, view, at, next - 1)
          if (frame >= 0) lines.add(view, at, next - at, hash, frame)
        }
        if (frame >= 0) {
          if (depth === run.length) {
            reader.frameRun(run, depth)
            depth = 0
          }
          run[depth++] = frame
          at = next
          count++
          continue
        }
        if (first === TAB) break
      }
      if (depth > 0) reader.frameRun(run, depth)
      depth = 0
      if (first === LF || (first === CR && bytes[at + 1] === LF)) {
        reader.blank()
        at += first === LF ? 1 : 2
      } else {
        const next = this.header(bytes, view, at, end)
        if (next === at) break
        at = next
      }
      count++
    }
    if (depth > 0) reader.frameRun(run, depth)
    this.knownCount = count
    return at
  }

  end(): Parsed {
    return this.reader.end()
  }

  /**
   * Opens the record whose header starts at `at` when it is `TASK TIME: [PERIOD] EVENT:` with nothing behind. Returns where the next line starts, or `at`
   * when the plain reader has to look.
   */
  private header(bytes: Uint8Array, view: DataView, at: number, end: number): number {
    if (this.reader.puzzled || bytes[at] === TAB) return at
    const limit = Math.min(at + REACH, end)
    let colon = at
    while (colon < limit && bytes[colon]! !== COLON && bytes[colon]! !== LF) colon++
    if (colon === limit || bytes[colon] !== COLON || bytes[colon + 1] !== BLANK) return at

    let p = colon
    while (p > at && isDigit(bytes[p - 1]!)) p--
    const decimals = colon - p
    if (decimals < 6 || decimals > 9 || p === at || bytes[p - 1] !== DOT) return at
    let fraction = 0
    for (let i = p; i < colon; i++) fraction = fraction * 10 + bytes[i]! - ZERO
    const dot = --p
    let seconds = 0
    let power = 1
    while (p > at && isDigit(bytes[p - 1]!)) {
      seconds += (bytes[--p]! - ZERO) * power
      power *= 10
    }
    if (p === dot || p === at || bytes[p - 1] !== BLANK || dot - p + decimals > MAX_DIGITS) return at
    const scale = POWERS[decimals]!
    const time = (seconds * scale + fraction) / scale

    let q = colon + 1
    while (bytes[q] === BLANK) q++
    const digits = q
    let period = 0
    while (isDigit(bytes[q]!)) period = period * 10 + bytes[q++]! - ZERO
    const printed = q > digits
    if (printed) {
      if (q - digits > MAX_DIGITS || bytes[q] !== BLANK) return at
      while (bytes[q] === BLANK) q++
    }
    const event = q
    while (bytes[q]! > BLANK) q++
    if (bytes[q - 1] !== COLON || q - event < 2) return at
    const eventEnd = q - 1
    while (bytes[q] === BLANK) q++
    if (bytes[q] === CR) q++
    if (bytes[q] !== LF) return at

    const task = this.tasks.find(view, at, p - at) ?? this.learnTask(bytes, view, at, p)
    if (task === undefined) return at
    const name = this.events.find(view, event, eventEnd + 1 - event) ?? this.learnEvent(bytes, view, event, eventEnd)
    if (name === undefined) return at
    this.reader.openKnown(task, time, printed ? period : undefined, name)
    return q + 1
  }

  private learnTask(bytes: Uint8Array, view: DataView, start: number, end: number): Thread | undefined {
    const text = this.decoder.decode(bytes.subarray(start, end))
    if (text.trimStart().length < MIN_TASK) return undefined
    const task = scanThread(`${text}0`, text.length)
    if (task !== undefined) this.tasks.add(view, start, end - start, task)
    return task
  }

  private learnEvent(bytes: Uint8Array, view: DataView, start: number, end: number): string | undefined {
    const name = this.decoder.decode(bytes.subarray(start, end))
    if (name.startsWith('PERF_RECORD_')) return undefined
    this.events.add(view, start, end + 1 - start, name)
    return name
  }

  /**
   * Frame of the line [at, stop) when it is `ADDRESS SYMBOL+0xOFFSET (MODULE)` or `ADDRESS SYMBOL (MODULE)` and could be nothing else; -1 when the plain
   * reader has to look.
   */
  private frame(bytes: Uint8Array, view: DataView, at: number, stop: number): number {
    if (this.exactFrames) return -1
    let end = stop
    if (bytes[end - 1] === CR) end--
    if (bytes[end - 1] !== CLOSE || end - at > 4096) return -1
    let p = at
    while (bytes[p] === BLANK || bytes[p] === TAB) p++
    const address = p
    while (isHex(bytes[p]!)) p++
    if (address === at || p === address || p - address > 16 || bytes[p] !== BLANK) return -1
    const symbol = p + 1
    if (!isPlain(bytes[symbol]!)) return -1
    let offsets = 0
    let plus = 0
    let open = 0
    let closed = 0
    for (let i = symbol; i < end; i++) {
      const code = bytes[i]!
      if (code === OPEN) {
        open = i
        closed = 0
      } else if (code === CLOSE) {
        closed++
      } else if (code === PLUS) {
        if (bytes[i + 1] === ZERO && bytes[i + 2] === X) {
          plus = i
          offsets++
        }
      } else if (code === COLON) {
        const next = bytes[i + 1]
        if (next === BLANK || next === TAB) return -1
      }
    }
    let symbolEnd: number
    let border: number
    if (offsets === 1) {
      border = plus + 3
      while (isHex(bytes[border]!)) border++
      if (border === plus + 3 || bytes[border] !== BLANK || bytes[border + 1] !== OPEN) return -1
      symbolEnd = plus
      border++
    } else {
      if (offsets > 1 || closed !== 1 || bytes[open - 1] !== BLANK || !isPlain(bytes[open - 2]!)) return -1
      symbolEnd = open - 1
      border = open
    }
    if (symbolEnd <= symbol) return -1
    const module = border + 1
    if (!this.reader.hasModules && bytes[module] !== SLASH && bytes[module] !== BRACKET) return -1
    const path = this.modules.find(view, module, stop - module) ?? this.learnModule(bytes, view, module, end - 1, stop)
    return this.frameId(bytes, view, symbol, symbolEnd, path)
  }

  private learnModule(bytes: Uint8Array, view: DataView, start: number, end: number, stop: number): string {
    const path = this.decoder.decode(bytes.subarray(start, end))
    this.modules.add(view, start, stop - start, path)
    return path
  }

  private frameId(bytes: Uint8Array, view: DataView, start: number, end: number, module: string): number {
    const known = this.frames.find(view, start, end - start)
    const id = known?.get(module)
    if (id !== undefined) return id
    const symbol = this.decoder.decode(bytes.subarray(start, end))
    const made = this.reader.frameOf(symbol, module)
    if (known !== undefined) known.set(module, made)
    else this.frames.add(view, start, end - start, new Map([[module, made]]))
    return made
  }
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

function isHex(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 97 && code <= 102)
}

/** ASCII that is neither blank nor control: it cannot be trimmed away. */
function isPlain(code: number): boolean {
  return code > 32 && code < 127
}
