import { addSvg, setAll } from '../../client/dom.ts'
import { fitLine } from '../../words/label.ts'
import type { Picture } from './state.ts'
import { one } from './state.ts'

const LEGEND_LINE = 18
/** Room that the controls take from the title's line, at rest and while they say what was found. */
const TOOLS = { resting: 350, searching: 580 }

/** Breaks the head's lines to the width; what had to be cut tells the rest to the pointer. */
export function placeHead(picture: Picture): void {
  const { source, width, controls } = picture
  const { pad, top, foot } = source.geometry
  const line = one(picture, '.bv-head .bv-line')
  const quality = one(picture, '.bv-quality')
  if (line === null || quality === null) return
  picture.narrow = width < 640
  picture.raised = picture.narrow ? 34 : 0
  const { raised } = picture
  const { lines, x } = placeLegend(picture)
  const remarks = quality.getAttribute('data-full') ?? ''
  const beside = picture.measure(11.5)(remarks) <= width - pad - x
  const all = lines + (beside ? 0 : 1)
  setAll(quality, {
    x: beside ? width - pad : pad,
    y: 76.5 + all * LEGEND_LINE,
    'text-anchor': beside ? 'end' : 'start',
  })
  fitText(picture, quality, beside ? width - pad - x : width - 2 * pad, 11.5)
  const tools = picture.view.search === '' ? TOOLS.resting : TOOLS.searching
  fitText(picture, one(picture, '.bv-title'), width - 2 * pad - (picture.narrow ? 0 : tools), 20, true)
  fitText(picture, one(picture, '.bv-subtitle'), width - 2 * pad, 12)
  const kept = picture.view.steps.length > 0 ? 28 : 0
  setAll(controls.keptBar, { x: pad, width: width - 2 * pad })
  setAll(line, { d: 'M' + pad + ' ' + (88.5 + all * LEGEND_LINE + kept) + 'H' + (width - pad) })
  picture.top = top + raised + all * LEGEND_LINE + kept
  const back = one(picture, '.bv-back')
  if (back !== null) setAll(back, { y: -raised, height: picture.top - (source.chart ? 0 : 15) })
  picture.foot = foot + (picture.narrow ? 30 : 0)
  for (const each of [controls.tools, controls.actions]) each.classList.toggle('bv-narrow', picture.narrow)
}

/** Moves the entries of the legend to lines of their width; where the last one ends. */
function placeLegend({ source, width }: Picture): { readonly lines: number; readonly x: number } {
  const { pad } = source.geometry
  let x = pad
  let lines = 0
  for (const key of source.svg.querySelectorAll<SVGElement>('.bv-key')) {
    const from = Number(key.getAttribute('data-x'))
    const wide = Number(key.getAttribute('data-width'))
    if (x > pad && x + wide > width - pad) {
      x = pad
      lines++
    }
    setAll(key, { transform: 'translate(' + (x - from).toFixed(2) + ' ' + lines * LEGEND_LINE + ')' })
    x += wide + 18
  }
  return { lines, x }
}

function fitText(picture: Picture, line: SVGElement | null, room: number, size: number, bold = false): void {
  if (line === null) return
  const full = line.getAttribute('data-full') ?? ''
  line.textContent = fitLine(full, room, picture.measure(size, bold))
  if (line.textContent !== full) addSvg('title', {}, line, full)
}

/** Puts the controls and the foot where the height of the view wants them. */
export function placeAround(picture: Picture): void {
  const { source, width, narrow, controls, top, rows, foot } = picture
  const { pad, row } = source.geometry
  picture.height = top + rows * row + foot
  setAll(source.svg, { height: picture.height })
  if (source.fixed) setAll(source.svg, { viewBox: '0 0 ' + width + ' ' + picture.height })
  const at = (wide: number): { x: number; width: number } =>
    narrow ? { x: pad, width: width - 2 * pad } : { x: width - pad - wide, width: wide }
  setAll(controls.bar, at(480))
  setAll(controls.footBar, at(470))
  setAll(controls.footPage, { height: foot - 4 })
  stick(picture)
}

/** Keeps head, controls and status line in the window while a tall picture scrolls between them. */
export function stick(picture: Picture): void {
  const { source, controls, height, foot, top, narrow } = picture
  const { alone, compat, window } = source
  const first = compat ? 4 : 12
  let bar = first
  let down = 0
  let bottom = height - foot + 4
  if (alone) {
    const scrolled = window.scrollY
    down = compat ? 0 : Math.max(Math.min(scrolled, height - foot - top), 0)
    bar = compat ? Math.min(Math.max(first, scrolled + 6), height - 60) : first + down
    bottom = Math.max(Math.min(bottom, scrolled + window.innerHeight - foot + 4), top)
  }
  const head = one(picture, '.bv-head')
  if (head !== null) setAll(head, { transform: 'translate(0 ' + (picture.raised + down) + ')' })
  setAll(controls.keptBar, { y: down + top - 46 })
  setAll(controls.bar, { y: bar })
  setAll(controls.footBar, { y: bottom + (compat ? 0 : 6) })
  setAll(controls.footPage, { y: bottom })
  const under = narrow ? 30 : 0
  const status = one(picture, '.bv-status')
  if (status !== null) setAll(status, { y: bottom + under + (compat ? 18 : 24) })
  setAll(controls.stack, { y: bottom + under + 43 })
}

/** Scrolls a box out from under the controls, or into the window. `y` = its upper edge. */
export function reveal(picture: Picture, element: Element, y: number): void {
  const { source, foot } = picture
  const { window, alone, geometry } = source
  if (!alone) element.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  else if (y < window.scrollY + picture.top || y + geometry.row > window.scrollY + window.innerHeight - foot)
    window.scrollTo(0, y - window.innerHeight / 2)
}
