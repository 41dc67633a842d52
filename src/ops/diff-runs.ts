import { BpfviewError, ROOT, conversion, isCount, quote } from '../model/index.ts'
import type { Meta, Normalization, Profile, ProfileDiff } from '../model/index.ts'
import { testCounts } from '../stats/changes.ts'
import { countRows, outermostRows, rowTotals } from '../stats/entities.ts'
import type { RunTree } from '../stats/entities.ts'
import { testMeasures } from '../stats/measures.ts'
import type { AlignedName, NameMode } from './align-names.ts'
import { compareRuns } from './compare-runs.ts'
import type { Comparison, Working } from './compare-runs.ts'
import { findDoubts } from './doubts.ts'
import type { Doubt } from './doubts.ts'
import type { LabelledProfile } from './merge-runs.ts'

export interface DiffSide {
  readonly labels: readonly string[]
  /** Sum of all runs as captured, in the captures' unit. */
  readonly total: number
  /** What one captured unit became in the diff. */
  readonly scale: number
  readonly meta: Meta
}

export type ChangeState = 'new' | 'gone' | 'grown' | 'shrunk' | 'same'

/** A pair of values of one frame, in the diff's unit. */
export interface Pair { readonly before: number, readonly after: number }

/** What one function did, all its stacks together. */
export interface Mover {
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
  /** Row totals, and how many standard errors each moved (0 where nothing is known). */
  readonly totalBefore: Float64Array
  readonly totalAfter: Float64Array
  readonly certainty: Float64Array
  /** Largest movers first. */
  readonly movers: readonly Mover[]
  readonly renamed: readonly AlignedName[]
  readonly doubts: readonly Doubt[]
  /** The statistics, where values can be tested. */
  readonly comparison: Comparison | undefined
}

export interface DiffOptions {
  readonly by?: Normalization
  readonly names?: NameMode
  readonly force?: boolean
}

/**
 * The difference of two sides of one or more runs each, over one tree that holds the stacks of both. Values are per run: shares in per cent,
 * counts as captured, per second of capture, or CPU time. Throws BpfviewError E_MIXED on unlike sides, E_NO_DATA where a side has no runs or a normalisation lacks its facts.
 */
export function diffRuns(before: readonly LabelledProfile[], after: readonly LabelledProfile[], options: DiffOptions = {}): RunsDiff {
  const by = options.by ?? 'share'
  if (before.length === 0 || after.length === 0) throw new BpfviewError('E_NO_DATA', 'a side without runs; expected at least one on each')
  const found = findDoubts(before, after, options.names)
  const refused = found.find(doubt => doubt.blocks && !(doubt.code === 'frequency' && by !== 'count'))
  if (refused !== undefined && options.force !== true) throw new BpfviewError('E_MIXED', `${refused.message}; expected like captures, or --force`)
  let working: Working | undefined
  const comparison = compareRuns(before, after, { ...(options.names !== undefined && { names: options.names }), force: true, keep: kept => working = kept })
  const { tree, profile } = working!
  const unit = comparison.weights.unit
  const raw = (side: boolean): Float64Array => {
    const column = new Float64Array(tree.parent.length)
    for (let r = side ? tree.before : 0; r < (side ? tree.self.length : tree.before); r++) for (let i = 0; i < column.length; i++) column[i]! += tree.self[r]![i]! * unit
    return column
  }
  const [rawBefore, rawAfter] = [raw(false), raw(true)]
  const sides = { before: sideOf(comparison, 'before', rawBefore), after: sideOf(comparison, 'after', rawAfter) }
  const scale = scales(by, profile, sides.before, sides.after)
  const scaled = (self: Float64Array, factor: number): Float64Array => self.map(value => value * factor)
  const diff: ProfileDiff = { kind: 'profile-diff', name: profile.name, value: { name: profile.value.name, unit: scale.unit }, stacks: profile.stacks,
    before: scaled(rawBefore, scale.before), after: scaled(rawAfter, scale.after), normalization: by, meta: profile.meta }
  return {
    diff, before: { ...sides.before, scale: scale.before }, after: { ...sides.after, scale: scale.after },
    totalBefore: rowTotals(diff.stacks.parent, diff.before), totalAfter: rowTotals(diff.stacks.parent, diff.after),
    certainty: rowCertainty(tree, comparison), movers: moversOf(diff, comparison), renamed: comparison.renamed, doubts: found, comparison,
  }
}

/** The difference that a two-column folded file holds, as captured. */
export function diffOfColumns(diff: ProfileDiff, label: string): RunsDiff {
  const sum = (self: Float64Array): number => self.reduce((total, value) => total + value, 0)
  const profile = (self: Float64Array): Profile => ({ kind: 'profile', name: diff.name, value: diff.value, stacks: diff.stacks, self, meta: diff.meta })
  if (sum(diff.before) + sum(diff.after) === 0) throw new BpfviewError('E_NO_DATA', 'no values; expected stacks with two counts', { source: label, line: 0 })
  return diffRuns([{ label: `${label} (1st column)`, profile: profile(diff.before) }], [{ label: `${label} (2nd column)`, profile: profile(diff.after) }], { by: 'count', names: 'raw' })
}

function sideOf(comparison: Comparison, which: 'before' | 'after', raw: Float64Array): Omit<DiffSide, 'scale'> {
  return { labels: comparison[which].runs.map(run => run.label), total: raw.reduce((total, value) => total + value, 0), meta: comparison[which].meta }
}

/** What one captured unit of each side is worth in the diff, and the diff's unit. */
function scales(by: Normalization, profile: Profile, before: Omit<DiffSide, 'scale'>, after: Omit<DiffSide, 'scale'>): { before: number, after: number, unit: string } {
  const { unit } = profile.value
  switch (by) {
    case 'share': return { before: before.total > 0 ? 100 / before.total : 0, after: after.total > 0 ? 100 / after.total : 0, unit: '%' }
    case 'count': return { before: 1 / before.labels.length, after: 1 / after.labels.length, unit }
    case 'duration': {
      const length = (side: Omit<DiffSide, 'scale'>): number => fact(side.meta.duration, 'duration', side)
      return { before: 1 / length(before), after: 1 / length(after), unit: `${unit}/s` }
    }
    case 'cpu-time': {
      const seconds = conversion(unit, 's')
      if (seconds !== undefined) return { before: seconds / before.labels.length, after: seconds / after.labels.length, unit: 's' }
      if (!isCount(unit)) throw new BpfviewError('E_NO_DATA', `values in ${quote(unit)} are no CPU time; expected samples or times, or another --by`)
      const period = (side: Omit<DiffSide, 'scale'>): number => 1 / fact(side.meta.frequency, 'sampling frequency', side) / side.labels.length
      return { before: period(before), after: period(after), unit: 's' }
    }
  }
}

function fact(value: number | undefined, what: string, side: Omit<DiffSide, 'scale'>): number {
  if (value !== undefined && value > 0) return value
  throw new BpfviewError('E_NO_DATA', `no ${what} known; expected a capture that says it, or another --by`, { source: side.labels[0] ?? 'input', line: 0 })
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
    return single ? new Float64Array(tree.parent.length).fill(2) : testMeasures({ counts, totals }, tree.before, { least: 0, largest: 2 }).t.map(usual)
  }
  const model = single ? { ...comparison.model, delta: 1, tau: 0 } : comparison.model
  return testCounts({ counts, totals }, tree.before, { model, least: 0, largest: 2 }).t.map(single ? t => Math.abs(t) || 0 : usual)
}

function usual(t: number): number {
  return Math.max(0, Math.abs(t) - 1) || 0
}

function moversOf(diff: ProfileDiff, comparison: Comparison): Mover[] {
  const { stacks } = diff
  const { name, module } = stacks.frames
  const tree: RunTree = { parent: stacks.parent, frame: stacks.frame, frameCount: name.length, self: [diff.before, diff.after], before: 1 }
  const outermost = outermostRows(tree)
  const before = countRows(tree, outermost, diff.before).counts
  const after = countRows(tree, outermost, diff.after).counts
  const q = new Map<string, number>()
  for (const frame of comparison.frames) {
    const key = `${frame.name}\0${frame.module}`
    q.set(key, Math.min(q.get(key) ?? 1, frame.q))
  }
  const size = (f: number): number => Math.max(Math.abs(after[f]! - before[f]!), Math.abs(after[name.length + f]! - before[name.length + f]!))
  const order = Array.from(name, (_, f) => f).filter(f => before[f]! + after[f]! > 0).sort((a, b) => size(b) - size(a) || compare(name[a]!, name[b]!) || compare(module[a]!, module[b]!))
  const paths = pathsOf(diff, new Set(order.slice(0, 100)))
  return order.map(f => {
    const total = { before: before[f]!, after: after[f]! }
    return { name: name[f]!, module: module[f]!, total, self: { before: before[name.length + f]!, after: after[name.length + f]! }, state: stateOf(total.before, total.after),
      q: q.get(`${name[f]!}\0${module[f]!}`) ?? null, paths: paths.get(f) ?? [] }
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
function pathsOf(diff: ProfileDiff, frames: ReadonlySet<number>): Map<number, Mover['paths']> {
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
  return new Map([...rows].map(([f, list]) => [f, list.sort((a, b) => size(b) - size(a) || a - b).slice(0, 3).map(row => {
    const path: string[] = []
    for (let i = row; i > 0; i = stacks.parent[i]!) path.push(stacks.frames.name[stacks.frame[i]!]!)
    return { frames: path.reverse(), before: before[row]!, after: after[row]! }
  })]))
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

