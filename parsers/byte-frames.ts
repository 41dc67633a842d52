import { grown } from '../src/model/index.ts'

/** Distinct byte strings, numbered in order of first sight: an open-addressing table over bytes, so that a name is decoded once and not per line. */
export class ByteFrames {
  count = 0
  private slots = new Int32Array(4096)
  private hashes = new Int32Array(1024)
  private starts = new Int32Array(1025)
  private arena = new Uint8Array(1 << 16)
  private arenaView = new DataView(this.arena.buffer)
  private readonly decoder = new TextDecoder('utf-8', { ignoreBOM: true })

  /** Number of the bytes [start, end) whose hash (any function of them) is `hash`. */
  intern(bytes: Uint8Array, view: DataView, start: number, end: number, hash: number): number {
    const { slots, hashes, starts } = this
    const mask = slots.length - 1
    const length = end - start
    let slot = hash & mask
    for (let id = slots[slot]!; id !== 0; id = slots[slot]!) {
      if (hashes[id - 1] === hash && starts[id]! - starts[id - 1]! === length && this.same(view, bytes, start, starts[id - 1]!, length)) return id - 1
      slot = (slot + 1) & mask
    }
    return this.add(bytes, start, end, hash, slot)
  }

  /** The bytes as text; bad UTF-8 becomes U+FFFD. */
  text(id: number): string {
    return this.decoder.decode(this.arena.subarray(this.starts[id]!, this.starts[id + 1]!))
  }

  private same(view: DataView, bytes: Uint8Array, at: number, stored: number, length: number): boolean {
    const { arena, arenaView } = this
    let i = 0
    for (; i + 4 <= length; i += 4) if (view.getInt32(at + i, true) !== arenaView.getInt32(stored + i, true)) return false
    for (; i < length; i++) if (bytes[at + i] !== arena[stored + i]) return false
    return true
  }

  private add(bytes: Uint8Array, start: number, end: number, hash: number, slot: number): number {
    const id = this.count++
    if (id + 2 > this.starts.length) {
      this.starts = grown(this.starts, new Int32Array(this.starts.length * 2))
      this.hashes = grown(this.hashes, new Int32Array(this.hashes.length * 2))
    }
    const at = this.starts[id]!
    if (at + end - start > this.arena.length) {
      this.arena = grown(this.arena, new Uint8Array(Math.max(this.arena.length * 2, at + end - start)))
      this.arenaView = new DataView(this.arena.buffer)
    }
    this.arena.set(bytes.subarray(start, end), at)
    this.starts[id + 1] = at + end - start
    this.hashes[id] = hash
    this.slots[slot] = id + 1
    if (this.count * 2 > this.slots.length) this.rehash()
    return id
  }

  private rehash(): void {
    this.slots = new Int32Array(this.slots.length * 2)
    const mask = this.slots.length - 1
    for (let id = 0; id < this.count; id++) {
      let slot = this.hashes[id]! & mask
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask
      this.slots[slot] = id + 1
    }
  }
}
