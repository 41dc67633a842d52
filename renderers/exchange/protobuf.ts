const encoder = new TextEncoder()

/** Writes one protobuf message, field by field in the order of the calls. Numbers are whole; zero and the empty text are written like any other. */
export class Message {
  private bytes = new Uint8Array(64)
  private length = 0

  /** A varint: int64 and uint64 alike. */
  number(field: number, value: number | bigint): this {
    this.varint(field * 8)
    this.varint(value)
    return this
  }

  /** A list of varints, packed; nothing for an empty one. */
  numbers(field: number, values: readonly (number | bigint)[]): this {
    if (values.length === 0) return this
    const packed = new Message()
    for (const value of values) packed.varint(value)
    return this.message(field, packed)
  }

  /** A list of fixed64, packed. */
  fixed(field: number, values: readonly bigint[]): this {
    if (values.length === 0) return this
    const packed = new Message()
    for (const value of values) packed.eight(value)
    return this.message(field, packed)
  }

  /** One fixed64. */
  fixed64(field: number, value: bigint): this {
    this.varint(field * 8 + 1)
    this.eight(value)
    return this
  }

  text(field: number, text: string): this {
    return this.data(field, encoder.encode(text))
  }

  message(field: number, { bytes, length }: Message): this {
    return this.data(field, bytes.subarray(0, length))
  }

  data(field: number, data: Uint8Array): this {
    this.varint(field * 8 + 2)
    this.varint(data.length)
    this.room(data.length)
    this.bytes.set(data, this.length)
    this.length += data.length
    return this
  }

  finish(): Uint8Array {
    return this.bytes.subarray(0, this.length)
  }

  private room(size: number): void {
    if (this.length + size <= this.bytes.length) return
    const wider = new Uint8Array(Math.max(this.bytes.length * 2, this.length + size))
    wider.set(this.bytes.subarray(0, this.length))
    this.bytes = wider
  }

  private eight(value: bigint): void {
    this.room(8)
    new DataView(this.bytes.buffer).setBigUint64(this.length, value, true)
    this.length += 8
  }

  private varint(value: number | bigint): void {
    this.room(10)
    if (typeof value === 'number' && value >= 0 && value < 2 ** 31) {
      let rest = value
      while (rest > 0x7f) {
        this.bytes[this.length++] = (rest & 0x7f) | 0x80
        rest >>>= 7
      }
      this.bytes[this.length++] = rest
      return
    }
    let rest = BigInt.asUintN(64, BigInt(value))
    while (rest > 0x7fn) {
      this.bytes[this.length++] = Number(rest & 0x7fn) | 0x80
      rest >>= 7n
    }
    this.bytes[this.length++] = Number(rest)
  }
}
