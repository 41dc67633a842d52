/**
 * Tables as separated values, a heading first, as BCC tools (-j, -s, -J), sadf -d and bpftrace scripts print them:
 *
 *     ENDTIME_us,TASK,PID,TYPE,BYTES,OFFSET_b,LATENCY_us,FILE
 *     127200712278,bash,17225,R,128,0,14329,cksum
 *     # hostname;interval;timestamp;CPU;%user;%nice;%system;%iowait;%steal;%idle
 *     web;1;2026-11-21 01:15:45 UTC;-1;59.00;0.00;40.00;0.00;0.50;0.50
 *
 * The tools quote nothing: a comm or a file name may hold the separator, so that fields are given to columns by their types, from both ends.
 * Other programs quote as RFC 4180 has it (`bpfview table --csv`, pmrep, spreadsheets); a quoted field may hold line breaks.
 * Source: the tools' print statements; FORMATS section g.
 */
import Papa from 'papaparse'
import type { Dataset, Parsed } from '../../src/model/index.ts'
import { DiagnosticLog } from '../../src/model/index.ts'
import type { Cell, ColumnSpec } from '../build/table-builder.ts'
import { columnSpecs, TableBuilder } from '../build/table-builder.ts'
import type { Format, ReadOptions } from '../reading/format.ts'
import type { Head } from '../reading/head.ts'
import { stripInterrupt } from '../reading/head.ts'
import type { LineSink } from '../reading/lines.ts'
import { lineReader } from '../reading/lines.ts'
import { isTalk } from '../words/banners.ts'
import { isCutMark, takeCutMark } from '../words/cut-mark.ts'
import { cellOf } from './columns.ts'
import type { CsvRecord } from './csv-records.ts'
import { CsvRecords } from './csv-records.ts'
import type { Layout } from './row.ts'
import { alignRow, fieldsOf, fitsLayout } from './row.ts'

export const csvTable: Format = {
  id: 'csv-table',
  title: 'tables as CSV of BCC tools (-j, -s), sadf -d and scripts',
  sniff: sniffCsv,
  reader(options) {
    const log = new DiagnosticLog(options.source, options.strict)
    return lineReader(new CsvTableReader(log, options), log)
  },
}

/** Tools whose CSV headings are known, by labels that no other has. */
const TOOLS: readonly (readonly [tool: string, labels: RegExp])[] = [
  ['fsslower', /^ENDTIME_[un]s,TASK,PID,TYPE,BYTES,OFFSET_b,LATENCY_us,FILE$/],
  ['cpuunclaimed', /^TIMESTAMP_ns,CPU0/],
  ['tcpstates', /\bOLDSTATE,NEWSTATE\b/],
  ['tcplife', /\bLADDR,LPORT,RADDR,RPORT,TX_KB,RX_KB,MS$/],
  ['tcpwin', /^event,sock,time_us,snd_cwnd/],
  ['sadf', /^hostname,interval,timestamp/],
]

const CELLS: Readonly<Record<string, Cell>> = {
  hostname: 'word',
  interval: 'number',
  timestamp: 'time',
  DEV: 'word',
  CPU: 'auto',
  IFACE: 'word',
  INTR: 'word',
  event: 'word',
  sock: 'word',
  FILE: 'text',
  TASK: 'comm',
  OLDSTATE: 'word',
  NEWSTATE: 'word',
  IP: 'number',
}

/** What dstat and dool write over the heading: who ran what, and the groups of the columns. */
const PREFACE = /^"(?:(?:pcp-)?[Dd]stat|dool|Author:|Host:|Cmdline:|total (?:cpu )?usage)/

interface Heading {
  readonly separator: string
  readonly labels: readonly string[]
}

/** The heading a line is: three fields or more, none a number or empty, none twice. */
function csvHeading(line: string): Heading | undefined {
  const text = line.replace(/^#\s*/, '').trimEnd()
  if (text.length > 4000 || !isHeadingLike(text)) return undefined
  for (const separator of [',', ';', '\t']) {
    const labels = text.includes('"')
      ? (quotedFields(text, separator) ?? [])
      : fieldsOf(text, separator).map(field => field.text)
    if (separator === ';' && !line.startsWith('#')) continue
    if (labels.length < 3 || labels.some(label => /\s\d+$/.test(label)) || new Set(labels).size < labels.length)
      continue
    if (labels.every(label => /^[A-Za-z%_#][\w%/() .:#-]{0,60}$/.test(label) && !/ .* .* /.test(label)))
      return { separator, labels }
  }
  return undefined
}

/** True unless a field begins as no label does, whichever separator is meant: most rows hold a number. */
function isHeadingLike(text: string): boolean {
  let begins = true
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 44 || code === 59 || code === 9) begins = true
    else if (begins && code !== 32 && code !== 34) {
      const letter = code | 32
      if (!(letter >= 97 && letter <= 122) && code !== 37 && code !== 95 && code !== 35) return false
      begins = false
    }
  }
  return true
}

/** Fields of a record as RFC 4180 quotes them; undefined when its quotes are not balanced. */
function quotedFields(record: string, separator: string): string[] | undefined {
  const { data, errors } = Papa.parse<string[]>(record, { delimiter: separator, newline: '\n' })
  return errors.length === 0 && data.length === 1 ? data[0] : undefined
}

/** A heading, and under it lines of at least as many fields. */
function sniffCsv(head: Head): boolean {
  return head.lines.slice(0, 12).some((line, i) => {
    const heading = csvHeading(line)
    if (heading === undefined) return false
    const rows = head.lines.slice(i + 1, i + 6).filter(row => !isCutMark(row))
    const known = TOOLS.some(([, pattern]) => pattern.test(heading.labels.join(',')))
    return rows.length === 0
      ? known
      : rows.filter(row => row.includes('"') || row.split(heading.separator).length >= heading.labels.length).length >=
          (known ? 1 : rows.length)
  })
}

interface OpenTable {
  readonly heading: Heading
  readonly layout: Layout
  readonly builder: TableBuilder
  readonly tool: string | undefined
  readonly records: CsvRecords
}

class CsvTableReader implements LineSink {
  private readonly log: DiagnosticLog
  private readonly options: ReadOptions
  private readonly tables = new Map<string, OpenTable>()
  private current: OpenTable | undefined

  constructor(log: DiagnosticLog, options: ReadOptions) {
    this.log = log
    this.options = options
  }

  line(raw: string, number: number): void {
    const text = stripInterrupt(raw)
    const { current } = this
    if (current?.records.inside === true) return current.records.line(text, number)
    if (text.trim() === '' || isTalk(text) || (current === undefined && PREFACE.test(text))) return
    if (takeCutMark(this.log, text, number)) return
    if (current !== undefined && current.tool === undefined && !text.startsWith('#') && csvHeading(text) === undefined)
      return current.records.line(text, number)
    current?.records.flush()
    this.plain(text, number)
  }

  end(): Parsed {
    this.current?.records.flush()
    const datasets: Dataset[] = []
    const names = new Map<string, number>()
    for (const { builder, tool } of this.tables.values()) {
      const name = tool ?? 'table'
      const n = (names.get(name) ?? 0) + 1
      names.set(name, n)
      datasets.push({
        ...builder.finish(tool === undefined ? {} : { tool }, this.options.interval),
        name: n === 1 ? name : `${name} ${n}`,
      })
    }
    return {
      format: csvTable.id,
      datasets,
      diagnostics: this.log.list(),
      skippedLines: this.log.skippedLines,
      lost: this.log.lost,
    }
  }

  /** A record of a program that quotes as RFC 4180 has it; where it has not as many fields as the heading, its line is aligned as that of any tool. */
  private record({ cells, line, text }: CsvRecord): void {
    const table = this.current!
    if (cells.length === table.heading.labels.length && fitsLayout(cells, table.layout)) {
      if (!sameCells(cells, table.heading.labels)) table.builder.add(cells, line)
      return
    }
    if (!text.includes('"') || (cells.length > 0 && !text.includes('\n'))) return this.plain(text, line)
    text
      .split('\n')
      .forEach((part, i) =>
        this.log.skip(line + i, part, cells.length > 0 ? undefined : 'a quoted field that does not end'),
      )
  }

  /** A line without quotes: a row of the table, or the heading of the next. */
  private plain(text: string, number: number): void {
    const cells = this.current === undefined || text.startsWith('#') ? undefined : alignRow(text, this.current.layout)
    if (cells !== undefined && !sameCells(cells, this.current!.heading.labels))
      return this.current!.builder.add(cells, number)
    const heading = csvHeading(text)
    if (heading === undefined) return this.log.skip(number, text)
    this.open(heading)
  }

  private open(heading: Heading): void {
    const id = heading.labels.join('\u0000')
    let table = this.tables.get(id)
    if (table === undefined) {
      const specs: ColumnSpec[] = columnSpecs(heading.labels, label => CELLS[label] ?? cellOf(label))
      const tool = TOOLS.find(([, pattern]) => pattern.test(heading.labels.join(',')))?.[0]
      const slots = specs.map(({ cell }) => ({ cell, start: 0, end: 0, rest: false }))
      const layout = { slots, aligned: false, drawn: new Set<string>(), separator: heading.separator }
      this.tables.set(
        id,
        (table = {
          heading,
          layout,
          tool,
          builder: new TableBuilder(tool ?? 'table', specs, this.log),
          records: new CsvRecords(heading.separator, record => this.record(record)),
        }),
      )
    } else table.builder.nextInterval()
    this.current = table
  }
}

function sameCells(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((cell, i) => cell === b[i])
}
