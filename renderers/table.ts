import { columnTitle } from '../src/model/index.ts'
import type { Column, EventTable } from '../src/model/index.ts'
import { cellText, cellValue } from './cell-text.ts'
import { csvCell, escapeTerminal } from './escape.ts'
import { formatValue } from './label.ts'
import { textTable } from './text-table.ts'

/** Lines of tables for people: a title, the heading, the rows; a blank line between tables. */
export function* tableText(tables: readonly EventTable[], limit = Infinity): Iterable<string> {
  for (let t = 0; t < tables.length; t++) {
    const table = tables[t]!
    if (t > 0) yield '\n'
    if (tables.length > 1) yield `${escapeTerminal(table.name)}: ${formatValue(table.length, 'rows')}\n`
    const shown = Math.min(table.length, limit)
    const cells = table.columns.map(column => decimalsAligned(column, Array.from({ length: shown }, (_, row) => cellText(column, row))))
    const rows = Array.from({ length: shown }, (_, row) => cells.map(column => column[row]!))
    const align = table.columns.map(column => (column.type === 'number' ? 'r' : 'l')).join('')
    for (const line of textTable(table.columns.map(columnTitle), rows, align)) yield `${line}\n`
    if (shown < table.length) yield `(${formatValue(table.length - shown, 'more rows')})\n`
  }
}

/** Numbers of a column with their points below one another, as the tools print them; numbers with exponents and times stay as they are. */
function decimalsAligned(column: Column, cells: readonly string[]): readonly string[] {
  if (column.type !== 'number' || !cells.every(cell => /^(?:-?\d+(?:\.\d+)?)?$/.test(cell))) return cells
  const decimals = (cell: string): number => (cell.includes('.') ? cell.length - cell.indexOf('.') - 1 : 0)
  const most = cells.reduce((digits, cell) => Math.max(digits, decimals(cell)), 0)
  return most === 0 ? cells : cells.map(cell => (cell === '' ? '' : (cell.includes('.') ? cell : `${cell}.`) + '0'.repeat(most - decimals(cell))))
}

/** CSV (RFC 4180, LF) of tables, each under its own heading, a blank line between them. `raw` = cells a spreadsheet takes for formulas stay as they are. */
export function* tableCsv(tables: readonly EventTable[], raw = false): Iterable<string> {
  for (let t = 0; t < tables.length; t++) {
    const { columns, length } = tables[t]!
    if (t > 0) yield '\n'
    yield `${columns.map(column => csvCell(columnTitle(column), raw)).join(',')}\n`
    for (let row = 0; row < length; row++) {
      yield `${columns.map(column => (column.type === 'number' ? cellText(column, row) : csvCell(column.values[row]!, raw))).join(',')}\n`
    }
  }
}

/** One JSON array of row objects; where there are several tables each row starts with the name of its `table`. */
export function* tableJson(tables: readonly EventTable[]): Iterable<string> {
  let first = true
  yield '['
  for (const table of tables) {
    const titles = table.columns.map(columnTitle)
    for (let row = 0; row < table.length; row++) {
      const cells: [string, string | number | null][] = table.columns.map((column, i) => [titles[i]!, cellValue(column, row)])
      if (tables.length > 1) cells.unshift(['table', table.name])
      yield `${first ? '\n' : ',\n'}{${cells.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`
      first = false
    }
  }
  yield first ? ']\n' : '\n]\n'
}
