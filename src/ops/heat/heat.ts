import type { Grid, Unit } from '../../model/index.ts'
import type { TimeRange } from '../time/time-range.ts'

/** Rows of a heat map: a number of equal ones, powers of two, ten to a power of ten, or equal ones as many as read well. */
export type Rows = number | 'log2' | 'log' | 'linear'

/** What a heat map is made of: columns, ranges in seconds, rows, splits. */
export interface HeatOptions {
  /** Column of an event table, or name of a histogram, that the rows show. */
  readonly column?: string
  /** Column of an event table that holds the time. */
  readonly time?: string
  readonly rows?: Rows
  /** Height of a row in the unit of the rows; instead of a number of rows. */
  readonly rowStep?: number
  /** Width of a column in seconds; chosen when absent. */
  readonly step?: number
  /** Values below are counted and not drawn; in the unit of the rows. */
  readonly min?: number
  /** Values above are counted and not drawn, and buckets that start there or above; in the unit of the rows. */
  readonly max?: number
  /** Units of time and value columns that do not say theirs. */
  readonly timeUnit?: Unit
  readonly valueUnit?: Unit
  /** A time in seconds that is the edge of a column; without it columns are whole multiples of their width. */
  readonly origin?: number
  readonly range?: TimeRange
  /** Column, or key of a histogram series, whose every value gets its own panel. */
  readonly split?: string
  /** Panels at most; what is over goes into the last one. */
  readonly panels?: number
}

/** What was counted and not drawn, and why. */
export interface Exclusion {
  readonly reason: string
  readonly count: number
}

/** Quantiles of one column of a map. Between low and high the truth lies; both equal value when single values are known. */
export interface HeatQuantile {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** A line over a heat map, a value per column in the unit of its rows. */
export interface HeatLine {
  readonly name: 'p50' | 'p90' | 'p99' | 'max'
  /** One per column; NaN where the column has nothing. */
  readonly columns: readonly HeatQuantile[]
  readonly overall: HeatQuantile
}

/** One panel. All panels of a figure share edges. */
export interface HeatPanel {
  /** Value of the split; '' when there is none. */
  readonly key: string
  readonly grid: Grid
  /** Sum of the cells: events, or for levels the number of readings. */
  readonly total: number
  readonly lines: readonly HeatLine[]
}

/** An axis of a heat map: what it measures, in which unit. */
export interface HeatAxis {
  readonly name: string
  readonly unit: Unit
  readonly scale: 'linear' | 'log' | 'category'
  /** Names of the rows of a category axis, first row first. */
  readonly labels?: readonly string[]
}

/** A heat map or several panels of one. */
export interface HeatFigure {
  readonly name: string
  readonly tool: string
  /** 'count': cells count events and add up. 'level': cells are means of readings. */
  readonly cells: 'count' | 'level'
  /** What a cell's number is. */
  readonly value: { readonly name: string; readonly unit: Unit }
  /** Time in seconds as printed; `start` is the first edge's place on the clock of the capture. When `unit` is '' it is the number of the interval. */
  readonly x: HeatAxis
  readonly y: HeatAxis
  readonly split: string
  readonly panels: readonly HeatPanel[]
  readonly exclusions: readonly Exclusion[]
  /** True when values are known only to their bucket. */
  readonly bucketed: boolean
  /** What the reader of the picture has to know. */
  readonly notes: readonly string[]
}

/** Counts of what is left out, by reason, in order of first appearance. */
export class ExclusionLog {
  private readonly counts = new Map<string, number>()

  add(reason: string, count = 1): void {
    if (count > 0) this.counts.set(reason, (this.counts.get(reason) ?? 0) + count)
  }

  list(): readonly Exclusion[] {
    return [...this.counts].map(([reason, count]) => ({ reason, count }))
  }
}

/** Names for the `limit - 1` greatest groups and one for the others; the map from a group's name to its panel. Ties by name. */
export function panelsOf(
  weights: ReadonlyMap<string, number>,
  limit: number,
): { readonly names: readonly string[]; readonly panelOf: ReadonlyMap<string, number> } {
  const ordered = [...weights].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([name]) => name)
  const own = ordered.length <= limit ? ordered : ordered.slice(0, limit - 1)
  const names = own.length === ordered.length ? own : [...own, `${ordered.length - own.length} others`]
  return { names, panelOf: new Map(ordered.map((name, i) => [name, Math.min(i, names.length - 1)])) }
}
