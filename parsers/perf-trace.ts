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
 *
 * Source: tools/perf/builtin-trace.c; FORMATS a3.
 */
import type { Dataset, DiagnosticLog } from '../src/model/index.ts'
import { lineFormat } from './line-format.ts'
import type { LineGrammar } from './line-format.ts'
import { TableBuilder } from './table-builder.ts'
import type { ColumnSpec } from './table-builder.ts'

const CALL = /^ *(\d+\.\d+|\?) \( *(?:(\d+\.\d+) ms *)?\.{0,3} *\): ?(?:(.{0,64}?)\/(\d+) )? *(.*)$/
const TASK = /^ *(.{1,64}?) \((\d+)\), (\d+) events, ([\d.]+)%/
const SUMMARY = /^ +(\S+) +(\d+) +(?:(\d+) +)?(\d+\.\d+) +(\d+\.\d+) +(\d+\.\d+) +(\d+\.\d+) +(\d+\.\d+)% *$/
const META = { tool: 'perf trace' }
const number = (name: string, unit = ''): ColumnSpec => ({ name, unit, cell: 'number' })
const text = (name: string): ColumnSpec => ({ name, unit: '', cell: 'text' })

export const perfTrace = lineFormat({
  id: 'perf-trace',
  title: 'perf trace: system calls and their summary',
  sniff: head => head.lines.filter(line => CALL.test(line)).length >= 2 || head.lines.some(line => /^ Summary of events:/.test(line)),
  grammar: trace,
})

function trace(log: DiagnosticLog): LineGrammar {
  const calls = new TableBuilder('calls', [number('TIME', 'ms'), number('DURATION', 'ms'), text('COMM'), number('TID'), text('CALL'), text('ARGS'), text('RESULT')], log)
  const tasks = new TableBuilder('tasks', [text('COMM'), number('TID'), number('EVENTS', 'count'), number('SHARE', '%')], log)
  const summary = new TableBuilder('summary', [text('COMM'), number('TID'), text('SYSCALL'), number('CALLS', 'count'), number('ERRORS', 'count'), number('TOTAL', 'ms'), number('MIN', 'ms'), number('AVG', 'ms'), number('MAX', 'ms'), number('STDDEV', '%')], log)
  let task: readonly string[] = ['', '']
  return {
    line(line, n) {
      const call = CALL.exec(line)
      if (call !== null) {
        const [, time, duration, comm, tid, what] = call
        const equals = what!.lastIndexOf(' = ')
        const head = equals < 0 ? what!.trim() : what!.slice(0, equals).trim()
        const open = head.indexOf('(')
        const name = head.startsWith('...') ? /\]: (\w+)/.exec(head)?.[1] ?? head : open < 0 ? head : head.slice(0, open)
        const args = open < 0 || head.startsWith('...') ? '' : head.slice(open + 1).replace(/\)$/, '')
        calls.add([time!, duration ?? '', comm ?? '', tid ?? '', name, args, equals < 0 ? '' : what!.slice(equals + 3).trim()], n)
        return true
      }
      const of = TASK.exec(line)
      if (of !== null) {
        task = [of[1]!, of[2]!]
        tasks.add(of.slice(1), n)
        return true
      }
      const row = SUMMARY.exec(line)
      if (row !== null) {
        summary.add([...task, ...row.slice(1).map(cell => cell ?? '')], n)
        return true
      }
      if (/^ *(?:Summary of events:|syscall +calls|\(msec\)|-{4,}[- ]*$)/.test(line)) return true
      // What the traced program printed stands between the calls.
      if (calls.length === 0 || !line.startsWith(' ')) {
        log.note('program-output', 'a line of the traced program itself', { severity: 'info', line: n, text: line })
        return true
      }
      return false
    },
    datasets: (): Dataset[] => [calls.finish(META), tasks.finish(META), summary.finish(META)].filter(table => table.length > 0),
  }
}
