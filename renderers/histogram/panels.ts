import { el, fixed, text } from '../markup/svg.ts'
import { formatValue, rangeWords } from '../words/numbers.ts'
import type { Drawn, Frame, Place } from './frame.ts'
import { HUES, heights, hundredth, LEFT, lineColour, maximum, PAD, part } from './frame.ts'
import { countAxis, heading, quantileMarks, valueAxis } from './marks.ts'
import type { Shape } from './shape.ts'

/** Small multiples: a panel of bars per shape. */
export function panels(shapes: readonly Shape[], top: number, frame: Frame): Drawn {
  const { width, ink, axis } = frame
  const across = shapes.length === 1 ? 1 : shapes.length <= 4 ? 2 : 3
  const cell = (width - 2 * PAD) / across
  const height = shapes.length === 1 ? 300 : 150
  const markup: string[] = []
  shapes.forEach((shape, i) => {
    const x = PAD + (i % across) * cell + LEFT
    const y = top + 40 + Math.floor(i / across) * (height + 92)
    const place = { x, y, room: cell - LEFT - 18, height }
    const { values, density } = heights(shape, axis)
    const most = maximum(values)
    markup.push(heading(shape, { ...place, y: y - 22 }, ink))
    markup.push(...countAxis(most, place, frame, density ? 'events per width' : 'events'))
    markup.push(
      el('g', { class: 'bd-bars', 'fill-opacity': 0.85 }, ...bars(shape, { values, most }, place, frame)),
      quantileMarks(shape, place, frame),
      valueAxis({ ...place, y: y + height }, frame),
    )
  })
  return { markup, bottom: top + Math.ceil(shapes.length / across) * (height + 92) + 10 }
}

function bars(
  shape: Shape,
  { values, most }: { readonly values: Float64Array; readonly most: number },
  { x, y, room, height }: Place,
  frame: Frame,
): string[] {
  const { axis } = frame
  const drawn: string[] = []
  shape.counts.forEach((count, j) => {
    if (!(count > 0)) return
    const [from, to] = [x + axis.at(shape.edges[j]!) * room, x + axis.at(shape.edges[j + 1]!) * room]
    const tall = part(values[j]!, most, frame.log) * height
    drawn.push(
      el(
        'rect',
        {
          class: 'bd-f0',
          x: hundredth(from + (to - from > 4 ? 0.75 : 0)),
          y: hundredth(y + height - tall),
          width: hundredth(Math.max(0.5, to - from - (to - from > 4 ? 1.5 : 0))),
          height: hundredth(tall),
          fill: lineColour(HUES[0], frame.dark ? 'dark' : 'light'),
          'data-count': fixed(count, 6),
        },
        el(
          'title',
          {},
          text(
            `${rangeWords(shape.edges[j]!, shape.edges[j + 1]!, axis.unit)}: ${formatValue(count, 'events')}, ${((count / shape.total) * 100).toFixed(2)}%`,
          ),
        ),
      ),
    )
  })
  return drawn
}
