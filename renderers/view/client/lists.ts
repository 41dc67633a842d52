import { addHtml } from '../../client/dom.ts'
import { formatShare } from '../../words/numbers.ts'
import { shortModule, threadName } from './kept.ts'
import type { RowFilter } from './rows.ts'
import { ALL_ROWS, eachRow } from './rows.ts'
import type { App } from './state.ts'
import { byId } from './state.ts'
import { change, changeRows } from './update.ts'

const MOST = 60

type ListKind = 'tasks' | 'threads' | 'modules'

/** What a list offers: each with its value and whether it is chosen. */
interface Offer {
  readonly words: string
  readonly value: number
  readonly chosen: boolean
  toggle(): void
}

/** Opens or closes the list of tasks, threads or modules under its button. */
export function toggleList(app: App, kind: ListKind): void {
  const { document } = app
  const place = byId(document, 'list')
  const open = place.dataset['kind'] === kind
  closeList(app)
  if (open) return
  place.dataset['kind'] = kind
  const button = byId(document, kind + '-button')
  button.setAttribute('aria-expanded', 'true')
  place.hidden = false
  fillList(app, kind, '')
  const { left, bottom } = button.getBoundingClientRect()
  const { width } = place.getBoundingClientRect()
  place.style.left = Math.max(4, Math.min(left, app.window.innerWidth - width - 4)) + 'px'
  place.style.top = bottom + 4 + 'px'
  place.querySelector('input')?.focus()
}

/** Closes the list; false when none was open. */
export function closeList({ document }: App): boolean {
  const place = byId(document, 'list')
  if (place.hidden) return false
  const kind = place.dataset['kind']!
  const inside = place.contains(document.activeElement)
  place.hidden = true
  place.textContent = ''
  delete place.dataset['kind']
  const button = byId(document, kind + '-button')
  button.setAttribute('aria-expanded', 'false')
  if (inside) button.focus()
  return true
}

function fillList(app: App, kind: ListKind, wanted: string): void {
  const place = byId(app.document, 'list')
  place.setAttribute('aria-label', kind)
  const offers = OFFERS[kind](app)
  const whole = offers.reduce((all, { value }) => all + value, 0)
  const sum = kind === 'modules' ? app.ground.now.whole : whole
  place.textContent = ''
  if (offers.length > 12) {
    const input = addHtml(
      'input',
      { type: 'search', placeholder: 'Search', 'aria-label': 'search ' + kind },
      place,
    ) as HTMLInputElement
    input.value = wanted
    input.addEventListener('input', () => {
      fillList(app, kind, input.value)
      place.querySelector('input')?.focus()
    })
  }
  const low = wanted.toLowerCase()
  const found = offers.filter(({ words }) => words.toLowerCase().includes(low))
  for (const { words, value, chosen, toggle } of found.slice(0, MOST)) {
    const label = addHtml('label', {}, place)
    const box = addHtml('input', { type: 'checkbox' }, label) as HTMLInputElement
    box.checked = chosen
    box.addEventListener('change', () => {
      const at = [...place.querySelectorAll('input[type=checkbox]')].indexOf(box)
      toggle()
      fillList(app, kind, wanted)
      place.querySelectorAll<HTMLElement>('input[type=checkbox]')[at]?.focus()
    })
    addHtml('span', {}, label, words)
    addHtml('small', {}, label, formatShare(value, sum))
  }
  if (found.length > MOST) addHtml('p', { class: 'vw-soft' }, place, found.length - MOST + ' more: search')
  if (found.length === 0) addHtml('p', { class: 'vw-soft' }, place, 'none')
}

function toggled<T>(list: readonly T[], one: T): T[] {
  return list.includes(one) ? list.filter(other => other !== one) : [...list, one]
}

const OFFERS: Readonly<Record<ListKind, (app: App) => Offer[]>> = {
  tasks: app => {
    const { tasks } = app.choice.rows
    return largest(threadSums(app, { tasks: [], threads: [] }), thread => app.data.comms[thread]!).map(
      ([task, value]) => ({
        words: task === '' ? 'no name' : task,
        value,
        chosen: tasks.includes(task),
        toggle: () => changeRows(app, { tasks: toggled(app.choice.rows.tasks, task) }),
      }),
    )
  },
  threads: app => {
    const sums = threadSums(app, { threads: [] })
    return [...sums]
      .sort((a, b) => b[1] - a[1])
      .map(([thread, value]) => ({
        words: threadName(app.data, thread),
        value,
        chosen: app.choice.rows.threads.includes(thread),
        toggle: () => changeRows(app, { threads: toggled(app.choice.rows.threads, thread) }),
      }))
  },
  modules: app => {
    const { now } = app.ground
    const { module } = app.data.frames
    const sums = new Map<string, number>(app.choice.modules.map(each => [each, 0]))
    now.own.forEach((value, f) => {
      if (module[f] !== '' && (value !== 0 || now.all[f] !== 0))
        sums.set(module[f]!, (sums.get(module[f]!) ?? 0) + value)
    })
    return [...sums]
      .sort((a, b) => b[1] - a[1])
      .map(([name, value]) => ({
        words: shortModule(name),
        value,
        chosen: app.choice.modules.includes(name),
        toggle: () => change(app, { modules: toggled(app.choice.modules, name), zoom: [] }),
      }))
  },
}

/** Values of threads with the other filters as they are. */
function threadSums({ data, choice }: App, without: Partial<RowFilter>): Map<number, number> {
  const sums = new Map<number, number>()
  eachRow(data, { ...ALL_ROWS, ...choice.rows, ...without }, (row, weight) => {
    const thread = data.thread[row]!
    sums.set(thread, (sums.get(thread) ?? 0) + weight)
  })
  return sums
}

function largest(sums: Map<number, number>, name: (thread: number) => string): [string, number][] {
  const byName = new Map<string, number>()
  for (const [thread, value] of sums) byName.set(name(thread), (byName.get(name(thread)) ?? 0) + value)
  return [...byName].sort((a, b) => b[1] - a[1])
}
