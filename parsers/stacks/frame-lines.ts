import { ByteLines, START_HASH } from '../build/byte-lines.ts'
import type { SymbolTable } from './symbol-table.ts'

const TAB = 9
const LF = 10
const CR = 13
const BLANK = 32
const PLUS = 43
const ZERO = 48
/** Digits of an offset that fits the integer of a symbol. */
const MAX_DIGITS = 8
const MAX_BYTES = 4096

/**
 * Symbols of indented frame lines by their bytes. A line `    name+12` is found by what stands before its offset, so that a thousand offsets of one function
 * are one entry; every other line as a whole. What is not known is left to whoever reads text, and then learnt.
 */
export class FrameLines {
  private readonly symbols: SymbolTable
  private readonly lines = new ByteLines()
  /** Symbols of the lines that are known as a whole. */
  private readonly whole: number[] = []
  /** Of what stands before an offset: the shape. */
  private readonly heads = new ByteLines()
  /** Where the line that was looked at last ends, and where the next one begins. */
  end = 0
  next = 0
  /** Its last `+` with nothing but a decimal number behind it, -1 = none; and that number. */
  private plus = -1
  private offset = 0

  constructor(symbols: SymbolTable) {
    this.symbols = symbols
  }

  /** Symbol of the line at chunk[start], which has to end before `limit`; -1 when it is not known. */
  get(chunk: Uint8Array, start: number, limit: number): number {
    const first = chunk[start]
    if (first !== BLANK && first !== TAB) return -1
    let hash = START_HASH
    let headHash = 0
    let at = start
    this.plus = -1
    for (let byte: number = first; byte !== LF && byte !== CR; byte = chunk[++at]!) {
      if (at >= limit) return -1
      if (byte === PLUS) {
        this.plus = at
        headHash = hash
      }
      hash = Math.imul(hash ^ byte, 16777619)
    }
    this.end = at
    this.next = chunk[at] === CR ? at + 2 : at + 1
    if (chunk[this.next - 1] !== LF || at - start > MAX_BYTES) return -1
    if (this.plus >= 0 && this.readOffset(chunk, at)) {
      const shape = this.heads.find(chunk, start, this.plus, headHash)
      return shape < 0 ? -1 : this.symbols.atOffset(shape, this.offset)
    }
    const number = this.lines.find(chunk, start, at, hash)
    return number < 0 ? -1 : this.whole[number]!
  }

  /** Learns that the line chunk[start, end) is `symbol` wherever it stands in a stack. */
  set(chunk: Uint8Array, start: number, end: number, symbol: number): void {
    const plus = chunk.subarray(start, end).lastIndexOf(PLUS)
    this.plus = plus < 0 ? -1 : start + plus
    if (this.plus >= 0 && this.readOffset(chunk, end)) {
      // what stands before the offset decides everything else only where the offset was read as one
      if (isOneWord(chunk, start, this.plus) && this.symbols.offsetIs(symbol, this.offset))
        this.heads.set(chunk, start, this.plus, this.symbols.shapeId(symbol))
      return
    }
    if (this.lines.set(chunk, start, end, this.whole.length)) this.whole.push(symbol)
  }

  /** True when a decimal number without leading zeros, and nothing else, follows the last `+` of a line. */
  private readOffset(chunk: Uint8Array, end: number): boolean {
    const from = this.plus + 1
    const digits = end - from
    if (digits < 1 || digits > MAX_DIGITS || (digits > 1 && chunk[from] === ZERO)) return false
    let value = 0
    for (let i = from; i < end; i++) {
      const digit = chunk[i]! - ZERO
      if (!(digit >= 0 && digit <= 9)) return false
      value = value * 10 + digit
    }
    this.offset = value
    return true
  }
}

/** True for blanks, then a name that no mark, map or message begins with: a letter or `_`, then anything that can be seen in ASCII. */
function isOneWord(chunk: Uint8Array, start: number, end: number): boolean {
  let from = start
  while (chunk[from] === BLANK || chunk[from] === TAB) from++
  const first = chunk[from]! | 32
  if (from >= end || !((first >= 97 && first <= 122) || chunk[from] === 95)) return false
  for (let i = from; i < end; i++) if (chunk[i]! <= BLANK || chunk[i]! >= 127) return false
  return true
}
