import type { ScopeHeader } from '../pack.ts'
import type { ScopeData, ScopeFilter } from './data.ts'
import { tickText } from './ticks.ts'

/** What the page was made with: constants of the program, and the words of its caller. */
export interface ScopeSettings {
  readonly header: ScopeHeader
  readonly rows: number
  readonly withoutIdle: boolean
  readonly kinds: readonly string[]
  readonly heatLight: readonly string[]
  readonly heatDark: readonly string[]
  readonly pageLight: Readonly<Record<string, string>>
  readonly pageDark: Readonly<Record<string, string>>
  readonly columns: readonly string[]
}

export interface Cell {
  readonly second: number
  readonly row: number
}

/** What the reader chose. */
export interface Choice {
  rows: number
  colours: string
  weigh: ScopeFilter['weigh']
  event: number
  cpu: number
  comm: string
  commSet: boolean
  thread: number
  withoutIdle: boolean
  band: boolean
  /** Flat pairs of ticks. */
  ranges: readonly number[]
  baseline: readonly number[]
  sortBy: string
}

/** The page that lives: its samples, what is chosen, and what was worked out from both. */
export interface Scope {
  readonly document: Document
  readonly window: Window & typeof globalThis
  readonly settings: ScopeSettings
  readonly data: ScopeData
  readonly functionNames: readonly string[]
  /** Names of commands, each once. */
  readonly comms: readonly string[]
  readonly choice: Choice
  filter: ScopeFilter
  weights: (number | undefined)[]
  cells: Float64Array
  levels: Int8Array
  /** Samples that the filter keeps, and their weight. */
  kept: number
  keptWeight: number
  cursor: Cell
  /** Where a drag began. */
  anchor: Cell | undefined
  hovering: boolean
  /** Whether each node is the outermost of its function; worked out when first needed. */
  outer: Uint8Array | undefined
  /** Sizes of the map in px: a cell, and the window on it. */
  cellWidth: number
  cellHeight: number
  viewWidth: number
}

export function byId<T extends HTMLElement>(document: Document, id: string): T {
  return document.getElementById('sc-' + id) as T
}

/** Says something in the line under the map. */
export function say(document: Document, text: string): void {
  byId(document, 'status').textContent = text
}

/** Ticks at the end of the last second. */
export function endOf({ settings }: Scope): number {
  return settings.header.seconds * settings.header.ticks
}

/** First tick of a row of a second. */
export function startOf({ settings, choice }: Scope, second: number, row: number): number {
  const { ticks } = settings.header
  return second * ticks + Math.ceil((row * ticks) / choice.rows)
}

/** The ranges between two cells: the time from one to the other, or in a band the same rows of every second. */
export function rangeBetween(scope: Scope, a: Cell, b: Cell): number[] {
  if (scope.choice.band) {
    const flat: number[] = []
    const [low, high] = [Math.min(a.row, b.row), Math.max(a.row, b.row) + 1]
    for (let s = Math.min(a.second, b.second); s <= Math.max(a.second, b.second); s++)
      flat.push(startOf(scope, s, low), startOf(scope, s, high))
    return flat
  }
  const [first, last] = startOf(scope, a.second, a.row) <= startOf(scope, b.second, b.row) ? [a, b] : [b, a]
  return [startOf(scope, first.second, first.row), startOf(scope, last.second, last.row + 1)]
}

export function unitOf({ choice, settings }: Scope): string {
  if (choice.weigh === 'samples') return 'samples'
  if (choice.weigh === 'time') return 'ns'
  const { unit } = settings.header.events[Math.max(0, choice.event)]!
  return unit === 'samples' ? 'count' : unit
}

export function secondsOf({ settings }: Scope, tick: number): string {
  return tickText(settings.header.start, tick, settings.header.ticks)
}

/** `12.3..14.1,20..21`, in seconds as printed. */
export function rangeText(scope: Scope, ranges: readonly number[]): string {
  const all: string[] = []
  for (let r = 0; r < ranges.length; r += 2)
    all.push(secondsOf(scope, ranges[r]!) + '..' + secondsOf(scope, ranges[r + 1]!))
  return all.join(',')
}
