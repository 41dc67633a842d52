import type { NumberColumn, Profile, SampleTable, StackTree } from '../../model/index.ts'
import { conversion, kindCode } from '../../model/index.ts'
import type { WaitClass } from '../waits/wait-class.ts'
import { WAIT_CLASSES, waitClasses } from '../waits/wait-class.ts'
import { median } from './bursts.ts'
import { add, callNodes, largest, nameOf, ownNodes } from './own-function.ts'

/** What one thread waited for in one class. */
export interface Wait {
  readonly seconds: number
  readonly count: number
  /** Waits whose end is not in the record although the thread ran again, and the seconds in which they lie. */
  readonly unended: number
  readonly within: number
  /** Seconds of the middle wait and of the longest. */
  readonly median: number
  readonly longest: number
  /** The call that waits most (`fsync`) and the program's own function that it is called from; '' = not known. */
  readonly call: string
  readonly own: string
  /** Innermost kernel functions of the waits and their seconds. */
  readonly frames: ReadonlyMap<string, number>
  /** User functions of the waits and their seconds. */
  readonly users: ReadonlyMap<string, number>
  /** Thread that ended most of them, and its share; tid -1 = not known. */
  readonly waker: { readonly tid: number; readonly share: number }
}

export interface ThreadWaits {
  readonly comm: string
  readonly pid: number
  /** -1 = all threads of that name. */
  readonly tid: number
  /** Seconds in which it could have run on and was not let. */
  readonly preempted: number
  readonly classes: ReadonlyMap<WaitClass, Wait>
}

export interface WaitFacts {
  readonly source: string
  /** Seconds observed. */
  readonly seconds: number
  readonly threads: readonly ThreadWaits[]
  /** False of sums: counts and lengths of single waits are not known. */
  readonly counted: boolean
}

interface Collected {
  lengths: number[]
  seconds: number
  unended: number
  within: number
  calls: Map<string, number>
  owns: Map<string, number>
  frames: Map<string, number>
  users: Map<string, number>
  wakers: Map<number, number>
}

interface Thread {
  comm: string
  pid: number
  tid: number
  preempted: number
  classes: Map<WaitClass, Collected>
}

const IDLE_TASK = 0

/**
 * Waits of every thread from those the reader paired: a thread that was woken was blocked until then and waited for a CPU from then on; one that could
 * have run on waited for a CPU all the time. Undefined without times. Linear but for sorting.
 */
export function waitFacts(samples: SampleTable, source: string): WaitFacts | undefined {
  const { time, weight, stack } = samples
  const scale = conversion(samples.value.unit, 's')
  if (time.length === 0 || scale === undefined) return undefined
  const collector = new Collector(samples.stacks)
  const [preempted, ready, missed, within, waker] = ['preempted', 'ready', 'missed', 'missed-ns', 'waker'].map(name =>
    column(samples, name),
  )
  let [first, last] = [Infinity, -Infinity]
  for (let row = 0; row < time.length; row++) {
    const [start, seconds] = [time[row]!, weight[row]! * scale]
    first = Math.min(first, start)
    last = Math.max(last, start + seconds)
    const tid = samples.tid?.[row] ?? -1
    if (tid === IDLE_TASK) continue
    const comm = samples.comms?.[samples.comm?.[row] ?? -1] ?? ''
    const thread = collector.thread(tid, comm, samples.pid?.[row] ?? tid)
    const node = stack[row]!
    const byFrames = collector.classOf(node)
    if (missed?.[row]! > 0) collector.missed(thread, byFrames, missed![row]!, (within?.[row] ?? 0) * 1e-9)
    const late = (ready?.[row] ?? NaN) * 1e-9
    if (preempted?.[row] === 1 || byFrames === 'cpu') {
      collector.add(thread, node, 'cpu', seconds)
      thread.preempted += seconds
    } else if (late >= 0) {
      collector.add(thread, node, byFrames, seconds - late)
      collector.woken(thread, byFrames, waker?.[row] ?? NaN)
      collector.add(thread, node, 'cpu', late)
    } else collector.add(thread, node, byFrames, seconds)
  }
  return { source, seconds: last - first, threads: collector.threads(), counted: true }
}

/** The same of sums, as offcputime prints them: threads of a name are one, and how often they waited is not known. */
export function waitFactsOfSums(profile: Profile, source: string): WaitFacts | undefined {
  const scale = conversion(profile.value.unit, 's')
  const seconds = profile.meta.duration
  if (scale === undefined || seconds === undefined || !(seconds > 0)) return undefined
  const { parent, frame, frames } = profile.stacks
  const collector = new Collector(profile.stacks)
  const task = new Int32Array(parent.length)
  for (let i = 1; i < parent.length; i++) {
    task[i] = frames.kind[frame[i]!] === TASK ? i : task[parent[i]!]!
    const value = profile.self[i]!
    if (!(value > 0)) continue
    const comm = task[i] === 0 ? '' : frames.name[frame[task[i]!]!]!.replace(/-(?:\d+|\?)(?:\/\d+)?$/, '')
    if (/^swapper/.test(comm)) continue
    collector.add(collector.thread(-1, comm, -1), i, collector.classOf(i), value * scale)
  }
  const threads = collector.threads()
  return threads.length === 0 ? undefined : { source, seconds, threads, counted: false }
}

const TASK = kindCode('task')

class Collector {
  private readonly found = new Map<string, Thread>()
  private readonly stacks: StackTree
  private readonly classes: Uint8Array
  private readonly calls: Int32Array
  private readonly owns: Int32Array

  constructor(stacks: StackTree) {
    this.stacks = stacks
    this.classes = waitClasses(stacks)
    this.calls = callNodes(stacks)
    this.owns = ownNodes(stacks)
  }

  classOf(node: number): WaitClass {
    return WAIT_CLASSES[this.classes[node]!]!
  }

  thread(tid: number, comm: string, pid: number): Thread {
    const key = tid < 0 ? comm : String(tid)
    const known = this.found.get(key)
    if (known !== undefined) return known
    const thread = { comm, pid, tid, preempted: 0, classes: new Map<WaitClass, Collected>() }
    this.found.set(key, thread)
    return thread
  }

  private sums({ classes }: Thread, name: WaitClass): Collected {
    const known = classes.get(name)
    if (known !== undefined) return known
    const sums = {
      lengths: [],
      seconds: 0,
      unended: 0,
      within: 0,
      calls: new Map(),
      owns: new Map(),
      frames: new Map(),
      users: new Map(),
      wakers: new Map(),
    }
    classes.set(name, sums)
    return sums
  }

  woken(thread: Thread, name: WaitClass, waker: number): void {
    if (waker >= 0) add(this.sums(thread, name).wakers, waker, 1)
  }

  missed(thread: Thread, name: WaitClass, count: number, seconds: number): void {
    const sums = this.sums(thread, name)
    sums.unended += count
    sums.within += seconds
  }

  add(thread: Thread, node: number, name: WaitClass, seconds: number): void {
    const { stacks } = this
    const sums = this.sums(thread, name)
    sums.lengths.push(seconds)
    sums.seconds += seconds
    add(sums.calls, nameOf(stacks, this.calls[node]!), seconds)
    const own = nameOf(stacks, this.owns[node]!)
    if (own !== '') add(sums.owns, own, seconds)
    for (let at = node; at > 0 && at !== this.calls[node]; at = stacks.parent[at]!)
      add(sums.frames, stacks.frames.name[stacks.frame[at]!]!, seconds)
    for (let at = this.calls[node]!; at > 0; at = stacks.parent[at]!) add(sums.users, nameOf(stacks, at), seconds)
  }

  threads(): ThreadWaits[] {
    return [...this.found.values()].map(({ comm, pid, tid, preempted, classes }) => ({
      comm,
      pid,
      tid,
      preempted,
      classes: new Map([...classes].map(([name, sums]) => [name, waitOf(sums)])),
    }))
  }
}

function waitOf({ lengths, seconds, unended, within, calls, owns, frames, users, wakers }: Collected): Wait {
  let longest = 0
  for (const length of lengths) if (length > longest) longest = length
  return {
    seconds,
    count: lengths.length,
    unended,
    within,
    median: median(lengths),
    longest,
    call: callName(largest(calls)?.name ?? ''),
    own: largest(owns)?.name ?? '',
    frames,
    users,
    waker: mostFrequent(wakers, lengths.length),
  }
}

function mostFrequent(wakers: ReadonlyMap<number, number>, of: number): Wait['waker'] {
  let best = { tid: -1, share: 0 }
  for (const [tid, count] of wakers) if (count / of > best.share) best = { tid, share: count / of }
  return best
}

/** The call's plain name: libraries put marks before it. */
function callName(name: string): string {
  return name.replace(/^(?:__libc_|__GI_+|__)(?=[a-z])/, '')
}

function column(samples: SampleTable, name: string): Float64Array | undefined {
  return samples.attributes?.find((each: NumberColumn) => each.name === name)?.values
}
