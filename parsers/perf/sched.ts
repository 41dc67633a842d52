/**
 * The three reports of perf sched:
 *
 *                time    cpu  task name                       wait time  sch delay   run time        timehist
 *                             [tid/pid]                          (msec)     (msec)     (msec)
 *          918.346450 [0000]  sleep[26095]                        0.019      0.000      0.734
 *          918.346461 [0001]  app[7/7]                            1.200      0.011      0.031    futex_do_wait <- __futex_wait <- do_futex      -g
 *
 *       Task                  |   Runtime ms  | Switches | Avg delay ms    | ...                     latency
 *       bash:(2)              |      4.986 ms |        2 | avg:   0.019 ms | max:   0.038 ms | max start:   918.381860 s | max end: 918.381898 s
 *
 *       *A0         918.344364 secs A0 => migration/0:18                                             map: a column per CPU
 *        .  *.      918.344602 secs
 *
 * Source: tools/perf/builtin-sched.c; FORMATS a2.
 */
import type { Dataset, DiagnosticLog, EventTable } from '../../src/model/index.ts'
import type { ColumnSpec } from '../build/table-builder.ts'
import { TableBuilder } from '../build/table-builder.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'
import { TimehistStacks } from './timehist-stacks.ts'

const META = { tool: 'perf sched' }
const number = (name: string, unit = ''): ColumnSpec => ({ name, unit, cell: 'number' })
const text = (name: string): ColumnSpec => ({ name, unit: '', cell: 'text' })

const HIST_ROW =
  /^ *(\d+\.\d{6,9}) \[(\d{4,})\] +(.*?) {2,}(-?\d+\.\d+) +(-?\d+\.\d+) +(-?\d+\.\d+)(?: +([A-Z]\+?)(?= |$))?(?: +next: (.*\[-?\d+(?:\/-?\d+)?\]|[^[\]]*?)(?: {2,}(\S.*?))?| +(\S.*? <- .*?|[^\s:]+))? *$/
/** -w and -M: `918.346401 [0001]  app[25077]      migrated: sh[25079] cpu 1 => 0` */
const HIST_EVENT =
  /^ *(\d+\.\d{6,9}) \[(\d{4,})\] +(.{1,64}?) +(awakened|migrated): (.{0,64}?)(?: cpu (\d+) => (\d+))? *$/
const HIST_START = /^ *\d+\.\d{6,9} \[\d{4,}\]/
const HIST_SHORT =
  /^ *(\d+\.\d{6,9}) \[(\d{4,})\] +(.{1,40}?) (-?\d+\.\d+) +(-?\d+\.\d+) +(-?\d+\.\d+)(?: +([A-Z]\+?))? *$/
const SUMMARY_ROW =
  /^ *(.{1,64}?)\[(-?\d+)(?:\/(-?\d+))?\] +(-?\d+) +(\d+) +(\d+\.\d+) +(\d+\.\d+) +(\d+\.\d+) +(\d+\.\d+) +(\d+\.\d+) +(\d+) *$/

export const perfSchedTimehist = lineFormat({
  id: 'perf-sched-timehist',
  title: 'perf sched timehist',
  sniff: head =>
    head.lines.some(line =>
      /^ +time +cpu +(?:[0-9a-f]+ +)?task name +(?:wait time|run time)|^Runtime summary$/.test(line),
    ) || head.lines.filter(line => HIST_ROW.test(line)).length >= 3,
  grammar: timehist,
})

/** Columns of the tables, by the table's name. */
const HIST_TABLES = {
  timehist: [
    number('TIME', 's'),
    number('CPU'),
    text('TASK'),
    number('TID'),
    number('PID'),
    number('WAIT', 'ms'),
    number('DELAY', 'ms'),
    number('RUN', 'ms'),
    text('STATE'),
    text('NEXT'),
    text('STACK'),
  ],
  events: [
    number('TIME', 's'),
    number('CPU'),
    text('TASK'),
    number('TID'),
    number('PID'),
    text('EVENT'),
    text('WHO'),
    number('FROM'),
    number('TO'),
  ],
  summary: [
    text('TASK'),
    number('TID'),
    number('PID'),
    number('PARENT'),
    number('SWITCHES', 'count'),
    number('RUN', 'ms'),
    number('MIN', 'ms'),
    number('AVG', 'ms'),
    number('MAX', 'ms'),
    number('STDDEV', '%'),
    number('MIGRATIONS', 'count'),
  ],
  notes: [text('NOTE'), text('VALUE')],
} as const
const HIST_HEADING =
  /^ *(?:time +cpu +(?:[0-9a-f]+ +)?task name|\[tid\/pid\]|comm +parent +sched-in|\(count\) +\(msec\)|-{8}[- ]*$|Runtime summary|Terminated tasks:|Idle stats:|Wait-time summary|Samples (?:do not|of)|Samples\b)/
const HIST_NOTE =
  /^ *((?:CPU +\d+ idle (?:for|entire).*?)|Total number of [a-z ]+|Total (?:run|scheduling) time \(msec\)|Samples with.*?|Total number of context switches)(?::? +)(\S.*)$/
const HIST_LOST = /^ *\d+\.\d{6,9} lost (\d+) events on cpu \d+ *$/

function timehist(log: DiagnosticLog): LineGrammar {
  return new TimehistGrammar(log)
}

class TimehistGrammar implements LineGrammar {
  private readonly log: DiagnosticLog
  private readonly rows: TableBuilder
  private readonly events: TableBuilder
  private readonly summary: TableBuilder
  private readonly notes: TableBuilder
  private readonly stacks = new TimehistStacks()
  /** Where -V draws a mark in the column of the CPU. */
  private drawing: readonly [from: number, to: number] | undefined

  constructor(log: DiagnosticLog) {
    this.log = log
    this.rows = new TableBuilder('timehist', HIST_TABLES.timehist, log)
    this.events = new TableBuilder('events', HIST_TABLES.events, log)
    this.summary = new TableBuilder('summary', HIST_TABLES.summary, log)
    this.notes = new TableBuilder('notes', HIST_TABLES.notes, log)
  }

  line(printed: string, n: number): boolean {
    const line = this.withoutDrawing(printed)
    return (
      this.row(line, n) || this.event(line, n) || this.total(line, n) || HIST_HEADING.test(line) || this.note(line, n)
    )
  }

  datasets(): Dataset[] {
    return kept([
      ...this.stacks.finish(this.log),
      withoutEmpty(this.rows.finish(META), ['NEXT', 'STACK']),
      this.events.finish(META),
      this.summary.finish(META),
      this.notes.finish(META),
    ])
  }

  /** The line without the column that -V draws; the summary below has no such column. */
  private withoutDrawing(line: string): string {
    const heading = /^( +time +cpu +)((?:[0-9a-f]+ +)?)task name /.exec(line)
    if (heading !== null)
      this.drawing = heading[2] === '' ? undefined : [heading[1]!.length, heading[1]!.length + heading[2]!.length]
    const { drawing } = this
    return drawing === undefined || !HIST_START.test(line) ? line : line.slice(0, drawing[0]) + line.slice(drawing[1])
  }

  private row(line: string, n: number): boolean {
    const row = HIST_ROW.exec(line) ?? HIST_SHORT.exec(line)
    if (row === null) return false
    const [, time, cpu, task, wait, delay, run, state, next = '', after, alone] = row
    const chain = after ?? alone ?? ''
    const comm = named(task!)
    this.rows.add([time!, cpu!, ...comm, wait!, delay!, run!, state ?? '', next.trim(), chain], n)
    if (chain !== '' || this.stacks.some) this.stacks.add(comm, [wait!, delay!, run!], chain)
    return true
  }

  private event(line: string, n: number): boolean {
    const event = HIST_EVENT.exec(line)
    if (event !== null) {
      const [, time, cpu, task, what, who, from, to] = event
      this.events.add([time!, cpu!, ...named(task!), what!, who!, from ?? '', to ?? ''], n)
      return true
    }
    const lost = HIST_LOST.exec(line)
    if (lost !== null) this.log.addLost(Number(lost[1]), 'perf lost events', n)
    return lost !== null
  }

  private total(line: string, n: number): boolean {
    const sum = SUMMARY_ROW.exec(line)
    if (sum === null) return false
    const [, task, tid, pid, ...rest] = sum
    this.summary.add([task!, tid!, pid ?? tid!, ...rest], n)
    return true
  }

  private note(line: string, n: number): boolean {
    const note = HIST_NOTE.exec(line)
    if (note !== null) this.notes.add([note[1]!, note[2]!], n)
    return note !== null
  }
}

/** Comm, thread and process of `comm[tid/pid]` or `comm[tid]`. */
function named(task: string): readonly [string, string, string] {
  const parts = /^(.*)\[(-?\d+)(?:\/(-?\d+))?\]$/.exec(task)
  return [parts?.[1] ?? task, parts?.[2] ?? '', parts?.[3] ?? parts?.[2] ?? '']
}

/** The table without columns that only an option of the tool fills. */
function withoutEmpty(table: EventTable, names: readonly string[]): EventTable {
  return {
    ...table,
    columns: table.columns.filter(
      column => !names.includes(column.name) || column.type !== 'text' || column.values.some(value => value !== ''),
    ),
  }
}

const LATENCY_ROW =
  /^ *(.{1,64}?):\(?(\d+)\)? *\| *(\d+\.\d+) ms \| *(\d+) \| *avg: *(\d+\.\d+) ms \| *max: *(\d+\.\d+) ms *(.*)$/

export const perfSchedLatency = lineFormat({
  id: 'perf-sched-latency',
  title: 'perf sched latency',
  sniff: head =>
    head.lines.some(line => /^ *Task +\| +Runtime ms +\| +(?:Switches|Count) +\|/.test(line)) ||
    head.lines.filter(line => LATENCY_ROW.test(line)).length >= 2,
  grammar: latency,
})

function latency(log: DiagnosticLog): LineGrammar {
  const rows = new TableBuilder(
    'latency',
    [
      text('TASK'),
      number('TID'),
      number('MERGED'),
      number('RUN', 'ms'),
      number('SWITCHES', 'count'),
      number('AVG DELAY', 'ms'),
      number('MAX DELAY', 'ms'),
      number('MAX START', 's'),
      number('MAX END', 's'),
    ],
    log,
  )
  const totals = new TableBuilder('totals', [text('NAME'), number('RUN', 'ms'), number('SWITCHES', 'count')], log)
  return {
    line(line, n) {
      const row = LATENCY_ROW.exec(line)
      if (row !== null) {
        const [, task, id, run, switches, average, most, rest] = row
        const merged = new RegExp(`:\\(${id!}\\) *\\|`).test(line)
        const at = (label: string): string => new RegExp(`max (?:${label})[: ] *(\\d+\\.\\d+) s`).exec(rest!)?.[1] ?? ''
        rows.add(
          [task!, merged ? '' : id!, merged ? id! : '1', run!, switches!, average!, most!, at('start|at'), at('end')],
          n,
        )
        return true
      }
      const total = /^ *(TOTAL): *\| *(\d+\.\d+) ms \| *(\d+) \|/.exec(line)
      if (total !== null) {
        totals.add(total.slice(1), n)
        return true
      }
      const info = /^ *INFO: (.*)$/.exec(line)
      if (info !== null) log.note('tool-info', 'perf sched says', { severity: 'info', line: n, text: info[1]! })
      return info !== null || /^ *-+ *$|^ *Task +\|/.test(line)
    },
    datasets: () => kept([rows.finish(META), totals.finish(META)]),
  }
}

interface MapRow {
  /** What runs on each CPU; the one that changed has a star. */
  readonly cpus: readonly string[]
  readonly time: string
  readonly short: string | undefined
  readonly name: string | undefined
}

function mapRow(line: string): MapRow | undefined {
  const at = line.indexOf(' secs')
  if (at < 0) return undefined
  const cpus = line.slice(0, at).trim().split(/\s+/)
  const time = cpus.pop()
  if (
    time === undefined ||
    !/^\d+\.\d{6,9}$/.test(time) ||
    cpus.length === 0 ||
    !cpus.every(cell => /^\*?(?:[A-Z0-9]{2}|\.|-)$/.test(cell))
  )
    return undefined
  const arrow = /^(\S{1,2}) +=> (.*)$/.exec(line.slice(at + 5).trim())
  return { cpus, time, short: arrow?.[1], name: arrow?.[2] }
}

export const perfSchedMap = lineFormat({
  id: 'perf-sched-map',
  title: 'perf sched map',
  coloured: true,
  sniff: head => head.lines.filter(line => mapRow(line) !== undefined).length >= 2,
  grammar: map,
})

function map(log: DiagnosticLog): LineGrammar {
  const rows = new TableBuilder(
    'map',
    [number('TIME', 's'), number('CPU'), text('SHORT'), text('TASK'), number('TID')],
    log,
  )
  const names = new Map<string, readonly [task: string, tid: string]>([['.', ['swapper', '0']]])
  return {
    line(line, n) {
      const row = mapRow(line)
      if (row === undefined) return false
      const { cpus, time, short, name } = row
      if (short !== undefined && name !== undefined) {
        const colon = name.trimEnd().lastIndexOf(':')
        names.set(short, colon > 0 ? [name.slice(0, colon), name.slice(colon + 1).trim()] : [name.trim(), ''])
      }
      const cpu = cpus.findIndex(cell => cell.startsWith('*'))
      const task = cpu < 0 ? '' : cpus[cpu]!.slice(1)
      const [comm, tid] = names.get(task) ?? ['', '']
      rows.add([time, cpu < 0 ? '' : String(cpu), task, comm, tid], n)
      return true
    },
    datasets: () => kept([rows.finish(META)]),
  }
}

function kept(datasets: readonly Dataset[]): Dataset[] {
  return datasets.filter((dataset, i) => i === 0 || dataset.kind !== 'events' || dataset.length > 0)
}
