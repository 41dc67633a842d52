import { copyText } from '../../client/dom.ts'
import { answer, findFunctions, refresh, selectRanges } from './answer.ts'
import { fillThreads } from './controls.ts'
import type { Choice, Scope } from './state.ts'
import { byId, endOf, say } from './state.ts'

/** What the buttons do, by id. */
const ACTS: ReadonlyMap<string, (scope: Scope) => void> = new Map([
  ['all', (scope: Scope) => selectRanges(scope, [])],
  ['undo', (scope: Scope) => selectRanges(scope, scope.choice.ranges.slice(0, -2))],
  ['base-set', setBaseline],
  ['swap', swapSides],
  ['drop', dropBaseline],
  ['band', toggleBand],
  ['copy', copyCommand],
])

const KEYS: ReadonlyMap<string, string> = new Map([
  ['Escape', 'all'],
  ['Backspace', 'undo'],
  ['b', 'base-set'],
  ['x', 'swap'],
  ['m', 'band'],
  ['y', 'copy'],
])

function setBaseline(scope: Scope): void {
  if (scope.choice.ranges.length === 0) return
  scope.choice.baseline = scope.choice.ranges
  selectRanges(scope, [])
}

function swapSides(scope: Scope): void {
  const { ranges, baseline } = scope.choice
  if (baseline.length === 0) return
  const end = endOf(scope)
  scope.choice.baseline = ranges.length > 0 ? ranges : [0, end]
  selectRanges(scope, baseline.length === 2 && baseline[0] === 0 && baseline[1] === end ? [] : baseline)
}

function dropBaseline(scope: Scope): void {
  scope.choice.baseline = []
  selectRanges(scope, scope.choice.ranges)
}

function toggleBand(scope: Scope): void {
  scope.choice.band = !scope.choice.band
  byId(scope.document, 'band').setAttribute('aria-pressed', String(scope.choice.band))
  say(
    scope.document,
    scope.choice.band
      ? 'Band: a drag selects the same part of every second in it.'
      : 'A drag selects the time from its first to its last cell.',
  )
}

function copyCommand({ document }: Scope): void {
  const text = byId(document, 'command').textContent ?? ''
  copyText(text, document.documentElement, document.body)
  say(document, 'Copied: ' + text)
}

/** Makes buttons and keys do what they say. */
export function listenToButtons(scope: Scope): void {
  const { document, choice } = scope
  for (const [id, act] of ACTS) byId(document, id).addEventListener('click', () => act(scope))
  document.addEventListener('keydown', event => {
    const target = event.target as Element | null
    if (event.ctrlKey || event.metaKey || event.altKey || target?.closest?.('input,select,textarea,svg') != null) return
    const id = KEYS.get(event.key)
    if (id !== undefined) {
      event.preventDefault()
      const act = id === 'all' && choice.ranges.length === 0 && choice.baseline.length > 0 ? 'drop' : id
      ACTS.get(act)!(scope)
    } else if (event.key === 'i' && !byId<HTMLInputElement>(document, 'idle').disabled) {
      choice.withoutIdle = !choice.withoutIdle
      refresh(scope)
    }
  })
  for (const id of ['self', 'total', 'change'])
    byId(document, id + '-sort').addEventListener('click', () => {
      choice.sortBy = id
      answer(scope)
    })
  byId(document, 'find').addEventListener('input', () => findFunctions(scope))
}

/** Makes the lists change what is drawn. */
export function listenToLists(scope: Scope): void {
  const { document, choice, comms } = scope
  const changed = (id: string, change: (value: string) => void): void => {
    const select = byId<HTMLSelectElement>(document, id)
    select.addEventListener('change', () => {
      change(select.value)
      refresh(scope)
    })
  }
  changed('rows', value => {
    choice.rows = Number(value)
    scope.cursor = { second: scope.cursor.second, row: 0 }
  })
  changed('weigh', value => {
    choice.weigh = value as Choice['weigh']
  })
  changed('colours', value => {
    choice.colours = value
  })
  changed('event', value => {
    choice.event = Number(value)
  })
  changed('cpu', value => {
    choice.cpu = Number(value)
  })
  changed('comm', value => {
    choice.commSet = value !== ''
    choice.comm = value === '' ? '' : comms[Number(value)]!
    choice.thread = -1
    fillThreads(scope)
  })
  changed('thread', value => {
    choice.thread = Number(value)
  })
  const idle = byId<HTMLInputElement>(document, 'idle')
  idle.addEventListener('change', () => {
    choice.withoutIdle = idle.checked
    refresh(scope)
  })
}
