import type { ColumnSource } from 'hyparquet-writer'
import type { HistogramSeries, SampleTable } from '../model/index.ts'
import { BpfviewError } from '../model/index.ts'
import type { ParquetFile } from './parquet.ts'

/** Slots of a second in which samples are counted: 20 ms each. */
export const SLOTS = 50

/** A capture that goes on for longer, or jumps in time by more, has no timeline: two days. */
const MAX_SECONDS = 172_800

/** When the samples of a capture fell: sums by 20 ms since the second of the first sample; undefined without times. */
export function timelineColumns(tables: readonly SampleTable[]): ColumnSource[] | undefined {
  let first = Infinity
  for (const { time } of tables) for (const at of time) if (at < first) first = at
  if (!Number.isFinite(first)) return undefined
  const origin = Math.floor(first)
  const cells = new Map<number, number>()
  for (const { time, weight } of tables) {
    for (let row = 0; row < time.length; row++) {
      const at = time[row]!
      if (!Number.isFinite(at)) continue
      const cell = Math.floor((at - origin) * SLOTS + 1e-9)
      if (cell >= MAX_SECONDS * SLOTS) return undefined
      cells.set(cell, (cells.get(cell) ?? 0) + weight[row]!)
    }
  }
  const keys = [...cells.keys()].sort((a, b) => a - b)
  return [
    { name: 'second', data: keys.map(key => Math.floor(key / SLOTS)), type: 'INT32' },
    { name: 'slot', data: keys.map(key => key % SLOTS), type: 'INT32' },
    { name: 'value', data: keys.map(key => cells.get(key)!), type: 'DOUBLE' },
  ]
}

/**
 * When the samples of a capture fell: a row per second since its first one, 50 buckets of 20 ms in each, in milliseconds since the second began.
 */
export async function readTimeline(
  file: ParquetFile,
): Promise<Pick<HistogramSeries, 'time' | 'edges' | 'counts' | 'unit'>> {
  const edges = Float64Array.from({ length: SLOTS + 1 }, (_, slot) => (slot * 1000) / SLOTS)
  const [second, slot, value] = (
    file.rows === 0 ? [[], [], []] : await Promise.all(['second', 'slot', 'value'].map(name => file.column(name)))
  ) as [ArrayLike<number>, ArrayLike<number>, ArrayLike<number>]
  const seconds = second.length === 0 ? 0 : second[second.length - 1]! + 1
  if (!(seconds >= 0 && seconds <= MAX_SECONDS))
    throw new BpfviewError('E_BAD_INPUT', `a capture of ${seconds} seconds; expected at most ${MAX_SECONDS}`)
  const counts = new Float64Array(seconds * SLOTS)
  for (let i = 0; i < second.length; i++) counts[second[i]! * SLOTS + slot[i]!]! += value[i]!
  return { time: Float64Array.from({ length: seconds }, (_, row) => row), edges, counts, unit: 'ms' }
}
