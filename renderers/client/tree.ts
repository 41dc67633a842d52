import type { MovedStacks, StackTransform } from '../../src/ops/stacks/transform.ts'
import { isModule, moveValues, PathTable, transformStacks, turnStacks } from '../../src/ops/stacks/transform.ts'

/** Frames of a page, by row; boxes of one row are one function and look alike. The table may grow. */
export interface ClientFrames {
  readonly name: string[]
  readonly module: string[]
  /** Class of the box. */
  readonly look: string[]
  /** Fill of the box where no class gives one. */
  readonly fill: string[]
}

/** Stacks as a page works on them: columns in pre-order, row 0 the root. total = self + hidden + the children's totals. */
export interface ClientTree {
  readonly frames: ClientFrames
  readonly parent: ArrayLike<number>
  /** Row of `frames`; the root has one too. */
  readonly frame: ArrayLike<number>
  readonly self: ArrayLike<number>
  /** What was not drawn on it, and how many frames that is. */
  readonly hidden: ArrayLike<number>
  readonly pruned: ArrayLike<number>
  readonly total: ArrayLike<number>
  readonly start: ArrayLike<number>
  readonly row: ArrayLike<number>
}

/** A change of the tree that a reader asked for. */
export type TreeStep = StackTransform | { readonly kind: 'reverse' }

/** Order of siblings. input = the rows on the root stay as they come. */
export type SiblingOrder = { readonly byValue: boolean; readonly input: boolean }

/** The row of a frame in the table, made when there is none. */
export function frameRow(frames: ClientFrames, name: string, module: string, look: string, fill = ''): number {
  for (let f = 0; f < frames.name.length; f++)
    if (frames.name[f] === name && frames.module[f] === module && frames.look[f] === look && frames.fill[f] === fill)
      return f
  frames.name.push(name)
  frames.module.push(module)
  frames.look.push(look)
  frames.fill.push(fill)
  return frames.name.length - 1
}

/** The tree after one step, its sums as they were but for what keep, drop and start take away. */
export function changeTree(tree: ClientTree, step: TreeStep, order: SiblingOrder): ClientTree {
  if (step.kind === 'reverse') return turnTree(tree)
  const { frames } = tree
  let moduleFrame = -1
  if (step.kind === 'collapse' && step.what !== 'recursion') {
    const first = frames.module.findIndex(module => isModule(module, step.what))
    if (first < 0) return tree
    const module = frames.module[first]!
    moduleFrame = frameRow(
      frames,
      '[' + module.slice(module.lastIndexOf('/') + 1) + ']',
      module,
      frames.look[first]!,
      frames.fill[first],
    )
  }
  const moved = transformStacks(tree, frames, step, {
    frames: frames.name.length,
    moduleFrame,
    hasValue: i => tree.self[i] !== 0 || tree.hidden[i] !== 0,
  })
  return layoutTree(
    frames,
    { ...moved, frame: [tree.frame[0]!, ...moved.frame.slice(1)] },
    {
      self: moveValues(tree.self, moved),
      hidden: moveValues(tree.hidden, moved),
      pruned: moveValues(tree.pruned, moved),
    },
    order,
  )
}

/** Leaves on the root, callers on what they call; what was not drawn is a leaf of its own. */
function turnTree(tree: ClientTree): ClientTree {
  const { frames, parent, frame } = tree
  const gone = frameRow(frames, '(not drawn)', '', 'bv-marker')
  const turned = turnStacks(tree, i => tree.self[i] !== 0, frames.name.length)
  const table = new PathTable(frames.name.length)
  for (let i = 1; i < turned.parent.length; i++) table.child(turned.parent[i]!, turned.frame[i]!)
  const hidden = new Int32Array(parent.length).fill(-1)
  for (let i = 0; i < parent.length; i++) {
    if (tree.hidden[i] === 0) continue
    let at = table.child(0, gone)
    for (let n = i; n > 0; n = parent[n]!) at = table.child(at, frame[n]!)
    hidden[i] = at
  }
  const moved: MovedStacks = { parent: table.parent, frame: table.frame, moved: turned.moved }
  const self = moveValues(tree.self, moved)
  const rest = moveValues(tree.hidden, { ...moved, moved: hidden })
  for (let i = 0; i < self.length; i++) self[i] = self[i]! + rest[i]!
  const none = new Float64Array(self.length)
  return layoutTree(
    frames,
    { parent: table.parent, frame: [frame[0]!, ...table.frame.slice(1)] },
    { self, hidden: none, pruned: none },
    // callers are read from the largest down
    { byValue: true, input: false },
  )
}

interface Values {
  readonly self: ArrayLike<number>
  readonly hidden: ArrayLike<number>
  readonly pruned: ArrayLike<number>
}

/** Rows in pre-order with their totals and places; `rows` has parents before children. */
export function layoutTree(
  frames: ClientFrames,
  rows: { readonly parent: ArrayLike<number>; readonly frame: ArrayLike<number> },
  { self, hidden, pruned }: Values,
  order: SiblingOrder,
): ClientTree {
  const size = rows.parent.length
  const total = Float64Array.from({ length: size }, (_, i) => self[i]! + hidden[i]!)
  for (let i = size - 1; i > 0; i--) total[rows.parent[i]!] = total[rows.parent[i]!]! + total[i]!
  const children: number[][] = Array.from({ length: size }, () => [])
  for (let i = 1; i < size; i++) children[rows.parent[i]!]!.push(i)
  const compare = (a: number, b: number): number => {
    const [f, g] = [rows.frame[a]!, rows.frame[b]!]
    const [x, y] = [frames.name[f]!, frames.name[g]!]
    return (order.byValue ? total[b]! - total[a]! : 0) || (x < y ? -1 : x > y ? 1 : f - g)
  }
  for (let i = 0; i < size; i++)
    if (children[i]!.length > 1 && (i > 0 || !order.input || order.byValue)) children[i]!.sort(compare)
  const column = (): Float64Array => new Float64Array(size)
  const made = { parent: new Int32Array(size), frame: new Int32Array(size), row: new Int32Array(size) }
  const values = { self: column(), hidden: column(), pruned: column(), total: column(), start: column() }
  const begin = column()
  const place = new Int32Array(size)
  const stack = [0]
  for (let at = 0; stack.length > 0; at++) {
    const node = stack.pop()!
    place[node] = at
    const above = rows.parent[node]!
    made.parent[at] = above < 0 ? -1 : place[above]!
    made.frame[at] = rows.frame[node]!
    made.row[at] = above < 0 ? 0 : made.row[place[above]!]! + 1
    values.self[at] = self[node]!
    values.hidden[at] = hidden[node]!
    values.pruned[at] = pruned[node]!
    values.total[at] = total[node]!
    values.start[at] = begin[node]!
    let start = begin[node]!
    for (const child of children[node]!) {
      begin[child] = start
      start += total[child]!
    }
    for (let k = children[node]!.length - 1; k >= 0; k--) stack.push(children[node]![k]!)
  }
  return { frames, ...made, ...values }
}

/** The same stacks in another order of siblings. */
export function sortTree(tree: ClientTree, order: SiblingOrder): ClientTree {
  return layoutTree(tree.frames, tree, tree, order)
}

/** Name of a row. */
export function nameOf(tree: ClientTree, node: number): string {
  return tree.frames.name[tree.frame[node]!]!
}

/** Names from the root's side to the row, the root left out. */
export function stackOf(tree: ClientTree, node: number): string[] {
  const names: string[] = []
  for (let n = node; n > 0; n = tree.parent[n]!) names.push(nameOf(tree, n))
  return names.reverse()
}

/** A stack and its value as a folded line; what would end a name becomes `:`. */
export function foldedLine(names: readonly string[], value: number): string {
  return names.map(name => name.replace(/[;\n\r]/g, ':')).join(';') + ' ' + value
}

/** The tree as folded stacks; what was not drawn ends in `(not drawn)`. Times `factor`. */
export function foldedText(tree: ClientTree, factor: number): string {
  const lines: string[] = []
  for (let i = 0; i < tree.parent.length; i++) {
    const path = tree.self[i]! > 0 || tree.hidden[i]! > 0 ? stackOf(tree, i) : []
    if (tree.self[i]! > 0) lines.push(foldedLine(path, tree.self[i]! * factor))
    if (tree.hidden[i]! > 0) lines.push(foldedLine([...path, '(not drawn)'], tree.hidden[i]! * factor))
  }
  return lines.join('\n') + '\n'
}
