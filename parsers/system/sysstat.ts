/**
 * Tables of the sysstat tools (mpstat, iostat, pidstat, sar), several kinds interleaved, an interval after the other:
 *
 *     Linux 4.4.0-virtual (web) 	02/08/2016 	_x86_64_	(8 CPU)
 *
 *     08:56:11 AM   UID       PID    %usr %system  %guest    %CPU   CPU  Command
 *     08:56:12 AM     0      4505    9.00    3.00    0.00   12.00     0  bash
 *
 *     avg-cpu:  %user   %nice %system %iowait  %steal   %idle
 *                0.12    0.00    0.12    0.00    0.00   99.75
 *
 *     Device: rrqm/s  wrqm/s    r/s    w/s  rkB/s  wkB/s  await  svctm  %util
 *     xvda      0.00    0.00   0.00   4.00   0.00  16.00   0.00   0.00   0.00
 *
 *     Average:      UID       PID    %usr %system  %guest    %CPU   CPU  Command
 *
 * Columns come from the headings, because versions differ in them. Source: sysstat pr_stats.c, iostat.c, pidstat.c; FORMATS section i.
 */

import type { Dataset, Meta, Parsed } from '../../src/model/index.ts'
import { DiagnosticLog } from '../../src/model/index.ts'
import { clockSeconds } from '../../src/model/text/clock.ts'
import type { Cell } from '../build/table-builder.ts'
import { columnSpecs, TableBuilder } from '../build/table-builder.ts'
import type { Format } from '../reading/format.ts'
import type { Head } from '../reading/head.ts'
import { stripInterrupt } from '../reading/head.ts'
import type { LineSink } from '../reading/lines.ts'
import { lineReader } from '../reading/lines.ts'
import type { Stamp } from '../words/clock.ts'
import { DayClock, parseStamp } from '../words/clock.ts'
import { takeCutMark } from '../words/cut-mark.ts'

export const sysstat: Format = {
  id: 'sysstat',
  title: 'mpstat, iostat, pidstat and sar',
  sniff: head => head.lines.some(line => hostLine(line) !== undefined) || sniffTables(head),
  reader(options) {
    const log = new DiagnosticLog(options.source, options.strict)
    return lineReader(new SysstatReader(log), log)
  },
}

/** First labels that only sysstat prints, which table they head, and of which tool. Later entries are more general. */
const TABLES: readonly (readonly [labels: RegExp, name: string, tool: string])[] = [
  [/^avg-cpu: %user/, 'avg-cpu', 'iostat'],
  [/^Device:? /, 'devices', 'iostat'],
  [/^(?:CPU) %usr /, 'cpu', 'mpstat'],
  [/^CPU %user /, 'cpu', 'sar'],
  [/^CPU .*intr\/s/, 'interrupts', 'mpstat'],
  [/^(?:UID )?(?:PID|TGID) .*(?:Command)$/, 'tasks', 'pidstat'],
  [/^IFACE rxpck\/s/, 'network', 'sar'],
  [/^IFACE rxerr\/s/, 'network errors', 'sar'],
  [/^active\/s passive\/s/, 'tcp', 'sar'],
  [/^atmptf\/s estres\/s/, 'tcp errors', 'sar'],
  [/^kbmemfree /, 'memory', 'sar'],
  [/^kbswpfree /, 'swap', 'sar'],
  [/^pswpin\/s /, 'swapping', 'sar'],
  [/^pgpgin\/s /, 'paging', 'sar'],
  [/^tps rtps /, 'io', 'sar'],
  [/^DEV tps /, 'devices', 'sar'],
  [/^runq-sz /, 'load', 'sar'],
  [/^proc\/s cswch\/s/, 'tasks', 'sar'],
  [/^cswch\/s/, 'switches', 'sar'],
  [/^dentunusd /, 'inodes', 'sar'],
  [/^totsck /, 'sockets', 'sar'],
  [/^INTR intr\/s/, 'interrupts', 'sar'],
  [/^INTR (?:all|CPU\d)/, 'interrupts by cpu', 'sar'],
  [/^kbhugfree /, 'huge pages', 'sar'],
  [/^TTY rcvin\/s/, 'terminals', 'sar'],
  [/^call\/s retrans\/s/, 'nfs client', 'sar'],
  [/^scall\/s badcall\/s/, 'nfs server', 'sar'],
  [/^tcp6sck /, 'sockets 6', 'sar'],
  [/^irec\/s /, 'ip', 'sar'],
  [/^ihdrerr\/s /, 'ip errors', 'sar'],
  [/^imsg\/s /, 'icmp', 'sar'],
  [/^ierr\/s /, 'icmp errors', 'sar'],
  [/^idgm\/s /, 'udp', 'sar'],
  [/^irec6\/s /, 'ip 6', 'sar'],
  [/^ihdrer6\/s /, 'ip errors 6', 'sar'],
  [/^imsg6\/s /, 'icmp 6', 'sar'],
  [/^ierr6\/s /, 'icmp errors 6', 'sar'],
  [/^idgm6\/s /, 'udp 6', 'sar'],
  [/^CPU total\/s dropd\/s/, 'softnet', 'sar'],
  [/^CPU w?(?:gh)?MHz/, 'cpu frequency', 'sar'],
  [/^FAN /, 'fans', 'sar'],
  [/^TEMP /, 'temperatures', 'sar'],
  [/^IN /, 'voltages', 'sar'],
  [/^BUS /, 'usb', 'sar'],
  [/^MBfsfree /, 'filesystems', 'sar'],
  [/^FCHOST /, 'fibre channel', 'sar'],
  [/^%scpu-10 /, 'pressure cpu', 'sar'],
  [/^%sio-10 /, 'pressure io', 'sar'],
  [/^%smem-10 /, 'pressure memory', 'sar'],
  [/^BAT /, 'batteries', 'sar'],
]

const TEXTS = new Set([
  'Command',
  'Device',
  'Device:',
  'DEV',
  'IFACE',
  'CPU',
  'INTR',
  'TTY',
  'FILESYSTEM',
  'MOUNTPOINT',
  'BUS',
  'cpu',
  'NODE',
  'manufact',
  'product',
  'FAN',
  'TEMP',
  'IN',
  'DEVICE',
  'Sensor',
  'hostname',
  'FCHOST',
  'BAT',
  'status',
  'idvendor',
  'idprod',
])
const HOST = /^Linux (\S+) \((.{0,255}?)\)\s+(\S+)\s+(?:_(\S+)_)?\s*(?:\((\d+) CPU\))?\s*$/

/** Facts of the line with which all of them begin. */
function hostLine(line: string): Meta | undefined {
  const match = HOST.exec(line.trim())
  if (match === null) return undefined
  const [, kernel, host, , arch, cpus] = match
  return {
    kernel: kernel!,
    host: host!,
    ...(arch !== undefined && { arch }),
    ...(cpus !== undefined && { cpus: Number(cpus) }),
  }
}

interface Row {
  /** Seconds of the day, 'average', or nothing for tools that print no times. */
  readonly time: number | 'average' | undefined
  readonly words: readonly string[]
}

/** Time and words of a line. */
function rowOf(line: string): Row {
  const words = line.replace(/^#\s*/, '').trim().split(/\s+/)
  const first = words[0]!
  if (first === 'Average:' || first === 'Summary:') return { time: 'average', words: words.slice(1) }
  const half = words[1] === 'AM' || words[1] === 'PM' ? words[1] : undefined
  const clock = clockSeconds(half === undefined ? first : `${first} ${half}`)
  if (clock === undefined)
    return first === 'Time' && line.startsWith('#') ? { time: NaN, words: words.slice(1) } : { time: undefined, words }
  return { time: clock, words: words.slice(half === undefined ? 1 : 2) }
}

function tableOf(words: readonly string[]): (typeof TABLES)[number] | undefined {
  const labels = words.join(' ')
  return TABLES.find(([pattern]) => pattern.test(labels))
}

function sniffTables(head: Head): boolean {
  return head.lines.some((line, i) => {
    const { words, time } = rowOf(line)
    const table = words.length >= 3 ? tableOf(words) : undefined
    if (table === undefined) return false
    return time !== undefined || (table[2] === 'iostat' && head.lines[i + 1] !== undefined)
  })
}

interface OpenTable {
  readonly labels: readonly string[]
  readonly name: string
  readonly tool: string
  readonly rows: TableBuilder
  readonly averages: TableBuilder
}

class SysstatReader implements LineSink {
  private readonly log: DiagnosticLog
  private readonly tables = new Map<string, OpenTable>()
  private readonly clock = new DayClock()
  private current: OpenTable | undefined
  private meta: Meta = {}
  private stamp: Stamp | undefined

  constructor(log: DiagnosticLog) {
    this.log = log
  }

  line(raw: string, number: number): void {
    const text = stripInterrupt(raw)
    if (text.trim() === '') return
    if (takeCutMark(this.log, text, number)) return
    const host = hostLine(text)
    if (host !== undefined) {
      this.meta = host
      return
    }
    const stamp = parseStamp(text)
    if (stamp !== undefined) {
      this.stamp = stamp.unit === 'clock' ? { unit: 'clock', seconds: this.clock.at(stamp.seconds) } : stamp
      return
    }
    if (/LINUX RESTART/.test(text))
      return this.log.note('restart', 'the host was restarted here', { severity: 'info', text, line: number })
    const row = this.timed(rowOf(text))
    if (isHeading(row.words)) return this.heading(row)
    if (this.current === undefined || !this.row(this.current, row, text, number)) this.log.skip(number, text)
  }

  end(): Parsed {
    const datasets: Dataset[] = []
    const names = new Map<string, number>()
    for (const { name, tool, rows, averages } of this.tables.values()) {
      const n = (names.get(name) ?? 0) + 1
      names.set(name, n)
      const unique = n === 1 ? name : `${name} ${n}`
      const meta = { ...this.meta, tool }
      if (rows.length > 0 || averages.length === 0) datasets.push({ ...rows.finish(meta), name: unique })
      if (averages.length > 0) datasets.push({ ...averages.finish(meta), name: `${unique} average` })
    }
    return {
      format: sysstat.id,
      datasets,
      diagnostics: this.log.list(),
      skippedLines: this.log.skippedLines,
      lost: this.log.lost,
    }
  }

  /** Rows of pidstat -h, and of -H everywhere, begin with seconds since 1970 where the heading says Time. */
  private timed(row: Row): Row {
    const { current } = this
    if (current === undefined || row.time !== undefined || row.words.length <= current.labels.length) return row
    if (current.rows.specs.length === current.labels.length || !/^\d{9,10}$/.test(row.words[0]!)) return row
    return { time: Number(row.words[0]), words: row.words.slice(1) }
  }

  private heading(row: Row): void {
    const { words } = row
    const labels = words[0] === 'avg-cpu:' ? words.slice(1) : words.map(word => word.replace(/:$/, ''))
    const id = `${words[0] === 'avg-cpu:' ? 'avg-cpu ' : ''}${labels.join(' ')}`
    let table = this.tables.get(id)
    if (table === undefined) {
      const [, name = 'table', tool = 'sysstat'] = tableOf(words) ?? []
      const specs = columnSpecs(labels, label => cellOf(label))
      const timed = row.time !== undefined && row.time !== 'average'
      table = {
        labels,
        name,
        tool,
        rows: new TableBuilder(
          name,
          timed ? [{ name: 'TIME', unit: 'clock', cell: 'time' }, ...specs] : specs,
          this.log,
        ),
        averages: new TableBuilder(`${name} average`, specs, this.log),
      }
      this.tables.set(id, table)
    } else if (row.time === undefined) table.rows.nextInterval()
    this.current = table
  }

  private row(table: OpenTable, row: Row, text: string, number: number): boolean {
    const { labels } = table
    const last = labels[labels.length - 1]
    let { words } = row
    if (words.length > labels.length && (last === 'Command' || last === 'FILESYSTEM')) {
      const tail = text.trimEnd().split(/\s+/).length - words.length
      words = [...words.slice(0, labels.length - 1), afterWords(text.trim(), tail + labels.length - 1)]
    }
    if (words.length !== labels.length) return false
    if (row.time === 'average') {
      table.averages.add(words, number)
      return true
    }
    const timed = table.rows.specs.length > labels.length
    if (timed !== (row.time !== undefined)) return false
    table.rows.add(timed ? [this.time(row.time as number), ...words] : words, number, timed ? undefined : this.stamp)
    return true
  }

  /** Printed again as text, because columns take text: seconds of the day as a clock, seconds since 1970 as a date. */
  private time(seconds: number): string {
    if (seconds >= 1e8) return new Date(seconds * 1000).toISOString().slice(0, 19)
    return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
      .map(part => String(part).padStart(2, '0'))
      .join(':')
  }
}

/** No number among the words, and sysstat's labels or percent signs and rates in it. */
function isHeading(words: readonly string[]): boolean {
  if (words.length < 2 || words.some(word => /^-?\d+(?:[.,]\d+)?%?$/.test(word))) return false
  return tableOf(words) !== undefined || words.filter(word => /^%|\/s$/.test(word)).length >= 2
}

function cellOf(label: string): Cell {
  return label === 'Command' || label === 'FILESYSTEM' || label === 'MOUNTPOINT'
    ? 'text'
    : TEXTS.has(label)
      ? 'auto'
      : 'number'
}

/** What follows the first `count` words. */
function afterWords(text: string, count: number): string {
  let at = 0
  for (let i = 0; i < count; i++) {
    while (at < text.length && text[at] !== ' ' && text[at] !== '\t') at++
    while (text[at] === ' ' || text[at] === '\t') at++
  }
  return text.slice(at)
}
