import { type Scope, ratesWithin, significant } from './blame.ts'
import { rowTotals } from './entities.ts'
import { equivalent } from './equivalence.ts'

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

/** Does the change of `entity` look like cost that only moved? Undefined when not. */
export function findMovedCost(scope: Scope, entity: number): MovedCost | undefined {
  const { tree, changes } = scope
  const whole = changes.delta[entity]!
  const frame = entity % tree.frameCount
  const margin = Math.max(0.005, Math.abs(whole) / 2)
  const stayed = (e: number): boolean => changes.tested[e] === 1 && equivalent(changes.delta[e]!, changes.error[e]!, changes.df[e]!, margin)
  const opposite = (delta: number): boolean => Math.abs(delta + whole) <= 0.35 * Math.abs(whole)

  // the callee costs as much as before in all, more under this caller and less under others
  if (entity < tree.frameCount) {
    const inside = ratesWithin(scope, frame)
    let best = -1
    let bestPart = 0
    for (let e = 0; e < 2 * tree.frameCount; e++) {
      if (e % tree.frameCount === frame || !stayed(e)) continue
      const within = inside.after[e]! - inside.before[e]!
      const outside = changes.delta[e]! - within
      const part = within / whole
      if (part >= 0.7 && part > bestPart && opposite(outside)) {
        best = e
        bestPart = part
      }
    }
    if (best >= 0) return { kind: 'callers', counterpart: best, caller: -1, delta: changes.delta[best]! - (inside.after[best]! - inside.before[best]!) }
  }

  // under a common caller whose total stayed, one other thing changed by as much the other way
  for (const caller of callersOf(scope, entity)) {
    if (!stayed(caller) || Math.max(changes.rateBefore[caller]!, changes.rateAfter[caller]!) >= 0.5) continue
    const inside = ratesWithin(scope, caller)
    if ((inside.after[entity]! - inside.before[entity]!) / whole < 0.7) continue
    const related = relatives(scope, frame)
    let best = -1
    for (let e = 0; e < 2 * tree.frameCount; e++) {
      const other = e % tree.frameCount
      if (other === frame || (e < tree.frameCount && (related[other] === 1 || other === caller))) continue
      if (!significant(changes, e, scope.level)) continue
      const delta = inside.after[e]! - inside.before[e]!
      if (opposite(delta) && (best < 0 || Math.abs(changes.t[e]!) > Math.abs(changes.t[best]!))) best = e
    }
    if (best >= 0) return { kind: 'inside', counterpart: best, caller, delta: inside.after[best]! - inside.before[best]! }
  }
  return undefined
}

/** Frames up to three levels above the entity's rows, those that carry most of its weight first. */
function callersOf(scope: Scope, entity: number): readonly number[] {
  const { tree } = scope
  const frame = entity % tree.frameCount
  const before = entity < tree.frameCount ? rowTotals(tree.parent, scope.before) : scope.before
  const after = entity < tree.frameCount ? rowTotals(tree.parent, scope.after) : scope.after
  const weights = new Map<number, number>()
  for (let i = 1; i < tree.frame.length; i++) {
    if (tree.frame[i] !== frame) continue
    const weight = before[i]! + after[i]!
    if (!(weight > 0)) continue
    let row = tree.parent[i]!
    for (let up = 0; up < 3 && row > 0; up++) {
      const caller = tree.frame[row]!
      if (caller !== frame && caller >= 0) weights.set(caller, (weights.get(caller) ?? 0) + weight * (1 - up / 1000))
      row = tree.parent[row]!
    }
  }
  return [...weights].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, 6).map(([caller]) => caller)
}

/** Marks frames that lie above or below `frame` in some stack. */
function relatives(scope: Scope, frame: number): Uint8Array {
  const { parent, frame: frames, frameCount } = scope.tree
  const related = new Uint8Array(frameCount)
  const under = new Uint8Array(parent.length)
  const above = new Uint8Array(parent.length)
  for (let i = 1; i < parent.length; i++) {
    if (frames[i] === frame || under[parent[i]!] === 1) under[i] = 1
    if (under[i] === 1 && frames[i]! >= 0) related[frames[i]!] = 1
  }
  for (let i = parent.length - 1; i > 0; i--) {
    if (frames[i] === frame || above[i] === 1) {
      above[parent[i]!] = 1
      if (frames[i]! >= 0) related[frames[i]!] = 1
    }
  }
  return related
}
