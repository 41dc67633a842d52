/**
 * The table of bpftop, as its screen is copied or recorded, with the lines of its box or without:
 *
 *     │ID      Type            Name              Period Avg (ns)  Total Avg (ns)  Events/s  Total CPU %│
 *     │123     kprobe          foo                          1234            1100        45       0.01% │
 *
 * The name may be empty. Source: Netflix bpftop src/main.rs.
 */
import type { DiagnosticLog } from '../../src/model/index.ts'
import { TableBuilder } from '../build/table-builder.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'

const HEADING =
  /^ID +Type +Name +Period Avg(?: Runtime)?(?: \(ns\))? +Total Avg(?: Runtime)?(?: \(ns\))? +Events(?:\/s| per second) +Total CPU(?: %)?$/
const ROW = /^(\d+) +([a-z]\w*)(?: +(\S{1,64}))? +(\d+) +(\d+) +(\d+) +(\d+(?:\.\d+)?)%?$/
/** Lines of the box with the title and the help in them. */
const BOX = /^[┌┐└┘├┤┬┴┼─╭╮╰╯━┏┓┗┛]/

export const bpftop = lineFormat({
  id: 'bpftop',
  title: 'bpftop',
  sniff: head => head.lines.some(line => HEADING.test(inner(line))),
  grammar: screens,
})

/** What stands between the lines of a box. */
function inner(line: string): string {
  return line.replace(/^\s*[│┃|]?[>\s]*/, '').replace(/\s*[│┃|▲▼█║]*\s*$/, '')
}

function screens(log: DiagnosticLog): LineGrammar {
  const table = new TableBuilder(
    'programs',
    [
      { name: 'ID', unit: '', cell: 'number' },
      { name: 'TYPE', unit: '', cell: 'text' },
      { name: 'NAME', unit: '', cell: 'text' },
      { name: 'PERIOD AVG', unit: 'ns', cell: 'number' },
      { name: 'TOTAL AVG', unit: 'ns', cell: 'number' },
      { name: 'EVENTS', unit: '/s', cell: 'number' },
      { name: 'CPU', unit: '%', cell: 'number' },
    ],
    log,
  )
  return {
    line(raw, n) {
      const text = inner(raw)
      if (text === '' || BOX.test(raw.trim()) || BOX.test(text)) return true
      if (HEADING.test(text)) {
        if (table.length > 0) table.nextInterval()
        return true
      }
      const row = ROW.exec(text)
      if (row === null) return false
      table.add([row[1]!, row[2]!, row[3] ?? '', ...row.slice(4)], n)
      return true
    },
    datasets: () => (table.length === 0 ? [] : [table.finish({ tool: 'bpftop' })]),
  }
}
