import { inflate } from '../../client/columns.ts'
import { measureWith } from '../../client/measure.ts'
import { toggleCompare } from './actions.ts'
import { choiceOf } from './address.ts'
import { rootBox } from './boxes.ts'
import { canvasWidths } from './canvas-widths.ts'
import { hasStyle, readColours } from './colours.ts'
import type { ViewData } from './data.ts'
import { unpackView } from './data.ts'
import { answerKey, toggleKeys } from './keys.ts'
import { closeList, toggleList } from './lists.ts'
import { listenToPicture, listenToStrip, listenToTable } from './pointer.ts'
import type { App, SortKey, ViewSettings } from './state.ts'
import { byId } from './state.ts'
import { recolour, setTheme } from './theme.ts'
import { change, changeRows, count, drawAll, place, search, stacksOf, undo } from './update.ts'
import { hasTimes } from './when.ts'

const LABEL = 11.5
const TYPING = 60

/** Reads the page's data and makes it answer. */
export async function startView(document: Document): Promise<void> {
  const settings = JSON.parse(byId(document, 'settings').textContent!) as ViewSettings
  const { header, columns } = settings
  const bytes = new Map(
    await Promise.all(
      columns.map(async name => [name, await inflate(document, 'vw-column-' + name, header.compressed)] as const),
    ),
  )
  const data = unpackView(header, name => bytes.get(name) ?? new Uint8Array())
  // a page that is never shown waits for ever
  while (!hasStyle(document)) await new Promise(resolve => requestAnimationFrame(resolve))
  const app = openView(document, settings, data)
  listenToControls(app)
  listenToPicture(app)
  listenToStrip(app)
  listenToTable(app)
  listenToWindow(app)
  performance.mark('ready')
  document.body.dataset['ready'] = '1'
}

function openView(document: Document, settings: ViewSettings, data: ViewData): App {
  const window = document.defaultView!
  const choice = choiceOf({ settings, data }, window.location.hash)
  const colours = readColours(document)
  const stacks = stacksOf({ data, choice })
  const empty = {
    parent: [-1],
    frame: [-1],
    moved: new Int32Array(1),
    first: new Int32Array(1),
    next: new Int32Array(1),
    outer: new Uint8Array(1),
  }
  const none = new Float64Array(1)
  const ground = {
    stacks: empty,
    now: { self: none, total: none, own: none, all: none, whole: 0 },
    before: undefined,
    visited: 0,
  }
  const app: App = {
    change: next => change(app, next),
    window,
    document,
    settings,
    data,
    choice,
    past: [],
    stacks,
    ground,
    rowsNow: 0,
    rowsBefore: 0,
    search: undefined,
    matches: undefined,
    root: rootBox(ground),
    placed: [],
    height: 0,
    pointer: undefined,
    hovered: undefined,
    picked: undefined,
    pointed: -1,
    colours,
    measure: measureWith(canvasWidths(document, 'normal', colours.font), LABEL),
    bold: measureWith(canvasWidths(document, '600', colours.font), LABEL),
    dragged: undefined,
  }
  byId(document, 'reading').remove()
  byId(document, 'when').hidden = !hasTimes(app)
  byId(document, 'compare-button').title =
    header(app).sides > 1 ? 'compare the two inputs (a)' : 'compare what is kept next with what is kept now (a)'
  count(app)
  search(app)
  place(app)
  drawAll(app)
  return app
}

function header({ settings }: App): ViewSettings['header'] {
  return settings.header
}

function listenToControls(app: App): void {
  const { document, window } = app
  const click = (id: string, does: () => void): void => byId(document, id).addEventListener('click', does)
  click('table-button', () => change(app, { table: !app.choice.table }))
  click('flame-button', () => change(app, { view: 'flame' }))
  click('calls-button', () => change(app, { view: 'calls', chosen: app.picked?.box.frame ?? app.choice.chosen }))
  click('down-button', () => change(app, { upward: false }))
  click('up-button', () => change(app, { upward: true }))
  for (const kind of ['tasks', 'threads', 'modules'] as const) click(kind + '-button', () => toggleList(app, kind))
  click('compare-button', () => toggleCompare(app))
  click('theme-button', () => setTheme(app, !app.colours.dark))
  click('help-button', () => toggleKeys(app))
  click('empty-undo', () => undo(app))
  click('range-clear', () => changeRows(app, { range: undefined }))
  const warnings = document.getElementById('vw-warnings-button')
  warnings?.addEventListener('click', () => {
    const list = byId(document, 'warnings')
    list.hidden = !list.hidden
    warnings.setAttribute('aria-expanded', String(!list.hidden))
  })
  for (const button of document.querySelectorAll<HTMLElement>('[data-sort]'))
    button.addEventListener('click', () => {
      const key = button.dataset['sort'] as SortKey
      const { sort, ascending } = app.choice
      // names are read from the first letter
      const first = key === 'name' || key === 'module' || key === 'kind'
      change(app, { sort: key, ascending: sort === key ? !ascending : first })
    })
  const input = byId<HTMLInputElement>(document, 'search')
  let typing = 0
  let before = app.choice
  input.addEventListener('input', () => {
    window.clearTimeout(typing)
    typing = window.setTimeout(() => {
      // letters of one word are one step of the way back
      if (app.choice === before) app.past.pop()
      change(app, { search: input.value })
      before = app.choice
    }, TYPING)
  })
  document.addEventListener('pointerdown', event => {
    const inside = (event.target as Element).closest('#vw-list,#vw-tasks-button,#vw-threads-button,#vw-modules-button')
    if (inside === null) closeList(app)
  })
}

function listenToWindow(app: App): void {
  const { document, window } = app
  document.addEventListener('keydown', event => answerKey(app, event))
  const redraw = (): void => {
    place(app)
    drawAll(app)
  }
  window.addEventListener('resize', redraw)
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => recolour(app))
  window.addEventListener('hashchange', () => change(app, choiceOf(app, window.location.hash)))
  const root = document.documentElement
  let theme: string | undefined
  window.addEventListener('beforeprint', () => {
    theme = root.dataset['theme']
    root.dataset['theme'] = 'light'
    recolour(app)
  })
  window.addEventListener('afterprint', () => {
    if (theme === undefined) delete root.dataset['theme']
    else root.dataset['theme'] = theme
    recolour(app)
  })
}
