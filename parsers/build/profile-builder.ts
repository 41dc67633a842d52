import type { Meta, Profile, StackBuilder, StackLimits, ValueType } from '../../src/model/index.ts'
import { StackTreeBuilder } from '../../src/model/index.ts'
import { LeftOut } from './left-out.ts'
import { measuresOf } from './measures.ts'
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
  readonly stacks: StackTreeBuilder
  samples = 0
  total = 0
  private readonly self = new DenseSums()
  private readonly leftOut = new LeftOut()

  constructor(limits: StackLimits = {}) {
    this.stacks = new StackTreeBuilder(limits)
  }

  add(node: number, value: number): void {
    this.self.add(node, value)
    this.samples++
    this.total += value
  }

  /** Counts a value under 0, which the profile does not hold but tells of in its notes. */
  leaveOut(value: number): void {
    this.leftOut.add(value)
  }

  finish(name: string, value: ValueType, facts: Meta = {}): Profile {
    const stacks = this.stacks.finish()
    const meta = this.leftOut.note(facts, value.unit)
    const measures = measuresOf({ name, value, stacks, meta })
    return { kind: 'profile', name, value, measures, stacks, self: this.self.column(stacks.parent.length), meta }
  }
}
