import { addHtml, addSvg, setAll } from '../../client/dom.ts'
import type { MenuItem } from '../../client/menu.ts'
import { openMenu } from '../../client/menu.ts'
import { nameOf } from '../../client/tree.ts'
import { fitLabel } from '../../words/label.ts'
import { changeBy, copyOf, findEverywhere, zoomTo } from './actions.ts'
import { selectNode } from './show.ts'
import type { Picture } from './state.ts'
import { hideTip } from './tip.ts'

/** Opens the menu of a frame at a place in the window. */
export function openFrameMenu(picture: Picture, node: number, at: { readonly x: number; readonly y: number }): void {
  const { source, tree } = picture
  hideTip(picture)
  selectNode(picture, node, false)
  source.svg.querySelector('.bv-menu-place')?.remove()
  // HTML in a picture: a place at the window's corner, whatever is scrolled
  const box = source.svg.getBoundingClientRect()
  const place = addSvg(
    'foreignObject',
    { class: 'bv-menu-place', x: -box.left, y: -box.top, width: 1, height: 1 },
    source.svg,
  )
  if (source.fixed && box.width > 0) {
    const scale = picture.width / box.width
    setAll(place, { x: -box.left * scale, y: -box.top * scale })
  }
  openMenu(
    addHtml('div', {}, place),
    fitLabel(nameOf(tree, node), 300, picture.measure(13, true)),
    frameItems(picture, node),
    at,
    () => {
      place.remove()
      picture.elements[picture.current]?.focus({ preventScroll: true })
    },
  )
}

/** What can be done to a frame, in the words of every page. */
function frameItems(picture: Picture, node: number): MenuItem[] {
  const { source, tree } = picture
  const isFunction = node > 0
  const module = tree.frames.module[tree.frame[node]!] !== ''
  const copies: readonly MenuItem[] = [
    { words: 'find it everywhere', key: 'e', act: isFunction ? () => findEverywhere(picture, node) : undefined },
    { words: 'copy name', key: 'y', act: isFunction ? () => copyOf(picture, 'name', node) : undefined },
    { words: 'copy stack', key: 'Y', act: isFunction ? () => copyOf(picture, 'stack', node) : undefined },
  ]
  const zoom: MenuItem = { words: 'zoom', key: 'Enter', act: () => zoomTo(picture, node) }
  if (source.chart) return [zoom, ...copies]
  const change = (words: string, key: string, what: Parameters<typeof changeBy>[1], can = isFunction): MenuItem => ({
    words,
    key,
    act: can ? () => changeBy(picture, what, node) : undefined,
  })
  return [
    zoom,
    change('keep only stacks through it', 'f', 'keep'),
    change('start stacks at it', 'g', 'start'),
    change('drop stacks through it', 'x', 'drop'),
    change('merge it into its callers', 'h', 'merge'),
    change('collapse recursion', 'r', 'recursion', true),
    change('collapse its module', 'l', 'module', isFunction && module),
    ...copies,
    { words: 'copy what is kept as folded stacks', key: 'k', act: () => copyOf(picture, 'folded', node) },
    { words: 'copy the command that gives this view', key: 'b', act: () => copyOf(picture, 'command', node) },
  ]
}
