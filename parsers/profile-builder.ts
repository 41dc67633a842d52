import { StackTreeBuilder, grown } from '../src/model/index.ts'
import type { Meta, Profile, StackBuilder, ValueType } from '../src/model/index.ts'

/** Sums values per stack while a reader runs. Frames and nodes come from `stacks`; values go to the node a stack ends in. */
export interface ProfileSink {
  readonly stacks: StackBuilder
  /** Observations added so far, and the sum of their values. */
  readonly samples: number
  readonly total: number
  add(node: number, value: number): void
  /** The profile; the sink must not be used afterwards. */
  finish(name: string, value: ValueType, meta?: Meta): Profile
}

export class ProfileBuilder implements ProfileSink {
  readonly stacks = new StackTreeBuilder()
  samples = 0
  total = 0
  private self = new Float64Array(1024)

  add(node: number, value: number): void {
    if (node >= this.self.length) this.self = grown(this.self, new Float64Array(Math.max(node + 1, this.self.length * 2)))
    this.self[node] = this.self[node]! + value
    this.samples++
    this.total += value
  }

  finish(name: string, value: ValueType, meta: Meta = {}): Profile {
    const stacks = this.stacks.finish()
    const self = new Float64Array(stacks.parent.length)
    self.set(this.self.subarray(0, Math.min(this.self.length, self.length)))
    return { kind: 'profile', name, value, stacks, self, meta }
  }
}
