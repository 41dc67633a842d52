import type { MenuItem } from '../../client/menu.ts'
import { openMenu } from '../../client/menu.ts'
import { fitLabel, plainName } from '../../words/label.ts'
import { activate, addStep, collapseModule, copyOf, findEverywhere, showCalls, stepBy } from './actions.ts'
import type { Box } from './boxes.ts'
import type { App } from './state.ts'
import { byId, frameName } from './state.ts'

/** Opens the menu of a frame at a place in the window. */
export function openFrameMenu(app: App, box: Box, at: { readonly x: number; readonly y: number }): void {
  const { document } = app
  byId(document, 'tip').hidden = true
  const from = document.activeElement as HTMLElement | null
  openMenu(
    byId(document, 'menu'),
    fitLabel(plainName(frameName(app, box.frame)), 280, app.bold),
    frameItems(app, box),
    at,
    () => (from === null || from === document.body ? byId(document, 'canvas') : from).focus({ preventScroll: true }),
  )
}

/** What can be done to a frame, in the words of every page. */
export function frameItems(app: App, box: Box): MenuItem[] {
  const { frame } = box
  const isFunction = frame >= 0
  const module = isFunction && app.data.frames.module[frame]! !== ''
  const item = (words: string, key: string, act: () => void, can = isFunction): MenuItem => ({
    words,
    key,
    act: can ? act : undefined,
  })
  return [
    item('zoom', 'Enter', () => activate(app, box), app.choice.view === 'flame'),
    item('callers & callees', 'c', () => showCalls(app, frame)),
    item('keep only stacks through it', 'f', () => stepBy(app, 'keep', frame)),
    item('start stacks at it', 'g', () => stepBy(app, 'start', frame)),
    item('drop stacks through it', 'x', () => stepBy(app, 'drop', frame)),
    item('merge it into its callers', 'h', () => stepBy(app, 'merge', frame)),
    item('collapse recursion', 'r', () => addStep(app, { kind: 'collapse', what: 'recursion' }), true),
    item('collapse its module', 'l', () => collapseModule(app, frame), module),
    item('find it everywhere', 'e', () => findEverywhere(app, frame)),
    item('copy name', 'y', () => copyOf(app, 'name', box)),
    item('copy stack', 'Y', () => copyOf(app, 'stack', box)),
    item('copy what is kept as folded stacks', 'k', () => copyOf(app, 'folded', box), true),
    item('copy the command that gives this view', 'b', () => copyOf(app, 'command', box), true),
  ]
}
