/** A recording that is broken where it is read. */
export class JfrError extends Error {}

/** Longest text of a recording, in bytes or characters. */
const MAX_TEXT = 1 << 24

/** Reads the numbers and texts of a Java Flight Recorder recording over bytes that it does not copy. Throws JfrError for what is cut. */
export class JfrCursor {
  at: number
  readonly bytes: Uint8Array
  /** Index after the last byte that may be read. */
  end: number
  /** True when integers are LEB128, as all writers make them today; else big-endian. */
  compressed = true
  private readonly view: DataView

  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    this.bytes = bytes
    this.at = at
    this.end = end
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  byte(): number {
    return this.bytes[this.take(1)]!
  }

  short(): number {
    return this.compressed ? ((this.varint() & 0xffff) << 16) >> 16 : this.view.getInt16(this.take(2))
  }

  int(): number {
    return this.compressed ? this.varint() | 0 : this.view.getInt32(this.take(4))
  }

  /** A long; rounded to 53 bits. */
  long(): number {
    return this.compressed ? this.varint() : this.fixedLong()
  }

  fixedInt(): number {
    return this.view.getInt32(this.take(4))
  }

  fixedShort(): number {
    return this.view.getUint16(this.take(2))
  }

  fixedLong(): number {
    return Number(this.view.getBigInt64(this.take(8)))
  }

  float(): number {
    return this.view.getFloat32(this.take(4))
  }

  double(): number {
    return this.view.getFloat64(this.take(8))
  }

  /** Number of things that follow, each of at least one byte. */
  count(what: string): number {
    const count = this.int()
    if (count < 0 || count > this.end - this.at) throw new JfrError(`${count} ${what} in ${this.end - this.at} bytes`)
    return count
  }

  /** A text, or the number of one in the pool of strings. */
  text(): string | number {
    const encoding = this.byte()
    if (encoding === 0 || encoding === 1) return ''
    if (encoding === 2) return this.long()
    const length = this.int()
    if (length < 0 || length > MAX_TEXT) throw new JfrError(`a text of ${length} characters`)
    if (encoding === 3 || encoding === 5) {
      const start = this.take(length)
      return (encoding === 3 ? utf8 : latin1).decode(this.bytes.subarray(start, start + length))
    }
    if (encoding !== 4) throw new JfrError(`a text of the encoding ${encoding}`)
    if (length > this.end - this.at) throw new JfrError(`a text of ${length} characters that is cut`)
    const parts: string[] = []
    for (let i = 0; i < length; i++) parts.push(String.fromCharCode(this.int() & 0xffff))
    return parts.join('')
  }

  /** Goes over a text without decoding it. */
  skipText(): void {
    const encoding = this.byte()
    if (encoding === 3 || encoding === 5) this.skip(this.int())
    else if (encoding === 2) this.long()
    else if (encoding === 4) for (let length = this.count('characters'); length > 0; length--) this.int()
    else if (encoding > 5) throw new JfrError(`a text of the encoding ${encoding}`)
  }

  skip(size: number): void {
    this.take(size)
  }

  /** Little-endian base 128, at most nine bytes, of which the last has eight bits. */
  private varint(): number {
    let low = 0
    let high = 0
    for (let shift = 0; shift < 63; shift += 7) {
      const byte = this.bytes[this.take(1)]!
      const bits = shift === 56 ? byte : byte & 0x7f
      if (shift < 28) low |= bits << shift
      else if (shift === 28) {
        low |= bits << 28
        high = bits >>> 4
      } else high |= bits << (shift - 32)
      if (shift === 56 || byte < 0x80) break
    }
    return (high | 0) * 2 ** 32 + (low >>> 0)
  }

  /** Index of the next `size` bytes, behind which the cursor goes. */
  private take(size: number): number {
    const start = this.at
    if (size < 0 || size > this.end - start) throw new JfrError(`${size} bytes where ${this.end - start} are left`)
    this.at = start + size
    return start
  }
}

const utf8 = new TextDecoder()
const latin1 = new TextDecoder('latin1')
