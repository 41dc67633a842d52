import { conversion } from '../src/model/index.ts'
import type { HistogramSeries, Unit } from '../src/model/index.ts'
import { isGeometric } from '../src/ops/heat-histograms.ts'
import { binQuantile } from '../src/stats/quantile.ts'
import { cut } from './escape.ts'
import { grouped, niceTicks, rangeWords, readableUnit } from './heat-axis.ts'
import { WIDTHS, fitLabel, formatValue, textWidth } from './label.ts'
import { PAGE, oklchHex } from './palette.ts'
import type { Theme } from './palette.ts'
import { el, fixed, text } from './svg.ts'
import type { Attributes } from './svg.ts'

export const HISTOGRAM_LAYOUTS = ['panels', 'overlay', 'trails'] as const
export type HistogramLayout = (typeof HISTOGRAM_LAYOUTS)[number]

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

const PAD = 16
const LEFT = 66
const HUES = [255, 42, 148, 305, 200, 82] as const
const FONT = '-apple-system, "Segoe UI", Inter, Roboto, "Helvetica Neue", Arial, sans-serif'
/** More series than this are not drawn, and the picture says so. */
const MOST = 200

/** One distribution: all intervals of a series together. */
interface Shape {
  readonly label: string
  readonly unit: Unit
  readonly edges: Float64Array
  readonly counts: Float64Array
  readonly total: number
  /** p50, p90, p99. */
  readonly quantiles: readonly { readonly name: string, readonly value: number, readonly low: number, readonly high: number }[]
}

/** An SVG document of distributions, drawn in their own buckets: overlaid, as small multiples or as frequency trails. Same input, same bytes. */
export function histogramSvg(series: readonly HistogramSeries[], options: HistogramSvgOptions = {}): string {
  const groups = unitGroups(series)
  const shapes = groups.flatMap(group => group.shapes)
  const theme = options.theme ?? 'auto'
  const ink = PAGE[theme === 'dark' ? 'dark' : 'light']
  const width = Math.max(options.width ?? 1200, 420)
  const tool = series[0]?.meta.tool ?? ''
  const names = [...new Set(series.map(one => one.name).filter(name => name !== '' && name !== tool))]
  const title = options.title ?? ([tool, names.length === 1 ? names[0]! : ''].filter(word => word !== '').join(': ') || 'Distributions')
  const events = shapes.reduce((all, shape) => all + shape.total, 0)
  const intervals = series.reduce((most, one) => Math.max(most, one.time.length), 0)
  const facts = [formatValue(events, 'events'), series.length > 1 ? `${series.length} distributions` : '', intervals > 1 ? (series.every(one => one.cumulative === true) ? `last of ${intervals} intervals` : `${intervals} intervals together`) : '']
  const body: string[] = [
    el('text', { x: PAD, y: 33, 'font-size': 20, 'font-weight': 600, fill: ink.ink }, text(fitLabel(cut(title, 300), width - 2 * PAD, words => textWidth(words, WIDTHS) * 0.215))),
    el('text', { class: 'bd-second', x: PAD, y: 53, 'font-size': 12, fill: ink.secondary }, text(facts.filter(fact => fact !== '').join(' · '))),
    el('path', { class: 'bd-line', d: `M${PAD} 66.5H${fixed(width - PAD)}`, stroke: ink.line, fill: 'none' }),
  ]
  let top = 80
  for (const group of groups) {
    const drawn = group.shapes.slice(0, MOST)
    const layout = options.layout ?? (drawn.length === 1 ? 'panels' : drawn.length <= 3 ? 'overlay' : drawn.length <= 12 ? 'panels' : 'trails')
    const axis = axisOf(drawn, group.unit, options.x)
    const frame: Frame = { width, ink, dark: theme === 'dark', axis, log: options.y === 'log' }
    const part = layout === 'overlay' ? overlay(drawn, top, frame) : layout === 'trails' ? trails(drawn, top, frame) : panels(drawn, top, frame)
    body.push(...part.markup)
    top = part.bottom
    if (group.shapes.length > MOST) {
      body.push(el('text', { class: 'bd-second', x: PAD, y: top, fill: ink.secondary }, text(`⚠ not drawn: ${formatValue(group.shapes.length - MOST, 'more distributions')}`)))
      top += 20
    }
  }
  const height = top + 6
  const style = (name: Theme, of: string): string => {
    const page = PAGE[name]
    const colours = HUES.map((hue, i) => {
      const line = lineColour(hue, name)
      return `${of} .bd-s${i}{stroke:${line}}${of} .bd-f${i}{fill:${line}}`
    }).join('')
    return `${of} .bd-page{fill:${page.page}}${of} text{fill:${page.ink}}${of} .bd-second{fill:${page.secondary}}${of} .bd-line{stroke:${page.line}}${of} .bd-ink{stroke:${page.ink}}${of} .bd-tick{stroke:${page.secondary}}${colours}`
  }
  return el('svg', {
    xmlns: 'http://www.w3.org/2000/svg', class: `bpfview bd-hist bv-${theme}`, width: fixed(width), height: fixed(height), viewBox: `0 0 ${fixed(width)} ${fixed(height)}`, role: 'img', 'font-family': FONT, 'font-size': 11.5,
  }, '\n', [
    el('title', {}, text(title)),
    el('style', {}, `${style('light', '.bd-hist')}.bd-hist text{white-space:pre}@media screen and (prefers-color-scheme:dark){${style('dark', '.bd-hist.bv-auto')}}@media screen{${style('dark', '.bd-hist.bv-dark')}}`),
    el('rect', { class: 'bd-page', width: '100%', height: '100%', fill: ink.page }), ...body,
  ].join('\n'), '\n') + '\n'
}

function lineColour(hue: number, theme: Theme): string {
  return oklchHex(theme === 'light' ? { l: 0.58, c: 0.15, h: hue } : { l: 0.76, c: 0.13, h: hue })
}

/** Series whose units measure the same, in the unit of the first, or of one name where none is known; the order of appearance is kept. */
function unitGroups(series: readonly HistogramSeries[]): { readonly unit: Unit, readonly shapes: readonly Shape[] }[] {
  const groups: { unit: Unit, name: string, shapes: Shape[] }[] = []
  for (const one of series) {
    let group = groups.find(each => conversion(one.unit, each.unit) !== undefined && (one.unit !== '' || one.name === each.name))
    if (group === undefined) groups.push(group = { unit: one.unit, name: one.name, shapes: [] })
    const factor = conversion(one.unit, group.unit)!
    group.shapes.push(shapeOf(one, group.unit, factor === 1 ? one.edges : one.edges.map(edge => Number((edge * factor).toPrecision(12)))))
  }
  return groups
}

function shapeOf(series: HistogramSeries, unit: Unit, edges: Float64Array): Shape {
  const width = edges.length - 1
  const counts = new Float64Array(width)
  const rows = series.time.length
  let last = rows - 1
  while (last > 0 && series.counts.subarray(last * width, (last + 1) * width).every(count => Number.isNaN(count))) last--
  for (let row = series.cumulative === true ? last : 0; row < rows; row++) {
    for (let j = 0; j < width; j++) {
      const count = series.counts[row * width + j]!
      if (count > 0) counts[j] = counts[j]! + count
    }
  }
  let total = 0
  for (const count of counts) total += count
  const quantiles = ([['p50', 0.5], ['p90', 0.9], ['p99', 0.99]] as const).map(([name, q]) => ({ name, ...binQuantile(edges, counts, q) }))
  const label = [series.name === (series.meta.tool ?? '') ? '' : series.name, series.key].filter(word => word !== '').join(' ')
  return { label, unit, edges, counts, total, quantiles }
}

interface Axis {
  readonly unit: Unit
  readonly log: boolean
  /** 0..1 of a value. */
  at(value: number): number
  readonly ticks: readonly { readonly at: number, readonly label: string }[]
  readonly caption: string
}

/** One axis for all distributions of a group, from the first bucket that holds something to the last. */
function axisOf(shapes: readonly Shape[], unit: Unit, wanted: 'log' | 'linear' | undefined): Axis {
  let [low, high, least] = [Infinity, -Infinity, Infinity]
  for (const { edges, counts } of shapes) {
    for (let j = 0; j < counts.length; j++) {
      if (!(counts[j]! > 0)) continue
      const [from, to] = [edges[j]!, edges[j + 1]!]
      low = Math.min(low, Number.isFinite(from) ? from : to)
      high = Math.max(high, Number.isFinite(to) ? to : from)
      for (const edge of [from, to]) if (edge > 0 && Number.isFinite(edge)) least = Math.min(least, edge)
    }
  }
  if (!(high > low)) [low, high] = Number.isFinite(low) ? [low, low + 1] : [0, 1]
  if (!Number.isFinite(least)) least = high > 0 ? high : 1
  const log = (wanted ?? (shapes.every(shape => isGeometric(shape.edges)) ? 'log' : 'linear')) === 'log' && high > least
  // an end at or below 0 gets the place of one more halving; an open end one more doubling
  const bottom = log ? (low > 0 ? Math.log2(low) : Math.log2(least) - 1) : low
  const top = log ? Math.log2(high) : high
  const span = top - bottom
  const at = (value: number): number => {
    if (value === -Infinity) return 0
    if (value === Infinity) return 1
    const raw = log ? (value > 0 ? Math.log2(value) : bottom) : value
    return Math.min(1, Math.max(0, (raw - bottom) / span))
  }
  if (log) {
    const edges = [...new Set(shapes.flatMap(shape => Array.from(shape.edges)))].filter(edge => edge > 0 && Number.isFinite(edge) && edge >= least && edge <= high).sort((a, b) => a - b)
    const stride = Math.max(1, Math.ceil(edges.length / 14))
    const ticks = edges.filter((_, i) => i % stride === 0).map(edge => ({ at: at(edge), label: formatValue(edge, unit) }))
    return { unit, log, at, ticks: low <= 0 ? [{ at: 0, label: fixed(low) }, ...ticks.filter(tick => tick.at > 0.03)] : ticks, caption: '' }
  }
  const { factor, name } = readableUnit(Math.max(Math.abs(low), Math.abs(high)), unit)
  return { unit, log, at, ticks: niceTicks(low * factor, high * factor, 10).map(value => ({ at: at(value / factor), label: grouped(value) })), caption: name }
}

interface Frame {
  readonly width: number
  readonly ink: (typeof PAGE)[Theme]
  readonly dark: boolean
  readonly axis: Axis
  /** Counts on a log axis. */
  readonly log: boolean
}

interface Drawn {
  readonly markup: readonly string[]
  readonly bottom: number
}

/** Height of every bucket of a shape: counts where buckets are of one width on the axis, else counts per width, so that area is count. */
function heights(shape: Shape, axis: Axis): { readonly values: Float64Array, readonly density: boolean } {
  const widths: number[] = []
  for (let j = 0; j < shape.counts.length; j++) if (shape.counts[j]! > 0) widths.push(axis.at(shape.edges[j + 1]!) - axis.at(shape.edges[j]!))
  const widest = widths.reduce((most, width) => Math.max(most, width), 1e-12)
  const even = widths.every(width => width > widest * 0.65)
  if (even || widths.length < 2) return { values: shape.counts, density: false }
  return { values: shape.counts.map((count, j) => (count > 0 ? count / Math.max(1e-9, (axis.at(shape.edges[j + 1]!) - axis.at(shape.edges[j]!)) / widest) : 0)), density: true }
}

function panels(shapes: readonly Shape[], top: number, frame: Frame): Drawn {
  const { width, ink, axis } = frame
  const across = shapes.length === 1 ? 1 : shapes.length <= 4 ? 2 : 3
  const cell = (width - 2 * PAD) / across
  const height = shapes.length === 1 ? 300 : 150
  const markup: string[] = []
  shapes.forEach((shape, i) => {
    const x = PAD + (i % across) * cell + LEFT
    const y = top + 40 + Math.floor(i / across) * (height + 92)
    const room = cell - LEFT - 18
    const { values, density } = heights(shape, axis)
    const most = maximum(values)
    markup.push(heading(shape, x, y - 22, room, ink, undefined))
    markup.push(...countAxis(most, x, y, room, height, frame, density ? 'events per width' : 'events'))
    const bars: string[] = []
    shape.counts.forEach((count, j) => {
      if (!(count > 0)) return
      const [from, to] = [x + axis.at(shape.edges[j]!) * room, x + axis.at(shape.edges[j + 1]!) * room]
      const tall = part(values[j]!, most, frame.log) * height
      bars.push(el('rect', { class: 'bd-f0', x: r(from + (to - from > 4 ? 0.75 : 0)), y: r(y + height - tall), width: r(Math.max(0.5, to - from - (to - from > 4 ? 1.5 : 0))), height: r(tall), fill: lineColour(HUES[0], frame.dark ? 'dark' : 'light'), 'data-count': fixed(count, 6) },
        el('title', {}, text(`${rangeWords(shape.edges[j]!, shape.edges[j + 1]!, axis.unit)}: ${formatValue(count, 'events')}, ${(count / shape.total * 100).toFixed(2)}%`))))
    })
    markup.push(el('g', { class: 'bd-bars', 'fill-opacity': 0.85 }, ...bars), quantileMarks(shape, x, y, room, height, frame, 'bd-ink', ink.ink), valueAxis(x, y + height, room, frame))
  })
  return { markup, bottom: top + Math.ceil(shapes.length / across) * (height + 92) + 10 }
}

function overlay(shapes: readonly Shape[], top: number, frame: Frame): Drawn {
  const { width, ink, axis } = frame
  const x = PAD + LEFT
  const room = width - 2 * PAD - LEFT - 18
  const named = Math.min(shapes.length, HUES.length * 3)
  const unnamed = shapes.length - named
  const head = (named + (unnamed > 0 ? 1 : 0)) * 19
  const y = top + head + 24
  const height = 320
  const all = shapes.map(shape => {
    const { values } = heights(shape, axis)
    return shape.total > 0 ? values.map(value => value / shape.total * 100) : values
  })
  const most = all.reduce((top, values) => Math.max(top, maximum(values)), 1e-9)
  const markup: string[] = []
  markup.push(...countAxis(most, x, y, room, height, frame, '% of its events'))
  shapes.forEach((shape, i) => {
    const colour = i % HUES.length
    const d = outline(shape.edges, all[i]!, axis, x, y, room, height, value => part(value, most, frame.log))
    const stroke = lineColour(HUES[colour]!, frame.dark ? 'dark' : 'light')
    markup.push(el('path', { class: `bd-f${colour}`, d: `${d}Z`, fill: stroke, 'fill-opacity': 0.14 }), el('path', { class: `bd-s${colour}`, d, fill: 'none', stroke, 'stroke-width': 1.8, 'stroke-linejoin': 'round', 'stroke-dasharray': i >= HUES.length ? '5 3' : undefined, 'data-total': fixed(shape.total, 6) },
      el('title', {}, text(`${shape.label === '' ? 'all' : shape.label}: ${formatValue(shape.total, 'events')}`))))
    if (i < named) markup.push(heading(shape, PAD + 22, top + 12 + i * 19, width - 2 * PAD - 30, ink, colour, stroke))
  })
  if (unnamed > 0) markup.push(el('text', { class: 'bd-second', x: PAD + 22, y: top + 12 + named * 19, fill: ink.secondary }, text(`and ${formatValue(unnamed, 'more distributions')}; --layout trails names each`)))
  markup.push(valueAxis(x, y + height, room, frame))
  return { markup, bottom: y + height + 50 }
}

/** Outlines one behind the other, like hills: for many distributions. */
function trails(shapes: readonly Shape[], top: number, frame: Frame): Drawn {
  const { width, ink, axis } = frame
  const x = PAD + 190
  const measure = (words: string): number => textWidth(words, WIDTHS) * 0.105
  const facts = shapes.map(({ total, quantiles: [p50, , p99] }) => (
    total > 0 ? `${formatValue(total, 'events')} · p50 ${rangeWords(p50!.low, p50!.high, axis.unit)} · p99 ${rangeWords(p99!.low, p99!.high, axis.unit)}` : 'no events'))
  const beside = Math.min(Math.max(...facts.map(measure)), width / 3)
  const room = width - 2 * PAD - 190 - beside - 10
  const step = shapes.length > 60 ? 15 : 24
  const tall = step * 1.45
  // the axis below is out of sight from the first of many
  const above = shapes.length > 20
  const y = top + tall + (above ? 18 : 0)
  const markup: string[] = above ? tickLabels(x, y - tall - 6, room, axis).map(words => el('text', { class: 'bd-second', ...words.at, fill: ink.secondary }, text(words.label))) : []
  const medians: string[] = []
  for (const tick of axis.ticks) markup.push(el('path', { class: 'bd-line', d: `M${fixed(x + tick.at * room)} ${fixed(y - tall)}V${fixed(y + (shapes.length - 1) * step)}`, stroke: ink.line, fill: 'none' }))
  shapes.forEach((shape, i) => {
    const base = y + i * step
    const { values } = heights(shape, axis)
    const most = maximum(values)
    const d = outline(shape.edges, values, axis, x, base - tall, room, tall, value => part(value, most, frame.log))
    const stroke = lineColour(HUES[0], frame.dark ? 'dark' : 'light')
    const [p50] = shape.quantiles
    if (shape.total > 0) medians.push(el('path', { class: 'bd-ink', d: `M${fixed(x + middle(p50!, axis) * room)} ${fixed(base + 2)}v-8`, stroke: ink.ink, 'stroke-width': 1.4, fill: 'none' }))
    markup.push(el('g', { class: 'bd-trail', 'data-total': fixed(shape.total, 6) },
      el('title', {}, text(`${shape.label === '' ? 'all' : cut(shape.label, 300)}: ${formatValue(shape.total, 'events')}`)),
      el('path', { class: 'bd-page', d: `${d}Z`, fill: ink.page, 'fill-opacity': 0.82 }), el('path', { class: 'bd-f0', d: `${d}Z`, fill: stroke, 'fill-opacity': 0.22 }),
      el('path', { class: 'bd-s0', d, fill: 'none', stroke, 'stroke-width': 1.2, 'stroke-linejoin': 'round' }),
      el('text', { x: fixed(x - 10), y: fixed(base), 'text-anchor': 'end', fill: ink.ink }, text(fitLabel(shape.label === '' ? 'all' : cut(shape.label, 200), 168, words => textWidth(words, WIDTHS) * 0.115))),
      el('text', { class: 'bd-second', x: fixed(x + room + 10), y: fixed(base), 'font-size': 10.5, fill: ink.secondary },
        text(fitLabel(facts[i]!, beside, measure)))))
  })
  const bottom = y + (shapes.length - 1) * step
  markup.push(...medians, valueAxis(x, bottom + 4, room, frame), el('text', { class: 'bd-second', x: PAD, y: bottom + 46, fill: ink.secondary }, text('each to its own height · tick: the bucket of the median')))
  return { markup, bottom: bottom + 62 }
}

function heading(shape: Shape, x: number, y: number, room: number, ink: (typeof PAGE)[Theme], colour?: number, stroke?: string): string {
  const label = shape.label === '' ? '' : fitLabel(cut(shape.label, 200), room * 0.4, words => textWidth(words, WIDTHS) * 0.13)
  const facts = [formatValue(shape.total, 'events'), ...(shape.total > 0 ? shape.quantiles.map(({ name, low, high }) => `${name} ${rangeWords(low, high, shape.unit)}`) : [])].join(' · ')
  const start = label === '' ? 0 : textWidth(label, WIDTHS) * 0.13 + 10
  return el('g', {},
    ...(colour === undefined ? [] : [el('rect', { class: `bd-f${colour}`, x: x - 20, y: y - 10, width: 13, height: 11, rx: 2, fill: stroke }) ]),
    ...(label === '' ? [] : [el('text', { x: r(x), y, 'font-size': 12.5, 'font-weight': 600, fill: ink.ink }, text(label))]),
    el('text', { class: 'bd-second', x: r(x + start), y, fill: ink.secondary }, text(fitLabel(facts, Math.max(60, room - start), words => textWidth(words, WIDTHS) * 0.115))))
}

function quantileMarks(shape: Shape, x: number, y: number, room: number, height: number, frame: Frame, name: string, stroke: string): string {
  if (shape.total === 0) return ''
  const marks: string[] = []
  let taken = -Infinity
  for (const quantile of shape.quantiles) {
    const at = x + middle(quantile, frame.axis) * room
    marks.push(el('path', { class: name, d: `M${fixed(at)} ${fixed(y - 2)}V${fixed(y + height)}`, stroke, 'stroke-width': 1, 'stroke-dasharray': quantile.name === 'p50' ? '1.5 2.5' : quantile.name === 'p90' ? '5 3' : undefined, fill: 'none' }))
    if (at - taken < 26) continue
    marks.push(el('text', { x: r(at), y: y - 5, 'text-anchor': 'middle', 'font-size': 10.5, fill: frame.ink.ink }, text(quantile.name)))
    taken = at
  }
  return el('g', { class: 'bd-quantiles' }, ...marks)
}

/** The place a quantile is marked at: the middle of its bucket, because no more is known. */
function middle({ low, high }: { readonly low: number, readonly high: number }, axis: Axis): number {
  return (axis.at(low) + axis.at(high)) / 2
}

function outline(edges: Float64Array, values: Float64Array, axis: Axis, x: number, y: number, room: number, height: number, tall: (value: number) => number): string {
  let d = `M${fixed(x)} ${fixed(y + height)}`
  let last = x
  for (let j = 0; j < values.length; j++) {
    const [from, to] = [x + axis.at(edges[j]!) * room, x + axis.at(edges[j + 1]!) * room]
    if (!(to > from)) continue
    const at = y + height * (1 - tall(values[j]!))
    if (from > last + 0.01) d += `V${fixed(y + height)}H${fixed(from)}`
    d += `V${fixed(at)}H${fixed(to)}`
    last = to
  }
  return `${d}V${fixed(y + height)}`
}

function countAxis(most: number, x: number, y: number, room: number, height: number, frame: Frame, caption: string): string[] {
  const { ink } = frame
  const ticks = frame.log ? logTicks(most) : niceTicks(0, most, height > 200 ? 6 : 3)
  const parts = ticks.filter(tick => tick <= most * 1.0001).map(tick => {
    const at = y + height * (1 - part(tick, most, frame.log))
    return el('path', { class: 'bd-line', d: `M${fixed(x)} ${fixed(at)}h${fixed(room)}`, stroke: ink.line, fill: 'none' }) + el('text', { class: 'bd-second', x: r(x - 8), y: r(at + 4), 'text-anchor': 'end', fill: ink.secondary }, text(grouped(tick)))
  })
  parts.push(el('text', { class: 'bd-second', transform: `translate(${fixed(x - LEFT + 12)} ${fixed(y + height / 2)}) rotate(-90)`, 'text-anchor': 'middle', fill: ink.secondary }, text(frame.log ? `${caption}, log` : caption)))
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

/** Part of the axis that a count fills. On a log axis one event is a little above nothing. */
function part(value: number, most: number, log: boolean): number {
  if (!(value > 0) || !(most > 0)) return 0
  if (!log) return value / most
  const floor = Math.min(0.5, most / 1e6 > 0.5 ? 0.5 : most / 1e4)
  return Math.max(0, Math.log(value / floor) / Math.log(most / floor))
}

function valueAxis(x: number, y: number, room: number, frame: Frame): string {
  const { ink, axis } = frame
  const parts = [el('path', { class: 'bd-tick', d: `M${fixed(x)} ${fixed(y + 0.5)}h${fixed(room)}`, stroke: ink.secondary, 'stroke-width': 0.8, fill: 'none' })]
  for (const tick of axis.ticks) parts.push(el('path', { class: 'bd-tick', d: `M${fixed(x + tick.at * room)} ${fixed(y)}v4`, stroke: ink.secondary, 'stroke-width': 0.8, fill: 'none' }))
  for (const { at, label } of tickLabels(x, y + 16, room, axis)) parts.push(el('text', { class: 'bd-second', ...at, fill: ink.secondary }, text(label)))
  if (axis.caption !== '') parts.push(el('text', { class: 'bd-second', x: r(x + room / 2), y: r(y + 32), 'text-anchor': 'middle', fill: ink.secondary }, text(axis.caption)))
  return el('g', {}, ...parts)
}

/** Labels of the ticks that have room for one. */
function tickLabels(x: number, y: number, room: number, axis: Frame['axis']): { readonly at: Attributes, readonly label: string }[] {
  const every = Math.max(1, Math.ceil(axis.ticks.length / Math.max(2, Math.floor(room / 62))))
  return axis.ticks.filter((_, i) => i % every === 0).map(tick => ({ at: { x: r(x + tick.at * room), y: r(y), 'text-anchor': 'middle' }, label: tick.label }))
}

function maximum(values: Float64Array): number {
  let most = 0
  for (const value of values) if (value > most) most = value
  return most
}

function r(value: number): number {
  return Math.round(value * 100) / 100
}
