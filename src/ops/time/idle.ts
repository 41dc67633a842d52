import type { StackTree } from '../../model/index.ts'
import { FRAME_KINDS } from '../../model/index.ts'

/** Where an idle CPU waits. */
const IDLE =
  /^(?:intel_idle(?:_.*)?|acpi_idle_.*|acpi_safe_halt|acpi_processor_ffh_cstate_enter|mwait_idle.*|default_idle(?:_call)?|native_safe_halt|pv_native_safe_halt|xen_safe_halt|arch_cpu_idle|poll_idle|cpuidle_.*|call_cpuidle|cpu_idle(?:_loop|_poll)?|do_idle|haltpoll_.*|psci_.*idle.*|cpu_do_idle|tdx_.*halt|amd_e400_idle|io_idle|snooze_loop)$/
/** What interrupts it: time spent there is work. */
const WORK =
  /irq|interrupt|sysvec|softirq|^apic_timer|timer_expired|^do_IRQ$|^schedule|^__schedule|^(?:nmi|asm_exc_nmi)/

/**
 * For each node whether a stack that ends there is a CPU doing nothing: the idle task, with its innermost known frame a function that waits. An interrupt
 * taken by the idle task is work, whatever the comm says. The idle task without a stack is idle.
 */
export function idleNodes(stacks: StackTree): Uint8Array {
  const { parent, frame, frames } = stacks
  const plain = (f: number): string => frames.name[f]!.replace(/_\[[kwij]\]$/, '').replace(/\+0x[0-9a-f]+$/, '')
  // per frame: 1 waits, 2 works, 3 is the idle task
  const sort = new Uint8Array(frames.name.length)
  for (let f = 0; f < sort.length; f++) {
    const name = plain(f)
    const task = FRAME_KINDS[frames.kind[f]!] === 'task'
    if (task && /^(?:swapper(?:\/\d+)?(?:-\d.*)?|<idle>|\(idle\)|idle)$/.test(name)) sort[f] = 3
    else if (WORK.test(name)) sort[f] = 2
    else if (IDLE.test(name)) sort[f] = 1
  }
  // idle so far, carried from the root: 0 not the idle task, 1 idle task only, 2 waiting, 3 working
  const state = new Uint8Array(parent.length)
  const idle = new Uint8Array(parent.length)
  for (let i = 1; i < parent.length; i++) {
    const above = state[parent[i]!]!
    const own = sort[frame[i]!]!
    if (own === 3 && parent[i] === 0) state[i] = 1
    else if (above === 0) state[i] = 0
    else if (own === 2) state[i] = 3
    else if (own === 1) state[i] = 2
    else state[i] = above === 1 ? 4 : above
    idle[i] = state[i] === 1 || state[i] === 2 ? 1 : 0
  }
  return idle
}
