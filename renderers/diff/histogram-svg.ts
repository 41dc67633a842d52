import type { Unit } from '../../src/model/index.ts'
import { unitFact } from '../../src/model/index.ts'
import type { HistogramChange } from '../../src/ops/compare/compare-histograms.ts'
import { shiftText } from '../check/histogram-text.ts'
import { cut } from '../markup/escape.ts'
import { FONT } from '../markup/font.ts'
import { PAGE } from '../markup/palette.ts'
import { el, fixed, text } from '../markup/svg.ts'
import { textWidth, WIDTHS } from '../words/label.ts'
import { formatShare, formatValue, rangeWords } from '../words/numbers.ts'

const WIDTH = 1200
const PAD = 16
const PLOT = 150
const BLOCK = 260
const MOST = 50

/** One SVG of distributions before and after, laid over one another: the side before is a blue outline, the side after an orange fill. */
export function histogramDiffSvg(
  changes: readonly HistogramChange[],
  title = 'Distributions before and after',
): string {
  const shown = changes.slice(0, MOST)
  const height = 80 + shown.length * BLOCK + (changes.length > MOST ? 24 : 0)
  const blocks = shown.map((change, i) => block(change, 70 + i * BLOCK))
  const style = ['light', 'dark']
    .map(name => {
      const page = PAGE[name as 'light' | 'dark']
      const rules = `.bpfview{background:${page.page}}.bpfview .bh-page{fill:${page.page}}.bpfview .bh-ink{fill:${page.ink}}.bpfview .bh-second{fill:${page.secondary}}.bpfview .bh-line{stroke:${page.line}}`
      return name === 'light' ? rules : `@media screen and (prefers-color-scheme:dark){${rules}}`
    })
    .join('')
  return (
    el(
      'svg',
      {
        xmlns: 'http://www.w3.org/2000/svg',
        class: 'bpfview',
        width: WIDTH,
        height,
        viewBox: `0 0 ${WIDTH} ${height}`,
        role: 'img',
        'font-family': FONT,
        'font-size': 12,
      },
      el('title', {}, text(title)),
      el('style', {}, style),
      el('rect', { class: 'bh-page', width: '100%', height: '100%', fill: PAGE.light.page }),
      el(
        'text',
        { class: 'bh-ink', x: PAD, y: 34, 'font-size': 20, 'font-weight': 600, fill: PAGE.light.ink },
        text(cut(title, 200)),
      ),
      el('rect', { x: PAD, y: 46, width: 11, height: 11, fill: 'none', stroke: BEFORE, 'stroke-width': 2 }),
      label(PAD + 17, 56, 'before'),
      el('rect', { x: PAD + 80, y: 46, width: 11, height: 11, fill: AFTER, 'fill-opacity': 0.55 }),
      label(PAD + 97, 56, 'after'),
      label(PAD + 150, 56, 'height is the share of observations in a bucket, runs weighing alike'),
      ...blocks,
      ...(changes.length > MOST
        ? [label(PAD, height - 10, `${changes.length - MOST} more distributions are not drawn`)]
        : []),
    ) + '\n'
  )
}

const BEFORE = '#2f6fe0'
const AFTER = '#e0762f'

function label(x: number, y: number, content: string, anchor?: string): string {
  return el('text', { class: 'bh-second', x, y, fill: PAGE.light.secondary, 'text-anchor': anchor }, text(content))
}

function block(change: HistogramChange, top: number): string {
  const { before, after, edges } = change
  let first = 0
  let last = before.length - 1
  while (first < last && !(before[first]! > 0) && !(after[first]! > 0)) first++
  while (last > first && !(before[last]! > 0) && !(after[last]! > 0)) last--
  const buckets = last - first + 1
  const step = (WIDTH - 2 * PAD) / buckets
  let tallest = 0
  for (let j = first; j <= last; j++) tallest = Math.max(tallest, before[j]!, after[j]!)
  const lines = change.quantiles.map(quantile => quantileWords(change.unit, quantile))
  const bottom = top + 26 + 15 * lines.length + PLOT
  const y = (share: number): number => round(bottom - (tallest > 0 ? (share / tallest) * PLOT : 0))
  const bars: string[] = []
  let outline = `M${PAD} ${bottom}`
  const every = Math.max(1, Math.ceil(buckets / 16))
  const end = edge(edges[last + 1]!, change.unit, true)
  const measure = (words: string): number => textWidth(words, WIDTHS) * 0.12
  const ticks: string[] = []
  for (let j = first; j <= last; j++) {
    const x = round(PAD + (j - first) * step)
    const tip = `${rangeWords(edges[j]!, edges[j + 1]!, change.unit)}: ${formatShare(before[j]!, 1)} before, ${formatShare(after[j]!, 1)} after`
    bars.push(
      el(
        'g',
        {},
        el('title', {}, text(tip)),
        el('rect', {
          x,
          y: y(after[j]!),
          width: round(Math.max(step - 1, 0.5)),
          height: round(bottom - y(after[j]!)),
          fill: AFTER,
          'fill-opacity': 0.55,
        }),
      ),
    )
    outline += `V${y(before[j]!)}H${round(PAD + (j - first + 1) * step)}`
    // none that would run into the last
    const tick = edge(edges[j]!, change.unit)
    if ((j - first) % every === 0 && x + measure(tick) / (j === first ? 1 : 2) + 8 < WIDTH - PAD - measure(end))
      ticks.push(label(x, bottom + 14, tick, j === first ? undefined : 'middle'))
  }
  ticks.push(label(WIDTH - PAD, bottom + 14, end, 'end'))
  const name = change.key === '' ? change.name : `${change.name} ${change.key}`
  return [
    el(
      'text',
      { class: 'bh-ink', x: PAD, y: top + 18, 'font-weight': 600, fill: PAGE.light.ink },
      text(
        `${cut(name, 100)}: ${change.verdict}, ${shiftText(change).replace(' %)', '%)')} · the tallest bar is ${formatShare(tallest, 1)}`,
      ),
    ),
    ...lines.map((line, i) => label(PAD, top + 34 + 15 * i, line)),
    ...bars,
    el('path', { d: `${outline}V${bottom}`, fill: 'none', stroke: BEFORE, 'stroke-width': 2 }),
    el('path', { class: 'bh-line', d: `M${PAD} ${bottom}H${WIDTH - PAD}`, stroke: PAGE.light.line }),
    ...ticks,
  ].join('')
}

/** An edge as its axis says it; a unit that does not tell its own size stands once, at the end. */
function edge(value: number, unit: Unit, last = false): string {
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '-∞'
  if (value === 0) return '0'
  const { dimension } = unitFact(unit)
  if (dimension === 'time' || dimension === 'bytes') return formatValue(value, unit)
  return `${formatValue(value, '')}${last && unit !== '' ? ` ${cut(unit, 20)}` : ''}`
}

/** `p50 45 µs (32 to 64 µs) → 101 µs (64 to 128 µs)`. */
function quantileWords(unit: Unit, { q, before, after, resolved }: HistogramChange['quantiles'][number]): string {
  const name = `p${fixed(q * 100, 1)}`
  if (!resolved)
    return `${name} in ${rangeWords(before.low, before.high, unit)} before and after: finer than the buckets show`
  const value = (one: typeof before): string =>
    `${formatValue(one.value, unit)}${one.low < one.high ? ` (${rangeWords(one.low, one.high, unit)})` : ''}`
  return `${name} ${value(before)} → ${value(after)}`
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
