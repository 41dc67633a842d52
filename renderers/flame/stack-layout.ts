import { hierarchy, partition } from 'd3-hierarchy'
import type { StackTree } from '../../src/model/index.ts'
import { compareTexts } from '../../src/model/text/compare.ts'
import { totals } from '../../src/ops/stacks/totals.ts'
import { plainName } from '../words/label.ts'

/** Boxes deeper than this are not drawn; their parent says how many there are. */
export const MAX_ROWS = 2048

/**
 * One frame of a picture. All values are integers of `Layout.scale`; total = self + hidden + the children's totals, exactly.
 * start = where it begins, in the same unit, from the left edge of the root.
 */
export interface Box {
  readonly node: number
  /** Index of the parent's box, -1 for a root. */
  readonly parent: number
  readonly depth: number
  /** Row from the root's side of the picture; differs from depth where several roots stand above one another. */
  readonly row: number
  readonly start: number
  readonly total: number
  readonly self: number
  /** What its pruned descendants sum up to. */
  readonly hidden: number
  /** How many frames that was. */
  readonly hiddenFrames: number
  /** Levels below this box that the depth limit cut; 0 nearly always. */
  readonly deeper: number
}

export interface Layout {
  readonly stacks: StackTree
  /** Pre-order: a parent stands before its children, children from left to right. */
  readonly boxes: readonly Box[]
  /** Integer units per unit of value: 1 for counts, 10^k for values with k decimals. */
  readonly scale: number
  /** Width of the whole picture in those units. */
  readonly total: number
  readonly rows: number
  /** Frames there are, drawn or not. */
  readonly frames: number
  readonly hiddenFrames: number
  readonly hidden: number
  /** Levels that the depth limit cut off, 0 without. */
  readonly deeper: number
  /** Boxes with less than this share of the total are pruned. */
  readonly minShare: number
}

export interface LayoutOptions {
  /** Boxes with less than this share of the total are pruned; default 0. */
  readonly minShare?: number
  /** When more boxes than this would be drawn, a greater share decides. */
  readonly maxBoxes?: number
  readonly maxRows?: number
  /** `totals(stacks, self)`, where the caller has them already. */
  readonly totals?: Float64Array
  /** Order of siblings: by name (default) or larger ones first. */
  readonly sort?: 'name' | 'value'
  /** What stands on the root keeps the order of its rows, whatever `sort` says. */
  readonly inputOrder?: boolean
}

/**
 * Boxes of a flame graph. Prunes first, lays out the rest with d3's partition. Linear in nodes, n log n in drawn boxes; never recursive.
 * Negative values count as nothing.
 */
export function layoutStacks(stacks: StackTree, self: Float64Array, options: LayoutOptions = {}): Layout {
  const { parent } = stacks
  const { scale, negative } = gauge(self)
  const exact = scale === 1 && !negative
  const own = exact ? self : self.map(value => (value > 0 ? Math.round(value * scale) : 0))
  const total = (exact ? options.totals : undefined) ?? totals(stacks, own)
  const maxRows = options.maxRows ?? MAX_ROWS
  const maxBoxes = options.maxBoxes ?? Infinity
  let minShare = options.minShare ?? 0
  let least = Math.max(total[0]! * minShare, Number.MIN_VALUE)
  let pruned = prune(parent, total, least, { maxRows, maxBoxes })
  while (pruned === undefined) {
    minShare = shareOfWidest(parent, total, least, { count: maxBoxes, maxRows })
    least = Math.max(total[0]! * minShare, Number.MIN_VALUE)
    pruned = prune(parent, total, least, { maxRows, maxBoxes })
  }
  const placed = placeBoxes(stacks, { own, total }, pruned, options)
  return {
    stacks,
    ...placed,
    scale,
    total: total[0]!,
    frames: pruned.frames,
    hiddenFrames: pruned.hiddenCount,
    deeper: pruned.deepest,
    minShare,
  }
}

/** The nodes that get a box, in pre-order of the tree, with a column per fact of a box. */
interface Pruned {
  /** Node of each box. */
  readonly kept: readonly number[]
  readonly parentBox: readonly number[]
  readonly hiddenFrames: readonly number[]
  readonly deeper: readonly number[]
  readonly frames: number
  readonly hiddenCount: number
  readonly deepest: number
}

/** Which nodes are drawn; undefined when these are more than `maxBoxes`. */
function prune(
  parent: Int32Array,
  total: Float64Array,
  least: number,
  { maxRows, maxBoxes }: { readonly maxRows: number; readonly maxBoxes: number },
): Pruned | undefined {
  // drawnAt[i]: the box that node i is drawn in or hidden under; levels[i]: rows that the depth limit hides down to i
  const drawnAt = new Int32Array(parent.length)
  const kept: number[] = [0]
  const parentBox: number[] = [-1]
  const depth: number[] = [0]
  const hiddenFrames: number[] = [0]
  const deeper: number[] = [0]
  let levels: Int32Array | undefined
  let frames = 0
  let hiddenCount = 0
  let deepest = 0
  for (let i = 1; i < parent.length; i++) {
    const above = parent[i]!
    const box = drawnAt[above]!
    if (total[i]! > 0) frames++
    if (total[i]! >= least && kept[box] === above && depth[box]! < maxRows - 1) {
      if (kept.length === maxBoxes) return undefined
      drawnAt[i] = kept.length
      kept.push(i)
      parentBox.push(box)
      depth.push(depth[box]! + 1)
      hiddenFrames.push(0)
      deeper.push(0)
      continue
    }
    drawnAt[i] = box
    if (!(total[i]! > 0)) continue
    hiddenCount++
    hiddenFrames[box]!++
    if (total[i]! >= least) {
      levels ??= new Int32Array(parent.length)
      levels[i] = levels[above]! + 1
      if (levels[i]! > deeper[box]!) deeper[box] = levels[i]!
      deepest = Math.max(deepest, levels[i]!)
    }
  }
  return { kept, parentBox, hiddenFrames, deeper, frames, hiddenCount, deepest }
}

/** Orders siblings and gives every box its place. */
function placeBoxes(
  stacks: StackTree,
  { own, total }: { readonly own: Float64Array; readonly total: Float64Array },
  { kept, parentBox, hiddenFrames, deeper }: Pruned,
  options: LayoutOptions,
): Pick<Layout, 'boxes' | 'rows' | 'hidden'> {
  const children: number[][] = kept.map(() => [])
  const hidden = kept.map(node => total[node]! - own[node]!)
  for (let box = 1; box < kept.length; box++) {
    children[parentBox[box]!]!.push(box)
    hidden[parentBox[box]!]! -= total[kept[box]!]!
  }
  const nameOf = (box: number): string => stacks.frames.name[stacks.frame[kept[box]!]!]!
  const byName = (a: number, b: number): number =>
    compareTexts(plainName(nameOf(a)), plainName(nameOf(b))) || compareTexts(nameOf(a), nameOf(b)) || a - b
  const order =
    options.sort === 'value'
      ? (a: number, b: number): number => total[kept[b]!]! - total[kept[a]!]! || byName(a, b)
      : byName
  for (let box = options.inputOrder === true ? 1 : 0; box < children.length; box++)
    if (children[box]!.length > 1) children[box]!.sort(order)

  const root = partition<number>().size([total[0]!, 1])(
    hierarchy(0, box => children[box]!).sum(box => own[kept[box]!]! + hidden[box]!),
  )
  const boxes: Box[] = []
  const place = new Int32Array(kept.length).fill(-1)
  let rows = 1
  root.eachBefore(placed => {
    const box = placed.data
    const node = kept[box]!
    place[box] = boxes.length
    rows = Math.max(rows, placed.depth + 1)
    boxes.push({
      node,
      parent: box === 0 ? -1 : place[parentBox[box]!]!,
      depth: placed.depth,
      row: placed.depth,
      start: Math.round(placed.x0),
      total: total[node]!,
      self: own[node]!,
      hidden: hidden[box]!,
      hiddenFrames: hiddenFrames[box]!,
      deeper: deeper[box]!,
    })
  })
  let hiddenTotal = 0
  for (const value of hidden) hiddenTotal += value
  return { boxes, rows, hidden: hiddenTotal }
}

/** The share of the whole that fewer than `count` of the boxes with at least `least` have. */
function shareOfWidest(
  parent: Int32Array,
  total: Float64Array,
  least: number,
  { count, maxRows }: { readonly count: number; readonly maxRows: number },
): number {
  const depth = new Int32Array(parent.length)
  const wide: number[] = [total[0]!]
  for (let i = 1; i < parent.length; i++) {
    depth[i] = depth[parent[i]!]! + 1
    if (total[i]! >= least && depth[i]! < maxRows) wide.push(total[i]!)
  }
  return (Float64Array.from(wide).sort()[wide.length - 1 - count]! / total[0]!) * JUST_MORE
}

/** Factor to a share that the same share does not reach. */
export const JUST_MORE = 1.0000001

/** Power of ten that makes all values integers, as far as doubles and six decimals allow. */
export function decimalScale(values: ArrayLike<number>): number {
  return gauge(values).scale
}

/** That power of ten, and whether a value is negative or none at all. */
function gauge(values: ArrayLike<number>): { readonly scale: number; readonly negative: boolean } {
  let scale = 1
  let sum = 0
  let negative = false
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (value === 0) continue
    if (!(value > 0)) negative = true
    sum += Math.abs(value)
    while (scale < 1e6 && !nearInteger(value * scale)) scale *= 10
  }
  while (scale > 1 && sum * scale > Number.MAX_SAFE_INTEGER) scale /= 10
  return { scale, negative }
}

function nearInteger(value: number): boolean {
  return Number.isInteger(value) || Math.abs(value - Math.round(value)) < Math.abs(value) * 1e-14
}
