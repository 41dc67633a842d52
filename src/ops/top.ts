import { FRAME_KINDS } from '../model/index.ts'
import type { Profile } from '../model/index.ts'
import { outermostRows } from '../stats/entities.ts'
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
  const outer = outermostRows({ parent: stacks.parent, frame: stacks.frame, frameCount: name.length })
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

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
