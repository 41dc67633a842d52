import { StackTreeBuilder } from '../src/model/index.ts'
import type { Meta, Profile, StackBuilder, ValueType } from '../src/model/index.ts'
import { DenseSums } from './node-sums.ts'

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
  private readonly self = new DenseSums()

  add(node: number, value: number): void {
    this.self.add(node, value)
    this.samples++
    this.total += value
  }

  finish(name: string, value: ValueType, meta: Meta = {}): Profile {
    const stacks = this.stacks.finish()
    return { kind: 'profile', name, value, stacks, self: this.self.column(stacks.parent.length), meta }
  }
}
