import { formatShare, formatValue } from '../../words/numbers.ts'
import type { Counts, HeatFigure } from './data.ts'

/** What a cell is, in words. */
export function describeCell(figure: HeatFigure<unknown>, counts: Counts, column: number, row: number): string {
  const rows = figure.rows.length
  const count = counts[column * rows + row]
  const where = `${figure.columns[column]}, ${figure.rows[row]}`
  if (count === null || count === undefined) return `${where}: missing`
  if (figure.cells === 'level') return `${where}: ${formatValue(Number(count.toPrecision(6)), figure.unit)}`
  let all = 0
  let below = 0
  for (let i = 0; i < rows; i++) {
    const other = counts[column * rows + i] ?? 0
    all += other
    if (i <= row) below += other
  }
  const more = figure.accumulate ? ` · ${formatValue(below, figure.unit)} up to here, ${formatShare(below, all)}` : ''
  return `${where}: ${formatValue(count, figure.unit)} · ${formatShare(count, all)} of ${formatValue(all, figure.unit)} in this column${more}`
}
