/**
 * Events of the kernel's trace and trace_pipe files, as trace-cmd report prints them too:
 *
 *     #           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION
 *                 bash-13449   [001] d..2.  2005.611786: sched_switch: prev_comm=bash prev_pid=13449 ...
 *      memfd:sealed-01-4017    [001] d..2.  2005.701785: bpf_trace_printk: hello
 *
 * The task is joined to its id by the last `-`; flags are 4 or 5 letters or left out. Source: kernel/trace/trace_output.c; FORMATS section i.
 */
import type { DiagnosticLog } from '../src/model/index.ts'
import { lineFormat, mostLines } from './line-format.ts'
import type { LineGrammar } from './line-format.ts'
import { TableBuilder } from './table-builder.ts'

const EVENT = /^(\S.{0,15}?) *-(\d+) +(?:\(([ \d-]+)\) +)?\[(\d{3,})\] +(?:([\w.#-]{4,6}) +)?(\d+\.\d+): +(\S.*)$/
const LOST = /^CPU:(\d+) \[LOST (\d+) EVENTS\]$/

export const ftrace = lineFormat({
  id: 'ftrace',
  title: 'trace and trace_pipe of the kernel',
  sniff: head => head.lines.some(line => /^# tracer: /.test(line)) || (head.lines.some(line => EVENT.test(line.trimStart())) && mostLines(head, line => line.startsWith('#') || LOST.test(line.trim()) || (EVENT.test(line.trimStart()) && /\d: *(?:[\w-]+[:(]|\S+ <-)/.test(line)), 2)),
  grammar: events,
})

function events(log: DiagnosticLog): LineGrammar {
  const table = new TableBuilder('events', [
    { name: 'TASK', unit: '', cell: 'text' }, { name: 'TID', unit: '', cell: 'number' }, { name: 'CPU', unit: '', cell: 'number' }, { name: 'FLAGS', unit: '', cell: 'text' },
    { name: 'TIME', unit: 's', cell: 'number' }, { name: 'EVENT', unit: '', cell: 'text' }, { name: 'TEXT', unit: '', cell: 'text' },
  ], log)
  return {
    line(line, n) {
      if (line.startsWith('#')) return true
      const lost = LOST.exec(line.trim())
      if (lost !== null) {
        log.addLost(Number(lost[2]), `the trace buffer of CPU ${lost[1]!} lost events`, n)
        return true
      }
      const match = EVENT.exec(line.trimStart())
      if (match === null) return false
      const [, task, tid, , cpu, flags, time, what] = match
      const name = /^([\w-]+): ?/.exec(what!)
      table.add([task!, tid!, cpu!, flags ?? '', time!, name?.[1] ?? 'function', name === null ? what! : what!.slice(name[0].length)], n)
      return true
    },
    datasets: () => [table.finish({ tool: 'ftrace' })],
  }
}
