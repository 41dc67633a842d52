import type { DiagnosticLog, HistogramSeries } from '../../src/model/index.ts'
import { growthOf, PrintValues } from './print-growth.ts'

/** Cells above which intervals are not compared. */
const MAX_COMPARED = 4_000_000
/** Evidence in bits that intervals do not grow by chance: settled, and enough for a tool that once never cleared its histograms. */
const SETTLED_BITS = 10
const LIKELY_BITS = 4
/** Tools of which versions printed what was counted since the start, at every interval. */
const ONCE_GROWING: ReadonlySet<string> = new Set(['funclatency'])

/**
 * The series, marked as cumulative where every interval holds those before it: as `prints` says, else where no bucket ever falls and that is no
 * chance. What was assumed is noted.
 */
export function judgeIntervals(
  series: readonly HistogramSeries[],
  log: DiagnosticLog,
  prints?: 'last' | 'sum',
): HistogramSeries[] {
  const intervals = series.reduce((most, one) => Math.max(most, one.time.length), 0)
  if (intervals < 2 || prints === 'sum') return [...series]
  if (prints === 'last' || grows(series, intervals, log))
    return series.map(one => (one.time.length > 1 ? { ...one, cumulative: true } : one))
  return [...series]
}

function grows(series: readonly HistogramSeries[], intervals: number, log: DiagnosticLog): boolean {
  if (series.reduce((sum, one) => sum + one.counts.length, 0) > MAX_COMPARED) return false
  const { how, bits } = growthOf(valuesOf(series, intervals))
  const tool = series[0]!.meta.tool ?? ''
  if (how !== 'grew' || bits < LIKELY_BITS) return false
  const growing = bits >= SETTLED_BITS || ONCE_GROWING.has(tool)
  const name = tool === '' ? 'the tool' : tool
  log.note(
    'assumed-prints',
    growing
      ? `${name}: ${intervals} intervals only grow: read as totals since the start; --prints sum says otherwise`
      : `${name}: ${intervals} intervals only grow: read as intervals of their own; --prints last says otherwise`,
    { severity: 'info' },
  )
  return growing
}

function* valuesOf(series: readonly HistogramSeries[], intervals: number): Iterable<PrintValues> {
  for (let row = 0; row < intervals; row++) {
    const values = new PrintValues()
    series.forEach(({ counts, edges, time }, key) => {
      if (row >= time.length) return
      const width = edges.length - 1
      let total = 0
      for (let j = 0; j < width; j++) total += counts[row * width + j]!
      // an interval in which nothing was printed is a row of zeros
      if (!(total > 0)) return
      values.rank(key, total)
      for (let j = 0; j < width; j++) values.add(key, j, counts[row * width + j]!)
    })
    yield values
  }
}
