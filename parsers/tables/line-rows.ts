import type { DiagnosticLog, EventTable, Meta } from '../../src/model/index.ts'
import { columnSpecs, TableBuilder } from '../build/table-builder.ts'
import type { Stamp } from '../words/clock.ts'
import { parseStamp } from '../words/clock.ts'
import type { LineTable } from './line-tables.ts'
import { lineTableOf } from './line-tables.ts'

/** A line that is a row by itself, its cells as text. */
export interface LineRow {
  readonly table: LineTable
  readonly cells: readonly (string | undefined)[]
  /** The time of the rows that follow, where the line gives it. */
  readonly stamp: Stamp | undefined
}

/** Tables whose rows have no heading over them, by tool. */
export class LineRows {
  private readonly log: DiagnosticLog
  private readonly tables = new Map<string, TableBuilder>()

  constructor(log: DiagnosticLog) {
    this.log = log
  }

  rowOf(text: string): LineRow | undefined {
    const row = lineTableOf(text)
    return row === undefined
      ? undefined
      : { ...row, stamp: row.table.stamps === true ? parseStamp(row.cells[0] ?? '') : undefined }
  }

  add({ table, cells }: LineRow, number: number, stamp: Stamp | undefined): void {
    this.builder(table).add(
      cells.map(cell => (cell === undefined || cell === '' ? (table.missing ?? '') : cell)),
      number,
      stamp,
    )
  }

  finish(meta: Meta, step: number | undefined): EventTable[] {
    return [...this.tables].map(([tool, builder]) => builder.finish({ ...meta, tool }, step))
  }

  private builder({ tool, columns }: LineTable): TableBuilder {
    let builder = this.tables.get(tool)
    if (builder === undefined) {
      const cells = new Map(columns)
      const specs = columnSpecs(
        columns.map(([label]) => label),
        label => cells.get(label) ?? 'auto',
      )
      this.tables.set(tool, (builder = new TableBuilder(tool, specs, this.log)))
    }
    return builder
  }
}
