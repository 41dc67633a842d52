import type { Profile, SampleTable } from '../../model/index.ts'
import { BpfviewError, FRAME_KINDS, kindCode, StackTreeBuilder } from '../../model/index.ts'
import { rewriteProfile } from '../stacks/rewrite.ts'
import { waitsByClass } from '../waits/wait-class.ts'

const USER = kindCode('user')

/** The profile with a frame for each task or module in the place of functions, or for what waits were for. Throws BpfviewError E_USAGE where values do not wait. */
export function groupProfile(profile: Profile, by: 'task' | 'module' | 'wait'): Profile {
  if (by === 'wait') {
    if (profile.measures !== 'off-cpu')
      throw new BpfviewError('E_USAGE', '--by wait is of stacks that wait; expected off-CPU time')
    return profileOfSums(profile, waitsByClass(profile))
  }
  const { name, module, kind } = profile.stacks.frames
  const isTask = (frame: number): boolean => FRAME_KINDS[kind[frame]!] === 'task'
  return rewriteProfile(profile, (frame, _, outermost) => {
    if (by === 'module') return isTask(frame) ? [] : [{ name: module[frame]! || '[no module]', module: '', kind: USER }]
    return outermost ? [{ name: isTask(frame) ? name[frame]! : '[no task]', module: '', kind: USER }] : []
  })
}

/** The samples as a profile with a frame for each thread or CPU. Throws BpfviewError E_NO_DATA where these are not known. */
export function groupSamples(samples: SampleTable, by: 'thread' | 'cpu'): Profile {
  const ids = by === 'thread' ? samples.tid : samples.cpu
  if (ids === undefined)
    throw new BpfviewError('E_NO_DATA', `the samples of ${samples.name} have no ${by}; expected perf script with it`)
  const sums = new Map<string, number>()
  for (let row = 0; row < ids.length; row++) {
    const comm = samples.comms?.[samples.comm?.[row] ?? -1] ?? ''
    const id = ids[row]! < 0 ? '?' : ids[row]!
    const key = by === 'cpu' ? `CPU ${id}` : `${comm} ${id}`.trim()
    sums.set(key, (sums.get(key) ?? 0) + samples.weight[row]!)
  }
  return profileOfSums({ ...samples, meta: { ...samples.meta, samples: ids.length } }, sums)
}

function profileOfSums(
  { name, value, measures, meta }: Pick<Profile, 'name' | 'value' | 'measures' | 'meta'>,
  sums: ReadonlyMap<string, number>,
): Profile {
  const builder = new StackTreeBuilder()
  const nodes = [...sums].map(([key, sum]) => [builder.child(0, builder.frame(key, '', USER)), sum] as const)
  const stacks = builder.finish()
  const self = new Float64Array(stacks.parent.length)
  for (const [node, sum] of nodes) self[node] = sum
  return { kind: 'profile', name, value, ...(measures !== undefined && { measures }), stacks, self, meta }
}
