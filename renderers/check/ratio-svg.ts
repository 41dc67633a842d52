import type { ScalarCheck } from '../../src/ops/compare/scalars.ts'
import type { SuiteCheck } from '../../src/ops/compare/suite.ts'
import { cut, escapeTerminal } from '../markup/escape.ts'
import { FONT } from '../markup/font.ts'
import type { Theme } from '../markup/palette.ts'
import { CHANGE_INK, PAGE } from '../markup/palette.ts'
import { el, fixed, text } from '../markup/svg.ts'
import { boldMeasure } from '../words/bold.ts'
import { fitLabel, fitLine, textWidth, WIDTHS } from '../words/label.ts'
import { formatRatio } from '../words/numbers.ts'
import type { RatioFigure, RatioRow, RatioSection } from './ratio-rows.ts'
import { scalarFigure, suiteFigure } from './ratio-rows.ts'

/** How ratios are drawn; width in px. */
export interface RatioSvgOptions {
  readonly width?: number | undefined
  readonly theme?: 'auto' | Theme | undefined
}

const PAD = 16
const TOP = 112
const HEADING = 30
/** More rows of one part are not drawn, and the picture says so. */
const MOST = 200
/** Ratios beyond are drawn at the edge, with an arrow. */
const FARTHEST = Math.log(8)
/** The axis reaches at least so far to both sides. */
const NEAREST = Math.log(1.1)
/** Narrower pictures have each name on a line of its own. */
const NARROW = 700
const TICKS: readonly (readonly number[])[] = [
  [0.96, 0.98, 1, 1.02, 1.04],
  [0.9, 0.95, 1, 1.05, 1.1],
  [0.8, 0.9, 1, 1.1, 1.25],
  [0.67, 0.8, 1, 1.25, 1.5],
  [0.5, 0.75, 1, 1.5, 2],
  [0.25, 0.5, 1, 2, 4],
  [0.125, 0.25, 0.5, 1, 2, 4, 8],
]

/** Rows of benchmarks and units with the ratio and its 95% interval on one logarithmic axis. Same answer, same bytes. */
export function scalarSvg(check: ScalarCheck, options: RatioSvgOptions = {}): string {
  return ratioSvg(scalarFigure(check, plain), options)
}

/** The same of every part of a verdict on several benchmarks. */
export function suiteSvg(suite: SuiteCheck, options: RatioSvgOptions = {}): string {
  return ratioSvg(suiteFigure(suite, plain), options)
}

interface Frame {
  readonly width: number
  /** Where the axis begins and ends. */
  readonly left: number
  readonly right: number
  readonly reach: number
  readonly margin: number
  readonly row: number
  readonly narrow: boolean
}

function ratioSvg(figure: RatioFigure, options: RatioSvgOptions): string {
  const theme = options.theme ?? 'auto'
  const width = Math.max(options.width ?? 1200, 320)
  const frame = frameOf(figure, width)
  const body: string[] = []
  let y = TOP
  const left = figure.sections.reduce((sum, { rows }) => sum + Math.max(0, rows.length - MOST), 0)
  for (const section of figure.sections) {
    if (section.heading !== '') y += HEADING
    body.push(...drawSection(section, y, frame))
    y += Math.min(section.rows.length, MOST) * frame.row
  }
  const notes = [...figure.notes, ...(left > 0 ? [`${left} more rows are not drawn`] : [])]
  notes.forEach((note, i) => {
    body.push(
      el(
        'text',
        { x: PAD, y: y + 26 + 18 * i, class: 'br-second' },
        text(fitLine(`⚠ ${note.replace(/^warning: /, '')}`, width - 2 * PAD, small)),
      ),
    )
  })
  const height = y + 16 + 18 * notes.length
  const headline = cut(figure.headline, 400)
  return `${el(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      class: `bpfview by-ratios bv-${theme}`,
      width: fixed(width),
      height: fixed(height),
      viewBox: `0 0 ${fixed(width)} ${fixed(height)}`,
      role: 'img',
      'font-family': FONT,
      'font-size': 12,
    },
    '\n',
    [
      el('title', {}, text(headline)),
      el('style', {}, styles()),
      el('rect', {
        class: 'br-page',
        width: '100%',
        height: '100%',
        fill: PAGE[theme === 'dark' ? 'dark' : 'light'].page,
      }),
      el(
        'text',
        { x: PAD, y: 33, 'font-size': 18, 'font-weight': 600, class: 'br-ink' },
        text(fitLine(headline, width - 2 * PAD, boldMeasure(18))),
      ),
      el('text', { x: PAD, y: 54, class: 'br-second' }, text(fitLine(figure.facts, width - 2 * PAD, small))),
      ...legend(width),
      ...axis(frame, y),
      ...body,
    ].join('\n'),
    '\n',
  )}\n`
}

function plain(name: string): string {
  return cut(escapeTerminal(name), 200)
}

function small(words: string): number {
  return textWidth(words, WIDTHS) * 0.12
}

function r(value: number): string {
  return fixed(value, 2)
}

function frameOf({ sections, margin }: RatioFigure, width: number): Frame {
  const rows = sections.flatMap(section => section.rows.slice(0, MOST))
  const narrow = width < NARROW
  const widest = (words: readonly string[], least: number): number =>
    words.reduce((most, each) => Math.max(most, small(each)), least)
  const names = Math.min(widest(rows.map(wideName), 60), width * 0.36)
  const said = widest(rows.map(sideText), 60)
  let reach = NEAREST
  for (const { ratio, low, high } of rows)
    for (const each of [ratio, low, high])
      if (each !== null && each > 0) reach = Math.max(reach, Math.abs(Math.log(each)) * 1.06)
  return {
    width,
    left: narrow ? PAD : PAD + names + 14,
    right: narrow ? width - PAD : width - PAD - said - 14,
    reach: Math.min(reach, FARTHEST),
    margin,
    row: narrow ? 42 : 24,
    narrow,
  }
}

/** `104 → 131 · ×1.26`. */
function sideText({ values, ratio }: RatioRow): string {
  return ratio === null ? values : `${values} · ${formatRatio(ratio)}`
}

function wideName({ name, note }: RatioRow): string {
  return note === undefined ? name : `${name} (${note})`
}

function place(ratio: number, { left, right, reach }: Frame): number {
  const at = Math.max(-reach, Math.min(reach, Math.log(ratio)))
  return left + ((at + reach) / (2 * reach)) * (right - left)
}

function styles(): string {
  const rules = (theme: Theme, of: string): string => {
    const { page, ink, secondary, line, field } = PAGE[theme]
    const { more, less } = CHANGE_INK
    const states = [
      ['worse', more[theme]],
      ['better', less[theme]],
      ['same', secondary],
      ['unknown', secondary],
    ]
    const marks = states
      .map(([state, colour]) => `${of} .br-${state}{stroke:${colour};fill:${state === 'unknown' ? page : colour}}`)
      .join('')
    return `${of} .br-page{fill:${page}}${of} .br-ink{fill:${ink}}${of} .br-second{fill:${secondary}}${of} .br-line{stroke:${line}}${of} .br-one{stroke:${secondary}}${of} .br-band{fill:${field}}${of} .br-up{fill:${more[theme]}}${of} .br-down{fill:${less[theme]}}${marks}`
  }
  return `${rules('light', '.by-ratios')}@media screen and (prefers-color-scheme:dark){${rules('dark', '.by-ratios.bv-auto')}}@media screen{${rules('dark', '.by-ratios.bv-dark')}}`
}

const LEGEND: readonly (readonly [RatioRow['state'], string])[] = [
  ['worse', '▲ worse'],
  ['better', '▼ better'],
  ['same', 'no change beyond noise and limits'],
  ['unknown', 'not judged'],
]

function legend(width: number): string[] {
  const out: string[] = []
  let x = PAD
  for (const [state, whole] of LEGEND) {
    const words = width < NARROW ? whole.replace(/ beyond.*/, '') : whole
    const end = x + 16 + small(words) + 16
    if (end > width) break
    out.push(
      el('circle', { class: `br-${state}`, cx: r(x + 5), cy: 74, r: 4, 'stroke-width': 1.5 }),
      el('text', { x: r(x + 15), y: 78, class: 'br-second' }, text(words)),
    )
    x = end
  }
  const last = 'line: 95% interval; field: below the limit'
  if (x + small(last) + PAD < width) out.push(el('text', { x: r(x), y: 78, class: 'br-second' }, text(last)))
  return out
}

/** Ticks above the rows, and the band of changes below the limit. */
function axis(frame: Frame, bottom: number): string[] {
  const { margin, reach } = frame
  const ticks =
    TICKS.find(set => Math.max(...set.map(each => Math.abs(Math.log(each)))) >= reach * 0.6) ?? TICKS.at(-1)!
  const band = [place(1 / (1 + margin), frame), place(1 + margin, frame)]
  return [
    el('rect', {
      class: 'br-band',
      x: r(band[0]!),
      y: TOP - 6,
      width: r(band[1]! - band[0]!),
      height: bottom - TOP + 10,
    }),
    ...ticks
      .filter(each => Math.abs(Math.log(each)) <= reach)
      .flatMap(each => {
        const x = r(place(each, frame))
        return [
          el('path', { class: each === 1 ? 'br-one' : 'br-line', d: `M${x} ${TOP - 8}V${bottom + 4}`, fill: 'none' }),
          el('text', { x, y: TOP - 13, 'text-anchor': 'middle', class: 'br-second' }, text(formatRatio(each))),
        ]
      }),
  ]
}

function drawSection({ heading, rows }: RatioSection, top: number, frame: Frame): string[] {
  const room = frame.width - 2 * PAD
  return [
    ...(heading === ''
      ? []
      : [
          el('rect', { class: 'br-page', x: 0, y: top - HEADING + 5, width: '100%', height: HEADING - 6 }),
          el(
            'text',
            { x: PAD, y: top - 8, 'font-weight': 600, class: 'br-ink' },
            el('title', {}, text(heading)),
            text(fitLine(heading, room, boldMeasure(12))),
          ),
        ]),
    ...rows.slice(0, MOST).map((row, i) => drawRow(row, top + i * frame.row, frame)),
  ]
}

function drawRow(row: RatioRow, y: number, frame: Frame): string {
  const { left, narrow, width } = frame
  const said = sideText(row)
  const nameRoom = narrow ? width - 2 * PAD - small(said) - 12 : left - PAD - 24
  const mark = row.state === 'worse' ? '▲' : row.state === 'better' ? '▼' : ''
  const colour = row.state === 'worse' ? 'br-up' : row.state === 'better' ? 'br-down' : 'br-second'
  const base = y + 16
  const markRoom = mark === '' ? 0 : 14
  return el(
    'g',
    {},
    el('title', {}, text(row.tip)),
    ...(mark === '' ? [] : [el('text', { x: PAD, y: base, class: colour }, mark)]),
    el(
      'text',
      { x: PAD + markRoom, y: base, class: 'br-ink' },
      text(fitLabel(narrow ? row.name : wideName(row), nameRoom - markRoom + 10, small)),
    ),
    el('text', { x: r(width - PAD), y: base, 'text-anchor': 'end', class: colour }, text(said)),
    ...interval(row, narrow ? y + 30 : y + 12, frame),
  )
}

function interval({ ratio, low, high, state }: RatioRow, y: number, frame: Frame): string[] {
  if (ratio === null || !(ratio > 0)) return []
  const { reach, left, right } = frame
  const out: string[] = []
  if (low !== null && high !== null) {
    const from = low > 0 ? place(low, frame) : left
    const to = place(high, frame)
    out.push(el('path', { class: `br-${state}`, d: `M${r(from)} ${y}H${r(to)}`, 'stroke-width': 3, fill: 'none' }))
  }
  const beyond = Math.abs(Math.log(ratio)) > reach
  const x = place(ratio, frame)
  if (!beyond) out.push(el('circle', { class: `br-${state}`, cx: r(x), cy: y, r: 4.5, 'stroke-width': 1.5 }))
  else {
    const tip = ratio > 1 ? right + 5 : left - 5
    const back = ratio > 1 ? tip - 9 : tip + 9
    out.push(el('path', { class: `br-${state}`, d: `M${r(back)} ${y - 5}L${r(tip)} ${y}L${r(back)} ${y + 5}Z` }))
  }
  return out
}
