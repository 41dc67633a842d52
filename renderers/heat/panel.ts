import type { HeatFigure } from '../../src/ops/heat/heat.ts'
import { cut } from '../markup/escape.ts'
import { el, fixed, text } from '../markup/svg.ts'
import { edgePlaces, timeWords } from '../words/axis.ts'
import { boldMeasure } from '../words/bold.ts'
import { fitLabel } from '../words/label.ts'
import { formatValue, rangeWords } from '../words/numbers.ts'
import { rowAxis, timeAxis } from './axes.ts'
import { cells, missingRects } from './cells.ts'
import { HEAT_LEVELS, heatLevels } from './colours.ts'
import type { GridLook, PanelLook } from './look.ts'
import { figureName } from './names.ts'
import { hasLines, percentiles } from './percentile.ts'
import { exactNumber, r } from './pixels.ts'
import type { Place } from './places.ts'

export interface Drawn {
  readonly markup: readonly string[]
  /** Words for columns and rows, and the places (0..1) of their edges, for the script. */
  readonly columns: readonly string[]
  readonly rows: readonly string[]
  readonly xs: readonly number[]
  readonly ys: readonly number[]
}

export function drawPanels(figure: HeatFigure, places: readonly Place[], look: PanelLook): Drawn {
  const { x: xEdges, y: yEdges } = figure.panels[0]!.grid
  const span = xEdges[xEdges.length - 1]! - xEdges[0]!
  const xs = Array.from(xEdges, edge => (edge - xEdges[0]!) / span)
  const ys = Array.from(edgePlaces(yEdges, figure.y.scale))
  const columns = xs.slice(1).map((_, c) => timeWords(xEdges[c]!, xEdges[c + 1]!, figure.x.unit))
  const rows = ys
    .slice(1)
    .map((_, i) =>
      figure.y.scale === 'category'
        ? `${figure.y.name} ${figure.y.labels?.[i] ?? i}`
        : rangeWords(yEdges[i]!, yEdges[i + 1]!, figure.y.unit),
    )
  const markup = places.map((place, p) => drawPanel(figure, place, p, { ...look, xs, ys, columns, rows }))
  return {
    markup,
    columns,
    rows,
    xs: xs.map(value => Number(value.toFixed(6))),
    ys: ys.map(value => Number(value.toFixed(6))),
  }
}

function drawPanel(figure: HeatFigure, place: Place, index: number, look: GridLook): string {
  const { panel } = place
  const { ink, ys, options } = look
  const rows = ys.length - 1
  const level = figure.cells === 'level'
  const parts = [
    ...panelHeading(figure, place, look),
    ...panelCells(figure, place, look),
    ...rowAxis(figure, place, look, index === 0 || figure.panels.length <= 3),
    ...timeAxis(figure, place, look),
  ]
  if (hasLines(place, options)) parts.push(percentiles(figure, place, look))
  const label = `${figureName(figure)}${panel.key === '' ? '' : `, ${panel.key}`}: ${formatValue(panel.total, level ? 'readings' : figure.value.unit)}, ${look.columns.length} columns of time, ${rows} rows`
  parts.push(
    el('rect', {
      class: 'bv-cursor',
      x: 0,
      y: 0,
      width: 0,
      height: 0,
      fill: 'none',
      stroke: ink.ink,
      'stroke-width': 1.5,
      visibility: 'hidden',
    }),
  )
  return el(
    'g',
    {
      class: 'bv-panel',
      role: options.script === false ? 'img' : 'application',
      tabindex: options.script === false ? undefined : 0,
      'aria-label': cut(label, 300),
      'data-figure': look.index,
      'data-panel': index,
      'data-total': exactNumber(panel.total),
    },
    '\n',
    parts.join('\n'),
    '\n',
  )
}

/** A panel's key and how much it holds, over it. */
function panelHeading(figure: HeatFigure, { panel, x, y, width }: Place, { ink }: GridLook): string[] {
  const parts: string[] = []
  if (panel.key !== '' || figure.panels.length > 1) {
    const name = panel.key === '' ? '(empty)' : panel.key
    const words = fitLabel(cut(name, 200), width - 130, boldMeasure(12.5))
    parts.push(el('text', { x: r(x), y: y - 7, 'font-size': 12.5, 'font-weight': 600, fill: ink.ink }, text(words)))
    parts.push(
      el(
        'text',
        { class: 'bv-second', x: r(x + width), y: y - 7, 'text-anchor': 'end', fill: ink.secondary },
        text(formatValue(panel.total, figure.cells === 'level' ? 'readings' : figure.value.unit)),
      ),
    )
  }
  return parts
}

/** The ground of a panel, what is missing, its cells and the lines between them. */
function panelCells(figure: HeatFigure, { panel, x, y, width, height }: Place, look: GridLook): string[] {
  const { ink, xs, ys, options } = look
  const { counts } = panel.grid
  const px = xs.map(at => r(x + at * width))
  const py = ys.map(at => r(y + (1 - at) * height))
  const levels = heatLevels(
    figure.cells === 'level' ? counts.map(value => (value >= 0 ? Math.max(value, 1e-300) : value)) : counts,
    look.scale,
    look.full,
    HEAT_LEVELS,
  )
  const grid = { px, py }
  const parts: string[] = []
  parts.push(el('rect', { class: 'bv-none', x: r(x), y, width: r(width), height, fill: ink.field }))
  parts.push(...missingRects(counts, grid, look.prefix), cells(figure, panel, levels, grid, look))
  if (options.gridLines === true) {
    const lines = `${px.map(at => `M${fixed(at)} ${fixed(y)}v${fixed(height)}`).join('')}${py.map(at => `M${fixed(x)} ${fixed(at)}h${fixed(width)}`).join('')}`
    parts.push(
      el('path', {
        class: 'bv-gridline',
        d: lines,
        stroke: ink.page,
        'stroke-width': 0.7,
        fill: 'none',
        'shape-rendering': 'crispEdges',
      }),
    )
  }
  return parts
}
