import { formatValue } from '../../words/numbers.ts'
import { rowsFit } from './address.ts'
import type { Scope } from './state.ts'
import { byId, unitOf } from './state.ts'

const ROWS = [10, 20, 25, 49, 50, 99, 100]
/** Entries of a list, because a page must open. */
const MOST_CPUS = 4096
const MOST_COMMS = 5000
const MOST_THREADS = 2000

function addOption(select: HTMLSelectElement, value: string, label: string): void {
  const made = select.ownerDocument.createElement('option')
  made.value = value
  made.textContent = label
  select.append(made)
}

/** Fills the lists that choose what is drawn. */
export function fillControls(scope: Scope): void {
  const { settings, document, data, comms } = scope
  const { header } = settings
  const select = (id: string): HTMLSelectElement => byId<HTMLSelectElement>(document, id)
  const sizes = [...new Set([...ROWS, settings.rows])].filter(rows => rowsFit(rows, header.ticks)).sort((a, b) => a - b)
  for (const rows of sizes) addOption(select('rows'), String(rows), rows + ' rows')
  addOption(select('weigh'), 'samples', 'by samples')
  if (header.weights !== 'one') addOption(select('weigh'), 'period', 'by period')
  if (header.events.every(event => (event.clock && header.weights !== 'one') || event.frequency > 0))
    addOption(select('weigh'), 'time', 'by time')
  addOption(select('colours'), 'linear', 'linear colours')
  addOption(select('colours'), 'log', 'log colours')
  addOption(select('colours'), 'rank', 'colours by rank')
  // events are never added up
  const { events } = data.names
  if (header.events.length > 1) events.forEach((name, i) => addOption(select('event'), String(i), name))
  else addOption(select('event'), '-1', events[0] ?? 'samples')
  select('event').disabled = header.events.length < 2
  addOption(select('cpu'), '-1', header.cpus > 0 ? 'all CPUs' : 'no CPUs known')
  for (let cpu = 0; cpu < Math.min(header.cpus, MOST_CPUS); cpu++) addOption(select('cpu'), String(cpu), 'CPU ' + cpu)
  select('cpu').disabled = header.cpus === 0
  addOption(select('comm'), '', 'all commands')
  comms
    .slice(0, MOST_COMMS)
    .forEach((comm, i) => addOption(select('comm'), String(i), comm === '' ? '(no name)' : comm))
  fillThreads(scope)
}

/** The threads of the chosen command. */
export function fillThreads({ settings, document, data, choice }: Scope): void {
  const select = byId<HTMLSelectElement>(document, 'thread')
  const { comms } = data.names
  select.textContent = ''
  addOption(select, '-1', 'all threads')
  for (let t = 0, shown = 0; t < settings.header.threads && shown < MOST_THREADS; t++) {
    if ((choice.commSet && comms[t] !== choice.comm) || data.tids[t]! < 0) continue
    const process = data.pids[t]! >= 0 ? data.pids[t] + '/' : ''
    addOption(select, String(t), (comms[t] ?? '') + ' ' + process + data.tids[t])
    shown++
  }
}

/** Shows what is chosen in the lists. `idle` = idle samples there are, `top` = the fullest cell. */
export function showChoice(scope: Scope, idle: number, top: number): void {
  const { document, choice, comms } = scope
  const idleBox = byId<HTMLInputElement>(document, 'idle')
  byId(document, 'idle-label').textContent =
    idle === 0 ? 'no idle samples' : 'hide idle (' + formatValue(idle, 'samples') + ')'
  idleBox.disabled = idle === 0 && !choice.withoutIdle
  idleBox.checked = choice.withoutIdle
  byId(document, 'scale-top').textContent = formatValue(top, unitOf(scope))
  const rows = byId<HTMLSelectElement>(document, 'rows')
  if (![...rows.options].some(option => option.value === String(choice.rows)))
    addOption(rows, String(choice.rows), choice.rows + ' rows')
  const show = (id: string, value: string): void => {
    byId<HTMLSelectElement>(document, id).value = value
  }
  show('rows', String(choice.rows))
  show('weigh', choice.weigh)
  show('colours', choice.colours)
  show('event', String(choice.event))
  show('cpu', String(choice.cpu))
  show('comm', choice.commSet ? String(comms.indexOf(choice.comm)) : '')
  show('thread', String(choice.thread))
}
