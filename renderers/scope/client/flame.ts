import { addSvg, setAll } from '../../client/dom.ts'
import { liveFlame } from '../../flame/client/main.ts'
import { FONT } from '../../markup/font.ts'
import { shadeOf } from '../../markup/shade.ts'
import { formatShare, formatValue } from '../../words/numbers.ts'
import type { ScopeBoxes } from './boxes.ts'
import { scopeBoxes } from './boxes.ts'
import type { ScopeSelection } from './data.ts'
import { certaintyOf, diffClass } from './difference.ts'
import { drawLegend } from './legend.ts'
import type { Scope } from './state.ts'
import { byId, unitOf } from './state.ts'

const MIN_WIDTH = 0.4
const MAX_ROWS = 2048
const PAD = 16
const ROW = 18
const TOP = 104
const FOOT = 58

/** The two sides of a comparison in percent of each, totals by node. */
export interface Sides {
  readonly before: Float64Array
  readonly after: Float64Array
  readonly samplesBefore: number
  readonly samplesAfter: number
}

/** Draws the flame graph of a selection, against a baseline when there is one, and makes it live. */
export function drawFlame(scope: Scope, picked: ScopeSelection, against: ScopeSelection | undefined): void {
  const { document, data } = scope
  const place = byId(document, 'flame')
  const width = Math.max(320, place.clientWidth)
  const compared = against === undefined ? undefined : compareSides(scope, picked, against)
  const boxes = scopeBoxes(data.parent, compared?.self ?? picked.self, MIN_WIDTH / (width - 2 * PAD), MAX_ROWS)
  // a fresh parent each time, so that what watched the old picture goes with it
  const holder = document.createElement('div')
  const svg = openPicture(scope, holder, boxes, width, compared === undefined ? unitOf(scope) : '%')
  const title = drawHead(scope, svg, picked, against, width)
  drawLegend(scope, svg, boxes, compared !== undefined, width)
  const layer = addSvg('g', { class: 'bv-frames', role: 'tree', 'aria-label': title }, svg)
  for (let b = 0; b < boxes.node.length; b++) drawBox(scope, layer, boxes, b, compared?.sides)
  addSvg('g', { class: 'bv-pruned', 'aria-hidden': 'true' }, svg)
  const foot = addSvg('g', { class: 'bv-foot' }, svg)
  addSvg('text', { class: 'bv-second bv-status', x: PAD, 'font-size': 12 }, foot, '')
  addSvg('text', { class: 'bv-second bv-stack', x: PAD, 'font-size': 11 }, foot, '')
  place.replaceChildren(holder)
  liveFlame(foot)
}

function compareSides(
  { data }: Scope,
  picked: ScopeSelection,
  against: ScopeSelection,
): { readonly sides: Sides; readonly self: Float64Array } {
  const { parent } = data
  const share = (of: ScopeSelection): Float64Array =>
    of.self.map(value => (of.total > 0 ? (value / of.total) * 100 : 0))
  const before = share(against)
  const after = share(picked)
  const self = before.map((value, i) => Math.max(value, after[i]!))
  for (let i = parent.length - 1; i > 0; i--) {
    before[parent[i]!] = before[parent[i]!]! + before[i]!
    after[parent[i]!] = after[parent[i]!]! + after[i]!
  }
  return { sides: { before, after, samplesBefore: against.samples, samplesAfter: picked.samples }, self }
}

function openPicture(scope: Scope, holder: Element, boxes: ScopeBoxes, width: number, unit: string): SVGElement {
  const { classList } = scope.document.documentElement
  let rows = 1
  for (const depth of boxes.depth) if (depth >= rows) rows = depth + 1
  const theme = ['bv-dark', 'bv-light'].find(name => classList.contains(name)) ?? 'bv-auto'
  const height = TOP + rows * ROW + FOOT
  const svg = addSvg('svg', { class: 'bpfview ' + theme, width, height }, holder)
  setAll(svg, {
    viewBox: '0 0 ' + width + ' ' + height,
    'font-family': FONT,
    'font-size': 11.5,
    'data-unit': unit,
    'data-value': 'samples',
    'data-total': boxes.total[0] ?? 0,
    'data-hidden': boxes.prunedValue,
    'data-pruned': boxes.pruned,
    'data-rows': rows,
  })
  addSvg('rect', { class: 'bv-page', width: '100%', height: '100%' }, svg)
  return svg
}

function drawHead(
  scope: Scope,
  svg: SVGElement,
  picked: ScopeSelection,
  against: ScopeSelection | undefined,
  width: number,
): string {
  const unit = unitOf(scope)
  const title =
    against !== undefined
      ? 'Selection against baseline'
      : scope.choice.ranges.length > 0
        ? 'Flame graph of the selection'
        : 'Flame graph of the whole profile'
  const subtitle =
    against === undefined
      ? formatValue(picked.total, unit) + (unit === 'samples' ? '' : ' · ' + formatValue(picked.samples, 'samples'))
      : 'shares of each, so that lengths do not matter · width: the larger share · ' +
        formatValue(against.samples, 'samples') +
        ' before, ' +
        formatValue(picked.samples, 'samples') +
        ' after'
  const head = addSvg('g', { class: 'bv-head' }, svg)
  const big = { x: PAD, y: 34, 'font-size': 20, 'font-weight': 600 }
  addSvg('text', { class: 'bv-title', ...big, 'data-full': title }, head, title)
  const small = { x: PAD, y: 54, 'font-size': 12 }
  addSvg('text', { class: 'bv-second bv-subtitle', ...small, 'data-full': subtitle }, head, subtitle)
  addSvg('path', { class: 'bv-line', d: 'M' + PAD + ' 88.5H' + (width - PAD), fill: 'none' }, head)
  return title
}

const MARKS: ReadonlyMap<string, string> = new Map([
  ['new', '+ '],
  ['gone', '− '],
  ['more', '▲ '],
  ['less', '▼ '],
])

function drawBox(scope: Scope, layer: Element, boxes: ScopeBoxes, b: number, sides: Sides | undefined): void {
  const { data, settings, functionNames } = scope
  const node = boxes.node[b]!
  const f = node === 0 ? -1 : data.frame[node]!
  const name = f < 0 ? 'all' : functionNames[f]!
  const kind = f < 0 ? 'task' : settings.kinds[data.kinds[f]!]!
  const group = addSvg(
    'g',
    {
      class: 'bv-f',
      role: 'treeitem',
      'aria-level': boxes.depth[b]! + 1,
      'data-name': name,
      'data-start': boxes.start[b]!,
      'data-total': boxes.total[b]!,
      'data-self': boxes.self[b]!,
      'data-hidden': boxes.hidden[b]!,
    },
    layer,
  )
  if (boxes.hiddenFrames[b]! > 0) setAll(group, { 'data-pruned': boxes.hiddenFrames[b]! })
  const module = f < 0 ? '' : data.names.modules[data.frameModules[f]!]!
  if (module !== '') setAll(group, { 'data-module': module })
  let look = kind + shadeOf(name)
  let detail =
    formatValue(boxes.total[b]!, sides === undefined ? unitOf(scope) : '%') +
    ', ' +
    formatShare(boxes.total[b]!, boxes.total[0]!)
  if (sides !== undefined) {
    const [before, after] = [sides.before[node]!, sides.after[node]!]
    const certainty = certaintyOf(before / 100, after / 100, sides.samplesBefore, sides.samplesAfter)
    look = diffClass(before, after, certainty)
    detail = formatShare(before, 100) + ' → ' + formatShare(after, 100)
    setAll(group, { 'data-said': detail, 'data-before': before, 'data-after': after })
    const mark = MARKS.get(look.replace(/\d+$/, ''))
    if (mark !== undefined) setAll(group, { 'data-mark': mark })
  }
  addSvg('title', {}, group, name + ' (' + detail + ')')
  addSvg('rect', { class: 'bv-' + look, height: ROW - 1 }, group)
  if (look === 'new' || look === 'gone')
    addSvg('rect', { class: 'bv-over', height: ROW - 1, fill: 'url(#sc-' + look + ')' }, group)
}
