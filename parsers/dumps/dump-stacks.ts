import type { FrameKind, Meta, Profile, StackBuilder, ValueType } from '../../src/model/index.ts'
import { kindCode, ROOT } from '../../src/model/index.ts'
import { ProfileBuilder } from '../build/profile-builder.ts'
import { TASK } from '../stacks/frame-kind.ts'

const MARKER = kindCode('marker')

/** A function of a dump; module '' = not printed. */
export interface DumpFrame {
  readonly name: string
  readonly module: string
  readonly kind: FrameKind
}

export const THREADS: ValueType = { name: 'threads', unit: 'count' }

/** Whose stack it is: process, thread and the like as task frames from the root, then its state as a marker. */
export interface Owner {
  readonly tasks: readonly string[]
  readonly state?: string
}

/** Sums stacks of a dump, whose frames are printed leaf first. */
export class DumpStacks {
  private readonly profile = new ProfileBuilder()

  add({ tasks, state }: Owner, leafFirst: readonly DumpFrame[], value = 1): void {
    const { stacks } = this.profile
    let node = ROOT
    for (const task of tasks) node = stacks.child(node, stacks.frame(task, '', TASK))
    if (state !== undefined) node = stacks.child(node, stacks.frame(`[${state}]`, '', MARKER))
    for (let i = leafFirst.length - 1; i >= 0; i--) node = addDumpFrame(stacks, node, leafFirst[i]!)
    this.profile.add(node, value)
  }

  /** Counts a value under 0, which the profile does not hold but tells of in its notes. */
  leaveOut(value: number): void {
    this.profile.leaveOut(value)
  }

  /** The profile as the only dataset; none without a stack. */
  datasets(name: string, value: ValueType, meta: Meta): readonly Profile[] {
    return this.profile.samples === 0 ? [] : [this.profile.finish(name, value, meta)]
  }
}

export function addDumpFrame(stacks: StackBuilder, node: number, frame: DumpFrame): number {
  return stacks.child(node, stacks.frame(frame.name, frame.module, kindCode(frame.kind)))
}
