import type { Profile } from '../../model/index.ts'
import { FRAME_KINDS, ROOT, StackTreeBuilder } from '../../model/index.ts'

/**
 * The stacks whose root frame is one of the tasks, with their values. Where the format marks tasks only these are asked, else the root frame of
 * every stack: folded text does not say what its first frame is. Linear.
 */
export function keepTasks(profile: Profile, tasks: readonly string[]): Profile {
  const { parent, frame, frames } = profile.stacks
  const marked = tasksOf(profile).some(({ known }) => known)
  const wanted = Uint8Array.from(frames.name, (name, f) =>
    tasks.includes(name) && (!marked || FRAME_KINDS[frames.kind[f]!] === 'task') ? 1 : 0,
  )
  const builder = new StackTreeBuilder()
  const rows = Int32Array.from(frames.name, (name, f) => builder.frame(name, frames.module[f]!, frames.kind[f]!))
  // -1 = the stack is of another task
  const node = new Int32Array(parent.length).fill(-1)
  for (let i = 1; i < node.length; i++) {
    const up = parent[i]!
    if (up === ROOT ? wanted[frame[i]!] === 1 : node[up]! >= 0)
      node[i] = builder.child(up === ROOT ? ROOT : node[up]!, rows[frame[i]!]!)
  }
  const stacks = builder.finish()
  const values = (self: Float64Array): Float64Array => {
    const column = new Float64Array(stacks.parent.length)
    for (let i = 1; i < node.length; i++) if (node[i]! >= 0) column[node[i]!] = column[node[i]!]! + self[i]!
    return column
  }
  const runs = profile.runs?.map(run => ({ label: run.label, self: values(run.self) }))
  // how many observations are behind these stacks is not told
  const { samples: _, ...meta } = profile.meta
  return { ...profile, meta, stacks, self: values(profile.self), ...(runs !== undefined && { runs }) }
}

/** The root frames of a profile, in order of first appearance; `known` = the format says that it is a task. */
export function tasksOf({ stacks: { parent, frame, frames } }: Profile): { readonly name: string; known: boolean }[] {
  const tasks = new Map<number, { readonly name: string; known: boolean }>()
  for (let i = 1; i < parent.length; i++) {
    if (parent[i] !== ROOT || tasks.has(frame[i]!)) continue
    tasks.set(frame[i]!, { name: frames.name[frame[i]!]!, known: FRAME_KINDS[frames.kind[frame[i]!]!] === 'task' })
  }
  return [...tasks.values()]
}
