import type { HeatFigure } from '../../src/ops/heat/heat.ts'
import type { PAGE, Theme } from '../markup/palette.ts'
import { el, fixed, text } from '../markup/svg.ts'
import { fitLine } from '../words/label.ts'
import { formatValue } from '../words/numbers.ts'
import type { ColourScale } from './colours.ts'
import { r } from './pixels.ts'
import { PAD } from './places.ts'

export interface LegendLook {
  readonly scale: ColourScale
  readonly most: number
  readonly full: number
  readonly y: number
  readonly width: number
  readonly ink: (typeof PAGE)[Theme]
  readonly fills: readonly string[]
  readonly colour: (level: number) => string
  readonly measure: (words: string) => number
  readonly prefix: string
  /** Whether percentiles are drawn. */
  readonly lines: boolean
}

/** The scale in words and colours at the left, what is not drawn at the right, or on a line of its own. */
export function legend(figure: HeatFigure, look: LegendLook): { readonly markup: string; readonly lines: number } {
  const { y, ink, measure } = look
  const parts: string[] = []
  let x = PAD
  const say = (words: string, gap = 8): void => {
    parts.push(el('text', { class: 'bv-second', x: r(x), y: y + 10.5, fill: ink.secondary }, text(words)))
    x += measure(words) + gap
  }
  const level = figure.cells === 'level'
  say(level ? formatValue(0, figure.value.unit) : '1', 6)
  look.fills.forEach((name, i) => {
    parts.push(
      el('rect', {
        class: `bv-${name}`,
        x: r(x),
        y,
        width: 7,
        height: 12,
        fill: look.colour(i),
        'shape-rendering': 'crispEdges',
      }),
    )
    x += 7
  })
  x += 6
  const more = look.full < look.most ? ' and more' : ''
  const words = `${level ? formatValue(Number(look.full.toPrecision(4)), figure.value.unit) : formatValue(look.full, '')}${more} ${level ? figure.value.name : `${look.full === 1 ? figure.value.name.replace(/s$/, '') : figure.value.name} in a cell`} · `
  parts.push(
    el(
      'text',
      { class: 'bv-second', x: r(x), y: y + 10.5, fill: ink.secondary },
      text(words),
      el('tspan', { class: 'bv-scale' }, text(scaleWords(look.scale))),
    ),
  )
  x += measure(words + scaleWords('rank')) * 0.93 + 14
  if (!level) {
    parts.push(
      el('rect', {
        class: 'bv-none bv-line',
        x: r(x),
        y: y + 0.5,
        width: 15,
        height: 11,
        fill: ink.field,
        stroke: ink.line,
      }),
    )
    x += 21
    say('none', 18)
  }
  if (figure.panels.some(panel => panel.grid.counts.some(cell => Number.isNaN(cell)))) {
    parts.push(el('rect', { x: r(x), y: y + 0.5, width: 15, height: 11, fill: `url(#${look.prefix}-missing)` }))
    x += 21
    say('missing', 18)
  }
  if (figure.bucketed && look.lines) say('a percentile lies somewhere in the bucket its line crosses')
  const exclusions = excluded(figure, x, look)
  const markup = el('g', { class: 'bv-legend' }, ...parts, ...(exclusions === undefined ? [] : [exclusions.markup]))
  return { markup, lines: exclusions === undefined || exclusions.beside ? 1 : 2 }
}

/** What is not drawn, in words, beside what ends at `end` px or below it. */
function excluded(
  figure: HeatFigure,
  end: number,
  { y, ink, measure, width }: LegendLook,
): { readonly markup: string; readonly beside: boolean } | undefined {
  const left = figure.exclusions.map(({ reason, count }) => `${formatValue(count, '')}: ${reason}`)
  if (left.length === 0) return undefined
  const omitted = `⚠ not drawn: ${left.join(' · ')}`
  const beside = measure(omitted) <= width - PAD - end - 10
  const place = {
    class: 'bv-second bv-excluded',
    x: fixed(beside ? width - PAD : PAD),
    y: y + (beside ? 10.5 : 28.5),
    'text-anchor': beside ? 'end' : undefined,
    fill: ink.secondary,
  }
  return { markup: el('text', place, text(beside ? omitted : fitLine(omitted, width - 2 * PAD, measure))), beside }
}

/** What a colour scale is called in pictures. */
export function scaleWords(scale: string): string {
  return scale === 'log' ? 'log colours' : scale === 'rank' ? 'colours by rank' : 'linear colours'
}
