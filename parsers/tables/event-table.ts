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

import type { Dataset } from '../../src/model/index.ts'
import { DiagnosticLog } from '../../src/model/index.ts'
import type { Format, Reader, ReadOptions } from '../reading/format.ts'
import type { Head } from '../reading/head.ts'
import { lineReader } from '../reading/lines.ts'
import { EventTableReader } from './event-table-reader.ts'
import { headingOf } from './heading.ts'
import { lineTableOf } from './line-tables.ts'
import { alignRow } from './row.ts'
import { tableShape } from './table-shape.ts'

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
    const { layout } = tableShape(heading)
    return head.lines.slice(i + 1, i + 4).some(row => /\d/.test(row) && alignRow(row, layout) !== undefined)
  })
}

function readerOf(id: string, options: ReadOptions): Reader {
  const log = new DiagnosticLog(options.source, options.strict)
  return lineReader(new EventTableReader(id, log, options), log)
}

/** The same tables with every line read as text: the oracle of the reader of bytes. */
export function plainTableReader(id: string, options: ReadOptions): Reader {
  const log = new DiagnosticLog(options.source, options.strict)
  const sink = new EventTableReader(id, log, options)
  return lineReader({ line: (text, number) => sink.line(text, number), end: () => sink.end() }, log)
}

/** Tables among lines that a program of `tool` printed, undefined when the lines are not all of tables. */
export function tablesOf(
  lines: readonly { readonly line: number; readonly text: string }[],
  tool: string,
): readonly Dataset[] | undefined {
  const head: Head = {
    lines: lines.slice(0, 400).map(({ text }) => text),
    text: '',
    bytes: new Uint8Array(0),
    cut: false,
  }
  if (!eventTable.sniff(head) && !plainTable.sniff(head)) return undefined
  const log = new DiagnosticLog()
  const reader = new EventTableReader('table', log, {})
  for (const { text, line } of lines) reader.line(text, line)
  const { datasets } = reader.end()
  if (log.skippedLines > 0) return undefined
  return datasets.map(dataset =>
    dataset.kind === 'events' && dataset.tool === ''
      ? { ...dataset, name: 'output', tool, meta: { ...dataset.meta, tool } }
      : dataset,
  )
}
