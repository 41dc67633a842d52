import type { Dataset, DiagnosticLog, Parsed } from '../../src/model/index.ts'
import { BpftraceMapLines } from '../bpftrace-maps/map-lines.ts'
import type { ReadOptions } from '../reading/format.ts'
import { stripInterrupt } from '../reading/head.ts'
import type { LineSink } from '../reading/lines.ts'
import { BannerNotes, isTalk } from '../words/banners.ts'
import type { Stamp } from '../words/clock.ts'
import { DayClock, parseStamp } from '../words/clock.ts'
import { takeCutMark } from '../words/cut-mark.ts'
import { isFrame } from './frame-line.ts'
import type { Heading } from './heading.ts'
import { headingOf, subHeadingOf } from './heading.ts'
import { LineRows } from './line-rows.ts'
import { OpenTable } from './open-table.ts'
import { alignRow, plainRow } from './row.ts'
import { TableHistograms } from './table-histograms.ts'
import { isTextOnly, looserShape, tableShape, wordsOf } from './table-shape.ts'
import type { ToolTable } from './tools.ts'

const RULE = /^\s*[-=_*+]{3}[-=_*+ ]*$/
const LOST = /^\s*(?:Possibly )?[Ll]ost (\d+) (?:samples|events)/
const PAYLOAD = /^-+ (END )?DATA(?: \([^)]*\))? -+$/
const ESCAPES = /\u001b\[[0-9;?]*[A-Za-z]|\u001bc/g
/** What an author drew under a row to point at something in it. */
const POINTER = /^\s*[\^~]{2,}(?:\s|$)/
/** A frame whose leading blanks a copy has lost. */
const BARE_FRAME = /^(?:[0-9a-f]{6,16} )?[^\s+]+\+0x[0-9a-f]+(?: \[[^\]]+\])?$/
/** Lines that stand under rows. */
const UNDER = /^\s{2,}\S|^\t\S|^-->COUNT \d/
/** So many lines that do not fit a schema before the first that does: it is another table's. */
const UNFIT = 3

interface HeldLine {
  readonly line: number
  readonly text: string
}

/** Reads tables, the lines under their rows, and what tools print between tables: single rows, histograms, bpftrace maps. */
export class EventTableReader implements LineSink {
  private readonly id: string
  private readonly log: DiagnosticLog
  private readonly options: ReadOptions
  private readonly banners = new BannerNotes()
  private readonly tables = new Map<string, OpenTable>()
  private readonly lineRows: LineRows
  private readonly clock = new DayClock()
  /** Maps that a bpftrace tool prints when it ends. */
  private readonly maps: BpftraceMapLines
  private readonly histograms: TableHistograms
  private stamp: Stamp | undefined
  private current: OpenTable | undefined
  /** The heading of the current table, while the line after it may be its second line. */
  private opened: { readonly heading: Heading; readonly line: number; readonly id: string } | undefined
  /** A line that may be the caption of a heading or the first half of a row broken by a line break in a comm or path. */
  private held: HeldLine | undefined
  /** Lines under a heading of a known tool that do not fit it, before any row. */
  private unfit: HeldLine[] = []
  /** Blank lines of the payload being read that may be its end; undefined outside of one. */
  private payload: string[] | undefined

  constructor(id: string, log: DiagnosticLog, options: ReadOptions) {
    this.id = id
    this.log = log
    this.options = options
    this.maps = new BpftraceMapLines(log, options)
    this.lineRows = new LineRows(log)
    this.histograms = new TableHistograms(log)
  }

  /** Rows of the open table that need nothing but their cells read. */
  takeLines(chunk: Uint8Array, start: number, end: number): number {
    const { current } = this
    if (current === undefined || this.held !== undefined || this.unfit.length > 0) return 0
    if (this.payload !== undefined || this.histograms.isOpen) return 0
    if (current.beginsWithWords && this.maps.isOpen) return 0
    return current.takeLines(chunk, start, end, this.stamp)
  }

  get next(): number {
    return this.current?.next ?? 0
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
    const row = this.lineRows.rowOf(text)
    if (row !== undefined) {
      this.flush()
      if (row.stamp !== undefined) this.interval(row.stamp)
      return this.lineRows.add(row, number, this.stamp)
    }
    this.tableLine(text, number)
  }

  end(): Parsed {
    this.flush()
    this.settleUnfit()
    const meta = this.banners.meta()
    const step = this.options.interval ?? this.banners.interval
    const datasets: Dataset[] = []
    const names = new Map<string, number>()
    const unique = (name: string): string => {
      const n = (names.get(name) ?? 0) + 1
      names.set(name, n)
      return n === 1 ? name : `${name} ${n}`
    }
    let first: string | undefined
    for (const table of this.tables.values()) {
      const tool = this.toolName(table.shape.tool)
      if (datasets.length === 0) first = tool
      const name = unique(table.caption !== '' ? table.caption : (tool ?? 'table'))
      for (const dataset of table.finish(name, tool === undefined ? meta : { ...meta, tool }, step))
        datasets.push(dataset)
    }
    for (const table of this.lineRows.finish(meta, step)) datasets.push({ ...table, name: unique(table.name) })
    for (const dataset of this.histograms.finish(first === undefined ? meta : { ...meta, tool: first }, step))
      datasets.push(dataset)
    for (const dataset of this.maps.finish({ ...meta, tool: meta.tool ?? 'bpftrace' })) datasets.push(dataset)
    return {
      format: this.id,
      datasets,
      diagnostics: this.log.list(),
      skippedLines: this.log.skippedLines,
      lost: this.log.lost,
    }
  }

  private toolName(tool: ToolTable | undefined): string | undefined {
    return tool === undefined || tool.shared === true ? (this.banners.tool ?? tool?.tool) : tool.tool
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
    if (takeCutMark(this.log, text, number)) return true
    if (!POINTER.test(text)) return false
    this.log.note('author-mark', 'a mark that points at the row above', { severity: 'info', text, line: number })
    return true
  }

  private interval(stamp: Stamp): void {
    this.flush()
    this.stamp = { unit: stamp.unit, seconds: stamp.unit === 'clock' ? this.clock.at(stamp.seconds) : stamp.seconds }
    this.histograms.interval(this.stamp.seconds)
  }

  /** True for the heading of a histogram and for the rows under it. */
  private histogram(text: string, number: number): boolean {
    if (this.histograms.takes(text, number)) return true
    if (!this.histograms.opens(text)) return false
    this.flush()
    return true
  }

  /** A line that is none of what stands between tables: a row, a heading, or a line under a row. */
  private tableLine(text: string, number: number): void {
    const { current } = this
    if (current !== undefined && this.repeats(current, text, number)) return
    if (current !== undefined && this.secondHeading(current, text, number)) return
    const { layout } = current?.shape ?? {}
    const cells = layout === undefined || isTextOnly(layout) ? undefined : alignRow(text, layout)
    if (cells !== undefined && !this.isFrameUnder(current!, text)) return this.row(current!, cells, number)
    const heading = headingOf(text)
    if (heading !== undefined && (current === undefined || heading.tool !== undefined || heading.header.known >= 2))
      return this.heading(heading, number)
    if (layout !== undefined && isTextOnly(layout)) {
      const words = alignRow(text, layout)
      if (words !== undefined) return this.row(current!, words, number)
    }
    this.other(text, number)
  }

  /** A frame under a row of a tool that prints stacks, where a table of text would take it for a row. */
  private isFrameUnder(table: OpenTable, text: string): boolean {
    return (
      table.shape.tool?.stacks === true && table.length > 0 && /^\s{4}|^\t/.test(text) && isFrame(text.trim(), false)
    )
  }

  /** The heading printed again, as `free -s` does: no row, but the next interval. */
  private repeats(table: OpenTable, text: string, number: number): boolean {
    const { labels, words } = table.shape
    if (text.length > 4 * words.length + 400 || !text.includes(labels[labels.length - 1]!.text)) return false
    if (wordsOf(text) !== words) return false
    const heading = headingOf(text)
    if (heading === undefined) return false
    this.heading(heading, number)
    return true
  }

  /** The second line of a heading: words under words, which name the columns better. */
  private secondHeading(table: OpenTable, text: string, number: number): boolean {
    const { opened } = this
    if (opened === undefined || opened.line !== number - 1 || table.length > 0) return false
    const heading = subHeadingOf(opened.heading, text)
    if (heading === undefined) return false
    this.tables.delete(opened.id)
    this.current = undefined
    this.heading(heading, number)
    return true
  }

  private heading(heading: Heading, number: number): void {
    this.settleUnfit()
    const caption = heading.caption ?? this.held?.text.trim() ?? ''
    this.held = undefined
    const id = `${caption}\u0000${heading.header.labels.map(label => label.text).join('\u0000')}`
    const shape = tableShape(heading)
    let table = this.tables.get(id)
    if (table === undefined) {
      this.tables.set(id, (table = new OpenTable(caption, shape, this.log, this.options.countRows)))
      this.opened = { heading, line: number, id }
    } else table.again(shape)
    this.current = table
  }

  private row(table: OpenTable, cells: readonly string[], number: number): void {
    this.flush()
    if (this.unfit.length > 0) this.dropUnfit()
    table.add(cells, number, this.stamp)
  }

  /** A line that is neither row nor heading: the second half of a broken row, a line under a row, or something unknown. */
  private other(text: string, number: number): void {
    const { current, held } = this
    if (current !== undefined && held !== undefined && held.line === number - 1) {
      const joined = alignRow(`${held.text}\n${text}`, current.shape.layout)
      if (joined !== undefined) {
        this.held = undefined
        this.dropUnfit()
        return current.add(joined, held.line, this.stamp)
      }
    }
    if (
      current !== undefined &&
      current.length > 0 &&
      (current.shape.tool?.continues === true || UNDER.test(text) || BARE_FRAME.test(text))
    ) {
      this.flush()
      return current.note(text.trim())
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
    else for (const line of [...this.payload.splice(0), text]) this.current.note(line)
    return true
  }

  /** What was held is no caption and no half of a row. */
  private flush(): void {
    const { held, current } = this
    this.held = undefined
    if (held === undefined) return
    if (current === undefined || current.length > 0 || current.shape.tool === undefined)
      return this.log.skip(held.line, held.text)
    this.unfit.push(held)
    if (this.unfit.length >= UNFIT) this.settleUnfit()
  }

  /** Lines before the first row that no schema of the tool fits: rows of a looser shape where all of them are, else skipped. */
  private settleUnfit(): void {
    const { current, unfit } = this
    if (unfit.length === 0) return
    const shape =
      current === undefined || current.length > 0
        ? undefined
        : looserShape(
            current.shape,
            unfit.map(({ text }) => text),
          )
    if (shape === undefined) return this.dropUnfit()
    this.unfit = []
    current!.reshape(shape)
    for (const { line, text } of unfit) current!.add(alignRow(text, shape.layout)!, line, this.stamp)
  }

  private dropUnfit(): void {
    for (const { line, text } of this.unfit) this.log.skip(line, text)
    this.unfit = []
  }
}
