import { cut } from '../markup/escape.ts'
import type { Fill, Theme } from '../markup/palette.ts'
import { PAGE } from '../markup/palette.ts'
import type { Attributes } from '../markup/svg.ts'
import { el, fixed, text } from '../markup/svg.ts'
import { fitLabel, textWidth, WIDTHS } from '../words/label.ts'
import { formatShare, formatValue } from '../words/numbers.ts'
import type { ChartLayout } from './chart-layout.ts'
import { exact, GEOMETRY, round } from './geometry.ts'
import type { Look } from './look.ts'
import type { Box, Layout } from './stack-layout.ts'

/** What boxes are drawn with. */
export interface BoxContext {
  readonly layout: Layout
  readonly look: (box: Box) => Look
  readonly chart: ChartLayout | undefined
  readonly width: number
  readonly inverted: boolean
  /** Rows that are shown; deeper ones are in the file, and the script shows them when their branch is zoomed to. */
  readonly rows: number
  /** Levels under each box. */
  readonly below: Int32Array
  readonly unit: string
  readonly interactive: boolean
  readonly theme: Theme
  /** Prefix of ids of this picture. */
  readonly prefix: string
  /** Notes a fill as used, and gives its colour. */
  readonly colour: (fill: Fill) => string
  readonly useHatch: (kind: 'new' | 'gone') => void
}

/** Markup of all boxes, and of the fences where boxes were left out. */
export function drawFrames(context: BoxContext): { readonly frames: string[]; readonly pruned: string[] } {
  const frames: string[] = []
  const pruned: string[] = []
  context.layout.boxes.forEach((box, i) => {
    frames.push(drawFrame(context, box, i))
    const mark = context.chart === undefined ? hiddenMark(context, box) : ''
    if (mark !== '') pruned.push(mark)
  })
  for (const mark of context.chart?.marks ?? []) {
    const pixel = pixelOf(context)
    if (mark.total * pixel < 1) continue
    const { layout } = context
    pruned.push(
      fence(context, GEOMETRY.pad + mark.start * pixel, yOf(context, mark.row), mark.total * pixel, {
        'data-start': exact(mark.start, layout.scale),
        'data-total': exact(mark.total, layout.scale),
        'data-row': mark.row,
      }),
    )
  }
  return { frames, pruned }
}

function pixelOf({ layout, width }: BoxContext): number {
  return layout.total > 0 ? (width - 2 * GEOMETRY.pad) / layout.total : 0
}

function yOf({ rows, inverted }: BoxContext, row: number): number {
  return GEOMETRY.top + (inverted ? row : rows - 1 - row) * GEOMETRY.row
}

function drawFrame(context: BoxContext, box: Box, i: number): string {
  const { layout, unit, interactive } = context
  const { pad, row } = GEOMETRY
  const shown = context.look(box)
  const x = pad + box.start * pixelOf(context)
  const w = box.total * pixelOf(context)
  const inside = box.row < context.rows
  const y = yOf(context, Math.min(box.row, context.rows - 1))
  const detail =
    shown.detail ?? `${formatValue(box.total / layout.scale, unit)}, ${formatShare(box.total, layout.total)}`
  const size = { x: round(x), y, width: round(w > 3 ? w - 0.5 : w), height: row - 1, rx: w > 6 ? 2 : undefined }
  const content = [
    el('title', {}, text(`${cut(shown.name, 4096)} (${detail})`)),
    el('rect', { class: `bv-${shown.fill.name}`, ...size, fill: context.colour(shown.fill) }),
  ]
  if (shown.hatch !== undefined) {
    context.useHatch(shown.hatch)
    content.push(el('rect', { class: 'bv-over', ...size, fill: `url(#${context.prefix}-${shown.hatch})` }))
  }
  const words = inside ? frameLabel(context, box, shown, context.below[i]!, size.width) : ''
  if (words !== '') content.push(el('text', { x: round(x + 4), y: y + 12.5 }, text(words)))
  return el(
    'g',
    {
      class: 'bv-f',
      role: 'treeitem',
      'aria-level': box.depth + 1,
      display: inside ? undefined : 'none',
      'data-start': exact(box.start, layout.scale),
      'data-total': exact(box.total, layout.scale),
      'data-self': exact(box.self, layout.scale),
      'data-hidden': exact(box.hidden, layout.scale),
      'data-pruned': box.hiddenFrames > 0 ? box.hiddenFrames : undefined,
      'data-deeper': box.deeper > 0 ? box.deeper : undefined,
      'data-row': box.row === box.depth ? undefined : box.row,
      'data-name': interactive ? cut(shown.name, 4096) : undefined,
      'data-module': shown.module === '' ? undefined : shown.module,
      'data-mark': shown.mark,
      'data-tail': shown.tail,
      ...shown.data,
    },
    ...content,
  )
}

/** A name in a box, and what is not shown beyond it. */
function frameLabel(context: BoxContext, box: Box, shown: Look, below: number, width: number): string {
  const measure = (words: string): number => (textWidth(words, WIDTHS) * GEOMETRY.font) / 100
  if (width < 16) return ''
  const name = (shown.mark ?? '') + shown.name
  if (box.deeper > 0) return fitLabel(`… ${formatValue(box.deeper, '')} deeper`, width - 7, measure)
  const deeper = box.row === context.rows - 1 && below > 0 ? ` … ${below} deeper` : (shown.tail ?? '')
  const room = width - 7
  if (deeper === '' || measure(deeper) > room - 60) return fitLabel(name, room, measure)
  return fitLabel(name, room - measure(deeper), measure) + deeper
}

function hiddenMark(context: BoxContext, box: Box): string {
  const { layout, unit } = context
  const width = box.hidden * pixelOf(context)
  if (width < 1.5 || box.deeper > 0 || box.row + 1 >= context.rows) return ''
  const x = GEOMETRY.pad + (box.start + box.total - box.self - box.hidden) * pixelOf(context)
  const hidden = box.hidden / layout.scale
  const title = `${formatValue(box.hiddenFrames, 'frames')} not drawn: ${formatValue(hidden, unit)}, ${formatShare(hidden, box.total / layout.scale)} of the frame below`
  return el('g', {}, el('title', {}, text(title)), fence(context, x, yOf(context, box.row + 1), width, {}))
}

/** A short fence on the floor of the row in which frames were left out. */
function fence({ theme }: BoxContext, x: number, y: number, width: number, attributes: Attributes): string {
  let path = `M${fixed(x)} ${y + 16.5}H${fixed(x + width - 0.5)}`
  for (let at = 3; at < Math.min(width, 4000); at += 6) path += `M${fixed(x + at - 3)} ${y + 16.5}l4 -5`
  const stroke = PAGE[theme].hatch
  return el('path', { class: 'bv-hatch', d: path, stroke, fill: 'none', 'stroke-width': 0.8, ...attributes })
}
