/**
 * A prefix tree of stacks with one column of self values per run; parent[i] < i, row 0 is the root and stands for no frame.
 * The first `before` runs are side A, the rest side B.
 */
export interface RunTree {
  readonly parent: Int32Array
  /** Frame of each row, 0..frameCount-1; -1 for rows whose frame is no entity. */
  readonly frame: Int32Array
  readonly frameCount: number
  readonly self: readonly Float64Array[]
  readonly before: number
}

/**
 * Counts of entities, one array per run and the total of each run. Entity f is frame f in total (every stack that holds it, once);
 * entity frameCount + f is frame f in itself (stacks that end in it).
 */
export interface EntityCounts {
  readonly counts: readonly Float64Array[]
  readonly totals: Float64Array
}

/** Marks the rows whose frame does not occur again above them, within `region` if given: one per stack and frame. */
export function outermostRows(tree: Pick<RunTree, 'parent' | 'frame' | 'frameCount'>, region?: Uint8Array): Uint8Array {
  const { parent, frame } = tree
  const rows = parent.length
  const marked = new Uint8Array(rows)
  const firstChild = new Int32Array(rows).fill(-1)
  const sibling = new Int32Array(rows).fill(-1)
  for (let i = rows - 1; i > 0; i--) {
    sibling[i] = firstChild[parent[i]!]!
    firstChild[parent[i]!] = i
  }
  const open = new Int32Array(tree.frameCount)
  const inside = (row: number): boolean => row > 0 && frame[row]! >= 0 && (region === undefined || region[row] === 1)
  let row = firstChild[0] ?? -1
  while (row > 0) {
    if (inside(row) && open[frame[row]!]!++ === 0) marked[row] = 1
    if (firstChild[row]! >= 0) {
      row = firstChild[row]!
      continue
    }
    while (row > 0) {
      if (inside(row)) open[frame[row]!]!--
      if (sibling[row]! >= 0) {
        row = sibling[row]!
        break
      }
      row = parent[row]!
    }
  }
  return marked
}

/** Total of each row: its own value and those of everything below it. */
export function rowTotals(parent: Int32Array, self: Float64Array): Float64Array {
  const totals = self.slice()
  for (let i = totals.length - 1; i > 0; i--) if (totals[i] !== 0) totals[parent[i]!]! += totals[i]!
  return totals
}

/** Counts of every entity in every run. `removed` rows count as if their own values were zero. */
export function countEntities(tree: RunTree, outermost: Uint8Array, removed?: Uint8Array): EntityCounts {
  const counts: Float64Array[] = []
  const totals = new Float64Array(tree.self.length)
  for (let r = 0; r < tree.self.length; r++) {
    const self = removed === undefined ? tree.self[r]! : without(tree.self[r]!, removed)
    const run = countRows(tree, outermost, self)
    counts.push(run.counts)
    totals[r] = run.total
  }
  return { counts, totals }
}

/** Counts of every entity for one column of self values. */
export function countRows(
  tree: RunTree,
  outermost: Uint8Array,
  self: Float64Array,
): { counts: Float64Array; total: number } {
  const { parent, frame, frameCount } = tree
  const total = rowTotals(parent, self)
  const counts = new Float64Array(2 * frameCount)
  for (let i = 1; i < self.length; i++) {
    const f = frame[i]!
    if (f < 0 || total[i] === 0) continue
    if (outermost[i] === 1) counts[f]! += total[i]!
    counts[frameCount + f]! += self[i]!
  }
  return { counts, total: total[0] ?? 0 }
}

/** The column with removed rows set to zero. */
export function without(self: Float64Array, removed: Uint8Array): Float64Array {
  const rest = self.slice()
  for (let i = 0; i < rest.length; i++) if (removed[i] === 1) rest[i] = 0
  return rest
}

/** Marks every row at or below a row of frame `frame` (within `region` if given). */
export function rowsUnder(tree: RunTree, frame: number, region?: Uint8Array): Uint8Array {
  const marked = new Uint8Array(tree.parent.length)
  for (let i = 1; i < marked.length; i++) {
    if (region !== undefined && region[i] !== 1) continue
    if (tree.frame[i] === frame || marked[tree.parent[i]!] === 1) marked[i] = 1
  }
  return marked
}

/** Sum of the columns of one side: `after` false for the runs before, true for those after. */
export function sideSum(tree: RunTree, after: boolean): Float64Array {
  const summed = new Float64Array(tree.parent.length)
  for (let r = after ? tree.before : 0; r < (after ? tree.self.length : tree.before); r++) {
    const self = tree.self[r]!
    for (let i = 0; i < summed.length; i++) if (self[i] !== 0) summed[i]! += self[i]!
  }
  return summed
}
