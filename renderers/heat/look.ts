import type { PAGE, Theme } from '../markup/palette.ts'
import type { ColourScale } from './colours.ts'
import type { HeatMapOptions } from './options.ts'

export interface PanelLook {
  readonly index: number
  readonly scale: ColourScale
  readonly full: number
  readonly ink: (typeof PAGE)[Theme]
  readonly size: number
  readonly measure: (words: string) => number
  readonly prefix: string
  readonly fills: readonly string[]
  readonly colour: (level: number) => string
  readonly options: HeatMapOptions
}

/** What a panel is drawn with: its figure's look, words of columns and rows, and the places (0..1) of their edges. */
export interface GridLook extends PanelLook {
  readonly xs: readonly number[]
  readonly ys: readonly number[]
  readonly columns: readonly string[]
  readonly rows: readonly string[]
}
