import type { EventTable } from '../../model/index.ts'
import { add, largest } from './own-function.ts'
import type { Track } from './track.ts'

/** Processes that one parent started. */
export interface Starts {
  readonly source: string
  readonly seconds: number
  readonly total: number
  /** The parent with the most, how many it started, and their names, the commonest first. */
  readonly parent: number
  /** The parent's own name; '' = not known. */
  readonly name: string
  readonly count: number
  readonly comms: readonly string[]
  readonly track?: Track
}

/** Reads of one task that gave nothing. */
export interface EmptyReads {
  readonly source: string
  readonly comm: string
  readonly pid: number
  readonly seconds: number
  readonly empty: number
  readonly reads: number
}

/** Values of a number column; undefined where there is none of that name. */
export function numbersOf(table: EventTable, name: string): Float64Array | undefined {
  const found = table.columns.find(column => column.name === name)
  return found?.type === 'number' ? found.values : undefined
}

export function textsOf(table: EventTable, name: string): readonly string[] | undefined {
  const found = table.columns.find(column => column.name === name)
  return found?.type === 'text' ? found.values : undefined
}

/** The tool behind a table: its reader's word, else the capture's. */
export function toolOf(table: EventTable): string {
  return table.tool !== '' && table.tool !== 'bpftrace' && table.tool !== 'output'
    ? table.tool
    : (table.meta.tool ?? table.name)
}

/** What execsnoop saw; undefined for other tables and for one without parents. */
export function startsIn(table: EventTable, source: string): Starts | undefined {
  if (toolOf(table) !== 'execsnoop') return undefined
  const parents = numbersOf(table, 'PPID')
  const comms = textsOf(table, 'PCOMM') ?? textsOf(table, 'COMM')
  const seconds = table.meta.duration
  if (parents === undefined || comms === undefined || seconds === undefined || table.length === 0) return undefined
  const counts = new Map<string, number>()
  for (const parent of parents) add(counts, String(parent), 1)
  const most = largest(counts)!
  const names = new Map<string, number>()
  for (let row = 0; row < table.length; row++) if (String(parents[row]) === most.name) add(names, comms[row]!, 1)
  const sorted = [...names].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([name]) => name)
  const pids = numbersOf(table, 'PID')
  const at = pids?.findIndex(pid => String(pid) === most.name) ?? -1
  return {
    source,
    seconds,
    total: table.length,
    parent: Number(most.name),
    name: at < 0 ? '' : comms[at]!,
    count: most.value,
    comms: sorted,
  }
}

/** The task with the most reads of 0 bytes, from maps called `@zero_reads` and `@reads` with the task and its process as keys. */
export function emptyReadsIn(tables: readonly EventTable[], source: string): EmptyReads | undefined {
  const zero = tables.find(table => table.name === '@zero_reads')
  const all = tables.find(table => table.name === '@reads')
  const seconds = zero?.meta.duration
  if (zero === undefined || all === undefined || seconds === undefined || !(seconds > 0)) return undefined
  const [empty, reads] = [countsOf(zero), countsOf(all)]
  let best: EmptyReads | undefined
  for (const [key, { comm, pid, count }] of empty)
    if (best === undefined || count > best.empty)
      best = { source, comm, pid, seconds, empty: count, reads: reads.get(key)?.count ?? count }
  return best
}

function countsOf(table: EventTable): Map<string, { comm: string; pid: number; count: number }> {
  const sums = new Map<string, { comm: string; pid: number; count: number }>()
  const [comms, pids, values] = [textsOf(table, 'key1'), numbersOf(table, 'key2'), numbersOf(table, 'value')]
  if (comms === undefined || pids === undefined || values === undefined) return sums
  for (let row = 0; row < table.length; row++) {
    const key = `${pids[row]} ${comms[row]}`
    const before = sums.get(key)
    sums.set(key, { comm: comms[row]!, pid: pids[row]!, count: (before?.count ?? 0) + values[row]! })
  }
  return sums
}

/** System calls of one task, summed over its threads. */
export interface TaskCalls {
  readonly comm: string
  readonly calls: number
  readonly errors: number
  /** The call made most, and the one that failed most. */
  readonly most: { readonly name: string; readonly count: number }
  readonly failing: { readonly name: string; readonly errors: number; readonly calls: number }
}

/** System calls by task, the busiest first. */
export interface CallFacts {
  readonly source: string
  readonly seconds: number
  readonly tasks: readonly TaskCalls[]
}

/** What perf trace -s counted; undefined without it. */
export function callsIn(tables: readonly EventTable[], source: string): CallFacts | undefined {
  const table = tables.find(each => each.name === 'summary' && textsOf(each, 'SYSCALL') !== undefined)
  if (table === undefined) return undefined
  const [comms, names] = [textsOf(table, 'COMM'), textsOf(table, 'SYSCALL')!]
  const [calls, errors] = [numbersOf(table, 'CALLS'), numbersOf(table, 'ERRORS')]
  const seconds = table.meta.duration
  if (comms === undefined || calls === undefined || seconds === undefined || !(seconds > 0)) return undefined
  const tasks = new Map<string, { calls: Map<string, number>; errors: Map<string, number> }>()
  for (let row = 0; row < table.length; row++) {
    const task = tasks.get(comms[row]!) ?? { calls: new Map<string, number>(), errors: new Map<string, number>() }
    tasks.set(comms[row]!, task)
    add(task.calls, names[row]!, calls[row]! || 0)
    add(task.errors, names[row]!, errors?.[row] || 0)
  }
  const sum = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((all, n) => all + n, 0)
  return {
    source,
    seconds,
    tasks: [...tasks]
      .map(([comm, { calls, errors }]): TaskCalls => {
        const [most, failing] = [largest(calls)!, largest(errors)!]
        return {
          comm,
          calls: sum(calls),
          errors: sum(errors),
          most: { name: most.name, count: most.value },
          failing: { name: failing.name, errors: failing.value, calls: calls.get(failing.name) ?? 0 },
        }
      })
      .sort((a, b) => b.calls - a.calls || (a.comm < b.comm ? -1 : 1)),
  }
}
