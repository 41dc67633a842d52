import { cut } from '../markup/escape.ts'
import type { Fill, Theme } from '../markup/palette.ts'
import { PAGE } from '../markup/palette.ts'
import type { Attributes } from '../markup/svg.ts'
import { el, fixed, text } from '../markup/svg.ts'
import { roundTicks } from '../words/axis.ts'
import { fitLine, textWidth, WIDTHS } from '../words/label.ts'
import { formatValue } from '../words/numbers.ts'
import { GEOMETRY, round } from './geometry.ts'
import type { PictureText } from './look.ts'

/** Room that the controls take from the title's line. */
const TOOLS = 350
const SWATCH = 11
/** Bold letters are wider, by about so much. */
const BOLD = 1.075

export interface HeadContext {
  readonly words: PictureText
  readonly width: number
  readonly theme: Theme
  readonly interactive: boolean
  readonly prefix: string
  readonly colour: (fill: Fill) => string
  readonly useHatch: (kind: 'new' | 'gone') => void
  /** Seconds of a time chart, and the lower end of its rows. */
  readonly axis: { readonly seconds: number; readonly bottom: number } | undefined
}

function measure(size: number): (words: string) => number {
  return words => (textWidth(words, WIDTHS) * size) / 100
}

/** Markup of what stands over the picture: title, what was measured, legend, what makes it doubtful, what is left out. */
export function drawHead(context: HeadContext): string[] {
  const { words, width, theme, interactive } = context
  const { pad, headLine } = GEOMETRY
  const ink = PAGE[theme]
  const usable = width - 2 * pad
  const { legend, end } = drawLegend(context)
  const doubtful = words.warnings.length > 0
  const remarks = [...(doubtful ? [`⚠ ${words.warnings.join(' · ')}`] : []), ...words.notes].join(' · ')
  const title = { x: pad, y: 34, fill: ink.ink, 'font-size': 20, 'font-weight': 600 }
  const facts = { x: pad, y: 54, fill: ink.secondary, 'font-size': 12 }
  const remark = {
    x: round(width - pad),
    y: 76.5,
    'text-anchor': 'end',
    fill: doubtful ? ink.doubt : ink.secondary,
  }
  return [
    el('rect', {
      class: 'bv-page bv-back',
      width: '100%',
      height: context.axis === undefined ? headLine + 1 : GEOMETRY.top,
      fill: ink.page,
    }),
    drawLine(
      context,
      'bv-title',
      cut(words.title, 300),
      { room: usable - (interactive ? TOOLS : 0), size: 20 * BOLD },
      title,
    ),
    drawLine(context, 'bv-second bv-subtitle', cut(words.subtitle, 500), { room: usable, size: 12 }, facts),
    ...legend,
    drawLine(
      context,
      `bv-second bv-quality${doubtful ? ' bv-doubt' : ''}`,
      remarks,
      { room: Math.max(width - pad - end, 200), size: GEOMETRY.font },
      remark,
    ),
    el('path', { class: 'bv-line', d: `M${pad} ${headLine}.5H${fixed(width - pad)}`, stroke: ink.line, fill: 'none' }),
  ]
}

/** A line of facts cut to its room; the whole of it stays with it. */
function drawLine(
  { interactive }: HeadContext,
  kind: string,
  line: string,
  { room, size }: { readonly room: number; readonly size: number },
  attributes: Attributes,
): string {
  const shown = fitLine(line, room, measure(size))
  return el(
    'text',
    { class: kind, ...attributes, ...(interactive && { 'data-full': line }) },
    text(shown),
    ...(shown === line ? [] : [el('title', {}, text(line))]),
  )
}

function drawLegend(context: HeadContext): { readonly legend: string[]; readonly end: number } {
  const { words, theme, interactive, prefix } = context
  const legend: string[] = []
  let at: number = GEOMETRY.pad
  for (const entry of words.legend) {
    const from = at
    const parts: string[] = []
    for (const fill of entry.fills) {
      const place = { x: round(at), y: 67, width: SWATCH, height: SWATCH }
      const rx = entry.fills.length > 1 ? undefined : 2
      parts.push(el('rect', { class: `bv-${fill.name}`, ...place, rx, fill: context.colour(fill) }))
      if (entry.hatch !== undefined) {
        context.useHatch(entry.hatch)
        parts.push(el('rect', { ...place, rx: 2, fill: `url(#${prefix}-${entry.hatch})` }))
      }
      at += SWATCH
    }
    const fill = PAGE[theme].secondary
    parts.push(el('text', { class: 'bv-second', x: round(at + 6), y: 76.5, fill }, text(entry.label)))
    at += 6 + measure(GEOMETRY.font)(entry.label)
    const key = { class: 'bv-key', 'data-x': round(from), 'data-width': round(at - from) }
    legend.push(...(interactive ? [el('g', key, ...parts)] : parts))
    at += 18
  }
  return { legend, end: at }
}

/** Markup of a time chart's axis: lines, which lie under the boxes, and their labels. */
export function drawAxis({ axis, width, theme }: HeadContext): { readonly lines: string[]; readonly labels: string[] } {
  const lines: string[] = []
  const labels: string[] = []
  if (axis === undefined) return { lines, labels }
  const { pad, headLine } = GEOMETRY
  const scale = (width - 2 * pad) / axis.seconds
  for (const tick of roundTicks(0, axis.seconds, Math.floor((width - 2 * pad) / 110))) {
    const x = round(pad + tick * scale)
    const late = x > width - pad - 50
    const place = { x: round(late ? x - 3 : x + 3), y: 100, 'text-anchor': late ? 'end' : undefined }
    lines.push(
      el('path', { class: 'bv-line', d: `M${x} ${headLine}V${axis.bottom}`, stroke: PAGE[theme].line, fill: 'none' }),
    )
    labels.push(
      el(
        'text',
        { class: 'bv-second', ...place, fill: PAGE[theme].secondary, 'font-size': 10.5 },
        text(tick === 0 ? '0 s' : formatValue(tick, 's')),
      ),
    )
  }
  return { lines, labels }
}
