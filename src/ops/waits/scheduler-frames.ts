import type { Profile, SampleTable, StackTree } from '../../model/index.ts'
import { kindCode } from '../../model/index.ts'
import { cutCompilerSuffixes } from '../stacks/compiler-suffixes.ts'

/**
 * Frames of the tracing tool and of the scheduler at the far end of a wait: every stack that left the CPU ends in them, whatever it waits for.
 * Source: stacks of offcputime (kprobe, fentry and tracepoint forms), perf's sched_switch and bpftrace on Linux 4.9 to 6.18.
 */
const TOOL_OR_SCHEDULER =
  /^(?:bpf_prog_[0-9a-f]{16}_.*|bpf_prog_[0-9a-f]{16}|bpf_trace_run\d+|bpf_trampoline_\w+|bpf_dispatcher_\w+|bpf_overflow_handler|__bpf_prog_enter\w*|bpf_get_stack\w*|bpf_get_stackid\w*|__bpf_get_stackid|get_perf_callchain|stack_trace_save\w*|__traceiter_\w+|trace_event_raw_event_\w+|trace_event_buffer_commit|trace_call_bpf|perf_trace_\w+|perf_tp_event|perf_trace_run_bpf_submit|__perf_event_overflow|perf_swevent_event|kprobe_\w+|ftrace_\w+|__schedule|schedule|schedule_idle|finish_task_switch|context_switch|__switch_to|__switch_to_asm|preempt_schedule_notrace)$/

const KERNEL = kindCode('kernel')
const UNKNOWN = kindCode('unknown')

/** For each node: the node itself, or its innermost ancestor that is no frame of the tool or scheduler. Linear. */
function waitingNodes(stacks: StackTree): Int32Array {
  const { parent, frame, frames } = stacks
  const off = frames.name.map(
    (name, f) =>
      (frames.kind[f] === KERNEL || frames.kind[f] === UNKNOWN) && TOOL_OR_SCHEDULER.test(cutCompilerSuffixes(name)),
  )
  const node = new Int32Array(parent.length)
  for (let i = 1; i < node.length; i++) {
    const up = node[parent[i]!]!
    // a stack of nothing else keeps its outermost one: it has to stand somewhere
    const trimmable = off[frame[i]!]! && up !== 0 && !isTask(stacks, up)
    node[i] = trimmable ? up : i
  }
  return node
}

const TASK = kindCode('task')

function isTask(stacks: StackTree, node: number): boolean {
  return stacks.frames.kind[stacks.frame[node]!] === TASK
}

/**
 * The profile with the tool's and the scheduler's own frames taken off the far end of its stacks, so that the function that waits has the self
 * time. The sum stays; a frame of that name with a caller's frame below it stays too. `trimmed` = the value whose stacks became shorter.
 */
export function withoutSchedulerFrames(profile: Profile): { readonly profile: Profile; readonly trimmed: number } {
  const node = waitingNodes(profile.stacks)
  const self = moveValues(profile.self, node)
  let trimmed = 0
  for (let i = 1; i < node.length; i++) if (node[i] !== i) trimmed += profile.self[i]!
  const runs = profile.runs?.map(run => ({ ...run, self: moveValues(run.self, node) }))
  return { profile: { ...profile, self, ...(runs !== undefined && { runs }) }, trimmed }
}

/** The samples likewise; times and weights stay. */
export function samplesWithoutSchedulerFrames(samples: SampleTable): SampleTable {
  const node = waitingNodes(samples.stacks)
  return { ...samples, stack: samples.stack.map(old => node[old]!) }
}

function moveValues(self: Float64Array, node: Int32Array): Float64Array {
  const moved = new Float64Array(self.length)
  for (let i = 0; i < self.length; i++) moved[node[i]!] = moved[node[i]!]! + self[i]!
  return moved
}
