import { cut } from '../markup/escape.ts'
import type { Attributes } from '../markup/svg.ts'
import { el, fixed, text } from '../markup/svg.ts'
import { roundTicks } from '../words/axis.ts'
import { boldMeasure } from '../words/bold.ts'
import { fitLabel, textWidth, WIDTHS } from '../words/label.ts'
import { formatValue, groupDigits, rangeWords } from '../words/numbers.ts'
import type { Axis } from './axis.ts'
import { type Frame, hundredth, LEFT, type Place, part } from './frame.ts'
import type { Shape } from './shape.ts'

/** Name, number of events and quantiles of a shape; a swatch of its colour before them where there are several. */
export function heading(
  shape: Shape,
  { x, y, room }: Omit<Place, 'height'>,
  ink: Frame['ink'],
  swatch?: { readonly colour: number; readonly fill: string },
): string {
  const bold = boldMeasure(12.5)
  const label = shape.label === '' ? '' : fitLabel(cut(shape.label, 200), room * 0.4, bold)
  const facts = [
    formatValue(shape.total, 'events'),
    ...(shape.total > 0
      ? shape.quantiles.map(({ name, low, high }) => `${name} ${rangeWords(low, high, shape.unit)}`)
      : []),
  ].join(' · ')
  const start = label === '' ? 0 : bold(label) + 10
  return el(
    'g',
    {},
    ...(swatch === undefined
      ? []
      : [
          el('rect', {
            class: `bd-f${swatch.colour}`,
            x: x - 20,
            y: y - 10,
            width: 13,
            height: 11,
            rx: 2,
            fill: swatch.fill,
          }),
        ]),
    ...(label === ''
      ? []
      : [el('text', { x: hundredth(x), y, 'font-size': 12.5, 'font-weight': 600, fill: ink.ink }, text(label))]),
    el(
      'text',
      { class: 'bd-second', x: hundredth(x + start), y, fill: ink.secondary },
      text(fitLabel(facts, Math.max(60, room - start), words => textWidth(words, WIDTHS) * 0.115)),
    ),
  )
}

export function quantileMarks(shape: Shape, { x, y, room, height }: Place, frame: Frame): string {
  if (shape.total === 0) return ''
  const marks: string[] = []
  let taken = -Infinity
  for (const quantile of shape.quantiles) {
    const at = x + middle(quantile, frame.axis) * room
    marks.push(
      el('path', {
        class: 'bd-ink',
        d: `M${fixed(at)} ${fixed(y - 2)}V${fixed(y + height)}`,
        stroke: frame.ink.ink,
        'stroke-width': 1,
        'stroke-dasharray': quantile.name === 'p50' ? '1.5 2.5' : quantile.name === 'p90' ? '5 3' : undefined,
        fill: 'none',
      }),
    )
    if (at - taken < 26) continue
    marks.push(
      el(
        'text',
        { x: hundredth(at), y: y - 5, 'text-anchor': 'middle', 'font-size': 10.5, fill: frame.ink.ink },
        text(quantile.name),
      ),
    )
    taken = at
  }
  return el('g', { class: 'bd-quantiles' }, ...marks)
}

/** The place a quantile is marked at: the middle of its bucket, because no more is known. */
export function middle({ low, high }: { readonly low: number; readonly high: number }, axis: Axis): number {
  return (axis.at(low) + axis.at(high)) / 2
}

/** Path along the tops of the buckets; `most` = the value that fills the height. */
export function outline(
  edges: Float64Array,
  values: Float64Array,
  most: number,
  { x, y, room, height }: Place,
  { axis, log }: Frame,
): string {
  let d = `M${fixed(x)} ${fixed(y + height)}`
  let last = x
  for (let j = 0; j < values.length; j++) {
    const [from, to] = [x + axis.at(edges[j]!) * room, x + axis.at(edges[j + 1]!) * room]
    if (!(to > from)) continue
    const at = y + height * (1 - part(values[j]!, most, log))
    if (from > last + 0.01) d += `V${fixed(y + height)}H${fixed(from)}`
    d += `V${fixed(at)}H${fixed(to)}`
    last = to
  }
  return `${d}V${fixed(y + height)}`
}

export function countAxis(most: number, { x, y, room, height }: Place, frame: Frame, caption: string): string[] {
  const { ink } = frame
  // events are counted: there is no half of one
  const whole = caption === 'events'
  const ticks = (frame.log ? logTicks(most) : roundTicks(0, most, height > 200 ? 6 : 3)).filter(
    tick => !whole || Number.isInteger(tick),
  )
  const parts = ticks
    .filter(tick => tick <= most * 1.0001)
    .map(tick => {
      const at = y + height * (1 - part(tick, most, frame.log))
      return (
        el('path', {
          class: 'bd-line',
          d: `M${fixed(x)} ${fixed(at)}h${fixed(room)}`,
          stroke: ink.line,
          fill: 'none',
        }) +
        el(
          'text',
          { class: 'bd-second', x: hundredth(x - 8), y: hundredth(at + 4), 'text-anchor': 'end', fill: ink.secondary },
          text(groupDigits(tick)),
        )
      )
    })
  parts.push(
    el(
      'text',
      {
        class: 'bd-second',
        transform: `translate(${fixed(x - LEFT + 12)} ${fixed(y + height / 2)}) rotate(-90)`,
        'text-anchor': 'middle',
        fill: ink.secondary,
      },
      text(frame.log ? `${caption}, log` : caption),
    ),
  )
  return parts
}

function logTicks(most: number): number[] {
  const ticks: number[] = []
  if (!(most > 0)) return ticks
  for (let power = Math.floor(Math.log10(most)); power >= Math.floor(Math.log10(most)) - 7; power--) {
    const tick = Number(`1e${power}`)
    if (tick >= 1 || most < 1000) ticks.push(tick)
  }
  return ticks.filter(tick => part(tick, most, true) > 0.02)
}

export function valueAxis({ x, y, room }: Omit<Place, 'height'>, frame: Frame): string {
  const { ink, axis } = frame
  const parts = [
    el('path', {
      class: 'bd-tick',
      d: `M${fixed(x)} ${fixed(y + 0.5)}h${fixed(room)}`,
      stroke: ink.secondary,
      'stroke-width': 0.8,
      fill: 'none',
    }),
  ]
  for (const tick of axis.ticks)
    parts.push(
      el('path', {
        class: 'bd-tick',
        d: `M${fixed(x + tick.at * room)} ${fixed(y)}v4`,
        stroke: ink.secondary,
        'stroke-width': 0.8,
        fill: 'none',
      }),
    )
  for (const { at, label } of tickLabels({ x, y: y + 16, room }, axis))
    parts.push(el('text', { class: 'bd-second', ...at, fill: ink.secondary }, text(label)))
  if (axis.caption !== '')
    parts.push(
      el(
        'text',
        {
          class: 'bd-second',
          x: hundredth(x + room / 2),
          y: hundredth(y + 32),
          'text-anchor': 'middle',
          fill: ink.secondary,
        },
        text(axis.caption),
      ),
    )
  return el('g', {}, ...parts)
}

/** Labels of the ticks that have room for one. */
export function tickLabels(
  { x, y, room }: Omit<Place, 'height'>,
  axis: Axis,
): { readonly at: Attributes; readonly label: string }[] {
  const every = Math.max(1, Math.ceil(axis.ticks.length / Math.max(2, Math.floor(room / 62))))
  return axis.ticks
    .filter((_, i) => i % every === 0)
    .map(tick => ({
      at: { x: hundredth(x + tick.at * room), y: hundredth(y), 'text-anchor': 'middle' },
      label: tick.label,
    }))
}
