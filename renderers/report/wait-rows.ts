import type { Wait, WaitFacts } from '../../src/ops/report/waits.ts'
import type { WaitClass } from '../../src/ops/waits/wait-class.ts'

/** One line about waiting. */
export interface WaitRow {
  readonly comm: string
  readonly tid: number
  readonly name: WaitClass
  readonly wait: Wait
}

const IDLE: ReadonlySet<WaitClass> = new Set(['idle', 'timer', 'poll'])

/** Waits by thread and class, the longest first; idle waiting is left out and its seconds are told. */
export function waitRows({ threads }: WaitFacts): { readonly rows: readonly WaitRow[]; readonly idle: number } {
  const all = threads.flatMap(({ comm, tid, classes }) =>
    [...classes].map(([name, wait]) => ({ comm, tid, name, wait })),
  )
  return {
    rows: all
      .filter(({ name }) => !IDLE.has(name))
      .sort((a, b) => b.wait.seconds - a.wait.seconds || a.tid - b.tid || (a.name < b.name ? -1 : 1)),
    idle: all.reduce((sum, { name, wait }) => sum + (IDLE.has(name) ? wait.seconds : 0), 0),
  }
}
