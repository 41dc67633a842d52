import type { EventTable, Meta, TextColumn } from '../../src/model/index.ts'

/** One measured number: of which benchmark, what, in which unit, and by which process of the file */
export interface Measured {
  readonly benchmark: string
  readonly metric: string
  readonly unit: string
  readonly value: number
  /** Number of the process among those of the file, from 0. */
  readonly process: number
}

/** Collects measurements of benchmarks into one table: BENCHMARK, METRIC, UNIT, VALUE, PROCESS, EXACT. */
export class MeasurementSet {
  private readonly rows: Measured[] = []
  /** Units whose values are the same in every run of one program. */
  private readonly exact = new Set<string>()

  /** Exit status of the first process that failed. */
  private exit: number | undefined

  /** A process of the file ended with a status that is not 0. */
  fail(exit: number): void {
    this.exit ??= exit
  }

  add(row: Measured): void {
    if (Number.isFinite(row.value)) this.rows.push(row)
  }

  assumeExact(unit: string): void {
    this.exact.add(unit)
  }

  finish(tool: string, meta: Meta = {}): EventTable[] {
    const { rows } = this
    if (rows.length === 0) return []
    const text = (name: string, of: (row: Measured) => string): TextColumn => ({
      name,
      type: 'text',
      values: rows.map(of),
    })
    const exact = rows.some(({ unit }) => this.exact.has(unit))
    return [
      {
        kind: 'events',
        name: 'measurements',
        tool,
        length: rows.length,
        columns: [
          text('BENCHMARK', row => row.benchmark),
          text('METRIC', row => row.metric),
          text('UNIT', row => row.unit),
          { name: 'VALUE', type: 'number', unit: '', values: Float64Array.from(rows, row => row.value) },
          { name: 'PROCESS', type: 'number', unit: '', values: Float64Array.from(rows, row => row.process) },
          ...(exact ? [text('EXACT', ({ unit }) => (this.exact.has(unit) ? 'exact' : ''))] : []),
        ],
        meta: { ...meta, tool, ...(this.exit !== undefined && { exit: this.exit }) },
      },
    ]
  }
}
