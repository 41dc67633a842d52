import type { Profile, SampleTable, StackTree } from '../../src/model/index.ts'
import { FRAME_KINDS, StackTreeBuilder } from '../../src/model/index.ts'
import { graft } from '../../src/ops/stacks/merge.ts'
import { TICKS, ticksOf } from '../../src/ops/time/scope.ts'
import { PlaneWriter, planesFor, VarintWriter } from '../markup/columns.ts'

/** One of the inputs that a page shows: stacks with their sums, or single samples. */
export interface ViewSide {
  readonly label: string
  readonly data: Profile | SampleTable
}

/** What the page must know before it reads the columns. Only numbers and the tool's own words; names travel in the `names` column. */
export interface ViewHeader {
  /** Rows: samples, cells or stacks. */
  readonly rows: number
  /** Of these, how many have a time; they come first, in order of time. */
  readonly timed: number
  /** each = a row is a sample; cells = a row is task x stack x 20 ms; none = a row is a stack. */
  readonly times: 'each' | 'cells' | 'none'
  /** Ticks in a second. */
  readonly ticks: number
  /** Second, as printed, that tick 0 begins. */
  readonly start: number
  /** Ticks from there to the end of the last sample's tick. */
  readonly end: number
  /** Samples of the inputs, where these are known. */
  readonly samples: number
  readonly nodes: number
  readonly distinct: number
  readonly threads: number
  readonly sides: number
  readonly stackPlanes: number
  readonly threadPlanes: number
  /** 'one': all weigh 1. 'varint' or 'float': the weight column. */
  readonly weights: 'one' | 'varint' | 'float'
  readonly compressed: boolean
}

/** Text that came from the capture. */
export interface ViewNames {
  readonly frames: readonly string[]
  readonly modules: readonly string[]
  /** One per thread. */
  readonly comms: readonly string[]
}

export interface ViewPackOptions {
  /** Compresses as raw deflate; columns are stored plain without it. */
  readonly deflate?: (bytes: Uint8Array) => Uint8Array
  /** Above this many samples rows are cells; default 1,000,000. */
  readonly exactSamples?: number
}

export interface ViewPack {
  readonly header: ViewHeader
  readonly columns: readonly { readonly name: string; readonly bytes: Uint8Array }[]
}

const EXACT_SAMPLES = 1_000_000
/** Cells are 20 ms long. */
const CELL_TICKS = 50
/** A longer capture would not fit the clock of a page. */
const MOST_TICKS = 2 ** 52

/** Rows of all sides before they are packed. */
interface Rows {
  readonly tick: Float64Array
  readonly node: Int32Array
  readonly thread: Int32Array
  readonly side: Uint8Array
  readonly weight: Float64Array
}

/** The sides as few bytes, in an order that depends on their content only. */
export function packView(sides: readonly ViewSide[], options: ViewPackOptions = {}): ViewPack {
  const builder = new StackTreeBuilder()
  const oneModule = sides.length > 1 ? sameModules() : undefined
  const maps = sides.map(({ data: { stacks: own } }) => graft(builder, oneModule === undefined ? own : oneModule(own)))
  const stacks = builder.finish()
  const clock = clockOf(sides, options.exactSamples ?? EXACT_SAMPLES)
  const threads = new Threads(clock.times !== 'each')
  const read = readRows(sides, maps, clock, threads)
  const rows = clock.times === 'cells' ? cellsOf(read) : read
  const { nodes, rank } = rankStacks(rows.node, stacks.parent.length)
  const order = orderOf(rows, rank)
  const timed = order.findIndex(row => Number.isNaN(rows.tick[row]!))
  const packed = packRows(rows, order, rank, planesFor(nodes.length), planesFor(threads.comms.length))
  const { deflate } = options
  const columns = [...packed.columns, ...treeColumns(stacks, nodes), ...threads.columns(stacks)].map(
    ({ name, bytes }) => ({ name, bytes: deflate === undefined ? bytes : deflate(bytes) }),
  )
  return {
    header: {
      rows: order.length,
      timed: timed < 0 ? order.length : timed,
      times: clock.times,
      ticks: clock.ticks,
      start: clock.start,
      end: clock.end,
      samples: sides.reduce((all, { data }) => all + (data.kind === 'samples' ? data.time.length : 0), 0),
      nodes: stacks.parent.length,
      distinct: nodes.length,
      threads: threads.comms.length,
      sides: sides.length,
      stackPlanes: planesFor(nodes.length),
      threadPlanes: planesFor(threads.comms.length),
      weights: packed.weights,
      compressed: deflate !== undefined,
    },
    columns,
  }
}

interface Clock {
  readonly times: ViewHeader['times']
  readonly ticks: number
  readonly start: number
  readonly end: number
}

/** Gives modules that differ in their folders only, as two builds of one program do, one path: the first. */
function sameModules(): (stacks: StackTree) => StackTree {
  const paths = new Map<string, string>()
  return stacks => ({
    ...stacks,
    frames: {
      ...stacks.frames,
      module: stacks.frames.module.map(module => {
        const name = module.slice(module.lastIndexOf('/') + 1)
        return paths.get(name) ?? paths.set(name, module).get(name)!
      }),
    },
  })
}

/** How times are kept: not at all when no sample has one, or when clocks of several inputs would stand side by side. */
function clockOf(sides: readonly ViewSide[], exact: number): Clock {
  let [first, last, count] = [Infinity, -Infinity, 0]
  for (const { data } of sides) {
    if (data.kind !== 'samples') continue
    for (const time of data.time) {
      if (!Number.isFinite(time)) continue
      count++
      if (time < first) first = time
      if (time > last) last = time
    }
  }
  const start = Math.floor(ticksOf(first) / TICKS)
  if (count === 0 || sides.length > 1 || !((last - start) * TICKS < MOST_TICKS))
    return { times: 'none', ticks: 1, start: 0, end: 0 }
  const times = count > exact ? 'cells' : 'each'
  const ticks = times === 'cells' ? CELL_TICKS : TICKS
  return { times, ticks, start, end: tickOf(last, start, ticks) + 1 }
}

function tickOf(time: number, start: number, ticks: number): number {
  return Math.floor(((ticksOf(time) - start * TICKS) * ticks) / TICKS)
}

function readRows(sides: readonly ViewSide[], maps: readonly Int32Array[], clock: Clock, threads: Threads): Rows {
  const sizes = sides.map(({ data }) =>
    data.kind === 'samples' ? data.time.length : data.self.reduce((n, value) => n + (value !== 0 ? 1 : 0), 0),
  )
  const size = sizes.reduce((a, b) => a + b, 0)
  const rows: Rows = {
    tick: new Float64Array(size).fill(NaN),
    node: new Int32Array(size),
    thread: new Int32Array(size),
    side: new Uint8Array(size),
    weight: new Float64Array(size),
  }
  let n = 0
  sides.forEach(({ data }, s) => {
    const tasks = taskFrames(data.stacks)
    const { stacks } = data
    const taskName = (node: number): string => (tasks[node]! < 0 ? '' : stacks.frames.name[tasks[node]!]!)
    const add = (node: number, thread: number, weight: number): void => {
      rows.node[n] = maps[s]![node]!
      rows.thread[n] = thread
      rows.side[n] = s
      rows.weight[n++] = weight
    }
    if (data.kind === 'profile') {
      data.self.forEach((value, node) => {
        if (value !== 0) add(node, threads.add(-1, -1, taskName(node)), value)
      })
      return
    }
    for (let row = 0; row < data.time.length; row++) {
      const time = data.time[row]!
      if (clock.times !== 'none' && Number.isFinite(time)) rows.tick[n] = tickOf(time, clock.start, clock.ticks)
      const comm = data.comms?.[data.comm?.[row] ?? -1] ?? taskName(data.stack[row]!)
      add(data.stack[row]!, threads.add(data.pid?.[row] ?? -1, data.tid?.[row] ?? -1, comm), data.weight[row]!)
    }
  })
  return rows
}

/** The task's frame at depth 1 of each node's stack; -1 = there is none. */
function taskFrames({ parent, frame, frames }: StackTree): Int32Array {
  const task = new Int32Array(parent.length).fill(-1)
  for (let i = 1; i < task.length; i++)
    task[i] = parent[i]! > 0 ? task[parent[i]!]! : FRAME_KINDS[frames.kind[frame[i]!]!] === 'task' ? frame[i]! : -1
  return task
}

/** Distinct threads: process, thread and comm; `tasks` = comms only. */
class Threads {
  readonly comms: string[] = []
  private readonly ids: number[] = []
  private readonly known = new Map<string, Map<number, number>>()
  private readonly tasks: boolean

  constructor(tasks: boolean) {
    this.tasks = tasks
  }

  add(pid: number, tid: number, comm: string): number {
    const [process, thread] = this.tasks ? [-1, -1] : [pid, tid]
    let byId = this.known.get(comm)
    if (byId === undefined) this.known.set(comm, (byId = new Map()))
    const id = (process + 1) * 0x8000_0000 + (thread + 1)
    let number = byId.get(id)
    if (number === undefined) {
      byId.set(id, (number = this.comms.length))
      this.comms.push(comm)
      this.ids.push(process, thread)
    }
    return number
  }

  columns(stacks: StackTree): ViewPack['columns'] {
    const ids = new VarintWriter()
    for (const id of this.ids) ids.push(id + 1)
    const names: ViewNames = {
      frames: stacks.frames.name,
      modules: [...new Set(stacks.frames.module)],
      comms: this.comms,
    }
    return [
      { name: 'threads', bytes: ids.bytes() },
      { name: 'names', bytes: new TextEncoder().encode(JSON.stringify(names)) },
    ]
  }
}

/** Rows of one task, stack, side and tick as one, their weights added. */
function cellsOf(rows: Rows): Rows {
  const size = rows.node.length
  const order = new Uint32Array(size)
  for (let i = 0; i < size; i++) order[i] = i
  const apart = (a: number, b: number): number =>
    (rows.tick[a]! < rows.tick[b]! ? -1 : rows.tick[a]! > rows.tick[b]! ? 1 : timeless(rows, a) - timeless(rows, b)) ||
    rows.node[a]! - rows.node[b]! ||
    rows.thread[a]! - rows.thread[b]! ||
    rows.side[a]! - rows.side[b]!
  order.sort(apart)
  let cells = 0
  for (let i = 0; i < size; i++) {
    const row = order[i]!
    const cell = cells - 1
    if (i > 0 && apart(order[i - 1]!, row) === 0) {
      rows.weight[order[cell]!] = rows.weight[order[cell]!]! + rows.weight[row]!
      order[i] = row
    } else order[cells++] = row
  }
  const kept = order.subarray(0, cells)
  return {
    tick: Float64Array.from(kept, row => rows.tick[row]!),
    node: Int32Array.from(kept, row => rows.node[row]!),
    thread: Int32Array.from(kept, row => rows.thread[row]!),
    side: Uint8Array.from(kept, row => rows.side[row]!),
    weight: Float64Array.from(kept, row => rows.weight[row]!),
  }
}

/** 1 for a row without a time, which comes last. */
function timeless({ tick }: Rows, row: number): number {
  return Number.isNaN(tick[row]!) ? 1 : 0
}

/** Stacks by how many rows they have, so that numbers of hot ones are small: node of a rank, rank of a node. */
function rankStacks(node: Int32Array, size: number): { readonly nodes: Int32Array; readonly rank: Int32Array } {
  const seen = new Int32Array(size)
  for (const end of node) seen[end] = seen[end]! + 1
  const nodes = Int32Array.from(seen.keys())
    .filter(i => seen[i]! > 0)
    .sort((a, b) => seen[b]! - seen[a]! || a - b)
  const rank = new Int32Array(size)
  nodes.forEach((end, i) => {
    rank[end] = i
  })
  return { nodes, rank }
}

/** Rows by time; of one time by stack, so that like ones stand together. Rows without a time come last. */
function orderOf(rows: Rows, rank: Int32Array): Uint32Array {
  const order = new Uint32Array(rows.node.length)
  for (let i = 0; i < order.length; i++) order[i] = i
  return order.sort((a, b) => {
    const late = timeless(rows, a) - timeless(rows, b)
    if (late !== 0) return late
    return (
      (timeless(rows, a) === 1 ? 0 : rows.tick[a]! - rows.tick[b]!) ||
      rows.side[a]! - rows.side[b]! ||
      rank[rows.node[a]!]! - rank[rows.node[b]!]! ||
      a - b
    )
  })
}

function packRows(
  rows: Rows,
  order: Uint32Array,
  rank: Int32Array,
  stackPlanes: number,
  threadPlanes: number,
): { readonly weights: ViewHeader['weights']; readonly columns: ViewPack['columns'] } {
  const count = order.length
  const one = rows.weight.every(value => value === 1)
  const whole = !one && rows.weight.every(value => Number.isSafeInteger(value) && value >= 0)
  const time = new VarintWriter()
  const stack = new PlaneWriter(count, stackPlanes)
  const thread = new PlaneWriter(count, threadPlanes)
  const side = new PlaneWriter(count, 1)
  const weight = new VarintWriter()
  const floats = new Float64Array(one || whole ? 0 : count)
  let before = 0
  order.forEach((row, i) => {
    const tick = rows.tick[row]!
    if (!Number.isNaN(tick)) {
      time.push(tick - before)
      before = tick
    }
    stack.set(i, rank[rows.node[row]!]!)
    thread.set(i, rows.thread[row]!)
    side.set(i, rows.side[row]!)
    if (whole) weight.push(rows.weight[row]!)
    else if (!one) floats[i] = rows.weight[row]!
  })
  return {
    weights: one ? 'one' : whole ? 'varint' : 'float',
    columns: [
      { name: 'time', bytes: time.bytes() },
      { name: 'stack', bytes: stack.bytes },
      { name: 'thread', bytes: thread.bytes },
      { name: 'side', bytes: side.bytes },
      { name: 'weight', bytes: whole ? weight.bytes() : new Uint8Array(floats.buffer) },
    ],
  }
}

function treeColumns({ parent, frame, frames }: StackTree, nodes: Int32Array): ViewPack['columns'] {
  const parents = new VarintWriter()
  const links = new VarintWriter()
  const leaves = new VarintWriter()
  const frameModules = new VarintWriter()
  for (let i = 1; i < parent.length; i++) {
    parents.push(i - parent[i]!)
    links.push(frame[i]!)
  }
  for (const leaf of nodes) leaves.push(leaf)
  const number = new Map([...new Set(frames.module)].map((module, i) => [module, i]))
  for (const module of frames.module) frameModules.push(number.get(module)!)
  return [
    { name: 'parents', bytes: parents.bytes() },
    { name: 'frames', bytes: links.bytes() },
    { name: 'leaves', bytes: leaves.bytes() },
    { name: 'kinds', bytes: frames.kind.slice() },
    { name: 'frameModules', bytes: frameModules.bytes() },
  ]
}
