import type { Profile } from '../../model/index.ts'
import { ROOT, StackTreeBuilder } from '../../model/index.ts'

/** The profile with every stack turned around: leaves stand on the root, callers on what they call. Values are kept. Linear in the summed depth of stacks. */
export function reverseProfile(profile: Profile): Profile {
  const { parent, frame, frames } = profile.stacks
  const builder = new StackTreeBuilder()
  const renamed = new Int32Array(frames.name.length)
  for (let f = 0; f < renamed.length; f++)
    renamed[f] = builder.frame(frames.name[f]!, frames.module[f]!, frames.kind[f]!)
  const ends = new Int32Array(parent.length).fill(-1)
  for (let i = 0; i < parent.length; i++) {
    if (profile.self[i] === 0 && !(profile.runs ?? []).some(run => run.self[i] !== 0)) continue
    let node = ROOT
    for (let n = i; n > 0; n = parent[n]!) node = builder.child(node, renamed[frame[n]!]!)
    ends[i] = node
  }
  const stacks = builder.finish()
  const moved = (values: Float64Array): Float64Array => {
    const self = new Float64Array(stacks.parent.length)
    for (let i = 0; i < ends.length; i++) if (ends[i]! >= 0) self[ends[i]!] = self[ends[i]!]! + values[i]!
    return self
  }
  return {
    ...profile,
    stacks,
    self: moved(profile.self),
    ...(profile.runs !== undefined && { runs: profile.runs.map(run => ({ label: run.label, self: moved(run.self) })) }),
  }
}
