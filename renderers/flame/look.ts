import type { Fill } from '../markup/palette.ts'

/** What one box shows; how boxes are placed and drawn is not its business. */
export interface Look {
  readonly fill: Fill
  /** The function's name as people read it: label, tooltip and search go by it. */
  readonly name: string
  /** Before the name in the label: `▲ `. */
  readonly mark?: string
  /** Behind the name, where a wide box has room: ` +11.9 points`. */
  readonly tail?: string
  readonly module?: string
  /** Hatch over the fill, for what is there on one side only. */
  readonly hatch?: 'new' | 'gone'
  /** In the place of `12 samples, 3.40%` in the tooltip. Without parentheses. */
  readonly detail?: string
  /** More attributes of the frame's group; names start with `data-`. */
  readonly data?: Readonly<Record<string, string | number>>
}

export interface LegendEntry {
  readonly label: string
  /** One swatch, or several for a scale. */
  readonly fills: readonly Fill[]
  readonly hatch?: 'new' | 'gone'
}

/** The words around a picture. */
export interface PictureText {
  readonly title: string
  readonly subtitle: string
  readonly legend: readonly LegendEntry[]
  /** What a reader has to know before believing the picture. */
  readonly warnings: readonly string[]
  /** What was left out, said at the end of the same line. */
  readonly notes: readonly string[]
}
