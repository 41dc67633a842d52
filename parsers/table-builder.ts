import { conversion, splitLabel } from '../src/model/index.ts'
import type { Column, DiagnosticLog, EventTable, Meta, Unit } from '../src/model/index.ts'
import { durationCell, isInexact, numberCell } from './cells.ts'
import { DayClock, parseStamp } from './clock.ts'
import type { Stamp } from './clock.ts'

/**
 * What a column's cells are: 'number'; 'time' = a time of day or a number of seconds, whichever the first cell is; 'word' = text without
 * blanks; 'duration' = a number with its unit glued on; 'comm' = a process name, up to 16 bytes of anything, blanks and nothing included; 'text' = anything, once per table;
 * 'auto' = one word, a number column in the end when every cell is a number.
 */
export type Cell = 'number' | 'time' | 'duration' | 'word' | 'comm' | 'text' | 'auto'

/** A column as a header gave it. */
export interface ColumnSpec {
  readonly name: string
  readonly unit: Unit
  readonly cell: Cell
}

/** Column specs for labels, names made unique: a name that would repeat keeps its whole label, then gets a number. */
export function columnSpecs(labels: readonly string[], cellOf: (label: string) => Cell): ColumnSpec[] {
  const taken = new Set<string>()
  return labels.map(label => {
    const split = splitLabel(label)
    let name = taken.has(split.name) ? label : split.name
    for (let n = 2; taken.has(name); n++) name = `${label} ${n}`
    taken.add(name)
    return { name, unit: split.unit, cell: cellOf(label) }
  })
}

/** Collects rows of cell text into an EventTable. */
export class TableBuilder {
  readonly name: string
  readonly specs: readonly ColumnSpec[]
  private readonly log: DiagnosticLog
  private readonly cells: (number[] | string[])[]
  private readonly clocks: (DayClock | undefined)[]
  private readonly units: Unit[]
  private readonly stampTimes: number[] = []
  private readonly intervals: number[] = []
  private stampUnit: Unit | undefined
  private interval = 0
  private rows = 0

  constructor(name: string, specs: readonly ColumnSpec[], log: DiagnosticLog) {
    this.name = name
    this.specs = specs
    this.log = log
    this.cells = specs.map(() => [])
    this.clocks = specs.map(() => undefined)
    this.units = specs.map(spec => spec.unit)
  }

  get length(): number {
    return this.rows
  }

  /** The rows that follow belong to the next interval. */
  nextInterval(): void {
    this.interval++
  }

  /** Adds a row: one text per column, '' = absent. `stamp` = seconds of the interval the row belongs to, as a clock of the reader gave them. */
  add(values: readonly string[], line: number, stamp?: Stamp): void {
    for (let i = 0; i < this.specs.length; i++) this.put(i, values[i] ?? '', line)
    this.stampTimes.push(stamp?.seconds ?? NaN)
    if (stamp !== undefined) this.stampUnit ??= stamp.unit
    this.intervals.push(this.interval)
    this.rows++
  }

  /** The table. `step` = seconds between intervals that carry no stamps. */
  finish(meta: Meta, step?: number): EventTable {
    const columns: Column[] = []
    const hasTime = this.units.some(unit => unit === 'clock' || unit === 'date') || this.specs.some(spec => spec.cell === 'time')
    const names = new Set(this.specs.map(spec => spec.name))
    if (this.stampUnit !== undefined && !hasTime) {
      columns.push({ name: free(names, 'TIME'), type: 'number', unit: this.stampUnit, values: Float64Array.from(this.stampTimes) })
    } else if (this.interval > 0 && !hasTime) {
      columns.push(step === undefined
        ? { name: free(names, 'INTERVAL'), type: 'number', unit: '', values: Float64Array.from(this.intervals) }
        : { name: free(names, 'TIME'), type: 'number', unit: 's', values: Float64Array.from(this.intervals, i => i * step) })
    }
    this.specs.forEach((spec, i) => columns.push(this.column(spec, i)))
    return { kind: 'events', name: this.name, tool: meta.tool ?? '', length: this.rows, columns, meta }
  }

  private put(i: number, text: string, line: number): void {
    const spec = this.specs[i]!
    const cells = this.cells[i]!
    if (spec.cell === 'number') {
      if (isInexact(text)) this.log.note('inexact-value', 'a value above 2^53 is kept only to 53 bits', { line, text, severity: 'info' })
      cells.push(this.sized(i, text) as never)
    } else if (spec.cell === 'duration') cells.push(durationCell(text) as never)
    else if (spec.cell === 'time') cells.push(this.time(i, text) as never)
    else cells.push(text as never)
  }

  /** The number of a cell. One printed with a size suffix is in the column's own unit where that is one of bytes; else the column is in bytes. */
  private sized(i: number, text: string): number {
    const value = numberCell(text) ?? NaN
    if (!/[KMGTPkmgtpB]i?B?$/.test(text) || Number.isNaN(value)) return value
    const factor = conversion('bytes', this.units[i]!)
    if (factor !== undefined) return value * factor
    if (this.units[i] === '' && !/PS$/.test(this.specs[i]!.name)) this.units[i] = 'bytes'
    return value
  }

  private time(i: number, text: string): number {
    const stamp = parseStamp(text)
    if (stamp === undefined) return numberCell(text) ?? NaN
    if (this.units[i] !== stamp.unit && this.cells[i]!.length > 0 && (this.cells[i] as number[]).some(value => !Number.isNaN(value)) && this.clocks[i] === undefined) return NaN
    this.units[i] = stamp.unit
    return stamp.unit === 'date' ? stamp.seconds : (this.clocks[i] ??= new DayClock()).at(stamp.seconds)
  }

  private column(spec: ColumnSpec, i: number): Column {
    const cells = this.cells[i]!
    const unit = spec.cell === 'time' && this.units[i] === '' ? 's' : this.units[i]!
    if (spec.cell === 'duration') return { name: spec.name, type: 'number', unit: 'us', values: Float64Array.from(cells as number[]) }
    if (spec.cell === 'number' || spec.cell === 'time') return { name: spec.name, type: 'number', unit, values: Float64Array.from(cells as number[]) }
    if (spec.cell === 'auto') {
      const numbers = numbersOf(cells as string[])
      if (numbers !== undefined) return { name: spec.name, type: 'number', unit, values: numbers }
    }
    return { name: spec.name, type: 'text', values: cells as string[] }
  }
}

function free(names: ReadonlySet<string>, name: string): string {
  return names.has(name) ? `${name} (stamp)` : name
}

/** The cells as numbers when every one is a number or absent and one is a number; undefined otherwise. */
function numbersOf(cells: readonly string[]): Float64Array | undefined {
  const values = new Float64Array(cells.length)
  let some = false
  for (let i = 0; i < cells.length; i++) {
    const text = cells[i]!
    const value = numberCell(text)
    if (value === undefined || (/^0\d/.test(text) && !text.includes('.'))) return undefined
    values[i] = value
    if (!Number.isNaN(value)) some = true
  }
  return some ? values : undefined
}
