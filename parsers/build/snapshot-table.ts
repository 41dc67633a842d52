import type { DiagnosticLog, EventTable, Meta } from '../../src/model/index.ts'
import type { ColumnSpec } from './table-builder.ts'
import { TableBuilder } from './table-builder.ts'

/**
 * Rows that are printed again and again, snapshot after snapshot, told apart by their first columns; a key that comes again begins the next snapshot. Beside the
 * rows themselves it gives the differences of those columns that only grow while the system runs.
 */
export class SnapshotTable {
  private readonly name: string
  private readonly keys: number
  private readonly specs: readonly ColumnSpec[]
  private readonly log: DiagnosticLog
  private readonly rows: TableBuilder
  private readonly growing: readonly number[]
  private readonly seen = new Set<string>()
  private readonly before = new Map<string, readonly string[]>()
  private readonly deltas: string[][] = []

  /** The first `keys` columns name a row; `growing` = columns whose differences count. */
  constructor(
    name: string,
    specs: readonly ColumnSpec[],
    { keys, growing }: { readonly keys: number; readonly growing: readonly string[] },
    log: DiagnosticLog,
  ) {
    this.name = name
    this.keys = keys
    this.specs = specs
    this.log = log
    this.rows = new TableBuilder(name, specs, log)
    this.growing = specs.flatMap((spec, i) => (growing.includes(spec.name) ? [i] : []))
  }

  get length(): number {
    return this.rows.length
  }

  add(cells: readonly string[], line: number): void {
    const key = cells.slice(0, this.keys).join('\u0000')
    if (this.seen.has(key)) {
      this.seen.clear()
      this.rows.nextInterval()
    }
    this.seen.add(key)
    const before = this.before.get(key)
    if (before !== undefined)
      this.deltas.push([
        ...cells.slice(0, this.keys),
        ...this.growing.map(i =>
          cells[i] === '' || cells[i] === undefined || before[i] === '' ? '' : exactDifference(cells[i]!, before[i]!),
        ),
      ])
    this.before.set(key, [...cells])
    this.rows.add(cells, line)
  }

  finish(meta: Meta, step?: number): EventTable[] {
    if (this.rows.length === 0) return []
    const rows = this.rows.finish(meta, step)
    if (this.deltas.length === 0 || this.growing.length === 0) return [rows]
    const differences = new TableBuilder(
      `${this.name} differences`,
      [...this.specs.slice(0, this.keys), ...this.growing.map(i => this.specs[i]!)],
      this.log,
    )
    for (const delta of this.deltas) differences.add(delta, 0)
    return [rows, differences.finish(meta)]
  }
}

/** Exact beyond 2^53 for integers. */
function exactDifference(after: string, before: string): string {
  return /^-?\d+$/.test(after) && /^-?\d+$/.test(before)
    ? String(BigInt(after) - BigInt(before))
    : String(Number((Number(after) - Number(before)).toFixed(6)))
}
