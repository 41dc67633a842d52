import type { Theme } from '../markup/palette.ts'
import type { ColourScale } from './colours.ts'

/** How a heat map is drawn; widths in px. */
export interface HeatMapOptions {
  readonly title?: string | undefined
  readonly subtitle?: string | undefined
  readonly width?: number | undefined
  /** How counts become colours; default log for counts, linear for levels. */
  readonly colours?: ColourScale | undefined
  /** Cells with this much or more get the deepest colour; default: the greatest cell. */
  readonly saturate?: number | undefined
  /** One hue (degrees) in the place of yellow to red. */
  readonly hue?: number | undefined
  /** Percentile lines; default true where there are any. */
  readonly lines?: boolean | undefined
  readonly script?: boolean | undefined
  readonly theme?: 'auto' | Theme | undefined
  /** Hairlines between cells. */
  readonly gridLines?: boolean | undefined
  /** Size of a cell in px: the picture is as large as its cells need. */
  readonly boxSize?: number | undefined
  /** Hover text also says how many events of its column, and of all, are in this row or below. */
  readonly accumulate?: boolean | undefined
  /** What the rows' values are called, in the place of the column's name. */
  readonly rowsLabel?: string | undefined
  readonly font?: string | undefined
  readonly fontSize?: number | undefined
}
