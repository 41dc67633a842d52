import { needRuns } from '../../model/arguments.ts'
import type { Meta, Normalization, Profile, ProfileDiff } from '../../model/index.ts'
import { BpfviewError, conversion, isCount, quote, ROOT } from '../../model/index.ts'
import { compareTexts } from '../../model/text/compare.ts'
import type { RunTree } from '../../stats/entities.ts'
import { countRows, outermostRows, rowTotals } from '../../stats/entities.ts'
import { testMeasures } from '../../stats/measures.ts'
import { testCounts } from '../../stats/test-counts.ts'
import type { AlignedName, NameMode } from '../stacks/align-names.ts'
import type { LabelledProfile } from '../stacks/merge-runs.ts'
import type { Caveat } from './caveats.ts'
import { findCaveats } from './caveats.ts'
import type { Compared } from './compare-runs.ts'
import { compareInFull, refuse } from './compare-runs.ts'
import type { Comparison } from './comparison.ts'
import { alignSides } from './prepare.ts'

/** One side of a difference: its runs and their sums. */
export interface DiffSide {
  readonly labels: readonly string[]
  /** Sum of all runs as captured, in the captures' unit. */
  readonly total: number
  /** What one captured unit became in the diff. */
  readonly scale: number
  readonly meta: Meta
}

/** What became of a function: new, gone, or how its change is judged. */
export type ChangeState = 'new' | 'gone' | 'grown' | 'shrunk' | 'same'

/** A pair of values of one frame, in the diff's unit. */
export interface Pair {
  readonly before: number
  readonly after: number
}

/** What one function did, all its stacks together. */
export interface ChangedFunction {
  readonly name: string
  readonly module: string
  readonly total: Pair
  readonly self: Pair
  readonly state: ChangeState
  /** False discovery rate of the change of its total or own value, the smaller; null where it was not tested. */
  readonly q: number | null
  /** Callers' stacks that carry the change, largest first, at most three. */
  readonly paths: readonly (Pair & { readonly frames: readonly string[] })[]
}

/** The whole difference of two sides. */
export interface RunsDiff {
  readonly diff: ProfileDiff
  readonly before: DiffSide
  readonly after: DiffSide
  /** Unit of the captures. */
  readonly unit: string
  /** Row totals, and how many standard errors each moved (0 where nothing is known). */
  readonly totalBefore: Float64Array
  readonly totalAfter: Float64Array
  readonly certainty: Float64Array
  /** Largest changes first; none where no statistics were asked for. */
  readonly changedFunctions: readonly ChangedFunction[]
  readonly renamed: readonly AlignedName[]
  readonly caveats: readonly Caveat[]
  /** The statistics, where values can be tested. */
  readonly comparison: Comparison | undefined
}

/** How two sides are put beside one another. */
export interface DiffOptions {
  readonly by?: Normalization
  readonly names?: NameMode
  readonly force?: boolean
  /** How much is worked out besides the difference: `tests` of frames, and their `causes` (default); `none` is fast. */
  readonly statistics?: 'none' | 'tests' | 'causes'
}

/**
 * The difference of two sides of one or more runs each, over one tree that holds the stacks of both. Values are per run: shares in per cent,
 * counts as captured, per second of capture, or CPU time. Throws BpfviewError E_MIXED on unlike sides, E_NO_DATA where a side has no runs or a normalisation lacks its facts.
 */
export function diffRuns(
  before: readonly LabelledProfile[],
  after: readonly LabelledProfile[],
  options: DiffOptions = {},
): RunsDiff {
  needRuns(before, 'diffRuns')
  needRuns(after, 'diffRuns')
  const by = options.by ?? 'share'
  const caveats = findCaveats(before, after, options.names)
  const refusing = caveats.filter(
    caveat => !(caveat.code === 'frequency' && by !== 'count') && caveat.code !== 'failed',
  )
  refuse(refusing, options.force === true)
  const names = options.names === undefined ? {} : { names: options.names }
  if (options.statistics === 'none') {
    const { profile, all, metas, renamed } = alignSides(before, after, options.names)
    return diffOf({ profile, runs: all }, by, { metas, caveats, renamed })
  }
  return diffOfCompared(
    compareInFull(before, after, { ...names, force: true, causes: options.statistics !== 'tests' }),
    by,
  )
}

/** The difference of two sides that have been compared. */
export function diffOfCompared({ comparison, working }: Compared, by: Normalization = 'share'): RunsDiff {
  const { caveats, renamed, before, after } = comparison
  const diff = diffOf(working, by, { metas: [before.meta, after.meta], caveats, renamed }, comparison)
  return { ...diff, certainty: rowCertainty(working.tree, comparison) }
}

interface Facts {
  readonly metas: readonly [Meta, Meta]
  readonly caveats: readonly Caveat[]
  readonly renamed: readonly AlignedName[]
}

function diffOf(
  { profile, runs }: Pick<Compared['working'], 'profile' | 'runs'>,
  by: Normalization,
  { metas, caveats, renamed }: Facts,
  comparison?: Comparison,
): RunsDiff {
  const [rawBefore, rawAfter] = runs.map(side => {
    const column = new Float64Array(profile.self.length)
    for (const { self } of side) for (let i = 0; i < column.length; i++) column[i]! += self[i]!
    return column
  }) as [Float64Array, Float64Array]
  const side = (which: 0 | 1, raw: Float64Array): Omit<DiffSide, 'scale'> => ({
    labels: runs[which].map(run => run.label),
    total: raw.reduce((total, value) => total + value, 0),
    meta: metas[which],
  })
  const [before, after] = [side(0, rawBefore), side(1, rawAfter)]
  const scale = scales(by, profile, before, after)
  const diff: ProfileDiff = {
    kind: 'profile-diff',
    name: profile.name,
    value: { name: profile.value.name, unit: scale.unit },
    stacks: profile.stacks,
    before: rawBefore.map(value => value * scale.before),
    after: rawAfter.map(value => value * scale.after),
    normalization: by,
    meta: profile.meta,
  }
  return {
    diff,
    before: { ...before, scale: scale.before },
    after: { ...after, scale: scale.after },
    unit: profile.value.unit,
    totalBefore: rowTotals(diff.stacks.parent, diff.before),
    totalAfter: rowTotals(diff.stacks.parent, diff.after),
    certainty: new Float64Array(diff.before.length),
    changedFunctions: comparison === undefined ? [] : changedFunctions(diff, comparison),
    renamed,
    caveats,
    comparison,
  }
}

/** The difference that a two-column folded file holds, as captured. */
export function diffOfColumns(diff: ProfileDiff, label: string): RunsDiff {
  const sum = (self: Float64Array): number => self.reduce((total, value) => total + value, 0)
  const profile = (self: Float64Array): Profile => ({
    kind: 'profile',
    name: diff.name,
    value: diff.value,
    stacks: diff.stacks,
    self,
    meta: diff.meta,
  })
  if (sum(diff.before) + sum(diff.after) === 0)
    throw new BpfviewError('E_NO_DATA', 'no values; expected stacks with two counts', { source: label, line: 0 })
  return diffRuns(
    [{ label: `${label} (1st column)`, profile: profile(diff.before) }],
    [{ label: `${label} (2nd column)`, profile: profile(diff.after) }],
    { by: 'count', names: 'raw' },
  )
}

/** What one captured unit of each side is worth in the diff, and the diff's unit. */
function scales(
  by: Normalization,
  profile: Profile,
  before: Omit<DiffSide, 'scale'>,
  after: Omit<DiffSide, 'scale'>,
): { before: number; after: number; unit: string } {
  const { unit } = profile.value
  switch (by) {
    case 'share':
      return {
        before: before.total > 0 ? 100 / before.total : 0,
        after: after.total > 0 ? 100 / after.total : 0,
        unit: '%',
      }
    case 'count':
      return { before: 1 / before.labels.length, after: 1 / after.labels.length, unit }
    case 'duration': {
      const length = (side: Omit<DiffSide, 'scale'>): number => fact(side.meta.duration, 'duration', side)
      return { before: 1 / length(before), after: 1 / length(after), unit: `${unit}/s` }
    }
    case 'cpu-time': {
      const seconds = conversion(unit, 's')
      if (seconds !== undefined)
        return { before: seconds / before.labels.length, after: seconds / after.labels.length, unit: 's' }
      if (!isCount(unit))
        throw new BpfviewError(
          'E_NO_DATA',
          `values in ${quote(unit)} are no CPU time; expected samples or times, or another --by`,
        )
      const period = (side: Omit<DiffSide, 'scale'>): number =>
        1 / fact(side.meta.frequency, 'sampling frequency', side) / side.labels.length
      return { before: period(before), after: period(after), unit: 's' }
    }
  }
}

function fact(value: number | undefined, what: string, side: Omit<DiffSide, 'scale'>): number {
  if (value !== undefined && value > 0) return value
  throw new BpfviewError('E_NO_DATA', `no ${what} known; expected a capture that says it, or another --by`, {
    source: side.labels[0] ?? 'input',
    line: 0,
  })
}

/**
 * How many standard errors each row's total moved, by share; where runs show their noise, less the one that is nothing unusual. One run a side
 * knows no noise between runs; sampling alone is counted then.
 */
function rowCertainty(tree: RunTree, comparison: Comparison): Float64Array {
  const counts = tree.self.map(self => rowTotals(tree.parent, self))
  const totals = Float64Array.from(counts, run => run[ROOT] ?? 0)
  const single = tree.self.length === 2
  if (comparison.weights.kind === 'measures') {
    return single
      ? new Float64Array(tree.parent.length).fill(2)
      : testMeasures({ counts, totals }, tree.before, { least: 0, largest: 2 }).t.map(usual)
  }
  const model = single ? { ...comparison.model, delta: 1, tau: 0 } : comparison.model
  return testCounts({ counts, totals }, tree.before, { model, least: 0, largest: 2 }).t.map(
    single ? t => Math.abs(t) || 0 : usual,
  )
}

function usual(t: number): number {
  return Math.max(0, Math.abs(t) - 1) || 0
}

function changedFunctions(diff: ProfileDiff, comparison: Comparison): ChangedFunction[] {
  const { stacks } = diff
  const { name, module } = stacks.frames
  const tree: RunTree = {
    parent: stacks.parent,
    frame: stacks.frame,
    frameCount: name.length,
    self: [diff.before, diff.after],
    before: 1,
  }
  const outermost = outermostRows(tree)
  const before = countRows(tree, outermost, diff.before).counts
  const after = countRows(tree, outermost, diff.after).counts
  const q = new Map<string, number>()
  for (const frame of comparison.frames) {
    const key = `${frame.name}\0${frame.module}`
    q.set(key, Math.min(q.get(key) ?? 1, frame.q))
  }
  const size = (f: number): number =>
    Math.max(Math.abs(after[f]! - before[f]!), Math.abs(after[name.length + f]! - before[name.length + f]!))
  const order = Array.from(name, (_, f) => f)
    .filter(f => before[f]! + after[f]! > 0)
    .sort((a, b) => size(b) - size(a) || compareTexts(name[a]!, name[b]!) || compareTexts(module[a]!, module[b]!))
  const paths = pathsOf(diff, new Set(order.slice(0, 100)))
  return order.map(f => {
    const total = { before: before[f]!, after: after[f]! }
    return {
      name: name[f]!,
      module: module[f]!,
      total,
      self: { before: before[name.length + f]!, after: after[name.length + f]! },
      state: stateOf(total.before, total.after),
      q: q.get(`${name[f]!}\0${module[f]!}`) ?? null,
      paths: paths.get(f) ?? [],
    }
  })
}

/** What happened to a value. Sums of shares that differ in their last bits only are the same. */
export function stateOf(before: number, after: number): ChangeState {
  if (Math.abs(after - before) <= 1e-9 * Math.max(Math.abs(before), Math.abs(after))) return 'same'
  if (before === 0) return 'new'
  if (after === 0) return 'gone'
  return after > before ? 'grown' : 'shrunk'
}

/** For each frame the rows whose totals changed most, as stacks, root first. */
function pathsOf(diff: ProfileDiff, frames: ReadonlySet<number>): Map<number, ChangedFunction['paths']> {
  const { stacks } = diff
  const before = rowTotals(stacks.parent, diff.before)
  const after = rowTotals(stacks.parent, diff.after)
  const rows = new Map<number, number[]>()
  for (let i = 1; i < stacks.frame.length; i++) {
    const f = stacks.frame[i]!
    if (!frames.has(f) || before[i] === after[i]) continue
    const list = rows.get(f)
    if (list === undefined) rows.set(f, [i])
    else list.push(i)
  }
  const size = (row: number): number => Math.abs(after[row]! - before[row]!)
  return new Map(
    [...rows].map(([f, list]) => [
      f,
      list
        .sort((a, b) => size(b) - size(a) || a - b)
        .slice(0, 3)
        .map(row => {
          const path: string[] = []
          for (let i = row; i > 0; i = stacks.parent[i]!) path.push(stacks.frames.name[stacks.frame[i]!]!)
          return { frames: path.reverse(), before: before[row]!, after: after[row]! }
        }),
    ]),
  )
}
