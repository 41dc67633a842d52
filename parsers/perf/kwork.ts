/**
 * perf kwork: what interrupts, softirqs and workqueues cost and how long they waited; from tracepoints or BPF (-b):
 *
 *       Kwork Name                     | Cpu  | Total Runtime | Count     | Max runtime   | Max runtime start   | Max runtime end     |
 *      --------------------------------------------------------------------------------------------------------------------------------
 *       (s)RCU:9                       | 0000 |      1.764 ms |       136 |      0.063 ms |       3053.331831 s |       3053.331893 s |
 *      Total count            :       136
 *      Total runtime   (msec) :     1.764 (0.176% load average)
 *      Total time span (msec) :  1000.123
 *
 *      Runtime start      Runtime end        Cpu     Kwork name                      Runtime     Delaytime            timehist
 *                                                    (TYPE)NAME:NUM                  (msec)      (msec)
 *            3053.187837        3053.187844  [0000]  (s)RCU:9                             0.007       0.017
 *
 *     Total  : 138959.857 ms, 4 cpus                                                                                    top
 *     %Cpu(s):  99.93% id,   0.00% hi,   0.02% si
 *     %Cpu0   [||||                     12.34%]
 *           PID     SPID    %CPU           RUNTIME  COMMMAND
 *         -------------------------------------------------------------------------------
 *             0        0   99.93     34733.463 ms  [swapper/3]
 *
 * Source: tools/perf/builtin-kwork.c.
 */
import type { DiagnosticLog } from '../../src/model/index.ts'
import { TableBuilder } from '../build/table-builder.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'
import { filledTables, notesTable, numberColumn, textColumn } from './tables.ts'

const META = { tool: 'perf kwork' }
const HEADING = /^ *Kwork Name +\| Cpu +\|/
const TIMEHIST_HEADING = /^ *Runtime start +Runtime end +Cpu +Kwork name +Runtime +Delaytime/
const TOP_HEADING = /^ *PID +(?:SPID +)?%CPU +RUNTIME +COMMM?AND *$/
const TIMEHIST_ROW =
  /^ *(\d+\.\d{6,9}) +(\d+\.\d{6,9}) +\[(\d+)\] +(\S.{0,255}?) {2,}(\d+\.\d+)(?: +(\d+\.\d+))?(?: +(\D.*))? *$/
const TOP_ROW = /^ *(\d+) +(?:(\d+) +)?(\d+\.\d+) +(\d+\.\d+) ms {2}(.*)$/
const NOTE = /^ *((?:Total (?:count|runtime|time span)|Total|INFO)[^:]*?) *: +(.*)$/
const CPU_LOAD = /^ *(%Cpu(?:\(s\)|\d+)):? *(?:\[[| ]*([\d.]+)%\]|(\S.*))$/

export const perfKwork = lineFormat({
  id: 'perf-kwork',
  title: 'perf kwork report, latency, timehist and top',
  sniff: head => head.lines.some(line => HEADING.test(line) || TIMEHIST_HEADING.test(line) || TOP_HEADING.test(line)),
  grammar: kwork,
})

function kwork(log: DiagnosticLog): LineGrammar {
  const timehist = new TableBuilder(
    'timehist',
    [
      numberColumn('START', 's'),
      numberColumn('END', 's'),
      numberColumn('CPU'),
      textColumn('KWORK'),
      numberColumn('RUNTIME', 'ms'),
      numberColumn('DELAY', 'ms'),
      textColumn('STACK'),
    ],
    log,
  )
  const top = new TableBuilder(
    'top',
    [
      numberColumn('PID'),
      numberColumn('SPID'),
      numberColumn('CPU', '%'),
      numberColumn('RUNTIME', 'ms'),
      textColumn('COMMAND'),
    ],
    log,
  )
  const notes = notesTable(log)
  const tables: TableBuilder[] = []
  return {
    line(line, n) {
      if (HEADING.test(line)) {
        tables.push(new TableBuilder(/Avg delay/.test(line) ? 'latency' : 'report', columnsOf(line), log))
        return true
      }
      const bars = line.split('|')
      const table = tables[tables.length - 1]
      if (table !== undefined && bars.length === table.specs.length + 1) {
        table.add(
          bars.slice(0, -1).map(cell => cell.trim().replace(/ (?:ms|s)$/, '')),
          n,
        )
        return true
      }
      const row = TIMEHIST_ROW.exec(line)
      if (row !== null) {
        timehist.add([...row.slice(1, 6), row[6] ?? '', row[7]?.trim() ?? ''], n)
        return true
      }
      const task = TOP_ROW.exec(line)
      if (task !== null) {
        top.add([task[1]!, task[2] ?? '', task[3]!, task[4]!, task[5]!.trim()], n)
        return true
      }
      const load = CPU_LOAD.exec(line)
      const note = load === null ? NOTE.exec(line) : null
      if (load !== null || note !== null) {
        notes.add(load === null ? [note![1]!, note![2]!.trim()] : [load[1]!, load[2] ?? load[3]!], n)
        return true
      }
      return (
        /^ *-[- ]*$/.test(line) ||
        TIMEHIST_HEADING.test(line) ||
        TOP_HEADING.test(line) ||
        /^ *\(TYPE\)NAME:NUM/.test(line)
      )
    },
    datasets: () => filledTables([...tables, timehist, top, notes], META),
  }
}

/** Columns under the labels of report and latency; their cells carry the units. */
function columnsOf(heading: string): ReturnType<typeof textColumn>[] {
  return heading
    .split('|')
    .slice(0, -1)
    .map(cell => cell.trim())
    .map(label => {
      if (label === 'Kwork Name') return textColumn('KWORK')
      if (label === 'Cpu') return numberColumn('CPU')
      if (label === 'Count') return numberColumn('COUNT', 'count')
      return numberColumn(label.toUpperCase(), /start|end/.test(label) ? 's' : 'ms')
    })
}
