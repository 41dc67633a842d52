import { addHtml } from '../../client/dom.ts'
import { stepWords } from '../../client/steps.ts'
import { formatValue } from '../../words/numbers.ts'
import type { RowFilter } from './rows.ts'
import { ALL_ROWS } from './rows.ts'
import type { App, Choice } from './state.ts'
import { byId, firstChoice } from './state.ts'
import { valueWords } from './words.ts'

/** A chip of the line: its words, and the choice without it. */
interface Chip {
  readonly words: string
  readonly without: Partial<Choice>
}

/** The line of what is applied; empty when all is shown. */
export function drawKept(app: App): void {
  const { document, ground, data } = app
  const line = byId(document, 'kept')
  line.textContent = ''
  const chips = chipsOf(app)
  if (chips.length === 0) return
  const all = sumOf(data.weight, data.header.rows)
  const whole = ground.now.whole
  const words =
    whole === all
      ? 'All ' + formatValue(all, app.settings.unit)
      : 'Kept: ' + valueWords(app, whole) + ', of ' + formatValue(Math.round(all * 1e6) / 1e6, app.settings.unit)
  addHtml('span', { class: 'vw-soft' }, line, words)
  for (const { words: text, without } of chips) {
    const button = addHtml('button', { type: 'button', class: 'vw-crumb', title: 'take it away: ' + text }, line)
    addHtml('span', {}, button, text)
    button.addEventListener('click', () => app.change(without))
  }
  if (chips.length > 1) {
    const reset = addHtml('button', { type: 'button', class: 'vw-link', title: 'show all (0)' }, line, 'reset')
    reset.addEventListener('click', () => resetAll(app))
  }
}

let summed: { readonly of: unknown; readonly sum: number } | undefined

function sumOf(weight: Float64Array | undefined, rows: number): number {
  if (weight === undefined) return rows
  if (summed?.of !== weight) summed = { of: weight, sum: weight.reduce((a, b) => a + b, 0) }
  return summed.sum
}

/** Everything again; how it is drawn stays. */
export function resetAll(app: App): void {
  const { view, upward, table, sort, ascending, chosen } = app.choice
  app.change({ ...firstChoice(app.settings), steps: [], view, upward, table, sort, ascending, chosen })
}

/** What is applied, in the order of rows, stacks, kinds. */
export function chipsOf({ choice, settings, data }: App): Chip[] {
  const { rows, before, modules, hidden, steps } = choice
  const chips: Chip[] = []
  const { header } = settings
  const range = ([from, to]: readonly [number, number]): string =>
    secondsText(from / header.ticks) + ' to ' + secondsText(to / header.ticks) + ' s'
  const add = (words: string, without: Partial<Choice>): void => {
    chips.push({ words, without })
  }
  const rowChips = (filter: RowFilter, prefix: string, put: (next: RowFilter) => Partial<Choice>): void => {
    if (filter.range !== undefined) add(prefix + range(filter.range), put({ ...filter, range: undefined }))
    if (filter.tasks.length > 0) add(prefix + 'task ' + filter.tasks.join(', '), put({ ...filter, tasks: [] }))
    if (filter.threads.length > 0)
      add(prefix + 'thread ' + filter.threads.map(t => threadName(data, t)).join(', '), put({ ...filter, threads: [] }))
  }
  if (before !== undefined) {
    const words =
      header.sides > 1
        ? settings.sides[0]!
        : before === ALL_ROWS || isAll(before)
          ? 'compared with: all'
          : 'compared with:'
    add(words, { before: undefined, ...(header.sides > 1 && { rows: { ...rows, side: -1 } }) })
    if (header.sides === 1) rowChips(before, 'before ', next => ({ before: next }))
  }
  rowChips(rows, '', next => ({
    rows: next,
    ...(header.sides > 1 &&
      before !== undefined && { before: { ...before, tasks: next.tasks, threads: next.threads } }),
  }))
  if (modules.length > 0) add('through ' + modules.map(shortModule).join(', '), { modules: [] })
  steps.forEach((step, i) => add(stepWords(step), { steps: steps.filter((_, j) => j !== i) }))
  for (const kind of hidden)
    add('merged: ' + settings.kindWords[kind]! + ' frames', { hidden: hidden.filter(other => other !== kind) })
  return chips
}

function isAll({ range, tasks, threads }: RowFilter): boolean {
  return range === undefined && tasks.length === 0 && threads.length === 0
}

/** Last part of a module's path. */
export function shortModule(module: string): string {
  return module.slice(module.lastIndexOf('/') + 1)
}

/** A thread as its comm and id. */
export function threadName({ comms, tids }: App['data'], thread: number): string {
  return tids[thread]! < 0 ? comms[thread]! : comms[thread]! + ' ' + tids[thread]!
}

/** Seconds with as many digits as a range can have. */
export function secondsText(seconds: number): string {
  return String(Number(seconds.toFixed(6)))
}
