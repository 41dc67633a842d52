import type { RunTree } from './entities.ts'
import { outermostRows, rowTotals, sideSum } from './entities.ts'

/** A function that is there on one side only and whose cost stands in the same place of the other side under another name. */
export interface Relocation {
  /** `renamed`: `from` has become `to`; `merged`: `from` is gone and its caller `to` has its cost; `split`: the new `to` has what its caller `from` had. */
  readonly kind: 'renamed' | 'merged' | 'split'
  readonly from: number
  readonly to: number
  /** Share of the whole of the side on which the function is. */
  readonly share: number
  /** True when the function is in every run of its side and in hardly any of the other. */
  readonly clear: boolean
}

/** Least share of the whole, and least value, that a function is followed at. */
const LEAST_SHARE = 0.003
const LEAST_VALUE = 8
/** A function with less than this part of its value on a side is not there. */
const ABSENT = 0.02
/** How much of their callers and callees two names must have in common to be one function. */
const SAME_CALLERS = 0.6
const SAME_CALLEES = 0.5
const MOST = 200

interface Place {
  readonly frame: number
  readonly value: number
  readonly callers: ReadonlyMap<number, number>
  /** Callees by their part of the function; -1 = the function itself. */
  readonly callees: ReadonlyMap<number, number>
}

/**
 * Functions renamed, inlined, wrapped or split off between the sides, and the tree's frame column with each such pair as one frame, so that it is tested by
 * its sum. Frames keep the number of the name after.
 */
export function relocate(tree: RunTree): { frame: Int32Array; found: Relocation[] } {
  const frame = tree.frame.slice()
  const sides = [sideSum(tree, false), sideSum(tree, true)] as const
  const totals = sides.map(self => rowTotals(tree.parent, self)) as [Float64Array, Float64Array]
  const sums = frameTotals(tree, totals)
  const all = [totals[0][0] ?? 0, totals[1][0] ?? 0] as const
  const found: Relocation[] = []
  if (!(all[0] > 0 && all[1] > 0)) return { frame, found }
  const alone = (side: 0 | 1): number[] => {
    const other = side === 0 ? 1 : 0
    const list: number[] = []
    for (let f = 0; f < tree.frameCount; f++) {
      const value = sums[side][f]!
      if (value < LEAST_VALUE || value < LEAST_SHARE * all[side]) continue
      if (sums[other][f]! / all[other] <= (ABSENT * value) / all[side]) list.push(f)
    }
    return list.sort((a, b) => sums[side][b]! - sums[side][a]! || a - b).slice(0, MOST)
  }
  const gone = alone(0)
  const fresh = alone(1)
  if (gone.length + fresh.length === 0) return { frame, found }
  const share = (side: 0 | 1, f: number): number => sums[side][f]! / all[side]
  const context: Context = { tree, sides, totals, all }
  const isClear = clearness(tree)
  const renamed = matchNames(context, gone, fresh)
  for (const [from, to] of renamed)
    found.push({ kind: 'renamed', from, to, share: share(1, to), clear: isClear(from, 0) && isClear(to, 1) })
  for (let i = 1; i < frame.length; i++) frame[i] = renamed.get(frame[i]!) ?? frame[i]!
  const settled = new Set([...renamed.keys(), ...renamed.values()])
  for (const side of [0, 1] as const) {
    for (const f of side === 0 ? gone : fresh) {
      if (settled.has(f)) continue
      const caller = absorbing(context, frame, f, side)
      if (caller < 0) continue
      const clear = isClear(f, side)
      found.push(
        side === 0
          ? { kind: 'merged', from: f, to: caller, share: share(0, f), clear }
          : { kind: 'split', from: caller, to: f, share: share(1, f), clear },
      )
      for (let i = 1; i < frame.length; i++) if (tree.frame[i] === f && tree.parent[i]! > 0) frame[i] = caller
    }
  }
  return { frame, found }
}

interface Context {
  readonly tree: RunTree
  readonly sides: readonly [Float64Array, Float64Array]
  readonly totals: readonly [Float64Array, Float64Array]
  readonly all: readonly [number, number]
}

function frameTotals(tree: RunTree, totals: readonly Float64Array[]): [Float64Array, Float64Array] {
  const outermost = outermostRows(tree)
  return totals.map(total => {
    const sum = new Float64Array(tree.frameCount)
    for (let i = 1; i < total.length; i++) if (outermost[i] === 1) sum[tree.frame[i]!]! += total[i]!
    return sum
  }) as [Float64Array, Float64Array]
}

/** Which of the functions gone is which of the new ones: from -> to. */
function matchNames(context: Context, gone: readonly number[], fresh: readonly number[]): Map<number, number> {
  const renamed = new Map<number, number>()
  if (gone.length === 0 || fresh.length === 0) return renamed
  const before = places(context, gone, 0)
  const after = places(context, fresh, 1)
  const newToOld = new Map<number, number>()
  for (let round = 0; round < 4; round++) {
    const pairs: { from: number; to: number; score: number }[] = []
    for (const a of before) {
      if (renamed.has(a.frame)) continue
      for (const b of after) {
        if (newToOld.has(b.frame)) continue
        const ratio = b.value / context.all[1] / (a.value / context.all[0])
        if (!(ratio > 1 / 3 && ratio < 3)) continue
        const callers = overlap(a.callers, b.callers, newToOld)
        const callees = overlap(a.callees, b.callees, newToOld)
        if (callers < SAME_CALLERS || callees < SAME_CALLEES) continue
        pairs.push({ from: a.frame, to: b.frame, score: callers + callees - 0.2 * Math.abs(Math.log(ratio)) })
      }
    }
    if (pairs.length === 0) break
    pairs.sort((a, b) => b.score - a.score || a.from - b.from || a.to - b.to)
    for (const { from, to } of pairs) {
      if (renamed.has(from) || newToOld.has(to)) continue
      renamed.set(from, to)
      newToOld.set(to, from)
    }
  }
  return renamed
}

/** Common part of two distributions; names of the second are put into those of the first. */
function overlap(
  a: ReadonlyMap<number, number>,
  b: ReadonlyMap<number, number>,
  newToOld: ReadonlyMap<number, number>,
): number {
  let common = 0
  for (const [name, part] of b) common += Math.min(part, a.get(newToOld.get(name) ?? name) ?? 0)
  return common
}

/** Callers and callees of each frame on one side, as parts of it. */
function places({ tree, sides, totals }: Context, frames: readonly number[], side: 0 | 1): Place[] {
  const slot = new Int32Array(tree.frameCount).fill(-1)
  frames.forEach((f, i) => (slot[f] = i))
  const callers = frames.map(() => new Map<number, number>())
  const callees = frames.map(() => new Map<number, number>())
  const values = new Float64Array(frames.length)
  const add = (map: Map<number, number>, key: number, value: number): void => {
    if (value > 0) map.set(key, (map.get(key) ?? 0) + value)
  }
  for (let i = 1; i < tree.parent.length; i++) {
    const own = tree.frame[i]! < 0 ? -1 : slot[tree.frame[i]!]!
    const up = tree.parent[i]!
    const caller = up > 0 ? tree.frame[up]! : -1
    const total = totals[side][i]!
    if (own >= 0) {
      values[own]! += total
      add(callers[own]!, caller, total)
      add(callees[own]!, -1, sides[side][i]!)
    }
    if (caller >= 0 && slot[caller]! >= 0 && tree.frame[i]! >= 0) add(callees[slot[caller]!]!, tree.frame[i]!, total)
  }
  const parts = (map: Map<number, number>, whole: number): Map<number, number> =>
    new Map([...map].map(([key, value]) => [key, value / whole]))
  return frames.map((frame, i) => ({
    frame,
    value: values[i]!,
    callers: parts(callers[i]!, values[i]!),
    callees: parts(callees[i]!, values[i]!),
  }))
}

/**
 * The frame that has the cost of a function on the side where the function is not, or -1: its caller, else another function under the same caller (a leaf
 * without a frame pointer hides who called it).
 */
function absorbing(context: Context, frame: Int32Array, f: number, side: 0 | 1): number {
  const surroundings = surroundingsOf(context, frame, f, side)
  if (surroundings === undefined) return -1
  const { callers } = surroundings
  if (matches(context, surroundings, side, callerCost(context, frame, f, surroundings), 0.6)) return callers[0]!
  const costs = siblingCosts(context, frame, f, new Set(callers))
  let best = -1
  for (const [sibling, cost] of costs) {
    if (!matches(context, surroundings, side, cost, 0.7)) continue
    const gained = Math.abs(cost[1 - side]! / context.all[1 - side]! - cost[side]! / context.all[side]!)
    const sampling = Math.sqrt(cost[0] / context.all[0] ** 2 + cost[1] / context.all[1] ** 2)
    if (gained > 5 * sampling && (best < 0 || cost[1 - side]! > costs.get(best)![1 - side]!)) best = sibling
  }
  return best
}

interface Surroundings {
  /** Frames that call the function, the most important first, and those it calls. */
  readonly callers: readonly number[]
  readonly callees: ReadonlySet<number>
  /** The function's own totals on both sides. */
  readonly cost: readonly [number, number]
}

function surroundingsOf(
  { tree, totals }: Context,
  frame: Int32Array,
  f: number,
  side: 0 | 1,
): Surroundings | undefined {
  const weights = new Map<number, number>()
  const callees = new Set<number>()
  const cost: [number, number] = [0, 0]
  for (let i = 1; i < frame.length; i++) {
    const up = tree.parent[i]!
    if (tree.frame[i] === f && tree.frame[up] !== f) {
      weights.set(frame[up]!, (weights.get(frame[up]!) ?? 0) + totals[side][i]!)
      for (const s of [0, 1] as const) cost[s] += totals[s][i]!
    } else if (up > 0 && tree.frame[up] === f && frame[i]! >= 0) callees.add(frame[i]!)
  }
  const chosen = [...weights]
    .filter(([caller, weight]) => caller >= 0 && weight >= 0.1 * cost[side])
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
  if (chosen.reduce((sum, [, weight]) => sum + weight, 0) < 0.7 * cost[side]) return undefined
  return { callers: chosen.map(([caller]) => caller), callees, cost }
}

/** What the callers cost in themselves and by direct callees that the function calls too, on both sides. */
function callerCost(
  { tree, sides, totals }: Context,
  frame: Int32Array,
  f: number,
  { callers, callees }: Surroundings,
): [number, number] {
  const isCaller = new Set(callers)
  const place: [number, number] = [0, 0]
  for (let i = 1; i < frame.length; i++) {
    const up = tree.parent[i]!
    if (tree.frame[i] === f || (up > 0 && tree.frame[up] === f)) continue
    const direct = up > 0 && isCaller.has(frame[up]!) && callees.has(frame[i]!)
    for (const s of [0, 1] as const) {
      if (isCaller.has(frame[i]!)) place[s] += sides[s][i]!
      if (direct) place[s] += totals[s][i]!
    }
  }
  return place
}

/** Own cost of each other function that the callers call, on both sides. */
function siblingCosts(
  { tree, sides }: Context,
  frame: Int32Array,
  f: number,
  callers: ReadonlySet<number>,
): Map<number, [number, number]> {
  const costs = new Map<number, [number, number]>()
  for (let i = 1; i < frame.length; i++) {
    const up = tree.parent[i]!
    if (up === 0 || frame[i]! < 0 || tree.frame[i] === f || callers.has(frame[i]!) || !callers.has(frame[up]!)) continue
    const cost = costs.get(frame[i]!) ?? [0, 0]
    for (const s of [0, 1] as const) cost[s] += sides[s][i]!
    costs.set(frame[i]!, cost)
  }
  return costs
}

/** True when a place changed by about as much as the function the other way, both measured against everything else. */
function matches(
  { tree, all }: Context,
  { cost }: Surroundings,
  side: 0 | 1,
  place: readonly [number, number],
  least: number,
): boolean {
  const rest = [0, 1].map(s => all[s]! - place[s]! - cost[s]!)
  const enough = rest[0]! > 0.05 * all[0] && rest[1]! > 0.05 * all[1]
  const per = (amount: number, s: number): number => amount / (enough ? rest[s]! : sidesRuns(tree, s))
  const other = 1 - side
  const lost = per(cost[side]!, side) - per(cost[other]!, other)
  const gained = per(place[other]!, other) - per(place[side]!, side)
  return gained >= least * lost && gained <= lost / least
}

function sidesRuns(tree: RunTree, side: number): number {
  return side === 0 ? tree.before : tree.self.length - tree.before
}

/** A test whether a frame is in every run of one side (0 = before) and in at most a fifth of the other's. */
function clearness(tree: RunTree): (frame: number, side: 0 | 1) => boolean {
  const present = tree.self.map(self => {
    const total = rowTotals(tree.parent, self)
    const seen = new Uint8Array(tree.frameCount)
    for (let i = 1; i < total.length; i++) if (total[i]! > 0 && tree.frame[i]! >= 0) seen[tree.frame[i]!] = 1
    return seen
  })
  const [first, second] = [present.slice(0, tree.before), present.slice(tree.before)]
  return (frame, side) => {
    const [there, elsewhere] = side === 0 ? [first, second] : [second, first]
    return (
      there.every(seen => seen[frame] === 1) &&
      elsewhere.filter(seen => seen[frame] === 1).length <= 0.2 * elsewhere.length
    )
  }
}
