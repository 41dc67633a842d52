/**
 * perf lock: contention by caller, task or lock, from BPF (-b) or from tracepoints; with -v the stack under each row, leaf first:
 *
 *      contended   total wait     max wait     avg wait         type   caller
 *
 *             30    451.42 us     24.42 us     15.05 us     spinlock   do_anonymous_page+0x296
 *                             0xffffffff8226f63e  __pv_queued_spin_lock_slowpath+0x10e
 *                             0xffffffff81602cf6  do_anonymous_page+0x296
 *             57    811.11 us    100.77 us     14.23 us        23885   tsc                         -t: pid, comm
 *              3     12.34 us      5.00 us      4.11 us   ffff8ffff8ffff00   rq_lock (spinlock)     -l: address, symbol
 *     === output for debug===
 *     bad: 0, total: 12
 *
 *                     Name   acquired  contended     avg wait   total wait     max wait     min wait          perf lock report
 *      handle_mm_fault+...         62         62     11.72 us    726.50 us     46.61 us      2.49 us
 *
 * Source: tools/perf/builtin-lock.c.
 */
import type { Dataset, DiagnosticLog } from '../../src/model/index.ts'
import { kindCode, ROOT } from '../../src/model/index.ts'
import { ProfileBuilder } from '../build/profile-builder.ts'
import type { ColumnSpec } from '../build/table-builder.ts'
import { TableBuilder } from '../build/table-builder.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'
import { filledTables, microseconds, notesTable, numberColumn, textColumn } from './tables.ts'

const META = { tool: 'perf lock' }
const HEADING = /^ *contended +total wait +max wait +avg wait +(\S+) +(\S+) *$/
const REPORT_HEADING = /^ *Name +acquired +contended +avg wait(?: \(\w+\))? +total wait(?: \(\w+\))? /
const TIME = String.raw`(\d+(?:\.\d+)?) (ns|us|ms|s|m|h)`
const ROW = new RegExp(String.raw`^ *(\d+) +${TIME} +${TIME} +${TIME} +(\S+)(?: +(\S.*?))? *$`)
const REPORT_ROW = new RegExp(String.raw`^ *(\S.{0,63}?) +(\d+) +(\d+) +${TIME} +${TIME} +${TIME} +${TIME} *$`)
/** Old versions print nanoseconds without a unit. */
const OLD_REPORT_ROW = /^ *(\S.{0,63}?) +(\d+) +(\d+) +(\d+) +(\d+) +(\d+) +(\d+) *$/
const FRAME = /^\s+(?:0x|#\d+ +0x)([0-9a-f]{4,16}) +(.*?)\s*$/
const WAITS = [numberColumn('TOTAL WAIT', 'us'), numberColumn('MAX WAIT', 'us'), numberColumn('AVG WAIT', 'us')]

/** What perf prints beside the table: build ids and symbol files with -v, and how many events fitted no sequence. */
const DEBUG =
  /^(?:=== output for debug ?===|bad rate: .*|histogram of .*|\s+(?:acquire|acquired|contended|release): \d+)\s*$/

export const perfLock = lineFormat({
  id: 'perf-lock',
  title: 'perf lock contention (tables, stacks of -v) and perf lock report',
  sniff: head => head.lines.some(line => HEADING.test(line) || REPORT_HEADING.test(line)),
  grammar: lock,
})

function lock(log: DiagnosticLog): LineGrammar {
  const notes = notesTable(log)
  const stacks = new LockStacks()
  const tables: TableBuilder[] = []
  let kind: 'none' | 'contention' | 'report' = 'none'
  return {
    line(line, n) {
      const heading = HEADING.exec(line)
      if (heading !== null) {
        kind = 'contention'
        tables.push(new TableBuilder('contention', contentionColumns(heading[1]!, heading[2]!), log))
        return true
      }
      if (REPORT_HEADING.test(line)) {
        kind = 'report'
        tables.push(new TableBuilder('locks', reportColumns(), log))
        return true
      }
      if (kind === 'none') {
        log.note('verbose-output', 'lines of -v before the table', { severity: 'info', line: n, text: line })
        return true
      }
      const table = tables[tables.length - 1]!
      const row = kind === 'contention' ? ROW.exec(line) : null
      if (row !== null) {
        const [, count, total, totalUnit, most, mostUnit, mean, meanUnit, first, second] = row
        const wait = microseconds(total!, totalUnit!)
        table.add(
          [count!, wait, microseconds(most!, mostUnit!), microseconds(mean!, meanUnit!), first!, second ?? ''],
          n,
        )
        stacks.start(Number(count), Number(wait))
        return true
      }
      const frame = kind === 'contention' ? FRAME.exec(line) : null
      if (frame !== null) return stacks.frame(frame[1]!, frame[2]!)
      if (kind === 'report') {
        const cells = reportCells(line)
        if (cells !== undefined) {
          table.add(cells, n)
          return true
        }
      }
      const bad = /^ *(bad): (\d+), (total): (\d+) *$/.exec(line)
      if (bad !== null) {
        notes.add(['bad', bad[2]!], n)
        notes.add(['total', bad[4]!], n)
        return true
      }
      if (!DEBUG.test(line)) return false
      log.note('tool-info', 'perf lock says', { severity: 'info', line: n, text: line })
      return true
    },
    datasets: () => [...stacks.finish(), ...filledTables([...tables, notes], META)],
  }
}

function contentionColumns(first: string, second: string): ColumnSpec[] {
  const name = (label: string): ColumnSpec => (label === 'pid' ? numberColumn('PID') : textColumn(label.toUpperCase()))
  return [numberColumn('CONTENDED', 'count'), ...WAITS, name(first), name(second)]
}

function reportColumns(): ColumnSpec[] {
  return [
    textColumn('NAME'),
    numberColumn('ACQUIRED', 'count'),
    numberColumn('CONTENDED', 'count'),
    numberColumn('AVG WAIT', 'us'),
    numberColumn('TOTAL WAIT', 'us'),
    numberColumn('MAX WAIT', 'us'),
    numberColumn('MIN WAIT', 'us'),
  ]
}

function reportCells(line: string): string[] | undefined {
  const row = REPORT_ROW.exec(line)
  if (row !== null) {
    const waits = [4, 6, 8, 10].map(i => microseconds(row[i]!, row[i + 1]!))
    return [row[1]!, row[2]!, row[3]!, ...waits]
  }
  const old = OLD_REPORT_ROW.exec(line)
  return old === null ? undefined : [...old.slice(1, 4), ...old.slice(4).map(wait => microseconds(wait, 'ns'))]
}

/** The stacks under the rows, weighted by wait and by count. */
class LockStacks {
  private readonly waits = new ProfileBuilder()
  private readonly counts = new ProfileBuilder()
  private count = 0
  private wait = 0
  private some = false
  /** Frames of the stack being read, leaf first. */
  private frames: { readonly address: string; readonly symbol: string }[] = []

  /** A row begins; frames that follow are its stack. */
  start(count: number, wait: number): void {
    this.close()
    this.count = count
    this.wait = wait
  }

  frame(address: string, symbol: string): boolean {
    this.frames.push({ address, symbol })
    this.some = true
    return true
  }

  finish(): Dataset[] {
    this.close()
    if (!this.some) return []
    return [
      this.waits.finish('lock contention', { name: 'wait time', unit: 'us' }, META),
      this.counts.finish('lock contention', { name: 'contended', unit: 'count' }, META),
    ]
  }

  private close(): void {
    if (this.count === 0) return
    for (const [builder, value] of [
      [this.waits, this.wait],
      [this.counts, this.count],
    ] as const) {
      let node = ROOT
      for (let i = this.frames.length - 1; i >= 0; i--) {
        const { address, symbol } = this.frames[i]!
        const name = symbol.replace(/\+0x[0-9a-f]+$/, '')
        const kernel = /^[89a-f]/.test(address) && address.length === 16
        const kind = name === '' ? 'unknown' : kernel ? 'kernel' : 'user'
        node = builder.stacks.child(node, builder.stacks.frame(name === '' ? '[unknown]' : name, '', kindCode(kind)))
      }
      builder.add(node, value)
    }
    this.frames = []
    this.count = 0
  }
}
