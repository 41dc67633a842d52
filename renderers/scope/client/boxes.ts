/** Boxes of a flame graph, parents before children and left to right; columns of equal length. */
export interface ScopeBoxes {
  readonly node: number[]
  readonly depth: number[]
  readonly start: number[]
  readonly total: number[]
  readonly self: number[]
  readonly hidden: number[]
  readonly hiddenFrames: number[]
  /** Frames not drawn, and their value. */
  readonly pruned: number
  readonly prunedValue: number
}

/**
 * Boxes of the frames that have at least `minShare` of the total, children in node order (which is by name), what is pruned counted where it was. The tree's parents
 * stand before their children.
 */
export function scopeBoxes(parent: Int32Array, self: Float64Array, minShare: number, maxDepth: number): ScopeBoxes {
  const size = parent.length
  const total = self.slice()
  for (let i = size - 1; i > 0; i--) total[parent[i]!] = total[parent[i]!]! + total[i]!
  const least = Math.max(total[0]! * minShare, Number.MIN_VALUE)
  const boxOf = new Int32Array(size).fill(-1)
  const kept: number[] = [0]
  const above: number[] = [-1]
  const depths: number[] = [0]
  const hiddenFrames: number[] = [0]
  const drawnTotal: number[] = [0]
  const children: number[][] = [[]]
  boxOf[0] = 0
  let pruned = 0
  for (let i = 1; i < size; i++) {
    if (!(total[i]! > 0)) continue
    const under = boxOf[parent[i]!]!
    const drawn = under >= 0 && kept[under] === parent[i]
    if (drawn && total[i]! >= least && depths[under]! < maxDepth) {
      boxOf[i] = kept.length
      children[under]!.push(kept.length)
      drawnTotal[under] = drawnTotal[under]! + total[i]!
      kept.push(i)
      above.push(under)
      depths.push(depths[under]! + 1)
      hiddenFrames.push(0)
      drawnTotal.push(0)
      children.push([])
    } else {
      boxOf[i] = under
      if (under >= 0) hiddenFrames[under]!++
      pruned++
    }
  }
  const boxes = {
    node: [] as number[],
    depth: [] as number[],
    start: [] as number[],
    total: [] as number[],
    self: [] as number[],
    hidden: [] as number[],
    hiddenFrames: [] as number[],
  }
  const begin = new Float64Array(kept.length)
  const stack = [0]
  let prunedValue = 0
  while (stack.length > 0) {
    const box = stack.pop()!
    const node = kept[box]!
    const hidden = hiddenFrames[box]! > 0 ? Math.max(0, total[node]! - self[node]! - drawnTotal[box]!) : 0
    prunedValue += hidden
    boxes.node.push(node)
    boxes.depth.push(depths[box]!)
    boxes.start.push(begin[box]!)
    boxes.total.push(total[node]!)
    boxes.self.push(self[node]!)
    boxes.hidden.push(hidden)
    boxes.hiddenFrames.push(hiddenFrames[box]!)
    const list = children[box]!
    let at = begin[box]!
    for (const child of list) {
      begin[child] = at
      at += total[kept[child]!]!
    }
    for (let c = list.length - 1; c >= 0; c--) stack.push(list[c]!)
  }
  return { ...boxes, pruned, prunedValue }
}
