import type { Profile, SampleTable } from '../../model/datasets.ts'
import type { FrameKind } from '../../model/stacks.ts'
import type { StackTransform } from '../../ops/stacks/transform.ts'
import type { PerfFlags } from './perf-options.ts'
import type { TidyFlag } from './tidy.ts'

export interface NameOptions {
  readonly compat?: 'flamegraph' | 'inferno'
  readonly tidy?: TidyFlag
  /** 'none' leaves out the task at the root; the readers of perf do that themselves. */
  readonly root?: PerfFlags['root']
  /** 'drop' takes the tracer's and the scheduler's frames off the far end of off-CPU stacks. */
  readonly scheduler?: 'keep' | 'drop'
  /** Kinds whose frames get a mark behind their names. */
  readonly marks?: readonly FrameKind[]
  /** Changes of the stacks, after all that changes names. */
  readonly transforms?: readonly StackTransform[]
}

function withNote(profile: Profile, note: string): Profile {
  return { ...profile, meta: { ...profile.meta, notes: [...(profile.meta.notes ?? []), note] } }
}

/** The profile with its names as asked for; what is not asked for is not loaded. */
export async function shapeNames(profile: Profile, options: NameOptions): Promise<Profile> {
  const { compat, tidy, root, marks = [], transforms = [] } = options
  let shaped = profile
  if (options.scheduler === 'drop' && profile.measures === 'off-cpu') {
    const { withoutSchedulerFrames } = await import('../../ops/waits/scheduler-frames.ts')
    const { profile: trimmed, trimmed: value } = withoutSchedulerFrames(shaped)
    shaped =
      value > 0 ? withNote(trimmed, 'frames of the tracer and the scheduler left out (--scheduler keep)') : trimmed
  }
  if (root === 'none') {
    const { withoutTasks } = await import('../../ops/stacks/without-tasks.ts')
    shaped = withoutTasks(shaped)
  }
  if (compat !== undefined) {
    const { compatNames } = await import('../../ops/stacks/compat-names.ts')
    shaped = compatNames(shaped, compat, { kernel: marks.includes('kernel'), jit: marks.includes('jit') })
  }
  if (tidy !== undefined && tidy !== false) {
    const { tidyNames } = await import('../../ops/stacks/tidy-names.ts')
    shaped = tidyNames(shaped, tidy === true ? undefined : tidy)
  }
  if (transforms.length > 0) {
    const { transformProfile } = await import('../../ops/stacks/transform-profile.ts')
    shaped = transformProfile(shaped, transforms)
  }
  if (compat === undefined && marks.length > 0) {
    const { markKinds } = await import('../../ops/stacks/mark-kinds.ts')
    shaped = markKinds(shaped, marks)
  }
  return shaped
}

/** The samples with their names as asked for; transforms are the page's own. */
export async function shapeSamples(
  samples: SampleTable,
  { tidy, root, scheduler }: Pick<NameOptions, 'tidy' | 'root' | 'scheduler'>,
): Promise<SampleTable> {
  let shaped = samples
  if (scheduler === 'drop' && samples.measures === 'off-cpu') {
    const { samplesWithoutSchedulerFrames } = await import('../../ops/waits/scheduler-frames.ts')
    shaped = samplesWithoutSchedulerFrames(shaped)
  }
  if (root === 'none') {
    const { samplesWithoutTasks } = await import('../../ops/stacks/without-tasks.ts')
    shaped = samplesWithoutTasks(shaped)
  }
  if (tidy !== undefined && tidy !== false) {
    const { tidySamples } = await import('../../ops/stacks/tidy-names.ts')
    shaped = tidySamples(shaped, tidy === true ? undefined : tidy)
  }
  return shaped
}
