import type { Measure } from '../../client/measure.ts'
import type { Search } from '../../client/search.ts'
import type { TreeStep } from '../../client/tree.ts'
import type { ViewHeader } from '../pack.ts'
import type { Box, Ground } from './boxes.ts'
import type { Colours } from './colours.ts'
import type { ViewData } from './data.ts'
import type { Placed } from './place.ts'
import type { RowFilter } from './rows.ts'
import { ALL_ROWS } from './rows.ts'
import type { Stacks } from './stacks.ts'

/** What the program tells the page. */
export interface ViewSettings {
  readonly header: ViewHeader
  readonly columns: readonly string[]
  readonly unit: string
  /** Samples a second on each CPU, and CPUs; 0 = unknown. */
  readonly frequency: number
  readonly cpus: number
  /** Names of kinds by number, and their words; '' = no function. */
  readonly kinds: readonly string[]
  readonly kindWords: readonly string[]
  /** Kinds in the order of a legend. */
  readonly legend: readonly string[]
  /** What each input is called. */
  readonly sides: readonly string[]
  readonly doubts: readonly string[]
  /** Transforms asked for on the command line. */
  readonly steps: readonly TreeStep[]
  /** Command line of the inputs: `out.stacks --tidy`. */
  readonly command: string
}

export type SortKey = 'name' | 'self' | 'total' | 'change' | 'module' | 'kind'

/** Everything that a reader chose; what undo brings back. */
export interface Choice {
  readonly view: 'flame' | 'calls'
  /** Root at the foot. */
  readonly upward: boolean
  readonly table: boolean
  readonly search: string
  readonly rows: RowFilter
  /** The other side of a comparison. */
  readonly before: RowFilter | undefined
  readonly modules: readonly string[]
  readonly hidden: readonly number[]
  readonly steps: readonly TreeStep[]
  /** Frames from the root to the zoomed one. */
  readonly zoom: readonly number[]
  /** The function whose callers and callees are shown; -1 = none. */
  readonly chosen: number
  readonly sort: SortKey
  readonly ascending: boolean
}

/** The page as it opens. */
export function firstChoice(settings: ViewSettings): Choice {
  const compared = settings.header.sides > 1
  return {
    view: 'flame',
    upward: false,
    table: true,
    search: '',
    rows: compared ? { ...ALL_ROWS, side: 1 } : ALL_ROWS,
    before: compared ? { ...ALL_ROWS, side: 0 } : undefined,
    modules: [],
    hidden: [],
    steps: settings.steps,
    zoom: [],
    chosen: -1,
    sort: compared ? 'change' : 'self',
    ascending: false,
  }
}

export interface App {
  /** Shows another choice and leaves the way back to this one. */
  change(next: Partial<Choice>): void
  readonly window: Window
  readonly document: Document
  readonly settings: ViewSettings
  readonly data: ViewData
  choice: Choice
  readonly past: Choice[]
  stacks: Stacks
  ground: Ground
  /** Rows that count on each side, for what may be noise. */
  rowsNow: number
  rowsBefore: number
  search: Search | undefined
  /** 1 for each frame that the search matches; undefined = no search. */
  matches: Uint8Array | undefined
  root: Box
  placed: readonly Placed[]
  /** Height of the whole picture in px. */
  height: number
  /** Where the mouse is over the picture. */
  pointer: { readonly x: number; readonly y: number } | undefined
  hovered: Placed | undefined
  picked: Placed | undefined
  /** A function outlined everywhere because the table points at it; -1 = none. */
  pointed: number
  colours: Colours
  measure: Measure
  bold: Measure
  /** A selection of time that is being dragged. */
  dragged: readonly [number, number] | undefined
}

export function byId<T extends HTMLElement = HTMLElement>(document: Document, id: string): T {
  return document.getElementById('vw-' + id) as T
}

/** True when the page compares two sides. */
export function isCompared({ choice }: Pick<App, 'choice'>): boolean {
  return choice.before !== undefined
}

/** Name of a frame; the root is `all`. */
export function frameName({ data }: App, frame: number): string {
  return frame < 0 ? 'all' : data.frames.name[frame]!
}

/** Kind of a frame by its name in FRAME_KINDS. */
export function kindOf({ data, settings }: App, frame: number): string {
  return settings.kinds[frame < 0 ? 1 : data.frames.kind[frame]!]!
}

/** Module and kind of a frame in words. */
export function placeWords(app: App, frame: number): string {
  if (frame < 0) return ''
  const { data, settings } = app
  return [settings.kindWords[data.frames.kind[frame]!]!, data.frames.module[frame]!]
    .filter(part => part !== '')
    .join(' · ')
}
