import { BpfviewError, grown } from '../../src/model/index.ts'

/** Symbols of one block; a power of two. A stack never spans two blocks. */
const BLOCK = 1 << 16
const MAX_FRAMES = 1 << 26

/**
 * Interns whole stacks, sequences of numbers >= 0 below 2^53: equal sequences have one number; 0 is the empty one. One look-up per stack, and eight bytes per
 * frame of a distinct one: a tree of frames costs a look-up and three times as much for each of its nodes.
 */
export class StackStore {
  private readonly blocks: Float64Array[] = []
  private used = BLOCK
  private frames = 0
  private count = 1
  /** By stack: number of its block, place in it, length, hash. */
  private places = new Int32Array(4 * 256)
  /** Open addressing by hash; 0 = free. */
  private slots = new Int32Array(1024)

  /** Number of a sequence. Over 2^26 frames of distinct stacks BpfviewError E_TOO_MANY. */
  of(symbols: readonly number[]): number {
    const { length } = symbols
    if (length === 0) return 0
    let hash = length
    for (let i = 0; i < length; i++) {
      const symbol = symbols[i]!
      hash = Math.imul(hash ^ (symbol | 0), 0x9e3779b1)
      hash = Math.imul(hash ^ (hash >>> 15) ^ ((symbol / 2 ** 31) | 0), 0x85ebca6b)
    }
    hash ^= hash >>> 13
    const mask = this.slots.length - 1
    let slot = hash & mask
    for (let stack = this.slots[slot]!; stack !== 0; stack = this.slots[slot]!) {
      if (this.places[stack * 4 + 3] === hash && this.holds(stack, symbols)) return stack
      slot = (slot + 1) & mask
    }
    const stack = this.add(symbols, hash)
    this.slots[slot] = stack
    if (this.count * 2 > this.slots.length) this.rehash()
    return stack
  }

  length(stack: number): number {
    return stack === 0 ? 0 : this.places[stack * 4 + 2]!
  }

  /** The i-th symbol of a stack, as it was given. */
  at(stack: number, i: number): number {
    return this.blocks[this.places[stack * 4]!]![this.places[stack * 4 + 1]! + i]!
  }

  private holds(stack: number, symbols: readonly number[]): boolean {
    if (this.places[stack * 4 + 2] !== symbols.length) return false
    const block = this.blocks[this.places[stack * 4]!]!
    const at = this.places[stack * 4 + 1]!
    for (let i = 0; i < symbols.length; i++) if (block[at + i] !== symbols[i]) return false
    return true
  }

  private add(symbols: readonly number[], hash: number): number {
    const { length } = symbols
    this.frames += length
    if (this.frames > MAX_FRAMES)
      throw new BpfviewError(
        'E_TOO_MANY',
        `more than ${MAX_FRAMES} frames of distinct stacks; expected stacks that repeat: print fewer keys, or sample less often`,
      )
    if (this.used + length > BLOCK) {
      this.blocks.push(new Float64Array(Math.max(BLOCK, length)))
      this.used = 0
    }
    const stack = this.count++
    if (stack * 4 === this.places.length) this.places = grown(this.places, new Int32Array(this.places.length * 2))
    this.blocks[this.blocks.length - 1]!.set(symbols, this.used)
    this.places.set([this.blocks.length - 1, this.used, length, hash], stack * 4)
    this.used += length
    return stack
  }

  private rehash(): void {
    const slots = new Int32Array(this.slots.length * 2)
    const mask = slots.length - 1
    for (let stack = 1; stack < this.count; stack++) {
      let slot = this.places[stack * 4 + 3]! & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = stack
    }
    this.slots = slots
  }
}
