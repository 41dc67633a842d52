import type { HeatFigure } from '../../src/ops/heat/heat.ts'
import { el, fixed, text } from '../markup/svg.ts'
import { isClock, rowTicks, timeTicks } from '../words/axis.ts'
import { fitLabel } from '../words/label.ts'
import type { PanelLook } from './look.ts'
import { rowsName } from './names.ts'
import { r } from './pixels.ts'
import type { Place } from './places.ts'
import { LEFT } from './places.ts'

/** Ticks, labels and, with `named`, the name of the rows, at the left of a panel. */
export function rowAxis(figure: HeatFigure, place: Place, look: PanelLook, named: boolean): string[] {
  const { panel, x, y, height } = place
  const { ink, options } = look
  const parts: string[] = []
  const yTicks = rowTicks(
    panel.grid.y,
    figure.y.scale,
    figure.y.unit,
    Math.min(1, (figure.y.scale === 'category' ? 12 : 22) / height),
    figure.y.labels,
  )
  for (const tick of yTicks.ticks) {
    const at = r(y + (1 - tick.at) * height)
    if (figure.y.scale !== 'category')
      parts.push(
        el('path', {
          class: 'bv-tick',
          d: `M${fixed(x - 4)} ${fixed(at)}h4`,
          stroke: ink.secondary,
          'stroke-width': 0.8,
          fill: 'none',
        }),
      )
    parts.push(
      el(
        'text',
        { class: 'bv-second', x: r(x - 8), y: r(at + 4), 'text-anchor': 'end', fill: ink.secondary },
        text(fitLabel(tick.label, LEFT - 26, look.measure)),
      ),
    )
  }
  if (named) {
    const words = [rowsName(figure, options), yTicks.unit === '' ? '' : `(${yTicks.unit})`]
      .filter(word => word !== '')
      .join(' ')
    parts.push(
      el(
        'text',
        {
          class: 'bv-second',
          transform: `translate(${fixed(x - LEFT + 12)} ${fixed(y + height / 2)}) rotate(-90)`,
          'text-anchor': 'middle',
          fill: ink.secondary,
        },
        text(fitLabel(words, height, look.measure)),
      ),
    )
  }
  return parts
}

/** Ticks, labels and name of time, below a panel. */
export function timeAxis(figure: HeatFigure, { panel, x, y, width, height }: Place, { ink }: PanelLook): string[] {
  const parts: string[] = []
  const labels = timeTicks(
    panel.grid.x,
    figure.x.unit,
    Math.max(2, Math.floor(width / (isClock(figure.x.unit) ? 96 : 84))),
  )
  for (const tick of labels) {
    const at = r(x + tick.at * width)
    parts.push(
      el('path', {
        class: 'bv-tick',
        d: `M${fixed(at)} ${fixed(y + height)}v4`,
        stroke: ink.secondary,
        'stroke-width': 0.8,
        fill: 'none',
      }),
    )
    parts.push(
      el(
        'text',
        { class: 'bv-second', x: at, y: r(y + height + 16), 'text-anchor': 'middle', fill: ink.secondary },
        text(tick.label),
      ),
    )
  }
  const xName = figure.x.unit === '' ? 'interval' : isClock(figure.x.unit) ? 'time of day' : 'time (s)'
  parts.push(
    el(
      'text',
      { class: 'bv-second', x: r(x + width / 2), y: r(y + height + 32), 'text-anchor': 'middle', fill: ink.secondary },
      text(xName),
    ),
  )
  return parts
}
