import type { Column, DiagnosticLog, EventTable, Meta, Unit } from '../../src/model/index.ts'
import { conversion, lazyNumbers, lazyTexts, splitLabel } from '../../src/model/index.ts'
import { durationCell, isInexact, numberCell } from '../words/cells.ts'
import type { Stamp } from '../words/clock.ts'
import { DayClock, parseStamp } from '../words/clock.ts'
import type { DecimalSign } from '../words/decimal-sign.ts'
import { decimalSignOf } from '../words/decimal-sign.ts'
import { NumberStore } from './number-store.ts'
import { TextStore } from './text-store.ts'

/**
 * What a column's cells are: 'number'; 'time' = a time of day or a number of seconds, whichever the first cell is; 'word' = text without
 * blanks; 'duration' = a number with its unit glued on; 'endpoint' = an address and its port, `10.0.0.1:443`; 'comm' = a process name, up to 16 bytes of anything, blanks and nothing included; 'text' = anything, once per table;
 * 'auto' = one word, a number column in the end when every cell is a number.
 */
export type Cell = 'number' | 'time' | 'duration' | 'word' | 'comm' | 'text' | 'auto' | 'endpoint'

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

/** Where the rows that follow get a time. */
interface StampFrom {
  readonly row: number
  readonly seconds: number
}

/** Collects rows of cell text into an EventTable. */
export class TableBuilder {
  readonly name: string
  readonly specs: readonly ColumnSpec[]
  /** By column; numbers for cells that are numbers or times. */
  readonly numbers: readonly (NumberStore | undefined)[]
  readonly texts: readonly (TextStore | undefined)[]
  /** By column of times: the clock of its times of day, once there was one. */
  readonly clocks: (DayClock | undefined)[]
  readonly sign: DecimalSign
  private readonly log: DiagnosticLog
  private readonly units: Unit[]
  /** Number cells whose comma may stand before decimals or thousands. */
  private open: OpenCell[] = []
  private firstOpen: OpenCell | undefined
  private readonly stamps: StampFrom[] = []
  /** First row of every interval but the first. */
  private readonly intervals: number[] = []
  private stampUnit: Unit | undefined
  private lastStamp: Stamp | undefined
  private rows = 0
  private forgotten = 0

  constructor(name: string, specs: readonly ColumnSpec[], log: DiagnosticLog) {
    this.name = name
    this.specs = specs
    this.log = log
    this.sign = decimalSignOf(log)
    this.numbers = specs.map(({ cell }) => (isNumeric(cell) ? new NumberStore() : undefined))
    this.texts = specs.map(({ cell }) => (isNumeric(cell) ? undefined : new TextStore()))
    this.clocks = specs.map(() => undefined)
    this.units = specs.map(spec => spec.unit)
  }

  /** Rows that were added. */
  get length(): number {
    return this.rows + this.forgotten
  }

  /** Rows that are kept. */
  get kept(): number {
    return this.rows
  }

  /** The rows that follow belong to the next interval. */
  nextInterval(): void {
    this.intervals.push(this.rows)
  }

  /** Adds a row: one text per column, '' = absent. `stamp` = seconds of the interval the row belongs to, as a clock of the reader gave them. */
  add(values: readonly string[], line: number, stamp?: Stamp): void {
    for (let i = 0; i < this.specs.length; i++) this.put(i, values[i] ?? '', line)
    this.added(stamp)
  }

  /** Ends a row whose cells were put into the columns. */
  added(stamp: Stamp | undefined): void {
    if (stamp !== this.lastStamp) this.stampFrom(stamp)
    this.rows++
  }

  private stampFrom(stamp: Stamp | undefined): void {
    this.lastStamp = stamp
    const seconds = stamp?.seconds ?? NaN
    const last = this.stamps[this.stamps.length - 1]?.seconds ?? NaN
    if (!Object.is(seconds, last)) this.stamps.push({ row: this.rows, seconds })
    if (stamp !== undefined) this.stampUnit ??= stamp.unit
  }

  /** Counts rows that are not kept. */
  count(rows: number): void {
    this.forgotten += rows
  }

  /** Forgets the cells of the last row, which still counts, but not what they told of the whole file. */
  forget(): void {
    if (this.rows === 0) return
    this.rows--
    this.forgotten++
    for (const store of this.numbers) store?.pop()
    for (const store of this.texts) store?.pop()
    if (this.open.length > 0) this.open = this.open.filter(({ row }) => row < this.rows)
  }

  /** True while every time of a column is a time of day. */
  isClock(i: number): boolean {
    return this.units[i] === 'clock' && this.clocks[i] !== undefined
  }

  /** The table. `step` = seconds between intervals that carry no stamps. */
  finish(meta: Meta, step?: number): EventTable {
    this.settleCommas()
    const columns: Column[] = []
    const hasTime =
      this.units.some(unit => unit === 'clock' || unit === 'date') || this.specs.some(spec => spec.cell === 'time')
    const names = new Set(this.specs.map(spec => spec.name))
    if (this.stampUnit !== undefined && !hasTime) {
      columns.push({ name: free(names, 'TIME'), type: 'number', unit: this.stampUnit, values: this.stampTimes() })
    } else if (this.intervals.length > 0 && !hasTime) {
      const values = this.intervalNumbers()
      columns.push(
        step === undefined
          ? { name: free(names, 'INTERVAL'), type: 'number', unit: '', values }
          : { name: free(names, 'TIME'), type: 'number', unit: 's', values: values.map(i => i * step) },
      )
    }
    this.specs.forEach((spec, i) => columns.push(this.column(spec, i)))
    return { kind: 'events', name: this.name, tool: meta.tool ?? '', length: this.rows, columns, meta }
  }

  private stampTimes(): Float64Array {
    const values = new Float64Array(this.rows).fill(NaN)
    for (const { row, seconds } of this.stamps) values.fill(seconds, row)
    return values
  }

  private intervalNumbers(): Float64Array {
    const values = new Float64Array(this.rows)
    this.intervals.forEach((row, i) => values.fill(i + 1, row))
    return values
  }

  /** Numbers like `1,234`, now that the whole file has told its decimal sign. */
  private settleCommas(): void {
    if (this.sign.comma) {
      for (const { column, row, text } of this.open) {
        const value = text.replace(',', '.')
        this.numbers[column]?.set(row, Number(value))
        this.texts[column]?.set(row, value)
      }
    } else if (this.firstOpen !== undefined && !this.sign.point) {
      const { line, text } = this.firstOpen
      this.log.note(
        'thousands-assumed',
        'a comma before three digits; read as thousands, for no other number of the file shows a decimal sign',
        { severity: 'info', line, text },
      )
    }
    this.open = []
    this.firstOpen = undefined
  }

  private put(i: number, text: string, line: number): void {
    const { cell } = this.specs[i]!
    if (
      (cell === 'number' || cell === 'auto') &&
      (text.includes(',') || (!this.sign.point && text.includes('.'))) &&
      this.sign.see(text)
    ) {
      const open = { column: i, row: this.rows, text, line }
      this.firstOpen ??= open
      this.open.push(open)
    }
    const numbers = this.numbers[i]
    if (numbers === undefined) return this.texts[i]!.push(text)
    if (cell === 'number') {
      if (isInexact(text))
        this.log.note('inexact-value', 'a value above 2^53 is kept only to 53 bits', { line, text, severity: 'info' })
      numbers.push(this.sized(i, text))
    } else numbers.push(cell === 'duration' ? (durationCell(text) ?? NaN) : this.time(i, text))
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
    if (this.units[i] !== stamp.unit && this.numbers[i]!.some && this.clocks[i] === undefined) return NaN
    this.units[i] = stamp.unit
    return stamp.unit === 'date' ? stamp.seconds : (this.clocks[i] ??= new DayClock()).at(stamp.seconds)
  }

  private column(spec: ColumnSpec, i: number): Column {
    const numbers = this.numbers[i]
    if (numbers !== undefined) {
      const unit = spec.cell === 'time' && this.units[i] === '' ? 's' : this.units[i]!
      return lazyNumbers(spec.name, spec.cell === 'duration' ? 'us' : unit, numbers)
    }
    const texts = this.texts[i]!
    return (
      (spec.cell === 'auto' ? numberColumn(spec.name, this.units[i]!, texts) : undefined) ?? lazyTexts(spec.name, texts)
    )
  }
}

interface OpenCell {
  readonly column: number
  readonly row: number
  readonly text: string
  readonly line: number
}

function isNumeric(cell: Cell): boolean {
  return cell === 'number' || cell === 'time' || cell === 'duration'
}

function free(names: ReadonlySet<string>, name: string): string {
  return names.has(name) ? `${name} (stamp)` : name
}

/** A column of numbers or durations where all its texts are such. */
function numberColumn(name: string, unit: Unit, texts: TextStore): Column | undefined {
  const numbers = numbersOf(texts, numberCell)
  if (numbers !== undefined) {
    const bytes = unit === '' && hasSizes(texts)
    return { name, type: 'number', unit: bytes ? 'bytes' : unit, values: numbers }
  }
  const times = unit === '' ? numbersOf(texts, durationCell) : undefined
  return times === undefined ? undefined : { name, type: 'number', unit: 'us', values: times }
}

function hasSizes(texts: TextStore): boolean {
  for (let i = 0; i < texts.length; i++) if (/\d ?[KMGTPk]?i?B$/.test(texts.at(i))) return true
  return false
}

/** The cells as numbers when every one is a number or absent and one is a number; undefined otherwise. */
function numbersOf(texts: TextStore, parse: (text: string) => number | undefined): Float64Array | undefined {
  const values = new NumberStore()
  for (let i = 0; i < texts.length; i++) {
    const text = texts.at(i)
    const value = parse(text)
    if (value === undefined || (/^0\d/.test(text) && !text.includes('.'))) return undefined
    values.push(value)
  }
  return values.some ? values.values() : undefined
}
