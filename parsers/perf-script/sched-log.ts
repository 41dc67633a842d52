/**
 * Waits from the scheduler's own events, as `perf record -e sched:sched_switch -e sched:sched_waking -g` has them:
 *
 *     reclog 812/812 [001] 10.100000: sched:sched_switch: prev_comm=reclog prev_pid=812 prev_prio=120 prev_state=D ==> next_comm=swapper/1 next_pid=0 next_prio=120
 *             ffffffff81c00000 schedule+0x10 ([kernel.kallsyms])
 *     swapper 0/0 [000] 10.100700: sched:sched_waking: comm=reclog pid=812 prio=120 target_cpu=001
 *     swapper 0/0 [001] 10.100712: sched:sched_switch: prev_comm=swapper/1 prev_pid=0 prev_prio=120 prev_state=R ==> next_comm=reclog next_pid=812 next_prio=120
 *
 * reclog waited from 10.100000 to 10.100712, in state D, woken by swapper. Older ones print `reclog:812 [120] D ==> swapper/1:0 [120]`.
 * Source: trace events sched_switch and sched_waking of Linux; a comm has at most 15 bytes and may hold anything.
 */
import { SampleRows } from './sample-rows.ts'

const SWITCH =
  /^prev_comm=[^]{0,20}? prev_pid=(-?\d{1,10}) prev_prio=-?\d{1,4} prev_state=(\S{1,12}) ==> next_comm=[^]{0,20} next_pid=(-?\d{1,10}) next_prio=-?\d{1,4}/
const OLD_SWITCH = /^[^]{0,20}:(-?\d{1,10}) \[-?\d{1,4}\] (\S{1,12}) ==> [^]{0,20}:(-?\d{1,10}) \[-?\d{1,4}\]/
const WAKING = /^comm=[^]{0,20} pid=(-?\d{1,10}) prio=/
const OLD_WAKING = /^[^]{0,20}:(-?\d{1,10}) \[-?\d{1,4}\]/

const OUT = 0
const IN = 1
const WOKEN = 2
/** As OUT, of a thread that ends: it does not wait. */
const ENDS = 3
/** Numbers of one record: what it is, its time, the thread, and of OUT: node, 1 when still runnable, process, CPU, comm; of WOKEN: the waker's thread. */
const WORDS = 8

/** What the scheduler's headers need of a header line. */
interface SchedHeader {
  readonly event: string | undefined
  readonly tail: string
  readonly time: number | undefined
  readonly tid: number | undefined
  readonly pid: number | undefined
  readonly cpu: number | undefined
}

export interface Waits {
  /**
   * One row per wait: time = its start, weight = its length in ns; attributes `waker` (thread id), `preempted` (1 = it could have run on), `ready` (ns from
   * the wake-up to the switch back), `missed` and `missed-ns` (waits of the thread before this one whose end was lost, and the time in which they lie).
   */
  readonly rows: SampleRows
  readonly count: number
  /** Waits that had not ended with the input: counted up to its last event. */
  readonly open: number
  /** Waits that had begun before the input: their stacks are not known. */
  readonly begun: number
  /** Waits whose switch back is missing: counted up to the wake-up. */
  readonly woken: number
  /** Switches away that were never followed by one back, though the thread went away again: events were lost. */
  readonly lost: number
}

/** A thread that is off the CPU: the record of its switch, and who woke it when. */
interface Away {
  readonly at: number
  waker: number
  wokenAt: number
}

/** Collects switches and wake-ups in the order of the input. Linear; some 64 bytes a record. */
export class SchedLog {
  private readonly words: number[] = []
  private switches = 0
  private wakings = 0

  /** Notes what a header says about the thread that comes or is woken; true for a switch, whose record's own thread goes. */
  see(header: SchedHeader): boolean {
    const { event, tail, time } = header
    if (event === undefined || time === undefined || !event.startsWith('sched:sched_')) return false
    if (event === 'sched:sched_switch') {
      const next = Number((SWITCH.exec(tail) ?? OLD_SWITCH.exec(tail))?.[3] ?? -1)
      this.switches++
      if (next > 0) this.words.push(IN, time, next, 0, 0, 0, 0, 0)
      return true
    }
    if (event === 'sched:sched_waking') {
      const woken = Number((WAKING.exec(tail) ?? OLD_WAKING.exec(tail))?.[1] ?? -1)
      this.wakings++
      if (woken > 0) this.words.push(WOKEN, time, woken, header.tid ?? -1, 0, 0, 0, 0)
    }
    return false
  }

  /** Notes the thread that goes: that of the record, with its stack's node and the number of its comm. */
  leave(header: SchedHeader, node: number, comm: number): void {
    if (header.event !== 'sched:sched_switch' || header.time === undefined) return
    const match = SWITCH.exec(header.tail) ?? OLD_SWITCH.exec(header.tail)
    const tid = Number(match?.[1] ?? -1)
    if (tid <= 0) return
    const state = match![2]!
    const runnable = state.startsWith('R') ? 1 : 0
    this.words.push(
      /^[XZ]/.test(state) ? ENDS : OUT,
      header.time,
      tid,
      node,
      runnable,
      header.pid ?? -1,
      header.cpu ?? -1,
      comm,
    )
  }

  /** True when the input has both events, so that waits can be told. */
  get complete(): boolean {
    return this.switches > 0 && this.wakings > 0
  }

  /** True when the input has switches. */
  get any(): boolean {
    return this.switches > 0
  }

  part(): readonly number[] {
    return [this.switches, this.wakings, ...this.words]
  }

  /** Adds a later part, whose nodes and comms are these here. */
  absorb(part: readonly number[], node: Int32Array, comm: readonly number[]): void {
    this.switches += part[0]!
    this.wakings += part[1]!
    for (let at = 2; at < part.length; at += WORDS) {
      const out = part[at] === OUT || part[at] === ENDS
      for (let word = 0; word < WORDS; word++) {
        const value = part[at + word]!
        this.words.push(out && word === 3 ? node[value]! : out && word === 7 ? comm[value]! : value)
      }
    }
  }

  /** Pairs each switch away with the switch back; `threads` = only of these, where the recording was filtered to them. */
  pair(threads?: ReadonlySet<number>): Waits {
    const { words } = this
    const rows = new SampleRows()
    const whole = threads ?? watchedThreads(words)
    const away = new Map<number, Away>()
    const missed = new Map<number, { count: number; time: number }>()
    const seen = new Set<number>()
    let [count, begun, woken, lost, last] = [0, 0, 0, 0, -Infinity]
    const nanosecondsFrom = (start: number, time: number): number => Math.max(0, Math.round((time - start) * 1e9))
    const end = ({ at, waker, wokenAt }: Away, time: number): void => {
      const thread = { comm: undefined, pid: words[at + 5]!, tid: words[at + 2]!, cpu: words[at + 6]! }
      const before = missed.get(thread.tid)
      missed.delete(thread.tid)
      const facts = [
        ['waker', waker],
        ['preempted', words[at + 4]!],
        ['ready', Number.isNaN(wokenAt) ? NaN : nanosecondsFrom(wokenAt, time)],
        ['missed', before?.count ?? 0],
        ['missed-ns', before === undefined ? 0 : Math.round(before.time * 1e9)],
      ] as const
      const weight = nanosecondsFrom(words[at + 1]!, time)
      rows.add(thread, { time: words[at + 1]!, comm: words[at + 7]!, node: words[at + 3]!, weight }, facts)
      count++
    }
    for (let at = 0; at < words.length; at += WORDS) {
      const time = words[at + 1]!
      const tid = words[at + 2]!
      if (time > last) last = time
      const open = away.get(tid)
      if (whole !== undefined && !whole.has(tid)) continue
      if (words[at] === ENDS) away.delete(tid)
      else if (words[at] === OUT) {
        if (open !== undefined && Number.isNaN(open.wokenAt)) {
          const before = missed.get(tid) ?? { count: 0, time: 0 }
          missed.set(tid, { count: before.count + 1, time: before.time + time - words[open.at + 1]! })
          lost++
        } else if (open !== undefined) {
          end(open, open.wokenAt)
          woken++
        }
        away.set(tid, { at, waker: NaN, wokenAt: NaN })
      } else if (words[at] === WOKEN) {
        if (open !== undefined && Number.isNaN(open.wokenAt)) {
          open.waker = words[at + 3]!
          open.wokenAt = time
        }
      } else if (open !== undefined) {
        away.delete(tid)
        end(open, time)
      } else if (!seen.has(tid)) begun++
      seen.add(tid)
    }
    for (const open of away.values()) end(open, last)
    return { rows, count, open: away.size, begun, woken, lost }
  }
}

const IDLE = 0

/** Share of switches that do not alternate from which a recording counts as filtered to some threads. */
const FILTERED = 0.1

/**
 * Threads whose switches were all recorded; undefined = every thread's. A recording that is filtered to some threads has the others only where they
 * come before or after one of these, so that their switches do not alternate; every switch has one of the wanted threads on a side.
 */
function watchedThreads(words: readonly number[]): ReadonlySet<number> | undefined {
  const away = new Map<number, boolean>()
  let [switches, odd] = [0, 0]
  const pairs = new Map<number, Map<number, number>>()
  const met = (a: number, b: number): void => {
    const row = pairs.get(a) ?? new Map<number, number>()
    pairs.set(a, row.set(b, (row.get(b) ?? 0) + 1))
  }
  // a record tells first who comes, then, at the same time, who goes; one of both may be the idle task, which is not noted
  let coming = -1
  for (let at = 0; at < words.length; at += WORDS) {
    if (words[at] === WOKEN) continue
    const tid = words[at + 2]!
    const goes = words[at] !== IN
    switches++
    if (away.get(tid) === goes) odd++
    away.set(tid, goes)
    const other = goes && coming >= 0 && words[coming + 1] === words[at + 1] ? words[coming + 2]! : IDLE
    if (coming >= 0 && other === IDLE) met(words[coming + 2]!, IDLE)
    coming = goes ? -1 : at
    if (goes) {
      met(tid, other)
      if (other !== IDLE) met(other, tid)
    }
  }
  return odd <= switches * FILTERED ? undefined : coverOf(pairs)
}

/** Few threads of which every pair has one: the thread with most pairs first. */
function coverOf(pairs: Map<number, Map<number, number>>): ReadonlySet<number> {
  const left = new Map([...pairs].map(([tid, row]) => [tid, [...row.values()].reduce((sum, n) => sum + n, 0)]))
  const cover = new Set<number>()
  for (const tid of [...left.keys()].sort((a, b) => left.get(b)! - left.get(a)! || a - b)) {
    const open = [...pairs.get(tid)!].some(([other]) => other === IDLE || !cover.has(other))
    if (open) cover.add(tid)
  }
  return cover
}
