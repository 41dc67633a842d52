import type { Changes } from './changes.ts'
import type { RunTree } from './entities.ts'
import { rowTotals } from './entities.ts'

/** A tree in preorder with what finding causes asks again and again: the rows of each frame, the end of each subtree, the same frame further up. */
export interface TreeIndex {
  readonly tree: RunTree
  /** The given tree's row for each row. */
  readonly original: Int32Array
  /** Rows i..end[i]-1 are the subtree of row i. */
  readonly end: Int32Array
  /** Nearest row above with the same frame, -1 when there is none. */
  readonly above: Int32Array
  readonly depth: Int32Array
  /** Rows of frame f, ascending: rows[start[f]..start[f+1]). */
  readonly start: Int32Array
  readonly rows: Int32Array
}

/** What a round works on: this round's changes, and each row's own value and total per side without what was taken out. */
export interface Scope {
  readonly index: TreeIndex
  readonly changes: Changes
  readonly level: number
  readonly before: SideValues
  readonly after: SideValues
}

export interface SideValues {
  readonly self: Float64Array
  readonly total: Float64Array
}

/** Puts a tree into preorder and indexes it; linear. */
export function indexTree(given: RunTree): TreeIndex {
  const original = preorder(given.parent)
  const rows = original.length
  const place = new Int32Array(rows)
  for (let i = 0; i < rows; i++) place[original[i]!] = i
  const parent = new Int32Array(rows).fill(-1)
  const frame = new Int32Array(rows).fill(-1)
  for (let i = 1; i < rows; i++) {
    parent[i] = place[given.parent[original[i]!]!]!
    frame[i] = given.frame[original[i]!]!
  }
  const inOrder = original.every((row, i) => row === i)
  const self = inOrder ? given.self : given.self.map(run => Float64Array.from(original, row => run[row]!))
  const tree: RunTree = { parent, frame, frameCount: given.frameCount, self, before: given.before }
  const end = new Int32Array(rows)
  const depth = new Int32Array(rows)
  const start = new Int32Array(given.frameCount + 1)
  for (let i = rows - 1; i >= 0; i--) {
    if (end[i] === 0) end[i] = i + 1
    if (i > 0 && end[parent[i]!]! < end[i]!) end[parent[i]!] = end[i]!
  }
  for (let i = 1; i < rows; i++) {
    depth[i] = depth[parent[i]!]! + 1
    if (frame[i]! >= 0) start[frame[i]! + 1]!++
  }
  for (let f = 0; f < given.frameCount; f++) start[f + 1]! += start[f]!
  const next = start.slice()
  const list = new Int32Array(start[given.frameCount]!)
  const above = new Int32Array(rows).fill(-1)
  const last = new Int32Array(given.frameCount).fill(-1)
  for (let i = 1; i < rows; i++) {
    const f = frame[i]!
    if (f < 0) continue
    list[next[f]!++] = i
    let up = last[f]!
    while (up >= 0 && end[up]! <= i) up = above[up]!
    above[i] = up
    last[f] = i
  }
  return { tree, original, end, above, depth, start, rows: list }
}

/** Rows of a tree, parents before children and every subtree in one piece; children keep their order. */
function preorder(parent: Int32Array): Int32Array {
  const rows = parent.length
  const firstChild = new Int32Array(rows).fill(-1)
  const sibling = new Int32Array(rows).fill(-1)
  for (let i = rows - 1; i > 0; i--) {
    sibling[i] = firstChild[parent[i]!]!
    firstChild[parent[i]!] = i
  }
  const order = new Int32Array(rows)
  let count = 0
  let row = 0
  while (row >= 0 && rows > 0) {
    order[count++] = row
    if (firstChild[row]! >= 0) row = firstChild[row]!
    else {
      while (row >= 0 && sibling[row]! < 0) row = parent[row]!
      row = row < 0 ? -1 : sibling[row]!
    }
  }
  return order
}

/** A side's values with their totals. */
export function sideValues(index: TreeIndex, self: Float64Array): SideValues {
  return { self, total: rowTotals(index.tree.parent, self) }
}

/** Rows of a frame that lie in no other row of it. */
export function outermostOf({ start, rows, above }: TreeIndex, frame: number): number[] {
  const found: number[] = []
  for (let k = start[frame]!; k < start[frame + 1]!; k++) if (above[rows[k]!]! < 0) found.push(rows[k]!)
  return found
}

/** Rates of every entity within the stacks that pass through `frame`. */
export interface RatesWithin {
  readonly before: Float64Array
  readonly after: Float64Array
}

/** Rates of every entity within the stacks that pass through `frame`; takes time for those stacks only. */
export function ratesWithin(scope: Scope, frame: number): RatesWithin {
  const { index, changes } = scope
  const { frame: frames, frameCount } = index.tree
  const before = new Float64Array(2 * frameCount)
  const after = new Float64Array(2 * frameCount)
  for (const top of outermostOf(index, frame)) {
    for (let i = top; i < index.end[top]!; i++) {
      const f = frames[i]!
      if (f < 0) continue
      before[frameCount + f]! += scope.before.self[i]!
      after[frameCount + f]! += scope.after.self[i]!
      if (index.above[i]! >= top) continue
      before[f]! += scope.before.total[i]!
      after[f]! += scope.after.total[i]!
    }
  }
  const { exposureBefore, exposureAfter } = changes
  for (let e = 0; e < before.length; e++) {
    before[e] = exposureBefore > 0 ? before[e]! / exposureBefore : 0
    after[e] = exposureAfter > 0 ? after[e]! / exposureAfter : 0
  }
  return { before, after }
}
