import { escapeTerminal } from './escape.ts'

/** Lines of a table: header and rows, columns padded by code points; `align` holds `l` or `r` per column. Cells are made safe for a terminal. */
export function textTable(header: readonly string[], rows: readonly (readonly string[])[], align: string): string[] {
  const safe = [header, ...rows].map(row => row.map(escapeTerminal))
  const widths = header.map((_, column) => safe.reduce((width, row) => Math.max(width, length(row[column] ?? '')), 0))
  return safe.map(row => row
    .map((cell, column) => {
      const blanks = ' '.repeat(widths[column]! - length(cell))
      return align[column] === 'r' ? blanks + cell : cell + blanks
    })
    .join('  ')
    .trimEnd())
}

function length(text: string): number {
  return Array.from(text).length
}
