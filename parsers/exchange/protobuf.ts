/** How a field is laid out on the wire. */
export const VARINT = 0
export const FIXED64 = 1
export const LEN = 2
export const FIXED32 = 5

/** A message that is broken on the wire. */
export class WireError extends Error {}

/**
 * Reads one protobuf message field by field over bytes that it does not copy: `while (wire.next()) switch (wire.field) ...`. A field that no one reads is
 * skipped. Throws WireError for what is cut or none of protobuf. Source: protobuf.dev, Encoding.
 */
export class Wire {
  /** Number and layout of the field that `next` found. */
  field = 0
  type = 0
  /** Bounds of a LEN field. */
  start = 0
  stop = 0
  /** Halves of the number read last. */
  private low = 0
  private high = 0
  private at: number
  private readonly end: number

  readonly bytes: Uint8Array

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.bytes = bytes
    this.at = start
    this.end = end
  }

  /** Goes to the next field; false at the end. */
  next(): boolean {
    if (this.at >= this.end) return false
    this.readVarint()
    const tag = this.low
    this.field = tag >>> 3
    this.type = tag & 7
    if (this.field === 0 || this.high !== 0) throw new WireError(`a field of number ${this.field}`)
    if (this.type === VARINT) this.readVarint()
    else if (this.type === LEN) {
      this.readVarint()
      const length = this.high * 2 ** 32 + this.low
      if (length > this.end - this.at)
        throw new WireError(`a field of ${length} bytes where ${this.end - this.at} are left`)
      this.start = this.at
      this.stop = this.at += length
    } else if (this.type === FIXED64) this.fixed(8)
    else if (this.type === FIXED32) this.fixed(4)
    else throw new WireError(`a field of the type ${this.type}`)
    return true
  }

  /** The number as int64 or uint64 that is small; rounded to 53 bits. */
  signed(): number {
    return (this.high | 0) * 2 ** 32 + this.low
  }

  /** The number as uint64; rounded to 53 bits. */
  unsigned(): number {
    return this.high * 2 ** 32 + this.low
  }

  /** The number as the id of something: exact, however large. */
  id(): number | bigint {
    return this.high < 1 << 21 ? this.unsigned() : (BigInt(this.high) << 32n) | BigInt(this.low)
  }

  /** The message inside a LEN field. */
  inside(): Wire {
    if (this.type !== LEN) throw new WireError(`field ${this.field} is no message`)
    return new Wire(this.bytes, this.start, this.stop)
  }

  /** The text of a LEN field. */
  text(): string {
    if (this.type !== LEN) throw new WireError(`field ${this.field} is no text`)
    return decoder.decode(this.bytes.subarray(this.start, this.stop))
  }

  /** Calls `take` for the number of this field, or for each number of a packed one; in `take` the number is read as usual. */
  each(take: (wire: Wire) => void): void {
    if (this.type !== LEN) {
      take(this)
      return
    }
    new Wire(this.bytes, this.start, this.stop).eachPacked(take)
  }

  /** Calls `take` for each number of bytes that hold nothing but numbers. */
  eachPacked(take: (wire: Wire) => void): void {
    while (this.at < this.end) {
      this.readVarint()
      take(this)
    }
  }

  /** The same for fixed64. */
  eachFixed(take: (wire: Wire) => void): void {
    if (this.type !== LEN) {
      take(this)
      return
    }
    const packed = new Wire(this.bytes, this.start, this.stop)
    while (packed.at < packed.end) {
      packed.fixed(8)
      take(packed)
    }
  }

  /** The eight bytes of this field as a double. */
  double(): number {
    const view = new DataView(new ArrayBuffer(8))
    view.setUint32(0, this.low, true)
    view.setUint32(4, this.high, true)
    return view.getFloat64(0, true)
  }

  private fixed(size: 4 | 8): void {
    if (size > this.end - this.at) throw new WireError('a number that is cut')
    const word = (at: number): number =>
      (this.bytes[at]! | (this.bytes[at + 1]! << 8) | (this.bytes[at + 2]! << 16) | (this.bytes[at + 3]! << 24)) >>> 0
    this.low = word(this.at)
    this.high = size === 8 ? word(this.at + 4) : 0
    this.at += size
  }

  /** Reads into two halves of 32 bits: a product of doubles would lose the sign and the low bits of large numbers. */
  private readVarint(): void {
    const { bytes } = this
    let low = 0
    let high = 0
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.at >= this.end) throw new WireError('a number that is cut')
      const byte = bytes[this.at++]!
      const bits = byte & 0x7f
      if (shift < 28) low |= bits << shift
      else if (shift === 28) {
        low |= bits << 28
        high = bits >>> 4
      } else if (shift < 63) high |= bits << (shift - 32)
      else high |= (bits & 1) << 31
      if (byte < 0x80) {
        this.low = low >>> 0
        this.high = high >>> 0
        return
      }
    }
    throw new WireError('a number of more than ten bytes')
  }
}

const decoder = new TextDecoder()
