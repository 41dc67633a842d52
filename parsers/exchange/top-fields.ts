import { concat } from '../reading/lines.ts'
import { FIXED32, FIXED64, LEN, VARINT, WireError } from './protobuf.ts'

/** Largest field that is held. */
const MAX_FIELD = 512 << 20

/** One field of a message. */
export interface TopField {
  readonly number: number
  readonly type: number
  readonly bytes: Uint8Array
  /** Bounds with the tag, and where the content of a LEN field begins. */
  readonly whole: number
  readonly start: number
  readonly stop: number
}

/** Takes a protobuf message apart while its bytes come: the fields of its first level, each whole. Throws WireError for what is none of protobuf. */
export class TopFields {
  private held: Uint8Array[] = []
  private heldBytes = 0
  /** Bytes that the field which is held needs at least. */
  private need = 1
  private readonly take: (field: TopField) => void

  constructor(take: (field: TopField) => void) {
    this.take = take
  }

  push(chunk: Uint8Array): void {
    if (this.heldBytes + chunk.length < this.need) return this.hold(chunk.slice())
    this.hold(chunk)
    const bytes = this.held.length === 1 ? chunk : concat(this.held, this.heldBytes)
    this.held = []
    this.heldBytes = 0
    this.need = 1
    let at = 0
    while (at < bytes.length) {
      const next = this.field(bytes, at)
      if (next < 0) break
      at = next
    }
    if (at < bytes.length) this.hold(bytes.slice(at))
  }

  end(): void {
    if (this.heldBytes > 0) throw new WireError(`a field of ${this.need} bytes where ${this.heldBytes} are left`)
  }

  private hold(bytes: Uint8Array): void {
    this.held.push(bytes)
    this.heldBytes += bytes.length
  }

  /** Gives the field at an index; the index behind it, or -1 when more bytes are needed. */
  private field(bytes: Uint8Array, whole: number): number {
    const tag = varint(bytes, whole)
    if (tag.next < 0) return this.wait(bytes.length - whole + 1)
    const number = Math.floor(tag.value / 8)
    const type = tag.value % 8
    if (number === 0 || tag.value >= 2 ** 32) throw new WireError(`a field of number ${number}`)
    let start = tag.next
    let size = type === FIXED64 ? 8 : 4
    if (type === LEN || type === VARINT) {
      const head = varint(bytes, start)
      if (head.next < 0) return this.wait(bytes.length - whole + 1)
      size = type === LEN ? head.value : 0
      start = head.next
    } else if (type !== FIXED64 && type !== FIXED32) throw new WireError(`a field of the type ${type}`)
    if (size > MAX_FIELD) throw new WireError(`a field of ${size} bytes`)
    const stop = start + size
    if (stop > bytes.length) return this.wait(stop - whole)
    this.take({ number, type, bytes, whole, start, stop })
    return stop
  }

  private wait(need: number): number {
    this.need = need
    return -1
  }
}

/** A number of up to ten bytes, rounded to 53 bits, and the index behind it; -1 when it is cut. */
function varint(bytes: Uint8Array, start: number): { readonly value: number; readonly next: number } {
  let value = 0
  let scale = 1
  for (let i = 0; i < 10; i++) {
    if (start + i >= bytes.length) return { value, next: -1 }
    const byte = bytes[start + i]!
    value += (byte & 0x7f) * scale
    if (byte < 0x80) return { value, next: start + i + 1 }
    scale *= 128
  }
  throw new WireError('a number of more than ten bytes')
}
