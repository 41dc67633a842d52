import { addSvg, setAll } from '../../client/dom.ts'
import type { Picture } from './state.ts'

const COMMON: readonly (readonly [string, string])[] = [
  ['click, Enter', 'zoom to a frame'],
  ['right click, m', 'what can be done to a frame'],
  ['arrows, Home', 'walk; the root'],
  ['/, Ctrl-F', 'search; /pattern/ for an expression'],
  ['n, N, Ctrl-I', 'next, previous match; ignore case'],
  ['Esc, 0', 'end a search, then reset; reset'],
  ['Backspace, u', 'back'],
]
const STACKS: readonly (readonly [string, string])[] = [
  ['f, g, x', 'keep, start at, drop stacks'],
  ['h, r, l', 'merge, collapse recursion, module'],
  ['c, v', 'callers; heavy left'],
  ['e', 'find the function everywhere'],
]
const REST: readonly (readonly [string, string])[] = [
  ['y, Y, k, b', 'copy name, stack, folded, command'],
  ['i, d', 'flame or icicle; light or dark'],
  ['?', 'these keys'],
]

/** Shows the keys, or hides them. */
export function showKeys(picture: Picture, visible: boolean): void {
  const { source, width, controls } = picture
  const { keys } = controls
  const { pad, top } = source.geometry
  keys.textContent = ''
  if (!visible) {
    setAll(keys, { display: 'none' })
    return
  }
  const list = [...COMMON, ...(source.chart ? [] : STACKS), ...REST]
  const w = Math.min(360, width - 8)
  const upper = source.alone ? source.window.scrollY + 50 : Math.max(top - 50, 4)
  const x = Math.max(width - pad - w, 4)
  addSvg('rect', { x, y: upper, width: w, height: list.length * 20 + 24, rx: 8 }, keys)
  list.forEach(([key, what], i) => {
    addSvg('text', { x: x + 16, y: upper + 26 + i * 20, 'font-weight': 600 }, keys, key)
    addSvg('text', { x: x + 116, y: upper + 26 + i * 20, class: 'bv-second' }, keys, what)
  })
  keys.removeAttribute('display')
}

export function keysShown({ controls }: Picture): boolean {
  return !controls.keys.hasAttribute('display')
}
