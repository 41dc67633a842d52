import { addHtml } from '../../client/dom.ts'
import {
  activate,
  addStep,
  collapseModule,
  copyOf,
  findEverywhere,
  showCalls,
  stepBy,
  stepMatch,
  target,
  toggleCompare,
} from './actions.ts'
import { pathOf } from './boxes.ts'
import { drawPicture } from './draw.ts'
import { describe } from './foot.ts'
import { resetAll } from './kept.ts'
import { closeList, toggleList } from './lists.ts'
import { openFrameMenu } from './menu.ts'
import { ROW } from './place.ts'
import { functionBox, reveal } from './pointer.ts'
import type { App } from './state.ts'
import { byId } from './state.ts'
import { setTheme } from './theme.ts'
import { change, changeRows, undo } from './update.ts'
import { walk } from './walk.ts'
import { hasTimes, movedRange } from './when.ts'

const KEYS: readonly (readonly [string, string])[] = [
  ['/', 'search; /pattern/ for an expression'],
  ['n N', 'next, previous match'],
  ['Esc', 'close, clear, zoom out'],
  ['1 2', 'flame graph, callers & callees'],
  ['t i', 'table; turn it over'],
  ['arrows', 'walk'],
  ['Enter', 'zoom'],
  ['Backspace', 'zoom out by one'],
  ['c', 'callers & callees of it'],
  ['f g x', 'keep, start at, drop stacks'],
  ['h r l', 'merge, collapse recursion, module'],
  ['e m', 'find everywhere; menu'],
  ['y Y k b', 'copy name, stack, folded, command'],
  ['[ ]', 'move the range'],
  ['T W M', 'tasks, threads, modules'],
  ['a', 'compare with what is kept now'],
  ['u 0', 'undo; reset'],
  ['d ?', 'light or dark; these keys'],
]

/** Shows or hides the keys. */
export function toggleKeys({ document }: App): void {
  const keys = byId(document, 'keys')
  keys.hidden = !keys.hidden
  if (keys.childElementCount > 0) return
  for (const [key, words] of KEYS) {
    const line = addHtml('div', {}, keys)
    addHtml('kbd', {}, line, key)
    addHtml('span', {}, line, words)
  }
}

/** What each key does. */
const ACTS: ReadonlyMap<string, (app: App) => void> = new Map<string, (app: App) => void>([
  ['1', app => change(app, { view: 'flame' })],
  ['2', app => change(app, { view: 'calls', chosen: frameOf(app) >= 0 ? frameOf(app) : app.choice.chosen })],
  ['t', app => change(app, { table: !app.choice.table })],
  ['i', app => change(app, { upward: !app.choice.upward })],
  ['n', app => toMatch(app, 1)],
  ['N', app => toMatch(app, -1)],
  ['Backspace', app => change(app, { zoom: app.choice.zoom.slice(0, -1) })],
  ['c', app => showCalls(app, frameOf(app))],
  ['f', app => stepBy(app, 'keep', frameOf(app))],
  ['g', app => stepBy(app, 'start', frameOf(app))],
  ['x', app => stepBy(app, 'drop', frameOf(app))],
  ['h', app => stepBy(app, 'merge', frameOf(app))],
  ['r', app => addStep(app, { kind: 'collapse', what: 'recursion' })],
  ['l', app => collapseModule(app, frameOf(app))],
  ['e', app => findEverywhere(app, frameOf(app))],
  ['y', app => copyOf(app, 'name', actedBox(app))],
  ['Y', app => copyOf(app, 'stack', actedBox(app))],
  ['k', app => copyOf(app, 'folded', undefined)],
  ['b', app => copyOf(app, 'command', undefined)],
  ['m', openMenuByKey],
  ['[', app => changeRange(app, -1)],
  [']', app => changeRange(app, 1)],
  ['T', app => toggleList(app, 'tasks')],
  ['W', app => toggleList(app, 'threads')],
  ['M', app => toggleList(app, 'modules')],
  ['a', toggleCompare],
  ['u', undo],
  ['0', resetAll],
  ['d', app => setTheme(app, !app.colours.dark)],
  ['?', toggleKeys],
])

function actedBox(app: App): ReturnType<typeof functionBox> | undefined {
  const row = app.document.activeElement?.closest<HTMLElement>('tr[data-frame]')
  return row === null || row === undefined ? target(app)?.box : functionBox(app, Number(row.dataset['frame']))
}

function frameOf(app: App): number {
  return actedBox(app)?.frame ?? -1
}

function changeRange(app: App, by: number): void {
  const range = movedRange(app, by)
  if (hasTimes(app) && range !== undefined) changeRows(app, { range })
}

function toMatch(app: App, by: number): void {
  stepMatch(app, by)
  if (app.picked !== undefined) reveal(app, app.picked)
  drawPicture(app)
  describe(app, undefined)
}

function openMenuByKey(app: App): void {
  const box = actedBox(app)
  if (box === undefined) return
  const { left, top } = byId(app.document, 'canvas').getBoundingClientRect()
  const placed = target(app)
  const row = app.document.activeElement?.closest('tr[data-frame]')?.getBoundingClientRect()
  openFrameMenu(
    app,
    box,
    row !== undefined
      ? { x: row.left + 40, y: row.bottom }
      : {
          x: left + (placed?.x ?? 0) + Math.min((placed?.w ?? 0) / 2, 40),
          y: top + (placed?.y ?? 0) + ROW - byId(app.document, 'scroll').scrollTop,
        },
  )
}

/** Answers a key; what it does not know stays the browser's. */
export function answerKey(app: App, event: KeyboardEvent): void {
  const { document } = app
  const search = byId<HTMLInputElement>(document, 'search')
  const inside = event.target as HTMLElement
  const typing = inside.localName === 'input' && (inside as HTMLInputElement).type !== 'checkbox'
  const command = event.ctrlKey || event.metaKey || event.altKey
  if (event.key === 'Escape') leave(app, inside)
  else if (inside === search && event.key === 'Enter') {
    byId(document, 'canvas').focus({ preventScroll: true })
    toMatch(app, event.shiftKey ? -1 : 1)
  } else if (typing || command) return
  else if (event.key === '/') search.focus()
  else if (!plainKey(app, event, inside)) return
  event.preventDefault()
}

function plainKey(app: App, event: KeyboardEvent, inside: HTMLElement): boolean {
  const onControl = inside.closest('button,input,label,#vw-list') !== null
  const row = inside.closest<HTMLElement>('tr[data-frame]')
  if (event.key.startsWith('Arrow') || event.key === 'Home') {
    if (onControl) return false
    walk(app, event.key, row)
  } else if (event.key === 'Enter' || event.key === ' ') {
    if (onControl) return false
    if (row !== null) showCalls(app, Number(row.dataset['frame']))
    else if (app.picked !== undefined) activate(app, app.picked.box)
  } else {
    const act = ACTS.get(event.key)
    if (act === undefined) return false
    const path = app.picked === undefined ? undefined : pathOf(app.picked.box)
    act(app)
    if (path !== undefined && app.picked === undefined) pickAgain(app, path)
  }
  return true
}

/** Selects what was selected before a change, where it is still there. */
function pickAgain(app: App, path: readonly number[]): void {
  const text = path.join()
  const again = app.placed.find(each => pathOf(each.box).join() === text)
  if (again === undefined || app.choice.view === 'calls') return
  app.picked = again
  drawPicture(app)
  describe(app, again)
}

/** Esc closes, clears, zooms out, in this order. */
function leave(app: App, inside: HTMLElement): void {
  const { document, choice } = app
  const [keys, sheet, warnings] = ['keys', 'sheet', 'warnings'].map(id => byId(document, id))
  const open = [keys!, sheet!, warnings!].find(each => !each.hidden)
  if (closeList(app)) return
  if (open !== undefined) open.hidden = true
  else if (choice.search !== '') change(app, { search: '' })
  else if (choice.zoom.length > 0) change(app, { zoom: [] })
  else if (choice.view === 'calls') change(app, { view: 'flame' })
  if (inside.id === 'vw-search') inside.blur()
}
