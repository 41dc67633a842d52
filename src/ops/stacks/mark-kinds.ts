import type { FrameKind, Profile } from '../../model/index.ts'
import { FRAME_KINDS } from '../../model/index.ts'
import { rewriteProfile } from './rewrite.ts'

const MARKS = new Map<FrameKind, string>([
  ['kernel', '_[k]'],
  ['jit', '_[j]'],
  ['inline', '_[i]'],
])

/** The profile with `_[k]`, `_[j]` or `_[i]` behind the names of frames of the given kinds, as flame graph palettes read them. */
export function markKinds(profile: Profile, kinds: readonly FrameKind[]): Profile {
  const { name, module, kind } = profile.stacks.frames
  return rewriteProfile(profile, frame => {
    const is = FRAME_KINDS[kind[frame]!]!
    const mark = kinds.includes(is) ? (MARKS.get(is) ?? '') : ''
    return [
      {
        name: name[frame]!.endsWith(mark) ? name[frame]! : name[frame]! + mark,
        module: module[frame]!,
        kind: kind[frame]!,
      },
    ]
  })
}
