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
import { kindCode, ROOT } from '../src/model/index.ts'
import type { Dataset, DiagnosticLog } from '../src/model/index.ts'
import { lineFormat } from './line-format.ts'
import type { LineGrammar } from './line-format.ts'
import { ProfileBuilder } from './profile-builder.ts'
import { addStack, kernelFrames } from './stack-sides.ts'
import type { Symbol } from './symbol.ts'
import { TableBuilder } from './table-builder.ts'
import type { ColumnSpec } from './table-builder.ts'

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
  sniff: head => head.lines.filter(line => CALL.test(line)).length >= 2 || head.lines.some(line => /^ Summary of events:/.test(line)),
  grammar: trace,
})

function trace(log: DiagnosticLog): LineGrammar {
  const calls = new TableBuilder('calls', [number('TIME', 'ms'), number('DURATION', 'ms'), text('COMM'), number('TID'), text('CALL'), text('ARGS'), text('RESULT')], log)
  const tasks = new TableBuilder('tasks', [text('COMM'), number('TID'), number('EVENTS', 'count'), number('SHARE', '%')], log)
  const summary = new TableBuilder('summary', [text('COMM'), number('TID'), text('SYSCALL'), number('CALLS', 'count'), number('ERRORS', 'count'), number('TOTAL', 'ms'), number('MIN', 'ms'), number('AVG', 'ms'), number('MAX', 'ms'), number('STDDEV', '%')], log)
  const errors = new TableBuilder('errors', [text('COMM'), number('TID'), text('SYSCALL'), text('ERROR'), number('COUNT', 'count')], log)
  const profile = new ProfileBuilder()
  let task: readonly string[] = ['', '']
  let syscall = ''
  let caller = ''
  let stack: Symbol[] = []
  const closeStack = (): void => {
    if (stack.length === 0) return
    const { stacks } = profile
    const node = caller === '' ? ROOT : stacks.child(ROOT, stacks.frame(caller, '', kindCode('task')))
    profile.add(addStack(stacks, node, stack, kernelFrames(stack)), 1)
    stack = []
  }
  return {
    line(line, n) {
      const call = CALL.exec(line)
      if (call !== null) {
        const [, time, duration, comm, tid, what] = call
        closeStack()
        caller = comm ?? ''
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
        syscall = row[1]!
        summary.add([...task, ...row.slice(1).map(cell => cell ?? '')], n)
        return true
      }
      const error = ERRNO.exec(line)
      if (error !== null && syscall !== '') {
        errors.add([...task, syscall, error[1]!, error[2]!], n)
        return true
      }
      if (/^ *(?:Summary of events:|syscall +calls|\(msec\)|-{4,}[- ]*$)/.test(line)) return true
      const frame = calls.length > 0 ? FRAME.exec(line) : null
      if (frame !== null) {
        stack.push({ name: frame[1] === '[0]' ? '[unknown]' : frame[1]!, module: frame[2] === '[unknown]' ? '' : frame[2]! })
        return true
      }
      // What the traced program printed stands between the calls.
      if (calls.length === 0 || !line.startsWith(' ')) {
        log.note('program-output', 'a line of the traced program itself', { severity: 'info', line: n, text: line })
        return true
      }
      return false
    },
    datasets: (): Dataset[] => {
      closeStack()
      return [
        ...[calls, tasks, summary, errors].filter(table => table.length > 0).map(table => table.finish(META)),
        ...(profile.samples > 0 ? [profile.finish('calls', { name: 'events', unit: 'events' }, META)] : []),
      ]
    },
  }
}
