/**
 * Latencies of the scheduler as cyclictest and rtla measure them, as lines and as histograms with a column per thread or CPU:
 *
 *     T: 0 (31026) P: 0 I:1000 C:    200 Min:     22 Act:   84 Avg:  111 Max:    6243
 *     # Histogram
 *     000022 000001	000000
 *     # Total: 000000200 000000196
 *     # Histogram Overflows: 00001 00000
 *
 *     # RTLA timerlat histogram
 *     # Time unit is microseconds (us)
 *     Index   IRQ-000   Thr-000
 *     0          4172         0
 *     over:         0         1
 *     count:     4172       417
 *
 * A row is one value: its bucket is [value, next); what was longer than the histogram is in a last bucket without an end. Source: rt-tests cyclictest.c, Linux
 * tools/tracing/rtla/src/timerlat_hist.c and osnoise_hist.c.
 */
import type { DiagnosticLog, Unit } from '../../src/model/index.ts'
import { unitWord } from '../../src/model/index.ts'
import { HistogramSet } from '../build/histogram-set.ts'
import { TableBuilder } from '../build/table-builder.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'

const THREAD =
  /^T: *(\d+) +\( *(\d+)\) +P: *(\d+) +I: *(\d+) +C: *(\d+) +Min: *(-?\d+) +Act: *(-?\d+) +Avg: *(-?\d+) +Max: *(-?\d+)/
const BUCKET = /^ *(\d{1,9})((?:[ \t]+\d{1,12}){1,4096})$/
const TOTALS = /^# (Total|Min Latencies|Avg Latencies|Max Latencies|Histogram Overflows): *((?:\d+ *)*)$/
const SUMS = /^(over|count|min|avg|max): *((?:(?:\d+(?:\.\d+)?|-) *)+)$/
const UNIT = /^# Time unit is \w+ \((\w+)\)$/
const INDEX = /^Index((?: +[A-Z][A-Za-z]{1,3}-\d{3})+)$/

export const latencyTest = lineFormat({
  id: 'latency-test',
  title: 'cyclictest and rtla timerlat or osnoise: lines and histograms',
  sniff: head =>
    head.lines.some(line => THREAD.test(line) || /^# RTLA (?:timerlat|osnoise) histogram$/.test(line)) ||
    (head.lines.includes('# Histogram') && head.lines.some(line => BUCKET.test(line))),
  grammar: latencies,
})

const COLUMNS = [
  { name: 'THREAD', unit: '', cell: 'number' },
  { name: 'TID', unit: '', cell: 'number' },
  { name: 'PRIO', unit: '', cell: 'number' },
  { name: 'INTERVAL', unit: 'us', cell: 'number' },
  { name: 'CYCLES', unit: 'count', cell: 'number' },
  { name: 'MIN', unit: 'us', cell: 'number' },
  { name: 'ACT', unit: 'us', cell: 'number' },
  { name: 'AVG', unit: 'us', cell: 'number' },
  { name: 'MAX', unit: 'us', cell: 'number' },
] as const

function latencies(log: DiagnosticLog): LineGrammar {
  const threads = new TableBuilder('threads', COLUMNS, log)
  const totals = new TableBuilder(
    'totals',
    [
      { name: 'SERIES', unit: '', cell: 'text' },
      { name: 'NAME', unit: '', cell: 'text' },
      { name: 'VALUE', unit: '', cell: 'number' },
    ],
    log,
  )
  const rows = new LatencyRows()
  let tool = 'cyclictest'
  return {
    line(line, n) {
      const text = line.trimEnd()
      const thread = THREAD.exec(text)
      if (thread !== null) {
        threads.add(thread.slice(1), n)
        return true
      }
      const index = INDEX.exec(text)
      if (index !== null) {
        rows.names = index[1]!.trim().split(/ +/)
        return true
      }
      const bucket = BUCKET.exec(text)
      if (bucket !== null) return rows.add(Number(bucket[1]), numbersOf(bucket[2]!), n)
      const sums = TOTALS.exec(text) ?? SUMS.exec(text)
      if (sums !== null) {
        const values = sums[2]!.trim().split(/ +/)
        if (/^over$|Overflows/.test(sums[1]!)) rows.over = numbersOf(sums[2]!)
        values.forEach((value, i) => totals.add([rows.nameOf(i), sums[1]!, value === '-' ? '' : value], n))
        return true
      }
      if (!text.startsWith('#')) return /^ALL:/.test(text)
      const unit = UNIT.exec(text)
      if (unit !== null) rows.unit = unitWord(unit[1]!) ?? rows.unit
      if (text.startsWith('# RTLA')) tool = 'rtla'
      return true
    },
    datasets: () => [
      ...(threads.length > 0 ? [threads.finish({ tool })] : []),
      ...rows.histograms(log).finish({ tool }),
      ...(totals.length > 0 ? [totals.finish({ tool })] : []),
    ],
  }
}

function numbersOf(text: string): number[] {
  return text
    .trim()
    .split(/[ \t]+/)
    .map(Number)
}

/** A histogram per thread, gathered by value. */
class LatencyRows {
  names: readonly string[] = []
  over: readonly number[] = []
  unit: Unit = 'us'
  private readonly rows: { readonly value: number; readonly counts: readonly number[]; readonly line: number }[] = []

  add(value: number, counts: readonly number[], line: number): true {
    this.rows.push({ value, counts, line })
    return true
  }

  nameOf(i: number): string {
    return this.names[i] ?? `thread ${i}`
  }

  histograms(log: DiagnosticLog): HistogramSet {
    const set = new HistogramSet(log)
    const width = this.rows[0]?.counts.length ?? 0
    for (let i = 0; i < width; i++) {
      set.open({ name: 'latency', key: this.nameOf(i), unit: this.unit })
      this.rows.forEach(({ value, counts, line }, row) => {
        const next = this.rows[row + 1]?.value ?? value + (row === 0 ? 1 : value - this.rows[row - 1]!.value)
        if (next > value) set.bucket(value, next, counts[i] ?? 0, line, '')
        if (row === this.rows.length - 1 && (this.over[i] ?? 0) > 0) set.bucket(next, Infinity, this.over[i]!, line, '')
      })
    }
    return set
  }
}
