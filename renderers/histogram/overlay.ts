import { el, fixed, text } from '../markup/svg.ts'
import { formatValue } from '../words/numbers.ts'
import type { Drawn, Frame } from './frame.ts'
import { HUES, heights, LEFT, lineColour, maximum, PAD } from './frame.ts'
import { countAxis, heading, outline, valueAxis } from './marks.ts'
import type { Shape } from './shape.ts'

/** Outlines over one another, each as shares of its own events. */
export function overlay(shapes: readonly Shape[], top: number, frame: Frame): Drawn {
  const { width, ink, axis } = frame
  const named = Math.min(shapes.length, HUES.length * 3)
  const unnamed = shapes.length - named
  const head = (named + (unnamed > 0 ? 1 : 0)) * 19
  const y = top + head + 24
  const height = 320
  const place = { x: PAD + LEFT, y, room: width - 2 * PAD - LEFT - 18, height }
  const all = shapes.map(shape => {
    const { values } = heights(shape, axis)
    return shape.total > 0 ? values.map(value => (value / shape.total) * 100) : values
  })
  const most = all.reduce((top, values) => Math.max(top, maximum(values)), 1e-9)
  const markup: string[] = []
  markup.push(...countAxis(most, place, frame, '% of its events'))
  shapes.forEach((shape, i) => {
    const colour = i % HUES.length
    const d = outline(shape.edges, all[i]!, most, place, frame)
    const stroke = lineColour(HUES[colour]!, frame.dark ? 'dark' : 'light')
    markup.push(
      el('path', { class: `bd-f${colour}`, d: `${d}Z`, fill: stroke, 'fill-opacity': 0.14 }),
      el(
        'path',
        {
          class: `bd-s${colour}`,
          d,
          fill: 'none',
          stroke,
          'stroke-width': 1.8,
          'stroke-linejoin': 'round',
          'stroke-dasharray': i >= HUES.length ? '5 3' : undefined,
          'data-total': fixed(shape.total, 6),
        },
        el('title', {}, text(`${shape.label === '' ? 'all' : shape.label}: ${formatValue(shape.total, 'events')}`)),
      ),
    )
    if (i < named)
      markup.push(
        heading(shape, { x: PAD + 22, y: top + 12 + i * 19, room: width - 2 * PAD - 30 }, ink, {
          colour,
          fill: stroke,
        }),
      )
  })
  if (unnamed > 0)
    markup.push(
      el(
        'text',
        { class: 'bd-second', x: PAD + 22, y: top + 12 + named * 19, fill: ink.secondary },
        text(`and ${formatValue(unnamed, 'more distributions')}; --layout trails names each`),
      ),
    )
  markup.push(valueAxis({ ...place, y: y + height }, frame))
  return { markup, bottom: y + height + 50 }
}
