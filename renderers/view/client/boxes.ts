import type { Stacks } from './stacks.ts'
import type { Sums } from './sums.ts'

/** A frame of the picture: nodes of the tree that are one there. */
export interface Box {
  /** -1 = everything. */
  readonly frame: number
  readonly up: Box | undefined
  readonly nodes: number[]
  /** Of callers: what of each node's value called on. */
  readonly values: number[] | undefined
  readonly valuesBefore: number[] | undefined
  /** What the width stands for. */
  size: number
  now: number
  before: number
  /** Value of stacks that end here (callers: that begin here). */
  self: number
  kids: Box[] | undefined
}

/** What boxes are made of. `before` = the other side of a comparison. */
export interface Ground {
  readonly stacks: Stacks
  readonly now: Sums
  readonly before: Sums | undefined
  /** Nodes looked at since the last change. */
  visited: number
}

function emptyBox(frame: number, up: Box | undefined, calling: boolean, compared: boolean): Box {
  return {
    frame,
    up,
    nodes: [],
    values: calling ? [] : undefined,
    valuesBefore: calling && compared ? [] : undefined,
    size: 0,
    now: 0,
    before: 0,
    self: 0,
    kids: undefined,
  }
}

/** Everything, as the root of a flame graph. */
export function rootBox(ground: Ground): Box {
  const box = emptyBox(-1, undefined, false, false)
  addNode(ground, box, 0)
  return box
}

/** A function with all its calls merged: the root of its callees, and of its callers. A stack counts once, from its outermost call. */
export function functionBoxes(ground: Ground, frame: number): { readonly callees: Box; readonly callers: Box } {
  const { stacks, now, before } = ground
  const callees = emptyBox(frame, undefined, false, false)
  const callers = emptyBox(frame, undefined, true, before !== undefined)
  for (let i = 1; i < stacks.parent.length; i++) {
    if (stacks.frame[i] !== frame || stacks.outer[i] === 0) continue
    if (now.total[i] === 0 && (before === undefined || before.total[i] === 0)) continue
    addNode(ground, callees, i)
    addCaller(ground, callers, i, now.total[i]!, before?.total[i] ?? 0)
  }
  callees.self = now.own[frame]!
  ground.visited += stacks.parent.length
  return { callees, callers }
}

function addNode({ now, before }: Ground, box: Box, node: number): void {
  box.nodes.push(node)
  box.now += now.total[node]!
  box.self += now.self[node]!
  if (before !== undefined) box.before += before.total[node]!
  box.size += sizeOf(now, before, now.total[node]!, before?.total[node] ?? 0)
}

function addCaller({ now, before }: Ground, box: Box, node: number, value: number, valueBefore: number): void {
  box.nodes.push(node)
  box.values!.push(value)
  box.valuesBefore?.push(valueBefore)
  box.now += value
  box.before += valueBefore
  box.size += sizeOf(now, before, value, valueBefore)
}

/** Width is the value; compared, the mean of both shares, so that what is gone is seen too. */
function sizeOf(now: Sums, before: Sums | undefined, value: number, valueBefore: number): number {
  if (before === undefined) return Math.max(value, 0)
  const share = (part: number, whole: number): number => (whole > 0 ? Math.max(part, 0) / whole : 0)
  return (share(value, now.whole) + share(valueBefore, before.whole)) / 2
}

/** What a box called, the largest first. */
export function calleesOf(ground: Ground, box: Box): Box[] {
  if (box.kids !== undefined) return box.kids
  const { stacks, now, before } = ground
  const found = new Map<number, Box>()
  for (const node of box.nodes)
    for (let child = stacks.first[node]!; child > 0; child = stacks.next[child]!) {
      ground.visited++
      if (now.total[child] === 0 && (before === undefined || before.total[child] === 0)) continue
      addNode(ground, kidOf(ground, found, box, stacks.frame[child]!), child)
    }
  return (box.kids = byValue(found))
}

/** What called a box, the largest first. */
export function callersOf(ground: Ground, box: Box): Box[] {
  if (box.kids !== undefined) return box.kids
  const { stacks } = ground
  const found = new Map<number, Box>()
  box.nodes.forEach((node, i) => {
    ground.visited++
    const above = stacks.parent[node]!
    const [value, valueBefore] = [box.values![i]!, box.valuesBefore?.[i] ?? 0]
    if (above > 0) addCaller(ground, kidOf(ground, found, box, stacks.frame[above]!), above, value, valueBefore)
    else box.self += value
  })
  return (box.kids = byValue(found))
}

function kidOf({ before }: Ground, found: Map<number, Box>, up: Box, frame: number): Box {
  let kid = found.get(frame)
  if (kid === undefined) found.set(frame, (kid = emptyBox(frame, up, up.values !== undefined, before !== undefined)))
  return kid
}

function byValue(found: Map<number, Box>): Box[] {
  return [...found.values()].sort((a, b) => b.size - a.size || a.frame - b.frame)
}

/** Frames from the root's side to a box. */
export function pathOf(box: Box): number[] {
  const path: number[] = []
  for (let at: Box | undefined = box; at !== undefined && at.frame >= 0; at = at.up) path.push(at.frame)
  return path.reverse()
}
