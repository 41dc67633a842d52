import type { Profile } from '../../model/index.ts'
import type { TopFunction } from '../stacks/top.ts'

/** For each function the names of the stack, root first, in which it has the most self value; empty where it has none. Linear. */
export function heaviestPaths(profile: Profile, functions: readonly TopFunction[]): string[][] {
  const { parent, frame, frames } = profile.stacks
  const best = new Map<string, number>()
  const key = (name: string, module: string): string => `${module}\n${name}`
  const wanted = new Set(functions.map(({ name, module }) => key(name, module)))
  for (let i = 1; i < parent.length; i++) {
    if (!(profile.self[i]! > 0)) continue
    const f = frame[i]!
    const own = key(frames.name[f]!, frames.module[f]!)
    if (wanted.has(own) && profile.self[i]! > (profile.self[best.get(own) ?? 0] ?? 0)) best.set(own, i)
  }
  return functions.map(({ name, module }) => {
    const path: string[] = []
    for (let at = best.get(key(name, module)) ?? 0; at > 0; at = parent[at]!) path.unshift(frames.name[frame[at]!]!)
    return path
  })
}
