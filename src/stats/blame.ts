import type { Changes } from './changes.ts'
import { isSignificant } from './changes.ts'
import { findMovedCost, type MovedCost } from './cost-shift.ts'
import { countEntities, type EntityCounts, outermostRows, type RunTree, sideSum, without } from './entities.ts'
import { equivalent } from './equivalence.ts'
import type { Scope, TreeIndex } from './scope.ts'
import { indexTree, outermostOf, ratesWithin, sideValues } from './scope.ts'

/** One change that stands for everything it explains. Its figures are those of the round that found it, when earlier causes were taken out. */
export interface Cause {
  /** Entity to report: f = frame f in total, frameCount + f = frame f in itself. Significant by itself in its round. */
  readonly entity: number
  /** Entity whose test found it; the reported one lies inside it and carries 90 to 110 % of its change. */
  readonly evidence: number
  readonly round: number
  /** Counts and changes of the round, indexed by entity. */
  readonly counts: EntityCounts
  readonly changes: Changes
  /** Entities that were significant with it and no longer are without it. */
  readonly explains: readonly number[]
  readonly moved: MovedCost | undefined
}

export interface BlameOptions {
  /** False discovery rate. */
  readonly level?: number
  readonly rounds?: number
}

export interface Blame {
  /** Counts and changes before anything was taken out. */
  readonly counts: EntityCounts
  readonly changes: Changes
  readonly causes: readonly Cause[]
  /** Rows of the given tree that belong to a cause: the cause's number + 1. */
  readonly rowCause: Int32Array
}

/** Tests the entities of one round; `removed` = rows taken out before, in the order of the tree in preorder. */
export type RoundTest = (counts: EntityCounts, removed: Uint8Array) => Changes

/**
 * Root causes of the changes between two sides, strongest first. Takes the entity with the largest |t|, descends to the deepest entity inside it that
 * carries its change, takes all its stacks out of every count and total, and tests again, until nothing is significant: so neither the callers
 * of a cause are reported, nor what only lost share because a cause gained it.
 */
export function findCauses(given: RunTree, test: RoundTest, options: BlameOptions = {}): Blame {
  const level = options.level ?? 0.05
  const index = indexTree(given)
  const { tree } = index
  const outermost = outermostRows(tree)
  const removed = new Uint8Array(tree.parent.length)
  const rowCause = new Int32Array(tree.parent.length)
  const first = countEntities(tree, outermost)
  const [before, after] = [sideSum(tree, false), sideSum(tree, true)]
  const causes: Cause[] = []
  let counts = first
  let changes = test(first, removed)
  const whole: Scope = { index, changes, level, before: sideValues(index, before), after: sideValues(index, after) }
  for (let round = 0; round < (options.rounds ?? 20); round++) {
    const evidence = strongest(changes, level)
    if (evidence < 0) break
    const scope: Scope =
      round === 0
        ? whole
        : {
            index,
            changes,
            level,
            before: sideValues(index, without(before, removed)),
            after: sideValues(index, without(after, removed)),
          }
    const found = descend(scope, evidence)
    const moved = movedIn(scope, whole, causes, evidence)
    const taken = takeOut(index, found, evidence, removed)
    if (taken.length === 0) break
    for (const row of taken) rowCause[index.original[row]!] = causes.length + 1
    const nextCounts = countEntities(tree, outermost, removed)
    const next = test(nextCounts, removed)
    const explains = explainedBy(changes, next, [found, evidence], level)
    causes.push({ entity: found, evidence, round, counts, changes, explains, moved })
    changes = next
    counts = nextCounts
  }
  return { counts: first, changes: whole.changes, causes, rowCause }
}

/** Entities that changed in the same direction and no longer do. */
function explainedBy(
  changes: Changes,
  next: Changes,
  [found, evidence]: readonly [number, number],
  level: number,
): number[] {
  const explains: number[] = []
  for (let e = 0; e < changes.q.length; e++) {
    if (e === found || e === evidence || !isSignificant(changes, e, level) || isSignificant(next, e, level)) continue
    if (changes.adjustedDelta[e]! * changes.adjustedDelta[evidence]! > 0) explains.push(e)
  }
  return explains
}

/** What an earlier cause took along may be the very cost that moved here, so the whole is asked too. */
function movedIn(scope: Scope, whole: Scope, causes: readonly Cause[], evidence: number): MovedCost | undefined {
  const moved = findMovedCost(scope, evidence)
  if (moved !== undefined || scope === whole) return moved
  return findMovedCost(whole, evidence) ?? restOf(causes, whole, scope, evidence)
}

/** An entity that in all stayed the same, of which an earlier cause took the part that rose (or fell): this is the other part. */
function restOf(causes: readonly Cause[], whole: Scope, scope: Scope, evidence: number): MovedCost | undefined {
  const { frameCount } = scope.index.tree
  const frame = evidence % frameCount
  const delta = scope.changes.adjustedDelta[evidence]!
  const margin = Math.max(0.005, Math.abs(delta) / 2)
  const { changes } = whole
  if (!equivalent(changes.adjustedDelta[evidence]!, changes.error[evidence]!, changes.df[evidence]!, margin))
    return undefined
  const other = causes.find(
    cause =>
      (cause.entity % frameCount === frame ||
        (cause.moved !== undefined && cause.moved.counterpart % frameCount === frame)) &&
      cause.changes.adjustedDelta[cause.entity]! * delta < 0,
  )
  return other === undefined
    ? undefined
    : { kind: 'callers', counterpart: frame, caller: -1, delta: other.changes.adjustedDelta[other.entity]! }
}

function strongest(changes: Changes, level: number): number {
  let best = -1
  for (let e = 0; e < changes.q.length; e++) {
    if (
      isSignificant(changes, e, level) &&
      (best < 0 || Math.abs(changes.t[e]!) > Math.abs(changes.t[best]!) * (1 + 1e-9))
    )
      best = e
  }
  return best
}

/** The deepest entity within `evidence` that carries its change and is significant by itself, so that its own figures say what is judged. */
function descend(scope: Scope, evidence: number): number {
  const { index, changes, level } = scope
  const { frameCount } = index.tree
  const whole = changes.delta[evidence]!
  if (evidence >= frameCount || whole === 0) return evidence
  const inside = ratesWithin(scope, evidence)
  const carries = (entity: number): boolean => {
    if (!isSignificant(changes, entity, level)) return false
    const part = (inside.after[entity]! - inside.before[entity]!) / whole
    if (!(part >= 0.9 && part <= 1.1)) return false
    const all = changes.delta[entity]! / whole
    return all >= 0.8 && all <= 1.25 && Math.abs(changes.t[entity]!) >= 0.7 * Math.abs(changes.t[evidence]!)
  }
  const depth = meanDepth(scope, evidence)
  let frame = evidence
  for (let f = 0; f < frameCount; f++) if (f !== evidence && depth[f]! > depth[frame]! && carries(f)) frame = f
  return carries(frameCount + frame) ? frameCount + frame : frame
}

/** Marks the rows of an entity within its evidence as removed; which they were. */
function takeOut(index: TreeIndex, entity: number, evidence: number, removed: Uint8Array): number[] {
  const { tree, start, rows, end } = index
  const frame = entity % tree.frameCount
  const taken: number[] = []
  const take = (row: number): void => {
    if (removed[row] === 1) return
    removed[row] = 1
    taken.push(row)
  }
  if (entity >= tree.frameCount) for (let k = start[frame]!; k < start[frame + 1]!; k++) take(rows[k]!)
  else for (const top of outermostOf(index, frame)) for (let i = top; i < end[top]!; i++) take(i)
  // evidence that the reported entity did not take out would be found again for ever
  if (taken.length === 0)
    for (const top of outermostOf(index, evidence % tree.frameCount)) for (let i = top; i < end[top]!; i++) take(i)
  return taken
}

/** Mean depth of each frame within the stacks of another, every row weighing its total on both sides; 0 for what is not there. */
function meanDepth(scope: Scope, within: number): Float64Array {
  const { index, before, after } = scope
  const { frame, frameCount } = index.tree
  const weight = new Float64Array(frameCount)
  const mean = new Float64Array(frameCount)
  for (const top of outermostOf(index, within)) {
    for (let i = top; i < index.end[top]!; i++) {
      const f = frame[i]!
      if (f < 0) continue
      const total = before.total[i]! + after.total[i]!
      weight[f]! += total
      mean[f]! += total * (1 + index.depth[i]! - index.depth[top]!)
    }
  }
  for (let f = 0; f < frameCount; f++) mean[f] = weight[f]! > 0 ? mean[f]! / weight[f]! : 0
  return mean
}
