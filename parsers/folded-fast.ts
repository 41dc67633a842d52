import { DiagnosticLog, ROOT, grown, kindCode } from '../src/model/index.ts'
import type { Parsed } from '../src/model/index.ts'
import { ByteFrames } from './byte-frames.ts'
import { byteLineReader } from './byte-lines.ts'
import type { ByteLineSink } from './byte-lines.ts'
import type { FoldedPart } from './folded.ts'
import { FoldedReader, MAX_FOLDED_LINE, rootKind, signOf } from './folded.ts'
import type { Reader, ReadOptions } from './format.ts'
import { kindOfName } from './frame-kind.ts'
import type { KindWalk } from './frame-kind.ts'

const SEMICOLONS = 0x3b3b3b3b
const SEMICOLON = 59
const SPACE = 32
const TAB = 9

/** States of a walk from root to leaf: bit 0 = in the kernel, bit 1 = in the waker's half; ROOT_STATE is before the first frame. */
const ROOT_STATE = 4
const STATES = 5

/**
 * Reader of folded stacks that works on bytes: gives exactly what FoldedReader gives, which stays its oracle, several times faster. A line goes
 * frame by frame, four bytes at a time, through a table of byte strings, and what it shares with the line before is not looked at again.
 * Lines that are not `frame;frame integer` plainly are decoded and handed to FoldedReader.
 */
export function foldedFastReader(options: ReadOptions): Reader {
  const log = new DiagnosticLog(options.source, options.strict)
  return byteLineReader(new FoldedFastSink(log, options.tool), log, MAX_FOLDED_LINE)
}

/** Reader of one part of a file of folded stacks; parts end at line ends. */
export class FoldedPartReader {
  private readonly sink: FoldedFastSink
  private readonly reader: Reader

  /** `follows`: the file's start said that every line has one value. */
  constructor(options: ReadOptions, follows: boolean) {
    const log = new DiagnosticLog(options.source, options.strict)
    this.sink = new FoldedFastSink(log, options.tool, PART_ROOM)
    if (follows) this.sink.plain.settle()
    this.reader = byteLineReader({ turn: bytes => this.sink.turn(bytes), line: (bytes, start, end, number) => this.sink.line(bytes, start, end, number), end: () => NOTHING }, log, MAX_FOLDED_LINE)
  }

  push(chunk: Uint8Array): void {
    this.reader.push(chunk)
  }

  /** What was read, or undefined when it cannot be told apart from what stands before or after it. */
  part(): FoldedPart | undefined {
    this.reader.end()
    return this.sink.plain.clean ? this.sink.plain.part() : undefined
  }

  /** The result of this part and those that follow; undefined when the file has to be read in one go. */
  join(parts: readonly (FoldedPart | undefined)[]): Parsed | undefined {
    this.reader.end()
    if (!this.sink.plain.clean || parts.includes(undefined)) return undefined
    for (const part of parts) this.sink.plain.absorb(part!)
    return this.sink.plain.end()
  }
}

/** Nodes to start with where the file is known to be large. */
const PART_ROOM = 1 << 20

const NOTHING: Parsed = { format: 'folded', datasets: [], diagnostics: [], skippedLines: 0, lost: 0 }

class FoldedFastSink implements ByteLineSink {
  readonly plain: FoldedReader
  private readonly decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  private readonly names = new ByteFrames()
  /** (name, state) -> (frame + 1) * 4 + next state; 0 = not seen yet. There are at most 8 million frames. */
  private memo = new Int32Array(1024 * STATES)
  /** signOf each name + 1; 0 = not asked yet. */
  private signs = new Uint8Array(1024)
  private view: DataView = new DataView(new ArrayBuffer(0))

  // the line before: its bytes, and for each of its frames where it ends, its node and the state after it
  private before: Uint8Array = new Uint8Array(0)
  private beforeView: DataView = new DataView(new ArrayBuffer(0))
  private beforeStart = 0
  private beforeStack = 0
  private frames = 0
  /** Names, ends, nodes and states of those frames. */
  private ids = new Int32Array(256)
  private ends = new Int32Array(256)
  private nodes = new Int32Array(256)
  private states = new Uint8Array(256)

  constructor(log: DiagnosticLog, tool?: string, room?: number) {
    this.plain = new FoldedReader(log, tool, room)
  }

  turn(bytes: Uint8Array): void {
    if (this.frames > 0) {
      this.before = this.before.slice(this.beforeStart, this.beforeStart + this.beforeStack)
      this.beforeView = new DataView(this.before.buffer)
      this.beforeStart = 0
    }
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  line(bytes: Uint8Array, start: number, end: number, number: number): void {
    if (this.plain.settled && this.fast(bytes, start, end)) return
    this.frames = 0
    this.plain.line(this.decoder.decode(bytes.subarray(start, end)), number)
  }

  end(): Parsed {
    return this.plain.end()
  }

  /** Takes a plain line; false leaves everything as it was. */
  private fast(bytes: Uint8Array, start: number, end: number): boolean {
    // the value: at most 15 digits after one blank
    let at = end - 1
    let digit = at >= start ? bytes[at]! - 48 : -1
    if (digit < 0 || digit > 9) return false
    let value = 0
    let power = 1
    const least = Math.max(start, end - 15)
    while (digit >= 0 && digit <= 9) {
      value += digit * power
      power *= 10
      if (--at < least) return false
      digit = bytes[at]! - 48
    }
    if (bytes[at] !== SPACE && bytes[at] !== TAB) return false
    const stack = at - start
    if (stack === 0) return false

    const { view } = this
    const { stacks } = this.plain.profile
    // what the line shares with the one before
    let frame = 0
    let position = 0
    let node = ROOT
    let state = ROOT_STATE
    if (this.frames > 0) {
      const shared = this.sharedBytes(bytes, start, Math.min(stack, this.beforeStack))
      let low = 0
      let high = this.frames
      while (low < high) {
        const middle = (low + high) >> 1
        if (this.ends[middle]! < shared) low = middle + 1
        else high = middle
      }
      frame = low
      if (frame > 0) {
        position = this.ends[frame - 1]! + 1
        node = this.nodes[frame - 1]!
        state = this.states[frame - 1]!
      }
    }
    // what it starts with decides whether it is a comment or a banner
    if (position < 32 && !plainStart(bytes, start, end)) return false

    for (;;) {
      let hash = 0
      let i = start + position
      let found = -1
      while (i + 4 <= at) {
        const word = view.getInt32(i, true)
        const marked = word ^ SEMICOLONS
        const hit = (marked - 0x01010101) & ~marked & 0x80808080
        if (hit !== 0) {
          const low = hit & -hit
          const offset = low === 0x80 ? 0 : low === 0x8000 ? 1 : low === 0x800000 ? 2 : 3
          found = i + offset
          hash = mix(hash, offset === 0 ? 0 : word & (0xffffffff >>> (32 - offset * 8)))
          break
        }
        hash = mix(hash, word)
        i += 4
      }
      if (found < 0) {
        let word = 0
        let shift = 0
        for (; i < at; i++) {
          const byte = bytes[i]!
          if (byte === SEMICOLON) {
            found = i
            break
          }
          word |= byte << shift
          shift += 8
        }
        hash = mix(hash, word)
      }
      const last = found < 0
      const frameEnd = last ? at : found
      // `; ` may be part of a name, and a single frame is no comm: rare, and the plain reader knows
      if (last ? frame === 0 : bytes[found + 1] === SPACE) return false
      const id = this.names.intern(bytes, view, start + position, frameEnd, hash ^ (hash >>> 15))
      const entry = id * STATES + state
      const known = (entry < this.memo.length ? this.memo[entry]! : 0) || this.learn(id, state)
      state = known & 3
      node = stacks.child(node, (known >> 2) - 1)
      if (frame >= this.ends.length) this.growPath()
      this.ids[frame] = id
      this.ends[frame] = frameEnd - start
      this.nodes[frame] = node
      this.states[frame] = state
      frame++
      if (last) break
      position = found + 1 - start
    }
    this.plain.countSigns(frame, this.signOf(this.ids[frame - 1]!), this.signOf(this.ids[frame - 2]!), (state & 2) === 2)
    this.plain.addNode(node, value)
    this.before = bytes
    this.beforeView = view
    this.beforeStart = start
    this.beforeStack = stack
    this.frames = frame
    return true
  }

  private sharedBytes(bytes: Uint8Array, start: number, limit: number): number {
    const { before, beforeStart, beforeView, view } = this
    let i = 0
    while (i + 4 <= limit && view.getInt32(start + i, true) === beforeView.getInt32(beforeStart + i, true)) i += 4
    while (i < limit && bytes[start + i] === before[beforeStart + i]) i++
    return i
  }

  private learn(id: number, state: number): number {
    while (id * STATES + state >= this.memo.length) this.memo = grown(this.memo, new Int32Array(this.memo.length * 2))
    const name = this.names.text(id)
    let kind: number
    let next = 0
    if (state === ROOT_STATE) kind = rootKind(name)
    else {
      const walk: KindWalk = { kernel: (state & 1) === 1, waker: (state & 2) === 2 }
      kind = kindCode(kindOfName(name, walk))
      next = (walk.kernel ? 1 : 0) | (walk.waker ? 2 : 0)
    }
    const known = (this.plain.profile.stacks.frame(name, '', kind) + 1) * 4 + next
    this.memo[id * STATES + state] = known
    return known
  }

  private signOf(id: number): number {
    const known = this.signs[id] ?? 0
    if (known !== 0) return known - 1
    while (id >= this.signs.length) this.signs = grown(this.signs, new Uint8Array(this.signs.length * 2))
    const sign = signOf(this.names.text(id))
    this.signs[id] = sign + 1
    return sign
  }

  private growPath(): void {
    this.ids = grown(this.ids, new Int32Array(this.ids.length * 2))
    this.ends = grown(this.ends, new Int32Array(this.ends.length * 2))
    this.nodes = grown(this.nodes, new Int32Array(this.nodes.length * 2))
    this.states = grown(this.states, new Uint8Array(this.states.length * 2))
  }
}

/** First bytes that may begin a comment, a banner, an interrupt's echo or blank space: `#` `-` `/` `^` `T` `S` `A` `D` `L` `P` `W` `i` `H` `[`. */
const SUSPECT = new Uint8Array(256)
for (const char of '#-/^\t ;') SUSPECT[char.charCodeAt(0)] = 2
for (const char of 'TSADLPWiH[') SUSPECT[char.charCodeAt(0)] = 1
const BANNER_STARTS = ['Tra', 'Sam', 'Att', 'Det', 'Los', 'Pos', 'WAR', 'War', 'if ', 'Hit', '[su']

function plainStart(bytes: Uint8Array, start: number, end: number): boolean {
  const suspect = SUSPECT[bytes[start]!]!
  if (suspect === 0) return bytes[start]! < 0x80 && bytes[start]! > SPACE
  if (suspect === 2 || end - start < 3) return false
  const head = String.fromCharCode(bytes[start]!, bytes[start + 1]!, bytes[start + 2]!)
  return !BANNER_STARTS.includes(head)
}

function mix(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0x9e3779b1)
  return mixed ^ (mixed >>> 16)
}
