import { needDataset } from '../../model/arguments.ts'
import type { Profile } from '../../model/index.ts'
import { FRAME_KINDS } from '../../model/index.ts'
import { compareTexts } from '../../model/text/compare.ts'
import { outermostRows } from '../../stats/entities.ts'
import { totals } from './totals.ts'

/** What values can be added up by instead of by function. */
export const GROUPS = ['task', 'thread', 'module', 'cpu', 'wait'] as const
export type Group = (typeof GROUPS)[number]

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
  needDataset(profile, 'profile', 'topFunctions')
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
    if (what !== 'task' && what !== 'marker' && all[f] !== 0)
      found.push({ name: name[f]!, module: module[f]!, self: own[f]!, total: all[f]! })
  }
  const other = by === 'self' ? 'total' : 'self'
  return found.sort(
    (a, b) => b[by] - a[by] || b[other] - a[other] || compareTexts(a.name, b.name) || compareTexts(a.module, b.module),
  )
}

/** A function's cost with its share of the whole. */
export interface TopRow extends TopFunction {
  /** Of the profile's sum, from 0 to 1. */
  readonly selfShare: number
  readonly totalShare: number
}

/**
 * The functions that cost most, with their shares: what `bpfview top` prints. `by` = order, `limit` = rows at most. Throws BpfviewError E_USAGE for
 * anything but a profile.
 *
 * @example
 * ```ts
 * for (const { name, selfShare } of topRows(profile, { limit: 5 })) console.log(name, `${(100 * selfShare).toFixed(1)}%`)
 * ```
 */
export function topRows(
  profile: Profile,
  { by = 'self', limit = Infinity }: { readonly by?: 'self' | 'total'; readonly limit?: number } = {},
): TopRow[] {
  const functions = topFunctions(profile, by)
  const whole = totals(profile.stacks, profile.self)[0]!
  const share = (part: number): number => (whole > 0 ? part / whole : 0)
  return functions.slice(0, limit).map(one => ({ ...one, selfShare: share(one.self), totalShare: share(one.total) }))
}
