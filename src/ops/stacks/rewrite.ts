import { needDataset } from '../../model/arguments.ts'
import type { Profile, SampleTable, StackTree } from '../../model/index.ts'
import { ROOT, StackTreeBuilder } from '../../model/index.ts'

/** A frame as a rewriting rule gives it; identity is (name, module, kind). */
export interface NewFrame {
  readonly name: string
  readonly module: string
  /** Index into FRAME_KINDS. */
  readonly kind: number
}

/**
 * What stands in the place of a frame: nothing, one frame or several, the caller first. `frame` is a row of the old table, `task` the row of the
 * frame at depth 1 of the same stack, `outermost` = the frame is that one. Called once for each of these.
 */
export type FrameRule = (frame: number, task: number, outermost: boolean) => readonly NewFrame[]

/** The tree with every frame replaced; `node[i]` = where node i went. Stacks that become equal are one. Linear. */
export function rewriteStacks(
  stacks: StackTree,
  rule: FrameRule,
): { readonly stacks: StackTree; readonly node: Int32Array } {
  const builder = new StackTreeBuilder()
  const { parent, frame, frames } = stacks
  const node = new Int32Array(parent.length)
  const task = new Int32Array(parent.length)
  const known = new Map<number, readonly number[]>()
  node[0] = ROOT
  for (let i = 1; i < node.length; i++) {
    const up = parent[i]!
    task[i] = up === ROOT ? frame[i]! : task[up]!
    const outermost = up === ROOT
    const key = outermost ? -1 - frame[i]! : task[i]! * frames.name.length + frame[i]!
    let path = known.get(key)
    if (path === undefined) {
      path = rule(frame[i]!, task[i]!, outermost).map(({ name, module, kind }) => builder.frame(name, module, kind))
      known.set(key, path)
    }
    let at = node[up]!
    for (const step of path) at = builder.child(at, step)
    node[i] = at
  }
  return { stacks: builder.finish(), node }
}

/** The profile over rewritten stacks; its sum stays. */
export function rewriteProfile(profile: Profile, rule: FrameRule): Profile {
  needDataset(profile, 'profile', 'rewriteProfile')
  const { stacks, node } = rewriteStacks(profile.stacks, rule)
  const moved = (self: Float64Array): Float64Array => {
    const values = new Float64Array(stacks.parent.length)
    for (let i = 0; i < node.length; i++) values[node[i]!] = values[node[i]!]! + self[i]!
    return values
  }
  const runs = profile.runs?.map(run => ({ label: run.label, self: moved(run.self) }))
  return { ...profile, stacks, self: moved(profile.self), ...(runs !== undefined && { runs }) }
}

/** The samples over rewritten stacks. */
export function rewriteSamples(samples: SampleTable, rule: FrameRule): SampleTable {
  needDataset(samples, 'samples', 'rewriteSamples')
  const { stacks, node } = rewriteStacks(samples.stacks, rule)
  return { ...samples, stacks, stack: samples.stack.map(old => node[old]!) }
}
