/**
 * Aggregations of DTrace without stacks, histograms and numbers under their keys, and the histograms of SystemTap, which are drawn alike:
 *
 *     dtrace: description 'syscall::read:entry ' matched 1 probe
 *     ^C
 *
 *       bash                                                                 @[execname] = quantize(arg2)
 *                value  ------------- Distribution ------------- count
 *                    0 |                                         0
 *                    1 |@@@@@@@@@@@@@@@@@@@@                     10
 *                    2 |                                         0
 *
 *       mds                                                             311       @[execname] = count()
 *
 *     value |-------------------------------------------------- count           SystemTap @hist_log
 *
 * A row is the start of its bucket, which ends where the next begins; `< 0` and `>= 1000` are the open ends of lquantize. Source: illumos and FreeBSD
 * lib/libdtrace/common/dt_aggregate.c, dt_consume.c (dt_print_quantize, dt_print_lquantize); SystemTap runtime/stat.c.
 */
import type { Dataset, DiagnosticLog } from '../../src/model/index.ts'
import { HistogramSet } from '../build/histogram-set.ts'
import { TableBuilder } from '../build/table-builder.ts'
import type { Head } from '../reading/head.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'

const TALK = /^dtrace: /
const DROPS = /^dtrace: (\d+) (?:aggregation |dynamic variable |speculative )?drops? /
const HEADING = /^\s*(?:key\s+)?value\s+(?:-+ Distribution -+|\|-+)\s*count\s*$/
const ROW = /^\s*(<|>=)? *(-?\d{1,20}) \|[@ |]*?\s*(\d{1,20})\s*$/
const PROBES = /^CPU\s+ID\s+FUNCTION:NAME\s*$/
const PROBE = /^\s*\d+\s+\d+\s+\S*:\S*\s*$/
/** Keys in columns, and a number at the end. */
const COUNTED = /^ {1,8}(\S.*?)\s+(-?\d{1,20})\s*$/
const KEY = /^ {1,8}(\S.*?)\s*$/
/** The tick of SystemTap that leaves rows of nothing out. */
const GAP = /^\s*~\s*$/

export const dtraceAggregations = lineFormat({
  id: 'dtrace-aggregations',
  title: 'DTrace aggregations without stacks (quantize, lquantize, count), SystemTap histograms',
  sniff: sniffAggregations,
  indented: true,
  grammar: log => new Aggregations(log),
})

function sniffAggregations(head: Head): boolean {
  if (
    head.lines.some(
      (line, i) => HEADING.test(line) && (head.lines[i + 1] === undefined || ROW.test(head.lines[i + 1]!)),
    )
  )
    return true
  // dtrace's banner, and nothing but keys with a number
  if (!/^dtrace: (?:description|script) '/m.test(head.text)) return false
  const rows = head.lines.filter(line => !TALK.test(line) && !PROBES.test(line) && !PROBE.test(line))
  return rows.length > 0 && rows.every(line => COUNTED.test(line))
}

interface Row {
  readonly low: number
  readonly count: number
  readonly line: number
  readonly text: string
}

class Aggregations implements LineGrammar {
  private readonly log: DiagnosticLog
  private readonly set: HistogramSet
  /** A table for each number of keys. */
  private readonly tables = new Map<number, TableBuilder>()
  private tool = 'systemtap'
  private key = ''
  private rows: Row[] | undefined

  constructor(log: DiagnosticLog) {
    this.log = log
    this.set = new HistogramSet(log)
  }

  line(text: string, number: number): boolean {
    if (TALK.test(text)) {
      this.tool = 'dtrace'
      const drops = DROPS.exec(text)
      if (drops !== null) this.log.addLost(Number(drops[1]), 'DTrace dropped data', number)
      return true
    }
    if (HEADING.test(text)) {
      this.close()
      if (text.includes('Distribution')) this.tool = 'dtrace'
      this.rows = []
      return true
    }
    if (this.rows !== undefined && this.row(text, number)) return true
    this.close()
    if (PROBES.test(text) || PROBE.test(text)) return true
    const counted = COUNTED.exec(text)
    if (counted !== null) return this.counted(counted[1]!, counted[2]!, number)
    const key = KEY.exec(text)
    this.key = key === null ? '' : key[1]!.replace(/\s{2,}/g, ', ')
    return key !== null
  }

  blank(): void {
    this.close()
  }

  datasets(): readonly Dataset[] {
    this.close()
    const meta = { tool: this.tool }
    return [...this.set.finish(meta), ...[...this.tables.values()].map(table => table.finish(meta))]
  }

  private row(text: string, line: number): boolean {
    if (GAP.test(text)) return true
    const match = ROW.exec(text)
    if (match === null) return false
    const low = match[1] === '<' ? -Infinity : Number(match[2])
    this.rows!.push({ low, count: Number(match[3]), line, text })
    return true
  }

  private counted(keys: string, value: string, line: number): true {
    const cells = keys.split(/\s{2,}/)
    let table = this.tables.get(cells.length)
    if (table === undefined) {
      const named = cells.map((_, i) => ({
        name: cells.length === 1 ? 'key' : `key${i + 1}`,
        unit: '' as const,
        cell: 'text' as const,
      }))
      table = new TableBuilder('aggregation', [...named, { name: 'value', unit: '', cell: 'number' }], this.log)
      this.tables.set(cells.length, table)
    }
    table.add([...cells, value], line)
    return true
  }

  /** The open histogram is complete: a bucket ends where the next begins. */
  private close(): void {
    const { rows } = this
    if (rows === undefined) return
    this.rows = undefined
    if (rows.length === 0) return
    this.set.open({ name: 'value', key: this.key, unit: '' })
    this.key = ''
    rows.forEach(({ low, count, line, text }, i) => {
      const end = rows[i + 1]?.low ?? (isOpenEnd(text) ? Infinity : bucketEnd(low, rows[i - 1]?.low))
      // `< 0` is the bucket below the first
      this.set.bucket(
        low === -Infinity ? -Infinity : low,
        low === -Infinity ? Number(ROW.exec(text)![2]) : end,
        count,
        line,
        text,
      )
    })
  }
}

function isOpenEnd(text: string): boolean {
  return /^\s*>=/.test(text)
}

/** End of a last bucket: of powers of two where it is one, else as wide as the one before. */
function bucketEnd(low: number, before: number | undefined): number {
  if (low > 0 && (before === undefined || low === 2 * before)) return 2 * low
  return before === undefined ? low + 1 : low + Math.max(1, low - before)
}
