import { addHtml } from '../../client/dom.ts'
import { plainName } from '../../words/label.ts'
import { formatShare, formatValue } from '../../words/numbers.ts'
import { kindColour } from './colours.ts'
import { shortModule } from './kept.ts'
import type { App, SortKey } from './state.ts'
import { byId, isCompared } from './state.ts'
import { pointsOf, pointsWords } from './words.ts'

const MOST_ROWS = 250
/** Tasks and markers are no functions. */
const NO_FUNCTIONS: readonly string[] = ['task', 'marker']

/** Functions with a value, in the order asked for. */
export function functionsOf(app: App): number[] {
  const { ground, data, settings, choice, matches } = app
  const { now, before } = ground
  const found: number[] = []
  for (let f = 0; f < now.all.length; f++) {
    if (NO_FUNCTIONS.includes(settings.kinds[data.frames.kind[f]!]!)) continue
    if (now.all[f] === 0 && (before === undefined || before.all[f] === 0)) continue
    if (matches === undefined || matches[f] === 1) found.push(f)
  }
  const { name, module, kind } = data.frames
  const text = (list: readonly string[]) => (a: number, b: number) =>
    list[b]! < list[a]! ? -1 : list[b]! > list[a]! ? 1 : 0
  const orders: Readonly<Record<SortKey, (a: number, b: number) => number>> = {
    name: text(name),
    module: text(module),
    kind: (a, b) => kind[a]! - kind[b]!,
    self: (a, b) => now.own[b]! - now.own[a]!,
    total: (a, b) => now.all[b]! - now.all[a]!,
    change: (a, b) => Math.abs(changeOf(app, b)) - Math.abs(changeOf(app, a)),
  }
  const order = orders[choice.sort]
  const turn = choice.ascending ? -1 : 1
  return found.sort(
    (a, b) =>
      turn * order(a, b) ||
      orders.self(a, b) ||
      orders.total(a, b) ||
      -orders.name(a, b) ||
      -orders.module(a, b) ||
      a - b,
  )
}

/** Change of a function's share of what is kept. */
function changeOf({ ground: { now, before } }: App, f: number): number {
  return before === undefined ? 0 : pointsOf(before.all[f]!, before.whole, now.all[f]!, now.whole)
}

/** Writes the table. */
export function drawTable(app: App): void {
  const { document, choice } = app
  if (!choice.table) return
  const functions = functionsOf(app)
  const body = byId(document, 'functions')
  byId(document, 'change-head').hidden = !isCompared(app)
  for (const button of document.querySelectorAll<HTMLElement>('[data-sort]')) {
    const head = button.closest('th')!
    const on = button.dataset['sort'] === choice.sort
    button.setAttribute('aria-pressed', String(on))
    if (on) head.setAttribute('aria-sort', choice.ascending ? 'ascending' : 'descending')
    else if (head.querySelector(`[data-sort=${choice.sort}]`) === null) head.setAttribute('aria-sort', 'none')
  }
  const most = { self: largest(app.ground.now.own), total: largest(app.ground.now.all) }
  body.replaceChildren(...functions.slice(0, MOST_ROWS).map(f => functionRow(app, f, most)))
  const rest = functions.length - MOST_ROWS
  byId(document, 'more').textContent =
    rest > 0
      ? formatValue(rest, 'functions').replace(' ', ' more ') + ': search, or narrow what is kept'
      : formatValue(functions.length, 'functions')
}

function largest(values: Float64Array): number {
  let most = 0
  for (const value of values) if (value > most) most = value
  return most
}

function functionRow(app: App, f: number, most: { readonly self: number; readonly total: number }): HTMLElement {
  const { document, data, ground, colours, settings, choice } = app
  const row = document.createElement('tr')
  row.dataset['frame'] = String(f)
  row.tabIndex = -1
  if (f === choice.chosen) row.setAttribute('aria-selected', 'true')
  const module = data.frames.module[f]!
  const words = settings.kindWords[data.frames.kind[f]!]!
  const name = addHtml(
    'th',
    { scope: 'row', title: [data.frames.name[f]!, words, module].filter(part => part !== '').join('\n') },
    row,
  )
  addHtml('span', { class: 'vw-kind', title: words }, name).style.background = kindColour(colours, data.frames, f)
  addHtml('span', {}, name, plainName(data.frames.name[f]!))
  addHtml('small', {}, name, module === '' ? words : shortModule(module))
  const number = (value: number, of: number): void => {
    const cell = addHtml(
      'td',
      { title: formatValue(Math.round(value * 1e6) / 1e6, settings.unit) },
      row,
      ground.now.all[f] === 0 ? '-' : formatShare(value, ground.now.whole),
    )
    addHtml('i', {}, cell).style.width = (of > 0 ? Math.max(0, Math.min(1, value / of)) * 60 : 0) + 'px'
  }
  number(ground.now.own[f]!, most.self)
  number(ground.now.all[f]!, most.total)
  if (isCompared(app)) {
    const before = ground.before!.all[f]!
    addHtml(
      'td',
      {
        title:
          (before === 0 ? '-' : formatShare(before, ground.before!.whole)) +
          ' → ' +
          (ground.now.all[f] === 0 ? '-' : formatShare(ground.now.all[f]!, ground.now.whole)),
      },
      row,
      pointsWords(app, before, ground.now.all[f]!).replace(' points', ''),
    )
  }
  return row
}
