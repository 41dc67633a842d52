import type { HeatFigure, HeatLine, HeatQuantile } from '../../src/ops/heat/heat.ts'
import { el, fixed, text } from '../markup/svg.ts'
import type { GridLook } from './look.ts'
import type { HeatMapOptions } from './options.ts'
import { r } from './pixels.ts'
import type { Place } from './places.ts'

/** Lines in the order in which the key shows them; the first is shown at first. */
const ORDER: readonly HeatLine['name'][] = ['p99', 'max', 'p50', 'p90']
/** A panel smaller than this (px) has no line: it would hide what it speaks of. */
const LEAST = { width: 480, height: 100 }

/** Whether percentiles are drawn over a panel. */
export function hasLines({ panel, width, height }: Place, options: HeatMapOptions): boolean {
  return options.lines !== false && panel.lines.length > 0 && width >= LEAST.width && height >= LEAST.height
}

/** Percentile lines with their names at the right end. One is shown; a script has the others at hand. */
export function percentiles(figure: HeatFigure, place: Place, look: GridLook): string {
  const lines = ORDER.flatMap(name => place.panel.lines.filter(line => line.name === name))
  const drawn = lines.map(line => percentile(figure, line, place, look)).filter(one => one !== undefined)
  const shown = look.options.script === false ? drawn.slice(0, 1) : drawn
  return el(
    'g',
    { class: 'bv-lines' },
    ...shown.map(({ name, markup }, i) =>
      el('g', { class: 'bv-percentile', 'data-line': name, display: i === 0 ? undefined : 'none' }, ...markup),
    ),
  )
}

/** One line; undefined where no column has a value. */
function percentile(
  figure: HeatFigure,
  line: HeatLine,
  place: Place,
  { xs, ys, ink }: GridLook,
): { readonly name: string; readonly markup: readonly string[] } | undefined {
  let d = ''
  let steps = ''
  let pen = false
  let last = NaN
  line.columns.forEach((quantile, c) => {
    if (Number.isNaN(quantile.value)) {
      pen = false
      return
    }
    const y = r(place.y + (1 - placeOf(quantile, figure, ys)) * place.height)
    const [from, to] = [r(place.x + xs[c]! * place.width), r(place.x + xs[c + 1]! * place.width)]
    if (pen && y !== last) steps += `M${fixed(from)} ${fixed(last)}V${fixed(y)}`
    d += pen && y === last ? `H${fixed(to)}` : `M${fixed(from)} ${fixed(y)}H${fixed(to)}`
    pen = true
    last = y
  })
  if (d === '') return undefined
  const stroke = { fill: 'none', stroke: ink.ink }
  const halo = { class: 'bv-halo', d, fill: 'none', stroke: ink.page, 'stroke-width': 2.6, 'stroke-opacity': 0.5 }
  const name = { x: r(place.x + place.width + 6), y: r(last + 4), 'font-size': 10.5, fill: ink.ink }
  const step = { class: 'bv-quantile bv-step', d: steps, ...stroke, 'stroke-width': 0.6, 'stroke-opacity': 0.28 }
  return {
    name: line.name,
    markup: [
      ...(steps === '' ? [] : [el('path', step)]),
      el('path', halo),
      el('path', { class: 'bv-quantile', d, ...stroke, 'stroke-width': 1, 'stroke-linejoin': 'round' }),
      el('text', name, text(line.name)),
    ],
  }
}

/** Where on the axis of rows (0..1) a percentile is drawn. */
function placeOf(quantile: HeatQuantile, figure: HeatFigure, ys: readonly number[]): number {
  const edges = figure.panels[0]!.grid.y
  const point = (value: number): number => valuePlace(value, edges, ys, figure.y.scale)
  if (quantile.low === quantile.high) return point(quantile.value)
  // a bucket: the line runs through the middle of its row
  const low = quantile.low === -Infinity ? 0 : point(quantile.low)
  const high = quantile.high === Infinity || quantile.high >= edges[edges.length - 1]! ? 1 : point(quantile.high)
  return (low + high) / 2
}

function valuePlace(
  value: number,
  edges: Float64Array,
  places: readonly number[],
  scale: 'linear' | 'log' | 'category',
): number {
  if (value <= edges[0]!) return 0
  if (value >= edges[edges.length - 1]!) return 1
  let i = 0
  while (edges[i + 1]! <= value) i++
  const [low, high] = [edges[i]!, edges[i + 1]!]
  const part =
    scale === 'log' && low > 0 && Number.isFinite(high)
      ? Math.log(value / low) / Math.log(high / low)
      : Number.isFinite(high - low)
        ? (value - low) / (high - low)
        : 0
  return places[i]! + (places[i + 1]! - places[i]!) * part
}
