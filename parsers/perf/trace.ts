/**
 * System calls as perf trace prints them, and its summary (-s):
 *
 *          0.085 ( 0.021 ms): cat/27203 brk()                                   = 0x5647cbd7d000
 *          ? (         ): cat/27203  ... [continued]: execve())                 = 0
 *
 *      cat (27210), 230 events, 97.5%
 *        syscall            calls  errors  total       min       avg       max       stddev
 *                                          (msec)    (msec)    (msec)    (msec)        (%)
 *        --------------- --------  ------ -------- --------- --------- ---------     ------
 *        openat                31     13     0.845     0.020     0.027     0.037      3.85%
 *     				ENOENT: 13                                                           --errno-summary
 *
 *          0.155 ( 0.016 ms): ls/779 openat(dfd: CWD, filename: 0x12611720)     = 4
 *                                            __GI___open64_nocancel (/usr/lib/ld-linux-x86-64.so.2)      --call-graph
 *
 * Source: tools/perf/builtin-trace.c; FORMATS a3.
 */

import type { Dataset, DiagnosticLog } from '../../src/model/index.ts'
import { kindCode, ROOT } from '../../src/model/index.ts'
import { ProfileBuilder } from '../build/profile-builder.ts'
import type { ColumnSpec } from '../build/table-builder.ts'
import { TableBuilder } from '../build/table-builder.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'
import { addStack, kernelFrames } from '../stacks/kernel-side.ts'
import type { FrameLine } from '../stacks/symbol.ts'

const CALL = /^ *(\d+\.\d+|\?) \( *(?:(\d+\.\d+) ms *)?\.{0,3} *\): ?(?:(.{0,64}?)\/(\d+) )? *(.*)$/
const TASK = /^ *(.{1,64}?) \((\d+)\), (\d+) events, ([\d.]+)%/
const SUMMARY = /^ +(\S+) +(\d+) +(?:(\d+) +)?(\d+\.\d+) +(\d+\.\d+) +(\d+\.\d+) +(\d+\.\d+) +(\d+\.\d+)% *$/
const ERRNO = /^\t+([A-Z][A-Z0-9]*|-?\d+): (\d+)$/
const FRAME = /^ {16,}(\S.*) \(([^()]+)\)$/
const META = { tool: 'perf trace' }
const number = (name: string, unit = ''): ColumnSpec => ({ name, unit, cell: 'number' })
const text = (name: string): ColumnSpec => ({ name, unit: '', cell: 'text' })

export const perfTrace = lineFormat({
  id: 'perf-trace',
  title: 'perf trace: system calls and their summary',
  sniff: head =>
    head.lines.filter(line => CALL.test(line)).length >= 2 ||
    head.lines.some(line => /^ Summary of events:/.test(line)),
  grammar: trace,
})

/** Columns of the tables, by the table's name. */
const TABLES = {
  calls: [
    number('TIME', 'ms'),
    number('DURATION', 'ms'),
    text('COMM'),
    number('TID'),
    text('CALL'),
    text('ARGS'),
    text('RESULT'),
  ],
  tasks: [text('COMM'), number('TID'), number('EVENTS', 'count'), number('SHARE', '%')],
  summary: [
    text('COMM'),
    number('TID'),
    text('SYSCALL'),
    number('CALLS', 'count'),
    number('ERRORS', 'count'),
    number('TOTAL', 'ms'),
    number('MIN', 'ms'),
    number('AVG', 'ms'),
    number('MAX', 'ms'),
    number('STDDEV', '%'),
  ],
  errors: [text('COMM'), number('TID'), text('SYSCALL'), text('ERROR'), number('COUNT', 'count')],
} as const

function trace(log: DiagnosticLog): LineGrammar {
  return new TraceGrammar(log)
}

class TraceGrammar implements LineGrammar {
  private readonly log: DiagnosticLog
  private readonly calls: TableBuilder
  private readonly tasks: TableBuilder
  private readonly summary: TableBuilder
  private readonly errors: TableBuilder
  private readonly profile = new ProfileBuilder()
  private task: readonly string[] = ['', '']
  private syscall = ''
  private caller = ''
  private stack: FrameLine[] = []

  constructor(log: DiagnosticLog) {
    this.log = log
    this.calls = new TableBuilder('calls', TABLES.calls, log)
    this.tasks = new TableBuilder('tasks', TABLES.tasks, log)
    this.summary = new TableBuilder('summary', TABLES.summary, log)
    this.errors = new TableBuilder('errors', TABLES.errors, log)
  }

  line(line: string, n: number): boolean {
    return (
      this.call(line, n) ||
      this.total(line, n) ||
      /^ *(?:Summary of events:|syscall +calls|\(msec\)|-{4,}[- ]*$)/.test(line) ||
      this.frame(line) ||
      this.program(line, n)
    )
  }

  datasets(): Dataset[] {
    this.closeStack()
    const { calls, tasks, summary, errors, profile } = this
    return [
      ...[calls, tasks, summary, errors].filter(table => table.length > 0).map(table => table.finish(META)),
      ...(profile.samples > 0 ? [profile.finish('calls', { name: 'events', unit: 'events' }, META)] : []),
    ]
  }

  private call(line: string, n: number): boolean {
    const call = CALL.exec(line)
    if (call === null) return false
    const [, time, duration, comm, tid, what] = call
    this.closeStack()
    this.caller = comm ?? ''
    this.calls.add([time!, duration ?? '', comm ?? '', tid ?? '', ...callOf(what!)], n)
    return true
  }

  /** Rows of the summary: a task, its system calls, their errors. */
  private total(line: string, n: number): boolean {
    const of = TASK.exec(line)
    if (of !== null) {
      this.task = [of[1]!, of[2]!]
      this.tasks.add(of.slice(1), n)
      return true
    }
    const row = SUMMARY.exec(line)
    if (row !== null) {
      this.syscall = row[1]!
      this.summary.add([...this.task, ...row.slice(1).map(cell => cell ?? '')], n)
      return true
    }
    const error = ERRNO.exec(line)
    if (error === null || this.syscall === '') return false
    this.errors.add([...this.task, this.syscall, error[1]!, error[2]!], n)
    return true
  }

  private frame(line: string): boolean {
    const frame = this.calls.length > 0 ? FRAME.exec(line) : null
    if (frame === null) return false
    this.stack.push({
      name: frame[1] === '[0]' ? '[unknown]' : frame[1]!,
      module: frame[2] === '[unknown]' ? '' : frame[2]!,
    })
    return true
  }

  /** What the traced program printed stands between the calls. */
  private program(line: string, n: number): boolean {
    if (this.calls.length > 0 && line.startsWith(' ')) return false
    this.log.note('program-output', 'a line of the traced program itself', { severity: 'info', line: n, text: line })
    return true
  }

  private closeStack(): void {
    const { stack, caller } = this
    if (stack.length === 0) return
    const { stacks } = this.profile
    const node = caller === '' ? ROOT : stacks.child(ROOT, stacks.frame(caller, '', kindCode('task')))
    this.profile.add(addStack(stacks, node, stack, kernelFrames(stack)), 1)
    this.stack = []
  }
}

/** Name, arguments and result of `name(arguments) = result` and of `... [continued]: name()) = result`. */
function callOf(what: string): readonly [name: string, args: string, result: string] {
  const equals = what.lastIndexOf(' = ')
  const head = equals < 0 ? what.trim() : what.slice(0, equals).trim()
  const result = equals < 0 ? '' : what.slice(equals + 3).trim()
  if (head.startsWith('...')) return [/\]: (\w+)/.exec(head)?.[1] ?? head, '', result]
  const open = head.indexOf('(')
  if (open < 0) return [head, '', result]
  return [head.slice(0, open), head.slice(open + 1).replace(/\)$/, ''), result]
}
