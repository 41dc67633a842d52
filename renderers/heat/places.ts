import type { HeatFigure, HeatPanel } from '../../src/ops/heat/heat.ts'
import type { HeatMapOptions } from './options.ts'

export const PAD = 16
/** Room beside a panel: for its rows' labels, and for the name of a percentile. */
export const LEFT = 78
const RIGHT = 64

export interface Place {
  readonly panel: HeatPanel
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export function columnsOf(figure: HeatFigure): number {
  return figure.panels[0]!.grid.x.length - 1
}

function rowsOf(figure: HeatFigure): number {
  return figure.panels[0]!.grid.y.length - 1
}

export function panelPlaces(
  figure: HeatFigure,
  top: number,
  width: number,
  options: HeatMapOptions,
): { readonly places: readonly Place[]; readonly bottom: number } {
  const count = figure.panels.length
  const across = options.boxSize !== undefined || count <= 3 ? 1 : count <= 6 ? 2 : 3
  const cell = (width - PAD * 2) / across
  const rows = rowsOf(figure)
  const head = count > 1 || figure.panels[0]!.key !== '' ? 20 : 0
  const each =
    options.boxSize !== undefined
      ? rows * options.boxSize
      : figure.y.scale === 'category'
        ? Math.min(620, Math.max(count > 1 ? 60 : 120, rows * (rows > 40 ? 9 : 22)))
        : count > 1
          ? across === 1
            ? 230
            : 190
          : Math.min(460, Math.max(300, rows * 24))
  const places = figure.panels.map(
    (panel, i): Place => ({
      panel,
      x: PAD + (i % across) * cell + LEFT,
      y: top + head + Math.floor(i / across) * (each + head + 46),
      width: cell - LEFT - (panel.lines.length > 0 && options.lines !== false ? RIGHT : 22),
      height: each,
    }),
  )
  return { places, bottom: top + Math.ceil(count / across) * (each + head + 46) }
}
