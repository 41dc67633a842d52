/** Numbers of a chunk; a power of two. */
const CHUNK = 1 << 14
const SHIFT = 14

/**
 * A column of numbers while its rows come: four bytes for each number of a chunk that holds integers of 32 bits only, else eight. Chunks are not moved, so
 * memory is never held twice.
 */
export class NumberStore {
  private chunks: (Int32Array | Float64Array)[] = []
  private last: Int32Array | Float64Array = new Int32Array(0)
  private wide = false
  private count = 0
  /** True when one of the numbers is no NaN. */
  some = false

  get length(): number {
    return this.count
  }

  push(value: number): void {
    const at = this.count & (CHUNK - 1)
    if (at === 0) this.open()
    if (!this.wide && ((value | 0) !== value || Object.is(value, -0))) this.widen(at)
    this.last[at] = value
    this.count++
    if (!this.some && !Number.isNaN(value)) this.some = true
  }

  at(row: number): number {
    return this.chunks[row >> SHIFT]![row & (CHUNK - 1)]!
  }

  set(row: number, value: number): void {
    const number = row >> SHIFT
    const chunk = this.chunks[number]!
    if (chunk instanceof Int32Array) {
      const wider = Float64Array.from(chunk)
      if (chunk === this.last) {
        this.last = wider
        this.wide = true
      }
      this.chunks[number] = wider
    }
    this.chunks[number]![row & (CHUNK - 1)] = value
  }

  /** Forgets the last number. */
  pop(): void {
    if (this.count === 0) return
    this.count--
    // the chunk of the number that is gone is kept for the next one
    if ((this.count & (CHUNK - 1)) === CHUNK - 1) this.use(this.chunks[this.count >> SHIFT]!)
  }

  values(): Float64Array {
    const values = new Float64Array(this.count)
    for (let from = 0; from < this.count; from += CHUNK) {
      const chunk = this.chunks[from >> SHIFT]!
      values.set(from + CHUNK <= this.count ? chunk : chunk.subarray(0, this.count - from), from)
    }
    return values
  }

  private open(): void {
    const spare = this.chunks[this.count >> SHIFT]
    if (spare !== undefined) return this.use(spare)
    this.last = this.wide ? new Float64Array(CHUNK) : new Int32Array(CHUNK)
    this.chunks.push(this.last)
  }

  private use(chunk: Int32Array | Float64Array): void {
    this.last = chunk
    this.wide = chunk instanceof Float64Array
  }

  private widen(length: number): void {
    const wider = new Float64Array(CHUNK)
    for (let i = 0; i < length; i++) wider[i] = this.last[i]!
    this.chunks[this.count >> SHIFT] = this.last = wider
    this.wide = true
  }
}
