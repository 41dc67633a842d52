import type { Profile, SampleTable, StackTree, ValueType } from '../../src/model/index.ts'
import { conversion, kindCode } from '../../src/model/index.ts'
import { formatValue } from '../words/numbers.ts'
import type { Tell } from './losses.ts'
import { losses } from './losses.ts'

/** Stacks with values as files of other tools list them: columns of equal length, a row per sample or, without times, per stack. */
export interface StackRows {
  readonly stacks: StackTree
  readonly value: ValueType
  readonly name: string
  readonly meta: Profile['meta']
  readonly node: Int32Array
  readonly weight: Float64Array
  /** Seconds; absent = the input has no times. */
  readonly time?: Float64Array
  readonly pid?: Int32Array
  readonly tid?: Int32Array
  readonly cpu?: Int32Array
  /** By node: the frame of the task in its stack, -1 = none. */
  readonly task: Int32Array
}

/** The rows of samples in the order of their times, of a profile in that of its tree; values of zero are left out. */
export function stackRows(data: Profile | SampleTable): StackRows {
  const { stacks, value, name, meta } = data
  const common = { stacks, value, name, meta, task: tasks(stacks) }
  if (data.kind === 'profile') {
    const node = Int32Array.from([...data.self.keys()].filter(i => data.self[i] !== 0))
    return { ...common, node, weight: Float64Array.from(node, i => data.self[i]!) }
  }
  const rows = [...data.weight.keys()].filter(i => data.weight[i] !== 0)
  const timed = rows.length > 0 && rows.every(i => Number.isFinite(data.time[i]))
  if (timed) rows.sort((a, b) => data.time[a]! - data.time[b]! || a - b)
  const ids = (column: Int32Array | undefined): Int32Array | undefined =>
    column === undefined ? undefined : Int32Array.from(rows, i => column[i]!)
  const [pid, tid, cpu] = [ids(data.pid), ids(data.tid), ids(data.cpu)]
  return {
    ...common,
    node: Int32Array.from(rows, i => data.stack[i]!),
    weight: Float64Array.from(rows, i => data.weight[i]!),
    ...(timed && { time: Float64Array.from(rows, i => data.time[i]!) }),
    ...(pid !== undefined && { pid }),
    ...(tid !== undefined && { tid }),
    ...(cpu !== undefined && { cpu }),
  }
}

function tasks({ parent, frame, frames }: StackTree): Int32Array {
  const task = new Int32Array(parent.length).fill(-1)
  const code = kindCode('task')
  for (let i = 1; i < parent.length; i++)
    task[i] = parent[i] !== 0 ? task[parent[i]!]! : frames.kind[frame[i]!] === code ? frame[i]! : -1
  return task
}

/** True for a node that is the root or the frame of a task: nothing of the stack is left beside the task. */
export function isBare({ stacks, task }: StackRows, node: number): boolean {
  return node === 0 || (stacks.parent[node] === 0 && task[node] !== -1)
}

/** Frames of a node's stack without its task, leaf first. */
export function leafFirst(rows: StackRows, node: number): number[] {
  const path: number[] = []
  for (let i = node; !isBare(rows, i); i = rows.stacks.parent[i]!) path.push(i)
  return path
}

/** Says how many stacks have nothing beside their task. */
export function tellStackless(rows: StackRows, tell: Tell, bare = (node: number): boolean => isBare(rows, node)): void {
  let count = 0
  let total = 0
  rows.node.forEach((node, i) => {
    if (!bare(node)) return
    count++
    total += rows.weight[i]!
  })
  if (count > 0) tell(losses.stackless(count, formatValue(total, rows.value.unit)))
}

/** The largest double below 2^63. */
const LARGEST = 2 ** 63 - 1024

/** The values in `unit`, whole numbers; says what rounding did. */
export function wholeValues(values: Float64Array, scale: number, tell: Tell): number[] {
  let rounded = 0
  let before = 0
  let after = 0
  let cut = 0
  const whole = Array.from(values, value => {
    const exact = value * scale
    const near = Math.round(exact)
    if (Math.abs(near) >= 2 ** 63) {
      cut++
      return Math.sign(near) * LARGEST
    }
    if (Math.abs(near - exact) > 1e-9 * Math.abs(exact)) rounded++
    before += exact
    after += near
    return near
  })
  if (cut > 0) tell(losses.valuesCut(cut))
  if (rounded > 0) tell(losses.valuesRounded(rounded, Number(before.toPrecision(12)), after))
  return whole
}

/** Nanoseconds for times, bytes for sizes, else the unit as it is, with the factor that leads there. */
export function wholeUnit(unit: string): { readonly unit: string; readonly scale: number } {
  for (const base of ['ns', 'bytes']) {
    const scale = conversion(unit, base)
    if (scale !== undefined) return { unit: base, scale: Math.round(scale) >= 1 ? Math.round(scale) : scale }
  }
  return { unit, scale: 1 }
}

/** Nanoseconds since 1970 at the first sample, undefined when nobody says. `start`: milliseconds since 1970, from the command line. */
export function epochOf({ meta, time }: StackRows, start: number | undefined): bigint | undefined {
  const said = start ?? (meta.start === undefined ? NaN : Date.parse(meta.start))
  const first = time?.[0]
  // no machine has been up for thirty years: such times count from 1970 already
  if (start === undefined && first !== undefined && first > 1e9) return BigInt(Math.round(first * 1e6)) * 1000n
  return Number.isFinite(said) ? BigInt(Math.round(said * 1e3)) * 1000n : undefined
}
