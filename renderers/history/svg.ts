import type { History, HistoryRow } from '../../src/ops/history/history.ts'
import { LESS, MORE, SAME } from '../diff/palette.ts'
import { cut, escapeTerminal } from '../markup/escape.ts'
import { FONT } from '../markup/font.ts'
import type { Fill, Theme } from '../markup/palette.ts'
import { PAGE } from '../markup/palette.ts'
import { el, fixed, text } from '../markup/svg.ts'
import { boldMeasure } from '../words/bold.ts'
import { fitLabel, fitLine, textWidth, WIDTHS } from '../words/label.ts'
import { formatChange, formatPercent, formatRatio, formatValue } from '../words/numbers.ts'
import { anchorText, changeLine, changeWord, historyHeadline, pointName, rowName } from './words.ts'

/** How a history is drawn; widths in px. */
export interface HistorySvgOptions {
  readonly title?: string | undefined
  readonly width?: number | undefined
  readonly theme?: 'auto' | Theme | undefined
}

const PAD = 16
const ROW = 22
const TOP = 112
/** More rows or columns than this are not drawn, and the picture says so. */
const MOST_ROWS = 200
const MOST_POINTS = 1000
/** Within so many standard errors a point is grey. */
const NOISE = 2
const STEPS = MORE.length

interface Frame {
  readonly width: number
  readonly left: number
  readonly cell: number
  readonly from: number
}

/**
 * An SVG document of a history: rows are the whole and the functions that changed, columns points; colour is the log ratio to the epoch before, grey within two
 * standard errors, a bar stands at each change. Same history, same bytes.
 */
export function historySvg(history: History, options: HistorySvgOptions = {}): string {
  const theme = options.theme ?? 'auto'
  const width = Math.max(options.width ?? 1200, 480)
  const rows = [history.whole, ...history.rows].slice(0, MOST_ROWS)
  const from = Math.max(0, history.points.length - MOST_POINTS)
  const shown = history.points.length - from
  const small = (words: string): number => textWidth(words, WIDTHS) * 0.12
  const names = rows.map(row => rowName(row, plain))
  const widest = names.reduce((most, name) => Math.max(most, small(name)), 60)
  const left = PAD + Math.min(widest, width * 0.34) + 12
  const levels = 148
  const frame: Frame = { width, left, cell: (width - left - levels - PAD) / Math.max(1, shown), from }
  const bottom = TOP + rows.length * ROW
  const skipped = [
    ...(history.rows.length + 1 > MOST_ROWS ? [`${history.rows.length + 1 - MOST_ROWS} more functions`] : []),
    ...(from > 0 ? [`${from} older points`] : []),
  ]
  const height = bottom + 64 + (skipped.length > 0 ? 18 : 0)
  const title = options.title ?? historyHeadline(history, plain)
  const body = [
    el(
      'text',
      { x: PAD, y: 33, 'font-size': 18, 'font-weight': 600, class: 'by-ink' },
      text(fitLine(cut(title, 400), width - 2 * PAD, boldMeasure(18))),
    ),
    el('text', { x: PAD, y: 54, class: 'by-second' }, text(fitLine(anchorText(history), width - 2 * PAD, small))),
    ...legend(width),
    el('path', { class: 'by-line', d: `M${PAD} 66.5H${fixed(width - PAD)}`, fill: 'none' }),
    el('text', { x: r(frame.left + frame.cell * shown + 12), y: TOP - 10, class: 'by-second' }, 'first → last epoch'),
    ...rows.flatMap((row, i) => drawRow(history, row, names[i]!, TOP + i * ROW, frame)),
    ...pointAxis(history, bottom, frame, small),
    ...(skipped.length > 0
      ? [el('text', { x: PAD, y: height - 10, class: 'by-second' }, text(`⚠ not drawn: ${skipped.join(', ')}`))]
      : []),
  ]
  return `${el(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      class: `bpfview by-history bv-${theme}`,
      width: fixed(width),
      height: fixed(height),
      viewBox: `0 0 ${fixed(width)} ${fixed(height)}`,
      role: 'img',
      'font-family': FONT,
      'font-size': 12,
    },
    '\n',
    [
      el('title', {}, text(title)),
      el('style', {}, styles()),
      el('rect', {
        class: 'by-page',
        width: '100%',
        height: '100%',
        fill: PAGE[theme === 'dark' ? 'dark' : 'light'].page,
      }),
      ...body,
    ].join('\n'),
    '\n',
  )}\n`
}

function plain(name: string): string {
  return cut(escapeTerminal(name), 200)
}

function r(value: number): string {
  return fixed(value, 2)
}

const FILLS: readonly Fill[] = [SAME, ...MORE, ...LESS]

function styles(): string {
  const rules = (theme: Theme, of: string): string => {
    const page = PAGE[theme]
    const cells = FILLS.map(fill => `${of} .by-${fill.name}{fill:${fill[theme]}}`).join('')
    return `${of} .by-page{fill:${page.page}}${of} .by-ink{fill:${page.ink}}${of} .by-second{fill:${page.secondary}}${of} .by-line{stroke:${page.line}}${of} .by-bar{fill:${page.ink}}${cells}`
  }
  return `${rules('light', '.by-history')}@media screen and (prefers-color-scheme:dark){${rules('dark', '.by-history.bv-auto')}}@media screen{${rules('dark', '.by-history.bv-dark')}}`
}

/** Colour of a point: full at twice or half, grey within noise. */
function fillOf(log: number, error: number): Fill {
  if (!(Math.abs(log) > NOISE * error)) return SAME
  const step = Math.max(1, Math.round(Math.min(1, Math.abs(log) / Math.LN2) * STEPS))
  return (log > 0 ? MORE : LESS)[step - 1]!
}

function drawRow(history: History, row: HistoryRow, name: string, y: number, frame: Frame): string[] {
  const { left, cell, from } = frame
  const small = (words: string): number => textWidth(words, WIDTHS) * 0.12
  const gap = cell > 5 ? 1 : 0
  const level = (value: number): string =>
    row.kind === 'whole' ? formatValue(Math.round(value), '') : formatPercent(value)
  const first = row.epochs[0]
  const last = row.epochs[row.epochs.length - 1]
  const out = [
    el(
      'text',
      {
        x: PAD,
        y: y + 15,
        class: 'by-ink',
        'font-weight': row.kind === 'whole' ? 600 : undefined,
      },
      el('title', {}, text(name)),
      text(fitLabel(name, left - PAD - 10, small)),
    ),
    ...row.values.slice(from).map((value, i) => {
      const j = i + from
      const ratio = Math.exp(row.logRatios[j]!)
      const reach = row.errors[j]!
      const words = `${name} at ${pointName(history.points[j]!, plain)}: ${level(value)}, ${formatRatio(ratio)} of ${epochAt(row, j) === 0 ? 'its first epoch' : 'the epoch before'}, standard error ${formatPercent(reach)}`
      return el(
        'rect',
        {
          class: `by-${fillOf(row.logRatios[j]!, reach).name}`,
          x: r(left + i * cell),
          y: y + 2,
          width: r(Math.max(0.5, cell - gap)),
          height: ROW - 4,
        },
        el('title', {}, text(words)),
      )
    }),
    ...row.changes
      .filter(change => change.at >= from)
      .map(change =>
        el(
          'rect',
          { class: 'by-bar', x: r(left + (change.at - from) * cell - 1.75), y, width: 2.5, height: ROW },
          el(
            'title',
            {},
            text(`${pointName(change, plain)}: ${changeLine(history, { row, change }, plain)}: ${changeWord(change)}`),
          ),
        ),
      ),
  ]
  if (first !== undefined && last !== undefined) {
    const change =
      row.kind === 'whole'
        ? row.epochs.length > 1
          ? formatChange(last.level / first.level - 1)
          : 'no change'
        : `${level(first.level)} → ${level(last.level)}`
    out.push(
      el('text', { x: r(left + cell * (row.values.length - from) + 12), y: y + 15, class: 'by-second' }, text(change)),
    )
  }
  return out
}

function epochAt({ epochs }: HistoryRow, j: number): number {
  return epochs.findIndex(({ from, to }) => from <= j && j < to)
}

/** Names of points below the columns, as many as fit, the last always. */
function pointAxis({ points }: History, bottom: number, frame: Frame, small: (words: string) => number): string[] {
  const { left, cell, from } = frame
  const labels = points.slice(from).map(point => {
    const name = pointName({ label: point.label, date: null }, plain)
    return fitLabel(name, Math.max(80, cell - 10), small)
  })
  const widest = labels.reduce((most, label) => Math.max(most, small(label)), 10) + 12
  const stride = Math.max(1, Math.ceil(widest / cell))
  const last = labels.length - 1
  return labels.flatMap((label, i) => {
    if (i !== last && (i % stride !== 0 || (last - i) * cell < widest)) return []
    const x = left + (i + 0.5) * cell
    const end = i === last && labels.length > 1
    const day = points[i + from]!.date?.slice(0, 10)
    const anchor = end && cell < widest ? 'end' : i === 0 && cell < widest ? 'start' : 'middle'
    const at = r(anchor === 'end' ? x + cell / 2 : anchor === 'start' ? x - cell / 2 : x)
    return [
      el('path', { class: 'by-line', d: `M${r(x)} ${bottom + 2}V${bottom + 6}` }),
      el('text', { x: at, y: bottom + 19, 'text-anchor': anchor, class: 'by-second' }, text(label)),
      ...(day === undefined || label.includes(day) || stride * cell < small(day) + 8
        ? []
        : [el('text', { x: at, y: bottom + 34, 'text-anchor': anchor, class: 'by-second' }, text(day))]),
    ]
  })
}

function legend(width: number): string[] {
  const steps = [...[...LESS].reverse(), SAME, ...MORE]
  const out: string[] = []
  let x = PAD
  const words = (content: string): void => {
    out.push(el('text', { x: r(x), y: 88, class: 'by-second' }, text(content)))
    x += textWidth(content, WIDTHS) * 0.12 + 8
  }
  words('half of the epoch before')
  for (const fill of steps) {
    out.push(el('rect', { class: `by-${fill.name}`, x: r(x), y: 78, width: 14, height: 12 }))
    x += 15
  }
  x += 7
  words('twice')
  x += 12
  if (x + 330 > width) return out
  out.push(el('rect', { class: 'by-bar', x: r(x), y: 76, width: 2.5, height: 16 }))
  x += 9
  words('change')
  x += 12
  words('grey: within two standard errors')
  return out
}
