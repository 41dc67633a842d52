import type { Profile, ValueType } from '../../model/index.ts'
import { BpfviewError, kindCode, ROOT, StackTreeBuilder } from '../../model/index.ts'
import { agreedMeasure, mergeMeta } from './merge.ts'

/** A profile with the name it has in a picture. */
export interface Labelled {
  readonly label: string
  readonly profile: Profile
  /** What to multiply the values with, 1 when absent. */
  readonly scale?: number
}

/**
 * One profile that holds several beside one another, each under a frame of its label: widths stay comparable because all share one scale.
 * Throws BpfviewError E_MIXED when units differ and `value` does not say what the scaled values are.
 */
export function sideBySide(parts: readonly Labelled[], value?: ValueType): Profile {
  const first = parts[0]
  if (first === undefined)
    throw new BpfviewError('E_NO_DATA', 'nothing to put side by side; expected at least one profile')
  for (const { profile, label } of parts) {
    if (value === undefined && profile.value.unit !== first.profile.value.unit) {
      throw new BpfviewError(
        'E_MIXED',
        `${label} is in ${profile.value.unit} and ${first.label} in ${first.profile.value.unit}; expected values of one unit`,
      )
    }
  }
  const builder = new StackTreeBuilder()
  const task = kindCode('task')
  const maps = parts.map(({ label, profile }) => {
    const { frames, parent, frame } = profile.stacks
    const renamed = new Int32Array(frames.name.length)
    for (let f = 0; f < renamed.length; f++)
      renamed[f] = builder.frame(frames.name[f]!, frames.module[f]!, frames.kind[f]!)
    const node = new Int32Array(parent.length)
    node[0] = builder.child(ROOT, builder.frame(label, '', task))
    for (let i = 1; i < node.length; i++) node[i] = builder.child(node[parent[i]!]!, renamed[frame[i]!]!)
    return node
  })
  const stacks = builder.finish()
  const self = new Float64Array(stacks.parent.length)
  parts.forEach(({ profile, scale }, part) => {
    const map = maps[part]!
    for (let i = 0; i < map.length; i++)
      if (profile.self[i] !== 0) self[map[i]!] = self[map[i]!]! + profile.self[i]! * (scale ?? 1)
  })
  const { duration, ...meta } = mergeMeta(parts.map(({ profile }) => profile.meta))
  const durations = new Set(parts.map(({ profile }) => profile.meta.duration))
  return {
    kind: 'profile',
    name: first.profile.name,
    value: value ?? first.profile.value,
    ...agreedMeasure(parts.map(part => part.profile)),
    stacks,
    self,
    meta: { ...meta, ...(durations.size === 1 && duration !== undefined && { duration: duration / parts.length }) },
  }
}
