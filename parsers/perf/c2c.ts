/**
 * perf c2c report --stdio: which cache lines several CPUs fight for; sections of totals, then tables under headings of two or three lines:
 *
 *     =================================================
 *                 Trace Event Information
 *     =================================================
 *       Total records                     :     329219
 *       Locked Load/Store Operations      :      14654
 *
 *     =================================================
 *                Shared Data Cache Line Table
 *     =================================================
 *     #
 *     #        ----------- Cacheline ----------      Tot  ------- Load Hitm -------    Total
 *     # Index             Address  Node  PA cnt     Hitm    Total  LclHitm  RmtHitm  records
 *     # .....  ..................  ....  ......  .......  .......  .......  .......  .......
 *     #
 *           0      0x7f8f4a1b2080     0    4582   59.27%      402      313       89    12354
 *
 * Source: tools/perf/builtin-c2c.c.
 */
import type { Dataset, DiagnosticLog } from '../../src/model/index.ts'
import { columnSpecs, TableBuilder } from '../build/table-builder.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'
import { numberCell } from '../words/cells.ts'
import type { DottedColumns } from './dotted.ts'
import { dottedCells, dottedColumns, dottedLabels } from './dotted.ts'
import { filledTables, numberColumn, textColumn } from './tables.ts'

const RULE = /^=+ *$/
const TITLE =
  /^ +(Trace Event Information|Global Shared Cache Line Event Information|Shared Data Cache Line Table|Shared Cache Line Distribution Pareto|c2c details) *$/
const TOTAL = /^ +(\S.*?) +: +(\S.*?) *$/

export const perfC2c = lineFormat({
  id: 'perf-c2c',
  title: 'perf c2c report --stdio',
  longest: 65_536,
  sniff: head => head.lines.some((line, i) => TITLE.test(line) && RULE.test(head.lines[i - 1] ?? '')),
  grammar: c2c,
})

function c2c(log: DiagnosticLog): LineGrammar {
  const totals = new TableBuilder(
    'totals',
    [textColumn('SECTION'), textColumn('NAME'), numberColumn('VALUE'), textColumn('TEXT')],
    log,
  )
  const tables: TableBuilder[] = []
  let section = ''
  let headings: string[] = []
  let columns: DottedColumns | undefined
  let table: TableBuilder | undefined
  return {
    line(line, n) {
      const title = TITLE.exec(line)
      if (title !== null) {
        section = title[1]!
        headings = []
        columns = table = undefined
        return true
      }
      if (line.startsWith('#')) {
        const dots = dottedColumns(line)
        if (dots === undefined) {
          if (line.trim() === '#') headings = []
          else headings.push(line)
          return true
        }
        columns = dots
        table = new TableBuilder(
          section,
          columnSpecs(dottedLabels(headings, dots), () => 'auto'),
          log,
        )
        tables.push(table)
        return true
      }
      if (RULE.test(line) || /^ *-[- ]*$/.test(line)) return true
      if (columns !== undefined && table !== undefined) {
        table.add(
          dottedCells(line, columns).map(cell => cell.replace(/^([\d.]+)%$/, '$1')),
          n,
        )
        return true
      }
      const total = TOTAL.exec(line)
      if (total === null) return false
      const value = numberCell(total[2]!)
      totals.add([section, total[1]!, value === undefined ? '' : total[2]!, value === undefined ? total[2]! : ''], n)
      return true
    },
    datasets: (): Dataset[] => filledTables([totals, ...tables], { tool: 'perf c2c' }),
  }
}
