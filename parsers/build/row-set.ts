import type { EventTable, Meta, Unit } from '../../src/model/index.ts'
import { splitLabel } from '../../src/model/index.ts'
import { parseStamp } from '../words/clock.ts'

/** A cell of a row whose columns are only known at the end. */
export type CellValue = string | number | boolean | null

const TIME_NAME = /^(?:time|timestamp|date|TIME|TIMESTAMP|ts|interval|timestamp\.time)$/

/** Collects rows given as name-value pairs; columns are the union of the names, in order of first appearance. */
export class RowSet {
  readonly name: string
  private readonly columns = new Map<string, CellValue[]>()
  private rows = 0

  constructor(name: string) {
    this.name = name
  }

  get length(): number {
    return this.rows
  }

  add(row: Iterable<readonly [name: string, value: CellValue]>): void {
    for (const [name, value] of row) {
      let cells = this.columns.get(name)
      if (cells === undefined) this.columns.set(name, (cells = []))
      while (cells.length < this.rows) cells.push(null)
      if (cells.length === this.rows) cells.push(value)
    }
    this.rows++
  }

  /** A column is of numbers when all its cells are, of times when all are and its name says so. Units from `units` go over those of names. */
  finish(meta: Meta, units: ReadonlyMap<string, Unit> = new Map()): EventTable {
    const columns = [...this.columns].map(([label, cells]) => {
      while (cells.length < this.rows) cells.push(null)
      const split = splitLabel(label)
      const name = split.name !== label && this.columns.has(split.name) ? label : split.name
      const unit = units.get(label) ?? split.unit
      const times = TIME_NAME.test(label) ? timesOf(cells) : undefined
      if (times !== undefined) return { name, type: 'number' as const, ...times }
      if (cells.every(cell => cell === null || typeof cell === 'number') && cells.some(cell => cell !== null)) {
        return {
          name,
          type: 'number' as const,
          unit,
          values: Float64Array.from(cells, cell => (cell === null ? NaN : (cell as number))),
        }
      }
      return { name, type: 'text' as const, values: cells.map(cell => (cell === null ? '' : String(cell))) }
    })
    return { kind: 'events', name: this.name, tool: meta.tool ?? '', length: this.rows, columns, meta }
  }
}

function timesOf(cells: readonly CellValue[]): { readonly unit: Unit; readonly values: Float64Array } | undefined {
  const values = new Float64Array(cells.length)
  let unit: Unit | undefined
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i]!
    const stamp = typeof cell === 'string' ? parseStamp(cell) : undefined
    if (cell !== null && (stamp === undefined || (unit !== undefined && stamp.unit !== unit))) return undefined
    values[i] = stamp?.seconds ?? NaN
    unit = stamp?.unit ?? unit
  }
  return unit === undefined ? undefined : { unit, values }
}
