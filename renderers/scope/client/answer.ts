import { shellWord } from '../../client/steps.ts'
import { heatLevels } from '../../heat/colours.ts'
import { formatShare, formatValue } from '../../words/numbers.ts'
import { writeAddress } from './address.ts'
import { showChoice } from './controls.ts'
import type { ScopeSelection } from './data.ts'
import { drawFlame } from './flame.ts'
import { drawMap, measureMap } from './map.ts'
import { drawMarks } from './marks.ts'
import { eventWeights, joinRanges, scopeCells, scopeSelect } from './select.ts'
import type { Scope } from './state.ts'
import { byId, endOf, rangeText, say, secondsOf, startOf, unitOf } from './state.ts'
import { drawTable } from './table.ts'

/** Counts again with the chosen filters, and draws everything. */
export function refresh(scope: Scope): void {
  measureMap(scope)
  applyFilter(scope)
  drawMap(scope)
  answer(scope)
  drawMarks(scope)
}

export function selectRanges(scope: Scope, ranges: readonly number[]): void {
  scope.choice.ranges = joinRanges(ranges, endOf(scope))
  answer(scope)
  drawMarks(scope)
}

function applyFilter(scope: Scope): void {
  const { choice, data, settings, document } = scope
  let threads: Uint8Array | undefined
  if (choice.thread >= 0 || choice.commSet)
    threads = Uint8Array.from({ length: settings.header.threads }, (_, t) =>
      (choice.thread < 0 || t === choice.thread) && (!choice.commSet || data.names.comms[t] === choice.comm) ? 1 : 0,
    )
  const { event, cpu, withoutIdle, weigh } = choice
  scope.filter = { event, cpu, threads, withoutIdle, weigh }
  scope.weights = eventWeights(data, weigh)
  const counted = scopeCells(data, choice.rows, scope.filter, scope.weights)
  scope.cells = counted.cells
  scope.kept = counted.samples
  scope.keptWeight = 0
  let top = 0
  for (const cell of scope.cells) {
    scope.keptWeight += cell
    if (cell > top) top = cell
  }
  scope.levels = heatLevels(scope.cells, choice.colours, top, settings.heatLight.length)
  const { dataset } = document.documentElement
  dataset['kept'] = String(scope.kept)
  dataset['cells'] = String(scope.keptWeight)
  showChoice(scope, counted.idle, top)
}

/** The selection, or all; and the baseline, if there is one. */
function select(scope: Scope): { readonly picked: ScopeSelection; readonly against: ScopeSelection | undefined } {
  const { choice, data, filter, weights } = scope
  const chosen = choice.ranges.length > 0 ? choice.ranges : [0, endOf(scope)]
  return {
    picked: scopeSelect(data, chosen, filter, weights),
    against: choice.baseline.length > 0 ? scopeSelect(data, choice.baseline, filter, weights) : undefined,
  }
}

/** Draws flame graph and table of the selection and says what it is. */
export function answer(scope: Scope): void {
  const { document, window, choice } = scope
  const from = window.performance.now()
  const { picked, against } = select(scope)
  const { dataset } = document.documentElement
  dataset['selected'] = String(picked.samples)
  dataset['total'] = String(picked.total)
  dataset['ranges'] = rangeText(scope, choice.ranges)
  dataset['baseline'] = rangeText(scope, choice.baseline)
  describeSelection(scope, picked, against)
  const disable = (id: string, disabled: boolean): void => {
    byId<HTMLButtonElement>(document, id).disabled = disabled
  }
  for (const id of ['all', 'undo', 'base-set']) disable(id, choice.ranges.length === 0)
  for (const id of ['swap', 'drop']) disable(id, choice.baseline.length === 0)
  byId(document, 'band').setAttribute('aria-pressed', String(choice.band))
  byId(document, 'command').textContent = commandText(scope)
  drawFlame(scope, picked, against)
  drawTable(scope, picked, against)
  writeAddress(scope)
  dataset['ms'] = String(Math.round((window.performance.now() - from) * 10) / 10)
  dataset['answers'] = String(Number(dataset['answers'] ?? 0) + 1)
}

/** Writes the table anew, when what it looks for changed. */
export function findFunctions(scope: Scope): void {
  const { picked, against } = select(scope)
  drawTable(scope, picked, against)
}

function describeSelection(scope: Scope, picked: ScopeSelection, against: ScopeSelection | undefined): void {
  const { document, choice, settings, kept } = scope
  const { ranges, baseline } = choice
  let length = 0
  for (let r = 0; r < ranges.length; r += 2) length += ranges[r + 1]! - ranges[r]!
  const samples = formatValue(picked.samples, 'samples')
  byId(document, 'chosen').textContent =
    ranges.length === 0
      ? 'Whole profile: ' + samples
      : `Selected ${ranges.length > 2 ? ranges.length / 2 + ' ranges, ' : ''}${formatValue(length / settings.header.ticks, 's')}: ${samples} (${formatShare(picked.samples, kept)}) of ${formatValue(kept, 'samples')}`
  const first = rangeText(scope, baseline).split(',').slice(0, 2).join(', ')
  byId(document, 'against').textContent =
    against === undefined
      ? ''
      : `Baseline ${first}${baseline.length > 4 ? ' …' : ''} s: ${formatValue(against.samples, 'samples')}`
}

/** Says what the cell under the cursor holds. */
export function describeCell(scope: Scope): void {
  const { cursor, choice, cells, keptWeight, document } = scope
  const value = cells[cursor.second * choice.rows + cursor.row] ?? 0
  const from = secondsOf(scope, startOf(scope, cursor.second, cursor.row))
  const to = secondsOf(scope, startOf(scope, cursor.second, cursor.row + 1))
  say(
    document,
    `${from} to ${to} s · ${formatValue(value, unitOf(scope))} · ${formatShare(value, keptWeight)} of those drawn`,
  )
}

/** The command line that gives the same stacks. */
function commandText(scope: Scope): string {
  const { choice, settings, data } = scope
  const words: string[] = []
  if (choice.ranges.length > 0) words.push('--range', rangeText(scope, choice.ranges))
  if (choice.withoutIdle) words.push('--no-idle')
  if (settings.header.events.length > 1) words.push('--event', shellWord(data.names.events[choice.event] ?? ''))
  const chosen: string[] = []
  if (choice.commSet) chosen.push('--comm', shellWord(choice.comm))
  if (choice.thread >= 0) chosen.push('--tid', String(data.tids[choice.thread]))
  if (choice.cpu >= 0) chosen.push('--cpu', String(choice.cpu))
  if (choice.weigh !== 'samples') chosen.push('--weight', 'period')
  return chosen.length > 0
    ? ['bpfview fold IN', ...words, ...chosen, '| bpfview flame -'].join(' ')
    : ['bpfview flame IN', ...words].join(' ')
}
