import { copyText } from '../../client/dom.ts'
import { shellWord, stepOptions } from '../../client/steps.ts'
import type { TreeStep } from '../../client/tree.ts'
import { foldedLine } from '../../client/tree.ts'
import type { Box } from './boxes.ts'
import { pathOf } from './boxes.ts'
import { secondsText } from './kept.ts'
import type { Placed } from './place.ts'
import type { App } from './state.ts'
import { byId, frameName } from './state.ts'
import { change } from './update.ts'

/** The box that keys act on: the one under the pointer, else the selected one. */
export function target({ hovered, picked }: App): Placed | undefined {
  return hovered ?? picked
}

/** Zooms to a box; to its parent when it is zoomed already. In callers and callees it becomes the function. */
export function activate(app: App, box: Box): void {
  const { choice } = app
  if (choice.view === 'calls') {
    if (box.frame >= 0 && box.frame !== choice.chosen) change(app, { chosen: box.frame })
    return
  }
  const path = pathOf(box)
  const zoomed = path.length > 0 && path.length === choice.zoom.length && path.every((f, i) => f === choice.zoom[i])
  change(app, { zoom: zoomed ? path.slice(0, -1) : path })
}

/** Callers and callees of a function. */
export function showCalls(app: App, frame: number): void {
  if (frame >= 0) change(app, { view: 'calls', chosen: frame })
}

/** Adds a step; the zoomed way may be another one after it. */
export function addStep(app: App, step: TreeStep): void {
  change(app, { steps: [...app.choice.steps, step], zoom: [] })
}

/** Keep, drop, start at or merge a function. */
export function stepBy(app: App, kind: 'keep' | 'drop' | 'start' | 'merge', frame: number): void {
  if (frame >= 0) addStep(app, { kind, name: frameName(app, frame) })
}

export function collapseModule(app: App, frame: number): void {
  const module = frame < 0 ? '' : app.data.frames.module[frame]!
  if (module !== '') addStep(app, { kind: 'collapse', what: module })
}

/** Searches for a function by its name. */
export function findEverywhere(app: App, frame: number): void {
  if (frame >= 0) change(app, { search: frameName(app, frame) })
}

/** What is kept now is from now on the side before; the other way about, no comparison. */
export function toggleCompare(app: App): void {
  const { choice, settings } = app
  if (settings.header.sides > 1)
    change(
      app,
      choice.before === undefined
        ? { before: { ...choice.rows, side: 0 }, rows: { ...choice.rows, side: 1 }, sort: 'change' }
        : { before: undefined, rows: { ...choice.rows, side: -1 }, sort: 'self' },
    )
  else
    change(
      app,
      choice.before === undefined ? { before: choice.rows, sort: 'change' } : { before: undefined, sort: 'self' },
    )
}

/** Puts text about a box, or what is kept, on the clipboard and says so. */
export function copyOf(app: App, what: 'name' | 'stack' | 'folded' | 'command', box: Box | undefined): void {
  const { document } = app
  const text =
    what === 'command'
      ? commandText(app)
      : what === 'folded'
        ? foldedOf(app)
        : box === undefined
          ? ''
          : what === 'name'
            ? frameName(app, box.frame)
            : (app.choice.view === 'calls' ? [box.frame] : pathOf(box)).map(f => frameName(app, f)).join(';')
  if (text === '') return
  copyText(text, document.body, document.body)
  byId(document, 'now').textContent = 'copied: ' + (text.length > 200 ? text.length + ' characters' : text)
}

/** What is kept as folded stacks. */
export function foldedOf({ data, ground }: App): string {
  const { parent, frame } = ground.stacks
  const lines: string[] = []
  ground.now.self.forEach((value, node) => {
    if (value === 0) return
    const names: string[] = []
    for (let n = node; n > 0; n = parent[n]!) names.push(data.frames.name[frame[n]!]!)
    lines.push(foldedLine(names.reverse(), value))
  })
  return lines.sort().join('\n') + '\n'
}

/** The command that draws what is kept; what it has no options for is left out. */
export function commandText({ choice, settings, data }: App): string {
  const { rows, steps, view, chosen } = choice
  const words = ['bpfview', view === 'calls' ? 'top' : 'flame', settings.command]
  const { start, ticks } = data.header
  if (rows.range !== undefined)
    words.push('--range ' + rows.range.map(tick => secondsText(start + tick / ticks)).join('..'))
  for (const task of rows.tasks) words.push('--comm ' + shellWord(task))
  if (rows.threads.length > 0) words.push('--tid ' + rows.threads.map(t => data.tids[t]!).join(','))
  words.push(...stepOptions(steps))
  if (view === 'calls' && chosen >= 0) words.push('--keep ' + shellWord(data.frames.name[chosen]!))
  return words.filter(word => word !== '').join(' ')
}

/** Selects the next box that the search finds in the picture. */
export function stepMatch(app: App, by: number): void {
  const { placed, matches, picked } = app
  if (matches === undefined) return
  const list = placed.filter(each => each.box.frame >= 0 && matches[each.box.frame] === 1)
  const at = picked === undefined ? -1 : list.indexOf(picked)
  const next = list[(at < 0 ? (by > 0 ? 0 : list.length - 1) : at + by + list.length) % Math.max(1, list.length)]
  if (next !== undefined) app.picked = next
}
