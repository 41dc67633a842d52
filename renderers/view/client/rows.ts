import type { ViewData } from './data.ts'

/** Which rows count. Empty lists = all. */
export interface RowFilter {
  /** Ticks, half-open; undefined = all, rows without a time too. */
  readonly range: readonly [number, number] | undefined
  readonly tasks: readonly string[]
  /** Numbers of threads. */
  readonly threads: readonly number[]
  /** -1 = all inputs. */
  readonly side: number
}

export const ALL_ROWS: RowFilter = { range: undefined, tasks: [], threads: [], side: -1 }

/** What the rows of a filter come to. */
export interface Kept {
  /** Value of the stack that ends in each node. */
  readonly self: Float64Array
  /** Rows that count. */
  readonly rows: number
}

/** First row at or after a tick. */
export function rowAt({ tick }: Pick<ViewData, 'tick'>, wanted: number): number {
  let low = 0
  let high = tick.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (tick[middle]! < wanted) low = middle + 1
    else high = middle
  }
  return low
}

/** 1 for each thread that a filter wants; undefined = all. */
export function wantedThreads(data: ViewData, filter: RowFilter): Uint8Array | undefined {
  const { tasks, threads } = filter
  if (tasks.length === 0 && threads.length === 0) return undefined
  const names = new Set(tasks)
  const numbers = new Set(threads)
  return Uint8Array.from(data.comms, (comm, t) =>
    (names.size === 0 || names.has(comm)) && (numbers.size === 0 || numbers.has(t)) ? 1 : 0,
  )
}

/** Calls `each` with every row that counts. */
export function eachRow(data: ViewData, filter: RowFilter, each: (row: number, weight: number) => void): void {
  const { stack, thread, side, weight } = data
  const wanted = wantedThreads(data, filter)
  const [from, to] =
    filter.range === undefined ? [0, stack.length] : [rowAt(data, filter.range[0]), rowAt(data, filter.range[1])]
  for (let row = from; row < to; row++) {
    if (wanted !== undefined && wanted[thread[row]!] === 0) continue
    if (filter.side >= 0 && side[row] !== filter.side) continue
    each(row, weight === undefined ? 1 : weight[row]!)
  }
}

/** The values of the rows that count. Linear in the rows. */
export function keepRows(data: ViewData, filter: RowFilter): Kept {
  const { leaves, stack } = data
  const self = new Float64Array(data.parent.length)
  let rows = 0
  eachRow(data, filter, (row, weight) => {
    const node = leaves[stack[row]!]!
    self[node] = self[node]! + weight
    rows++
  })
  return { self, rows }
}
