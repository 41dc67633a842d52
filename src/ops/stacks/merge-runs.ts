import type { Profile, Run, StackTree } from '../../model/index.ts'
import { BpfviewError, quote, StackTreeBuilder } from '../../model/index.ts'
import { compareTexts } from '../../model/text/compare.ts'
import type { AlignedName, NameMode } from './align-names.ts'
import { alignStacks } from './align-names.ts'
import { agreedMeasure, graft, mergeMeta } from './merge.ts'

/** One capture among several like ones. */
export interface LabelledProfile {
  readonly label: string
  readonly profile: Profile
  /** Samples behind the values, where these are sums of sampling periods and the capture has both. */
  readonly counts?: Profile
}

/**
 * One profile that still knows its runs: `runs` has a column for each, sorted by label, `self` is their sum. A profile that already
 * has runs brings them along. Commutative, associative, and exact for integers; stacks come in canonical order.
 * Throws BpfviewError E_MIXED when units or events differ.
 */
export function mergeRuns(inputs: readonly LabelledProfile[]): Profile {
  checkAlike(inputs)
  return mergeAligned(inputs, 'raw').profile
}

/** The same with aligned names, what that touched, and the input of each of the profile's runs; nothing is checked. */
export function mergeAligned(
  inputs: readonly LabelledProfile[],
  names: NameMode,
): { profile: Profile; touched: readonly AlignedName[]; origin: readonly number[] } {
  const first = inputs[0]
  if (first === undefined) throw new BpfviewError('E_NO_DATA', 'nothing to merge; expected at least one profile')
  const builder = new StackTreeBuilder()
  const maps = inputs.map(({ profile }) => graft(builder, profile.stacks))
  const aligned = alignStacks(builder.finish(), names, knowModules(inputs) === 'some')
  const { stacks, position } = canonicalOrder(aligned.stacks)
  const rows = position.length
  const made: { run: Run; input: number }[] = []
  inputs.forEach(({ label, profile }, i) => {
    const map = maps[i]!
    for (let k = 0; k < map.length; k++)
      map[k] = position[aligned.position === undefined ? map[k]! : aligned.position[map[k]!]!]!
    for (const run of profile.runs ?? [{ label, self: profile.self }]) {
      const self = new Float64Array(rows)
      for (let k = 0; k < map.length; k++) self[map[k]!]! += run.self[k]!
      made.push({ run: { label: run.label, self }, input: i })
    }
  })
  made.sort((a, b) => compareTexts(a.run.label, b.run.label) || compareColumns(a.run.self, b.run.self))
  const runs = made.map(({ run }) => run)
  return {
    profile: {
      kind: 'profile',
      name: first.profile.name,
      value: first.profile.value,
      ...agreedMeasure(inputs.map(input => input.profile)),
      stacks,
      self: sumOfRuns(runs, rows),
      meta: mergeMeta(inputs.map(input => input.profile.meta)),
      runs,
    },
    touched: aligned.touched,
    origin: made.map(({ input }) => input),
  }
}

/** Which of the inputs say in what module a function is: folded stacks and BCC never do, perf does. Inputs without stacks do not count. */
export function knowModules(inputs: readonly LabelledProfile[]): 'all' | 'some' | 'none' {
  const known = inputs
    .map(({ profile }) => profile.stacks.frames)
    .filter(frames => frames.name.length > 0)
    .map(frames => frames.module.some(module => module !== ''))
  return known.every(Boolean) ? 'all' : known.includes(true) ? 'some' : 'none'
}

/** The profile with the mean of its runs as values. */
export function meanOfRuns(profile: Profile): Profile {
  const count = profile.runs?.length ?? 1
  const { runs: _, ...rest } = profile
  return { ...rest, self: profile.self.map(value => value / count), meta: meanMeta(profile.meta, count) }
}

function meanMeta(meta: Profile['meta'], count: number): Profile['meta'] {
  return {
    ...meta,
    ...(meta.duration !== undefined && { duration: meta.duration / count }),
    ...(meta.samples !== undefined && { samples: Math.round(meta.samples / count) }),
  }
}

/** Throws BpfviewError E_MIXED naming the two inputs that measure different things. */
export function checkAlike(inputs: readonly LabelledProfile[]): void {
  const first = inputs[0]
  for (const { label, profile } of inputs) {
    if (first === undefined) return
    if (profile.value.unit !== first.profile.value.unit) {
      throw new BpfviewError(
        'E_MIXED',
        `values in ${quote(profile.value.unit)}, but in ${quote(first.profile.value.unit)} in ${first.label}; expected one unit`,
        { source: label, line: 0 },
      )
    }
    if (profile.name !== first.profile.name) {
      throw new BpfviewError(
        'E_MIXED',
        `event ${quote(profile.name)}, but ${quote(first.profile.name)} in ${first.label}; expected one event`,
        { source: label, line: 0 },
      )
    }
  }
}

/** Sum of columns, with compensation, so that the order of runs changes no byte of what is printed. */
function sumOfRuns(runs: readonly Run[], rows: number): Float64Array {
  const total = new Float64Array(rows)
  const lost = new Float64Array(rows)
  for (const { self } of runs) {
    for (let i = 0; i < rows; i++) {
      const value = self[i]!
      if (value === 0) continue
      const next = total[i]! + value
      lost[i]! += Math.abs(total[i]!) >= Math.abs(value) ? total[i]! - next + value : value - next + total[i]!
      total[i] = next
    }
  }
  for (let i = 0; i < rows; i++) total[i]! += lost[i]!
  return total
}

/**
 * The tree with frames sorted by (name, module, kind) and rows in depth-first order, children by frame; `position[i]` is row i's new place.
 * Two trees of the same stacks become equal whatever the order in which they were met.
 */
export function canonicalOrder(stacks: StackTree): { stacks: StackTree; position: Int32Array } {
  const { frames, parent, frame } = stacks
  const rows = parent.length
  const byName = Array.from(frames.name, (_, f) => f).sort(
    (a, b) =>
      compareTexts(frames.name[a]!, frames.name[b]!) ||
      compareTexts(frames.module[a]!, frames.module[b]!) ||
      frames.kind[a]! - frames.kind[b]!,
  )
  const rank = new Int32Array(byName.length)
  byName.forEach((f, place) => (rank[f] = place))
  // rows by descending frame rank, pushed onto their parents: every child list comes out ascending
  const start = new Int32Array(byName.length + 1)
  for (let i = 1; i < rows; i++) start[rank[frame[i]!]! + 1]!++
  for (let r = 0; r < byName.length; r++) start[r + 1]! += start[r]!
  const byRank = new Int32Array(rows - 1)
  for (let i = 1; i < rows; i++) byRank[start[rank[frame[i]!]!]!++] = i
  const firstChild = new Int32Array(rows).fill(-1)
  const sibling = new Int32Array(rows).fill(-1)
  for (let k = byRank.length - 1; k >= 0; k--) {
    const row = byRank[k]!
    sibling[row] = firstChild[parent[row]!]!
    firstChild[parent[row]!] = row
  }
  const position = new Int32Array(rows)
  const newParent = new Int32Array(rows)
  const newFrame = new Int32Array(rows)
  newParent[0] = -1
  newFrame[0] = -1
  let next = 1
  let row = firstChild[0]!
  while (row > 0) {
    position[row] = next
    newParent[next] = position[parent[row]!]!
    newFrame[next] = rank[frame[row]!]!
    next++
    if (firstChild[row]! >= 0) {
      row = firstChild[row]!
      continue
    }
    while (row > 0 && sibling[row]! < 0) row = parent[row]!
    row = row > 0 ? sibling[row]! : 0
  }
  return {
    stacks: {
      frames: {
        name: byName.map(f => frames.name[f]!),
        module: byName.map(f => frames.module[f]!),
        kind: Uint8Array.from(byName, f => frames.kind[f]!),
      },
      parent: newParent,
      frame: newFrame,
    },
    position,
  }
}

function compareColumns(a: Float64Array, b: Float64Array): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!
  return 0
}
