import { addSvg, setAll } from '../../client/dom.ts'
import { KIND_WORDS } from '../../words/kinds.ts'
import { textWidth, WIDTHS } from '../../words/label.ts'
import { formatShare, formatValue } from '../../words/numbers.ts'
import type { ScopeBoxes } from './boxes.ts'
import type { Scope } from './state.ts'

const PAD = 16
const SWATCH = 11

interface Swatch {
  readonly looks: readonly string[]
  readonly label: string
  readonly hatch: string
}

const CHANGES: readonly Swatch[] = [
  { looks: ['less5', 'less3', 'less1', 'same', 'more1', 'more3', 'more5'], label: '▼ less ▲ more', hatch: '' },
  { looks: ['new'], label: '+ new', hatch: 'new' },
  { looks: ['gone'], label: '− gone', hatch: 'gone' },
  { looks: ['same'], label: 'same or within noise', hatch: '' },
]

/** Draws what colours mean, and says what is not drawn. */
export function drawLegend(scope: Scope, svg: SVGElement, boxes: ScopeBoxes, compared: boolean, width: number): void {
  const head = svg.querySelector('.bv-head')!
  if (compared) addHatches(svg)
  let x = PAD
  for (const { looks, label, hatch } of compared ? CHANGES : kindSwatches(scope, boxes)) {
    const key = addSvg('g', { class: 'bv-key', 'data-x': x }, head)
    const from = x
    for (const look of looks) {
      const at = { x, y: 67, width: SWATCH, height: SWATCH }
      addSvg('rect', { class: 'bv-' + look, ...at, ...(looks.length === 1 && { rx: 2 }) }, key)
      if (hatch !== '') addSvg('rect', { ...at, rx: 2, fill: 'url(#sc-' + hatch + ')' }, key)
      x += SWATCH
    }
    addSvg('text', { class: 'bv-second', x: x + 6, y: 76.5 }, key, label)
    x += 6 + (textWidth(label, WIDTHS) * 11.5) / 100
    setAll(key, { 'data-width': (x - from).toFixed(2) })
    x += 18
  }
  const hidden =
    boxes.pruned > 0
      ? `${formatValue(boxes.pruned, 'frames')} under 0.4 px hidden (${formatShare(boxes.prunedValue, boxes.total[0] ?? 0)})`
      : ''
  const quality = { x: width - PAD, y: 76.5, 'text-anchor': 'end', 'data-full': hidden }
  addSvg('text', { class: 'bv-second bv-quality', ...quality }, head, hidden)
}

function kindSwatches({ data, settings }: Scope, boxes: ScopeBoxes): Swatch[] {
  const seen = new Set<string>()
  for (const node of boxes.node) if (node > 0) seen.add(settings.kinds[data.kinds[data.frame[node]!]!]!)
  return KIND_WORDS.filter(([kind]) => seen.has(kind)).map(([kind, label]) => ({ looks: [kind], label, hatch: '' }))
}

function addHatches(svg: SVGElement): void {
  const defs = addSvg('defs', {}, svg)
  for (const [kind, turn] of [
    ['new', 45],
    ['gone', -45],
  ] as const) {
    const size = { width: 6, height: 6, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(' + turn + ')' }
    const pattern = addSvg('pattern', { id: 'sc-' + kind, ...size }, defs)
    addSvg('path', { class: 'bv-hatch-' + kind, d: 'M0 3H6', 'stroke-width': 1.3, fill: 'none' }, pattern)
  }
}
