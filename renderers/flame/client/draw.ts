import { addSvg, setAll } from '../../client/dom.ts'
import type { Measure } from '../../client/measure.ts'
import { nameOf } from '../../client/tree.ts'
import { roundTicks } from '../../words/axis.ts'
import { fitLabel } from '../../words/label.ts'
import { formatValue } from '../../words/numbers.ts'
import type { Picture } from './state.ts'
import { domainOf, one, shownAt, yOf } from './state.ts'

/** Draws the boxes of the view where they are now. */
export function drawBoxes(picture: Picture): void {
  const { source, tree, elements } = picture
  const [from, to] = domainOf(picture)
  const above = zoomAncestors(picture)
  source.pruned.textContent = ''
  for (let i = 0; i < elements.length; i++) {
    const element = elements[i]!
    const [x, w] = shownAt(picture, i)
    const inside =
      w > 0.05 &&
      tree.row[i]! < picture.rows &&
      (tree.total[i]! > 0 || i === 0) &&
      tree.start[i]! < to &&
      tree.start[i]! + tree.total[i]! > from
    if (!inside && !(i === 0 && source.all === 0)) {
      setAll(element, { display: 'none' })
      continue
    }
    element.removeAttribute('display')
    placeBox(picture, i, x, w)
    element.classList.toggle('bv-above', above[i] === 1)
    if (tree.hidden[i]! > 0 && !source.chart) {
      const end = tree.start[i]! + tree.total[i]! - tree.self[i]!
      drawFence(picture, end - tree.hidden[i]!, end, tree.row[i]! + 1)
    }
  }
  if (source.chart) for (const mark of source.marks) drawFence(picture, mark.start, mark.start + mark.total, mark.row)
  const axis = one(picture, '.bv-axis')
  const grid = one(picture, '.bv-grid')
  if (axis !== null && grid !== null) drawAxis(picture, axis, grid)
}

function placeBox(picture: Picture, node: number, x: number, w: number): void {
  const { source, tree, elements } = picture
  const element = elements[node]!
  const y = yOf(picture, tree.row[node]!)
  const shown = w > 3 && !source.compat ? w - 0.5 : w
  let label: Element | null = null
  for (let part = element.firstElementChild; part !== null; part = part.nextElementSibling) {
    if (part.localName === 'rect') {
      setAll(part, { x: x.toFixed(2), y, width: shown.toFixed(2) })
      if (w > 6) part.setAttribute('rx', '2')
      else part.removeAttribute('rx')
    } else if (part.localName === 'text') label = part
  }
  const words = labelOf(picture, node, shown - 7)
  if (words === '') {
    label?.remove()
    return
  }
  label ??= addSvg('text', {}, element)
  const { row } = source.geometry
  setAll(
    label,
    source.compat ? { x: (x + 3).toFixed(2), y: y + (row - 1) / 2 + 3 } : { x: (x + 4).toFixed(2), y: y + 12.5 },
  )
  if (label.textContent !== words) label.textContent = words
}

function labelOf(picture: Picture, node: number, room: number): string {
  const { source, tree, elements } = picture
  const measure = picture.measure(source.geometry.size)
  const deeper = elements[node]!.getAttribute('data-deeper')
  if (deeper !== null) return fitLabel('… ' + formatValue(Number(deeper), '') + ' deeper', room, measure)
  const name = (elements[node]!.getAttribute('data-mark') ?? '') + nameOf(tree, node)
  if (source.compat) return fitPlain(name, room, measure)
  const below = tree.row[node] === picture.rows - 1 && !source.chart ? picture.below[node]! : 0
  const tail = below > 0 ? ' … ' + below + ' deeper' : (elements[node]!.getAttribute('data-tail') ?? '')
  if (tail === '' || measure(tail) > room - 60) return fitLabel(name, room, measure)
  return fitLabel(name, room - measure(tail), measure) + tail
}

/** A label as flamegraph.pl cuts it: `name..`, and none where not three letters have room. */
function fitPlain(name: string, room: number, measure: Measure): string {
  let cut = name.slice(0, 400)
  while (cut.length > 2 && measure(cut + '..') > room) cut = cut.slice(0, -1)
  return measure(name) <= room ? name : cut.length > 2 ? cut + '..' : ''
}

function drawAxis(picture: Picture, axis: SVGElement, grid: SVGElement): void {
  const { width, top, raised, rows, source } = picture
  const { pad, row } = source.geometry
  const [from, to] = domainOf(picture)
  const scale = (width - 2 * pad) / (to - from)
  axis.textContent = ''
  grid.textContent = ''
  for (const tick of roundTicks(from, to, Math.floor((width - 2 * pad) / 110))) {
    const x = pad + (tick - from) * scale
    addSvg(
      'path',
      { class: 'bv-line', d: 'M' + x.toFixed(2) + ' ' + (top - 16) + 'V' + (top + rows * row), fill: 'none' },
      grid,
    )
    addSvg(
      'text',
      {
        class: 'bv-second',
        y: top - raised - 4,
        'font-size': 10.5,
        ...(x > width - pad - 50 ? { x: (x - 3).toFixed(2), 'text-anchor': 'end' } : { x: (x + 3).toFixed(2) }),
      },
      axis,
      tick === 0 ? '0 s' : formatValue(tick, 's'),
    )
  }
}

function zoomAncestors({ tree, zoomed }: Picture): Uint8Array {
  const above = new Uint8Array(tree.parent.length)
  for (let n = tree.parent[zoomed]!; n >= 0; n = tree.parent[n]!) above[n] = 1
  return above
}

/** A fence on the floor of a row says that frames were left out there. */
function drawFence(picture: Picture, start: number, end: number, row: number): void {
  const { width, rows, source } = picture
  const { pad } = source.geometry
  const [from, to] = domainOf(picture)
  const scale = (width - 2 * pad) / (to - from)
  const left = Math.max(start, from)
  const w = (Math.min(end, to) - left) * scale
  if (!(w >= 1) || row >= rows) return
  const x = pad + (left - from) * scale
  const bottom = yOf(picture, row) + 16.5
  let path = 'M' + x.toFixed(2) + ' ' + bottom + 'H' + (x + w - 0.5).toFixed(2)
  for (let at = 3; at < Math.min(w, 4000); at += 6) path += 'M' + (x + at - 3).toFixed(2) + ' ' + bottom + 'l4 -5'
  addSvg('path', { class: 'bv-hatch', d: path, fill: 'none', 'stroke-width': 0.8 }, source.pruned)
}
