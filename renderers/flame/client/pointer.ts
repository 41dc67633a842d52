import { setAll } from '../../client/dom.ts'
import { zoomTo } from './actions.ts'
import { openFrameMenu } from './menu.ts'
import { selectNode } from './show.ts'
import type { Picture } from './state.ts'
import { hideTip, showTip } from './tip.ts'
import { describeNode } from './words.ts'

/** How long a finger rests before the menu opens, and how far it may move. */
const LONG_PRESS_MS = 500
const STILL_PX = 10

/** Makes the boxes answer to pointer, finger and focus. */
export function listenToBoxes(picture: Picture): void {
  const { svg } = picture.source
  const node = (event: Event): number => nodeAt(picture, event.target)
  let suppressed = false
  svg.addEventListener('click', event => {
    const at = node(event)
    if (at >= 0 && !suppressed) zoomTo(picture, at)
    suppressed = false
  })
  svg.addEventListener('contextmenu', event => {
    const at = node(event)
    if (at < 0) return
    event.preventDefault()
    openFrameMenu(picture, at, { x: event.clientX, y: event.clientY })
  })
  svg.addEventListener('mousemove', event => hover(picture, node(event), event.clientX))
  svg.addEventListener('mouseleave', () => hover(picture, -1, 0))
  svg.addEventListener('focusin', event => {
    const at = node(event)
    if (at >= 0 && at !== picture.selected) selectNode(picture, at, false)
  })
  listenToLongPress(picture, () => {
    suppressed = true
  })
}

function nodeAt({ nodes }: Picture, target: EventTarget | null): number {
  const group = (target as Element | null)?.closest?.('.bv-f')
  return group === null || group === undefined ? -1 : (nodes.get(group) ?? -1)
}

function hover(picture: Picture, node: number, clientX: number): void {
  const { source, width } = picture
  if (node < 0) {
    if (picture.hovered < 0) return
    picture.hovered = -1
    hideTip(picture)
    describeNode(picture, picture.selected)
    return
  }
  picture.hovered = node
  const box = source.svg.getBoundingClientRect()
  showTip(picture, node, (clientX - box.left) / (box.width / width || 1))
  describeNode(picture, node)
}

function listenToLongPress(picture: Picture, opened: () => void): void {
  const { svg, window } = picture.source
  let timer = 0
  let at = { x: 0, y: 0 }
  const stop = (): void => window.clearTimeout(timer)
  svg.addEventListener('pointerdown', event => {
    const node = nodeAt(picture, event.target)
    stop()
    if (event.pointerType !== 'touch' || node < 0) return
    at = { x: event.clientX, y: event.clientY }
    timer = window.setTimeout(() => {
      opened()
      openFrameMenu(picture, node, at)
    }, LONG_PRESS_MS)
  })
  svg.addEventListener('pointermove', event => {
    if (Math.hypot(event.clientX - at.x, event.clientY - at.y) > STILL_PX) stop()
  })
  for (const end of ['pointerup', 'pointercancel'] as const) svg.addEventListener(end, stop)
  setAll(svg, { 'data-live': '' })
}
