import type { ValueType } from '../../src/model/index.ts'
import { cut } from '../markup/escape.ts'
import { FONT } from '../markup/font.ts'
import type { Fill, Theme } from '../markup/palette.ts'
import { HATCHES, kindSwatch, PAGE } from '../markup/palette.ts'
import { el, fixed, text } from '../markup/svg.ts'
import { drawFrames } from './boxes.ts'
import { capRows, levelsBelow } from './cap-rows.ts'
import type { ChartLayout } from './chart-layout.ts'
import { flamePolicy, flameScript } from './client-script.ts'
import { DEFAULT_WIDTH, exact, GEOMETRY, round } from './geometry.ts'
import { drawAxis, drawHead } from './head.ts'
import type { Look, PictureText } from './look.ts'
import type { Box, Layout } from './stack-layout.ts'
import { styleSheet } from './style.ts'

export interface PictureOptions {
  /** Fixed width in px; without it 1200, and as wide as the window once the script runs. */
  readonly width?: number | undefined
  readonly inverted?: boolean | undefined
  /** Order of siblings in `layout`, which the script keeps. */
  readonly sort?: 'name' | 'value' | undefined
  readonly inputOrder?: boolean | undefined
  readonly script?: boolean | undefined
  readonly theme?: 'auto' | Theme | undefined
  readonly value: ValueType
  /** The layout of a time chart: draws its axis, and what was pruned where it was. */
  readonly chart?: ChartLayout | undefined
}

/** Pictures with more rows have their root at the top, unless they were told otherwise. */
const DEEP_ROWS = 12
const NARROWEST = 320

/** What a picture is made of, besides its boxes and words. */
interface Frame {
  readonly width: number
  readonly rows: number
  readonly inverted: boolean
  readonly theme: Theme
  readonly interactive: boolean
  readonly prefix: string
}

/** An SVG document of a laid-out flame graph. Same input, same bytes. */
export function flamePicture(
  layout: Layout,
  look: (box: Box) => Look,
  words: PictureText,
  options: PictureOptions,
): string {
  const { chart } = options
  const row = layout.boxes.map(box => box.row)
  const own = layout.boxes.map(box => box.self + box.hidden)
  const rows = chart === undefined ? capRows(layout.rows, row, own) : layout.rows
  const theme = options.theme === 'dark' ? 'dark' : 'light'
  const frame: Frame = {
    width: Math.max(options.width ?? DEFAULT_WIDTH, NARROWEST),
    rows,
    inverted: options.inverted ?? rows > DEEP_ROWS,
    theme,
    interactive: options.script !== false,
    prefix: `bv${shortHash(`${words.title}\n${words.subtitle}`)}`,
  }
  const fills = new Map<string, Fill>()
  const hatches = new Set<'new' | 'gone'>()
  const colour = (fill: Fill): string => {
    fills.set(fill.name, fill)
    return fill[theme]
  }
  const useHatch = (kind: 'new' | 'gone'): void => {
    hatches.add(kind)
  }
  // what the script draws for hidden frames when it turns the stacks around
  if (frame.interactive && layout.hidden > 0) colour(kindSwatch('marker'))
  const bottom = GEOMETRY.top + rows * GEOMETRY.row
  const axis = chart === undefined ? undefined : { seconds: layout.total / layout.scale, bottom }
  const below = levelsBelow(
    layout.boxes.map(box => box.parent),
    row,
  )
  const drawn = drawFrames({
    ...{ layout, look, chart, below, colour, useHatch, unit: options.value.unit },
    ...frame,
  })
  const context = { words, colour, useHatch, axis, ...frame }
  // before the style sheet, which has to know the colours of the legend too
  const head = drawHead(context)
  const ticks = drawAxis(context)
  const hiddenGroup = (name: string, parts: readonly string[]): string[] =>
    axis === undefined ? [] : [el('g', { class: name, 'aria-hidden': 'true' }, ...parts)]
  const kind = chart !== undefined ? 'Flame chart' : frame.inverted ? 'Icicle graph' : 'Flame graph'
  const title = cut(words.title, 300)
  const body = [
    el('title', {}, text(title)),
    ...(frame.interactive ? [flamePolicy()] : []),
    el('style', {}, styleSheet([...fills.values()], frame.interactive)),
    ...drawHatches(hatches, frame),
    el('rect', { class: 'bv-page', width: '100%', height: '100%', fill: PAGE[theme].page }),
    ...hiddenGroup('bv-grid', ticks.lines),
    el(
      'g',
      { class: 'bv-frames', role: 'tree', 'aria-label': `${kind}: ${title}`, fill: PAGE[theme].ink },
      '\n',
      drawn.frames.join('\n'),
      '\n',
    ),
    el('g', { class: 'bv-pruned', 'aria-hidden': 'true' }, ...drawn.pruned),
    el('g', { class: 'bv-head' }, ...head, ...hiddenGroup('bv-axis', ticks.labels)),
    el('g', { class: 'bv-foot' }, ...drawFoot(frame, bottom + GEOMETRY.foot)),
    ...(frame.interactive ? [flameScript()] : []),
  ]
  return `${el('svg', rootAttributes(layout, options, frame), '\n', body.join('\n'), '\n')}\n`
}

function rootAttributes(layout: Layout, options: PictureOptions, { width, rows, inverted }: Frame) {
  const height = GEOMETRY.top + rows * GEOMETRY.row + GEOMETRY.foot
  const order = [options.sort === 'value' ? 'value' : '', options.inputOrder === true ? 'input' : ''].join(' ').trim()
  return {
    xmlns: 'http://www.w3.org/2000/svg',
    class: `bpfview bv-${options.theme ?? 'auto'}`,
    width: round(width),
    height: round(height),
    viewBox: `0 0 ${fixed(width)} ${fixed(height)}`,
    'font-family': FONT,
    'font-size': GEOMETRY.font,
    'data-unit': options.value.unit,
    'data-value': options.value.name,
    'data-total': exact(layout.total, layout.scale),
    'data-hidden': exact(layout.hidden, layout.scale),
    'data-pruned': layout.hiddenFrames,
    'data-rows': layout.rows,
    'data-inverted': inverted ? '' : undefined,
    'data-chart': options.chart === undefined ? undefined : '',
    'data-fixed': options.width === undefined ? undefined : '',
    'data-sort': order || undefined,
  }
}

function drawFoot({ width, theme, interactive }: Frame, height: number): string[] {
  const { pad } = GEOMETRY
  const fill = PAGE[theme].secondary
  const hint = { x: round(width - pad), y: height - 30, 'text-anchor': 'end', fill, 'font-size': 12 }
  return [
    el('text', { class: 'bv-second bv-status', x: pad, y: height - 30, fill, 'font-size': 12 }, ''),
    el('text', { class: 'bv-second bv-stack', x: pad, y: height - 12, fill, 'font-size': 11 }, ''),
    el('text', { class: 'bv-second bv-hint', ...hint }, interactive ? 'click zoom · / search · ? keys' : ''),
  ]
}

function drawHatches(hatches: ReadonlySet<'new' | 'gone'>, { prefix, theme }: Frame): string[] {
  if (hatches.size === 0) return []
  return [el('defs', {}, ...[...hatches].sort().map(kind => hatchPattern(`${prefix}-${kind}`, kind, theme)))]
}

function hatchPattern(id: string, kind: 'new' | 'gone', theme: Theme): string {
  return el(
    'pattern',
    {
      id,
      width: 6,
      height: 6,
      patternUnits: 'userSpaceOnUse',
      patternTransform: kind === 'gone' ? 'rotate(-45)' : 'rotate(45)',
    },
    el('path', {
      class: `bv-hatch-${kind}`,
      d: 'M0 3H6',
      stroke: HATCHES[kind][theme],
      'stroke-width': 1.3,
      fill: 'none',
    }),
  )
}

/** Eight hex digits that tell pictures apart. */
function shortHash(content: string): string {
  let hash = 0x811c9dc5
  for (let i = 0; i < content.length; i++) hash = Math.imul(hash ^ content.charCodeAt(i), 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0')
}
