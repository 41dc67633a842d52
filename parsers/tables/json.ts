/**
 * JSON of the tools that have it, as tables: mpstat, iostat -o JSON, sadf -j, dmesg -J, nstat -j, ip -j, lsblk -J, docker stats, tcpsubnet -J, biolatpcts -j, tcpcong -j, sofdsnoop -j:
 *
 *     {"sysstat": {"hosts": [{"nodename": "web", "statistics": [{"timestamp": "01:15:32", "cpu-load": [{"cpu": "all", "usr": 70.71}, ...
 *     {"dmesg": [{"pri": 6, "time": 3.774094, "msg": "EXT4-fs (vda): mounted"}, ...
 *     [{"ifindex": 1, "ifname": "lo", "stats64": {"rx": {"bytes": 3245, ...
 *     {"kernel": {"IpInReceives": 9859, ...
 *     {"date": "03/05/18", "entries": {"0.0.0.0/0": 2}, "time": "22:46:27"}          tcpsubnet, one per line
 *     {'timestamp': 0.0, 'comm': 'web', 'sock_fd': 24}       tcpcong -j, sofdsnoop -j: a dictionary of Python per line
 *     {"read": {"1": 2.5e-05, "5": 3.5e-05, ... "100": 0.0125}, "write": ...         biolatpcts, one per interval
 *
 * One rule: an array of objects is a table; objects inside a row become columns `outer.inner`; rows of an array inside a row also get that
 * row's time, or else its name or number. An object of nothing but numbers is a table of names and values.
 */

import type { Dataset, Meta, Parsed } from '../../src/model/index.ts'
import { DiagnosticLog } from '../../src/model/index.ts'
import type { CellValue } from '../build/row-set.ts'
import { RowSet } from '../build/row-set.ts'
import type { Format } from '../reading/format.ts'
import type { Head } from '../reading/head.ts'
import { isJsonStart } from '../reading/json-prefix.ts'
import type { JsonSink } from '../reading/json-reader.ts'
import { entriesOf, jsonReader } from '../reading/json-reader.ts'
import { cellStacks, isStackColumn } from './stack-cells.ts'

export const jsonTable: Format = {
  id: 'json-table',
  title: 'JSON of system tools (mpstat, iostat, sadf, dmesg, ip, nstat, tcpsubnet, biolatpcts, tcpcong, sofdsnoop)',
  sniff: sniffJson,
  reader(options) {
    const log = new DiagnosticLog(options.source, options.strict)
    return jsonReader(new JsonTableReader(log), log, options.source ?? 'input')
  },
}

/** A JSON document, or one per line, also as Python prints a dictionary. Formats in JSON that are more than tables are asked before. */
function sniffJson(head: Head): boolean {
  const text = head.text.replace(/^\s*(?:\^C\s*)*/, '')
  return text.startsWith("{'") ? /^\{'\w/.test(text) : /^[{[]\s*["{[\d-]/.test(text) && isJsonStart(text)
}

/** Units that names do not say, per table. */
const UNITS = new Map([['dmesg', new Map([['time', 's']])]])

type Cells = readonly (readonly [string, CellValue])[]

interface Work {
  readonly name: string
  readonly value: unknown
  /** Columns that rows below inherit. */
  readonly context: Cells
}

const TIMES = /^(?:time|timestamp|date|ts|interval)$/
const NAMES = /^(?:ifname|name|device|host|hostname|cpu|iface)$/

class JsonTableReader implements JsonSink {
  private readonly log: DiagnosticLog
  private readonly tables = new Map<string, RowSet>()
  private interval = 0
  private meta: Meta = {}

  constructor(log: DiagnosticLog) {
    this.log = log
  }

  value(value: unknown, line: number): void {
    const entries = entriesOf(value)
    if (entries !== undefined && this.subnets(new Map(entries))) return
    if (entries !== undefined && this.percentiles(entries)) return
    if (entries === undefined && !Array.isArray(value))
      return this.log.skip(line, JSON.stringify(value).slice(0, 200), 'a JSON value without names; expected objects')
    const scalar = entries !== undefined && entries.length > 0 && entries.some(([, inner]) => !isContainer(inner))
    this.walk({ name: 'rows', value: scalar ? [value] : value, context: [] })
  }

  end(): Parsed {
    const datasets: Dataset[] = [...this.tables.values()]
      .filter(table => table.length > 0)
      .flatMap(table => {
        const rows = table.finish(this.meta, UNITS.get(table.name))
        return [rows, ...cellStacks(rows)]
      })
    return {
      format: jsonTable.id,
      datasets,
      diagnostics: this.log.list(),
      skippedLines: this.log.skippedLines,
      lost: this.log.lost,
    }
  }

  private walk(root: Work): void {
    const work: Work[] = [root]
    for (let at = 0; at < work.length; at++) {
      const { name, value, context } = work[at]!
      if (Array.isArray(value)) this.rows(name, value, context, work)
      else {
        const entries = entriesOf(value) ?? []
        const inner: [string, unknown][] = entries.filter(([, one]) => isContainer(one))
        if (
          inner.length < entries.length &&
          entries.every(([, one]) => typeof one === 'number' || typeof one === 'string') &&
          entries.length > 0
        ) {
          for (const [key, one] of entries)
            this.table(name).add([...context, ['NAME', key], ['VALUE', one as CellValue]])
          continue
        }
        this.notice(entries)
        const times = entries.filter(([key, one]) => TIMES.test(key) && !isContainer(one)) as [string, CellValue][]
        for (const [key, one] of inner)
          work.push({ name: key, value: one, context: times.length > 0 ? times : context })
      }
    }
  }

  private rows(name: string, items: readonly unknown[], context: Cells, work: Work[]): void {
    for (let i = 0; i < items.length; i++) {
      const entries = entriesOf(items[i])
      if (entries === undefined) {
        if (!isContainer(items[i])) this.table(name).add([...context, ['VALUE', items[i] as CellValue]])
        continue
      }
      this.notice(entries)
      const cells: (readonly [string, CellValue])[] = []
      const arrays: [string, unknown][] = []
      flatten(entries, cells, arrays)
      const time = cells.filter(([key]) => TIMES.test(key) || /^timestamp\.(?:date|time)$/.test(key))
      const label = cells.filter(([key]) => NAMES.test(key)).slice(0, 1)
      const inherited: Cells =
        name === 'hosts'
          ? []
          : time.length > 0
            ? joinTimes(time)
            : label.length > 0
              ? [...context, ...label]
              : context.length === 0
                ? [['INTERVAL', i]]
                : context
      for (const [key, one] of arrays) work.push({ name: key, value: one, context: inherited })
      const own = cells.filter(([key]) => !time.some(([other]) => other === key))
      if (name === 'hosts' || own.every(([key]) => key.startsWith('timestamp.'))) continue
      const numbered: Cells =
        time.length === 0 && context.length === 0 && arrays.length > 0 && items.length > 1 ? [['INTERVAL', i]] : []
      this.table(name).add([...context, ...numbered, ...joinTimes(time), ...own])
    }
  }

  /** Facts about the host that sysstat puts beside its statistics. */
  private notice(entries: readonly [string, unknown][]): void {
    const facts = new Map(entries)
    const host = facts.get('nodename')
    if (typeof host !== 'string') return
    const kernel = facts.get('release')
    const arch = facts.get('machine')
    const cpus = facts.get('number-of-cpus')
    this.meta = {
      host,
      ...(typeof kernel === 'string' && { kernel }),
      ...(typeof arch === 'string' && { arch }),
      ...(typeof cpus === 'number' && { cpus }),
      tool: 'sysstat',
    }
  }

  private subnets(entries: ReadonlyMap<string, unknown>): boolean {
    const subnets = entriesOf(entries.get('entries'))
    const date = entries.get('date')
    const time = entries.get('time')
    if (subnets === undefined || typeof date !== 'string' || typeof time !== 'string') return false
    this.meta = { tool: 'tcpsubnet' }
    const table = this.table('tcpsubnet')
    for (const [subnet, bytes] of subnets)
      table.add([
        ['TIME', `${date} ${time}`],
        ['SUBNET', subnet],
        ['BYTES', typeof bytes === 'number' ? bytes : null],
      ])
    return true
  }

  /** Percentiles of biolatpcts by kind of I/O, in seconds. */
  private percentiles(entries: readonly [string, unknown][]): boolean {
    const kinds = entries.map(([kind, value]) => [kind, entriesOf(value)] as const)
    if (
      kinds.length === 0 ||
      !kinds.every(
        ([, values]) =>
          values !== undefined &&
          values.length > 0 &&
          values.every(([p, v]) => /^\d+(?:\.\d+)?$/.test(p) && typeof v === 'number'),
      )
    )
      return false
    this.meta = { tool: 'biolatpcts' }
    const interval = this.interval++
    for (const [kind, values] of kinds)
      this.table('biolatpcts').add([
        ['INTERVAL', interval],
        ['TYPE', kind],
        ...values!.map(([p, v]) => [`p${p} (s)`, v as number] as const),
      ])
    return true
  }

  private table(name: string): RowSet {
    let table = this.tables.get(name)
    if (table === undefined) this.tables.set(name, (table = new RowSet(name)))
    return table
  }
}

/** Scalars of nested objects as `outer.inner` cells; arrays of objects apart, arrays of scalars joined by blanks. Iterative. */
function flatten(
  entries: readonly [string, unknown][],
  cells: (readonly [string, CellValue])[],
  arrays: [string, unknown][],
): void {
  const work: [string, unknown][] = [...entries].reverse()
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    const [key, value] = next
    const inner = entriesOf(value)
    if (inner !== undefined) {
      if (inner.some(([, one]) => Array.isArray(one) && one.some(isContainer))) {
        for (const [name, one] of inner) (isContainer(one) ? arrays : (cells as [string, unknown][])).push([name, one])
      } else for (const [name, one] of inner.reverse()) work.push([`${key}.${name}`, one])
    } else if (!Array.isArray(value)) cells.push([key, value as CellValue])
    else if (value.some(isContainer)) arrays.push([key, value])
    else cells.push([key, value.join(isStackColumn(key) ? '; ' : ' ')])
  }
}

/** sadf's date and time as one stamp. */
function joinTimes(cells: Cells): Cells {
  const date = cells.find(([key]) => key === 'timestamp.date')
  const time = cells.find(([key]) => key === 'timestamp.time')
  if (date === undefined || time === undefined) return cells
  return [['timestamp', `${String(date[1])} ${String(time[1])}`]]
}

function isContainer(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}
