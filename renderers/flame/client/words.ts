import { cutText } from '../../client/dom.ts'
import { nameOf, stackOf } from '../../client/tree.ts'
import { fitLabel } from '../../words/label.ts'
import { formatShare, formatValue } from '../../words/numbers.ts'
import type { Picture } from './state.ts'
import { isAbove, one } from './state.ts'

/** What is known of a box, the most important line first: the same words in the tip and in the status line. */
export function factsOf(picture: Picture, node: number): string[] {
  const { source, tree, elements, zoomed } = picture
  const { unit, factor, all } = source
  const total = tree.total[node]!
  const lines = [formatValue(total * factor, unit) + ' · ' + formatShare(total, all) + ' of all']
  if (zoomed > 0 && tree.total[zoomed]! > 0 && (node === zoomed || !isAbove(picture, node)))
    lines[0] += ' · ' + formatShare(total, tree.total[zoomed]!) + ' of ' + cutText(nameOf(tree, zoomed), 40)
  const said = elements[node]!.getAttribute('data-said')
  if (said !== null) lines[0] = said
  const note = elements[node]!.getAttribute('data-note')
  if (note !== null) for (const line of note.split('\n')) lines.push(line)
  if (said === null && tree.self[node]! > 0 && tree.self[node]! < total)
    lines.push(
      'self ' + formatValue(tree.self[node]! * factor, unit) + ' · ' + formatShare(tree.self[node]!, all) + ' of all',
    )
  if (tree.pruned[node]! > 0)
    lines.push(
      formatValue(tree.pruned[node]!, 'frames') + ' above not drawn: ' + formatValue(tree.hidden[node]! * factor, unit),
    )
  const deeper = elements[node]!.getAttribute('data-deeper')
  if (deeper !== null) lines.push('… ' + deeper + ' deeper')
  return lines
}

/** Says in the status line what a box is; -1 says what the picture is. */
export function describeNode(picture: Picture, node: number): void {
  const { source, tree, elements, width, narrow, controls } = picture
  const { pad } = source.geometry
  const room = narrow ? width - 2 * pad : Math.max(width - 2 * pad - 480, 200)
  const module = node < 0 ? null : elements[node]!.getAttribute('data-module')
  const shown = node < 0 ? Math.max(picture.zoomed, 0) : node
  const line = factsOf(picture, shown)[0]!
  const wide = picture.measure(12)
  const name = fitLabel(nameOf(tree, shown), room - wide(' · ' + line), wide)
  const status = one(picture, '.bv-status')
  if (status !== null)
    status.textContent =
      (name === '' ? '' : name + ' · ') +
      line +
      (module !== null && module !== '' && room > 700 ? ' · ' + cutText(module, 40) : '')
  controls.stack.textContent = stackLine(picture, shown)
  controls.menu.disabled = false
}

/** The stack from its root, as much of its end as has room. */
function stackLine(picture: Picture, node: number): string {
  const names = stackOf(picture.tree, node)
  const room = picture.width - 2 * picture.source.geometry.pad
  const wide = picture.measure(11)
  const from = (at: number): string => (at > 0 ? '… › ' : '') + names.slice(at).join(' › ')
  let low = 0
  let high = Math.max(names.length - 1, 0)
  while (low < high) {
    const middle = (low + high) >> 1
    if (wide(from(middle)) <= room) high = middle
    else low = middle + 1
  }
  return fitLabel(from(low), room, wide) || from(low).slice(0, 40)
}
