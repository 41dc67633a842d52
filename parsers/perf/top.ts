/**
 * perf top --stdio: a screen per interval, drawn over the one before:
 *
 *        PerfTop:    9005 irqs/sec  kernel:15.8%  exact:  0.0% lost: 0/0 drop: 13753/13753 [4000Hz cpu-clock],  (all, 2 CPUs)
 *     -------------------------------------------------------------------------------
 *
 *         13.49%  node              [.] Builtins_StringPrototypeTrim
 *          1.54%  [kernel]          [k] _raw_spin_unlock_irqrestore
 *
 * Source: tools/perf/util/top.c, tools/perf/builtin-top.c.
 */
import type { DiagnosticLog } from '../../src/model/index.ts'
import { TableBuilder } from '../build/table-builder.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'
import { filledTables, numberColumn, textColumn } from './tables.ts'

const TITLE =
  /^ *PerfTop: *(\d+) irqs\/sec +kernel: *([\d.]+)% +(?:guest kernel: *[\d.]+% +)?(?:us: *[\d.]+% +)?(?:guest us: *[\d.]+% +)?exact: *([\d.]+)%(?: lost: *(\d+)\/(\d+))?(?: drop: *(\d+)\/(\d+))? *\[(.*?)\]/
const ROW = /^ *(\d+\.\d+)% {1,2}(?:(\d+\.\d+)% +)?(\S.{0,255}?) +\[(.)\] (\S.*?) *$/
/** The menu that a key opens, and the prompt under it. */
const MENU = /^(?:Mapped keys:|\s+\[[a-zA-Z]{1,2}\]\s|Enter selection, or unmapped key)/

export const perfTop = lineFormat({
  id: 'perf-top',
  title: 'perf top --stdio',
  sniff: head => head.lines.some(line => TITLE.test(withoutTerminal(line))),
  grammar: top,
})

function top(log: DiagnosticLog): LineGrammar {
  const screens = new TableBuilder(
    'screens',
    [
      numberColumn('IRQS', 'count'),
      numberColumn('KERNEL', '%'),
      numberColumn('EXACT', '%'),
      numberColumn('LOST', 'count'),
      numberColumn('DROPPED', 'count'),
      textColumn('EVENT'),
    ],
    log,
  )
  const rows = new TableBuilder(
    'top',
    [numberColumn('OVERHEAD', '%'), textColumn('MODULE'), textColumn('SPACE'), textColumn('SYMBOL')],
    log,
  )
  let lost = 0
  return {
    line(printed, n) {
      const line = withoutTerminal(printed)
      const title = TITLE.exec(line)
      if (title !== null) {
        const [, irqs, kernel, exact, , lostTotal = '', , dropped = '', event] = title
        if (screens.length > 0) {
          screens.nextInterval()
          rows.nextInterval()
        }
        screens.add([irqs!, kernel!, exact!, lostTotal, dropped, event!], n)
        const total = Number(lostTotal) + Number(dropped)
        if (total > lost) log.addLost(total - lost, 'perf top lost or dropped samples', n)
        lost = Math.max(lost, total)
        return true
      }
      const row = ROW.exec(line)
      if (row !== null) {
        rows.add([row[1]!, row[3]!, row[4]!, row[5]!], n)
        return true
      }
      return line.trim() === '' || /^-+$/.test(line.trim()) || MENU.test(line)
    },
    datasets: () => filledTables([rows, screens], { tool: 'perf top' }),
  }
}

/** The line without what moves a terminal's cursor or colours it. */
function withoutTerminal(line: string): string {
  return line.includes('\u001b') ? line.replace(/\u001b\[[0-9;]{0,16}[A-Za-z]/g, '') : line
}
