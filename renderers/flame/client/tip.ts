import { addSvg, cutText, setAll } from '../../client/dom.ts'
import { nameOf } from '../../client/tree.ts'
import type { Picture } from './state.ts'
import { yOf } from './state.ts'
import { factsOf } from './words.ts'

const NAME_LINES = 6

/** Shows what a box is, beside its row and never on it. `pointer` = x in the picture. */
export function showTip(picture: Picture, node: number, pointer: number): void {
  const { source, tree, elements, width, height, controls } = picture
  const { pad, row } = source.geometry
  const { tip } = controls
  const bold = nameLines(picture, nameOf(tree, node), Math.min(width - 2 * pad - 24, 620))
  const lines = [...bold]
  const module = elements[node]!.getAttribute('data-module')
  if (module !== null && module !== '') lines.push(cutText(module, 90))
  lines.push(...factsOf(picture, node))
  let widest = 0
  lines.forEach((line, i) => {
    widest = Math.max(widest, picture.measure(source.geometry.size, i < bold.length)(line))
  })
  const w = widest + 22
  const h = lines.length * 16 + 11
  const box = source.svg.getBoundingClientRect()
  const y = yOf(picture, tree.row[node]!)
  // away from the root, unless the window ends there
  const seenTop = Math.max(-box.top, 0)
  const seenBottom = Math.min(source.window.innerHeight - box.top, height)
  const over = y - h - 8
  const below = y + row + 8
  const above = over >= seenTop ? over : below + h <= seenBottom ? below : over
  const x = Math.max(4, Math.min(pointer - w / 2, width - w - 4))
  tip.textContent = ''
  addSvg('rect', { x: x.toFixed(1), y: above, width: w.toFixed(1), height: h, rx: 6 }, tip)
  lines.forEach((line, i) => {
    addSvg(
      'text',
      {
        x: (x + 10).toFixed(1),
        y: above + 17 + i * 16,
        ...(i < bold.length ? { 'font-weight': 600 } : { class: 'bv-second' }),
      },
      tip,
      line,
    )
  })
  tip.removeAttribute('display')
}

/** A name broken into lines that fit `room`. */
function nameLines(picture: Picture, name: string, room: number): string[] {
  const measure = picture.measure(picture.source.geometry.size, true)
  const lines: string[] = []
  let rest = name.length > 600 ? name.slice(0, 600) + '…' : name
  while (rest !== '' && lines.length < NAME_LINES) {
    let length = rest.length
    while (length > 1 && measure(rest.slice(0, length)) > room) length -= Math.max(1, Math.ceil(length / 40))
    lines.push(rest.slice(0, length))
    rest = rest.slice(length)
  }
  return lines
}

export function hideTip({ controls }: Picture): void {
  setAll(controls.tip, { display: 'none' })
}
