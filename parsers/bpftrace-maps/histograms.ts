import type { HistogramSeries, Meta, Unit } from '../../src/model/index.ts'
import type { Reading } from './growth.ts'
import type { MapView } from './map-view.ts'
import type { Print } from './prints.ts'
import type { Bucket } from './value.ts'

/** Histogram of one print of one key. */
interface Row {
  readonly print: number
  readonly time: number
  readonly buckets: readonly Bucket[]
}

/** The histograms of a map, a series per key with a row per print. Of a map that grew, only keys of its last print. */
export function mapHistograms(
  view: MapView,
  prints: readonly Print[],
  reading: Reading,
  meta: Meta,
): HistogramSeries[] {
  const shown = reading.how === 'grew' && !reading.grows ? reading.counting : prints
  const series: HistogramSeries[] = []
  for (const [key, rows] of rowsByKey(view, shown)) {
    const grew = reading.how === 'grew'
    if (grew && rows.at(-1)!.print !== shown.length - 1) continue
    const name = view.log.name
    const read = reading.how === 'cleared-at-times' ? differences(rows, reading.clears) : rows
    const cumulative = grew && rows.length > 1
    const whose = { name, key: view.keys.text(key), unit: view.unit, cumulative, meta }
    for (const one of seriesOf(whose, read)) series.push(one)
  }
  return series
}

/** Rows per key in the order of prints; one print gives a key one row, for stacks of several programs may print alike. */
function rowsByKey(view: MapView, prints: readonly Print[]): Map<number, Row[]> {
  const { log } = view
  const byKey = new Map<number, { print: number; time: number; buckets: Bucket[] }[]>()
  prints.forEach(({ start, end, time }, print) => {
    for (let entry = start; entry < end; entry++) {
      if (log.kind(entry) !== 'hist') continue
      const key = log.key(entry)
      let rows = byKey.get(key)
      if (rows === undefined) byKey.set(key, (rows = []))
      const row = rows.at(-1)
      if (row?.print === print) for (const bucket of log.buckets(entry)) row.buckets.push(bucket)
      else rows.push({ print, time, buckets: log.buckets(entry) })
    }
  })
  return byKey
}

/** What each print added, where it was not cleared before. */
function differences(rows: readonly Row[], clears: ReadonlySet<number>): Row[] {
  return rows.map((row, i) => {
    const before = rows[i - 1]
    if (before === undefined || clearedBetween(before.print, row.print, clears)) return row
    const was = new Map(before.buckets.map(({ from, count }) => [from, count]))
    return {
      ...row,
      buckets: row.buckets.map(bucket => ({ ...bucket, count: bucket.count - (was.get(bucket.from) ?? 0) })),
    }
  })
}

function clearedBetween(before: number, now: number, clears: ReadonlySet<number>): boolean {
  for (let print = before + 1; print <= now; print++) if (clears.has(print)) return true
  return false
}

interface Whose {
  readonly name: string
  readonly key: string
  readonly unit: Unit
  readonly cumulative: boolean
  readonly meta: Meta
}

/** The rows over one set of edges; rows whose buckets cut across the others' become a series of their own. */
function seriesOf(whose: Whose, rows: readonly Row[]): HistogramSeries[] {
  const bounds = new Set<number>()
  for (const row of rows) {
    for (const { from, to } of row.buckets) {
      bounds.add(from)
      bounds.add(to)
    }
  }
  if (bounds.size < 2) return []
  const edges = Float64Array.from(bounds).sort()
  const index = new Map<number, number>()
  edges.forEach((edge, i) => index.set(edge, i))
  const fits = rows.every(row => row.buckets.every(({ from, to }) => index.get(to)! - index.get(from)! === 1))
  if (!fits && rows.length > 1) return rows.flatMap(row => seriesOf({ ...whose, cumulative: false }, [row]))
  const width = edges.length - 1
  const counts = new Float64Array(rows.length * width)
  rows.forEach((row, r) => {
    for (const { from, count } of row.buckets) {
      const cell = r * width + index.get(from)!
      counts[cell] = counts[cell]! + count
    }
  })
  const { cumulative, ...rest } = whose
  return [
    {
      kind: 'histograms',
      ...rest,
      edges,
      time: Float64Array.from(rows, row => row.time),
      counts,
      ...(cumulative && { cumulative }),
    },
  ]
}
