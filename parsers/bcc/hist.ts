/**
 * Histograms that BCC and libbpf tools print, log2 and linear, with sections and intervals:
 *
 *     Tracing block device I/O... Hit Ctrl-C to end.
 *     ^C
 *     disk = b'vda'                                          KEY = VALUE: what the histogram below is split by
 *          usecs               : count     distribution      label = unit, or the expression that was measured
 *              0 -> 1          : 0        |                  |
 *              2 -> 3          : 12       |******************|
 *     avg = 663 usecs, total: 16575 usecs, count: 25
 *     23:49:28                                               a new interval
 *          runqlen       : count     distribution
 *             0          : 1209     |**********|             linear: the value, or where its step starts
 *
 * Blanks may be collapsed (web pages). Source: bcc table.py print_log2_hist, libbpf-tools trace_helpers.c; FORMATS section f.
 */

import type { HistogramSeries, Meta, Parsed } from '../../src/model/index.ts'
import { DiagnosticLog, splitLabel, unitWord } from '../../src/model/index.ts'
import { judgeIntervals } from '../build/histogram-growth.ts'
import { HistogramSet } from '../build/histogram-set.ts'
import { TableBuilder } from '../build/table-builder.ts'
import type { Format, ReadOptions } from '../reading/format.ts'
import type { Head } from '../reading/head.ts'
import { stripInterrupt } from '../reading/head.ts'
import type { LineSink } from '../reading/lines.ts'
import { lineReader } from '../reading/lines.ts'
import { BannerNotes, isTalk } from '../words/banners.ts'
import type { Stamp } from '../words/clock.ts'
import { DayClock, parseStamp } from '../words/clock.ts'
import { takeCutMark } from '../words/cut-mark.ts'
import { averagesLine, bucketRow, histogramLabel, sectionLine, trailersOf, valueRow } from '../words/hist-line.ts'

export const bccHist: Format = {
  id: 'bcc-hist',
  title: 'histograms of BCC and libbpf tools (log2 and linear)',
  sniff: sniffHistogram,
  reader(options) {
    const log = new DiagnosticLog(options.source, options.strict)
    return lineReader(new BccHistReader(log, options), log)
  },
}

/** A heading with a bucket row under it, without the tables of argdist -C around it, whose reader takes both. */
function sniffHistogram(head: Head): boolean {
  if (head.lines.some(line => /^\s*COUNT\s+EVENT\s*$/.test(line))) return false
  if (isIdle(head)) return true
  return head.lines.some((line, i) => {
    if (histogramLabel(line) === undefined) return false
    const next = head.lines[i + 1]
    return next === undefined || bucketRow(next) !== undefined || valueRow(next) !== undefined
  })
}

/** Tools that print histograms at intervals. */
const HISTOGRAM_TOOLS = /^(?:biolatency|runqlat|runqlen|cpudist|hardirqs|softirqs|tcprtt|wqlat|readahead|\w+dist)$/

/** Times of intervals under the banner of such a tool, and nothing else. */
function isIdle(head: Head): boolean {
  if (head.lines.length === 0 || !head.lines.every(line => parseStamp(line) !== undefined)) return false
  const banners = new BannerNotes()
  for (const line of head.text.split('\n')) banners.read(stripInterrupt(line))
  return HISTOGRAM_TOOLS.test(banners.tool ?? '')
}

interface Held {
  readonly line: number
  readonly text: string
}

class BccHistReader implements LineSink {
  private readonly log: DiagnosticLog
  private readonly options: ReadOptions
  private readonly banners = new BannerNotes()
  private readonly set: HistogramSet
  private readonly totals: TableBuilder
  private readonly clock = new DayClock()
  private stamp: Stamp | undefined
  /** Times of intervals before the first histogram. */
  private readonly idleTimes: number[] = []
  /** `KEY = VALUE` lines since the last histogram. */
  private sections: string[] = []
  /** Line of the last of them: a comm with a line break in it goes on on the next. */
  private sectionAt = 0
  /** Whether rows belong to a histogram now. */
  private open = false
  /** A line that is a histogram's key if its heading follows, and unrecognised otherwise. */
  private held: Held | undefined
  private key = ''

  constructor(log: DiagnosticLog, options: ReadOptions) {
    this.log = log
    this.options = options
    this.set = new HistogramSet(log)
    this.totals = new TableBuilder(
      'totals',
      [
        { name: 'KEY', unit: '', cell: 'text' },
        { name: 'NAME', unit: '', cell: 'text' },
        { name: 'UNIT', unit: '', cell: 'text' },
        { name: 'AVERAGE', unit: '', cell: 'number' },
        { name: 'TOTAL', unit: '', cell: 'number' },
        { name: 'COUNT', unit: 'count', cell: 'number' },
      ],
      log,
    )
  }

  line(raw: string, number: number): void {
    const text = stripInterrupt(raw).replace(/\|\s*(?:\^C)+\s*$/, '|')
    if (text.trim() === '') return
    if (this.open && this.row(text, number)) return this.flush()
    const label = histogramLabel(text)
    if (label !== undefined) return this.heading(label)
    if (this.skipped(text, number)) return
    const stamp = parseStamp(text)
    if (stamp !== undefined) return this.interval(stamp)
    const averages = averagesLine(text)
    if (averages !== undefined) {
      this.open = false
      return this.total(
        [
          this.key,
          'average',
          unitWord(averages.unit) ?? averages.unit,
          String(averages.average),
          String(averages.total),
          String(averages.count),
        ],
        number,
      )
    }
    const section = sectionLine(text)
    if (section !== undefined) {
      this.open = false
      this.flush()
      this.sections.push(`${section.key} = ${section.value}`)
      this.sectionAt = number
      // bitesize and blkalgn have the banner of biolatency
      if (section.key === 'Process Name') this.banners.tool = 'bitesize'
      if (text.startsWith('I/O ')) this.banners.tool = 'blkalgn'
      if (section.average !== undefined)
        this.total([this.sections.join(', '), 'average', '', String(section.average), '', ''], number)
      return
    }
    const trailers = trailersOf(text)
    for (const { name, value } of trailers)
      this.total(
        [this.sections.length > 0 ? this.sections.join(', ') : this.key, name, '', '', String(value), ''],
        number,
      )
    if (trailers.length > 0) return
    this.flush()
    this.held = { line: number, text }
  }

  end(): Parsed {
    this.flush()
    const meta = this.banners.meta()
    const series = this.set.finish(meta, this.options.interval ?? this.banners.interval)
    const datasets = [
      ...(series.length === 0 ? this.idle(meta) : judgeIntervals(series, this.log, this.options.prints)),
      ...(this.totals.length > 0 ? [this.totals.finish(meta)] : []),
    ]
    return {
      format: bccHist.id,
      datasets,
      diagnostics: this.log.list(),
      skippedLines: this.log.skippedLines,
      lost: this.log.lost,
    }
  }

  /** What a tool that saw nothing gives: a row of no observations per interval, whatever their size would have been. */
  private idle(meta: Meta): HistogramSeries[] {
    const { tool } = meta
    if (tool === undefined || this.idleTimes.length === 0) return []
    const time = Float64Array.from(this.idleTimes)
    const counts = new Float64Array(time.length)
    return [
      { kind: 'histograms', name: tool, key: '', unit: '', edges: Float64Array.of(0, Infinity), time, counts, meta },
    ]
  }

  private row(text: string, number: number): boolean {
    const bucket = bucketRow(text)
    if (bucket !== undefined) {
      this.set.range(bucket, number, text)
      return true
    }
    const value = valueRow(text)
    if (value === undefined) return false
    this.set.value(value.value, value.count, number, text)
    return true
  }

  private heading(label: string): void {
    const unit = unitWord(label)
    let name = unit === undefined ? label : (this.banners.tool ?? label)
    if (
      this.held !== undefined &&
      unit !== undefined &&
      this.banners.tool === undefined &&
      this.sections.length === 0
    ) {
      // inspektor-gadget: `latency` over `µs : count distribution`
      name = this.held.text.trim()
      this.held = undefined
    }
    if (this.held !== undefined) {
      const last = this.sections.length - 1
      if (last >= 0 && this.held.line === this.sectionAt + 1)
        this.sections[last] = `${this.sections[last]!}\n${this.held.text}`
      else this.sections.push(this.held.text.trim())
      this.held = undefined
    }
    const split = splitLabel(label)
    this.key = this.sections.join(', ')
    this.sections = []
    this.set.open(
      unit === undefined ? { name: split.name, key: this.key, unit: split.unit } : { name, key: this.key, unit },
    )
    this.open = true
  }

  private interval(stamp: Stamp): void {
    this.flush()
    this.open = false
    this.sections = []
    this.stamp = { unit: stamp.unit, seconds: stamp.unit === 'clock' ? this.clock.at(stamp.seconds) : stamp.seconds }
    this.set.interval(this.stamp.seconds)
    if (this.set.size === 0) this.idleTimes.push(this.stamp.seconds)
  }

  private skipped(text: string, number: number): boolean {
    if (isTalk(text)) {
      this.banners.read(text)
      return true
    }
    return takeCutMark(this.log, text, number)
  }

  private total(cells: readonly string[], line: number): void {
    this.totals.add(cells, line, this.stamp)
  }

  private flush(): void {
    if (this.held !== undefined) this.log.skip(this.held.line, this.held.text)
    this.held = undefined
  }
}
