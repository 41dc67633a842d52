import type { ClientTree, SiblingOrder } from '../../client/tree.ts'

/** A stretch of a time chart in which frames were left out. */
export interface Mark {
  readonly start: number
  readonly total: number
  readonly row: number
}

/** Sizes in px that the drawing and the script share. */
export interface Geometry {
  readonly pad: number
  readonly top: number
  readonly row: number
  readonly foot: number
  readonly size: number
}

/** What the file says, which never changes. */
export interface Source {
  readonly svg: SVGSVGElement
  readonly document: Document
  readonly window: Window & typeof globalThis
  /** The picture is all there is in the window: the address and the keyboard are its own. */
  readonly alone: boolean
  readonly compat: boolean
  readonly chart: boolean
  readonly fixed: boolean
  readonly inverted: boolean
  readonly geometry: Geometry
  readonly unit: string
  readonly factor: number
  /** Total of the whole. */
  readonly all: number
  readonly order: SiblingOrder
  readonly tree: ClientTree
  readonly elements: readonly SVGElement[]
  readonly layer: SVGElement
  readonly pruned: SVGElement
  readonly marks: readonly Mark[]
  readonly rows: number
}
