import { FRAME_KINDS, ROOT } from '../model/index.ts'
import type { Profile, StackTree } from '../model/index.ts'
import { totals } from './totals.ts'

/** What one function cost. */
export interface TopFunction {
  readonly name: string
  readonly module: string
  /** Value of stacks that end in it. */
  readonly self: number
  /** Value of stacks that hold it, each counted once however often it holds it. */
  readonly total: number
}

/** Every function of a profile with a value, the largest first; tasks and markers are none. Linear but for the sorting. */
export function topFunctions(profile: Profile, by: 'self' | 'total' = 'self'): TopFunction[] {
  const { stacks } = profile
  const { name, module, kind } = stacks.frames
  const total = totals(stacks, profile.self)
  const outer = outermost(stacks)
  const own = new Float64Array(name.length)
  const all = new Float64Array(name.length)
  for (let i = 1; i < total.length; i++) {
    const f = stacks.frame[i]!
    own[f] = own[f]! + profile.self[i]!
    if (outer[i] === 1) all[f] = all[f]! + total[i]!
  }
  const found: TopFunction[] = []
  for (let f = 0; f < name.length; f++) {
    const what = FRAME_KINDS[kind[f]!]!
    if (what !== 'task' && what !== 'marker' && all[f] !== 0) found.push({ name: name[f]!, module: module[f]!, self: own[f]!, total: all[f]! })
  }
  const other = by === 'self' ? 'total' : 'self'
  return found.sort((a, b) => b[by] - a[by] || b[other] - a[other] || compare(a.name, b.name) || compare(a.module, b.module))
}

/** 1 for nodes below which, towards the root, their function does not stand. */
function outermost({ parent, frame, frames }: StackTree): Uint8Array {
  const nodes = parent.length
  const child = new Int32Array(nodes).fill(-1)
  const sibling = new Int32Array(nodes).fill(-1)
  for (let i = nodes - 1; i > 0; i--) {
    sibling[i] = child[parent[i]!]!
    child[parent[i]!] = i
  }
  const open = new Int32Array(frames.name.length)
  const outer = new Uint8Array(nodes)
  let at = child[ROOT] ?? -1
  while (at > 0) {
    const f = frame[at]!
    if (open[f] === 0) outer[at] = 1
    open[f] = open[f]! + 1
    if (child[at]! > 0) {
      at = child[at]!
      continue
    }
    // up until there is a neighbour
    while (at > 0) {
      open[frame[at]!] = open[frame[at]!]! - 1
      if (sibling[at]! > 0) break
      at = parent[at]!
    }
    at = at > 0 ? sibling[at]! : -1
  }
  return outer
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
