import { formatShare, formatValue } from '../../words/numbers.ts'
import type { ScopeSelection } from './data.ts'
import { outermostNodes, scopeFunctions } from './functions.ts'
import type { Scope } from './state.ts'
import { byId, unitOf } from './state.ts'

const MOST_ROWS = 100

/** Values of functions on one side of a comparison. */
interface Side {
  readonly self: Float64Array
  readonly total: Float64Array
  readonly all: number
}

/** Writes the table of functions: the selection, and how it differs from the baseline. */
export function drawTable(scope: Scope, picked: ScopeSelection, against: ScopeSelection | undefined): void {
  const { document, choice } = scope
  const now = sideOf(scope, picked)
  const then = against === undefined ? undefined : sideOf(scope, against)
  const order = orderFunctions(scope, now, then)
  byId(document, 'change-head').hidden = then === undefined
  for (const id of ['self', 'total', 'change'])
    byId(document, id + '-head').setAttribute('aria-sort', id === choice.sortBy ? 'descending' : 'none')
  byId(document, 'functions').replaceChildren(...order.slice(0, MOST_ROWS).map(f => functionRow(scope, f, now, then)))
  byId(document, 'more').textContent =
    order.length > MOST_ROWS ? formatValue(order.length - MOST_ROWS, 'functions') + ' more' : ''
}

function sideOf(scope: Scope, selection: ScopeSelection): Side {
  const { parent, frame, names } = scope.data
  scope.outer ??= outermostNodes(parent, frame)
  return { ...scopeFunctions(parent, frame, scope.outer, selection.self, names.frames.length), all: selection.total }
}

/** Change of a function's share of the whole. */
function changeOf(f: number, now: Side, then: Side | undefined): number {
  const share = (side: Side): number => (side.all > 0 ? side.total[f]! / side.all : 0)
  return then === undefined ? 0 : share(now) - share(then)
}

function orderFunctions(scope: Scope, now: Side, then: Side | undefined): number[] {
  const { data, settings, functionNames, choice, document } = scope
  const wanted = byId<HTMLInputElement>(document, 'find').value.toLowerCase()
  const order: number[] = []
  for (let f = 0; f < functionNames.length; f++) {
    if (settings.kinds[data.kinds[f]!] === 'task') continue
    if (!(now.total[f]! > 0) && !(then !== undefined && then.total[f]! > 0)) continue
    if (wanted !== '' && !functionNames[f]!.toLowerCase().includes(wanted)) continue
    order.push(f)
  }
  const key = (f: number): number =>
    choice.sortBy === 'change' && then !== undefined
      ? Math.abs(changeOf(f, now, then))
      : choice.sortBy === 'total'
        ? now.total[f]!
        : now.self[f]!
  return order.sort(
    (a, b) => key(b) - key(a) || now.total[b]! - now.total[a]! || (functionNames[a]! < functionNames[b]! ? -1 : 1),
  )
}

function functionRow(scope: Scope, f: number, now: Side, then: Side | undefined): HTMLElement {
  const { document, data, functionNames } = scope
  const row = document.createElement('tr')
  const cell = (text: string, kind: string, name = 'td'): void => {
    const made = document.createElement(name)
    made.textContent = text
    made.className = kind
    if (name === 'th') made.setAttribute('scope', 'row')
    row.append(made)
  }
  const unit = unitOf(scope)
  cell(functionNames[f]!, 'sc-name', 'th')
  cell(data.names.modules[data.frameModules[f]!]!, 'sc-module')
  for (const values of [now.self, now.total]) {
    cell(formatValue(values[f]!, unit), 'sc-number')
    cell(formatShare(values[f]!, now.all), 'sc-number')
  }
  if (then !== undefined) {
    const points = changeOf(f, now, then) * 100
    const words = points === 0 ? 'same' : (points > 0 ? '▲ +' : '▼ −') + Math.abs(points).toFixed(2)
    cell(
      formatShare(then.total[f]!, then.all) + ' → ' + formatShare(now.total[f]!, now.all) + '  ' + words,
      'sc-number',
    )
  }
  return row
}
