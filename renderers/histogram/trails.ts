import { cut } from '../markup/escape.ts'
import { el, fixed, text } from '../markup/svg.ts'
import { fitLabel, textWidth, WIDTHS } from '../words/label.ts'
import { formatValue, rangeWords } from '../words/numbers.ts'
import type { Drawn, Frame, Place } from './frame.ts'
import { HUES, heights, lineColour, maximum, PAD } from './frame.ts'
import { middle, outline, tickLabels, valueAxis } from './marks.ts'
import type { Shape } from './shape.ts'

/** Outlines one behind the other, like hills: for many distributions. */
export function trails(unsorted: readonly Shape[], top: number, frame: Frame): Drawn {
  const shapes = [...unsorted].sort((a, b) => b.total - a.total)
  const { width, ink, axis } = frame
  const x = PAD + 190
  const measure = (words: string): number => textWidth(words, WIDTHS) * 0.105
  const facts = shapes.map(({ total, quantiles: [p50, , p99] }) =>
    total > 0
      ? `${formatValue(total, 'events')} · p50 ${rangeWords(p50!.low, p50!.high, axis.unit)} · p99 ${rangeWords(p99!.low, p99!.high, axis.unit)}`
      : 'no events',
  )
  const beside = Math.min(Math.max(...facts.map(measure)), width / 3)
  const room = width - 2 * PAD - 190 - beside - 10
  const step = shapes.length > 60 ? 15 : 24
  const tall = step * 1.45
  // the axis below is out of sight from the first of many
  const above = shapes.length > 20
  const y = top + tall + (above ? 18 : 0)
  const markup: string[] = above
    ? tickLabels({ x, y: y - tall - 6, room }, axis).map(words =>
        el('text', { class: 'bd-second', ...words.at, fill: ink.secondary }, text(words.label)),
      )
    : []
  const drawn = shapes.map(shape => heights(shape, axis))
  const most = drawn.reduce((top, { values }) => Math.max(top, maximum(values)), 0)
  const medians: string[] = []
  for (const tick of axis.ticks)
    markup.push(
      el('path', {
        class: 'bd-line',
        d: `M${fixed(x + tick.at * room)} ${fixed(y - tall)}V${fixed(y + (shapes.length - 1) * step)}`,
        stroke: ink.line,
        fill: 'none',
      }),
    )
  shapes.forEach((shape, i) => {
    const base = y + i * step
    const { values } = drawn[i]!
    const d = outline(shape.edges, values, most, { x, y: base - tall, room, height: tall }, frame)
    const [p50] = shape.quantiles
    if (shape.total > 0)
      medians.push(
        el('path', {
          class: 'bd-ink',
          d: `M${fixed(x + middle(p50!, axis) * room)} ${fixed(base + 2)}v-8`,
          stroke: ink.ink,
          'stroke-width': 1.4,
          fill: 'none',
        }),
      )
    const words = { facts: facts[i]!, beside, measure }
    markup.push(trail(shape, d, { x, y: base, room }, words, frame))
  })
  const bottom = y + (shapes.length - 1) * step
  markup.push(
    ...medians,
    valueAxis({ x, y: bottom + 4, room }, frame),
    el(
      'text',
      { class: 'bd-second', x: PAD, y: bottom + 46, fill: ink.secondary },
      text('one scale: the highest of all fills its height · tick: the bucket of the median'),
    ),
  )
  return { markup, bottom: bottom + 62 }
}

/** One hill, its name left of it and its facts right of it. */
function trail(
  shape: Shape,
  d: string,
  { x, y, room }: Omit<Place, 'height'>,
  words: { readonly facts: string; readonly beside: number; readonly measure: (words: string) => number },
  { ink, dark }: Frame,
): string {
  const stroke = lineColour(HUES[0], dark ? 'dark' : 'light')
  const label = shape.label === '' ? 'all' : shape.label
  return el(
    'g',
    { class: 'bd-trail', 'data-total': fixed(shape.total, 6) },
    el('title', {}, text(`${cut(label, 300)}: ${formatValue(shape.total, 'events')}`)),
    el('path', { class: 'bd-page', d: `${d}Z`, fill: ink.page, 'fill-opacity': 0.82 }),
    el('path', { class: 'bd-f0', d: `${d}Z`, fill: stroke, 'fill-opacity': 0.22 }),
    el('path', { class: 'bd-s0', d, fill: 'none', stroke, 'stroke-width': 1.2, 'stroke-linejoin': 'round' }),
    el(
      'text',
      { x: fixed(x - 10), y: fixed(y), 'text-anchor': 'end', fill: ink.ink },
      text(fitLabel(cut(label, 200), 168, words => textWidth(words, WIDTHS) * 0.115)),
    ),
    el(
      'text',
      { class: 'bd-second', x: fixed(x + room + 10), y: fixed(y), 'font-size': 10.5, fill: ink.secondary },
      text(fitLabel(words.facts, words.beside, words.measure)),
    ),
  )
}
