/**
 * perf diff: how much each symbol's share changed between two or more recordings:
 *
 *     # Event 'cpu-clock'
 *     #
 *     # Data files:
 *     #  [0] w1.data (Baseline)
 *     #  [1] w2.data
 *     #
 *     # Baseline  Delta Abs  Shared Object      Symbol
 *     # ........  .........  .................  ..............................
 *     #
 *         97.79%     -1.59%  work               [.] leaf
 *                    +1.09%  [kernel.kallsyms]  [k] irqentry_exit_to_user_mode
 *
 * Source: tools/perf/builtin-diff.c.
 */
import type { DiagnosticLog, EventTable } from '../../src/model/index.ts'
import { columnSpecs, TableBuilder } from '../build/table-builder.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'
import type { DottedColumns } from './dotted.ts'
import { dottedCells, dottedColumns, dottedLabels } from './dotted.ts'

const META = { tool: 'perf diff' }
const HEADING = /^# *Baseline(?:\/\d+)? +(?:(?:Delta|Ratio|Weighted|Cycles|Period|Formula|Delta Abs|\[Program)[^ ]*)/
const NUMBERS = /^(?:Baseline|Delta|Delta Abs|Ratio|Weighted diff|Period|Cycles|Base period)(?:\/\d+)?$/

export const perfDiff = lineFormat({
  id: 'perf-diff',
  title: 'perf diff',
  longest: 65_536,
  sniff: head => head.lines.some(line => HEADING.test(line)),
  grammar: diff,
})

function diff(log: DiagnosticLog): LineGrammar {
  const tables: EventTable[] = []
  let event = 'diff'
  let heading = ''
  let columns: DottedColumns | undefined
  let table: TableBuilder | undefined
  const close = (): void => {
    if (table !== undefined) tables.push(table.finish({ ...META, ...(event !== 'diff' && { event }) }))
    table = undefined
    columns = undefined
  }
  return {
    line(line, n) {
      if (line.startsWith('#')) {
        const named = /^# Event '(.*)' *$/.exec(line)
        if (named !== null) {
          close()
          event = named[1]!
        }
        const file = /^# +\[\d+\] (.*)$/.exec(line)
        if (file !== null)
          log.note('data-file', 'perf diff compares', { severity: 'info', line: n, text: line.slice(1).trim() })
        if (HEADING.test(line)) heading = line
        const dots = dottedColumns(line)
        if (dots === undefined || heading === '') return true
        columns = dots
        const labels = dottedLabels([heading], dots)
        table = new TableBuilder(
          event,
          columnSpecs(labels, label => (NUMBERS.test(label) ? 'number' : 'text')),
          log,
        )
        return true
      }
      if (columns === undefined || table === undefined) return false
      const cells = dottedCells(line, columns)
      table.add(
        cells.map((cell, i) => (table!.specs[i]!.cell === 'number' ? plainNumber(cell) : cell)),
        n,
      )
      return true
    },
    datasets() {
      close()
      return tables
    },
  }
}

/** `+1.09%` without sign and unit that a number cell has not; text that is no number stays absent. */
function plainNumber(cell: string): string {
  const number = /^\+?(-?\d+(?:\.\d+)?)%?$/.exec(cell)
  return number === null ? '' : number[1]!
}
