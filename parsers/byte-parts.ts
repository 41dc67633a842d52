import { ByteCache, MIN_KEY, byteHash } from './byte-cache.ts'

const MAX_PARTS = 1 << 16

/** Values by byte strings of known length: names, tasks, events that come again and again. */
export class ByteParts<T> {
  private readonly cache = new ByteCache()
  private values: T[] = []
  /** The entry found last and its length: neighbours are often alike. */
  private last = 0
  private lastLength = 0

  find(view: DataView, at: number, length: number): T | undefined {
    if (length < MIN_KEY) return undefined
    const { cache, last } = this
    let entry = last
    if (last === 0 || this.lastLength !== length || !cache.matches(last, view, at, length)) {
      entry = cache.find(view, at, at + length, byteHash(view, at, length))
      if (entry === 0 || cache.length !== length) return undefined
      this.last = entry
      this.lastLength = length
    }
    return this.values[cache.value(entry)]
  }

  add(view: DataView, at: number, length: number, value: T): void {
    if (length < MIN_KEY) return
    if (this.values.length === MAX_PARTS) {
      this.cache.clear()
      this.values = []
    }
    this.cache.add(view, at, length, byteHash(view, at, length), this.values.length)
    this.values.push(value)
    this.last = 0
  }
}
