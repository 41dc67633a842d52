import { grown } from '../../src/model/index.ts'
import type { Attribute } from './attributes.ts'
import type { Thread } from './thread.ts'

/** More names than this of one event are not kept apart: they come from the text of records. */
const MAX_ATTRIBUTES = 64

export interface RowColumns {
  readonly time: Float64Array
  readonly weight: Float64Array
  readonly stack: Int32Array
  readonly cpu: Int32Array
  readonly pid: Int32Array
  readonly tid: Int32Array
  readonly comm: Int32Array
  /** Further numbers by name; NaN = absent. */
  readonly attributes: readonly (readonly [name: string, values: Float64Array])[]
}

/** What is in a row beside the numbers of its thread. */
export interface RowValues {
  readonly time: number | undefined
  readonly comm: number
  readonly node: number
  readonly weight: number
}

/** Rows there is room for at first: thousands of events may have one each. */
const ROWS = 16

/** Columns of a SampleTable while they grow. */
export class SampleRows {
  private length = 0
  private time = new Float64Array(ROWS)
  private weight = new Float64Array(ROWS)
  private node = new Int32Array(ROWS)
  private cpu = new Int32Array(ROWS)
  private pid = new Int32Array(ROWS)
  private tid = new Int32Array(ROWS)
  private comm = new Int32Array(ROWS)
  private readonly attributes = new Map<string, Float64Array>()

  add(thread: Thread, { time, comm, node, weight }: RowValues, attributes: readonly Attribute[] = []): void {
    const row = this.length++
    if (row === this.time.length) this.grow(row * 2)
    this.time[row] = time ?? NaN
    this.weight[row] = weight
    this.node[row] = node
    this.cpu[row] = thread.cpu ?? -1
    this.pid[row] = thread.pid ?? -1
    this.tid[row] = thread.tid ?? -1
    this.comm[row] = comm
    for (const [name, value] of attributes) this.attribute(name, row, value)
  }

  columns(): RowColumns {
    const { length } = this
    return {
      time: this.time.slice(0, length),
      weight: this.weight.slice(0, length),
      stack: this.node.slice(0, length),
      cpu: this.cpu.slice(0, length),
      pid: this.pid.slice(0, length),
      tid: this.tid.slice(0, length),
      comm: this.comm.slice(0, length),
      attributes: [...this.attributes].map(([name, values]) => [name, values.slice(0, length)] as const),
    }
  }

  /** Adds rows whose nodes and comms have other numbers here. */
  append(rows: RowColumns, node: Int32Array, comm: readonly number[]): void {
    const first = this.length
    for (let i = 0; i < rows.time.length; i++) {
      const row = this.length++
      if (row === this.time.length) this.grow(row * 2)
      this.time[row] = rows.time[i]!
      this.weight[row] = rows.weight[i]!
      this.node[row] = node[rows.stack[i]!]!
      this.cpu[row] = rows.cpu[i]!
      this.pid[row] = rows.pid[i]!
      this.tid[row] = rows.tid[i]!
      this.comm[row] = comm[rows.comm[i]!] ?? -1
    }
    for (const [name, values] of rows.attributes)
      values.forEach((value, i) => {
        if (!Number.isNaN(value)) this.attribute(name, first + i, value)
      })
  }

  private attribute(name: string, row: number, value: number): void {
    let values = this.attributes.get(name)
    if (values === undefined) {
      if (this.attributes.size === MAX_ATTRIBUTES) return
      values = new Float64Array(this.time.length).fill(NaN)
      this.attributes.set(name, values)
    }
    values[row] = value
  }

  private grow(length: number): void {
    for (const [name, values] of this.attributes)
      this.attributes.set(name, grown(values, new Float64Array(length).fill(NaN)))
    this.time = grown(this.time, new Float64Array(length))
    this.weight = grown(this.weight, new Float64Array(length))
    this.node = grown(this.node, new Int32Array(length))
    this.cpu = grown(this.cpu, new Int32Array(length))
    this.pid = grown(this.pid, new Int32Array(length))
    this.tid = grown(this.tid, new Int32Array(length))
    this.comm = grown(this.comm, new Int32Array(length))
  }
}
