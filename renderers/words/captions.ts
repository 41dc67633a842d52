import type { Meta, Profile, StackTree } from '../../src/model/index.ts'
import { FRAME_KINDS } from '../../src/model/index.ts'
import { idleNodes } from '../../src/ops/time/idle.ts'
import { fixed } from '../markup/svg.ts'
import { formatPercent, formatShare, formatValue } from './numbers.ts'

/** One line that says what was measured and how: tool, event, samples, rate x CPUs x duration, host, kernel; what is not known is left out. */
export function metaLine(meta: Meta, value: string | undefined): string {
  const parts: string[] = []
  if (meta.tool !== undefined) parts.push(meta.tool)
  if (meta.event !== undefined) parts.push(meta.event)
  if (value !== undefined) parts.push(value)
  if (meta.samples !== undefined) {
    const samples = formatValue(meta.samples, 'samples')
    if (samples !== value) parts.push(samples)
  }
  const span: string[] = []
  if (meta.frequency !== undefined) span.push(`${fixed(meta.frequency)} Hz`)
  if (meta.cpus !== undefined) span.push(`${meta.cpus} ${meta.cpus === 1 ? 'CPU' : 'CPUs'}`)
  if (meta.duration !== undefined) span.push(formatValue(meta.duration, 's'))
  // alone it would look like a value
  if (span.length > 0) parts.push((span.length === 1 && meta.duration !== undefined ? 'over ' : '') + span.join(' × '))
  if (meta.host !== undefined) parts.push(meta.host)
  if (meta.kernel !== undefined) parts.push(/^linux/i.test(meta.kernel) ? meta.kernel : `Linux ${meta.kernel}`)
  return parts.join(' · ')
}

/** Subtitle of a profile's picture. `total` = the nodes' totals. */
export function profileLine(profile: Profile, total: Float64Array): string {
  return metaLine(profile.meta, formatValue(Math.round(total[0]! * 1e6) / 1e6, profile.value.unit))
}

/**
 * What to call a picture that nobody named: what it measures and, when they are few, of whom: the largest first, or as they come. `total` = the
 * nodes' totals; `under` = how many frames stand between root and tasks.
 */
export function profileTitle(
  profile: Profile,
  what: string,
  total: Float64Array,
  { inputOrder = false, under = 0 } = {},
): string {
  const { stacks } = profile
  const { parent } = stacks
  const isTask = (i: number): boolean => {
    let node = parent[i]!
    let frames = 0
    for (; frames < under && node > 0; frames++) node = parent[node]!
    return node === 0 && frames === under
  }
  const tasks = new Map<string, number>()
  for (let i = 1; i < total.length; i++) {
    if (!isTask(i) || total[i] === 0) continue
    const frame = stacks.frame[i]!
    if (FRAME_KINDS[stacks.frames.kind[frame]!] !== 'task') return what
    tasks.set(stacks.frames.name[frame]!, (tasks.get(stacks.frames.name[frame]!) ?? 0) + total[i]!)
    if (tasks.size > 1000) return what
  }
  const names = [...tasks]
    .sort((a, b) => (inputOrder ? 0 : b[1] - a[1] || (a[0] < b[0] ? -1 : 1)))
    .map(([name]) => name)
  if (names.length === 0) return what
  if (names.length === 1) return `${what}: ${names[0]!}`
  if (names.length === 2) return `${what}: ${names[0]!} and ${names[1]!}`
  return `${what}: ${names[0]!}, ${names[1]!} and ${names.length - 2} more`
}

/** Facts that make a reader doubt a picture, worst first; empty when there are none worth saying. `total` = the nodes' totals. */
export function qualityNotes(profile: Profile, total: Float64Array): string[] {
  const notes: string[] = []
  const { share, missing } = symbolGaps(profile.stacks, total)
  if (share >= 0.01) notes.push(`${formatPercent(share)} of frames have no symbol`)
  if (missing >= 0.01) notes.push(`${formatPercent(missing)} of stacks are incomplete`)
  const { lost, truncated, samples } = profile.meta
  if (truncated !== undefined && truncated > 0) notes.push(`${formatValue(truncated, 'stacks')} truncated`)
  if (lost !== undefined && lost > 0)
    notes.push(
      `${formatValue(lost, 'samples')} lost${samples !== undefined && samples > 0 ? ` (${formatShare(lost, lost + samples)})` : ''}`,
    )
  const idle = idleShare(profile)
  if (idle >= MUCH_IDLE) notes.push(`${formatPercent(idle)} is idle CPUs; --no-idle leaves them out`)
  if (profile.meta.notes !== undefined) notes.push(...profile.meta.notes)
  return notes
}

/** From this share on idle CPUs hide the rest. */
const MUCH_IDLE = 0.5

/** Share of CPU time that is CPUs doing nothing; 0 of other profiles. */
function idleShare({ measures, stacks, self }: Profile): number {
  if (measures !== 'on-cpu') return 0
  const idle = idleNodes(stacks)
  let [waiting, all] = [0, 0]
  for (let i = 0; i < self.length; i++) {
    all += self[i]!
    if (idle[i] === 1) waiting += self[i]!
  }
  return all > 0 ? waiting / all : 0
}

/** Share (by value) of frames that are unknown among all that are no task or marker, and of stacks that say themselves that a part is missing. */
export function symbolGaps(
  stacks: StackTree,
  total: Float64Array,
): { readonly share: number; readonly missing: number } {
  const { frame, parent, frames } = stacks
  // per frame: 1 = counts, 2 = unknown, 4 = a gap
  const facts = new Uint8Array(frames.name.length)
  let suspect = false
  let gaps = false
  for (let f = 0; f < facts.length; f++) {
    const kind = FRAME_KINDS[frames.kind[f]!]!
    const gap = GAP.test(frames.name[f]!)
    facts[f] = (kind === 'task' || kind === 'marker' ? 0 : 1) | (kind === 'unknown' ? 2 : 0) | (gap ? 4 : 0)
    gaps ||= gap
    suspect ||= facts[f]! > 1
  }
  if (!suspect) return { share: 0, missing: 0 }
  // a frame counts as often as stacks go through it, and that is its node's total
  let unknown = 0
  let all = 0
  for (let i = 1; i < total.length; i++) {
    const fact = facts[frame[i]!]!
    if (fact === 0) continue
    all += total[i]!
    if ((fact & 2) !== 0) unknown += total[i]!
  }
  let missing = 0
  const below = new Uint8Array(gaps ? total.length : 0)
  for (let i = 1; i < below.length; i++) {
    const above = below[parent[i]!]!
    below[i] = above | (facts[frame[i]!]! & 4)
    if (above === 0 && below[i] !== 0) missing += total[i]!
  }
  return { share: all > 0 ? unknown / all : 0, missing: total[0]! > 0 ? missing / total[0]! : 0 }
}

const GAP = /^\[(?:Missed |truncated|lost)/
