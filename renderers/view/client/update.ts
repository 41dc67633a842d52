import type { StackTransform } from '../../../src/ops/stacks/transform.ts'
import { longestName, searchOf } from '../../client/search.ts'
import { stepText } from '../../client/steps.ts'
import { writeAddress } from './address.ts'
import { rootBox } from './boxes.ts'
import { drawPicture } from './draw.ts'
import { describe } from './foot.ts'
import { boxAt } from './hit.ts'
import { drawKept } from './kept.ts'
import { drawLegend } from './legend.ts'
import { placeCalls, placeFlame } from './place.ts'
import type { RowFilter } from './rows.ts'
import { keepRows } from './rows.ts'
import { changeStacks } from './stacks.ts'
import type { App, Choice } from './state.ts'
import { byId } from './state.ts'
import { sumStacks } from './sums.ts'
import { drawTable } from './table.ts'
import { drawWhen } from './when.ts'

const MOST_PAST = 200

/** Shows another choice and leaves the way back to this one. */
export function change(app: App, next: Partial<Choice>): void {
  app.past.push(app.choice)
  if (app.past.length > MOST_PAST) app.past.shift()
  show(app, { ...app.choice, ...next })
}

/** Changes which rows count; of two inputs on both sides but for the range. */
export function changeRows(app: App, next: Partial<RowFilter>): void {
  const { rows, before } = app.choice
  const both = app.settings.header.sides > 1 && before !== undefined && next.range === undefined
  change(app, { rows: { ...rows, ...next }, ...(both && { before: { ...before, ...next } }) })
}

/** Takes the last change back, whatever it was. */
export function undo(app: App): void {
  const last = app.past.pop()
  if (last !== undefined) show(app, last)
}

/** Shows a choice: counts what it changes, and draws. */
export function show(app: App, choice: Choice): void {
  const old = app.choice
  app.choice = choice
  app.ground.visited = 0
  const changed = stacksKey(old) !== stacksKey(choice)
  if (changed) app.stacks = stacksOf(app)
  if (changed || old.rows !== choice.rows || old.before !== choice.before) count(app)
  if (changed || old.search !== choice.search) search(app)
  place(app)
  writeAddress(app)
  drawAll(app)
}

function stacksKey({ modules, steps, hidden }: Choice): string {
  return JSON.stringify([modules, steps.map(stepText), hidden])
}

export function stacksOf({ data, choice }: Pick<App, 'data' | 'choice'>): App['stacks'] {
  const steps = choice.steps.filter((step): step is StackTransform => step.kind !== 'reverse')
  return changeStacks(data, { ...choice, steps })
}

/** Counts what is kept on both sides. */
export function count(app: App): void {
  const { data, stacks, choice } = app
  const frames = data.frames.name.length
  const kept = keepRows(data, choice.rows)
  const before = choice.before === undefined ? undefined : keepRows(data, choice.before)
  app.rowsNow = kept.rows
  app.rowsBefore = before?.rows ?? 0
  app.ground = {
    stacks,
    now: sumStacks(stacks, kept.self, frames),
    before: before === undefined ? undefined : sumStacks(stacks, before.self, frames),
    visited: stacks.parent.length,
  }
}

/** Makes the search that is chosen: what it asks, and the frames it matches. */
export function search(app: App): void {
  const { data, choice, document } = app
  const { name } = data.frames
  app.search = choice.search === '' ? undefined : searchOf(choice.search, true, longestName(name))
  app.matches = app.search && Uint8Array.from(name, each => (app.search!.test(each) ? 1 : 0))
  byId(document, 'found').title = app.search?.note ?? ''
}

/** Places the boxes of the picture. */
export function place(app: App): void {
  const { document, ground, choice } = app
  const width = byId(document, 'spacer').clientWidth
  app.hovered = app.picked = undefined
  const calls = choice.view === 'calls'
  const empty = ground.now.whole === 0 && (ground.before?.whole ?? 0) === 0
  const none =
    calls &&
    (choice.chosen < 0 || !(ground.now.all[choice.chosen]! > 0 || (ground.before?.all[choice.chosen] ?? 0) > 0))
  if (empty || none) {
    Object.assign(app, { placed: [], height: 0, root: rootBox(ground) })
    byId(document, 'narrow').textContent = ''
  } else {
    const picture = calls
      ? placeCalls(ground, choice.chosen, width)
      : placeFlame(ground, choice.zoom, width, choice.upward)
    Object.assign(app, { placed: picture.placed, height: picture.height, root: picture.root })
    byId(document, 'narrow').dataset['value'] = String(picture.narrow)
  }
  byId(document, 'empty').hidden = !(empty || none)
  byId(document, 'empty-text').textContent = empty
    ? app.rowsNow + app.rowsBefore === 0 && app.data.header.rows === 0
      ? 'No samples in this input.'
      : 'No sample is left with these filters.'
    : 'Choose a function in the table, or a frame in the flame graph.'
  byId(document, 'empty-undo').hidden = !empty || app.past.length === 0
  byId(document, 'spacer').style.height = app.height + 'px'
}

/** Draws everything that depends on the choice. */
export function drawAll(app: App): void {
  const { document, choice } = app
  const press = (id: string, on: boolean): void => byId(document, id).setAttribute('aria-pressed', String(on))
  press('table-button', choice.table)
  press('flame-button', choice.view === 'flame')
  press('calls-button', choice.view === 'calls')
  press('down-button', !choice.upward)
  press('up-button', choice.upward)
  press('compare-button', choice.before !== undefined)
  document.body.classList.toggle('vw-no-table', !choice.table)
  const search = byId<HTMLInputElement>(document, 'search')
  if (search.value !== choice.search) search.value = choice.search
  drawKept(app)
  drawLegend(app)
  drawTable(app)
  drawWhen(app)
  const scroller = byId(document, 'scroll')
  if (choice.upward && choice.view === 'flame') scroller.scrollTop = scroller.scrollHeight
  // the mouse did not move, what lies under it did
  app.hovered = app.pointer && boxAt(app, app.pointer)
  byId(document, 'tip').hidden = true
  drawPicture(app)
  describe(app, app.hovered)
  document.body.dataset['visited'] = String(app.ground.visited)
  document.body.dataset['kept'] = String(app.ground.now.whole)
}
