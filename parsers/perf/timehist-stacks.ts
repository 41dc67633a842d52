import type { DiagnosticLog, Profile, StackBuilder } from '../../src/model/index.ts'
import { kindCode, ROOT } from '../../src/model/index.ts'
import { ProfileBuilder } from '../build/profile-builder.ts'
import type { KindWalk } from '../stacks/frame-kind.ts'
import { kindOfName } from '../stacks/frame-kind.ts'

const VALUES = ['wait time', 'sch delay', 'run time'] as const

/**
 * The stacks of `perf sched timehist -g`, weighted by wait, delay and run. A row is printed when its task leaves the CPU, with the stack in which it leaves;
 * its run time led there, but its wait and its delay lie before the run, so they belong to the stack in which the task left the CPU the time before.
 */
export class TimehistStacks {
  some = false
  private readonly builders = VALUES.map(() => new ProfileBuilder())
  /** The stack of each thread's last row. */
  private readonly before = new Map<string, string>()
  private unseen = 0

  /** Adds a row: its comm, thread and process; wait, delay and run in ms as printed; its stack, leaf first, '' = none. */
  add([comm, tid]: readonly [string, string, string], times: readonly [string, string, string], chain: string): void {
    this.some = true
    // each idle task has its CPU; they all are thread 0
    const id = `${tid} ${comm}`
    const left = this.before.get(id)
    this.before.set(id, chain)
    const [wait, delay, run] = times.map(Number) as [number, number, number]
    if (left === undefined && wait + delay > 0) this.unseen++
    this.put(0, comm, left ?? UNSEEN, wait)
    this.put(1, comm, left ?? UNSEEN, delay)
    this.put(2, comm, chain, run)
  }

  /** The profiles that have any time; none when no row had a stack. */
  finish(log: DiagnosticLog): Profile[] {
    if (!this.some) return []
    log.note(
      'wait-before-run',
      'wait and delay belong to the stack in which the task left the CPU before, run time to the stack of its own row',
      {
        severity: 'info',
      },
    )
    if (this.unseen > 0)
      log.note('stack-not-seen', `waits that began before the first row of their task stand under ${UNSEEN}`, {
        severity: 'info',
        count: this.unseen,
      })
    return VALUES.flatMap((name, i) => {
      const builder = this.builders[i]!
      return builder.total > 0 ? [builder.finish('timehist', { name, unit: 'ms' }, { tool: 'perf sched' })] : []
    })
  }

  private put(which: number, comm: string, chain: string, value: number): void {
    if (value === 0) return
    const builder = this.builders[which]!
    builder.add(addChain(builder.stacks, comm, chain), value)
  }
}

const UNSEEN = '[stack not seen]'

/** Node of `leaf <- caller <- its caller` under a task. */
function addChain(stacks: StackBuilder, comm: string, chain: string): number {
  let node = stacks.child(ROOT, stacks.frame(comm, '', kindCode('task')))
  if (chain === '') return node
  const walk: KindWalk = { kernel: false, waker: false }
  const frames = chain.split(' <- ')
  for (let i = frames.length - 1; i >= 0; i--) {
    const name = frames[i]!.trim()
    const kind = name === UNSEEN ? 'marker' : kindOfName(name, walk)
    node = stacks.child(node, stacks.frame(name, '', kindCode(kind)))
  }
  return node
}
