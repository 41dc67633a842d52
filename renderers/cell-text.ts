import type { Column } from '../src/model/index.ts'

/** What stands in a cell of a printed table: shortest decimals, times of day as HH:MM:SS, dates as ISO 8601 without a zone; '' = absent. */
export function cellText(column: Column, row: number): string {
  if (column.type === 'text') return column.values[row]!
  const value = column.values[row]!
  if (Number.isNaN(value)) return ''
  return column.unit === 'clock' ? clockText(value) : column.unit === 'date' ? dateText(value) : numberText(value)
}

/** The same for JSON: null = absent, numbers as numbers, times as text. */
export function cellValue(column: Column, row: number): string | number | null {
  if (column.type === 'text') return column.values[row]!
  const value = column.values[row]!
  if (Number.isNaN(value)) return null
  return column.unit === 'clock' || column.unit === 'date' || !Number.isFinite(value) ? cellText(column, row) : value
}

/** Seconds of the day as HH:MM:SS with up to six decimals; days past midnight are left out. */
export function clockText(seconds: number): string {
  const [whole, fraction] = split(seconds)
  const day = ((whole % 86_400) + 86_400) % 86_400
  return `${two(Math.floor(day / 3600))}:${two(Math.floor(day / 60) % 60)}:${two(day % 60)}${fraction}`
}

/** Seconds since 1970 as YYYY-MM-DDTHH:MM:SS: no zone, because the tool printed none. */
export function dateText(seconds: number): string {
  const [whole, fraction] = split(seconds)
  const date = new Date(whole * 1000)
  return Number.isNaN(date.getTime()) ? String(seconds) : `${date.toISOString().slice(0, -5)}${fraction}`
}

/** A number as short decimals; an integer of any size has all its digits. */
export function numberText(value: number): string {
  return Number.isInteger(value) && Math.abs(value) >= 1e21 ? BigInt(value).toString() : value === 0 ? '0' : String(value)
}

function split(seconds: number): readonly [number, string] {
  const micros = Math.round((seconds - Math.floor(seconds)) * 1e6)
  const whole = Math.floor(seconds) + (micros === 1e6 ? 1 : 0)
  const fraction = micros === 0 || micros === 1e6 ? '' : `.${String(micros).padStart(6, '0').replace(/0+$/, '')}`
  return [whole, fraction]
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
