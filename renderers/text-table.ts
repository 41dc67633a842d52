import { escapeTerminal } from './escape.ts'

/** One cell as long as this must not make all others as wide: a name of 50 kB in 3000 rows would be 150 MB of blanks. */
const WIDEST = 200

/** Lines of a table: header and rows, columns padded by code points, though not to a cell that is far too long; `align` holds `l` or `r` per column. Cells are made safe for a terminal. */
export function textTable(header: readonly string[], rows: readonly (readonly string[])[], align: string): string[] {
  const safe = [header, ...rows].map(row => row.map(escapeTerminal))
  const widths = header.map((_, column) => safe.reduce((width, row) => Math.max(width, Math.min(length(row[column] ?? ''), WIDEST)), 0))
  return safe.map(row => row
    .map((cell, column) => {
      const blanks = ' '.repeat(Math.max(0, widths[column]! - length(cell)))
      return align[column] === 'r' ? blanks + cell : cell + blanks
    })
    .join('  ')
    .trimEnd())
}

function length(text: string): number {
  return Array.from(text).length
}
