import { cut } from './escape.ts'
import { flameScript } from './flame-script.ts'
import { styleSheet } from './flame-style.ts'
import { background, colourOf, deltaColour } from './flamegraph-colours.ts'
import type { Hashing } from './flamegraph-colours.ts'
import { el, text } from './svg.ts'

/** Options of flamegraph.pl under its own names and with its own defaults. */
export interface CompatFlameOptions {
  readonly title?: string | undefined
  readonly subtitle?: string | undefined
  readonly width?: number | undefined
  readonly height?: number | undefined
  /** Pixels, or `N%` of the total. */
  readonly minwidth?: string | undefined
  readonly fonttype?: string | undefined
  readonly fontsize?: number | undefined
  readonly fontwidth?: number | undefined
  readonly countname?: string | undefined
  readonly nametype?: string | undefined
  readonly colors?: string | undefined
  readonly bgcolors?: string | undefined
  readonly hashing?: Hashing | undefined
  /** Colours that win over computed ones; new ones are added (palette.map of --cp). */
  readonly palette?: Map<string, string> | undefined
  /** Attributes per function: id, class, href, target, title. */
  readonly nameattr?: ReadonlyMap<string, ReadonlyMap<string, string>> | undefined
  readonly inverted?: boolean | undefined
  readonly flamechart?: boolean | undefined
  readonly negate?: boolean | undefined
  readonly total?: number | undefined
  readonly factor?: number | undefined
  readonly notes?: string | undefined
  readonly encoding?: string | undefined
  readonly maxDelta?: number | undefined
  readonly script?: boolean | undefined
}

export interface CompatLine {
  readonly frames: readonly string[]
  readonly value: number
  readonly delta?: number
}

export interface CompatPicture {
  readonly svg: string
  readonly warnings: readonly string[]
  /** Nothing was counted: the picture says so. */
  readonly empty: boolean
}

/** A frame's stay on the stack, in time units of the x axis. */
interface Span {
  readonly name: string
  readonly depth: number
  readonly start: number
  end: number
  delta: number | undefined
  /** Width its line gave it as the leaf. */
  self: number
  dropped: boolean
}

const XPAD = 10

/**
 * The picture flamegraph.pl draws of these lines: same frames, widths, titles and colours; what differs is said in docs/flame-graphs.md.
 * Lines are merged only with the line before, so their order matters.
 */
export function compatFlameGraph(lines: readonly CompatLine[], options: CompatFlameOptions = {}): CompatPicture {
  const fontsize = options.fontsize ?? 12
  const fontwidth = options.fontwidth ?? 0.59
  const width = options.width ?? 1200
  const row = options.height ?? 16
  const factor = options.factor ?? 1
  const countname = options.countname ?? 'samples'
  const colors = options.colors ?? 'hot'
  const subtitle = options.subtitle ?? ''
  const title = options.title !== undefined && options.title !== '' ? options.title
    : options.flamechart === true ? 'Flame Chart' : options.inverted === true ? 'Icicle Graph' : 'Flame Graph'
  const top = fontsize * 3
  const bottom = fontsize * 2 + 10
  const warnings: string[] = []

  const { spans, time } = layOut(lines)
  if (countname === 'samples' && time < 100) warnings.push(`stack count is low (${perlNumber(time)}); did something go wrong?`)
  if (!(time > 0)) return { svg: emptyPicture(width, fontsize, options), warnings: [...warnings, 'no stack counts found; expected lines of `frame;frame count`'], empty: true }
  let total = time
  if (options.total !== undefined && options.total > 0) {
    if (options.total >= time) total = options.total
    else if (options.total / time > 0.02) warnings.push(`--total ${perlNumber(options.total)} is less than the actual total ${perlNumber(time)}, so it is ignored`)
  }
  const scale = (width - 2 * XPAD) / total
  const least = minimum(options.minwidth ?? '0.1', total, scale)
  const drawn = spans.filter(span => !span.dropped && span.end - span.start >= least)
  let deepest = 0
  for (const span of drawn) deepest = Math.max(deepest, span.depth)
  const height = (deepest + 1) * row + top + bottom + (subtitle === '' ? 0 : fontsize * 2)
  const tops = options.inverted === true ? top : height - bottom - (deepest + 1) * row

  const colour = colourOf(colors, options.hashing ?? 'sum')
  const mapped = (name: string): string => {
    const { palette } = options
    if (palette === undefined) return colour(name)
    let known = palette.get(name)
    if (known === undefined) palette.set(name, known = colour(name))
    return known
  }
  // what hides below a frame: its total less its own value and its drawn children's
  const inside = new Map<Span, number>()
  const above: Span[] = []
  for (const span of drawn) {
    above.length = Math.min(above.length, span.depth)
    const parent = above[span.depth - 1]
    if (parent !== undefined) inside.set(parent, (inside.get(parent) ?? 0) + span.end - span.start)
    above[span.depth] = span
  }

  const frames: string[] = []
  for (const span of drawn) {
    const root = span.name === '' && span.depth === 0
    const end = root ? total : span.end
    const x1 = XPAD + span.start * scale
    const x2 = XPAD + end * scale
    const y1 = options.inverted === true ? top + span.depth * row : height - bottom - (span.depth + 1) * row + 1
    const y2 = options.inverted === true ? top + (span.depth + 1) * row - 1 : height - bottom - span.depth * row
    const samples = roundHalfEven((end - span.start) * factor, 0)
    const name = span.name.replace(/_\[[kwij]\]$/, '')
    const attributes = options.nameattr?.get(span.name)
    const fill = span.name === '--' ? 'rgb(160,160,160)' : span.name === '-' ? 'rgb(200,200,200)'
      : span.delta !== undefined ? deltaColour(span.delta, options.maxDelta ?? 1, options.negate === true) : mapped(span.name)
    const left = roundHalfEven(x1, 1)
    const w = roundHalfEven(Number(roundHalfEven(x2, 1)) - Number(left), 1)
    const chars = Math.trunc((x2 - x1) / (fontsize * fontwidth))
    const points = Array.from(name)
    const label = chars < 3 ? '' : points.length > chars ? points.slice(0, Math.max(chars - 2, 0)).join('') + '..' : name
    const value = span.end - span.start
    frames.push(frameGroup(attributes, {
      role: 'treeitem', 'aria-level': span.depth + 1, 'data-start': perlNumber(span.start), 'data-total': perlNumber(root ? total : value), 'data-self': perlNumber(span.self),
      'data-hidden': perlNumber(Math.max(0, value - span.self - (inside.get(span) ?? 0))),
    }, [
      el('title', {}, text(attributes?.get('title') ?? frameTitle(root ? 'all' : name, samples, root ? undefined : total * factor, countname, span.delta, options.negate === true))),
      el('rect', { x: left, y: perlNumber(y1), width: w, height: roundHalfEven(y2 - y1, 1), fill, rx: 2, ry: 2 }),
      el('text', { x: roundHalfEven(x1 + 3, 2), y: perlNumber(3 + (y1 + y2) / 2) }, text(label)),
    ]))
  }

  const [light, deep] = background(options.bgcolors ?? '', colors) ?? ['#eeeeee', '#eeeeb0']
  const interactive = options.script !== false
  const gradient = `bv-background-${light.slice(1)}-${deep.slice(1)}`
  const middle = Math.trunc(width / 2)
  const svg = [
    header(options, width, height),
    el('svg', {
      version: '1.1', class: 'bpfview bv-compat', width, height, viewBox: `0 0 ${perlNumber(width)} ${perlNumber(height)}`, xmlns: 'http://www.w3.org/2000/svg', 'xmlns:xlink': 'http://www.w3.org/1999/xlink',
      'font-family': `${options.fonttype ?? 'Verdana'}, sans-serif`, 'font-size': fontsize, 'data-unit': countname, 'data-total': perlNumber(total), 'data-rows': deepest + 1, 'data-fixed': '',
      'data-inverted': options.inverted === true ? '' : undefined, 'data-geometry': [XPAD, tops, row, bottom, fontsize].map(perlNumber).join(' '), 'data-factor': factor === 1 ? undefined : perlNumber(factor),
      'data-chart': options.flamechart === true ? '' : undefined,
    }, '\n', [
      `<!-- NOTES: ${text(options.notes ?? '').replaceAll('-', '&#45;')} -->`,
      el('title', {}, text(title)),
      el('style', {}, styleSheet([], interactive)),
      el('defs', {}, el('linearGradient', { id: gradient, y1: 0, y2: 1, x1: 0, x2: 0 }, el('stop', { 'stop-color': light, offset: '5%' }), el('stop', { 'stop-color': deep, offset: '95%' }))),
      el('rect', { x: 0, y: 0, width: '100%', height: '100%', fill: `url(#${gradient})` }),
      el('text', { 'text-anchor': 'middle', x: roundHalfEven(middle, 2), y: fontsize * 2, 'font-size': fontsize + 5 }, text(title)),
      ...(subtitle === '' ? [] : [el('text', { 'text-anchor': 'middle', x: roundHalfEven(middle, 2), y: fontsize * 4, fill: 'rgb(160,160,160)' }, text(subtitle))]),
      el('g', { class: 'bv-frames', role: 'tree', 'aria-label': cut(title, 300), fill: 'rgb(0,0,0)' }, '\n', frames.join('\n'), '\n'),
      el('g', { class: 'bv-pruned', 'aria-hidden': 'true' }),
      el('g', { class: 'bv-foot' }, el('text', { class: 'bv-status', x: XPAD, y: perlNumber(height - bottom / 2) }, '')),
      ...(interactive ? [flameScript()] : []),
    ].join('\n'), '\n'),
  ].join('\n')
  return { svg: `${svg}\n`, warnings, empty: false }
}

/** Spans of all frames in order of their start, the root '' first: each line is merged with what it shares with the line before. */
function layOut(lines: readonly CompatLine[]): { readonly spans: readonly Span[], readonly time: number } {
  const spans: Span[] = []
  const open: Span[] = []
  // one frame of a name ends at one place in one depth; a later one of no width takes its place, as it does in flamegraph.pl
  const closed = new Map<string, Span>()
  let time = 0
  const close = (span: Span): void => {
    span.end = Number(time.toPrecision(15))
    if (span.end > span.start && !closed.has(`${span.depth};${span.end};${span.name}`)) {
      closed.set(`${span.depth};${span.end};${span.name}`, span)
      return
    }
    const key = `${span.depth};${span.end};${span.name}`
    const before = closed.get(key)
    if (before !== undefined) before.dropped = true
    closed.set(key, span)
  }
  const flow = (frames: readonly string[], delta: number | undefined): void => {
    let same = 0
    while (same < open.length && same < frames.length && open[same]!.name === frames[same]) same++
    for (let i = open.length - 1; i >= same; i--) close(open[i]!)
    open.length = same
    for (let i = same; i < frames.length; i++) {
      const span: Span = { name: frames[i]!, depth: i, start: time, end: time, delta: delta === undefined ? undefined : i === frames.length - 1 ? delta : 0, self: 0, dropped: false }
      open.push(span)
      spans.push(span)
    }
  }
  for (const line of lines) {
    flow(['', ...line.frames], line.delta)
    open[open.length - 1]!.self += line.value
    time += line.value
  }
  flow([], undefined)
  return { spans, time }
}

function minimum(minwidth: string, total: number, scale: number): number {
  const value = Number.parseFloat(minwidth)
  return minwidth.endsWith('%') ? total * value / 100 : value / scale
}

function frameTitle(name: string, samples: string, total: number | undefined, countname: string, delta: number | undefined, negate: boolean): string {
  const grouped = samples.replace(/\B(?=(\d{3})+$)/g, ',')
  if (total === undefined) return `${name} (${grouped} ${countname}, 100%)`
  const share = `${name} (${grouped} ${countname}, ${roundHalfEven(100 * Number(samples) / total, 2)}%`
  if (delta === undefined) return `${share})`
  const change = negate ? -delta : delta
  return `${share}; ${change > 0 ? '+' : ''}${roundHalfEven(100 * change / total, 2)}%)`
}

/** The frame's group: a link where the name's attributes give one that leads nowhere but to a page. */
function frameGroup(attributes: ReadonlyMap<string, string> | undefined, own: Readonly<Record<string, string | number>>, content: readonly string[]): string {
  const extra = attributes?.get('class')
  const group = el('g', { class: extra === undefined ? 'bv-f' : `bv-f ${extra}`, id: attributes?.get('id'), ...own }, ...content)
  const href = attributes?.get('href')
  if (href === undefined || !/^(?:https?:\/\/|[\w./#?-]+$)/i.test(href)) return group
  return el('a', { 'xlink:href': href, target: attributes?.get('target') ?? '_top' }, group)
}

function header(options: CompatFlameOptions, _width: number, _height: number): string {
  const encoding = options.encoding === undefined ? '' : ` encoding="${text(options.encoding)}"`
  return `<?xml version="1.0"${encoding} standalone="no"?>`
}

function emptyPicture(width: number, fontsize: number, options: CompatFlameOptions): string {
  const height = fontsize * 5
  return `${header(options, width, height)}\n${el('svg', {
    version: '1.1', width, height, viewBox: `0 0 ${perlNumber(width)} ${perlNumber(height)}`, xmlns: 'http://www.w3.org/2000/svg', 'font-family': options.fonttype ?? 'Verdana', 'font-size': fontsize,
  }, el('text', { 'text-anchor': 'middle', x: Math.trunc(width / 2), y: fontsize * 2 }, text('ERROR: No valid input provided to flamegraph.pl.')))}\n`
}

/** A number as C's `%.Nf` prints it: exact halves go to the even digit. */
export function roundHalfEven(value: number, digits: number): string {
  const shown = value.toFixed(digits)
  const halves = Math.abs(value) * 2 ** (digits + 1)
  if (digits <= 3 && Number.isInteger(halves) && halves % 2 === 1) {
    // only such values can lie exactly between two decimals
    const unit = 10 ** digits
    const scaled = Math.abs(value) * unit
    const low = Math.floor(scaled)
    if (scaled - low === 0.5) {
      const even = low % 2 === 0 ? low : low + 1
      const result = (even / unit).toFixed(digits)
      return value < 0 && even > 0 ? `-${result}` : result
    }
  }
  return shown
}

/** A number as Perl prints it: 15 significant digits. */
export function perlNumber(value: number): string {
  return String(Number(value.toPrecision(15)))
}
