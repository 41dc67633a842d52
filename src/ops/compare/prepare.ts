import type { Meta, Profile, Run } from '../../model/index.ts'
import { BpfviewError, FRAME_KINDS } from '../../model/index.ts'
import type { RunTree } from '../../stats/entities.ts'
import { countRows, outermostRows, rowTotals } from '../../stats/entities.ts'
import type { Relocation } from '../../stats/same-place.ts'
import { relocate } from '../../stats/same-place.ts'
import { type AlignedName, DEFAULT_NAMES, type NameMode } from '../stacks/align-names.ts'
import { mergeMeta } from '../stacks/merge.ts'
import type { LabelledProfile } from '../stacks/merge-runs.ts'
import { mergeAligned } from '../stacks/merge-runs.ts'
import type { Comparison, Side } from './comparison.ts'
import type { InterruptMode } from './interrupts.ts'
import { holdsIdleTask, interruptRows } from './interrupts.ts'
import { captureScope } from './run-length.ts'
import { samePath } from './same-path.ts'
import type { Weights } from './weights.ts'
import { weightsOf } from './weights.ts'

/** Both sides over one tree, as captured. */
export interface Sides {
  /** Runs before, then runs after; runs with the same counts on one side are one. */
  readonly profile: Profile
  readonly runs: readonly Run[]
  readonly before: number
  /** How many inputs are of the first side; more than its runs where some repeat others. */
  readonly inputsBefore: number
  /** Every run of each side, those with the same counts too. */
  readonly all: readonly [readonly Run[], readonly Run[]]
  readonly metas: readonly [Meta, Meta]
  readonly repeated: readonly [readonly string[], readonly string[]]
  readonly renamed: readonly AlignedName[]
}

/** The trees of a comparison, in units of one observation. */
export interface Prepared {
  readonly sides: Sides
  readonly weights: Weights
  /** Everything that was captured. */
  readonly full: RunTree
  /** What is tested: without tasks and interrupts, renamed functions as one, rare frames as none. */
  readonly tree: RunTree
  /** The profile's frame of each of the tree's frames, and its name before. */
  readonly frames: Int32Array
  readonly was: ReadonlyMap<number, number>
  readonly relocations: readonly Relocation[]
  /** The first row of the same path as each row, where tasks that are compared as one and functions that are one are the same. */
  readonly samePath: Int32Array
  /** Entities left out as too rare. */
  readonly rare: number
  readonly interrupts: { readonly marked: Uint8Array; readonly dropped: boolean } | undefined
  readonly tasks: Comparison['tasks']
}

/** Aligns both sides on one tree. Throws BpfviewError E_NO_DATA when a side has no runs. */
export function alignSides(
  before: readonly LabelledProfile[],
  after: readonly LabelledProfile[],
  names: NameMode = DEFAULT_NAMES,
): Sides {
  if (before.length === 0 || after.length === 0)
    throw new BpfviewError('E_NO_DATA', 'a side without runs; expected at least one on each')
  const { profile, touched, origin } = mergeAligned([...before, ...after], names)
  const side = (isAfter: boolean): Run[] => profile.runs!.filter((_, r) => origin[r]! >= before.length === isAfter)
  const all = [side(false), side(true)] as const
  const [a, b] = [withoutRepeats(all[0]), withoutRepeats(all[1])]
  return {
    profile,
    runs: [...a.runs, ...b.runs],
    before: a.runs.length,
    inputsBefore: before.length,
    all,
    metas: [mergeMeta(before.map(input => input.profile.meta)), mergeMeta(after.map(input => input.profile.meta))],
    repeated: [a.repeated, b.repeated],
    renamed: touched,
  }
}

/** Runs with different counts; the labels of the others. */
function withoutRepeats(all: readonly Run[]): { runs: Run[]; repeated: string[] } {
  const runs: Run[] = []
  const repeated: string[] = []
  for (const run of all) {
    const same = runs.some(other => other.self.every((value, i) => value === run.self[i]))
    if (same) repeated.push(run.label)
    else runs.push(run)
  }
  return { runs, repeated }
}

export interface PrepareOptions {
  readonly weights?: 'counts' | 'measures'
  readonly interrupts?: InterruptMode
}

/** The trees that are tested. */
export function prepare(sides: Sides, metas: readonly Meta[], options: PrepareOptions): Prepared {
  const { profile, runs, before } = sides
  const { stacks } = profile
  const weights: Weights =
    options.weights === undefined ? weightsOf(profile, runs, before) : { kind: options.weights, unit: 1 }
  const { unit } = weights
  const full: RunTree = {
    parent: stacks.parent,
    frame: stacks.frame,
    frameCount: stacks.frames.name.length,
    self: runs.map(run => (unit === 1 ? run.self : run.self.map(value => value / unit))),
    before,
  }
  const marked = weights.kind === 'counts' ? interruptRows(stacks) : undefined
  const dropped = marked !== undefined && (options.interrupts ?? defaultMode(metas, profile)) === 'drop'
  const program = dropped ? withoutRows(full, marked) : full
  const { frame, found } = relocate({ ...program, frame: withoutTasks(profile) })
  const tree = { ...program, frame }
  const tasks = differentTasks(full, profile)
  const kept = weights.kind === 'counts' ? testableFrames(tree) : allFrames(tree)
  return {
    sides,
    weights,
    full,
    ...kept,
    was: new Map(found.flatMap(({ kind, from, to }) => (kind === 'renamed' ? [[to, from] as const] : []))),
    relocations: found,
    samePath: samePath(stacks, frame, tasks !== null),
    interrupts: marked === undefined ? undefined : { marked, dropped },
    tasks,
  }
}

/** Interrupts are no cost of a command or process; of a whole machine they are what is looked at. */
function defaultMode(metas: readonly Meta[], profile: Profile): InterruptMode {
  const scopes = metas.map(captureScope)
  if (scopes.includes('system')) return 'keep'
  return scopes.every(scope => scope === undefined) && holdsIdleTask(profile.stacks) ? 'keep' : 'drop'
}

/** The tree with the marked rows' values as zero; a run that is left without any keeps its own. */
function withoutRows(tree: RunTree, marked: Uint8Array): RunTree {
  return {
    ...tree,
    self: tree.self.map(self => {
      const rest = self.map((value, i) => (marked[i] === 1 ? 0 : value))
      return rest.some(value => value > 0) ? rest : self
    }),
  }
}

/** The frame of each row, -1 where it is a task at the root: a task is no function. */
function withoutTasks({ stacks }: Profile): Int32Array {
  const { parent, frame, frames } = stacks
  return frame.map((f, i) => (parent[i] === 0 && FRAME_KINDS[frames.kind[f]!] === 'task' ? -1 : f))
}

/** The tasks of each side, largest first, when they have none in common; null otherwise. */
function differentTasks(tree: RunTree, { stacks }: Profile): Comparison['tasks'] {
  const { frames, frame, parent } = stacks
  const sides = [new Map<string, number>(), new Map<string, number>()] as const
  tree.self.forEach((self, r) => {
    const total = rowTotals(parent, self)
    const side = sides[r < tree.before ? 0 : 1]
    for (let i = 1; i < total.length; i++) {
      if (parent[i] !== 0 || !(total[i]! > 0) || FRAME_KINDS[frames.kind[frame[i]!]!] !== 'task') continue
      const name = frames.name[frame[i]!]!
      side.set(name, (side.get(name) ?? 0) + total[i]!)
    }
  })
  if (sides[0].size === 0 || sides[1].size === 0) return null
  // a task that holds hardly anything is none in common: the shell that starts the program
  const small = (side: ReadonlyMap<string, number>, name: string): boolean =>
    side.get(name)! < 0.02 * [...side.values()].reduce((a, b) => a + b, 0)
  const common = [...sides[0].keys()].some(
    name => sides[1].has(name) && !(small(sides[0], name) && small(sides[1], name)),
  )
  if (common) return null
  const largest = (side: ReadonlyMap<string, number>): string[] =>
    [...side]
      .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
      .slice(0, 5)
      .map(([name]) => name)
  return { before: largest(sides[0]), after: largest(sides[1]) }
}

/** The tree with only some frames as entities. */
interface KeptFrames {
  readonly tree: RunTree
  /** The given tree's number of each frame. */
  readonly frames: Int32Array
  readonly rare: number
}

/**
 * The tree with only those frames as entities that can have enough counts to be tested: most names of a profile are rare, and this is what a
 * comparison's time goes by. `rare` counts the entities left out.
 */
function testableFrames(tree: RunTree): KeptFrames {
  const runs = tree.self.length
  const least = Math.min(5 * runs, 10 * tree.before, 10 * (runs - tree.before))
  const summed = new Float64Array(tree.parent.length)
  for (const self of tree.self) for (let i = 0; i < summed.length; i++) summed[i]! += self[i]!
  const { counts } = countRows(tree, outermostRows(tree), summed)
  const number = new Int32Array(tree.frameCount).fill(-1)
  const frames: number[] = []
  let rare = 0
  for (let f = 0; f < tree.frameCount; f++) {
    if (counts[f]! >= least) number[f] = frames.push(f) - 1
    else if (counts[f]! > 0) rare += counts[tree.frameCount + f]! > 0 ? 2 : 1
  }
  return {
    tree: { ...tree, frame: tree.frame.map(f => (f < 0 ? -1 : number[f]!)), frameCount: frames.length },
    frames: Int32Array.from(frames),
    rare,
  }
}

function allFrames(tree: RunTree): KeptFrames {
  return { tree, frames: Int32Array.from({ length: tree.frameCount }, (_, f) => f), rare: 0 }
}

/** What is said of a side: its runs by label with their totals. */
export function describeSide(sides: Sides, which: 0 | 1, totals: Float64Array): Side {
  const [from, to] = which === 0 ? [0, sides.before] : [sides.before, sides.runs.length]
  const runs = sides.runs.slice(from, to).map((run, r) => ({ label: run.label, total: totals[from + r]! }))
  return {
    runs,
    total: runs.reduce((sum, run) => sum + run.total, 0),
    repeated: sides.repeated[which],
    meta: sides.metas[which],
  }
}
