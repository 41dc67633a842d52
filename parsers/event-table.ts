/**
 * Tables that BCC, libbpf and bpftrace tools print, one row per event or per interval and thing, under a heading of column names:
 *
 *     TIME     COMM           PID    T BYTES   OFF_KB   LAT(ms) FILENAME
 *     06:35:01 cron           16464  R 1249    0          16.05 common-auth
 *
 *     08:05:11 loadavg: 0.75 0.35 0.25 3/285 822            the time of the rows that follow
 *
 *     PID    COMM             READS  WRITES R_Kb    W_Kb    T FILE
 *     32672  cksum            5006   0      320384  0       R data1
 *     PID COMM IP SADDR DADDR DPORT                         blanks collapsed on a web page
 *     1479 telnet 4 127.0.0.1 127.0.0.1 23
 *
 * Which columns are numbers, comms or free text is data (table-columns, table-tools); unknown headings are read by the places and types of
 * their words. Source: the tools' print statements; FORMATS sections g and h.
 */
import { DiagnosticLog, splitLabel, unitWord } from '../src/model/index.ts'
import type { Dataset, Parsed } from '../src/model/index.ts'
import { BannerNotes, isCutMark, isTalk } from './banners.ts'
import { BpftraceMapLines } from './bpftrace-map-lines.ts'
import { commOf } from './comm.ts'
import { DayClock, parseStamp } from './clock.ts'
import type { Stamp } from './clock.ts'
import { eventStacks } from './event-stacks.ts'
import type { Format, ReadOptions, Reader } from './format.ts'
import { stripInterrupt } from './head.ts'
import type { Head } from './head.ts'
import { bucketRow, histogramLabel, valueRow } from './hist-line.ts'
import { HistogramSet } from './histogram-set.ts'
import { lineReader } from './lines.ts'
import type { LineSink } from './lines.ts'
import { lineTableOf } from './line-tables.ts'
import type { LineTable } from './line-tables.ts'
import { cellOf } from './table-columns.ts'
import { TableBuilder, columnSpecs } from './table-builder.ts'
import type { ColumnSpec } from './table-builder.ts'
import { alignRow, plainRow } from './table-row.ts'
import type { Layout, Slot } from './table-row.ts'
import { headingOf } from './table-schema.ts'
import type { Heading } from './table-schema.ts'
import type { ToolTable } from './table-tools.ts'

export const eventTable: Format = {
  id: 'event-table',
  title: 'event and interval tables of BCC, libbpf and bpftrace tools',
  /** A heading some tool is known to print, or a line that is a row by itself. */
  sniff: sniffKnown,
  reader: options => readerOf('event-table', options),
}

export const plainTable: Format = {
  id: 'table',
  title: 'any table under a heading of column names',
  sniff: sniffUnknown,
  reader: options => readerOf('table', options),
}

function sniffKnown(head: Head): boolean {
  let asides = 0
  for (const line of head.lines) {
    if (headingOf(line)?.tool !== undefined) return true
    const row = lineTableOf(line)
    if (row !== undefined && row.table.aside !== true) return true
    if (row !== undefined) asides++
  }
  return asides > 0 && asides * 2 >= head.lines.length
}

/** A heading no tool is known to print, over a fitting row that holds a number. */
function sniffUnknown(head: Head): boolean {
  return head.lines.some((line, i) => {
    const heading = headingOf(line)
    if (heading === undefined) return false
    const { layout } = tableOf(heading)
    return head.lines.slice(i + 1, i + 4).some(row => /\d/.test(row) && alignRow(row, layout) !== undefined)
  })
}

function readerOf(id: string, options: ReadOptions): Reader {
  const log = new DiagnosticLog(options.source, options.strict)
  return lineReader(new EventTableReader(id, log, options), log)
}

/** Tables among lines that a program of `tool` printed, undefined when the lines are not all of tables. */
export function tablesOf(lines: readonly { readonly line: number; readonly text: string }[], tool: string): readonly Dataset[] | undefined {
  const head: Head = { lines: lines.slice(0, 400).map(({ text }) => text), text: '', cut: false }
  if (!eventTable.sniff(head) && !plainTable.sniff(head)) return undefined
  const log = new DiagnosticLog()
  const reader = new EventTableReader('table', log, {})
  for (const { text, line } of lines) reader.line(text, line)
  const { datasets } = reader.end()
  if (log.skippedLines > 0) return undefined
  return datasets.map(dataset => dataset.kind === 'events' && dataset.tool === '' ? { ...dataset, name: 'output', tool, meta: { ...dataset.meta, tool } } : dataset)
}

/** What a heading says about the table under it. */
interface TableShape {
  readonly tool: ToolTable | undefined
  readonly specs: readonly ColumnSpec[]
  readonly layout: Layout
}

const DRAWN = new Set(['->', '<->'])

function tableOf({ header, tool }: Heading): TableShape {
  const printed = header.labels.filter(label => !DRAWN.has(label.text))
  const labels = tool?.first === undefined ? printed : [{ text: tool.first, start: 0, end: 1 }, ...printed]
  const last = labels.length - 1
  const specs = columnSpecs(labels.map(label => tool?.rename?.[label.text] ?? label.text), label => tool?.cells?.[label] ?? cellOf(label))
  const slots = specs.map((spec, i): Slot => {
    const cell = i === last && (spec.cell === 'auto' || spec.cell === 'word' || spec.cell === 'comm') ? 'text' : spec.cell
    return { cell, start: labels[i]!.start, end: labels[i]!.end, rest: i === last && cell === 'text' }
  })
  const draws = printed.length < header.labels.length || labels.some(label => label.text === 'SRC_NID' || label.text === 'LADDR:LPORT')
  return { tool, specs, layout: { slots, aligned: header.aligned, short: tool?.first !== undefined, indented: tool?.indented === true, drawn: draws ? DRAWN : NOTHING } }
}

/** A frame whose leading blanks a copy has lost. */
const BARE_FRAME = /^(?:[0-9a-f]{6,16} )?[^\s+]+\+0x[0-9a-f]+(?: \[[^\]]+\])?$/
const NOTHING: ReadonlySet<string> = new Set()
const RULE = /^\s*[-=_*+]{3,}[-=_*+ ]*$/
const LOST = /^\s*(?:Possibly )?[Ll]ost (\d+) (?:samples|events)/
const PAYLOAD = /^-+ (END )?DATA(?: \([^)]*\))? -+$/
const ESCAPES = /\u001b\[[0-9;?]*[A-Za-z]|\u001bc/g

interface OpenTable {
  readonly caption: string
  readonly shape: TableShape
  readonly builder: TableBuilder
  /** Lines under rows: stacks, and payloads that sniffers print. Per row index. */
  readonly notes: Map<number, string[]>
}

interface Held {
  readonly line: number
  readonly text: string
}

class EventTableReader implements LineSink {
  private readonly id: string
  private readonly log: DiagnosticLog
  private readonly options: ReadOptions
  private readonly banners = new BannerNotes()
  private readonly tables = new Map<string, OpenTable>()
  private readonly lineTables = new Map<string, TableBuilder>()
  private readonly clock = new DayClock()
  /** Maps that a bpftrace tool prints when it ends. */
  private readonly maps: BpftraceMapLines
  /** Histograms between the tables: argdist -C with -H. */
  private readonly histograms: HistogramSet
  private inHistogram = false
  private stamp: Stamp | undefined
  private current: OpenTable | undefined
  /** A line that may be the caption of a heading or the first half of a row broken by a line break in a comm or path. */
  private held: Held | undefined
  /** Blank lines of the payload being read that may be its end; undefined outside of one. */
  private payload: string[] | undefined

  constructor(id: string, log: DiagnosticLog, options: ReadOptions) {
    this.id = id
    this.log = log
    this.options = options
    this.maps = new BpftraceMapLines(log)
    this.histograms = new HistogramSet(log)
  }

  line(raw: string, number: number): void {
    const text = stripInterrupt(raw.includes('\u001b') ? raw.replace(ESCAPES, '') : raw)
    if (this.inPayload(text) || this.histogram(text, number)) return
    const plain = this.current === undefined ? undefined : plainRow(text, this.current.shape.layout)
    if (plain !== undefined) return this.row(this.current!, plain, number)
    if (this.maps.take(text, number, raw, true)) return this.flush()
    if (text.trim() === '' || RULE.test(text)) return
    if (this.said(text, number)) return
    const stamp = parseStamp(text)
    if (stamp !== undefined) return this.interval(stamp)
    if (this.lineRow(text, number)) return
    const { current } = this
    const cells = current === undefined || isTextOnly(current.shape.layout) ? undefined : alignRow(text, current.shape.layout)
    if (cells !== undefined) return this.row(current!, cells, number)
    const heading = headingOf(text)
    if (heading !== undefined && (current === undefined || heading.tool !== undefined || heading.header.known >= 2)) return this.heading(heading)
    if (current !== undefined && isTextOnly(current.shape.layout)) {
      const words = alignRow(text, current.shape.layout)
      if (words !== undefined) return this.row(current, words, number)
    }
    this.other(text, number)
  }

  end(): Parsed {
    this.flush()
    const meta = this.banners.meta()
    const step = this.options.interval ?? this.banners.interval
    const datasets: Dataset[] = []
    const names = new Map<string, number>()
    const unique = (name: string): string => {
      const n = (names.get(name) ?? 0) + 1
      names.set(name, n)
      return n === 1 ? name : `${name} ${n}`
    }
    for (const { caption, shape, builder, notes } of this.tables.values()) {
      const tool = this.toolName(shape.tool)
      const table = builder.finish(tool === undefined ? meta : { ...meta, tool }, step)
      const stacks = notes.size === 0 ? [] : [{ name: shape.tool?.notes ?? 'STACK', type: 'text' as const, values: Array.from({ length: table.length }, (_, i) => shape.tool?.notes === undefined ? (notes.get(i) ?? []).map(commOf).join(';') : (notes.get(i) ?? []).join('\n')) }]
      const named = { ...table, name: unique(caption !== '' ? caption : tool ?? 'table'), columns: [...table.columns, ...stacks] }
      datasets.push(named, ...(shape.tool?.notes === undefined ? eventStacks(named, notes) : []))
    }
    for (const [name, builder] of this.lineTables) {
      datasets.push({ ...builder.finish({ ...meta, tool: name }, step), name: unique(name) })
    }
    const tools = [...this.tables.values()].map(({ shape }) => this.toolName(shape.tool))
    for (const dataset of this.histograms.finish(tools[0] === undefined ? meta : { ...meta, tool: tools[0] }, step)) datasets.push(dataset)
    for (const dataset of this.maps.finish({ ...meta, tool: meta.tool ?? 'bpftrace' })) datasets.push(dataset)
    return { format: this.id, datasets, diagnostics: this.log.list(), skippedLines: this.log.skippedLines, lost: this.log.lost }
  }

  private toolName(tool: ToolTable | undefined): string | undefined {
    return tool === undefined || tool.shared === true ? this.banners.tool ?? tool?.tool : tool.tool
  }

  private said(text: string, number: number): boolean {
    const lost = LOST.exec(text)
    if (lost !== null) {
      this.log.addLost(Number(lost[1]), 'the tool lost events', number)
      return true
    }
    if (isTalk(text)) {
      this.banners.read(text)
      return true
    }
    if (!isCutMark(text)) return false
    this.log.note('truncated-by-author', 'a mark that lines were left out', { severity: 'info', text, line: number })
    return true
  }

  private interval(stamp: Stamp): void {
    this.flush()
    this.stamp = { unit: stamp.unit, seconds: stamp.unit === 'clock' ? this.clock.at(stamp.seconds) : stamp.seconds }
    this.histograms.interval(this.stamp.seconds)
  }

  /** True for the heading of a histogram and for the rows under it. */
  private histogram(text: string, number: number): boolean {
    if (this.inHistogram) {
      const bucket = bucketRow(text)
      const value = bucket === undefined ? valueRow(text) : undefined
      if (bucket !== undefined) this.histograms.bucket(bucket.low, bucket.end, bucket.count, number, text)
      else if (value !== undefined) this.histograms.value(value.value, value.count, number, text)
      else this.inHistogram = false
      if (this.inHistogram) return true
    }
    const label = histogramLabel(text)
    if (label === undefined) return false
    this.flush()
    const { name, unit } = unitWord(label) === undefined ? splitLabel(label) : { name: label, unit: unitWord(label)! }
    this.histograms.open({ name, key: '', unit })
    return this.inHistogram = true
  }

  private lineRow(text: string, number: number): boolean {
    const row = lineTableOf(text)
    if (row === undefined) return false
    const { table, cells } = row
    this.flush()
    if (table.stamps === true) {
      const stamp = parseStamp(cells[0] ?? '')
      if (stamp !== undefined) this.interval(stamp)
    }
    this.lineTable(table).add(cells.map(cell => (cell === undefined || cell === '' ? table.missing ?? '' : cell)), number, this.stamp)
    return true
  }

  private lineTable(table: LineTable): TableBuilder {
    return this.builder(table.tool, table.columns)
  }

  private builder(name: string, columns: LineTable['columns']): TableBuilder {
    let builder = this.lineTables.get(name)
    if (builder === undefined) {
      const cells = new Map(columns)
      const specs = columnSpecs(columns.map(([label]) => label), label => cells.get(label) ?? 'auto')
      this.lineTables.set(name, builder = new TableBuilder(name, specs, this.log))
    }
    return builder
  }

  private heading(heading: Heading): void {
    const caption = heading.caption ?? this.held?.text.trim() ?? ''
    this.held = undefined
    const id = `${caption}\u0000${heading.header.labels.map(label => label.text).join('\u0000')}`
    const known = this.tables.get(id)
    const shape = tableOf(heading)
    if (known !== undefined) known.builder.nextInterval()
    this.current = known === undefined
      ? { caption, shape, builder: new TableBuilder(caption, shape.specs, this.log), notes: new Map() }
      : { ...known, shape: { ...known.shape, layout: shape.layout } }
    if (known === undefined) this.tables.set(id, this.current)
  }

  private row(table: OpenTable, cells: readonly string[], number: number): void {
    this.flush()
    table.builder.add(cells, number, this.stamp)
  }

  /** A line that is neither row nor heading: the second half of a broken row, a stack line under a row, or something unknown. */
  private other(text: string, number: number): void {
    const { current, held } = this
    if (current !== undefined && held !== undefined && held.line === number - 1) {
      const joined = alignRow(`${held.text}\n${text}`, current.shape.layout)
      if (joined !== undefined) {
        this.held = undefined
        current.builder.add(joined, held.line, this.stamp)
        return
      }
    }
    if (current !== undefined && current.builder.length > 0 && (current.shape.tool?.continues === true || /^\s{2,}\S|^\t\S|^-->COUNT \d/.test(text) || BARE_FRAME.test(text))) {
      this.flush()
      this.note(current, text.trim())
      return
    }
    this.flush()
    this.held = { line: number, text }
  }

  private inPayload(text: string): boolean {
    const mark = text.startsWith('---') ? PAYLOAD.exec(text.trim()) : null
    if (mark !== null && this.current !== undefined) {
      this.payload = mark[1] === undefined ? [] : undefined
      return true
    }
    if (this.payload === undefined || this.current === undefined) return false
    if (text === '') this.payload.push(text)
    else for (const line of [...this.payload.splice(0), text]) this.note(this.current, line)
    return true
  }

  private note(table: OpenTable, text: string): void {
    const row = table.builder.length - 1
    const notes = table.notes.get(row)
    if (notes === undefined) table.notes.set(row, [text])
    else notes.push(text)
  }

  private flush(): void {
    if (this.held !== undefined) this.log.skip(this.held.line, this.held.text)
    this.held = undefined
  }
}

function isTextOnly(layout: Layout): boolean {
  return !layout.slots.some(slot => slot.cell === 'number' || slot.cell === 'time')
}
