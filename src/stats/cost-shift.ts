import { isSignificant } from './changes.ts'
import { equivalent } from './equivalence.ts'
import type { Scope } from './scope.ts'
import { outermostOf, ratesWithin } from './scope.ts'

/** A change that is matched by an opposite one: `callers` = the same callee is called from elsewhere; `inside` = another name under one caller. */
export interface MovedCost {
  readonly kind: 'callers' | 'inside'
  /** callers: the callee whose total stayed; inside: the entity that fell (or rose) instead. */
  readonly counterpart: number
  /** inside: the caller whose total stayed. */
  readonly caller: number
  /** Change of the counterpart that matches, in rate. */
  readonly delta: number
}

/** A frame in nearly all stacks stays the same whatever happens, so it is no counterpart. */
const NEARLY_ALL = 0.9

/** Does the change of `entity` look like cost that only moved? Undefined when not. */
export function findMovedCost(scope: Scope, entity: number): MovedCost | undefined {
  return betweenCallers(scope, entity) ?? insideCaller(scope, entity)
}

/** True when the entity is shown to cost the same on both sides within `margin`, and is not nearly everything. */
function stayed({ index, changes, before, after }: Scope, entity: number, margin: number): boolean {
  if (changes.tested[entity] !== 1) return false
  if (!equivalent(changes.delta[entity]!, changes.error[entity]!, changes.df[entity]!, margin)) return false
  const { tree, start, rows } = index
  const frame = entity % tree.frameCount
  let part = 0
  if (entity < tree.frameCount)
    for (const row of outermostOf(index, frame)) part += before.total[row]! + after.total[row]!
  else for (let k = start[frame]!; k < start[frame + 1]!; k++) part += before.self[rows[k]!]! + after.self[rows[k]!]!
  return part < NEARLY_ALL * (before.total[0]! + after.total[0]!)
}

function marginOf(delta: number): number {
  return Math.max(0.005, Math.abs(delta) / 2)
}

function isOpposite(delta: number, whole: number): boolean {
  return Math.abs(delta + whole) <= 0.35 * Math.abs(whole)
}

/** The callee costs as much as before in all, more under this caller and less under others. */
function betweenCallers(scope: Scope, entity: number): MovedCost | undefined {
  const { index, changes } = scope
  const { frameCount } = index.tree
  const whole = changes.delta[entity]!
  if (entity >= frameCount) return undefined
  const inside = ratesWithin(scope, entity)
  let best = -1
  let bestPart = 0
  for (let e = 0; e < 2 * frameCount; e++) {
    if (e % frameCount === entity) continue
    const within = inside.after[e]! - inside.before[e]!
    const part = within / whole
    if (!(part >= 0.7 && part > bestPart && isOpposite(changes.delta[e]! - within, whole))) continue
    if (!stayed(scope, e, marginOf(whole))) continue
    best = e
    bestPart = part
  }
  if (best < 0) return undefined
  const delta = changes.delta[best]! - (inside.after[best]! - inside.before[best]!)
  return { kind: 'callers', counterpart: best, caller: -1, delta }
}

/** Under a common caller whose total stayed, one other thing changed by as much the other way. */
function insideCaller(scope: Scope, entity: number): MovedCost | undefined {
  const { index, changes } = scope
  const { frameCount } = index.tree
  const frame = entity % frameCount
  const whole = changes.delta[entity]!
  const callers = callersOf(scope, entity).filter(
    caller =>
      Math.max(changes.rateBefore[caller]!, changes.rateAfter[caller]!) < 0.5 && stayed(scope, caller, marginOf(whole)),
  )
  const related = callers.length > 0 ? relatives(scope, frame) : undefined
  for (const caller of callers) {
    const inside = ratesWithin(scope, caller)
    if ((inside.after[entity]! - inside.before[entity]!) / whole < 0.7) continue
    let best = -1
    for (let e = 0; e < 2 * frameCount; e++) {
      const other = e % frameCount
      if (other === frame || (e < frameCount && (related![other] === 1 || other === caller))) continue
      if (!isSignificant(changes, e, scope.level)) continue
      const delta = inside.after[e]! - inside.before[e]!
      if (isOpposite(delta, whole) && (best < 0 || Math.abs(changes.t[e]!) > Math.abs(changes.t[best]!))) best = e
    }
    if (best >= 0)
      return { kind: 'inside', counterpart: best, caller, delta: inside.after[best]! - inside.before[best]! }
  }
  return undefined
}

/** Frames up to three levels above the entity's rows, those that carry most of its weight first. */
function callersOf({ index, before, after }: Scope, entity: number): readonly number[] {
  const { tree, start, rows } = index
  const frame = entity % tree.frameCount
  const column = entity < tree.frameCount ? 'total' : 'self'
  const weights = new Map<number, number>()
  for (let k = start[frame]!; k < start[frame + 1]!; k++) {
    const weight = before[column][rows[k]!]! + after[column][rows[k]!]!
    if (!(weight > 0)) continue
    let row = tree.parent[rows[k]!]!
    for (let up = 0; up < 3 && row > 0; up++) {
      const caller = tree.frame[row]!
      if (caller !== frame && caller >= 0) weights.set(caller, (weights.get(caller) ?? 0) + weight * (1 - up / 1000))
      row = tree.parent[row]!
    }
  }
  return [...weights]
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, 6)
    .map(([caller]) => caller)
}

/** Marks frames that lie above or below `frame` in some stack. */
function relatives({ index }: Scope, frame: number): Uint8Array {
  const { tree, start, rows, end } = index
  const related = new Uint8Array(tree.frameCount)
  const climbed = new Uint8Array(tree.parent.length)
  const mark = (row: number): void => {
    if (tree.frame[row]! >= 0) related[tree.frame[row]!] = 1
  }
  for (const top of outermostOf(index, frame)) for (let i = top; i < end[top]!; i++) mark(i)
  for (let k = start[frame]!; k < start[frame + 1]!; k++) {
    for (let row = tree.parent[rows[k]!]!; row > 0 && climbed[row] === 0; row = tree.parent[row]!) {
      climbed[row] = 1
      mark(row)
    }
  }
  return related
}
