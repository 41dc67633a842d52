import { findCauses } from '../../stats/blame.ts'
import { isSignificant } from '../../stats/changes.ts'
import type { EntityCounts, RunTree } from '../../stats/entities.ts'
import { countEntities, outermostRows } from '../../stats/entities.ts'
import type { NoiseModel } from '../../stats/noise.ts'
import { relocate } from '../../stats/same-place.ts'
import { scanStretches } from '../../stats/scan.ts'
import { studentQuantile } from '../../stats/student.ts'
import { passesLimits } from '../compare/frame-change.ts'
import type { Policy } from '../compare/policy.ts'
import type { PointTree } from './points.ts'
import type { PointCounts, Series } from './series.ts'
import { changesAt, fitSeries, scanSeries, seriesOf } from './series.ts'

/** With fewer points no change is looked for. */
export const FEWEST_POINTS = 4
const CONFIDENCE = 0.95
const MOST_ROUNDS = 20

/** A change of one function, by number of frame. */
export interface FoundChange {
  readonly frame: number
  readonly kind: 'total' | 'self'
  /** First point of the new epoch. */
  readonly at: number
  readonly up: boolean
  readonly before: number
  readonly after: number
  readonly ratio: number | null
  readonly low: number | null
  readonly high: number | null
  readonly p: number
  readonly q: number
  readonly verdict: 'regressed' | 'improved' | 'shifted' | 'small'
  readonly explains: readonly number[]
}

export interface FoundMove {
  readonly at: number
  readonly kind: 'renamed' | 'merged' | 'split'
  readonly from: number
  readonly to: number
}

export interface FoundChanges {
  readonly changes: readonly FoundChange[]
  readonly moved: readonly FoundMove[]
  /** The tree with functions of two names as one. */
  readonly tree: PointTree
  readonly model: NoiseModel
  readonly tested: number
}

/**
 * All changes of functions over the points: the split at which one changed most, its root causes by blame, then the same on both sides of the split,
 * until nothing is significant.
 */
export function findChanges(given: PointTree, policy: Policy): FoundChanges {
  let tree = given
  const changes: FoundChange[] = []
  const moved: FoundMove[] = []
  let model: NoiseModel | undefined
  let tested = 0
  const open: (readonly [number, number])[] = [[0, given.points.length]]
  for (let segment = open.pop(); segment !== undefined; segment = open.pop()) {
    const [from, to] = segment
    for (let round = 0; round < MOST_ROUNDS && to - from >= FEWEST_POINTS; round++) {
      const found = scanSegment(tree, from, to, policy.fdr)
      model ??= found.model
      tested = Math.max(tested, found.tested)
      if (found.at === 0) break
      const places = relocate(runTree(tree, found.from, found.to, found.at - found.from))
      if (places.found.length > 0 && round < MOST_ROUNDS - 1) {
        tree = { ...tree, frame: places.frame }
        for (const { kind, from: was, to: is, share, clear } of places.found)
          if (clear && share >= policy.minPoints) moved.push({ kind, from: was, to: is, at: found.at })
        continue
      }
      const causes = causesAt(tree, found, policy)
      changes.push(...causes)
      if (causes.length > 0) open.push([from, found.at], [found.at, to])
      break
    }
  }
  return { changes, moved, tree, model: model ?? fitSeries(seriesOf(countsOf(tree, 0, tree.points.length)), 0), tested }
}

/** The strongest change of a segment: where, and the stretch of points that shows it. */
interface Segment {
  readonly from: number
  readonly to: number
  /** First point after the change; 0 = nothing is significant. */
  readonly at: number
  readonly level: number
  readonly model: NoiseModel
  readonly tested: number
}

function runTree({ parent, frame, frameCount, points }: PointTree, from: number, to: number, before: number): RunTree {
  return { parent, frame, frameCount, self: points.slice(from, to), before }
}

/** Counts of a stretch of points; `removed` rows count as nothing. */
export function countsOf(tree: PointTree, from: number, to: number, removed?: Uint8Array): PointCounts {
  const points = runTree(tree, from, to, 0)
  const outermost = outermostRows(points)
  const reference =
    tree.reference.length === 0
      ? undefined
      : countEntities({ ...points, self: tree.reference.slice(from, to) }, outermost, removed)
  return pointCounts(tree, from, to, countEntities(points, outermost, removed), reference)
}

function pointCounts(
  { weights, kind }: PointTree,
  from: number,
  to: number,
  points: EntityCounts,
  reference: EntityCounts | undefined,
): PointCounts {
  return { points, reference, weights: weights.slice(from, to), kind }
}

/** The strongest change of a segment: of all its points, else of a stretch of them. */
function scanSegment(tree: PointTree, from: number, to: number, level: number): Segment {
  const data = countsOf(tree, from, to)
  const nothing = { from, to, at: 0, level }
  let first: Segment | undefined
  for (const stretch of scanStretches(to - from)) {
    const own = scanStretch(sliceCounts(data, stretch.from, stretch.to), level * stretch.part)
    const found = { ...nothing, ...own, from: from + stretch.from, to: from + stretch.to, level: level * stretch.part }
    if (own.split > 0) return { ...found, at: from + stretch.from + own.split }
    first ??= { ...nothing, ...own }
  }
  return first!
}

function sliceCounts({ points, reference, weights, kind }: PointCounts, from: number, to: number): PointCounts {
  const slice = ({ counts, totals }: EntityCounts): EntityCounts => ({
    counts: counts.slice(from, to),
    totals: totals.slice(from, to),
  })
  return {
    points: slice(points),
    reference: reference === undefined ? undefined : slice(reference),
    weights: weights.slice(from, to),
    kind,
  }
}

/** The strongest change of a stretch. The noise is fitted about one mean, then about the split that this shows, so that a large change does not hide others. */
function scanStretch(data: PointCounts, level: number): { split: number; model: NoiseModel; tested: number } {
  const series = seriesOf(data)
  const first = fitSeries(series, 0)
  const coarse = scanSeries(series, first, 0)
  const tested = series.members.length
  if (coarse.strongest < 0) return { split: 0, model: first, tested }
  const about = coarse.columns[coarse.strongest]!.best
  const model = data.weights.length > 3 ? fitSeries(series, about) : first
  const scan = scanSeries(series, model, about)
  let [split, most] = [0, 0]
  scan.columns.forEach((columns, e) => {
    if (columns === undefined || !isSignificant({ tested: series.tested, q: scan.q }, e, level)) return
    const t = Math.abs(columns.t[columns.best - 1]!)
    if (t > most * (1 + 1e-9)) [most, split] = [t, columns.best]
  })
  return { split, model, tested }
}

/** Root causes of what changed at a split. */
function causesAt(tree: PointTree, { from, to, at, level, model }: Segment, policy: Policy): FoundChange[] {
  const split = at - from
  const sides = runTree(tree, from, to, split)
  const outermost = outermostRows(sides)
  const test = (counts: EntityCounts, removed: Uint8Array) => {
    const reference =
      tree.reference.length === 0
        ? undefined
        : countEntities({ ...sides, self: tree.reference.slice(from, to) }, outermost, removed)
    const series: Series = seriesOf(pointCounts(tree, from, to, counts, reference))
    return changesAt(series, model, split, policy.method)
  }
  const { causes } = findCauses(sides, test, { level })
  return causes.map(({ entity, changes, explains, moved }): FoundChange => {
    const log = changes.logRatio[entity]!
    const reach = studentQuantile((1 + CONFIDENCE) / 2, changes.df[entity]!) * changes.logError[entity]!
    const known = Number.isFinite(log)
    const up = changes.adjustedDelta[entity]! > 0
    const matters = passesLimits(policy, changes, entity, true)
    return {
      frame: entity % tree.frameCount,
      kind: entity < tree.frameCount ? 'total' : 'self',
      at,
      up,
      before: changes.rateBefore[entity]!,
      after: changes.rateAdjusted[entity]!,
      ratio: known ? Math.exp(log) : null,
      low: known ? Math.exp(log - reach) : null,
      high: known ? Math.exp(log + reach) : null,
      p: changes.p[entity]!,
      q: changes.q[entity]!,
      verdict: !matters ? 'small' : moved !== undefined ? 'shifted' : up ? 'regressed' : 'improved',
      explains: [...new Set(explains.map(e => e % tree.frameCount))],
    }
  })
}
