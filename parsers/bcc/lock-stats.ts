/**
 * Lock statistics per caller, as klockstat prints them, python in nanoseconds, libbpf with units:
 *
 *                                       Caller   Avg Spin  Count   Max spin Total spin
 *                               pipe_wait+0xa9        685 811947      17376  556542328
 *                               pipe_wait+0xa9                                              more of the caller's stack (-s)
 *                              pipe_read+0x206
 *
 *                                       Caller   Avg Hold  Count   Max hold Total hold
 *                               futex_wait+0x5     1.2 us     12     3.0 ms     4.1 ms
 *        Max PID 4711, COMM web, Lock rt_mutex (0xffff8881)
 *
 * Each interval stands for itself with -R; without, it holds those before it. Source: bcc tools/klockstat.py, libbpf-tools klockstat.c; FORMATS c7.
 */

import type { Dataset, Meta, Parsed } from '../../src/model/index.ts'
import { DiagnosticLog, ROOT } from '../../src/model/index.ts'
import { growthOf, PrintValues } from '../build/print-growth.ts'
import { ProfileBuilder } from '../build/profile-builder.ts'
import type { Format, ReadOptions } from '../reading/format.ts'
import { stripInterrupt } from '../reading/head.ts'
import type { LineSink } from '../reading/lines.ts'
import { lineReader } from '../reading/lines.ts'
import { addStack } from '../stacks/kernel-side.ts'
import type { FrameLine } from '../stacks/symbol.ts'
import { readSymbol } from '../stacks/symbol.ts'
import { isTalk } from '../words/banners.ts'
import { commOf } from '../words/comm.ts'
import { takeCutMark } from '../words/cut-mark.ts'

const HEADING = /^\s*(Caller|Tid\s+Comm|Thread)\s+Avg (\w+)\s+Count\s+Max \w+\s+Total \w+\s*$/i
const NUMBER = /^\d+(?:\.\d+)?$/
const TIME_UNIT = /^(?:ns|us|ms|s|m|h)$/
const WORST = /^\s*Max PID (\d+), COMM (.*), Lock (.*) \((0x[0-9a-f]+)\)\s*$/
const CLOCK = /^\d{2}:\d{2}:\d{2}\s*$/

export const lockStats: Format = {
  id: 'lock-stats',
  title: 'lock statistics per caller (klockstat)',
  sniff: head => head.lines.some(line => HEADING.test(line)),
  reader(options) {
    const log = new DiagnosticLog(options.source, options.strict)
    return lineReader(new LockStatsReader(log, options), log)
  },
}

interface Lock {
  readonly interval: number
  readonly stack: FrameLine[]
  readonly caller: string
  /** Nanoseconds. */
  readonly average: number
  readonly count: number
  readonly max: number
  readonly total: number
  worst: { readonly pid: number; readonly comm: string; readonly lock: string } | undefined
}

class LockStatsReader implements LineSink {
  private readonly log: DiagnosticLog
  private readonly options: ReadOptions
  private readonly offsets: boolean
  /** Rows per kind of time: spin or wait, hold. */
  private readonly kinds = new Map<string, Lock[]>()
  private readonly intervals = new Map<string, number>()
  private rows: Lock[] | undefined
  private kind = ''

  constructor(log: DiagnosticLog, options: ReadOptions) {
    this.log = log
    this.options = options
    this.offsets = options.offsets === true
  }

  line(text: string, number: number): void {
    const line = stripInterrupt(text)
    if (line.trim() === '' || isTalk(line) || takeCutMark(this.log, line, number) || CLOCK.test(line)) return
    const heading = HEADING.exec(line)
    if (heading !== null) return this.open(heading[2]!.toLowerCase())
    const { rows } = this
    if (rows === undefined) return this.log.skip(number, text, 'a line before the heading of a lock table')
    const row = lockRow(line)
    if (row !== undefined) {
      rows.push({
        ...row,
        interval: this.intervals.get(this.kind)!,
        stack: [readSymbol(row.caller, this.offsets)],
        worst: undefined,
      })
      return
    }
    const lock = rows.at(-1)
    if (lock === undefined) return this.log.skip(number, text, 'a line that is no row of a lock table')
    const worst = WORST.exec(line)
    if (worst !== null) lock.worst = { pid: Number(worst[1]), comm: worst[2]!, lock: worst[3]! }
    else if (/^\s*\S+\s*$/.test(line)) lock.stack.push(readSymbol(commOf(line.trim()), this.offsets))
    else this.log.skip(number, text, 'a line that is no row of a lock table')
  }

  end(): Parsed {
    const datasets: Dataset[] = []
    for (const [kind, rows] of this.kinds) {
      if (rows.length === 0) continue
      const counting = this.counting(kind, rows)
      const meta: Meta = { tool: 'klockstat', event: `lock ${kind}` }
      for (const [name, unit, pick] of [
        ['total', 'ns', total],
        ['count', 'count', count],
      ] as const) {
        const profile = new ProfileBuilder()
        for (const lock of counting)
          profile.add(addStack(profile.stacks, ROOT, lock.stack, lock.stack.length), pick(lock))
        datasets.push(profile.finish(`lock ${kind}`, { name, unit }, meta))
      }
      datasets.push(tableOf(kind, rows, this.intervals.get(kind)!, meta))
    }
    return {
      format: lockStats.id,
      datasets,
      diagnostics: this.log.list(),
      skippedLines: this.log.skippedLines,
      lost: this.log.lost,
    }
  }

  /** Rows that add up: all, or those of the last interval where each holds what was counted since the start (klockstat -i without -R). */
  private counting(kind: string, rows: readonly Lock[]): readonly Lock[] {
    const intervals = this.intervals.get(kind)!
    const { prints } = this.options
    if (intervals < 2 || prints === 'sum') return rows
    const last = rows.filter(lock => lock.interval === intervals)
    if (prints === 'last') return last
    const { how, bits } = growthOf(valuesOf(rows, intervals))
    if (how !== 'grew' || bits < LIKELY_BITS) return rows
    this.log.note(
      'assumed-prints',
      `lock ${kind}: ${intervals} intervals only grow: read as totals since the start; --prints sum says otherwise`,
      { severity: 'info' },
    )
    return last
  }

  private open(kind: string): void {
    this.kind = kind
    this.intervals.set(kind, (this.intervals.get(kind) ?? 0) + 1)
    let rows = this.kinds.get(kind)
    if (rows === undefined) this.kinds.set(kind, (rows = []))
    this.rows = rows
  }
}

/** Evidence in bits that intervals do not grow by chance. */
const LIKELY_BITS = 4

/** Counts, totals and maxima per caller, interval by interval. */
function* valuesOf(rows: readonly Lock[], intervals: number): Iterable<PrintValues> {
  const keys = new Map<string, number>()
  let at = 0
  for (let interval = 1; interval <= intervals; interval++) {
    const values = new PrintValues()
    for (; at < rows.length && rows[at]!.interval === interval; at++) {
      const lock = rows[at]!
      const text = lock.stack.map(frame => frame.name + (frame.offset ?? '')).join(';')
      let key = keys.get(text)
      if (key === undefined) keys.set(text, (key = keys.size))
      values.add(key, 0, lock.count)
      values.add(key, 1, lock.total)
      values.rank(key, lock.total)
    }
    yield values
  }
}

function total(lock: Lock): number {
  return lock.total
}

function count(lock: Lock): number {
  return lock.count
}

function tableOf(kind: string, rows: readonly Lock[], intervals: number, meta: Meta): Dataset {
  const number = (name: string, unit: string, pick: (lock: Lock) => number) => ({
    name,
    type: 'number' as const,
    unit,
    values: Float64Array.from(rows, pick),
  })
  const text = (name: string, pick: (lock: Lock) => string) => ({ name, type: 'text' as const, values: rows.map(pick) })
  const worst = rows.some(lock => lock.worst !== undefined)
  return {
    kind: 'events',
    name: `lock ${kind}`,
    tool: 'klockstat',
    length: rows.length,
    meta,
    columns: [
      ...(intervals > 1 ? [number('INTERVAL', '', lock => lock.interval)] : []),
      text('CALLER', lock => lock.caller),
      number('AVG', 'ns', lock => lock.average),
      number('COUNT', 'count', count),
      number('MAX', 'ns', lock => lock.max),
      number('TOTAL', 'ns', total),
      text('STACK', lock => lock.stack.map(frame => frame.name + (frame.offset ?? '')).join(';')),
      ...(worst
        ? [
            number('MAX PID', '', lock => lock.worst?.pid ?? NaN),
            text('MAX COMM', lock => lock.worst?.comm ?? ''),
            text('LOCK', lock => lock.worst?.lock ?? ''),
          ]
        : []),
    ],
  }
}

/** Caller, mean, count, maximum and total of a row, read from its end; undefined for other lines. */
function lockRow(line: string): Pick<Lock, 'caller' | 'average' | 'count' | 'max' | 'total'> | undefined {
  const words = line.trim().split(/\s+/)
  const time = (): number => {
    const unit = TIME_UNIT.test(words.at(-1) ?? '') ? words.pop()! : ''
    const digits = words.pop() ?? ''
    return NUMBER.test(digits) ? nanoseconds(Number(digits), unit) : NaN
  }
  const total = time()
  const max = time()
  const count = Number(words.pop() ?? NaN)
  const average = time()
  const caller = commOf(words.join(' '))
  return caller === '' || !Number.isInteger(count) || Number.isNaN(total + max + average)
    ? undefined
    : { caller, average, count, max, total }
}

const NANOSECONDS = new Map([
  ['', 1],
  ['ns', 1],
  ['us', 1e3],
  ['ms', 1e6],
  ['s', 1e9],
  ['m', 6e10],
  ['h', 3.6e12],
])

/** 685, 1.2 us, 3.0 m in nanoseconds, to the digit printed. */
function nanoseconds(digits: number, unit: string): number {
  const value = digits * NANOSECONDS.get(unit)!
  return value < 1e12 ? Math.round(value * 10) / 10 : value
}
