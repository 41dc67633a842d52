import type { Measure } from '../../client/measure.ts'
import { nodeOfPath } from '../../client/paths.ts'
import type { ClientTree, TreeStep } from '../../client/tree.ts'
import type { Controls } from './controls.ts'
import type { Source } from './source.ts'

/** What a reader chose; everything of it is in the address. */
export interface View {
  readonly steps: readonly TreeStep[]
  /** Path of the frame that fills the width. */
  readonly zoom: string
  /** Range of a time chart. */
  readonly from: number
  readonly to: number
  readonly search: string
  readonly ignoreCase: boolean
  readonly flipped: boolean
  /** Larger siblings first, whatever the file's order is. */
  readonly heavy: boolean
}

export const FRESH: View = {
  steps: [],
  zoom: '',
  from: 0,
  to: 0,
  search: '',
  ignoreCase: false,
  flipped: false,
  heavy: false,
}

/** A picture that lives: what the file says, and what is shown of it now. */
export interface Picture {
  readonly source: Source
  readonly controls: Controls
  /** Width of text in px at a size, in the viewer's font. */
  readonly measure: (size: number, bold?: boolean) => Measure
  view: View
  readonly past: View[]
  tree: ClientTree
  elements: readonly SVGElement[]
  /** Levels under each box. */
  below: Int32Array
  layer: SVGElement
  /** Row of each element of the layer. */
  nodes: Map<Element, number>
  /** Steps that the tree was made with. */
  built: string
  zoomed: number
  /** Where the keyboard is. */
  current: number
  selected: number
  /** Under the pointer; -1 = none. */
  hovered: number
  matches: readonly number[]
  matched: number
  width: number
  height: number
  rows: number
  /** Where the rows begin, and how much stands below them. */
  top: number
  /** How far the head lies lower than drawn, because controls stand above it. */
  raised: number
  foot: number
  narrow: boolean
}

export function one(picture: Picture, selector: string): SVGElement | null {
  return picture.source.svg.querySelector<SVGElement>(selector)
}

/** Root at the top. */
export function isInverted({ source, view }: Picture): boolean {
  return source.inverted !== view.flipped
}

/** The part of the whole that the width shows. */
export function domainOf({ view, tree, zoomed }: Picture): readonly [number, number] {
  if (view.to > view.from) return [view.from, view.to]
  return [tree.start[zoomed]!, tree.start[zoomed]! + tree.total[zoomed]!]
}

/** Place and width of a box in px. */
export function shownAt(picture: Picture, node: number): readonly [number, number] {
  const { tree, width, source } = picture
  const { pad } = source.geometry
  const [from, to] = domainOf(picture)
  const scale = to > from ? (width - 2 * pad) / (to - from) : 0
  const left = Math.max(tree.start[node]!, from)
  const right = Math.min(tree.start[node]! + tree.total[node]!, to)
  return [pad + (left - from) * scale, (right - left) * scale]
}

/** Upper edge of a row. */
export function yOf(picture: Picture, row: number): number {
  const { source, top, rows } = picture
  const up = !isInverted(picture)
  return top + (up ? rows - 1 - row : row) * source.geometry.row + (source.compat && up ? 1 : 0)
}

/** True for the zoomed frame and what it stands on. */
export function isAbove({ tree, zoomed }: Picture, node: number): boolean {
  for (let n = zoomed; n >= 0; n = tree.parent[n]!) if (n === node) return true
  return false
}

/** What a key acts on: the frame under the pointer, else the selected, else the zoomed one. */
export function actedOn({ hovered, selected, zoomed }: Picture): number {
  return hovered >= 0 ? hovered : selected >= 0 ? selected : zoomed
}

export function zoomedNode(tree: ClientTree, view: View): number {
  return nodeOfPath(tree, view.zoom)
}
