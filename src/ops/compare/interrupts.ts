import type { StackTree } from '../../model/index.ts'
import { FRAME_KINDS } from '../../model/index.ts'
import type { RunTree } from '../../stats/entities.ts'
import { rowTotals } from '../../stats/entities.ts'
import { testCounts } from '../../stats/test-counts.ts'
import type { InterruptChange } from './comparison.ts'

/** What becomes of interrupt, softirq and scheduler stacks. */
export type InterruptMode = 'keep' | 'drop'

/** Where the kernel leaves the program for an interrupt, a softirq or another task (x86 and arm64, old kernels and new). */
const INTERRUPT =
  /^(?:asm_sysvec_\w+|sysvec_\w+|asm_common_interrupt|common_interrupt|(?:smp_)?apic_timer_interrupt|reschedule_interrupt|ret_from_intr|do_IRQ|call_on_irq_stack|gic_handle_irq|gic_interrupt|el[01]t?_(?:64_|32_)?irq\w*|el[01]t?h?_64_irq_handler|_*irq_exit(?:_rcu)?|_*do_softirq\w*|handle_softirqs|run_ksoftirqd|asm_exc_nmi|exc_nmi|__schedule|preempt_schedule(?:_\w+)?|finish_task_switch)$/
const IDLE_TASK = /^(?:swapper(?:\/\d+)?|<idle>|idle)$/

/** Marks the rows at or below an interrupt, softirq or switch of tasks; frames that are known to be user code are none. */
export function interruptRows({ parent, frame, frames }: StackTree): Uint8Array {
  const marked = new Uint8Array(parent.length)
  const isInterrupt = frames.name.map((name, f) => {
    const kind = FRAME_KINDS[frames.kind[f]!]
    if (kind === 'task' || kind === 'jit' || kind === 'inline') return false
    if (kind === 'user' && frames.module[f] !== '') return false
    return INTERRUPT.test(name.replace(/_\[k\]$/, '').replace(/\+0x[0-9a-f]+$/, ''))
  })
  for (let i = 1; i < parent.length; i++) if (marked[parent[i]!] === 1 || isInterrupt[frame[i]!]) marked[i] = 1
  return marked
}

/** True when the stacks are those of a whole machine: its idle task is among them. */
export function holdsIdleTask({ parent, frame, frames }: StackTree): boolean {
  for (let i = 1; i < parent.length; i++) if (parent[i] === 0 && IDLE_TASK.test(frames.name[frame[i]!]!)) return true
  return false
}

/** What the marked rows took of everything on both sides, tested as one entity. */
export function interruptChange(tree: RunTree, marked: Uint8Array, dropped: boolean): InterruptChange | null {
  const totals = Float64Array.from(tree.self, self => rowTotals(tree.parent, self)[0] ?? 0)
  const taken = tree.self.map(self => {
    let sum = 0
    for (let i = 1; i < marked.length; i++) if (marked[i] === 1) sum += self[i]!
    return sum
  })
  if (!taken.some(value => value > 0)) return null
  const changes = testCounts({ counts: taken.map(value => Float64Array.of(value)), totals }, tree.before, { least: 1 })
  const p = changes.p[0]!
  return { dropped, before: changes.rateBefore[0]!, after: changes.rateAfter[0]!, p: Number.isNaN(p) ? null : p }
}
