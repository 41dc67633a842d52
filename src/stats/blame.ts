import type { Changes } from './changes.ts'
import { type EntityCounts, type RunTree, countEntities, countRows, outermostRows, rowsUnder, sideSum, without } from './entities.ts'
import { equivalent } from './equivalence.ts'
import { type MovedCost, findMovedCost } from './cost-shift.ts'

/** One change that stands for everything it explains. Rates and q are those of the round that found it, when earlier causes were taken out. */
export interface Cause {
  /** Entity to report: f = frame f in total, frameCount + f = frame f in itself. */
  readonly entity: number
  /** Entity whose test found it; the reported one lies inside it and carries 90 to 110 % of its change. */
  readonly evidence: number
  readonly round: number
  /** Change of the reported entity within the evidence, in rate. */
  readonly delta: number
  /** Changes of the round, indexed by entity. */
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
  /** Rows that belong to a cause: the cause's number + 1. */
  readonly rowCause: Int32Array
  /** Each row's own values summed over the runs of a side. */
  readonly before: Float64Array
  readonly after: Float64Array
}

/**
 * Root causes of the changes between two sides, strongest first. Takes the entity with the largest |t|, descends to the deepest entity inside it that
 * carries its change, takes all its stacks out of every count and total, and tests again, until nothing is significant: so neither the callers
 * of a cause are reported, nor what only lost share because a cause gained it.
 */
export function findCauses(tree: RunTree, test: (counts: EntityCounts) => Changes, options: BlameOptions = {}): Blame {
  const level = options.level ?? 0.05
  const outermost = outermostRows(tree)
  const removed = new Uint8Array(tree.parent.length)
  const rowCause = new Int32Array(tree.parent.length)
  const counts = countEntities(tree, outermost)
  const [before, after] = [sideSum(tree, false), sideSum(tree, true)]
  const first = test(counts)
  const causes: Cause[] = []
  let changes = first
  let whole: Scope | undefined
  for (let round = 0; round < (options.rounds ?? 20); round++) {
    const evidence = strongest(changes, level)
    if (evidence < 0) break
    const scope: Scope = {
      tree, changes, level,
      before: round === 0 ? before : without(before, removed),
      after: round === 0 ? after : without(after, removed),
    }
    const found = descend(scope, evidence)
    whole ??= scope
    // what an earlier cause took along may be the very cost that moved here
    const moved = findMovedCost(scope, evidence) ?? (scope === whole ? undefined : findMovedCost(whole, evidence) ?? restOf(causes, whole, scope, evidence))
    let taken = 0
    for (let i = 0; i < removed.length; i++) {
      if (found.rows[i] !== 1 || removed[i] === 1) continue
      removed[i] = 1
      rowCause[i] = causes.length + 1
      taken++
    }
    if (taken === 0) break
    const next = test(countEntities(tree, outermost, removed))
    const explains: number[] = []
    for (let e = 0; e < changes.q.length; e++) {
      if (e !== found.entity && e !== evidence && significant(changes, e, level) && !significant(next, e, level) &&
        changes.delta[e]! * changes.delta[evidence]! > 0) explains.push(e)
    }
    causes.push({ entity: found.entity, evidence, round, delta: found.delta, changes, explains, moved })
    changes = next
  }
  return { counts, changes: first, causes, rowCause, before, after }
}

/** An entity that in all stayed the same, of which an earlier cause took the part that rose (or fell): this is the other part. */
function restOf(causes: readonly Cause[], whole: Scope, scope: Scope, evidence: number): MovedCost | undefined {
  const frame = evidence % scope.tree.frameCount
  const margin = Math.max(0.005, Math.abs(scope.changes.delta[evidence]!) / 2)
  if (!equivalent(whole.changes.delta[evidence]!, whole.changes.error[evidence]!, whole.changes.df[evidence]!, margin)) return undefined
  const other = causes.find(cause => (cause.entity % scope.tree.frameCount === frame || (cause.moved !== undefined && cause.moved.counterpart % scope.tree.frameCount === frame)) &&
    cause.delta * scope.changes.delta[evidence]! < 0)
  return other === undefined ? undefined : { kind: 'callers', counterpart: frame, caller: -1, delta: other.delta }
}

/** What a round works on: the tree, this round's changes, and each row's own values summed per side without what was taken out. */
export interface Scope {
  readonly tree: RunTree
  readonly changes: Changes
  readonly level: number
  readonly before: Float64Array
  readonly after: Float64Array
}

export function significant(changes: Changes, entity: number, level: number): boolean {
  return changes.tested[entity] === 1 && changes.q[entity]! <= level
}

function strongest(changes: Changes, level: number): number {
  let best = -1
  for (let e = 0; e < changes.q.length; e++) {
    if (significant(changes, e, level) && (best < 0 || Math.abs(changes.t[e]!) > Math.abs(changes.t[best]!) * (1 + 1e-9))) best = e
  }
  return best
}

/** Rates of every entity within the stacks that pass through `frame`: before, after. */
export function ratesWithin(scope: Scope, frame: number): { region: Uint8Array, before: Float64Array, after: Float64Array } {
  const region = rowsUnder(scope.tree, frame)
  const inside = outermostRows(scope.tree, region)
  const rates = (self: Float64Array, exposure: number): Float64Array => {
    const part = self.slice()
    for (let i = 0; i < part.length; i++) if (region[i] !== 1) part[i] = 0
    return countRows(scope.tree, inside, part).counts.map(count => exposure > 0 ? count / exposure : 0)
  }
  return { region, before: rates(scope.before, scope.changes.exposureBefore), after: rates(scope.after, scope.changes.exposureAfter) }
}

function descend(scope: Scope, evidence: number): { entity: number, delta: number, rows: Uint8Array } {
  const { tree, changes } = scope
  const whole = changes.delta[evidence]!
  if (evidence >= tree.frameCount) return { entity: evidence, delta: whole, rows: rowsOf(tree, evidence - tree.frameCount) }
  const inside = ratesWithin(scope, evidence)
  const carries = (entity: number): boolean => {
    const part = (inside.after[entity]! - inside.before[entity]!) / whole
    return part >= 0.9 && part <= 1.1
  }
  const depth = meanDepth(scope, inside.region)
  let frame = evidence
  for (let f = 0; f < tree.frameCount; f++) {
    if (f !== evidence && changes.tested[f] === 1 && carries(f) && Math.abs(changes.t[f]!) >= 0.7 * Math.abs(changes.t[evidence]!) &&
      depth[f]! > (depth[frame] ?? 0)) frame = f
  }
  const own = tree.frameCount + frame
  if (changes.tested[own] === 1 && carries(own)) {
    const rows = rowsOf(tree, frame)
    for (let i = 0; i < rows.length; i++) if (inside.region[i] !== 1) rows[i] = 0
    return { entity: own, delta: inside.after[own]! - inside.before[own]!, rows }
  }
  return { entity: frame, delta: inside.after[frame]! - inside.before[frame]!, rows: frame === evidence ? inside.region : rowsUnder(tree, frame, inside.region) }
}

/** Marks the rows of one frame. */
function rowsOf(tree: RunTree, frame: number): Uint8Array {
  return Uint8Array.from(tree.frame, (f, row) => row > 0 && f === frame ? 1 : 0)
}

/** Mean depth of each frame within the region, every row weighing its total on both sides. */
function meanDepth(scope: Scope, region: Uint8Array): Float64Array {
  const { parent, frame, frameCount } = scope.tree
  const rows = parent.length
  const total = scope.before.slice()
  for (let i = 0; i < rows; i++) total[i]! += scope.after[i]!
  for (let i = rows - 1; i > 0; i--) total[parent[i]!]! += total[i]!
  const depth = new Float64Array(rows)
  const weight = new Float64Array(frameCount)
  const mean = new Float64Array(frameCount)
  for (let i = 1; i < rows; i++) {
    if (region[i] !== 1) continue
    depth[i] = depth[parent[i]!]! + 1
    if (frame[i]! < 0) continue
    weight[frame[i]!]! += total[i]!
    mean[frame[i]!]! += total[i]! * depth[i]!
  }
  for (let f = 0; f < frameCount; f++) mean[f] = weight[f]! > 0 ? mean[f]! / weight[f]! : 0
  return mean
}
