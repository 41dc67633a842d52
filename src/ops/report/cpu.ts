import type { SampleTable } from '../../model/index.ts'
import { conversion } from '../../model/index.ts'
import { foldSamples } from '../stacks/fold.ts'
import { topFunctions } from '../stacks/top.ts'
import { idleNodes } from '../time/idle.ts'
import type { Burst } from './bursts.ts'
import { taskBursts } from './bursts.ts'
import { add, largest, nameOf, ownNodes } from './own-function.ts'
import { spanOf } from './span.ts'
import type { Track } from './track.ts'
import { stepsFor, sumInSteps } from './track.ts'

/** CPU that one task (all threads of that name) used. */
export interface TaskCpu {
  readonly comm: string
  /** CPU seconds. */
  readonly seconds: number
  readonly samples: number
  readonly threads: number
  readonly processes: number
  /** CPUs used over time. */
  readonly track: Track
  /** The program's own function with the most of it, and its part of `seconds`; absent where no frame is its own. */
  readonly own?: { readonly name: string; readonly seconds: number }
  /** The function with the largest self value, whoever's it is. */
  readonly top?: { readonly name: string; readonly seconds: number }
  /** Of its thread that runs in the most regular pieces. */
  readonly burst?: Burst
}

/** What a profile of CPUs in time tells. */
export interface CpuFacts {
  readonly source: string
  readonly event: string
  readonly samples: number
  /** Seconds observed. */
  readonly seconds: number
  readonly cpus: number
  /** Busy CPU seconds. */
  readonly busy: number
  /** CPUs busy over time. */
  readonly track: Track
  /** CPU seconds in interrupts and softirqs, and by the innermost of their functions. */
  readonly interrupts: number
  /** The busiest first; the idle task is none. */
  readonly tasks: readonly TaskCpu[]
}

/** CPU seconds of a sample; undefined where neither its weight nor the rate of sampling tells. */
function secondsOf(samples: SampleTable): ((row: number) => number) | undefined {
  const scale = conversion(samples.value.unit, 's')
  if (scale !== undefined) return row => samples.weight[row]! * scale
  const { frequency } = samples.meta
  return frequency === undefined ? undefined : () => 1 / frequency
}

/** Facts of samples of CPUs; undefined when they do not tell seconds. Linear but for sorting. */
export function cpuFacts(samples: SampleTable, source: string): CpuFacts | undefined {
  const cost = secondsOf(samples)
  const span = spanOf(samples.time)
  const seconds = span > 0 ? span : (samples.meta.duration ?? 0)
  if (cost === undefined || !(seconds > 0) || samples.comm === undefined || samples.comms === undefined)
    return undefined
  const idle = idleNodes(samples.stacks)
  const serving = interruptNodes(samples.stacks)
  const cpus = samples.meta.cpus ?? cpusIn(samples)
  const rows = new Map<string, number[]>()
  let [busy, interrupts] = [0, 0]
  for (let row = 0; row < samples.time.length; row++) {
    if (idle[samples.stack[row]!] === 1) continue
    const comm = samples.comms[samples.comm[row]!] ?? ''
    busy += cost(row)
    if (serving[samples.stack[row]!] === 1) interrupts += cost(row)
    const list = rows.get(comm)
    if (list === undefined) rows.set(comm, [row])
    else list.push(row)
  }
  const context: Context = { samples, own: ownNodes(samples.stacks), cost, seconds }
  const tasks = [...rows]
    .map(([comm, list]) => taskCpu(comm, list, context))
    .sort((a, b) => b.seconds - a.seconds || (a.comm < b.comm ? -1 : 1))
  return {
    source,
    event: samples.name,
    samples: samples.time.length,
    seconds,
    cpus,
    busy,
    interrupts,
    track: { ...trackOf([...rows.values()].flat(), context), limit: cpus },
    tasks,
  }
}

interface Context {
  readonly samples: SampleTable
  readonly own: Int32Array
  readonly cost: (row: number) => number
  readonly seconds: number
}

/** CPUs used over time by some samples. */
function trackOf(rows: readonly number[], { samples, cost, seconds }: Context): Track {
  let [from, to] = [Infinity, -Infinity]
  for (const time of samples.time) {
    if (time < from) from = time
    if (time > to) to = time
  }
  const steps = Number.isFinite(from) ? stepsFor(seconds) : 1
  const sums = sumInSteps(
    rows.filter(row => Number.isFinite(samples.time[row]!)).map(row => [samples.time[row]!, cost(row)] as const),
    { from, to: from + seconds, steps },
  )
  return { name: 'CPUs used', unit: '', seconds, values: sums.map(sum => (sum * steps) / seconds) }
}

/** Where interrupts and softirqs are served. */
const SERVING =
  /^(?:__do_softirq|handle_softirqs|do_softirq|run_ksoftirqd|net_rx_action|common_interrupt|__common_interrupt|do_IRQ|handle_irq_event\w*|handle_edge_irq|handle_fasteoi_irq|sysvec_apic_timer_interrupt|asm_sysvec_\w+|asm_common_interrupt|smp_apic_timer_interrupt|__irq_exit_rcu|irq_exit_rcu|irq_exit|el1_interrupt|el0_interrupt|gic_handle_irq)$/

/** For each node whether a stack that ends there serves an interrupt or a softirq. Linear. */
function interruptNodes({ parent, frame, frames }: SampleTable['stacks']): Uint8Array {
  const serves = frames.name.map(name => SERVING.test(name.replace(/\+0x[0-9a-f]+$/, '')))
  const nodes = new Uint8Array(parent.length)
  for (let i = 1; i < nodes.length; i++) nodes[i] = serves[frame[i]!]! || nodes[parent[i]!] === 1 ? 1 : 0
  return nodes
}

function taskCpu(comm: string, rows: readonly number[], context: Context): TaskCpu {
  const { samples, own, cost } = context
  const functions = new Map<string, number>()
  const threads = new Map<number, number[]>()
  const processes = new Set<number>()
  let seconds = 0
  for (const row of rows) {
    seconds += cost(row)
    const node = own[samples.stack[row]!]!
    if (node > 0) add(functions, nameOf(samples.stacks, node), cost(row))
    const tid = samples.tid?.[row] ?? -1
    processes.add(samples.pid?.[row] ?? tid)
    const list = threads.get(tid)
    if (list === undefined) threads.set(tid, [row])
    else list.push(row)
  }
  const best = largest(functions)
  const mine = new Set(rows)
  const [top] = topFunctions(foldSamples(samples, row => mine.has(row)))
  const total = rows.reduce((all, row) => all + samples.weight[row]!, 0)
  const burst = threads.has(-1) ? undefined : taskBursts(samples, threads.values(), own, cost)
  return {
    comm,
    seconds,
    samples: rows.length,
    threads: threads.size,
    processes: processes.size,
    track: trackOf(rows, context),
    ...(best !== undefined && { own: { name: best.name, seconds: best.value } }),
    ...(top !== undefined && total > 0 && { top: { name: top.name, seconds: (top.self / total) * seconds } }),
    ...(burst !== undefined && { burst }),
  }
}

function cpusIn(samples: SampleTable): number {
  return new Set(samples.cpu ?? [0]).size
}
