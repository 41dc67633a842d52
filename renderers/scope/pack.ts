import type { SampleTable, StackTree } from '../../src/model/index.ts'
import { BpfviewError } from '../../src/model/index.ts'
import { compareTexts } from '../../src/model/text/compare.ts'
import { idleNodes } from '../../src/ops/time/idle.ts'
import { TICKS, ticksOf } from '../../src/ops/time/scope.ts'
import { PlaneWriter, planesFor, VarintWriter, varints } from '../markup/columns.ts'
import { oneTree } from './one-tree.ts'

/** What the page must know before it reads the columns. Only numbers and the tool's own words; names travel in the `names` column. */
export interface ScopeHeader {
  readonly version: 1
  readonly samples: number
  /** Samples without a time; not in the page. */
  readonly untimed: number
  readonly ticks: number
  /** Second, as printed, that tick 0 begins. */
  readonly start: number
  readonly seconds: number
  readonly nodes: number
  readonly distinct: number
  readonly threads: number
  readonly cpus: number
  /** Bytes per value of the columns that are stored as planes. */
  readonly stackPlanes: number
  readonly threadPlanes: number
  readonly cpuPlanes: number
  /** 'one': all weigh 1. 'same': all weigh `weight`. 'varint' or 'float': the weight column. */
  readonly weights: 'one' | 'same' | 'varint' | 'float'
  readonly weight: number
  readonly compressed: boolean
  readonly events: readonly { readonly unit: string; readonly clock: boolean; readonly frequency: number }[]
}

/** Text that came from the capture. */
export interface ScopeNames {
  readonly frames: readonly string[]
  readonly modules: readonly string[]
  readonly events: readonly string[]
  /** One per thread. */
  readonly comms: readonly string[]
}

export interface ScopePack {
  readonly header: ScopeHeader
  readonly columns: readonly { readonly name: string; readonly bytes: Uint8Array }[]
}

export interface ScopePackOptions {
  /** Compresses as raw deflate; columns are stored plain without it. */
  readonly deflate?: (bytes: Uint8Array) => Uint8Array
  /** Rows per second the page starts with; a coarse clock keeps its edges exact. */
  readonly rows?: number
  /** Above this many samples times are kept to the hundredth of a second only; default 2,000,000. */
  readonly exactSamples?: number
}

/** Samples of all tables, in one order that does not depend on the input's, as few bytes. Throws BpfviewError E_NO_DATA when none has a time. */
export function packScope(inputs: readonly SampleTable[], options: ScopePackOptions = {}): ScopePack {
  const tables = [...inputs].sort((a, b) => compareTexts(a.name, b.name))
  const { stacks, nodeOf } = oneTree(tables)
  const clock = clockOf(tables, options)
  const { rows, threads } = gatherRows(tables, nodeOf, clock)
  const { nodes, rank } = rankStacks(rows.node, stacks)
  const planes = {
    stack: planesFor(nodes.length),
    thread: planesFor(threads.pid.length + 1),
    cpu: planesFor(greatest(rows.cpu) + 2),
  }
  const weights = weightsOf(rows.weight)
  const sampled = sampleColumns({ ...rows, rank, order: sortedOrder(rows, rank) }, planes, weights)
  const { deflate } = options
  const column = (name: string, bytes: Uint8Array): { name: string; bytes: Uint8Array } => ({
    name,
    bytes: deflate === undefined ? bytes : deflate(bytes),
  })
  return {
    header: {
      version: 1,
      samples: clock.count,
      untimed: clock.untimed,
      ticks: clock.ticks,
      start: clock.start,
      seconds: clock.seconds,
      nodes: stacks.parent.length,
      distinct: nodes.length,
      threads: threads.pid.length,
      cpus: greatest(rows.cpu) + 1,
      stackPlanes: planes.stack,
      threadPlanes: planes.thread,
      cpuPlanes: planes.cpu,
      weights,
      weight: weights === 'same' ? rows.weight[0]! : 1,
      compressed: deflate !== undefined,
      events: tables.map(table => ({
        unit: table.value.unit,
        clock: table.value.unit === 'ns',
        frequency: table.meta.frequency ?? 0,
      })),
    },
    columns: [
      ...nameColumns(tables, stacks, threads),
      ['leaves', varints(nodes)] as const,
      ['idle', bits(idleNodes(stacks), nodes)] as const,
      ['threads', varints(threads.pid.flatMap((pid, t) => [pid + 1, threads.tid[t]! + 1]))] as const,
      ['time', sampled.times] as const,
      ['cpu', sampled.cpus] as const,
      ['stack', sampled.stacks] as const,
      ['thread', sampled.threads] as const,
      ...(tables.length > 1 ? [['event', sampled.events] as const] : []),
      ...(sampled.weights === undefined ? [] : [['weight', sampled.weights] as const]),
    ].map(([name, bytes]) => column(name, bytes)),
  }
}

interface ScopeClock {
  readonly count: number
  readonly untimed: number
  readonly start: number
  readonly seconds: number
  readonly ticks: number
}

/** How many samples have a time, and the clock that tells these. */
function clockOf(tables: readonly SampleTable[], options: ScopePackOptions): ScopeClock {
  let count = 0
  let untimed = 0
  let [first, last] = [Infinity, -Infinity]
  for (const table of tables) {
    for (const time of table.time) {
      if (!Number.isFinite(time)) untimed++
      else {
        count++
        if (time < first) first = time
        if (time > last) last = time
      }
    }
  }
  if (count === 0) throw new BpfviewError('E_NO_DATA', 'no sample has a time; expected perf script with its time field')
  const start = Math.floor(ticksOf(first) / TICKS)
  const seconds = Math.floor(ticksOf(last) / TICKS) - start + 1
  if (seconds > 1_000_000)
    throw new BpfviewError('E_TOO_MANY', `samples over ${seconds} seconds; expected at most 1000000`)
  const ticks = count > (options.exactSamples ?? 2_000_000) || seconds > 4000 ? coarseTicks(options.rows ?? 50) : TICKS
  return { count, untimed, start, seconds, ticks }
}

/** The samples that have a time, a column per fact. */
interface Rows {
  readonly tick: Float64Array
  readonly node: Int32Array
  readonly cpu: Int32Array
  readonly thread: Int32Array
  /** Number of the table. */
  readonly event: Uint8Array
  readonly weight: Float64Array
}

function gatherRows(
  tables: readonly SampleTable[],
  nodeOf: readonly Int32Array[],
  { count, start, ticks }: ScopeClock,
): { readonly rows: Rows; readonly threads: ReturnType<ThreadTable['sorted']> } {
  const tick = new Float64Array(count)
  const node = new Int32Array(count)
  const cpu = new Int32Array(count)
  const thread = new Int32Array(count)
  const event = new Uint8Array(count)
  const weight = new Float64Array(count)
  const known = new ThreadTable()
  let n = 0
  tables.forEach((table, t) => {
    const map = nodeOf[t]!
    for (let row = 0; row < table.time.length; row++) {
      const time = table.time[row]!
      if (!Number.isFinite(time)) continue
      tick[n] = Math.floor(((ticksOf(time) - start * TICKS) * ticks) / TICKS)
      node[n] = map[table.stack[row]!]!
      cpu[n] = table.cpu?.[row] ?? -1
      const comm = table.comm?.[row] ?? -1
      thread[n] = known.add(table.pid?.[row] ?? -1, table.tid?.[row] ?? -1, table.comms?.[comm] ?? '')
      event[n] = t
      weight[n] = table.weight[row]!
      n++
    }
  })
  const threads = known.sorted()
  for (let i = 0; i < count; i++) thread[i] = threads.place[thread[i]!]!
  return { rows: { tick, node, cpu, thread, event, weight }, threads }
}

function weightsOf(weight: Float64Array): ScopeHeader['weights'] {
  if (weight.every(value => value === weight[0])) return weight[0] === 1 ? 'one' : 'same'
  return weight.every(value => Number.isSafeInteger(value) && value >= 0) ? 'varint' : 'float'
}

/** The columns that have an entry per sample: steps of time and CPU, ranks of stacks, 0 for a thread that goes on on its CPU. */
function sampleColumns(
  rows: Rows & { readonly rank: Int32Array; readonly order: Uint32Array },
  planes: { readonly stack: number; readonly thread: number; readonly cpu: number },
  weighing: ScopeHeader['weights'],
): {
  readonly times: Uint8Array
  readonly cpus: Uint8Array
  readonly stacks: Uint8Array
  readonly threads: Uint8Array
  readonly events: Uint8Array
  readonly weights: Uint8Array | undefined
} {
  const { tick, node, cpu, thread, event, weight, rank, order } = rows
  const count = order.length
  const times = new VarintWriter()
  const cpus = new PlaneWriter(count, planes.cpu)
  const ranks = new PlaneWriter(count, planes.stack)
  const followers = new PlaneWriter(count, planes.thread)
  const events = new Uint8Array(count)
  const integers = new VarintWriter()
  const floats = new Float64Array(weighing === 'float' ? count : 0)
  const wheel = greatest(cpu) + 2
  const lastOn = new Int32Array(wheel).fill(-1)
  let before = 0
  let cpuBefore = 0
  for (let i = 0; i < count; i++) {
    const row = order[i]!
    times.push(tick[row]! - before)
    before = tick[row]!
    const slot = cpu[row]! + 1
    cpus.set(i, (slot - cpuBefore + wheel) % wheel)
    cpuBefore = slot
    ranks.set(i, rank[node[row]!]!)
    followers.set(i, lastOn[slot] === thread[row]! ? 0 : thread[row]! + 1)
    lastOn[slot] = thread[row]!
    events[i] = event[row]!
    if (weighing === 'varint') integers.push(weight[row]!)
    else if (weighing === 'float') floats[i] = weight[row]!
  }
  return {
    times: times.bytes(),
    cpus: cpus.bytes,
    stacks: ranks.bytes,
    threads: followers.bytes,
    events,
    weights:
      weighing === 'varint' ? integers.bytes() : weighing === 'float' ? new Uint8Array(floats.buffer) : undefined,
  }
}

/** The columns of the tree and of its names. */
function nameColumns(
  tables: readonly SampleTable[],
  { parent, frame, frames }: StackTree,
  threads: { readonly comm: readonly string[] },
): (readonly [name: string, bytes: Uint8Array])[] {
  const modules = [...new Set(frames.module)]
  const moduleNumber = new Map(modules.map((module, i) => [module, i]))
  const names: ScopeNames = {
    frames: frames.name,
    modules,
    events: tables.map(table => table.name),
    comms: threads.comm,
  }
  return [
    ['names', new TextEncoder().encode(JSON.stringify(names))],
    ['kinds', frames.kind.slice()],
    ['frameModules', varints(frames.module.map(module => moduleNumber.get(module)!))],
    ['parents', varints(parent.map((above, i) => i - above).subarray(1))],
    ['frames', varints(frame.subarray(1))],
  ]
}

/** A clock of hundredths, or finer when that many rows do not divide a hundred. */
function coarseTicks(rows: number): number {
  const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))
  return (100 * rows) / gcd(100, rows)
}

/** Stacks by how often they were seen, so that numbers of hot ones are small: rank of a node, node of a rank. */
function rankStacks(node: Int32Array, stacks: StackTree): { readonly nodes: Int32Array; readonly rank: Int32Array } {
  const seen = new Int32Array(stacks.parent.length)
  for (const end of node) seen[end] = seen[end]! + 1
  const nodes: number[] = []
  for (let i = 0; i < seen.length; i++) if (seen[i]! > 0) nodes.push(i)
  nodes.sort((a, b) => seen[b]! - seen[a]! || a - b)
  const rank = new Int32Array(stacks.parent.length)
  nodes.forEach((end, i) => {
    rank[end] = i
  })
  return { nodes: Int32Array.from(nodes), rank }
}

/** Order of the samples by everything they are, so that equal samples are the only ones whose order is not settled. */
function sortedOrder({ tick, cpu, node, thread, event, weight }: Rows, rank: Int32Array): Uint32Array {
  const order = new Uint32Array(tick.length)
  for (let i = 0; i < order.length; i++) order[i] = i
  let inOrder = true
  for (let i = 1; i < order.length && inOrder; i++) inOrder = tick[i - 1]! <= tick[i]!
  const within = (a: number, b: number): number =>
    tick[a]! - tick[b]! ||
    cpu[a]! - cpu[b]! ||
    rank[node[a]!]! - rank[node[b]!]! ||
    thread[a]! - thread[b]! ||
    event[a]! - event[b]! ||
    weight[a]! - weight[b]!
  if (!inOrder) return order.sort(within)
  // already by time: only runs of one tick are left to sort
  for (let from = 0; from < order.length; ) {
    let to = from + 1
    while (to < order.length && tick[to] === tick[from]) to++
    if (to - from > 1) order.subarray(from, to).sort(within)
    from = to
  }
  return order
}

/** Distinct threads: process, thread and comm. */
class ThreadTable {
  private readonly pids: number[] = []
  private readonly tids: number[] = []
  private readonly comms: string[] = []
  private readonly known = new Map<string, Map<number, number>>()

  add(pid: number, tid: number, comm: string): number {
    let byId = this.known.get(comm)
    if (byId === undefined) this.known.set(comm, (byId = new Map()))
    const id = (pid + 1) * 0x8000_0000 + (tid + 1)
    let number = byId.get(id)
    if (number === undefined) {
      byId.set(id, (number = this.pids.length))
      this.pids.push(pid)
      this.tids.push(tid)
      this.comms.push(comm)
    }
    return number
  }

  /** The threads by comm, process and thread, and the place of each. */
  sorted(): {
    readonly pid: readonly number[]
    readonly tid: readonly number[]
    readonly comm: readonly string[]
    readonly place: Int32Array
  } {
    const order = Array.from(this.pids, (_, i) => i).sort(
      (a, b) =>
        compareTexts(this.comms[a]!, this.comms[b]!) || this.pids[a]! - this.pids[b]! || this.tids[a]! - this.tids[b]!,
    )
    const place = new Int32Array(order.length)
    order.forEach((thread, i) => {
      place[thread] = i
    })
    return {
      pid: order.map(i => this.pids[i]!),
      tid: order.map(i => this.tids[i]!),
      comm: order.map(i => this.comms[i]!),
      place,
    }
  }
}

function greatest(column: Int32Array): number {
  let max = -1
  for (const value of column) if (value > max) max = value
  return max
}

/** One byte per distinct stack: 1 = idle. */
function bits(idle: Uint8Array, nodes: Int32Array): Uint8Array {
  return Uint8Array.from(nodes, node => idle[node]!)
}
