import { FRAME_KINDS } from '../model/index.ts'
import type { Profile } from '../model/index.ts'
import { rewriteProfile } from './rewrite.ts'

/** The profile without the task at the root of its stacks: what all tasks have in common is one. A task at the far end, woken or waking, stays. */
export function withoutTasks(profile: Profile): Profile {
  const { name, module, kind } = profile.stacks.frames
  return rewriteProfile(profile, (frame, _, outermost) => {
    if (outermost && FRAME_KINDS[kind[frame]!] === 'task') return []
    return [{ name: name[frame]!, module: module[frame]!, kind: kind[frame]! }]
  })
}
