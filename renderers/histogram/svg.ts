import { needDatasets } from '../../src/model/arguments.ts'
import type { HistogramSeries } from '../../src/model/index.ts'
import { cut } from '../markup/escape.ts'
import { FONT } from '../markup/font.ts'
import type { Theme } from '../markup/palette.ts'
import { PAGE } from '../markup/palette.ts'
import { el, fixed, text } from '../markup/svg.ts'
import { boldMeasure } from '../words/bold.ts'
import { fitLabel } from '../words/label.ts'
import { formatValue } from '../words/numbers.ts'
import { axisOf } from './axis.ts'
import type { Drawn, Frame } from './frame.ts'
import { HUES, lineColour, PAD } from './frame.ts'
import { overlay } from './overlay.ts'
import { panels } from './panels.ts'
import type { Shape } from './shape.ts'
import { unitGroups } from './shape.ts'
import { trails } from './trails.ts'

/** Names of the ways in which histograms are laid out. */
export const HISTOGRAM_LAYOUTS = ['panels', 'overlay', 'trails'] as const
/** A way in which histograms are laid out. */
export type HistogramLayout = (typeof HISTOGRAM_LAYOUTS)[number]

/** How histograms are drawn; widths in px. */
export interface HistogramSvgOptions {
  readonly title?: string | undefined
  readonly width?: number | undefined
  /** Default: overlay for two or three series, panels for one and up to twelve, trails for more. */
  readonly layout?: HistogramLayout | undefined
  /** Axis of values; default: log where buckets grow by a factor. */
  readonly x?: 'log' | 'linear' | undefined
  /** Axis of counts; default linear. */
  readonly y?: 'log' | 'linear' | undefined
  readonly theme?: 'auto' | Theme | undefined
}

/** More series than this are not drawn, and the picture says so. */
const MAX_DRAWN = 200
const LAYOUTS: Record<HistogramLayout, (shapes: readonly Shape[], top: number, frame: Frame) => Drawn> = {
  panels,
  overlay,
  trails,
}

/** An SVG document of distributions, drawn in their own buckets: overlaid, as small multiples or as frequency trails. Same input, same bytes. */
export function histogramSvg(series: readonly HistogramSeries[], options: HistogramSvgOptions = {}): string {
  needDatasets(series, 'histograms', 'histogramSvg')
  const groups = unitGroups(series)
  const theme = options.theme ?? 'auto'
  const dark = theme === 'dark'
  const ink = PAGE[dark ? 'dark' : 'light']
  const width = Math.max(options.width ?? 1200, 420)
  const title = options.title ?? titleOf(series)
  const events = groups.flatMap(group => group.shapes).reduce((all, shape) => all + shape.total, 0)
  const body = head({ title, facts: factsOf(series, events) }, width, ink)
  let top = 80
  for (const group of groups) {
    const drawn = group.shapes.slice(0, MAX_DRAWN)
    const axis = axisOf(drawn, group.unit, options.x)
    const draw = LAYOUTS[options.layout ?? layoutFor(drawn.length)]
    const part = draw(drawn, top, { width, ink, dark, axis, log: options.y === 'log' })
    body.push(...part.markup)
    top = part.bottom
    const left = group.shapes.length - drawn.length
    if (left > 0) {
      const words = `⚠ not drawn: ${formatValue(left, 'more distributions')}`
      body.push(el('text', { class: 'bd-second', x: PAD, y: top, fill: ink.secondary }, text(words)))
      top += 20
    }
  }
  const size = { width: fixed(width), height: fixed(top + 6), viewBox: `0 0 ${fixed(width)} ${fixed(top + 6)}` }
  const root = { ...size, role: 'img', 'font-family': FONT, 'font-size': 11.5 }
  const content = [
    el('title', {}, text(title)),
    el('style', {}, styleSheet()),
    el('rect', { class: 'bd-page', width: '100%', height: '100%', fill: ink.page }),
    ...body,
  ]
  return `${el(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', class: `bpfview bd-hist bv-${theme}`, ...root },
    '\n',
    content.join('\n'),
    '\n',
  )}\n`
}

function titleOf(series: readonly HistogramSeries[]): string {
  const tool = series[0]?.meta.tool ?? ''
  const names = [...new Set(series.map(one => one.name).filter(name => name !== '' && name !== tool))]
  return [tool, names.length === 1 ? names[0]! : ''].filter(word => word !== '').join(': ') || 'Distributions'
}

function factsOf(series: readonly HistogramSeries[], events: number): string {
  const intervals = series.reduce((most, one) => Math.max(most, one.time.length), 0)
  const facts = [formatValue(events, 'events')]
  if (series.length > 1) facts.push(`${series.length} distributions`)
  if (intervals > 1)
    facts.push(
      series.every(one => one.cumulative === true)
        ? `last of ${intervals} intervals`
        : `${intervals} intervals together`,
    )
  return facts.join(' · ')
}

function layoutFor(shapes: number): HistogramLayout {
  if (shapes === 1) return 'panels'
  if (shapes <= 3) return 'overlay'
  return shapes <= 12 ? 'panels' : 'trails'
}

function head(
  { title, facts }: { readonly title: string; readonly facts: string },
  width: number,
  ink: Frame['ink'],
): string[] {
  return [
    el(
      'text',
      { x: PAD, y: 33, 'font-size': 20, 'font-weight': 600, fill: ink.ink },
      text(fitLabel(cut(title, 300), width - 2 * PAD, boldMeasure(20))),
    ),
    el('text', { class: 'bd-second', x: PAD, y: 53, 'font-size': 12, fill: ink.secondary }, text(facts)),
    el('path', { class: 'bd-line', d: `M${PAD} 66.5H${fixed(width - PAD)}`, stroke: ink.line, fill: 'none' }),
  ]
}

function styleSheet(): string {
  const dark = themeStyle('dark', '.bd-hist.bv-auto')
  return `${themeStyle('light', '.bd-hist')}.bd-hist text{white-space:pre}@media screen and (prefers-color-scheme:dark){${dark}}@media screen{${themeStyle('dark', '.bd-hist.bv-dark')}}`
}

function themeStyle(name: Theme, of: string): string {
  const page = PAGE[name]
  const colours = HUES.map((hue, i) => {
    const line = lineColour(hue, name)
    return `${of} .bd-s${i}{stroke:${line}}${of} .bd-f${i}{fill:${line}}`
  }).join('')
  return `${of}{background:${page.page}}${of} .bd-page{fill:${page.page}}${of} text{fill:${page.ink}}${of} .bd-second{fill:${page.secondary}}${of} .bd-line{stroke:${page.line}}${of} .bd-ink{stroke:${page.ink}}${of} .bd-tick{stroke:${page.secondary}}${colours}`
}
