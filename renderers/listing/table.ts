import type { Column, EventTable } from '../../src/model/index.ts'
import { columnTitle, numberAt, textAt } from '../../src/model/index.ts'
import { csvCell } from '../markup/csv-cell.ts'
import { escapeTerminal } from '../markup/escape.ts'
import type { TerminalLook } from '../markup/text-table.ts'
import { tableLines } from '../markup/text-table.ts'
import { cellText, cellValue } from '../words/cell-text.ts'
import { formatValue } from '../words/numbers.ts'

/** Lines of tables for people: a title, the heading, the rows; a blank line between tables. */
export function* tableText(tables: readonly EventTable[], limit = Infinity, look: TerminalLook = {}): Iterable<string> {
  for (let t = 0; t < tables.length; t++) {
    const table = tables[t]!
    if (t > 0) yield '\n'
    if (tables.length > 1) yield `${escapeTerminal(table.name)}: ${formatValue(table.length, 'rows')}\n`
    const shown = Math.min(table.length, limit)
    const { columns } = table
    const decimals = columns.map(column => decimalsOf(column, shown))
    const align = columns.map(column => (column.type === 'number' ? 'r' : 'l')).join('')
    const cell = (row: number, column: number): string =>
      withDecimals(cellText(columns[column]!, row), decimals[column]!)
    for (const line of tableLines(columns.map(columnTitle), shown, cell, align, look)) yield `${line}\n`
    if (shown < table.length) yield `(${formatValue(table.length - shown, 'more rows')})\n`
  }
}

/** Most decimals of a column's cells, so that points stand below one another as the tools print them; 0 leaves cells with exponents and times as they are. */
function decimalsOf(column: Column, rows: number): number {
  if (column.type !== 'number' || column.unit === 'clock' || column.unit === 'date') return 0
  let most = 0
  for (let row = 0; row < rows; row++) {
    if (Number.isSafeInteger(numberAt(column, row))) continue
    const cell = cellText(column, row)
    if (!/^(?:-?\d+(?:\.\d+)?)?$/.test(cell)) return 0
    if (cell.includes('.')) most = Math.max(most, cell.length - cell.indexOf('.') - 1)
  }
  return most
}

function withDecimals(cell: string, decimals: number): string {
  if (decimals === 0 || cell === '') return cell
  const point = cell.indexOf('.')
  return point < 0 ? `${cell}.${'0'.repeat(decimals)}` : cell + '0'.repeat(decimals - (cell.length - point - 1))
}

/** CSV (RFC 4180, LF) of tables, each under its own heading, a blank line between them. `raw` = cells a spreadsheet takes for formulas stay as they are. */
export function* tableCsv(tables: readonly EventTable[], raw = false): Iterable<string> {
  for (let t = 0; t < tables.length; t++) {
    const { columns, length } = tables[t]!
    if (t > 0) yield '\n'
    yield `${columns.map(column => csvCell(columnTitle(column), raw)).join(',')}\n`
    for (let row = 0; row < length; row++) {
      yield `${columns.map(column => (column.type === 'number' ? cellText(column, row) : csvCell(textAt(column, row), raw))).join(',')}\n`
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
      const cells: [string, string | number | null][] = table.columns.map((column, i) => [
        titles[i]!,
        cellValue(column, row),
      ])
      if (tables.length > 1) cells.unshift(['table', table.name])
      yield `${first ? '\n' : ',\n'}{${cells.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`
      first = false
    }
  }
  yield first ? ']\n' : '\n]\n'
}
