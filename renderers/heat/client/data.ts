import type { Packed } from './pack.ts'
import { unpackRuns } from './pack.ts'

/** One figure of a heat map as the page knows it: words of its columns and rows, and its panels. */
export interface HeatFigure<Counts> {
  readonly unit: string
  readonly cells: string
  readonly full: number
  readonly scale: string
  readonly accumulate: boolean
  readonly columns: readonly string[]
  readonly rows: readonly string[]
  readonly overall: string
  readonly panels: readonly { readonly key: string; readonly at: readonly number[]; readonly counts: Counts }[]
  /** Places of the edges, 0..1. */
  readonly x: readonly number[]
  readonly y: readonly number[]
}

/** What the picture carries for its script. */
export interface HeatData<Counts> {
  readonly levels: number
  readonly fills: readonly string[]
  readonly figures: readonly HeatFigure<Counts>[]
}

export type Counts = readonly (number | null)[]

/** The picture's data with its counts unpacked. */
export function readHeat(svg: Element): HeatData<Counts> {
  const packed = JSON.parse(svg.querySelector('.bv-data')?.textContent ?? '{"figures":[]}') as HeatData<Packed>
  return {
    ...packed,
    figures: packed.figures.map(figure => ({
      ...figure,
      panels: figure.panels.map(panel => ({ ...panel, counts: unpackRuns(panel.counts) })),
    })),
  }
}

/** The cell between edges that a place lies in. */
export function cellAt(edges: readonly number[], at: number): number {
  let i = 0
  while (i < edges.length - 2 && edges[i + 1]! <= at) i++
  return i
}
