import { encodeName } from '../../client/paths.ts'
import { MAX_ADDRESS } from '../../client/steps.ts'
import { joinRanges } from './select.ts'
import type { Choice, Scope } from './state.ts'
import { byId, endOf, rangeText } from './state.ts'
import { parseTicks } from './ticks.ts'

/** Rows that a second may have; each row must begin at a tick. */
export function rowsFit(rows: number, ticks: number): boolean {
  return ticks >= 1e6 || ticks % rows === 0
}

/** Puts what is chosen behind `#`. */
export function writeAddress(scope: Scope): void {
  const { choice, settings, window } = scope
  const said: string[] = []
  if (choice.ranges.length > 0) said.push('r=' + rangeText(scope, choice.ranges))
  if (choice.baseline.length > 0) said.push('b=' + rangeText(scope, choice.baseline))
  if (choice.rows !== settings.rows) said.push('rows=' + choice.rows)
  if (choice.weigh !== 'samples') said.push('weigh=' + choice.weigh)
  if (choice.colours !== 'linear') said.push('colours=' + choice.colours)
  if (choice.event > 0) said.push('event=' + choice.event)
  if (choice.cpu >= 0) said.push('cpu=' + choice.cpu)
  if (choice.commSet) said.push('comm=' + encodeName(choice.comm))
  if (choice.thread >= 0) said.push('thread=' + choice.thread)
  if (choice.withoutIdle !== settings.withoutIdle) said.push('idle=' + (choice.withoutIdle ? 0 : 1))
  const hash = said.length > 0 ? '#' + said.join('&') : ''
  try {
    if (window.location.hash !== hash)
      window.history.replaceState(null, '', hash === '' ? window.location.href.split('#')[0]! : hash)
  } catch {
    /* a page without an address */
  }
}

/** Takes what stands behind `#`; what cannot be read is left out. */
export function readAddress(scope: Scope): void {
  const { hash } = scope.window.location
  if (hash.length > MAX_ADDRESS) return
  for (const part of hash.replace(/^#/, '').split('&')) {
    const at = part.indexOf('=')
    try {
      readPart(scope, part.slice(0, at), part.slice(at + 1))
    } catch {
      /* a broken link shows what it can */
    }
  }
}

function readPart(scope: Scope, key: string, value: string): void {
  const { choice, settings, comms, document } = scope
  const { header } = settings
  const number = Number(value)
  const ranges = (): number[] => joinRanges(parseTicks(value, header.start, header.ticks), endOf(scope))
  if (key === 'r') choice.ranges = ranges()
  else if (key === 'b') choice.baseline = ranges()
  else if (key === 'rows' && Number.isInteger(number) && number >= 10 && number <= 100 && rowsFit(number, header.ticks))
    choice.rows = number
  else if (
    key === 'weigh' &&
    [...byId<HTMLSelectElement>(document, 'weigh').options].some(option => option.value === value)
  )
    choice.weigh = value as Choice['weigh']
  else if (key === 'colours' && (value === 'log' || value === 'rank')) choice.colours = value
  else if (key === 'event' && header.events[number] !== undefined) choice.event = number
  else if (key === 'cpu' && number >= 0 && number < header.cpus) choice.cpu = number
  else if (key === 'comm' && comms.includes(decodeURIComponent(value))) {
    choice.comm = decodeURIComponent(value)
    choice.commSet = true
  } else if (key === 'thread' && number >= 0 && number < header.threads) choice.thread = number
  else if (key === 'idle') choice.withoutIdle = value === '0'
}
