/** Whole numbers in seven-bit groups, low ones first. */
export class VarintWriter {
  private buffer = new Uint8Array(1 << 16)
  private length = 0

  push(value: number): void {
    if (this.length + 10 > this.buffer.length) {
      const larger = new Uint8Array(this.buffer.length * 2)
      larger.set(this.buffer)
      this.buffer = larger
    }
    let rest = value
    while (rest >= 128) {
      this.buffer[this.length++] = (rest % 128) | 128
      rest = Math.floor(rest / 128)
    }
    this.buffer[this.length++] = rest
  }

  bytes(): Uint8Array {
    return this.buffer.slice(0, this.length)
  }
}

/** The numbers one behind the other. */
export function varints(values: Iterable<number>): Uint8Array {
  const writer = new VarintWriter()
  for (const value of values) writer.push(value)
  return writer.bytes()
}

/** Numbers split into byte planes, all low bytes first: the high ones are mostly 0 and cost nothing once deflated. */
export class PlaneWriter {
  readonly bytes: Uint8Array
  private readonly count: number
  private readonly planes: number

  constructor(count: number, planes: number) {
    this.bytes = new Uint8Array(count * planes)
    this.count = count
    this.planes = planes
  }

  set(i: number, value: number): void {
    for (let plane = 0; plane < this.planes; plane++) this.bytes[plane * this.count + i] = (value >>> (8 * plane)) & 255
  }
}

/** Bytes that each of so many different values takes as planes. */
export function planesFor(values: number): number {
  return values <= 1 << 8 ? 1 : values <= 1 << 16 ? 2 : values <= 1 << 24 ? 3 : 4
}
