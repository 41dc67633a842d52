/**
 * perf bench: what a machine does per second; a row per number:
 *
 *     # Running 'sched/pipe' benchmark:
 *     # Executed 20000 pipe operations between two processes
 *
 *          Total time: 0.164 [sec]
 *
 *            8.212250 usecs/op
 *              121769 ops/sec
 *     # function 'default' (Default memcpy() provided by glibc)
 *           33.674569 GB/sec
 *     [thread  0] futexes: 0x55c2f481f3b0 ... 0x55c2f48203ac [ 535552 ops/sec ]
 *     Averaged 397312 operations/sec (+- 34.79%), total secs = 1
 *
 * Source: tools/perf/bench/*.c.
 */
import type { DiagnosticLog } from '../../src/model/index.ts'
import { TableBuilder } from '../build/table-builder.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'
import { filledTables, notesTable, numberColumn, textColumn } from './tables.ts'

const TITLE = /^# Running '?([\w-]+(?:\/[\w-]+)?)'? benchmark:/
const TOTAL = /^ *(Total time): *(\d+(?:\.\d+)?) \[(\w+)\] *$/
const RATE = /^ *(\d+(?:\.\d+)?) +([A-Za-z]+\/[A-Za-z]+) *$/
const THREAD = /^\[thread +(\d+)\].*?\[ *(\d+(?:\.\d+)?) +([a-z]+\/[a-z]+) *\] *$/
const AVERAGE =
  /^ *(Averaged|Average [^:]+?(?: took)?|[A-Z][\w .-]* (?:took|in|time)):? +(\d+(?:\.\d+)?) ?([a-zA-Z/]*)(?: +\(\+- *(\d+(?:\.\d+)?) ?%?[^)]*\))?(?:,? .*)?$/

export const perfBench = lineFormat({
  id: 'perf-bench',
  title: 'perf bench',
  sniff: head => head.lines.some(line => TITLE.test(line)),
  grammar: bench,
})

function bench(log: DiagnosticLog): LineGrammar {
  const rows = new TableBuilder(
    'bench',
    [
      textColumn('BENCHMARK'),
      textColumn('OF'),
      textColumn('NAME'),
      numberColumn('VALUE'),
      textColumn('UNIT'),
      numberColumn('SPREAD'),
    ],
    log,
  )
  const notes = notesTable(log)
  let benchmark = ''
  let of = ''
  return {
    line(line, n) {
      const title = TITLE.exec(line)
      if (title !== null) {
        benchmark = title[1]!
        of = ''
        return true
      }
      if (line.startsWith('#')) {
        const made = /^# function '(.*?)'/.exec(line)
        if (made !== null) of = made[1]!
        else notes.add([benchmark, line.slice(1).trim()], n)
        return true
      }
      const total = TOTAL.exec(line)
      const rate = RATE.exec(line)
      const thread = THREAD.exec(line)
      const average = AVERAGE.exec(line)
      if (total !== null) rows.add([benchmark, of, total[1]!, total[2]!, total[3]!, ''], n)
      else if (rate !== null) rows.add([benchmark, of, 'rate', rate[1]!, rate[2]!, ''], n)
      else if (thread !== null) rows.add([benchmark, `thread ${thread[1]!}`, 'rate', thread[2]!, thread[3]!, ''], n)
      else if (average !== null) rows.add([benchmark, of, average[1]!, average[2]!, average[3]!, average[4] ?? ''], n)
      else if (/^Run summary|^\s*(?:Computing|Min|Max) |^ *\S.*:? *$/.test(line) && benchmark !== '')
        notes.add([benchmark, line.trim()], n)
      else return false
      return true
    },
    datasets: () => filledTables([rows, notes], { tool: 'perf bench' }),
  }
}
