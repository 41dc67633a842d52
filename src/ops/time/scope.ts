import type { Grid, SampleTable } from '../../model/index.ts'
import { BpfviewError } from '../../model/index.ts'
import { emptyGrid } from './grid.ts'
import type { TimeRange } from './time-range.ts'
import { inRanges } from './time-range.ts'

/** Ticks in a second: the resolution that perf prints. */
export const TICKS = 1_000_000

/**
 * Whole ticks of a time in seconds. What was printed with six decimals gives exactly its microseconds although no double holds most decimals;
 * finer times are cut, not rounded, so that a sample never moves into the next cell.
 */
export function ticksOf(seconds: number): number {
  const ticks = seconds * TICKS
  const near = Math.round(ticks)
  // as far as doubles of this size are off
  return Math.abs(ticks - near) <= 1e-6 + Math.abs(ticks) * 3e-16 ? near : Math.floor(ticks)
}

/** Row of a tick in a map of `rows` rows per second. Row r holds the ticks from ceil(r x TICKS / rows) on, so every tick is in exactly one row. */
export function offsetRow(tick: number, rows: number, ticks = TICKS): number {
  const offset = ((tick % ticks) + ticks) % ticks
  return Math.floor((offset * rows) / ticks)
}

/** First tick of a row within its second. */
export function rowStart(row: number, rows: number, ticks = TICKS): number {
  return Math.ceil((row * ticks) / rows)
}

/** How samples are laid out by second and offset. */
export interface ScopeOptions {
  /** Rows per second, 10..100; default 50. */
  readonly rows?: number
  /** Chooses samples by row of the table. */
  readonly keep?: (row: number) => boolean
  /** What a sample adds to its cell; default 1. */
  readonly weight?: (row: number) => number
}

/** Samples by second and offset in it. */
export interface ScopeGrid {
  /** x: whole seconds; y: part of the second, 0..1. */
  readonly grid: Grid
  /** Samples in the cells. */
  readonly kept: number
  /** Samples without a time; they are in no cell. */
  readonly untimed: number
}

/** Subsecond-offset map: seconds by offset in the second. The order of the samples does not matter. Throws BpfviewError E_NO_DATA when none has a time. */
export function subsecondGrid(samples: SampleTable, options: ScopeOptions = {}): ScopeGrid {
  const rows = options.rows ?? 50
  const { keep, weight } = options
  let [first, last] = [Infinity, -Infinity]
  for (const time of samples.time) {
    if (time < first) first = time
    if (time > last) last = time
  }
  if (!Number.isFinite(first))
    throw new BpfviewError('E_NO_DATA', 'no sample has a time; expected perf script with its time field')
  const start = Math.floor(ticksOf(first) / TICKS)
  const columns = Math.floor(ticksOf(last) / TICKS) - start + 1
  if (columns > 1_000_000)
    throw new BpfviewError('E_TOO_MANY', `samples over ${columns} seconds; expected at most 1000000`)
  const grid = emptyGrid(
    Float64Array.from({ length: columns + 1 }, (_, i) => start + i),
    Float64Array.from({ length: rows + 1 }, (_, i) => i / rows),
  )
  let [kept, untimed] = [0, 0]
  for (let row = 0; row < samples.time.length; row++) {
    if (keep !== undefined && !keep(row)) continue
    const time = samples.time[row]!
    if (!Number.isFinite(time)) {
      untimed++
      continue
    }
    const tick = ticksOf(time)
    const cell = (Math.floor(tick / TICKS) - start) * rows + offsetRow(tick, rows)
    grid.counts[cell] = grid.counts[cell]! + (weight === undefined ? 1 : weight(row))
    kept++
  }
  return { grid, kept, untimed }
}

/** The samples whose time lies in one of the half-open ranges. Throws BpfviewError E_NO_DATA when no sample has a time or none is left. */
export function selectTime(samples: SampleTable, ranges: readonly TimeRange[]): SampleTable {
  let [first, last] = [Infinity, -Infinity]
  for (const time of samples.time) {
    if (time < first) first = time
    if (time > last) last = time
  }
  if (!Number.isFinite(first))
    throw new BpfviewError(
      'E_NO_DATA',
      `the samples of ${samples.name} have no time; expected perf script with its time field`,
    )
  const inside = inRanges(ranges, Math.floor(first))
  const rows: number[] = []
  for (let row = 0; row < samples.time.length; row++) if (inside(samples.time[row]!)) rows.push(row)
  if (rows.length === 0) {
    throw new BpfviewError(
      'E_NO_DATA',
      `no sample in the range; expected one within ${first}..${last} s as printed, or +0..+${Math.ceil(last - Math.floor(first))} since second ${Math.floor(first)}`,
    )
  }
  const integers = (column: Int32Array): Int32Array => Int32Array.from(rows, row => column[row]!)
  const numbers = (column: Float64Array): Float64Array => Float64Array.from(rows, row => column[row]!)
  return {
    ...samples,
    time: numbers(samples.time),
    stack: integers(samples.stack),
    weight: numbers(samples.weight),
    meta: { ...samples.meta, samples: rows.length },
    ...(samples.cpu !== undefined && { cpu: integers(samples.cpu) }),
    ...(samples.tid !== undefined && { tid: integers(samples.tid) }),
    ...(samples.pid !== undefined && { pid: integers(samples.pid) }),
    ...(samples.comm !== undefined && { comm: integers(samples.comm) }),
    ...(samples.attributes !== undefined && {
      attributes: samples.attributes.map(column => ({ ...column, values: numbers(column.values) })),
    }),
  }
}
