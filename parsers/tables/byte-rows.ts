import type { NumberStore } from '../build/number-store.ts'
import type { TableBuilder } from '../build/table-builder.ts'
import type { TextStore } from '../build/text-store.ts'
import type { Stamp } from '../words/clock.ts'
import type { Layout } from './row.ts'

const LF = 10
const CR = 13
const BLANK = 32
const COMMA = 44
const MINUS = 45
const POINT = 46
const COLON = 58
/** How the heading of a histogram ends. */
const DISTRIBUTION = Array.from('distribution', letter => letter.charCodeAt(0)).reverse()
/** More columns than this are left to the plain reader, as are longer lines. */
const MAX_COLUMNS = 40
const MAX_BYTES = 1 << 16
/** Digits of a number that a double holds exactly, and powers of ten that it does. */
const MAX_DIGITS = 15
const POWERS = Array.from({ length: MAX_DIGITS + 1 }, (_, i) => 10 ** i)

/** What is done with a word of a row. */
const NUMBER = 0
const TIME = 1
const TEXT = 2
/** Text that is a number column in the end when every cell is one: where a comma or a point needs a look, the plain reader has it. */
const AUTO = 3
const ENDPOINT = 4

/**
 * Rows of a table read from their bytes into typed columns, without a string in between. Takes what plainRow would take and whose cells are decimal numbers,
 * times of day and ASCII text; every other line is left to the plain reader, and both give the same table.
 */
export class ByteRows {
  private readonly builder: TableBuilder
  private readonly kinds: Uint8Array
  /** By column: the first byte that is too far right for a word's start, and the last that is too far left for its end. */
  private readonly latest: Int32Array
  private readonly earliest: Int32Array
  private readonly rest: boolean
  /** Where the last column begins at the earliest when its indentation counts, else -1. */
  private readonly indent: number
  private readonly numbers: readonly (NumberStore | undefined)[]
  private readonly texts: readonly (TextStore | undefined)[]
  /** The cells of a row: values, and where words begin and end. */
  private readonly values: Float64Array
  private readonly starts: Int32Array
  private readonly ends: Int32Array
  /** By column: 1 = the value is a time of day. */
  private readonly clocks: Uint8Array
  private value = 0
  next = 0

  /** The first column is of words, which other lines may begin with too: only those are taken that nothing but a row begins with. */
  readonly wordFirst: boolean

  private constructor(layout: Layout, builder: TableBuilder, kinds: Uint8Array) {
    const { slots } = layout
    const last = slots[slots.length - 1]!
    this.builder = builder
    this.kinds = kinds
    this.wordFirst = kinds[0]! > TIME
    this.latest = Int32Array.from(slots, ({ start, end }) => Math.max(end, start + 2) + 1)
    this.earliest = Int32Array.from(slots, ({ start }) => start)
    this.rest = last.rest
    this.indent = layout.indented === true ? last.start : -1
    this.numbers = builder.numbers
    this.texts = builder.texts
    this.values = new Float64Array(slots.length)
    this.starts = new Int32Array(slots.length)
    this.ends = new Int32Array(slots.length)
    this.clocks = new Uint8Array(slots.length)
  }

  /** A reader of rows of this layout into `builder`; undefined for layouts whose rows need the plain reader. */
  static of(layout: Layout, builder: TableBuilder): ByteRows | undefined {
    const { slots, aligned, separator, drawn } = layout
    if (!aligned || separator !== undefined || drawn.size > 0 || slots.length > MAX_COLUMNS) return undefined
    if (!beginsPlainly(slots)) return undefined
    const kinds = new Uint8Array(slots.length)
    for (let i = 0; i < slots.length; i++) {
      const kind = kindOf(layout, builder, i)
      if (kind === undefined) return undefined
      kinds[i] = kind
    }
    return new ByteRows(layout, builder, kinds)
  }

  /**
   * Adds rows from chunk[start] on, up to `limit`, before which the last line ends, and returns how many; `next` is where the first line begins that the plain
   * reader has to look at.
   */
  take(chunk: Uint8Array, start: number, limit: number, stamp: Stamp | undefined): number {
    const { builder } = this
    let rows = 0
    let at = start
    while (at < limit && this.cut(chunk, at, limit)) {
      this.put(chunk)
      builder.added(stamp)
      rows++
      at = this.next
    }
    this.next = at
    return rows
  }

  /** The same of which only the last row is kept; `before` is called before that is added. */
  count(chunk: Uint8Array, start: number, limit: number, before: () => void): number {
    let rows = 0
    let last = start
    let at = start
    while (at < limit && this.cut(chunk, at, limit)) {
      rows++
      last = at
      at = this.next
    }
    if (rows > 0) {
      before()
      this.cut(chunk, last, limit)
      this.put(chunk)
      this.builder.added(undefined)
      this.builder.count(rows - 1)
    }
    this.next = at
    return rows
  }

  /** Finds the cells of the row that begins at `start`, and its end; false when it is not plain. */
  private cut(chunk: Uint8Array, start: number, limit: number): boolean {
    if (this.wordFirst ? !isPlainWord(chunk, start) : !isNumberStart(chunk, start)) return false
    const { kinds, starts, ends, latest, earliest } = this
    const columns = kinds.length
    const words = this.rest ? columns - 1 : columns
    let at = start
    for (let i = 0; i < words; i++) {
      while (chunk[at] === BLANK) at++
      const from = at
      let byte = chunk[at]!
      while (byte > BLANK && byte < 128) byte = chunk[++at]!
      if (from === at || byte >= 128 || from - start >= latest[i]! || at - start <= earliest[i]!) return false
      if (!this.fits(chunk, from, at, i)) return false
      starts[i] = from
      ends[i] = at
    }
    while (chunk[at] === BLANK) at++
    if (this.rest) {
      if (at - start >= latest[words]!) return false
      at = this.cutRest(chunk, at, start)
      if (at < 0) return false
    }
    return this.ended(chunk, at, start, limit)
  }

  /** True when the line ends at `at`. */
  private ended(chunk: Uint8Array, at: number, start: number, limit: number): boolean {
    const feed = chunk[at] === CR ? at + 1 : at
    this.next = feed + 1
    return (
      chunk[feed] === LF && this.next <= limit && feed - start <= MAX_BYTES && !endsInDistribution(chunk, start, at)
    )
  }

  /** The last column of free text, which begins at `from`; where it and the blanks behind it end, -1 when it is not plain. */
  private cutRest(chunk: Uint8Array, from: number, start: number): number {
    const column = this.kinds.length - 1
    const auto = this.kinds[column] === AUTO
    const { point } = this.builder.sign
    let at = from
    let byte = chunk[at]!
    let word = -1
    for (; byte >= BLANK && byte < 128; byte = chunk[++at]!) {
      if (byte === BLANK && word < 0) word = at
      if (auto && (byte === COMMA || (byte === POINT && !point))) return -1
    }
    if (at === from || (word < 0 ? at : word) - start <= this.earliest[column]!) return -1
    let end = at
    while (chunk[end - 1] === BLANK) end--
    this.starts[column] = this.indent >= 0 && start + this.indent < from ? start + this.indent : from
    this.ends[column] = end
    return at
  }

  private fits(chunk: Uint8Array, from: number, to: number, column: number): boolean {
    const kind = this.kinds[column]
    if (kind === TEXT) return true
    if (kind === NUMBER || kind === TIME) {
      const number = this.number(chunk, from, to, kind === TIME)
      if (!number && !(kind === TIME && this.clock(chunk, from, to, column))) return false
      this.values[column] = this.value
      this.clocks[column] = number ? 0 : 1
      return true
    }
    const { point } = this.builder.sign
    let colon = false
    for (let i = from; i < to; i++) {
      const byte = chunk[i]
      if (kind === AUTO && (byte === COMMA || (byte === POINT && !point))) return false
      if (byte === COLON) colon = true
    }
    return kind === AUTO || colon
  }

  /** A decimal number of at most 15 digits, or `-` for none. The first number with a point that is no `time` tells the file's decimal sign. */
  private number(chunk: Uint8Array, from: number, to: number, time: boolean): boolean {
    const negative = chunk[from] === MINUS
    let at = negative ? from + 1 : from
    if (at === to) {
      this.value = NaN
      return true
    }
    if (to - at > MAX_DIGITS) return false
    let value = 0
    let decimals = -1
    for (; at < to; at++) {
      const digit = chunk[at]! - 48
      if (digit >= 0 && digit <= 9) {
        value = value * 10 + digit
        if (decimals >= 0) decimals++
      } else if (chunk[at] === POINT && decimals < 0 && at > from && at + 1 < to) decimals = 0
      else return false
    }
    if (decimals > 0) {
      if (!time && !this.builder.sign.point) return false
      value /= POWERS[decimals]!
    }
    this.value = negative ? -value : value
    return true
  }

  /** `HH:MM:SS`, once the column is known to be of times of day. */
  private clock(chunk: Uint8Array, from: number, to: number, column: number): boolean {
    if (to - from !== 8 || chunk[from + 2] !== COLON || chunk[from + 5] !== COLON) return false
    if (!this.builder.isClock(column)) return false
    const hours = twoDigits(chunk, from)
    const minutes = twoDigits(chunk, from + 3)
    const seconds = twoDigits(chunk, from + 6)
    if (!(hours < 24 && minutes < 60 && seconds < 61)) return false
    this.value = hours * 3600 + minutes * 60 + seconds
    return true
  }

  private put(chunk: Uint8Array): void {
    const { kinds, numbers, texts, values, clocks, starts, ends } = this
    for (let i = 0; i < kinds.length; i++) {
      if (kinds[i]! <= TIME) {
        const value = values[i]!
        numbers[i]!.push(kinds[i] === TIME && clocks[i] === 1 ? this.builder.clocks[i]!.at(value) : value)
      } else texts[i]!.pushAscii(chunk, starts[i]!, ends[i]!)
    }
  }
}

/** True for a number or a time in front, or a word and then a number. */
function beginsPlainly(slots: Layout['slots']): boolean {
  const [first, second] = [slots[0]?.cell, slots[1]?.cell]
  return first === 'number' || first === 'time' || ((first === 'comm' || first === 'word') && second === 'number')
}

/** A blank, a sign or a digit at the start of a line that is no rule of dashes. */
function isNumberStart(chunk: Uint8Array, start: number): boolean {
  const first = chunk[start]!
  if (first === MINUS && chunk[start + 1] === MINUS) return false
  return first === BLANK || (first >= MINUS && first < COLON)
}

/**
 * A name in lower case with nothing but letters, digits and `_.-` in it. What tools say, other than rows, begins with a capital or a sign, or no number follows;
 * `lost 3 events` is the exception.
 */
function isPlainWord(chunk: Uint8Array, start: number): boolean {
  let at = start
  const first = chunk[at]!
  if (first < 97 || first > 122 || (first === 108 && chunk[at + 1] === 111 && chunk[at + 2] === 115)) return false
  for (let byte = first; byte !== BLANK; byte = chunk[++at]!) {
    const letter = byte | 32
    if (
      (letter >= 97 && letter <= 122) ||
      (byte >= 48 && byte < COLON) ||
      byte === 95 ||
      byte === MINUS ||
      byte === POINT
    )
      continue
    return false
  }
  return true
}

function kindOf({ slots }: Layout, builder: TableBuilder, i: number): number | undefined {
  const { cell, rest } = slots[i]!
  const isNumber = builder.numbers[i] !== undefined
  switch (cell) {
    case 'number':
      return isNumber ? NUMBER : undefined
    case 'time':
      return isNumber ? TIME : undefined
    case 'duration':
      return undefined
    case 'endpoint':
      return isNumber ? undefined : ENDPOINT
    default:
      if (isNumber || (rest && i !== slots.length - 1)) return undefined
      return builder.specs[i]!.cell === 'auto' ? AUTO : TEXT
  }
}

/** The number of two digits, NaN for anything else. */
function twoDigits(chunk: Uint8Array, at: number): number {
  const tens = chunk[at]! - 48
  const ones = chunk[at + 1]! - 48
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN
}

function endsInDistribution(chunk: Uint8Array, start: number, lineEnd: number): boolean {
  let end = lineEnd
  while (chunk[end - 1] === BLANK) end--
  for (let i = 0; i < DISTRIBUTION.length; i++) {
    const at = end - 1 - i
    if (at < start || chunk[at] !== DISTRIBUTION[i]) return false
  }
  return true
}
