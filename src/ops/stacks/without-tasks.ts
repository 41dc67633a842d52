import type { FrameTable, Profile, SampleTable } from '../../model/index.ts'
import { FRAME_KINDS } from '../../model/index.ts'
import type { FrameRule } from './rewrite.ts'
import { rewriteProfile, rewriteSamples } from './rewrite.ts'

/** The profile without the task at the root of its stacks: what all tasks have in common is one. A task at the far end, woken or waking, stays. */
export function withoutTasks(profile: Profile): Profile {
  return rewriteProfile(profile, taskRule(profile.stacks.frames))
}

/** The samples likewise. */
export function samplesWithoutTasks(samples: SampleTable): SampleTable {
  return rewriteSamples(samples, taskRule(samples.stacks.frames))
}

function taskRule({ name, module, kind }: FrameTable): FrameRule {
  return (frame, _, outermost) => {
    if (outermost && FRAME_KINDS[kind[frame]!] === 'task') return []
    return [{ name: name[frame]!, module: module[frame]!, kind: kind[frame]! }]
  }
}
