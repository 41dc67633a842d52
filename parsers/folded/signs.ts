import { kindCode } from '../../src/model/index.ts'
import { annotation, withoutMark } from '../stacks/frame-kind.ts'

const MARKER = kindCode('marker')
const TASK = kindCode('task')

/** Innermost frames of offcputime, which leaves the scheduler's own entry out. */
const SWITCHED_OUT = /^(?:finish_task_switch(?:\.isra\.\d+)?|schedule|bpf_prog_[0-9a-f]{16}_sched_switch)$/
/** Innermost kernel frames of wakeuptime, before the name of the target. */
const WAKES =
  /wake|^complete|^process_timeout$|^(?:child_wait_callback|insert_work|__queue_work|cpu_stop_queue_work|ep_poll_callback|__up|eventfd_signal)$/

/** How many stacks have a waker's half, end in the scheduler, or in a name behind a wake-up: what tells the tools apart. */
export interface FoldedSigns {
  readonly chains: number
  readonly switches: number
  readonly wakes: number
}

export const SWITCH_SIGN = 1
export const WAKE_SIGN = 2

/** Whether a frame is one that offcputime or wakeuptime ends its stacks in, as bits. `name` = without its mark. */
export function signOf(name: string): number {
  return (SWITCHED_OUT.test(name) ? SWITCH_SIGN : 0) | (WAKES.test(name) ? WAKE_SIGN : 0)
}

/** The first frame is a comm by convention, unless it says otherwise: a mark like `_[j]` is of functions. */
export function rootFrame(name: string): { readonly name: string; readonly kind: number } {
  const mark = annotation(name)
  if (mark !== undefined) return { name: withoutMark(name), kind: kindCode(mark) }
  return { name, kind: name === '-' || name === '--' ? MARKER : TASK }
}
