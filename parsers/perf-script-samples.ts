import { ROOT, StackParts, StackTreeBuilder, grown, kindCode } from '../src/model/index.ts'
import type { Dataset, DiagnosticLog, Meta, Profile, StackTree, ValueType } from '../src/model/index.ts'
import type { PerfOptions, SampleFilter } from './format.ts'
import { DenseSums, SparseSums } from './node-sums.ts'
import type { NodeAdder, NodeSums } from './node-sums.ts'
import type { PerfHeader, Thread } from './perf-script-header.ts'
import { CELL_WORDS, COUNT, DEPTH, EVENT, FIRST, FRAMES, HAS_PERIOD, LAST, PERIOD, SAMPLE_WORDS, SUM, TASK, TIME } from './perf-script-kernel.ts'
import type { PerfCells } from './perf-script-kernel.ts'

const TASK_KIND = kindCode('task')

/** Node of a cell that none is known of yet, of one that the filter leaves out, and of one without frames that is not wanted. */
const NEW = -1
const FILTERED = -2
const FRAMELESS = -3

/** How many events may have a column as long as the tree; a file has rarely more. */
const DENSE_EVENTS = 8

/** Name of the dataset when no event was printed. */
export const NO_EVENT = 'samples'

interface EventSamples {
  readonly event: string
  samples: number
  /** Samples whose period was not printed although periods were asked for. */
  withoutPeriod: number
  readonly self: NodeAdder
  readonly rows: SampleRows | undefined
}

/** What a collector holds, as data that can go from one thread to another. */
export interface SamplesPart {
  readonly stacks: StackTree
  readonly events: readonly EventPart[]
  readonly comms: readonly string[]
  readonly filtered: number
  readonly frameless: number
  readonly first: number
  readonly last: number
}

interface EventPart {
  readonly event: string
  readonly samples: number
  readonly withoutPeriod: number
  readonly self: NodeSums
  readonly rows: RowColumns | undefined
}

/** Collects samples as stacks: one tree for all events while reading, a dataset per event at the end. */
export class PerfSamples {
  readonly stacks = new StackTreeBuilder()
  /** Samples that a filter left out. */
  filtered = 0
  /** Samples without frames, which inferno does not count. */
  frameless = 0
  /** Times of the first and last sample, in time order. */
  first = Infinity
  last = -Infinity

  private readonly options: PerfOptions
  private readonly timeline: boolean
  private readonly keep: SampleFilter | undefined
  private readonly byPeriod: boolean
  private readonly events = new Map<string, EventSamples>()
  private readonly comms = new Map<string, number>()
  /** Nodes of the tasks, by name. */
  private readonly roots = new Map<string, number>()
  private lastEvent: EventSamples | undefined
  private lastPrinted: string | undefined
  /** By number of a cell. */
  private cellNodes = new Int32Array(1024).fill(NEW)
  private cellCount = 0

  constructor(options: PerfOptions, timeline: boolean) {
    this.options = options
    this.timeline = timeline
    this.keep = options.keep
    this.byPeriod = byPeriod(options)
  }

  /** True when more of a sample is wanted than its cell's sums tell. */
  get oneByOne(): boolean {
    return this.timeline || this.keep?.from !== undefined || this.keep?.to !== undefined || this.options.compat === 'flamegraph'
  }

  /** True when the filter wants a sample of this thread and time. */
  wants(thread: Thread, time: number | undefined): boolean {
    const { keep } = this
    if (keep === undefined) return true
    const { comm, pid, tid, cpu } = thread
    if (keep.from !== undefined && !(time !== undefined && time >= keep.from)) return false
    if (keep.to !== undefined && !(time !== undefined && time < keep.to)) return false
    if (keep.comms !== undefined && !(comm !== undefined && keep.comms.includes(comm))) return false
    if (keep.pids !== undefined && !keep.pids.includes(pid ?? tid ?? NaN)) return false
    if (keep.tids !== undefined && !keep.tids.includes(tid ?? NaN)) return false
    return keep.cpus === undefined || keep.cpus.includes(cpu ?? NaN)
  }

  /** Adds one sample; `frames[0..depth)` are its frames, leaf first. */
  add(header: PerfHeader, frames: Int32Array, depth: number): void {
    if (this.leavesOut(depth)) {
      this.frameless++
      return
    }
    const event = this.eventOf(header.event)
    this.count(event, header, header.time, header.period, this.node(this.root(header), frames, 0, depth))
  }

  /** Adds the samples that are told one by one; of sums, makes the nodes of the new cells, so that these stand in order of their first sample. */
  learn(cells: PerfCells): void {
    while (cells.count > this.cellNodes.length) this.cellNodes = grown(this.cellNodes, new Int32Array(this.cellNodes.length * 2).fill(NEW))
    if (this.oneByOne) this.addSamples(cells)
    else for (; this.cellCount < cells.count; this.cellCount++) this.learnCell(cells, this.cellCount)
  }

  /** Adds the sums of all cells; from now on they are numbered anew. */
  collect(cells: PerfCells): void {
    if (!this.oneByOne) this.addCells(cells)
    this.cellNodes.fill(NEW, 0, cells.count)
    this.cellCount = 0
  }

  /** What was collected so far; the collector must not be used afterwards. */
  part(): SamplesPart {
    const { filtered, frameless, first, last } = this
    const events = [...this.events.values()].map(({ event, samples, withoutPeriod, self, rows }) => ({ event, samples, withoutPeriod, self: self.sums(), rows: rows?.columns() }))
    return { stacks: this.stacks.finish(), events, comms: [...this.comms.keys()], filtered, frameless, first, last }
  }

  /** Adds what another collector with the same options held of a later part of the input. */
  absorb(later: SamplesPart): void {
    const { parent, frame, frames } = later.stacks
    const frameOf = new Int32Array(frames.name.length)
    for (let f = 0; f < frameOf.length; f++) frameOf[f] = this.stacks.frame(frames.name[f]!, frames.module[f]!, frames.kind[f]!)
    const node = new Int32Array(parent.length)
    for (let i = 1; i < node.length; i++) node[i] = this.stacks.child(node[parent[i]!]!, frameOf[frame[i]!]!)
    const comm = later.comms.map(name => this.commNumber(name))
    for (const part of later.events) {
      const event = this.eventNamed(part.event)
      event.samples += part.samples
      event.withoutPeriod += part.withoutPeriod
      part.self.nodes.forEach((old, i) => event.self.add(node[old]!, part.self.values[i]!))
      if (part.rows !== undefined) event.rows?.append(part.rows, node, comm)
    }
    this.filtered += later.filtered
    this.frameless += later.frameless
    this.first = Math.min(this.first, later.first)
    this.last = Math.max(this.last, later.last)
  }

  /** The datasets in order of their first sample; the collector must not be used afterwards. */
  finish(meta: (event: string | undefined) => Meta, log: DiagnosticLog): Dataset[] {
    if (this.filtered > 0) log.note('filtered-samples', 'samples left out because a filter did not ask for them', { count: this.filtered, severity: 'info' })
    if (this.frameless > 0) log.note('samples-without-frames', 'samples without frames left out, as inferno does', { count: this.frameless, severity: 'info' })
    const all = this.stacks.finish()
    const comms = [...this.comms.keys()]
    const datasets: Dataset[] = []
    const parts = this.events.size > 1 ? new StackParts(all) : undefined
    for (const event of this.events.values()) {
      if (event.withoutPeriod > 0 && event.withoutPeriod < event.samples) {
        log.note('no-period', `samples of ${event.event} without a period count as 1`, { count: event.withoutPeriod })
      }
      const about: Meta = { ...meta(event.event === NO_EVENT ? undefined : event.event), samples: event.samples }
      const value = valueType(event.event, this.options)
      const { self, rows } = event
      if (rows !== undefined) {
        const columns = rows.columns()
        const { stacks, at } = parts?.part(columns.stack) ?? { stacks: all, at: columns.stack }
        datasets.push({ kind: 'samples', name: event.event, value, stacks, ...columns, stack: at, comms, meta: about })
        continue
      }
      datasets.push({ kind: 'profile', name: event.event, value, ...(parts === undefined ? { stacks: all, self: self.column(all.parent.length) } : partOf(parts, self.sums())), meta: about })
    }
    return datasets
  }

  private addSamples(cells: PerfCells): void {
    const { words, doubles, sampleCount, samples, start, tasks, events } = cells
    for (let i = 0, sample = samples; i < sampleCount; i++, sample += SAMPLE_WORDS) {
      const cell = words[sample]!
      const word = start + cell * CELL_WORDS
      const task = tasks[words[word + TASK]!]!
      const time = doubles[(sample >> 1) + TIME]!
      if (!this.wants(task, time)) {
        this.filtered++
        continue
      }
      if (this.leavesOut(words[word + DEPTH]!)) {
        this.frameless++
        continue
      }
      const event = this.eventOf(events[words[word + EVENT]!])
      this.count(event, task, time, words[word + HAS_PERIOD] === 1 ? doubles[(sample >> 1) + PERIOD] : undefined, this.cellNode(cells, cell))
    }
  }

  private addCells({ count, words, doubles, start, events }: PerfCells): void {
    const { cellNodes, byPeriod } = this
    let { first, last } = this
    let number = -1
    let event: EventSamples | undefined
    for (let cell = 0, word = start; cell < count; cell++, word += CELL_WORDS) {
      const node = cellNodes[cell]!
      const samples = words[word + COUNT]!
      if (node === FILTERED) this.filtered += samples
      else if (node === FRAMELESS) this.frameless += samples
      else {
        if (event === undefined || words[word + EVENT] !== number) event = this.eventOf(events[number = words[word + EVENT]!])
        const summed = byPeriod && words[word + HAS_PERIOD] === 1
        if (byPeriod && !summed) event.withoutPeriod += samples
        event.self.add(node, summed ? doubles[(word >> 1) + SUM]! : samples)
        event.samples += samples
        const begin = doubles[(word >> 1) + FIRST]!
        const end = doubles[(word >> 1) + LAST]!
        if (begin < first) first = begin
        if (end > last) last = end
      }
    }
    this.first = first
    this.last = last
  }

  /** Makes event and node of a new cell, as far as its samples are wanted. */
  private learnCell(cells: PerfCells, cell: number): void {
    const { words, start, tasks, events } = cells
    const word = start + cell * CELL_WORDS
    if (!this.wants(tasks[words[word + TASK]!]!, undefined)) this.cellNodes[cell] = FILTERED
    else if (this.leavesOut(words[word + DEPTH]!)) this.cellNodes[cell] = FRAMELESS
    else {
      this.eventOf(events[words[word + EVENT]!])
      this.cellNode(cells, cell)
    }
  }

  private cellNode({ words, start, tasks }: PerfCells, cell: number): number {
    if (this.cellNodes[cell] === NEW) {
      const word = start + cell * CELL_WORDS
      this.cellNodes[cell] = this.node(this.root(tasks[words[word + TASK]!]!), words, words[word + FRAMES]! >> 2, words[word + DEPTH]!)
    }
    return this.cellNodes[cell]!
  }

  private leavesOut(depth: number): boolean {
    return depth === 0 && this.options.compat === 'inferno'
  }

  private node(root: number, frames: Int32Array, start: number, depth: number): number {
    let node = root
    for (let i = start + depth - 1; i >= start; i--) node = this.stacks.child(node, frames[i]!)
    return node
  }

  private count(event: EventSamples, thread: Thread, time: number | undefined, period: number | undefined, node: number): void {
    const weight = this.byPeriod ? this.weight(period, event) : 1
    event.self.add(node, weight)
    event.samples++
    if (time !== undefined) {
      if (time < this.first) this.first = time
      if (time > this.last) this.last = time
    }
    event.rows?.add(thread, time, this.commNumber(thread.comm), node, weight)
  }

  private eventOf(printed: string | undefined): EventSamples {
    if (this.lastEvent === undefined || printed !== this.lastPrinted) {
      const name = printed ?? NO_EVENT
      this.lastEvent = this.eventNamed(this.options.compat === 'inferno' ? name.split(':')[0]! : name)
    }
    // the very string: two of the same characters are compared one by one
    this.lastPrinted = printed
    return this.lastEvent
  }

  private eventNamed(name: string): EventSamples {
    let event = this.events.get(name)
    if (event === undefined) {
      event = { event: name, samples: 0, withoutPeriod: 0, self: this.events.size < DENSE_EVENTS ? new DenseSums() : new SparseSums(), rows: this.timeline ? new SampleRows() : undefined }
      this.events.set(name, event)
    }
    return event
  }

  private weight(period: number | undefined, event: EventSamples): number {
    if (period === undefined) event.withoutPeriod++
    return period === undefined || (period === 0 && this.options.compat === 'flamegraph') ? 1 : period
  }

  /** Node of the frame that names the task. */
  private root(thread: Thread): number {
    const { root } = this.options
    if (root === 'none' || thread.comm === undefined) return ROOT
    let name = thread.comm
    if (root === 'pid' || root === 'tid') name += `-${thread.pid ?? '?'}`
    if (root === 'tid') name += `/${thread.tid ?? '?'}`
    let node = this.roots.get(name)
    if (node === undefined) this.roots.set(name, node = this.stacks.child(ROOT, this.stacks.frame(name, '', TASK_KIND)))
    return node
  }

  private commNumber(comm: string | undefined): number {
    if (comm === undefined) return -1
    let number = this.comms.get(comm)
    if (number === undefined) this.comms.set(comm, number = this.comms.size)
    return number
  }
}

/** The stacks that have a sum, as a tree of their own, with the sums. */
function partOf(parts: StackParts, { nodes, values }: NodeSums): Pick<Profile, 'stacks' | 'self'> {
  const { stacks, at } = parts.part(nodes)
  const self = new Float64Array(stacks.parent.length)
  for (let i = 0; i < at.length; i++) self[at[i]!] = values[i]!
  return { stacks, self }
}

/** The peers weigh by period. */
function byPeriod(options: PerfOptions): boolean {
  return options.weight === undefined ? options.compat !== undefined : options.weight === 'period'
}

/** Unit of an event's values: samples, or what the event's period counts. */
function valueType(event: string, options: PerfOptions): ValueType {
  if (!byPeriod(options)) return { name: event, unit: 'samples' }
  const base = event.replace(/:[a-zA-Z]+$/, '')
  return { name: event, unit: base === 'cpu-clock' || base === 'task-clock' ? 'ns' : base }
}

interface RowColumns {
  readonly time: Float64Array
  readonly weight: Float64Array
  readonly stack: Int32Array
  readonly cpu: Int32Array
  readonly pid: Int32Array
  readonly tid: Int32Array
  readonly comm: Int32Array
}

/** Rows there is room for at first: thousands of events may have one each. */
const ROWS = 16

/** Columns of a SampleTable while they grow. */
class SampleRows {
  private length = 0
  private time = new Float64Array(ROWS)
  private weight = new Float64Array(ROWS)
  private node = new Int32Array(ROWS)
  private cpu = new Int32Array(ROWS)
  private pid = new Int32Array(ROWS)
  private tid = new Int32Array(ROWS)
  private comm = new Int32Array(ROWS)

  add(thread: Thread, time: number | undefined, comm: number, node: number, weight: number): void {
    const row = this.length++
    if (row === this.time.length) this.grow(row * 2)
    this.time[row] = time ?? NaN
    this.weight[row] = weight
    this.node[row] = node
    this.cpu[row] = thread.cpu ?? -1
    this.pid[row] = thread.pid ?? -1
    this.tid[row] = thread.tid ?? -1
    this.comm[row] = comm
  }

  columns(): RowColumns {
    const { length } = this
    return {
      time: this.time.slice(0, length),
      weight: this.weight.slice(0, length),
      stack: this.node.slice(0, length),
      cpu: this.cpu.slice(0, length),
      pid: this.pid.slice(0, length),
      tid: this.tid.slice(0, length),
      comm: this.comm.slice(0, length),
    }
  }

  /** Adds rows whose nodes and comms have other numbers here. */
  append(rows: RowColumns, node: Int32Array, comm: readonly number[]): void {
    for (let i = 0; i < rows.time.length; i++) {
      const row = this.length++
      if (row === this.time.length) this.grow(row * 2)
      this.time[row] = rows.time[i]!
      this.weight[row] = rows.weight[i]!
      this.node[row] = node[rows.stack[i]!]!
      this.cpu[row] = rows.cpu[i]!
      this.pid[row] = rows.pid[i]!
      this.tid[row] = rows.tid[i]!
      this.comm[row] = comm[rows.comm[i]!] ?? -1
    }
  }

  private grow(length: number): void {
    this.time = grown(this.time, new Float64Array(length))
    this.weight = grown(this.weight, new Float64Array(length))
    this.node = grown(this.node, new Int32Array(length))
    this.cpu = grown(this.cpu, new Int32Array(length))
    this.pid = grown(this.pid, new Int32Array(length))
    this.tid = grown(this.tid, new Int32Array(length))
    this.comm = grown(this.comm, new Int32Array(length))
  }
}
