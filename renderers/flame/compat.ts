import { cut } from '../markup/escape.ts'
import type { Attributes } from '../markup/svg.ts'
import { el, text } from '../markup/svg.ts'
import { flamePolicy, flameScript } from './client-script.ts'
import type { Hashing } from './compat-colours.ts'
import { background, colourOf, deltaColour } from './compat-colours.ts'
import { styleSheet } from './style.ts'

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

/** A line of folded stacks as flamegraph.pl reads it. */
export interface CompatLine {
  readonly frames: readonly string[]
  readonly value: number
  readonly delta?: number
}

/** A picture as flamegraph.pl draws it, with what it would say on standard error. */
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

/** What flamegraph.pl takes where it is not told. */
export const COMPAT_DEFAULTS = {
  width: 1200,
  height: 16,
  minwidth: '0.1',
  fonttype: 'Verdana',
  fontsize: 12,
  fontwidth: 0.59,
  countname: 'samples',
  colors: 'hot',
  factor: 1,
} as const

/**
 * The picture flamegraph.pl draws of these lines: same frames, widths, titles and colours; what differs is said in docs/flame-graphs.md.
 * Lines are merged only with the line before, so their order matters.
 */
export function compatFlameGraph(lines: readonly CompatLine[], options: CompatFlameOptions = {}): CompatPicture {
  const { spans, time } = layOut(lines)
  const countname = options.countname ?? COMPAT_DEFAULTS.countname
  const warnings: string[] = []
  if (countname === 'samples' && time < 100)
    warnings.push(`stack count is low (${perlNumber(time)}); did something go wrong?`)
  if (!(time > 0))
    return {
      svg: emptyPicture(options.width ?? COMPAT_DEFAULTS.width, options.fontsize ?? COMPAT_DEFAULTS.fontsize, options),
      warnings: [...warnings, 'no stack counts found; expected lines of `frame;frame count`'],
      empty: true,
    }
  const total = totalOf(time, options.total, warnings)
  const look = lookOf(spans, total, options)
  const insides = drawnInside(look.drawn)
  const frames = look.drawn.map(span => drawSpan(span, insides.get(span) ?? 0, look))
  return { svg: drawDocument(frames, look), warnings, empty: false }
}

/** The total that widths are of: the wanted one, unless more was counted. */
function totalOf(time: number, wanted: number | undefined, warnings: string[]): number {
  if (wanted === undefined || !(wanted > 0)) return time
  if (wanted >= time) return wanted
  if (wanted / time > 0.02)
    warnings.push(`--total ${perlNumber(wanted)} is less than the actual total ${perlNumber(time)}, so it is ignored`)
  return time
}

/** What the parts of the picture are drawn with. */
interface Look {
  readonly options: CompatFlameOptions
  readonly fontsize: number
  readonly width: number
  readonly height: number
  /** Height of a frame. */
  readonly row: number
  readonly rows: number
  readonly top: number
  readonly bottom: number
  readonly inverted: boolean
  readonly factor: number
  readonly total: number
  /** Pixels per unit of value. */
  readonly scale: number
  readonly countname: string
  readonly title: string
  readonly subtitle: string
  /** The frames that are wide enough. */
  readonly drawn: readonly Span[]
  readonly colour: (name: string) => string
}

function lookOf(spans: readonly Span[], total: number, options: CompatFlameOptions): Look {
  const fontsize = options.fontsize ?? COMPAT_DEFAULTS.fontsize
  const width = options.width ?? COMPAT_DEFAULTS.width
  const row = options.height ?? COMPAT_DEFAULTS.height
  const subtitle = options.subtitle ?? ''
  const top = fontsize * 3
  const bottom = fontsize * 2 + 10
  const scale = (width - 2 * XPAD) / total
  const least = minimum(options.minwidth ?? COMPAT_DEFAULTS.minwidth, total, scale)
  const drawn = spans.filter(span => !span.dropped && span.end - span.start >= least)
  const rows = drawn.reduce((deepest, span) => Math.max(deepest, span.depth), 0) + 1
  const colour = colourOf(options.colors ?? COMPAT_DEFAULTS.colors, options.hashing ?? 'sum')
  return {
    options,
    fontsize,
    width,
    height: rows * row + top + bottom + (subtitle === '' ? 0 : fontsize * 2),
    row,
    rows,
    top,
    bottom,
    inverted: options.inverted === true,
    factor: options.factor ?? COMPAT_DEFAULTS.factor,
    total,
    scale,
    countname: options.countname ?? COMPAT_DEFAULTS.countname,
    title: titleOf(options),
    subtitle,
    drawn,
    colour: name => {
      const { palette } = options
      if (palette === undefined) return colour(name)
      let known = palette.get(name)
      if (known === undefined) palette.set(name, (known = colour(name)))
      return known
    },
  }
}

function titleOf({ title, flamechart, inverted }: CompatFlameOptions): string {
  if (title !== undefined && title !== '') return title
  if (flamechart === true) return 'Flame Chart'
  return inverted === true ? 'Icicle Graph' : 'Flame Graph'
}

/** What the drawn children of a frame sum up to. */
function drawnInside(drawn: readonly Span[]): Map<Span, number> {
  const inside = new Map<Span, number>()
  const above: Span[] = []
  for (const span of drawn) {
    above.length = Math.min(above.length, span.depth)
    const parent = above[span.depth - 1]
    if (parent !== undefined) inside.set(parent, (inside.get(parent) ?? 0) + span.end - span.start)
    above[span.depth] = span
  }
  return inside
}

/** Markup of a frame; `inside` = the sum of its drawn children. */
function drawSpan(span: Span, inside: number, look: Look): string {
  const { options, fontsize, height, row, top, bottom, inverted, total, scale } = look
  const root = span.name === '' && span.depth === 0
  const end = root ? total : span.end
  const x1 = XPAD + span.start * scale
  const x2 = XPAD + end * scale
  const y1 = inverted ? top + span.depth * row : height - bottom - (span.depth + 1) * row + 1
  const y2 = inverted ? top + (span.depth + 1) * row - 1 : height - bottom - span.depth * row
  const name = span.name.replace(/_\[[kwij]\]$/, '')
  const attributes = options.nameattr?.get(span.name)
  const left = roundHalfEven(x1, 1)
  const w = roundHalfEven(Number(roundHalfEven(x2, 1)) - Number(left), 1)
  const chars = Math.trunc((x2 - x1) / (fontsize * (options.fontwidth ?? COMPAT_DEFAULTS.fontwidth)))
  const value = span.end - span.start
  const rect = { x: left, y: perlNumber(y1), width: w, height: roundHalfEven(y2 - y1, 1), fill: fillOf(span, look) }
  return frameGroup(
    attributes,
    {
      role: 'treeitem',
      'aria-level': span.depth + 1,
      'data-name': root ? 'all' : name,
      'data-start': perlNumber(span.start),
      'data-total': perlNumber(root ? total : value),
      'data-self': perlNumber(span.self),
      // what hides below a frame: its total less its own value and its drawn children's
      'data-hidden': perlNumber(Math.max(0, value - span.self - inside)),
    },
    [
      el('title', {}, text(attributes?.get('title') ?? frameTitle(span, root ? 'all' : name, look))),
      el('rect', { ...rect, rx: 2, ry: 2 }),
      el('text', { x: roundHalfEven(x1 + 3, 2), y: perlNumber(3 + (y1 + y2) / 2) }, text(labelOf(name, chars))),
    ],
  )
}

function fillOf({ name, delta }: Span, { options, colour }: Look): string {
  if (name === '--') return 'rgb(160,160,160)'
  if (name === '-') return 'rgb(200,200,200)'
  if (delta !== undefined) return deltaColour(delta, options.maxDelta ?? 1, options.negate === true)
  return colour(name)
}

/** As much of a name as there is room for so many characters. */
function labelOf(name: string, chars: number): string {
  if (chars < 3) return ''
  const points = Array.from(name)
  return points.length > chars ? points.slice(0, Math.max(chars - 2, 0)).join('') + '..' : name
}

function frameTitle({ start, end, depth, name, delta }: Span, shown: string, look: Look): string {
  const { factor, countname, options } = look
  const root = name === '' && depth === 0
  const samples = roundHalfEven(((root ? look.total : end) - start) * factor, 0)
  const grouped = samples.replace(/\B(?=(\d{3})+$)/g, ',')
  if (root) return `${shown} (${grouped} ${countname}, 100%)`
  const total = look.total * factor
  const share = `${shown} (${grouped} ${countname}, ${roundHalfEven((100 * Number(samples)) / total, 2)}%`
  if (delta === undefined) return `${share})`
  const change = options.negate === true ? -delta : delta
  return `${share}; ${change > 0 ? '+' : ''}${roundHalfEven((100 * change) / total, 2)}%)`
}

function drawDocument(frames: readonly string[], look: Look): string {
  const { options, fontsize, width, height, bottom, title } = look
  const [light, deep] = background(options.bgcolors ?? '', options.colors ?? COMPAT_DEFAULTS.colors) ?? [
    '#eeeeee',
    '#eeeeb0',
  ]
  const interactive = options.script !== false
  const gradient = `bv-background-${light.slice(1)}-${deep.slice(1)}`
  const content = [
    `<!-- NOTES: ${text(options.notes ?? '').replaceAll('-', '&#45;')} -->`,
    el('title', {}, text(title)),
    ...(interactive ? [flamePolicy()] : []),
    el('style', {}, styleSheet([], interactive)),
    el(
      'defs',
      {},
      el(
        'linearGradient',
        { id: gradient, y1: 0, y2: 1, x1: 0, x2: 0 },
        el('stop', { 'stop-color': light, offset: '5%' }),
        el('stop', { 'stop-color': deep, offset: '95%' }),
      ),
    ),
    el('rect', { x: 0, y: 0, width: '100%', height: '100%', fill: `url(#${gradient})` }),
    ...headLines(look),
    el(
      'g',
      { class: 'bv-frames', role: 'tree', 'aria-label': cut(title, 300), fill: 'rgb(0,0,0)' },
      '\n',
      frames.join('\n'),
      '\n',
    ),
    el('g', { class: 'bv-pruned', 'aria-hidden': 'true' }),
    el('g', { class: 'bv-foot' }, el('text', { class: 'bv-status', x: XPAD, y: perlNumber(height - bottom / 2) }, '')),
    ...(interactive ? [flameScript()] : []),
  ].join('\n')
  const root = {
    version: '1.1',
    class: 'bpfview bv-compat',
    width,
    height,
    viewBox: `0 0 ${perlNumber(width)} ${perlNumber(height)}`,
    xmlns: 'http://www.w3.org/2000/svg',
    'xmlns:xlink': 'http://www.w3.org/1999/xlink',
    'font-family': `${options.fonttype ?? COMPAT_DEFAULTS.fonttype}, sans-serif`,
    'font-size': fontsize,
    ...clientFacts(look),
  }
  return `${header(options)}\n${el('svg', root, '\n', content, '\n')}\n`
}

/** What the script of the picture reads. */
function clientFacts({
  options,
  fontsize,
  height,
  row,
  rows,
  top,
  bottom,
  inverted,
  factor,
  total,
  countname,
}: Look): Attributes {
  const tops = inverted ? top : height - bottom - rows * row
  return {
    'data-unit': countname,
    'data-total': perlNumber(total),
    'data-rows': rows,
    'data-fixed': '',
    'data-inverted': inverted ? '' : undefined,
    'data-geometry': [XPAD, tops, row, bottom, fontsize].map(perlNumber).join(' '),
    'data-factor': factor === 1 ? undefined : perlNumber(factor),
    'data-chart': options.flamechart === true ? '' : undefined,
  }
}

function headLines({ fontsize, width, title, subtitle }: Look): string[] {
  const place = { 'text-anchor': 'middle', x: roundHalfEven(Math.trunc(width / 2), 2) }
  const first = el('text', { ...place, y: fontsize * 2, 'font-size': fontsize + 5 }, text(title))
  if (subtitle === '') return [first]
  return [first, el('text', { ...place, y: fontsize * 4, fill: 'rgb(160,160,160)' }, text(subtitle))]
}

/** Spans of all frames in order of their start, the root '' first: each line is merged with what it shares with the line before. */
function layOut(lines: readonly CompatLine[]): { readonly spans: readonly Span[]; readonly time: number } {
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
      const span: Span = {
        name: frames[i]!,
        depth: i,
        start: time,
        end: time,
        delta: delta === undefined ? undefined : i === frames.length - 1 ? delta : 0,
        self: 0,
        dropped: false,
      }
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
  return minwidth.endsWith('%') ? (total * value) / 100 : value / scale
}

/** The frame's group: a link where the name's attributes give one that leads nowhere but to a page. */
function frameGroup(
  attributes: ReadonlyMap<string, string> | undefined,
  own: Readonly<Record<string, string | number>>,
  content: readonly string[],
): string {
  const extra = attributes?.get('class')
  const group = el(
    'g',
    { class: extra === undefined ? 'bv-f' : `bv-f ${extra}`, id: attributes?.get('id'), ...own },
    ...content,
  )
  const href = attributes?.get('href')
  if (href === undefined || !/^(?:https?:\/\/|[\w./#?-]+$)/i.test(href)) return group
  return el('a', { 'xlink:href': href, target: attributes?.get('target') ?? '_top' }, group)
}

function header(options: CompatFlameOptions): string {
  const encoding = options.encoding === undefined ? '' : ` encoding="${text(options.encoding)}"`
  return `<?xml version="1.0"${encoding} standalone="no"?>`
}

function emptyPicture(width: number, fontsize: number, options: CompatFlameOptions): string {
  const height = fontsize * 5
  return `${header(options)}\n${el(
    'svg',
    {
      version: '1.1',
      width,
      height,
      viewBox: `0 0 ${perlNumber(width)} ${perlNumber(height)}`,
      xmlns: 'http://www.w3.org/2000/svg',
      'font-family': options.fonttype ?? COMPAT_DEFAULTS.fonttype,
      'font-size': fontsize,
    },
    el(
      'text',
      { 'text-anchor': 'middle', x: Math.trunc(width / 2), y: fontsize * 2 },
      text('ERROR: No valid input provided to flamegraph.pl.'),
    ),
  )}\n`
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
