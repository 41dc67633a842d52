import { decodeAscii } from '../../src/model/text/decode.ts'
import { NumberStore } from './number-store.ts'

/** Bytes of a block of texts. */
const BLOCK_BITS = 18
const BLOCK = 1 << BLOCK_BITS
/** Different texts that are looked for among those before. */
const MAX_KNOWN = 1 << 15
/** So many look-ups tell whether texts come again; where fewer than one in four does, they are no longer looked for. */
const TRIAL = 1 << 14
const START = 2166136261
/** Decoded texts that are kept at hand; a power of two. */
const AT_HAND = 1 << 10

/**
 * A column of texts while its rows come, and afterwards: ASCII texts as bytes in blocks that are not moved, equal texts once where that pays, all other
 * texts as strings. A row is one integer.
 */
export class TextStore {
  /** By row: where its text begins, in units of four bytes; -1 - i for the i-th text that is not ASCII. */
  private readonly rows = new NumberStore()
  private readonly blocks: Uint8Array[] = []
  private block = new Uint8Array(0)
  private used = 0
  private readonly strings: string[] = []
  private readonly stringNumbers = new Map<string, number>()
  /** Hash table of the known texts: place + 1, hash; 0 = free. */
  private slots = new Int32Array(2 * 256)
  private known = 0
  private looked = 0
  private found = 0
  private looks = true
  /** The last text is one that nothing else refers to. */
  private fresh = false
  private scratch = new Uint8Array(256)
  private readonly placesAtHand = new Int32Array(AT_HAND).fill(-1)
  private readonly textsAtHand: string[] = []

  get length(): number {
    return this.rows.length
  }

  push(text: string): void {
    const { length } = text
    if (length > this.scratch.length) this.scratch = new Uint8Array(length * 2)
    const { scratch } = this
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i)
      if (code >= 128) return this.pushString(text)
      scratch[i] = code
    }
    this.pushAscii(scratch, 0, length)
  }

  /** Adds the text bytes[start, end), all of them ASCII. */
  pushAscii(bytes: Uint8Array, start: number, end: number): void {
    this.rows.push(this.looks ? this.placeOf(bytes, start, end) : this.append(bytes, start, end))
  }

  at(row: number): string {
    const place = this.rows.at(row)
    if (place < 0) return this.strings[-1 - place]!
    const hand = place & (AT_HAND - 1)
    if (this.placesAtHand[hand] === place) return this.textsAtHand[hand]!
    const block = this.blocks[place >> (BLOCK_BITS - 2)]!
    const at = (place << 2) & (BLOCK - 1)
    const short = block[at]!
    const length = short < 255 ? short : longLength(block, at)
    const from = at + (short < 255 ? 1 : 5)
    const text = decodeAscii(block, from, from + length)
    this.placesAtHand[hand] = place
    return (this.textsAtHand[hand] = text)
  }

  /** Puts another text into a row. */
  set(row: number, text: string): void {
    this.push(text)
    const place = this.rows.at(this.rows.length - 1)
    this.rows.pop()
    this.rows.set(row, place)
  }

  /** Forgets the last text. */
  pop(): void {
    const last = this.rows.length - 1
    if (last < 0) return
    const place = this.rows.at(last)
    this.rows.pop()
    if (place < 0 || !this.fresh) return
    this.used = (place << 2) & (BLOCK - 1)
    this.placesAtHand[place & (AT_HAND - 1)] = -1
    this.fresh = false
  }

  values(): string[] {
    const values = new Array<string>(this.length)
    for (let row = 0; row < values.length; row++) values[row] = this.at(row)
    return values
  }

  private pushString(text: string): void {
    let number = this.stringNumbers.get(text)
    if (number === undefined) {
      number = this.strings.push(text) - 1
      if (this.stringNumbers.size < MAX_KNOWN) this.stringNumbers.set(text, number)
    }
    this.rows.push(-1 - number)
    this.fresh = false
  }

  private placeOf(bytes: Uint8Array, start: number, end: number): number {
    let hash = START
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 16777619)
    hash ^= hash >>> 15
    const { slots } = this
    const mask = slots.length / 2 - 1
    if (++this.looked === TRIAL) this.settleTrial()
    let slot = hash & mask
    for (; slots[slot * 2] !== 0; slot = (slot + 1) & mask) {
      if (slots[slot * 2 + 1] !== hash || !this.holds(slots[slot * 2]! - 1, bytes, start, end)) continue
      this.found++
      this.fresh = false
      return slots[slot * 2]! - 1
    }
    const place = this.append(bytes, start, end)
    if (this.known < MAX_KNOWN) {
      slots[slot * 2] = place + 1
      slots[slot * 2 + 1] = hash
      this.fresh = false
      if (++this.known * 2 > slots.length / 2) this.rehash()
    }
    return place
  }

  private settleTrial(): void {
    if (this.found * 4 < this.looked) {
      this.looks = false
      this.slots = new Int32Array(0)
    }
    this.looked = this.found = 0
  }

  private rehash(): void {
    const { slots } = this
    const larger = new Int32Array(slots.length * 2)
    const mask = larger.length / 2 - 1
    for (let i = 0; i < slots.length; i += 2) {
      if (slots[i] === 0) continue
      let slot = slots[i + 1]! & mask
      while (larger[slot * 2] !== 0) slot = (slot + 1) & mask
      larger[slot * 2] = slots[i]!
      larger[slot * 2 + 1] = slots[i + 1]!
    }
    this.slots = larger
  }

  private holds(place: number, bytes: Uint8Array, start: number, end: number): boolean {
    const block = this.blocks[place >> (BLOCK_BITS - 2)]!
    let at = (place << 2) & (BLOCK - 1)
    const length = end - start
    if (length >= 255) {
      if (block[at] !== 255 || longLength(block, at) !== length) return false
      at += 4
    } else if (block[at] !== length) return false
    at++
    for (let i = start; i < end; i++, at++) if (bytes[i] !== block[at]) return false
    return true
  }

  private append(bytes: Uint8Array, start: number, end: number): number {
    const length = end - start
    const size = (length + (length < 255 ? 1 : 5) + 3) & ~3
    if (this.used + size > this.block.length) {
      this.block = new Uint8Array(Math.max(BLOCK, size))
      this.blocks.push(this.block)
      this.used = 0
    }
    const { block } = this
    let at = this.used
    const place = ((this.blocks.length - 1) << (BLOCK_BITS - 2)) | (at >> 2)
    if (length < 255) block[at++] = length
    else {
      block[at] = 255
      for (let i = 0; i < 4; i++) block[at + 1 + i] = length >>> (8 * i)
      at += 5
    }
    for (let i = start; i < end; i++) block[at++] = bytes[i]!
    this.used += size
    this.fresh = true
    return place
  }
}

function longLength(block: Uint8Array, at: number): number {
  return (block[at + 1]! | (block[at + 2]! << 8) | (block[at + 3]! << 16) | (block[at + 4]! << 24)) >>> 0
}
