import {
  changeBy,
  copyOf,
  findEverywhere,
  flip,
  stepMatch,
  target,
  toggleCallers,
  toggleHeavy,
  toggleTheme,
  walk,
  zoomTo,
} from './actions.ts'
import { keysShown, showKeys } from './help.ts'
import { goBack, goTo, resetView } from './history.ts'
import { openFrameMenu } from './menu.ts'
import type { Picture } from './state.ts'
import { hideTip } from './tip.ts'

type Act = (picture: Picture) => void

const WALKING: readonly string[] = ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home']

/** What each key does. Keys that change a frame act on the one under the pointer, else on the selected one. */
const ACTS: ReadonlyMap<string, Act> = new Map<string, Act>([
  ['0', resetView],
  ['Backspace', goBack],
  ['u', goBack],
  ['n', picture => stepMatch(picture, 1)],
  ['N', picture => stepMatch(picture, -1)],
  ['f', picture => changeBy(picture, 'keep', target(picture))],
  ['g', picture => changeBy(picture, 'start', target(picture))],
  ['x', picture => changeBy(picture, 'drop', target(picture))],
  ['h', picture => changeBy(picture, 'merge', target(picture))],
  ['r', picture => changeBy(picture, 'recursion', target(picture))],
  ['l', picture => changeBy(picture, 'module', target(picture))],
  ['e', picture => findEverywhere(picture, target(picture))],
  ['c', toggleCallers],
  ['v', toggleHeavy],
  ['i', flip],
  ['y', picture => copyOf(picture, 'name', target(picture))],
  ['Y', picture => copyOf(picture, 'stack', target(picture))],
  ['k', picture => copyOf(picture, 'folded', target(picture))],
  ['b', picture => copyOf(picture, 'command', target(picture))],
  ['d', toggleTheme],
  ['m', openMenuByKey],
  ['?', picture => showKeys(picture, !keysShown(picture))],
])

/** Answers a key; what it does not know stays the browser's. */
export function answerKey(picture: Picture, event: KeyboardEvent): void {
  const { controls } = picture
  const { input } = controls
  const inInput = event.target === input
  const command = event.ctrlKey || event.metaKey
  if ((command && event.key === 'f') || event.key === 'F3' || (!inInput && !command && event.key === '/')) {
    event.preventDefault()
    input.focus()
    input.select()
  } else if (command && event.key === 'i') {
    event.preventDefault()
    goTo(picture, { ...picture.view, ignoreCase: !picture.view.ignoreCase })
  } else if (event.key === 'Escape') {
    event.preventDefault()
    leave(picture)
    if (inInput) input.blur()
  } else if (inInput) {
    if (event.key !== 'Enter') return
    event.preventDefault()
    stepMatch(picture, event.shiftKey ? -1 : 1)
  } else if (!command && !event.altKey && plainKey(picture, event)) event.preventDefault()
}

/** Esc closes, clears, resets, in this order. */
function leave(picture: Picture): void {
  if (keysShown(picture)) showKeys(picture, false)
  else if (picture.view.search !== '') {
    picture.controls.input.value = ''
    goTo(picture, { ...picture.view, search: '' })
  } else resetView(picture)
  hideTip(picture)
}

function plainKey(picture: Picture, event: KeyboardEvent): boolean {
  const onButton = (event.target as Element | null)?.localName === 'button'
  if (WALKING.includes(event.key)) walk(picture, event.key)
  else if (event.key === 'Enter' || event.key === ' ') {
    if (onButton) return false
    zoomTo(picture, picture.current)
  } else {
    const act = ACTS.get(event.key)
    if (act === undefined) return false
    act(picture)
  }
  return true
}

function openMenuByKey(picture: Picture): void {
  const node = Math.max(target(picture), 0)
  const box = picture.elements[node]!.getBoundingClientRect()
  openFrameMenu(picture, node, { x: Math.max(box.left, 0) + Math.min(box.width / 2, 40), y: box.bottom })
}
