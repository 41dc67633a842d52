import type { Profile } from '../model/datasets.ts'
import type { FrameKind } from '../model/stacks.ts'
import type { PerfFlags } from './perf-options.ts'
import type { TidyFlag } from './tidy-option.ts'

export interface NameOptions {
  readonly compat?: 'flamegraph' | 'inferno'
  readonly tidy?: TidyFlag
  /** 'none' leaves out the task at the root; the readers of perf do that themselves. */
  readonly root?: PerfFlags['root']
  /** Kinds whose frames get a mark behind their names. */
  readonly marks?: readonly FrameKind[]
}

/** The profile with its names as asked for; what is not asked for is not loaded. */
export async function shapeNames(profile: Profile, options: NameOptions): Promise<Profile> {
  const { compat, tidy, root, marks = [] } = options
  let shaped = profile
  if (root === 'none') {
    const { withoutTasks } = await import('../ops/without-tasks.ts')
    shaped = withoutTasks(shaped)
  }
  if (compat !== undefined) {
    const { compatNames } = await import('../ops/compat-names.ts')
    shaped = compatNames(shaped, compat, { kernel: marks.includes('kernel'), jit: marks.includes('jit') })
  }
  if (tidy !== undefined && tidy !== false) {
    const { tidyNames } = await import('../ops/tidy-names.ts')
    shaped = tidyNames(shaped, tidy === true ? undefined : tidy)
  }
  if (compat === undefined && marks.length > 0) {
    const { markKinds } = await import('../ops/mark-kinds.ts')
    shaped = markKinds(shaped, marks)
  }
  return shaped
}
