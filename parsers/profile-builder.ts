import { StackTreeBuilder, grown } from '../src/model/index.ts'
import type { Meta, Profile, ValueType } from '../src/model/index.ts'

/** Sums values per stack while a reader runs. Frames and nodes come from `stacks`; values go to the node a stack ends in. */
export class ProfileBuilder {
  readonly stacks: StackTreeBuilder
  /** Observations added so far. */
  samples = 0
  private self: Float64Array<ArrayBuffer>

  /** `room` = nodes to start with, a power of two. */
  constructor(room = 1024) {
    this.stacks = new StackTreeBuilder({ room })
    this.self = new Float64Array(room)
  }

  add(node: number, value: number): void {
    if (node >= this.self.length) this.self = grown(this.self, new Float64Array(Math.max(node + 1, this.self.length * 2)))
    this.self[node] = this.self[node]! + value
    this.samples++
  }

  /** The profile; the builder must not be used afterwards. */
  finish(name: string, value: ValueType, meta: Meta = {}): Profile {
    const stacks = this.stacks.finish()
    const self = new Float64Array(stacks.parent.length)
    self.set(this.self.subarray(0, Math.min(this.self.length, self.length)))
    return { kind: 'profile', name, value, stacks, self, meta }
  }
}
