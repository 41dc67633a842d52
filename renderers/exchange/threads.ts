import type { StackRows } from './stack-rows.ts'

/** The rows of one thread. */
export interface ThreadRows {
  /** Its task and numbers, '' = nothing is known. */
  readonly title: string
  readonly comm: string
  readonly pid: number
  readonly tid: number
  /** Row numbers, in order. */
  readonly at: readonly number[]
}

/** The rows by thread, in the order in which threads appear; `byTask`: also by the task's frame, where the file has no other place for it. */
export function threadsOf(rows: StackRows, byTask: boolean): ThreadRows[] {
  const { node, pid, tid, task, stacks } = rows
  const found = new Map<string, { comm: string; pid: number; tid: number; at: number[] }>()
  for (let row = 0; row < node.length; row++) {
    const frame = task[node[row]!]!
    const comm = frame < 0 ? '' : stacks.frames.name[frame]!
    const ids = { pid: pid?.[row] ?? -1, tid: tid?.[row] ?? -1 }
    const key = `${ids.pid} ${ids.tid} ${byTask ? comm : ''}`
    let thread = found.get(key)
    if (thread === undefined) found.set(key, (thread = { comm, ...ids, at: [] }))
    thread.at.push(row)
  }
  return [...found.values()].map(thread => ({ ...thread, title: titleOf(thread) }))
}

function titleOf({ comm, pid, tid }: { comm: string; pid: number; tid: number }): string {
  if (tid < 0 && pid < 0) return ''
  const numbers = pid < 0 ? `${tid}` : tid < 0 ? `${pid}` : `${pid}/${tid}`
  return `${comm} ${numbers}`.trim()
}
