/**
 * perf annotate --stdio: the share of samples of each instruction, and the source it was made from:
 *
 *      Percent |	Source code & Disassembly of work for cpu-clock (177 samples, percent: local period)
 *     ----------------------------------------------------------------------------------------------------
 *              : 5    0000000000001129 <leaf>:
 *              : 6    leaf():
 *              : 3    static volatile double x;
 *        56.50 :   1142:   pxor   %xmm0,%xmm0
 *         0.00    12.00 :   1146:   cvtsi2sd %eax,%xmm0          a number per event
 *
 * Source: tools/perf/util/annotate.c.
 */
import type { Dataset, DiagnosticLog } from '../../src/model/index.ts'
import type { ColumnSpec } from '../build/table-builder.ts'
import { TableBuilder } from '../build/table-builder.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'
import { numberColumn, textColumn } from './tables.ts'

const TITLE =
  /^ *Percent\s+\|\s*Source code & Disassembly of (.*) for ([^()]+?) \((?:([\d,]+) samples?, )?percent: ([^)]*)\) *$/
/** The sorted summary that stands before the listing. */
const SUMMARY_TITLE = /^Sorted summary for file (.*)$/
const INSTRUCTION = /^ *((?:\d+\.\d+ +)*): *(?:\d+ +)?([0-9a-f]+): +(\S.*?) *$/
const SOURCE = /^ *: *(?:\d+)? *(.*?) *$/

export const perfAnnotate = lineFormat({
  id: 'perf-annotate',
  title: 'perf annotate --stdio',
  sniff: head => head.lines.some(line => TITLE.test(line)),
  grammar: annotate,
})

function annotate(log: DiagnosticLog): LineGrammar {
  const tables: { readonly table: TableBuilder; readonly event: string }[] = []
  let table: TableBuilder | undefined
  let symbol = ''
  let source = ''
  let module = ''
  return {
    line(line, n) {
      const title = TITLE.exec(line)
      if (title !== null) {
        module = title[1]!
        const event = title[2]!
        const events = event.split(', ')
        const known = tables.find(each => each.event === event)
        table = known?.table ?? new TableBuilder(event, columnsOf(events), log)
        if (known === undefined) tables.push({ table, event })
        symbol = source = ''
        if (title[4] !== 'local period')
          log.note('percent-type', 'the percentages are of another kind', {
            severity: 'info',
            line: n,
            text: title[4]!,
          })
        return true
      }
      const row = table === undefined ? null : INSTRUCTION.exec(line)
      if (row !== null) {
        const shares = row[1]!.trim().split(/ +/)
        const events = table!.specs.length - 5
        while (shares.length < events) shares.push('')
        table!.add([...shares.slice(0, events), row[2]!, row[3]!, symbol, module, source], n)
        return true
      }
      const text = table === undefined ? null : SOURCE.exec(line)
      if (text !== null) {
        const function_ = /^[0-9a-f]+ <(.*)>:$/.exec(text[1]!)
        if (function_ !== null) symbol = function_[1]!
        else if (text[1] !== '') source = text[1]!
        return true
      }
      if (SUMMARY_TITLE.test(line) || /^ +\d+\.\d+ +\S/.test(line)) {
        log.note('tool-info', 'the sorted summary repeats the listing below', { severity: 'info', line: n, text: line })
        return true
      }
      return /^ *-+ *$/.test(line)
    },
    datasets: (): Dataset[] => tables.map(({ table, event }) => table.finish({ tool: 'perf annotate', event })),
  }
}

function columnsOf(events: readonly string[]): ColumnSpec[] {
  const shares = events.map(event => numberColumn(events.length === 1 ? 'PERCENT' : `PERCENT ${event}`, '%'))
  return [...shares, ...['ADDRESS', 'INSTRUCTION', 'SYMBOL', 'MODULE', 'SOURCE'].map(textColumn)]
}
