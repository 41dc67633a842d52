import type { ValueType } from '../src/model/index.ts'
import { cut } from './escape.ts'
import { flameScript } from './flame-script.ts'
import { FONT, styleSheet } from './flame-style.ts'
import { WIDTHS, fitLabel, fitLine, formatShare, formatValue, roundTicks, textWidth } from './label.ts'
import type { ChartLayout } from './chart-layout.ts'
import type { Box, Layout } from './layout.ts'
import { HATCHES, PAGE, kindFill } from './palette.ts'
import type { Fill, Theme } from './palette.ts'
import { el, fixed, text } from './svg.ts'
import type { Attributes } from './svg.ts'

/** What one box shows; how boxes are placed and drawn is not its business. */
export interface Look {
  readonly fill: Fill
  /** The function's name as people read it: label, tooltip and search go by it. */
  readonly name: string
  /** Before the name in the label: `▲ `. */
  readonly mark?: string
  readonly module?: string
  /** Hatch over the fill, for what is there on one side only. */
  readonly hatch?: 'new' | 'gone'
  /** In the place of `12 samples, 3.40%` in the tooltip. Without parentheses. */
  readonly detail?: string
  /** More attributes of the frame's group; names start with `data-`. */
  readonly data?: Readonly<Record<string, string | number>>
}

export interface LegendEntry {
  readonly label: string
  /** One swatch, or several for a scale. */
  readonly fills: readonly Fill[]
  readonly hatch?: 'new' | 'gone'
}

/** The words around a picture. */
export interface PictureText {
  readonly title: string
  readonly subtitle: string
  readonly legend: readonly LegendEntry[]
  /** What a reader has to know before believing the picture. */
  readonly warnings: readonly string[]
  /** What was left out, said at the end of the same line. */
  readonly notes: readonly string[]
}

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

/** Sizes in px that the script needs too. */
export const GEOMETRY = { pad: 16, top: 104, row: 18, gap: 1, foot: 58, font: 11.5, radius: 2, headLine: 88 } as const
export const DEFAULT_WIDTH = 1200

/** An SVG document of a laid-out flame graph. Same input, same bytes. */
export function flamePicture(layout: Layout, look: (box: Box) => Look, words: PictureText, options: PictureOptions): string {
  const { pad, top, row, foot, font } = GEOMETRY
  const theme = options.theme ?? 'auto'
  const ink = PAGE[theme === 'dark' ? 'dark' : 'light']
  const interactive = options.script !== false
  const width = Math.max(options.width ?? DEFAULT_WIDTH, 320)
  const usable = width - 2 * pad
  const height = top + layout.rows * row + foot
  const unit = options.value.unit
  const fills: Fill[] = []
  const used = new Set<string>()
  const use = (fill: Fill): Fill => {
    if (!used.has(fill.name)) {
      used.add(fill.name)
      fills.push(fill)
    }
    return fill
  }
  // what the script draws for hidden frames when it turns the stacks around
  if (interactive && layout.hidden > 0) use(kindFill('marker', 0))
  const colour = (fill: Fill): string => (theme === 'dark' ? fill.dark : fill.light)
  const prefix = `bv${shortHash(words.title + '\n' + words.subtitle)}`
  const hatches = new Set<'new' | 'gone'>()

  const pixel = layout.total > 0 ? usable / layout.total : 0
  const yOf = (at: number): number => top + (options.inverted === true ? at : layout.rows - 1 - at) * row
  const frames: string[] = []
  const pruned: string[] = []
  const label = (name: string): number => textWidth(name, WIDTHS) * font / 100
  for (const box of layout.boxes) {
    const shown = look(box)
    const x = pad + box.start * pixel
    const w = box.total * pixel
    const y = yOf(box.row)
    const value = box.total / layout.scale
    const detail = shown.detail ?? `${formatValue(value, unit)}, ${formatShare(box.total, layout.total)}`
    const fill = use(shown.fill)
    const boxWidth = w > 3 ? w - 0.5 : w
    const content = [
      el('title', {}, text(`${cut(shown.name, 4096)} (${detail})`)),
      el('rect', { class: `bv-${fill.name}`, x: r(x), y, width: r(boxWidth), height: row - 1, rx: w > 6 ? 2 : undefined, fill: colour(fill) }),
    ]
    if (shown.hatch !== undefined) {
      hatches.add(shown.hatch)
      content.push(el('rect', { class: 'bv-over', x: r(x), y, width: r(boxWidth), height: row - 1, rx: w > 6 ? 2 : undefined, fill: `url(#${prefix}-${shown.hatch})` }))
    }
    const name = box.deeper > 0 ? `… ${formatValue(box.deeper, '')} deeper` : (shown.mark ?? '') + shown.name
    const words = boxWidth < 16 ? '' : fitLabel(name, boxWidth - 7, label)
    if (words !== '') content.push(el('text', { x: r(x + 4), y: y + 12.5 }, text(words)))
    frames.push(el('g', {
      class: 'bv-f', role: 'treeitem', 'aria-level': box.depth + 1, 'data-start': exact(box.start, layout.scale), 'data-total': exact(box.total, layout.scale),
      'data-self': exact(box.self, layout.scale), 'data-hidden': exact(box.hidden, layout.scale), 'data-pruned': box.hiddenFrames > 0 ? box.hiddenFrames : undefined,
      'data-deeper': box.deeper > 0 ? box.deeper : undefined, 'data-row': box.row === box.depth ? undefined : box.row, 'data-module': shown.module === '' ? undefined : shown.module,
      'data-mark': shown.mark, ...shown.data,
    }, ...content))
    const hiddenWidth = box.hidden * pixel
    if (options.chart === undefined && hiddenWidth >= 1.5 && box.row + 1 < layout.rows + (box.deeper > 0 ? 1 : 0)) {
      const at = box.deeper > 0 ? box.row : box.row + 1
      if (at < layout.rows && box.deeper === 0) {
        pruned.push(prunedMark(x + (box.total - box.self - box.hidden) * pixel, yOf(at), hiddenWidth, hiddenTitle(box, value, layout, unit), ink.hatch))
      }
    }
  }

  for (const mark of options.chart?.marks ?? []) {
    if (mark.total * pixel < 1) continue
    pruned.push(prunedPath(pad + mark.start * pixel, yOf(mark.row), mark.total * pixel, ink.hatch, {
      'data-start': exact(mark.start, layout.scale), 'data-total': exact(mark.total, layout.scale), 'data-row': mark.row,
    }))
  }
  const axis: string[] = []
  if (options.chart !== undefined) {
    const seconds = layout.total / layout.scale
    for (const tick of roundTicks(0, seconds, Math.floor(usable / 110))) {
      const x = r(pad + tick * layout.scale * pixel)
      axis.push(el('path', { class: 'bv-line', d: `M${x} ${GEOMETRY.headLine}V${height - foot}`, stroke: ink.line, fill: 'none' }))
      const late = x > width - pad - 50
      axis.push(el('text', { class: 'bv-second', x: r(late ? x - 3 : x + 3), y: 100, 'text-anchor': late ? 'end' : undefined, fill: ink.secondary, 'font-size': 10.5 }, text(tick === 0 ? '0 s' : formatValue(tick, 's'))))
    }
  }

  const legend: string[] = []
  let at = pad
  for (const entry of words.legend) {
    const from = at
    const parts: string[] = []
    for (const fill of entry.fills) {
      use(fill)
      parts.push(el('rect', { class: `bv-${fill.name}`, x: r(at), y: 67, width: 11, height: 11, rx: entry.fills.length > 1 ? undefined : 2, fill: colour(fill) }))
      if (entry.hatch !== undefined) {
        hatches.add(entry.hatch)
        parts.push(el('rect', { x: r(at), y: 67, width: 11, height: 11, rx: 2, fill: `url(#${prefix}-${entry.hatch})` }))
      }
      at += 11
    }
    parts.push(el('text', { class: 'bv-second', x: r(at + 6), y: 76.5, fill: ink.secondary }, text(entry.label)))
    at += 6 + label(entry.label)
    legend.push(...(interactive ? [el('g', { class: 'bv-key', 'data-x': r(from), 'data-width': r(at - from) }, ...parts)] : parts))
    at += 18
  }
  const remarks = [...(words.warnings.length > 0 ? [`⚠ ${words.warnings.join(' · ')}`] : []), ...words.notes].join(' · ')
  const facts = (kind: string, line: string, room: number, size: number, attributes: Attributes): string => {
    const shown = fitLine(line, room, name => textWidth(name, WIDTHS) * size / 100)
    return el('text', { class: kind, ...attributes, ...(interactive && { 'data-full': line }) }, text(shown), ...(shown === line ? [] : [el('title', {}, text(line))]))
  }
  const head = [
    facts('bv-title', cut(words.title, 300), usable - (interactive ? 350 : 0), 21.5, { x: pad, y: 34, fill: ink.ink, 'font-size': 20, 'font-weight': 600 }),
    facts('bv-second bv-subtitle', cut(words.subtitle, 500), usable, 12, { x: pad, y: 54, fill: ink.secondary, 'font-size': 12 }),
    ...legend,
    facts('bv-second bv-quality', remarks, Math.max(width - pad - at, 200), font, { x: r(width - pad), y: 76.5, 'text-anchor': 'end', fill: ink.secondary }),
    el('path', { class: 'bv-line', d: `M${pad} ${GEOMETRY.headLine}.5H${fixed(width - pad)}`, stroke: ink.line, fill: 'none' }),
  ]
  const status = [
    el('text', { class: 'bv-second bv-status', x: pad, y: height - 30, fill: ink.secondary, 'font-size': 12 }, text('')),
    el('text', { class: 'bv-second bv-stack', x: pad, y: height - 12, fill: ink.secondary, 'font-size': 11 }, text('')),
    el('text', { class: 'bv-second bv-hint', x: r(width - pad), y: height - 30, 'text-anchor': 'end', fill: ink.secondary, 'font-size': 12 }, text(interactive ? 'click zoom · / search · ? keys' : '')),
  ]
  const label0 = `${options.chart !== undefined ? 'Flame chart' : options.inverted === true ? 'Icicle graph' : 'Flame graph'}: ${cut(words.title, 300)}`
  const body = [
    el('title', {}, text(cut(words.title, 300))),
    el('style', {}, styleSheet(fills, interactive)),
    ...(hatches.size > 0 ? [el('defs', {}, ...[...hatches].sort().map(kind => hatchPattern(`${prefix}-${kind}`, kind, theme === 'dark' ? 'dark' : 'light')))] : []),
    el('rect', { class: 'bv-page', width: '100%', height: '100%', fill: ink.page }),
    el('g', { class: 'bv-head' }, ...head),
    ...(options.chart === undefined ? [] : [el('g', { class: 'bv-axis', 'aria-hidden': 'true' }, ...axis)]),
    el('g', { class: 'bv-frames', role: 'tree', 'aria-label': label0, fill: ink.ink }, '\n', frames.join('\n'), '\n'),
    el('g', { class: 'bv-pruned', 'aria-hidden': 'true' }, ...pruned),
    el('g', { class: 'bv-foot' }, ...status),
    ...(interactive ? [flameScript()] : []),
  ]
  return el('svg', {
    xmlns: 'http://www.w3.org/2000/svg', class: `bpfview bv-${theme}`, width: r(width), height: r(height), viewBox: `0 0 ${fixed(width)} ${fixed(height)}`,
    'font-family': FONT, 'font-size': font, 'data-unit': unit, 'data-value': options.value.name, 'data-total': exact(layout.total, layout.scale),
    'data-hidden': exact(layout.hidden, layout.scale), 'data-pruned': layout.hiddenFrames, 'data-rows': layout.rows,
    'data-inverted': options.inverted === true ? '' : undefined, 'data-chart': options.chart === undefined ? undefined : '', 'data-fixed': options.width === undefined ? undefined : '',
    'data-sort': [options.sort === 'value' ? 'value' : '', options.inputOrder === true ? 'input' : ''].join(' ').trim() || undefined,
  }, '\n', body.join('\n'), '\n') + '\n'
}

/** An integer of 1/scale as an exact decimal. */
export function exact(value: number, scale: number): string {
  if (scale === 1) return String(value)
  const sign = value < 0 ? '-' : ''
  const digits = String(Math.abs(value)).padStart(String(scale).length, '0')
  const at = digits.length - String(scale).length + 1
  const part = digits.slice(at).replace(/0+$/, '')
  return sign + digits.slice(0, at) + (part === '' ? '' : `.${part}`)
}

/** Pixels to two decimals. */
function r(value: number): number {
  return Math.round(value * 100) / 100
}

function hiddenTitle(box: Box, value: number, layout: Layout, unit: string): string {
  const hidden = box.hidden / layout.scale
  return `${formatValue(box.hiddenFrames, 'frames')} not drawn: ${formatValue(hidden, unit)}, ${formatShare(hidden, value)} of the frame below`
}

function prunedMark(x: number, y: number, width: number, title: string, stroke: string): string {
  return el('g', {}, el('title', {}, text(title)), prunedPath(x, y, width, stroke, {}))
}

/** A short fence on the floor of the row in which frames were left out. */
function prunedPath(x: number, y: number, width: number, stroke: string, attributes: Attributes): string {
  let path = `M${fixed(x)} ${y + 16.5}H${fixed(x + width - 0.5)}`
  for (let at = 3; at < Math.min(width, 4000); at += 6) path += `M${fixed(x + at - 3)} ${y + 16.5}l4 -5`
  return el('path', { class: 'bv-hatch', d: path, stroke, fill: 'none', 'stroke-width': 0.8, ...attributes })
}

function hatchPattern(id: string, kind: 'new' | 'gone', theme: Theme): string {
  return el('pattern', { id, width: 6, height: 6, patternUnits: 'userSpaceOnUse', patternTransform: kind === 'gone' ? 'rotate(-45)' : 'rotate(45)' },
    el('path', { class: `bv-hatch-${kind}`, d: 'M0 3H6', stroke: HATCHES[kind][theme], 'stroke-width': 1.3, fill: 'none' }))
}

/** Eight hex digits that tell pictures apart. */
function shortHash(content: string): string {
  let hash = 0x811c9dc5
  for (let i = 0; i < content.length; i++) hash = Math.imul(hash ^ content.charCodeAt(i), 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0')
}
