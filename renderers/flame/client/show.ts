import { addHtml, setAll } from '../../client/dom.ts'
import { longestName, searchOf, searchTree } from '../../client/search.ts'
import { stepText, stepWords } from '../../client/steps.ts'
import { changeTree, nameOf, sortTree } from '../../client/tree.ts'
import { formatShare, formatValue } from '../../words/numbers.ts'
import { capRows, levelsBelow } from '../cap-rows.ts'
import { drawBoxes } from './draw.ts'
import { placeAround, placeHead, reveal } from './place.ts'
import { makeLayer } from './read.ts'
import type { Picture, View } from './state.ts'
import { isInverted, yOf, zoomedNode } from './state.ts'
import { hideTip } from './tip.ts'
import { describeNode } from './words.ts'

const MOTION_MS = 200

/** Shows a view: builds its tree, places and draws everything. */
export function showView(picture: Picture, next: View, animate: boolean): void {
  const { source, controls } = picture
  const { document, window, svg } = source
  const before = picture.view
  const hadFocus = picture.layer.contains(document.activeElement)
  picture.view = next
  buildTree(picture)
  picture.zoomed = zoomedNode(picture.tree, next)
  if (animate) {
    svg.classList.add('bv-moving')
    window.setTimeout(() => svg.classList.remove('bv-moving'), MOTION_MS)
  }
  picture.rows = shownRows(picture)
  const high = picture.height
  showKept(picture)
  placeHead(picture)
  drawBoxes(picture)
  placeAround(picture)
  paintSearch(picture)
  if (source.alone && before !== next) scrollAfter(picture, before, high)
  controls.callers.setAttribute(
    'aria-pressed',
    String(next.steps.filter(step => step.kind === 'reverse').length % 2 === 1),
  )
  controls.heavy.setAttribute('aria-pressed', String(next.heavy))
  controls.back.disabled = picture.past.length === 0 && !(source.alone && window.history.state?.bpfview > 0)
  controls.reset.disabled = next.zoom === '' && next.search === '' && next.steps.length === 0 && next.to === next.from
  if (picture.selected >= picture.tree.parent.length) picture.selected = -1
  picture.hovered = -1
  selectNode(picture, picture.selected >= 0 ? picture.selected : picture.zoomed > 0 ? picture.zoomed : -1, false)
  // the frame that had the focus may be gone; keys must still reach the picture
  if (
    hadFocus &&
    (!picture.layer.contains(document.activeElement) || document.activeElement?.getAttribute('display') === 'none')
  )
    picture.elements[picture.current]!.focus({ preventScroll: true })
  hideTip(picture)
}

/** A picture turned around shows its root; one that lost a frame stays where it is. */
function scrollAfter(picture: Picture, before: View, high: number): void {
  const { source, view, height } = picture
  const same = before.steps.map(stepText).join() === view.steps.map(stepText).join()
  const turned = before.flipped !== view.flipped || (!same && view.steps.some(step => step.kind === 'reverse'))
  if (turned) source.window.scrollTo(0, isInverted(picture) ? 0 : height)
  else if (!same && !isInverted(picture)) source.window.scrollBy(0, height - high)
}

function buildTree(picture: Picture): void {
  const { source, view } = picture
  const order = { ...source.order, byValue: source.order.byValue || view.heavy }
  const wanted = view.steps.map(stepText).join() + (view.heavy ? ' heavy' : '')
  if (wanted === picture.built) return
  picture.built = wanted
  let { tree } = source
  if (!source.chart) {
    for (const step of view.steps) tree = changeTree(tree, step, order)
    if (view.heavy && view.steps.length === 0) tree = sortTree(tree, order)
  }
  const old = picture.layer
  picture.tree = tree
  if (tree === source.tree) {
    picture.layer = source.layer
    picture.elements = source.elements
    source.layer.removeAttribute('display')
  } else {
    const made = makeLayer(
      source,
      tree,
      i =>
        nameOf(tree, i) +
        ' (' +
        formatValue(tree.total[i]! * source.factor, source.unit) +
        ', ' +
        formatShare(tree.total[i]!, source.all) +
        ')',
    )
    picture.layer = made.layer
    picture.elements = made.elements
    source.layer.parentNode!.insertBefore(made.layer, source.pruned)
    setAll(source.layer, { display: 'none' })
  }
  if (old !== source.layer && old !== picture.layer) old.remove()
  picture.below = levelsBelow(tree.parent, tree.row)
  picture.nodes = new Map(picture.elements.map((element, i) => [element, i]))
  picture.selected = -1
  picture.current = 0
}

/** Rows of the zoomed branch, all of them; of the whole, those that hold nearly all of it. */
function shownRows({ source, tree, zoomed, below }: Picture): number {
  if (source.chart || source.compat) return source.rows
  if (zoomed > 0) return tree.row[zoomed]! + below[zoomed]! + 1
  return capRows(
    below[0]! + 1,
    tree.row,
    Array.from(tree.row, (_, i) => tree.self[i]! + tree.hidden[i]!),
  )
}

/** Says what is applied, in the order of doing. */
function showKept(picture: Picture): void {
  const { source, view, tree, controls } = picture
  controls.kept.textContent = ''
  if (view.steps.length === 0) {
    setAll(controls.keptBar, { display: 'none' })
    return
  }
  controls.keptBar.removeAttribute('display')
  const { all, factor, unit } = source
  const total = tree.total[0]! * factor
  addHtml(
    'span',
    { class: 'bv-found' },
    controls.kept,
    'Kept: ' +
      formatValue(total, '') +
      ' of ' +
      formatValue(all * factor, unit) +
      ' (' +
      formatShare(total, all * factor) +
      ')',
  )
  view.steps.forEach((step, i) =>
    addHtml(
      'button',
      { type: 'button', title: 'take it away', 'data-step': i },
      controls.kept,
      stepWords(step).slice(0, 80) + ' ×',
    ),
  )
  source.svg.setAttribute('data-kept', String(tree.total[0]!))
}

/** Makes a box the one that keys act on; `focus` moves the keyboard there. */
export function selectNode(picture: Picture, node: number, focus: boolean): void {
  const { elements, source } = picture
  if (picture.selected >= 0) elements[picture.selected]?.setAttribute('aria-selected', 'false')
  elements[picture.current]?.setAttribute('tabindex', '-1')
  picture.selected = node
  picture.current = Math.max(node, 0)
  const current = elements[picture.current]!
  setAll(current, { tabindex: 0 })
  if (node >= 0) setAll(elements[node]!, { 'aria-selected': 'true' })
  if (focus) {
    current.focus({ preventScroll: source.alone })
    reveal(picture, current, yOf(picture, picture.tree.row[picture.current]!))
  }
  describeNode(picture, node)
}

/** Outlines what the search finds and says its share. */
export function paintSearch(picture: Picture): void {
  const { source, view, tree, elements, controls, narrow } = picture
  for (const element of picture.layer.querySelectorAll('.bv-match')) element.classList.remove('bv-match', 'bv-current')
  const search = view.search === '' ? undefined : searchOf(view.search, view.ignoreCase, longestName(tree.frames.name))
  const result = search === undefined ? undefined : searchTree(tree, search)
  picture.matches = result?.matches ?? []
  picture.matched = -1
  source.svg.classList.toggle('bv-searching', result !== undefined)
  controls.input.setAttribute('aria-invalid', String((search?.note ?? '') !== ''))
  for (const node of picture.matches) elements[node]!.classList.add('bv-match')
  controls.found.textContent =
    result === undefined
      ? ''
      : (search!.note === '' ? (narrow ? '' : 'Matched ') : search!.note + ': ') +
        formatShare(result.total, tree.total[0]!) +
        ' · ' +
        formatValue(result.matches.length, narrow ? '' : 'frames')
  setAll(source.svg, { 'data-matched': result === undefined ? '' : String(result.total) })
  for (const each of [controls.previous, controls.next]) each.hidden = picture.matches.length === 0
  controls.ignoreCase.setAttribute('aria-pressed', String(view.ignoreCase))
  if (source.document.activeElement !== controls.input) controls.input.value = view.search
}
