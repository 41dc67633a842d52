/** Keys that share a hash are looked at until here; then a key counts as unknown. Keeps hostile input linear. */
const MAX_PROBES = 16
/** Room for keys in 8-byte units; when it is full the cache starts anew. */
const MAX_UNITS = 2 << 20
const MAX_ENTRIES = 1 << 18
const MAX_KEY = 4095
/** A slot's first number: the upper bits of the hash, and the length of the key. */
const LENGTH_BITS = 0xfff

/** An entry before its key, in 4-byte words: hash, value. */
const HEAD_UNITS = 1
const VALUE = 1

/** A key has at least this many bytes. */
export const MIN_KEY = 8
/** Bytes that lineHash reads. */
export const LINE_HASHED = 17

/**
 * Numbers by byte strings. A lookup is by hash and position alone: the length of a known key is known, so a line's end need not be searched. Entries
 * are numbers > 0; 0 = none. They are valid until the cache is emptied, which `add` may do.
 */
export class ByteCache {
  /** Keys are compared eight bytes at a time, as doubles: that is exact for all but zeros and NaN, and keys with those are not kept. */
  private units: Float64Array
  private words: Int32Array
  private view: DataView
  private used = HEAD_UNITS
  private entries = 0
  private mask: number
  /** Per slot: hash and length, entry (0 = free). The length stands here so that the next line can be looked at before this one's key has come from memory. */
  private table: Int32Array
  /** Length of the key that `find` found. */
  length = 0

  /** `slots`, a power of two, is the room to begin with. */
  constructor(slots = 1 << 10) {
    this.units = new Float64Array(slots * 4)
    this.words = new Int32Array(this.units.buffer)
    this.view = new DataView(this.units.buffer)
    this.mask = slots - 1
    this.table = new Int32Array(slots * 2)
  }

  value(entry: number): number {
    return this.words[(entry << 1) + VALUE]!
  }

  /** Entry of the key with this hash that starts at `at` and ends by `end`; sets `length`. */
  find(view: DataView, at: number, end: number, hash: number): number {
    const { table, mask } = this
    const high = hash & ~LENGTH_BITS
    let slot = hash & mask
    for (let probe = 0; probe < MAX_PROBES; probe++) {
      const entry = table[(slot << 1) + 1]!
      if (entry === 0) return 0
      const tag = table[slot << 1]!
      if ((tag & ~LENGTH_BITS) === high) {
        const length = tag & LENGTH_BITS
        if (at + length <= end && this.matches(entry, view, at, length)) {
          this.length = length
          return entry
        }
      }
      slot = (slot + 1) & mask
    }
    return 0
  }

  /** True when the key of an entry, of this length, stands at `at`. */
  matches(entry: number, view: DataView, at: number, length: number): boolean {
    const { units } = this
    const key = entry + HEAD_UNITS
    const whole = length >> 3
    for (let i = 0; i < whole; i++) if (view.getFloat64(at + (i << 3), true) !== units[key + i]) return false
    return (length & 7) === 0 || view.getFloat64(at + length - 8, true) === this.view.getFloat64((key << 3) + length - 8, true)
  }

  /** Makes an entry for a key of `length` bytes; values are >= 0. Keys that are very short, very long or hold a NUL are not kept. */
  add(view: DataView, at: number, length: number, hash: number, value: number): void {
    if (length < MIN_KEY || length > MAX_KEY) return
    if (this.entries * 2 > this.mask) this.enlarge()
    const size = HEAD_UNITS + ((length + 7) >> 3)
    if (this.used + size > this.units.length && !this.makeRoom(size)) this.clear()
    let slot = hash & this.mask
    for (let probe = 0; this.table[(slot << 1) + 1] !== 0; probe++) {
      if (probe === MAX_PROBES) return
      slot = (slot + 1) & this.mask
    }
    const entry = this.used
    this.words[entry << 1] = hash
    this.words[(entry << 1) + VALUE] = value
    const start = (entry + HEAD_UNITS) << 3
    const last = length - 8
    for (let i = 0; i < length; i += 8) {
      const from = i < last ? i : last
      const unit = view.getFloat64(at + from, true)
      if (unit === 0) return
      this.view.setFloat64(start + from, unit, true)
    }
    this.used += size
    this.entries++
    this.table[slot << 1] = (hash & ~LENGTH_BITS) | length
    this.table[(slot << 1) + 1] = entry
  }

  clear(): void {
    this.used = HEAD_UNITS
    this.entries = 0
    this.table.fill(0)
  }

  private makeRoom(size: number): boolean {
    const length = this.units.length * 2
    if (length > MAX_UNITS || this.used + size > length) return false
    const larger = new Float64Array(length)
    new Uint8Array(larger.buffer).set(new Uint8Array(this.units.buffer))
    this.units = larger
    this.words = new Int32Array(larger.buffer)
    this.view = new DataView(larger.buffer)
    return true
  }

  private enlarge(): void {
    if (this.entries >= MAX_ENTRIES) {
      this.clear()
      return
    }
    const old = this.table
    this.mask = this.mask * 2 + 1
    this.table = new Int32Array((this.mask + 1) * 2)
    for (let i = 0; i < old.length; i += 2) {
      if (old[i + 1] === 0) continue
      let slot = this.words[old[i + 1]! << 1]! & this.mask
      while (this.table[(slot << 1) + 1] !== 0) slot = (slot + 1) & this.mask
      this.table[slot << 1] = old[i]!
      this.table[(slot << 1) + 1] = old[i + 1]!
    }
  }
}

/** Hash of the first LINE_HASHED bytes of a line: a tab and perf's address column, which nearly identify a frame line. */
export function lineHash(view: DataView, at: number): number {
  const a = Math.imul(view.getInt32(at, true) ^ Math.imul(view.getInt32(at + 4, true), 0x85ebca6b), 0x9e3779b1)
  const b = Math.imul(view.getInt32(at + 8, true) ^ Math.imul(view.getInt32(at + 12, true), 0xc2b2ae35), 0x27d4eb2f)
  const hash = Math.imul(a ^ (b >>> 15) ^ (b << 11) ^ view.getUint8(at + 16), 0x9e3779b1)
  return hash ^ (hash >>> 15)
}

/** Hash of `length` bytes, at least MIN_KEY. */
export function byteHash(view: DataView, at: number, length: number): number {
  const last = length - 4
  let hash = Math.imul(view.getInt32(at + last, true) ^ length, 0x9e3779b1)
  for (let i = 0; i < last; i += 4) hash = Math.imul(hash ^ (hash >>> 15) ^ view.getInt32(at + i, true), 0x85ebca6b)
  return hash ^ (hash >>> 13)
}
