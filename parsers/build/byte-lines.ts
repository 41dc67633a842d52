import { grown } from '../../src/model/index.ts'

/** Lines and bytes of lines that are kept. */
const MAX_LINES = 1 << 17
const MAX_BYTES = 1 << 24
/** Where the hash of a line begins; each byte changes it to `Math.imul(hash ^ byte, 16777619)`. */
export const START_HASH = 2166136261

/** Numbers by the bytes of a line, so that a line that comes again need not be decoded. What is over the limits is not kept. */
export class ByteLines {
  private arena = new Uint8Array(1 << 16)
  private used = 0
  private count = 0
  /** Per slot: where the line stands, its length, its hash and number + 1; 0 = free. */
  private slots = new Int32Array(4 * 1024)

  /** The number of the line chunk[start, end), -1 for one that is not known. */
  get(chunk: Uint8Array, start: number, end: number): number {
    return this.find(chunk, start, end, hashOf(chunk, start, end))
  }

  /** The same for a line whose bytes were hashed already. */
  find(chunk: Uint8Array, start: number, end: number, mixed: number): number {
    const { slots, arena } = this
    const mask = slots.length / 4 - 1
    const length = end - start
    const hash = settled(mixed)
    for (let slot = hash & mask; slots[slot * 4 + 3] !== 0; slot = (slot + 1) & mask) {
      if (slots[slot * 4 + 2] !== hash || slots[slot * 4 + 1] !== length) continue
      let at = slots[slot * 4]!
      let i = start
      while (i < end && chunk[i] === arena[at]) {
        i++
        at++
      }
      if (i === end) return slots[slot * 4 + 3]! - 1
    }
    return -1
  }

  /** Keeps a number below 2^31 - 1 for a line that is not known; false when there is no room for it. */
  set(chunk: Uint8Array, start: number, end: number, number: number): boolean {
    const length = end - start
    if (this.count >= MAX_LINES || this.used + length > MAX_BYTES) return false
    if (this.used + length > this.arena.length)
      this.arena = grown(this.arena, new Uint8Array(Math.max(this.arena.length * 2, this.used + length)))
    this.arena.set(chunk.subarray(start, end), this.used)
    this.place(this.slots, this.used, length, settled(hashOf(chunk, start, end)), number + 1)
    this.used += length
    if (++this.count * 8 > this.slots.length) this.rehash()
    return true
  }

  private place(slots: Int32Array, at: number, length: number, hash: number, value: number): void {
    const mask = slots.length / 4 - 1
    let slot = hash & mask
    while (slots[slot * 4 + 3] !== 0) slot = (slot + 1) & mask
    slots[slot * 4] = at
    slots[slot * 4 + 1] = length
    slots[slot * 4 + 2] = hash
    slots[slot * 4 + 3] = value
  }

  private rehash(): void {
    const { slots } = this
    const larger = new Int32Array(slots.length * 2)
    for (let i = 0; i < slots.length; i += 4) {
      if (slots[i + 3] !== 0) this.place(larger, slots[i]!, slots[i + 1]!, slots[i + 2]!, slots[i + 3]!)
    }
    this.slots = larger
  }
}

function hashOf(chunk: Uint8Array, start: number, end: number): number {
  let hash = START_HASH
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ chunk[i]!, 16777619)
  return hash
}

function settled(hash: number): number {
  return hash ^ (hash >>> 15)
}
