import { BpfviewError, grown } from '../../src/model/index.ts'

const MAX_BYTES = 1 << 30
const MAX_ENTRIES = 1 << 26

/** Bytes one after the other; grows by doubling. Over 1 GiB BpfviewError E_TOO_MANY. */
export class GrowingBytes {
  length = 0
  private bytes = new Uint8Array(4096)

  append(from: Uint8Array, start: number, stop: number): void {
    const size = stop - start
    if (this.length + size > this.bytes.length) {
      const wanted = Math.max(this.bytes.length * 2, this.length + size)
      if (wanted > MAX_BYTES)
        throw new BpfviewError('E_TOO_MANY', `more than ${MAX_BYTES} bytes to keep; expected less`)
      this.bytes = grown(this.bytes.subarray(0, this.length), new Uint8Array(wanted))
    }
    this.bytes.set(from.subarray(start, stop), this.length)
    this.length += size
  }

  /** The bytes so far; not a copy. */
  whole(): Uint8Array {
    return this.bytes.subarray(0, this.length)
  }
}

/** Numbers sequences of bytes in the order in which they first come: equal ones have the same number, from 0. */
export class ByteTable {
  count = 0
  private readonly bytes = new GrowingBytes()
  /** By entry: where it ends; it begins where the one before ends. */
  private stops = new Int32Array(1024)
  private hashes = new Int32Array(1024)
  /** Open addressing: entry + 1, 0 = free. */
  private slots = new Int32Array(4096)

  number(from: Uint8Array, start: number, stop: number): number {
    const hash = hashOf(from, start, stop)
    const mask = this.slots.length - 1
    let slot = hash & mask
    for (let entry = this.slots[slot]!; entry !== 0; entry = this.slots[slot]!) {
      if (this.hashes[entry - 1] === hash && this.equals(entry - 1, from, start, stop)) return entry - 1
      slot = (slot + 1) & mask
    }
    return this.add(hash, slot, from, start, stop)
  }

  /** The bytes of an entry; not a copy. */
  of(entry: number): Uint8Array {
    return this.bytes.whole().subarray(this.startOf(entry), this.stops[entry])
  }

  private startOf(entry: number): number {
    return entry === 0 ? 0 : this.stops[entry - 1]!
  }

  private equals(entry: number, from: Uint8Array, start: number, stop: number): boolean {
    const at = this.startOf(entry)
    if (this.stops[entry]! - at !== stop - start) return false
    const held = this.bytes.whole()
    for (let i = start; i < stop; i++) if (from[i] !== held[at + i - start]) return false
    return true
  }

  private add(hash: number, slot: number, from: Uint8Array, start: number, stop: number): number {
    const entry = this.count++
    if (entry >= MAX_ENTRIES) throw new BpfviewError('E_TOO_MANY', `more than ${MAX_ENTRIES} distinct entries`)
    if (entry === this.stops.length) {
      this.stops = grown(this.stops, new Int32Array(entry * 2))
      this.hashes = grown(this.hashes, new Int32Array(entry * 2))
    }
    this.bytes.append(from, start, stop)
    this.stops[entry] = this.bytes.length
    this.hashes[entry] = hash
    this.slots[slot] = entry + 1
    if (this.count * 2 > this.slots.length) this.rehash()
    return entry
  }

  private rehash(): void {
    this.slots = new Int32Array(this.slots.length * 2)
    const mask = this.slots.length - 1
    for (let entry = 0; entry < this.count; entry++) {
      let slot = this.hashes[entry]! & mask
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask
      this.slots[slot] = entry + 1
    }
  }
}

function hashOf(bytes: Uint8Array, start: number, stop: number): number {
  let hash = 0x811c9dc5
  for (let i = start; i < stop; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193)
  hash ^= hash >>> 15
  hash = Math.imul(hash, 0x2c1b3c6d)
  return hash ^ (hash >>> 13)
}
