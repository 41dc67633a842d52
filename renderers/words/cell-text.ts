import type { Column } from '../../src/model/index.ts'
import { numberAt, textAt } from '../../src/model/index.ts'
import { clockText, dateText } from '../../src/model/text/clock.ts'

/** What stands in a cell of a printed table: shortest decimals, times of day as HH:MM:SS, dates as ISO 8601 without a zone; '' = absent. */
export function cellText(column: Column, row: number): string {
  if (column.type === 'text') return textAt(column, row)
  const value = numberAt(column, row)
  if (Number.isNaN(value)) return ''
  return column.unit === 'clock' ? clockText(value) : column.unit === 'date' ? dateText(value) : numberText(value)
}

/** The same for JSON: null = absent, numbers as numbers, times as text. */
export function cellValue(column: Column, row: number): string | number | null {
  if (column.type === 'text') return textAt(column, row)
  const value = numberAt(column, row)
  if (Number.isNaN(value)) return null
  return column.unit === 'clock' || column.unit === 'date' || !Number.isFinite(value) ? cellText(column, row) : value
}

/** A number as short decimals; an integer of any size has all its digits. */
export function numberText(value: number): string {
  return Number.isInteger(value) && Math.abs(value) >= 1e21
    ? BigInt(value).toString()
    : value === 0
      ? '0'
      : String(value)
}
