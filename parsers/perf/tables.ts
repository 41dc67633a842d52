import type { Dataset, DiagnosticLog, Meta, Unit } from '../../src/model/index.ts'
import type { ColumnSpec } from '../build/table-builder.ts'
import { TableBuilder } from '../build/table-builder.ts'

/** A column of numbers. */
export function numberColumn(name: string, unit: Unit = ''): ColumnSpec {
  return { name, unit, cell: 'number' }
}

/** A column of text. */
export function textColumn(name: string): ColumnSpec {
  return { name, unit: '', cell: 'text' }
}

/** What a report says besides its rows, as a table of names and values. */
export function notesTable(log: DiagnosticLog): TableBuilder {
  return new TableBuilder('notes', [textColumn('NOTE'), textColumn('VALUE')], log)
}

/** The datasets of tables, without those that have no rows; of none with rows, the first. */
export function filledTables(tables: readonly TableBuilder[], meta: Meta): Dataset[] {
  const filled = tables.filter(table => table.length > 0)
  return (filled.length > 0 ? filled : tables.slice(0, 1)).map(table => table.finish(meta))
}

const TO_MICROS = new Map([
  ['ns', 1e-3],
  ['us', 1],
  ['usec', 1],
  ['ms', 1e3],
  ['msec', 1e3],
  ['s', 1e6],
  ['sec', 1e6],
  ['m', 60e6],
  ['h', 3600e6],
])

/** Microseconds of a number and its unit, as text without rounding noise; '' when there is none. */
export function microseconds(value: string, unit: string): string {
  const factor = TO_MICROS.get(unit)
  return factor === undefined ? '' : String(Number((Number(value) * factor).toPrecision(12)))
}
