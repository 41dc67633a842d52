import type { WaitClass } from '../waits/wait-class.ts'
import type { TaskCpu } from './cpu.ts'
import type { Facts } from './facts.ts'

/** All that is known of the threads of one name. */
export interface TaskRow {
  readonly comm: string
  /** CPUs used; NaN = not measured. */
  readonly cpus: number
  readonly cpu?: TaskCpu
  /** Seconds waited by class in each second, summed over its threads; undefined = not recorded. */
  readonly waits?: ReadonlyMap<WaitClass, number>
  /** Threads whose waits were recorded. */
  readonly waiting: number
  /** Each second; NaN = not measured. */
  readonly ios: number
  readonly calls: number
  readonly starts: number
}

/** Tasks by the CPU they used, then by how long they waited; all that any input names. */
export function taskRows(facts: Facts): TaskRow[] {
  const { cpu, waits, calls, events } = facts
  const rows = new Map<string, TaskRow>()
  const row = (comm: string): TaskRow =>
    rows.get(comm) ?? { comm, cpus: cpu === undefined ? NaN : 0, waiting: 0, ios: NaN, calls: NaN, starts: NaN }
  for (const task of cpu?.tasks ?? [])
    rows.set(task.comm, { ...row(task.comm), cpu: task, cpus: task.seconds / cpu!.seconds })
  for (const { comm, classes } of waits?.threads ?? []) {
    const before = row(comm)
    const sums = new Map(before.waits)
    for (const [name, { seconds }] of classes) sums.set(name, (sums.get(name) ?? 0) + seconds / waits!.seconds)
    rows.set(comm, { ...before, waits: sums, waiting: before.waiting + 1 })
  }
  for (const { comm, calls: count } of calls?.tasks ?? [])
    if (rows.has(comm)) rows.set(comm, { ...row(comm), calls: count / calls!.seconds })
  const per = (tool: string, set: (before: TaskRow, rate: number) => TaskRow): void => {
    const seen = events.find(each => each.tool === tool)
    for (const { name, count } of seen?.comms ?? [])
      if (seen!.seconds > 0) rows.set(name, set(row(name), count / seen!.seconds))
  }
  per('biosnoop', (before, ios) => ({ ...before, ios }))
  per('execsnoop', (before, starts) => ({ ...before, starts }))
  const waited = ({ waits: sums }: TaskRow): number =>
    sums === undefined ? 0 : [...sums].reduce((all, [name, seconds]) => all + (IDLE.has(name) ? 0 : seconds), 0)
  return [...rows.values()].sort(
    (a, b) => (b.cpus || 0) - (a.cpus || 0) || waited(b) - waited(a) || (a.comm < b.comm ? -1 : 1),
  )
}

const IDLE: ReadonlySet<WaitClass> = new Set(['idle', 'timer', 'poll'])
