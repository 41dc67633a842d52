import { needDatasets } from '../../model/arguments.ts'
import type { Meta, Profile, StackTree } from '../../model/index.ts'
import { BpfviewError, ROOT, StackTreeBuilder } from '../../model/index.ts'

/**
 * One profile whose values are the sums of the given ones'. Throws BpfviewError E_MIXED when units or events differ, because such sums mean nothing.
 */
export function mergeProfiles(profiles: readonly Profile[]): Profile {
  needDatasets(profiles, 'profile', 'mergeProfiles')
  const first = profiles[0]
  if (first === undefined) throw new BpfviewError('E_NO_DATA', 'nothing to merge; expected at least one profile')
  if (profiles.length === 1) return first
  for (const other of profiles) {
    if (other.value.unit !== first.value.unit)
      throw new BpfviewError(
        'E_MIXED',
        `values in ${other.value.unit} and in ${first.value.unit}; expected profiles of one unit`,
      )
    if (other.name !== first.name)
      throw new BpfviewError('E_MIXED', `events ${other.name} and ${first.name}; expected profiles of one event`)
  }
  const builder = new StackTreeBuilder()
  const maps = profiles.map(profile => graft(builder, profile.stacks))
  const stacks = builder.finish()
  const self = new Float64Array(stacks.parent.length)
  profiles.forEach((profile, run) => {
    const map = maps[run]!
    for (let i = 0; i < map.length; i++) self[map[i]!] = self[map[i]!]! + profile.self[i]!
  })
  return {
    kind: 'profile',
    name: first.name,
    value: first.value,
    ...agreedMeasure(profiles),
    stacks,
    self,
    meta: mergeMeta(profiles.map(profile => profile.meta)),
  }
}

/** What all profiles measure; nothing when they differ or one does not say. */
export function agreedMeasure(profiles: readonly Pick<Profile, 'measures'>[]): Pick<Profile, 'measures'> {
  const measures = profiles[0]?.measures
  return measures !== undefined && profiles.every(profile => profile.measures === measures) ? { measures } : {}
}

/** Adds every node of a tree to a builder; result[i] = the builder's node for node i. */
export function graft(builder: StackTreeBuilder, stacks: StackTree): Int32Array {
  const { frames } = stacks
  const frame = new Int32Array(frames.name.length)
  for (let f = 0; f < frame.length; f++) frame[f] = builder.frame(frames.name[f]!, frames.module[f]!, frames.kind[f]!)
  const node = new Int32Array(stacks.parent.length)
  node[0] = ROOT
  for (let i = 1; i < node.length; i++) node[i] = builder.child(node[stacks.parent[i]!]!, frame[stacks.frame[i]!]!)
  return node
}

/** What all captures agree on; samples and lost events add up, durations too because runs follow one another. */
export function mergeMeta(metas: readonly Meta[]): Meta {
  const merged: Record<string, unknown> = {}
  for (const key of [
    'tool',
    'toolVersion',
    'command',
    'event',
    'start',
    'frequency',
    'cpus',
    'host',
    'kernel',
    'arch',
    'exit',
    'interrupted',
  ] as const) {
    const value = metas[0]?.[key]
    if (value !== undefined && metas.every(meta => meta[key] === value)) merged[key] = value
  }
  for (const key of ['samples', 'lost', 'truncated', 'duration', 'work'] as const) {
    const values = metas.map(meta => meta[key]).filter(value => value !== undefined)
    if (values.length > 0 && (values.length === metas.length || key === 'lost' || key === 'truncated'))
      merged[key] = values.reduce((a, b) => a + b, 0)
  }
  return merged as Meta
}
