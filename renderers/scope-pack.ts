import { BpfviewError, StackTreeBuilder } from '../src/model/index.ts'
import type { SampleTable, StackTree } from '../src/model/index.ts'
import { graft } from '../src/ops/merge.ts'
import { plainName } from './label.ts'
import { TICKS, idleNodes, ticksOf } from '../src/ops/scope.ts'

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
  readonly events: readonly { readonly unit: string, readonly clock: boolean, readonly frequency: number }[]
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
  readonly columns: readonly { readonly name: string, readonly bytes: Uint8Array }[]
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
  const tables = [...inputs].sort((a, b) => compare(a.name, b.name))
  const { stacks, nodeOf } = oneTree(tables)
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
  if (seconds > 1_000_000) throw new BpfviewError('E_TOO_MANY', `samples over ${seconds} seconds; expected at most 1000000`)
  const ticks = count > (options.exactSamples ?? 2_000_000) || seconds > 4000 ? coarseTicks(options.rows ?? 50) : TICKS

  const tick = new Float64Array(count)
  const node = new Int32Array(count)
  const cpu = new Int32Array(count)
  const thread = new Int32Array(count)
  const event = new Uint8Array(count)
  const weight = new Float64Array(count)
  const threads = new ThreadTable()
  let n = 0
  tables.forEach((table, t) => {
    const map = nodeOf[t]!
    for (let row = 0; row < table.time.length; row++) {
      const time = table.time[row]!
      if (!Number.isFinite(time)) continue
      tick[n] = Math.floor((ticksOf(time) - start * TICKS) * ticks / TICKS)
      node[n] = map[table.stack[row]!]!
      cpu[n] = table.cpu?.[row] ?? -1
      const comm = table.comm?.[row] ?? -1
      thread[n] = threads.add(table.pid?.[row] ?? -1, table.tid?.[row] ?? -1, table.comms?.[comm] ?? '')
      event[n] = t
      weight[n] = table.weight[row]!
      n++
    }
  })
  const sorted = threads.sorted()
  for (let i = 0; i < count; i++) thread[i] = sorted.place[thread[i]!]!

  const { nodes, rank } = rankStacks(node, stacks)
  const order = sortedOrder(tick, cpu, rank, node, thread, event, weight)
  const maxCpu = greatest(cpu) + 1
  const stackPlanes = planesFor(nodes.length)
  const threadPlanes = planesFor(sorted.pid.length + 1)
  const cpuPlanes = planesFor(maxCpu + 1)
  const even = weight.every(value => value === weight[0])
  const integers = !even && weight.every(value => Number.isSafeInteger(value) && value >= 0)
  const times = new VarintWriter()
  const cpus = new PlaneWriter(count, cpuPlanes)
  const ranks = new PlaneWriter(count, stackPlanes)
  const followers = new PlaneWriter(count, threadPlanes)
  const events = new PlaneWriter(tables.length > 1 ? count : 0, 1)
  const weights = new VarintWriter()
  const floats = new Float64Array(even || integers ? 0 : count)
  const lastOn = new Int32Array(maxCpu + 1).fill(-1)
  let before = 0
  let cpuBefore = 0
  const wheel = maxCpu + 1
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
    if (tables.length > 1) events.set(i, event[row]!)
    if (integers) weights.push(weight[row]!)
    else if (!even) floats[i] = weight[row]!
  }

  const tree = new VarintWriter()
  for (let i = 1; i < stacks.parent.length; i++) tree.push(i - stacks.parent[i]!)
  const frames = new VarintWriter()
  for (let i = 1; i < stacks.frame.length; i++) frames.push(stacks.frame[i]!)
  const leaves = new VarintWriter()
  for (const leaf of nodes) leaves.push(leaf)
  const threadIds = new VarintWriter()
  for (let t = 0; t < sorted.pid.length; t++) {
    threadIds.push(sorted.pid[t]! + 1)
    threadIds.push(sorted.tid[t]! + 1)
  }
  const modules = [...new Set(stacks.frames.module)]
  const moduleNumber = new Map(modules.map((module, i) => [module, i]))
  const frameModules = new VarintWriter()
  for (const module of stacks.frames.module) frameModules.push(moduleNumber.get(module)!)
  const names: ScopeNames = { frames: stacks.frames.name, modules, events: tables.map(table => table.name), comms: sorted.comm }

  const deflate = options.deflate
  const column = (name: string, bytes: Uint8Array): { name: string, bytes: Uint8Array } => ({ name, bytes: deflate === undefined ? bytes : deflate(bytes) })
  const idle = idleNodes(stacks)
  return {
    header: {
      version: 1, samples: count, untimed, ticks, start, seconds, nodes: stacks.parent.length, distinct: nodes.length, threads: sorted.pid.length, cpus: maxCpu, stackPlanes, threadPlanes, cpuPlanes,
      weights: even ? (weight[0] === 1 ? 'one' : 'same') : integers ? 'varint' : 'float', weight: even ? weight[0]! : 1, compressed: deflate !== undefined,
      events: tables.map(table => ({ unit: table.value.unit, clock: table.value.unit === 'ns', frequency: table.meta.frequency ?? 0 })),
    },
    columns: [
      column('names', new TextEncoder().encode(JSON.stringify(names))),
      column('kinds', stacks.frames.kind.slice()), column('frameModules', frameModules.bytes()),
      column('parents', tree.bytes()), column('frames', frames.bytes()), column('leaves', leaves.bytes()), column('idle', bits(idle, nodes)), column('threads', threadIds.bytes()),
      column('time', times.bytes()), column('cpu', cpus.bytes), column('stack', ranks.bytes), column('thread', followers.bytes),
      ...(tables.length > 1 ? [column('event', events.bytes)] : []),
      ...(even ? [] : [column('weight', integers ? weights.bytes() : new Uint8Array(floats.buffer))]),
    ],
  }
}

/** A clock of hundredths, or finer when that many rows do not divide a hundred. */
function coarseTicks(rows: number): number {
  const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))
  return 100 * rows / gcd(100, rows)
}

/** One tree for several tables, its nodes in an order that depends on the stacks only, and each table's way into it. */
function oneTree(tables: readonly SampleTable[]): { readonly stacks: StackTree, readonly nodeOf: readonly Int32Array[] } {
  const builder = new StackTreeBuilder()
  const maps = tables.map(table => graft(builder, table.stacks))
  const merged = builder.finish()
  const place = canonicalOrder(merged)
  const size = merged.parent.length
  const frameUse = new Int32Array(merged.frames.name.length).fill(-1)
  const parent = new Int32Array(size)
  const frame = new Int32Array(size)
  const names: string[] = []
  const modules: string[] = []
  const kinds: number[] = []
  const nodeAt = new Int32Array(size)
  for (let i = 0; i < size; i++) nodeAt[place[i]!] = i
  parent[0] = -1
  frame[0] = -1
  for (let at = 1; at < size; at++) {
    const old = nodeAt[at]!
    parent[at] = place[merged.parent[old]!]!
    const f = merged.frame[old]!
    if (frameUse[f]! < 0) {
      frameUse[f] = names.length
      names.push(merged.frames.name[f]!)
      modules.push(merged.frames.module[f]!)
      kinds.push(merged.frames.kind[f]!)
    }
    frame[at] = frameUse[f]!
  }
  return {
    stacks: { parent, frame, frames: { name: names, module: modules, kind: Uint8Array.from(kinds) } },
    nodeOf: maps.map(map => map.map(node => place[node]!)),
  }
}

/** Place of each node when children are ordered by name, module and kind: depth by depth, so that a parent stands before its children. */
function canonicalOrder(stacks: StackTree): Int32Array {
  const { parent, frame, frames } = stacks
  const size = parent.length
  const byText = Array.from({ length: frames.name.length }, (_, f) => f).sort((a, b) =>
    compare(plainName(frames.name[a]!), plainName(frames.name[b]!)) || compare(frames.name[a]!, frames.name[b]!) || compare(frames.module[a]!, frames.module[b]!) || frames.kind[a]! - frames.kind[b]!)
  const frameRank = new Int32Array(frames.name.length)
  byText.forEach((f, i) => { frameRank[f] = i })
  const depth = new Int32Array(size)
  let deepest = 0
  for (let i = 1; i < size; i++) {
    depth[i] = depth[parent[i]!]! + 1
    if (depth[i]! > deepest) deepest = depth[i]!
  }
  const levels: number[][] = Array.from({ length: deepest + 1 }, () => [])
  for (let i = 0; i < size; i++) levels[depth[i]!]!.push(i)
  const place = new Int32Array(size)
  let next = 0
  for (const level of levels) {
    level.sort((a, b) => (place[parent[a]!] ?? 0) - (place[parent[b]!] ?? 0) || frameRank[frame[a]!]! - frameRank[frame[b]!]!)
    for (const node of level) place[node] = next++
  }
  return place
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Stacks by how often they were seen, so that numbers of hot ones are small: rank of a node, node of a rank. */
function rankStacks(node: Int32Array, stacks: StackTree): { readonly nodes: Int32Array, readonly rank: Int32Array } {
  const seen = new Int32Array(stacks.parent.length)
  for (const end of node) seen[end] = seen[end]! + 1
  const nodes: number[] = []
  for (let i = 0; i < seen.length; i++) if (seen[i]! > 0) nodes.push(i)
  nodes.sort((a, b) => seen[b]! - seen[a]! || a - b)
  const rank = new Int32Array(stacks.parent.length)
  nodes.forEach((end, i) => { rank[end] = i })
  return { nodes: Int32Array.from(nodes), rank }
}

/** Order of the samples by everything they are, so that equal samples are the only ones whose order is not settled. */
function sortedOrder(tick: Float64Array, cpu: Int32Array, rank: Int32Array, node: Int32Array, thread: Int32Array, event: Uint8Array, weight: Float64Array): Uint32Array {
  const order = new Uint32Array(tick.length)
  for (let i = 0; i < order.length; i++) order[i] = i
  let inOrder = true
  for (let i = 1; i < order.length && inOrder; i++) inOrder = tick[i - 1]! <= tick[i]!
  const within = (a: number, b: number): number =>
    tick[a]! - tick[b]! || cpu[a]! - cpu[b]! || rank[node[a]!]! - rank[node[b]!]! || thread[a]! - thread[b]! || event[a]! - event[b]! || weight[a]! - weight[b]!
  if (!inOrder) return order.sort(within)
  // already by time: only runs of one tick are left to sort
  for (let from = 0; from < order.length;) {
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
    if (byId === undefined) this.known.set(comm, byId = new Map())
    const id = (pid + 1) * 0x8000_0000 + (tid + 1)
    let number = byId.get(id)
    if (number === undefined) {
      byId.set(id, number = this.pids.length)
      this.pids.push(pid)
      this.tids.push(tid)
      this.comms.push(comm)
    }
    return number
  }

  /** The threads by comm, process and thread, and the place of each. */
  sorted(): { readonly pid: readonly number[], readonly tid: readonly number[], readonly comm: readonly string[], readonly place: Int32Array } {
    const order = Array.from(this.pids, (_, i) => i).sort((a, b) => compare(this.comms[a]!, this.comms[b]!) || this.pids[a]! - this.pids[b]! || this.tids[a]! - this.tids[b]!)
    const place = new Int32Array(order.length)
    order.forEach((thread, i) => { place[thread] = i })
    return { pid: order.map(i => this.pids[i]!), tid: order.map(i => this.tids[i]!), comm: order.map(i => this.comms[i]!), place }
  }
}

/** Whole numbers in seven-bit groups, low ones first. */
class VarintWriter {
  private buffer = new Uint8Array(1 << 16)
  private length = 0

  push(value: number): void {
    if (this.length + 10 > this.buffer.length) {
      const larger = new Uint8Array(this.buffer.length * 2)
      larger.set(this.buffer)
      this.buffer = larger
    }
    let rest = value
    while (rest >= 128) {
      this.buffer[this.length++] = (rest % 128) | 128
      rest = Math.floor(rest / 128)
    }
    this.buffer[this.length++] = rest
  }

  bytes(): Uint8Array {
    return this.buffer.slice(0, this.length)
  }
}

/** Numbers split into byte planes, all low bytes first: the high ones are mostly 0 and cost nothing once deflated. */
class PlaneWriter {
  readonly bytes: Uint8Array
  private readonly count: number
  private readonly planes: number

  constructor(count: number, planes: number) {
    this.bytes = new Uint8Array(count * planes)
    this.count = count
    this.planes = planes
  }

  set(i: number, value: number): void {
    for (let plane = 0; plane < this.planes; plane++) this.bytes[plane * this.count + i] = (value >>> (8 * plane)) & 255
  }
}

function planesFor(values: number): number {
  return values <= 1 << 8 ? 1 : values <= 1 << 16 ? 2 : values <= 1 << 24 ? 3 : 4
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
