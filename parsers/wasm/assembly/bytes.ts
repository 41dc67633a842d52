/** What kernels share: text at raw addresses, sixteen bytes at a time. A kernel is AssemblyScript, compiled to WebAssembly by `npm run kernels`. */

/** Bytes behind any text that may be read along with it. */
export const PAD: usize = 64

/** Keys that share a place are looked at until here; then a key counts as unknown. Keeps hostile input linear. */
const MAX_PROBES: i32 = 16

/** An entry before its key: value, length of the key, salt, lower half of the hash. */
const KEY: usize = 16

/** Upper bits of a slot, which are those of the hash's upper half; the others are the entry's place in steps of 8 bytes. */
const TAG: u32 = 0xff800000

/** Address of the first line feed at or behind `at`; there has to be one. */
// @ts-ignore: decorator
@inline
export function lineFeed(at: usize): usize {
  const wanted = i8x16.splat(10)
  let p = at
  while (true) {
    const found = feeds(p, wanted) | (feeds(p + 16, wanted) << 16) | (feeds(p + 32, wanted) << 32) | (feeds(p + 48, wanted) << 48)
    if (found != 0) return p + <usize>ctz(found)
    p += 64
  }
}

// @ts-ignore: decorator
@inline
function feeds(at: usize, wanted: v128): u64 {
  return <u64>i8x16.bitmask(i8x16.eq(v128.load(at), wanted))
}

/** True when the same `length` bytes stand at both addresses. */
// @ts-ignore: decorator
@inline
export function sameBytes(a: usize, b: usize, length: usize): bool {
  if (length >= 16) {
    let last = length - 16
    while (last > 48) {
      if (v128.any_true(v128.or(v128.or(unlike(a, b, 0), unlike(a, b, 16)), v128.or(unlike(a, b, 32), unlike(a, b, 48))))) return false
      a += 64
      b += 64
      if (last < 64) {
        a -= 64 - last
        b -= 64 - last
        last = 0
      } else last -= 64
    }
    // parts that overlap: no branch depends on the length
    return !v128.any_true(v128.or(v128.or(unlike(a, b, 0), unlike(a, b, min(last, 16))), v128.or(unlike(a, b, min(last, 32)), unlike(a, b, last))))
  }
  if (length >= 8) return ((load<u64>(a) ^ load<u64>(b)) | (load<u64>(a + length - 8) ^ load<u64>(b + length - 8))) == 0
  for (let i: usize = 0; i < length; i++) if (load<u8>(a + i) != load<u8>(b + i)) return false
  return true
}

// @ts-ignore: decorator
@inline
function unlike(a: usize, b: usize, offset: usize): v128 {
  return v128.xor(v128.load(a + offset), v128.load(b + offset))
}

/** Hash of `length` bytes. */
export function bytesHash(at: usize, length: usize): u64 {
  let hash: u64 = length
  let i: usize = 0
  for (; i + 8 <= length; i += 8) hash = mixed(hash ^ load<u64>(at + i))
  return i == length ? hash : mixed(hash ^ (load<u64>(at + i) << (<u64>(8 - (length - i)) << 3)))
}

/** Spreads what a word holds over all of its bits. */
// @ts-ignore: decorator
@inline
export function mixed(word: u64): u64 {
  const product = word * 0x9e3779b97f4a7c15
  return product ^ (product >> 32)
}

/** Numbers by byte strings: open addressing; an entry is found by its hash, its key is compared in full. */
@unmanaged
export class ByteTable {
  /** Per slot, in 4 bytes so that more of them stay in the processor's caches: tag of the hash and place of the entry behind `entries`; 0 = free. */
  private slots: usize
  private mask: u32
  private count: u32
  private entries: usize
  private size: usize
  private maxSize: usize
  /** Bytes of entries so far. */
  used: usize

  /** A table with room for `slots / 2` keys to begin with, a power of two, and for `maxSize` bytes of entries at most, no more than 64 MB. */
  static make(slots: u32, maxSize: usize): ByteTable {
    const table = changetype<ByteTable>(heap.alloc(offsetof<ByteTable>()))
    table.slots = heap.alloc(<usize>slots << 2)
    table.mask = slots - 1
    table.size = min(<usize>slots << 8, maxSize)
    table.entries = heap.alloc(table.size + PAD)
    table.maxSize = maxSize
    table.clear()
    return table
  }

  /** Entry of the key, 0 when it is not known; valid until the next `add`. The salt tells apart keys of the same bytes. */
  find(at: usize, length: usize, salt: u32, hash: u64): usize {
    const tag = tagOf(hash)
    let slot = <u32>hash & this.mask
    for (let probe = 0; probe < MAX_PROBES; probe++) {
      const word = load<u32>(this.slots + (<usize>slot << 2))
      if (word == 0) return 0
      const entry = this.entries + placeOf(word)
      if ((word & TAG) == tag && load<u32>(entry, 4) == <u32>length && load<u32>(entry, 8) == salt && sameBytes(at, entry + KEY, length)) return entry
      slot = (slot + 1) & this.mask
    }
    return 0
  }

  /** Makes the entry of a key that is not known yet. A full table forgets all others first. */
  add(at: usize, length: usize, salt: u32, hash: u64, value: i32): usize {
    const bytes = ((length + 7) & ~7) + KEY
    if (this.used + bytes > this.maxSize) this.clear()
    if (this.used + bytes > this.size) this.extend(bytes)
    if (this.count * 2 > this.mask) this.enlarge()
    if (!ASC_NO_ASSERT) assert(this.used + bytes <= this.size && this.size <= this.maxSize)
    const entry = this.entries + this.used
    store<i32>(entry, value)
    store<u32>(entry, <u32>length, 4)
    store<u32>(entry, salt, 8)
    store<u32>(entry, <u32>hash, 12)
    memory.copy(entry + KEY, at, length)
    this.place(<u32>hash, tagOf(hash) | (<u32>this.used >> 3))
    this.used += bytes
    this.count++
    return entry
  }

  /** True when a key of so many bytes finds room. */
  hasRoom(length: usize): bool {
    return this.used + length + 2 * KEY <= this.maxSize
  }

  clear(): void {
    memory.fill(this.slots, 0, <usize>(this.mask + 1) << 2)
    this.count = 0
    this.used = KEY
  }

  private place(hash: u32, word: u32): void {
    let slot = hash & this.mask
    for (let probe = 0; probe < MAX_PROBES; probe++) {
      const place = this.slots + (<usize>slot << 2)
      if (load<u32>(place) == 0) {
        store<u32>(place, word)
        return
      }
      slot = (slot + 1) & this.mask
    }
  }

  /** More room for entries; what stood at the old place stays readable. */
  private extend(bytes: usize): void {
    this.size = min(max(this.size * 4, this.used + bytes), this.maxSize)
    const entries = heap.alloc(this.size + PAD)
    memory.copy(entries, this.entries, this.used)
    this.entries = entries
  }

  private enlarge(): void {
    const old = this.slots
    const end = old + (<usize>(this.mask + 1) << 2)
    this.mask = this.mask * 2 + 1
    this.slots = heap.alloc((end - old) * 2)
    memory.fill(this.slots, 0, (end - old) * 2)
    for (let place = old; place < end; place += 4) {
      const word = load<u32>(place)
      if (word != 0) this.place(load<u32>(this.entries + placeOf(word), 12), word)
    }
  }
}

// @ts-ignore: decorator
@inline
function tagOf(hash: u64): u32 {
  return <u32>(hash >> 32) & TAG
}

// @ts-ignore: decorator
@inline
function placeOf(slot: u32): usize {
  return <usize>((slot & ~TAG) << 3)
}

/** Value of an entry. */
// @ts-ignore: decorator
@inline
export function valueOf(entry: usize): i32 {
  return load<i32>(entry)
}

/** Address of an entry's key. */
// @ts-ignore: decorator
@inline
export function keyOf(entry: usize): usize {
  return entry + KEY
}
