import type { Dataset, DiagnosticLog, Meta } from '../../src/model/index.ts'
import { TableBuilder } from '../build/table-builder.ts'
import type { Stamp } from '../words/clock.ts'
import { commOf } from '../words/comm.ts'
import { ByteRows } from './byte-rows.ts'
import type { Stack } from './event-stacks.ts'
import { eventStacks, stackUnder } from './event-stacks.ts'
import { cellStacks, isStackColumn } from './stack-cells.ts'
import type { TableShape } from './table-shape.ts'

/** A table while its rows come, with the lines printed under its rows. */
export class OpenTable {
  readonly caption: string
  /** Changes with every heading: places may differ between intervals. */
  shape: TableShape
  private readonly log: DiagnosticLog
  private builder: TableBuilder
  private readonly notes = new Map<number, string[]>()
  /** The fast reader of rows of this shape; null = the shape has none. */
  private bytes: ByteRows | null | undefined

  /** Only rows with something under them are kept. */
  private readonly counts: boolean

  constructor(caption: string, shape: TableShape, log: DiagnosticLog, countRows = false) {
    this.caption = caption
    this.shape = shape
    this.log = log
    this.counts = countRows && !shape.specs.some(({ name }) => isStackColumn(name))
    this.builder = new TableBuilder(caption, shape.specs, log)
  }

  get length(): number {
    return this.builder.length
  }

  /** The heading came again; the rows that follow belong to the next interval. */
  again(shape: TableShape): void {
    this.builder.nextInterval()
    this.bytes = undefined
    this.shape = { ...this.shape, layout: { ...shape.layout, slots: placed(this.shape, shape) } }
  }

  /** Takes another shape while there is no row yet. */
  reshape(shape: TableShape): void {
    this.shape = shape
    this.builder = new TableBuilder(this.caption, shape.specs, this.log)
    this.bytes = undefined
  }

  /** Adds rows from chunk[start] on that are as plain as can be, and returns how many; `next` is where the first line begins whose text has to be looked at. */
  takeLines(chunk: Uint8Array, start: number, limit: number, stamp: Stamp | undefined): number {
    if (this.bytes === undefined) this.bytes = ByteRows.of(this.shape.layout, this.builder) ?? null
    if (this.bytes === null || (this.bytes.wordFirst && this.length === 0)) return 0
    return this.counts
      ? this.bytes.count(chunk, start, limit, () => this.forget())
      : this.bytes.take(chunk, start, limit, stamp)
  }

  /** Forgets the last row when nothing stands under it. */
  private forget(): void {
    if (!this.notes.has(this.builder.kept - 1)) this.builder.forget()
  }

  /** True when lines of a map that is being printed might be taken for rows. */
  get beginsWithWords(): boolean {
    return this.bytes?.wordFirst === true
  }

  get next(): number {
    return this.bytes?.next ?? 0
  }

  add(cells: readonly string[], line: number, stamp: Stamp | undefined): void {
    if (this.counts) this.forget()
    this.builder.add(cells, line, stamp)
  }

  /** Keeps a line printed under the last row. */
  note(text: string): void {
    const row = this.builder.kept - 1
    const notes = this.notes.get(row)
    if (notes === undefined) this.notes.set(row, [text])
    else notes.push(text)
  }

  /** The table, and its stacks as profiles. */
  finish(name: string, meta: Meta, step: number | undefined): Dataset[] {
    const table = { ...this.builder.finish(meta, step), name }
    if (this.counts) return [{ ...table, length: this.length, columns: [] }, ...eventStacks(table, this.stacksUnder())]
    const own = this.shape.tool?.notes
    if (this.notes.size === 0) return [table, ...cellStacks(table)]
    if (own !== undefined) return [{ ...table, columns: [...table.columns, this.under(own, this.notes)] }]
    const stacks = new Map<number, Stack>()
    const frames = new Map<number, string>()
    const others = new Map<number, readonly string[]>()
    for (const [row, lines] of this.notes) {
      const stack = stackUnder(lines, this.shape.tool?.stacks === true)
      if (stack === undefined) others.set(row, lines)
      else {
        stacks.set(row, stack)
        frames.set(row, lines.map(commOf).join(';'))
      }
    }
    const columns = [...table.columns]
    if (stacks.size > 0) columns.push(this.column('STACK', frames))
    if (others.size > 0) columns.push(this.under('MORE', others))
    return [{ ...table, columns }, ...eventStacks(table, stacks)]
  }

  private stacksUnder(): Map<number, Stack> {
    const stacks = new Map<number, Stack>()
    for (const [row, lines] of this.notes) {
      const stack = stackUnder(lines, this.shape.tool?.stacks === true)
      if (stack !== undefined) stacks.set(row, stack)
    }
    return stacks
  }

  private under(name: string, notes: ReadonlyMap<number, readonly string[]>): TextColumn {
    return this.column(name, new Map([...notes].map(([row, lines]) => [row, lines.join('\n')])))
  }

  private column(name: string, texts: ReadonlyMap<number, string>): TextColumn {
    return { name, type: 'text', values: Array.from({ length: this.length }, (_, i) => texts.get(i) ?? '') }
  }
}

interface TextColumn {
  readonly name: string
  readonly type: 'text'
  readonly values: string[]
}

/** The slots of the new heading with the cells that the rows before were read with. */
function placed(known: TableShape, shape: TableShape): TableShape['layout']['slots'] {
  return shape.layout.slots.map((slot, i) => ({
    ...slot,
    cell: known.layout.slots[i]!.cell,
    rest: known.layout.slots[i]!.rest,
  }))
}
