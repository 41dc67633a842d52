import type { Dataset, DiagnosticLog, Meta, Profile, StackTree } from '../../src/model/index.ts'
import {
  BpfviewError,
  grown,
  kindCode,
  quote,
  ROOT,
  StackParts,
  StackTreeBuilder,
  unitWord,
} from '../../src/model/index.ts'
import { measuresOf } from '../build/measures.ts'
import type { NodeAdder, NodeSums } from '../build/node-sums.ts'
import { DenseSums, SparseSums } from '../build/node-sums.ts'
import type { Attribute } from './attributes.ts'
import type { PerfHeader } from './header.ts'
import type { PerfCells } from './kernel.ts'
import {
  CELL_WORDS,
  COUNT,
  DEPTH,
  EVENT,
  FIRST,
  FRAMES,
  HAS_PERIOD,
  LAST,
  PERIOD,
  SAMPLE_WORDS,
  SUM,
  TASK,
  TIME,
} from './kernel.ts'
import type { PerfOptions, PerfReadOptions, SampleFilter } from './options.ts'
import type { RowColumns } from './sample-rows.ts'
import { SampleRows } from './sample-rows.ts'
import { SchedLog } from './sched-log.ts'
import type { Thread } from './thread.ts'
import { waitsDataset } from './waits.ts'
import type { Weighing } from './weighing.ts'
import { attributeOf, valueTypeOf, weighingOf } from './weighing.ts'

const TASK_KIND = kindCode('task')

/** Node of a cell that none is known of yet, of one that the filter leaves out, and of one without frames that is not wanted. */
const NEW = -1
const FILTERED = -2
const FRAMELESS = -3

/** How many events may have a column as long as the tree; a file has rarely more. */
const DENSE_EVENTS = 8
/** Names of numbers that are remembered. */
const MAX_NAMES = 256

/** Name of the dataset when no event was printed. */
export const NO_EVENT = 'samples'

interface EventSamples {
  readonly event: string
  samples: number
  readonly weighing: Weighing
  /** Samples whose weight was not printed although it was asked for. */
  withoutWeight: number
  total: number
  readonly self: NodeAdder
  readonly rows: SampleRows | undefined
}

/** What a collector holds, as data that can go from one thread to another. */
export interface SamplesPart {
  readonly sched: readonly number[]
  readonly stacks: StackTree
  readonly events: readonly EventPart[]
  readonly comms: readonly string[]
  readonly filtered: number
  readonly frameless: number
  readonly attributes: readonly string[]
  readonly first: number
  readonly last: number
}

interface EventPart {
  readonly event: string
  readonly samples: number
  readonly withoutWeight: number
  readonly total: number
  readonly self: NodeSums
  readonly rows: RowColumns | undefined
}

/** Collects samples as stacks: one tree for all events while reading, a dataset per event at the end. */
export class PerfSamples {
  readonly stacks: StackTreeBuilder
  /** Samples that a filter left out. */
  filtered = 0
  /** Samples without frames, which inferno does not count. */
  frameless = 0
  /** Times of the first and last sample, in time order. */
  first = Infinity
  last = -Infinity

  /** Switches and wake-ups; the peers' folded text has none. */
  readonly sched: SchedLog | undefined

  private readonly options: PerfOptions
  private readonly timeline: boolean
  private readonly keep: SampleFilter | undefined
  /** Names of the numbers that were printed with samples. */
  private readonly attributes = new Set<string>()
  private readonly events = new Map<string, EventSamples>()
  private readonly comms = new Map<string, number>()
  /** Nodes of the tasks, by name. */
  private readonly roots = new Map<string, number>()
  private lastEvent: EventSamples | undefined
  private lastPrinted: string | undefined
  /** By number of a cell. */
  private cellNodes = new Int32Array(1024).fill(NEW)
  private cellCount = 0

  constructor(options: PerfReadOptions) {
    const { perf = {}, timeline = false } = options
    this.stacks = new StackTreeBuilder(options)
    this.options = perf
    this.timeline = timeline
    this.keep = perf.keep
    this.sched = perf.compat === undefined ? new SchedLog() : undefined
  }

  /** True when more of a sample is wanted than its cell's sums tell. */
  get oneByOne(): boolean {
    return (
      this.timeline ||
      this.keep?.from !== undefined ||
      this.keep?.to !== undefined ||
      this.options.compat === 'flamegraph'
    )
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
  add(header: PerfHeader, frames: Int32Array, depth: number, attributes: readonly Attribute[] = []): void {
    if (this.leavesOut(depth)) {
      this.frameless++
      return
    }
    const event = this.eventOf(header.event)
    this.see(attributes)
    const node = this.node(this.root(header), frames, 0, depth)
    this.sched?.leave(header, node, this.commNumber(header.comm))
    this.count(event, header, header, node, attributes)
  }

  /** Adds the samples that are told one by one; of sums, makes the nodes of the new cells, so that these stand in order of their first sample. */
  learn(cells: PerfCells): void {
    while (cells.count > this.cellNodes.length)
      this.cellNodes = grown(this.cellNodes, new Int32Array(this.cellNodes.length * 2).fill(NEW))
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
    const events = [...this.events.values()].map(({ event, samples, withoutWeight, total, self, rows }) => ({
      event,
      samples,
      withoutWeight,
      total,
      self: self.sums(),
      rows: rows?.columns(),
    }))
    return {
      sched: this.sched?.part() ?? [],
      stacks: this.stacks.finish(),
      events,
      comms: [...this.comms.keys()],
      attributes: [...this.attributes],
      filtered,
      frameless,
      first,
      last,
    }
  }

  /** Adds what another collector with the same options held of a later part of the input. */
  absorb(later: SamplesPart): void {
    const { parent, frame, frames } = later.stacks
    const frameOf = new Int32Array(frames.name.length)
    for (let f = 0; f < frameOf.length; f++)
      frameOf[f] = this.stacks.frame(frames.name[f]!, frames.module[f]!, frames.kind[f]!)
    const node = new Int32Array(parent.length)
    for (let i = 1; i < node.length; i++) node[i] = this.stacks.child(node[parent[i]!]!, frameOf[frame[i]!]!)
    const comm = later.comms.map(name => this.commNumber(name))
    for (const part of later.events) {
      const event = this.eventNamed(part.event)
      event.samples += part.samples
      event.withoutWeight += part.withoutWeight
      event.total += part.total
      part.self.nodes.forEach((old, i) => event.self.add(node[old]!, part.self.values[i]!))
      if (part.rows !== undefined) event.rows?.append(part.rows, node, comm)
    }
    for (const name of later.attributes) this.attributes.add(name)
    if (later.sched.length > 0) this.sched?.absorb(later.sched, node, comm)
    this.filtered += later.filtered
    this.frameless += later.frameless
    this.first = Math.min(this.first, later.first)
    this.last = Math.max(this.last, later.last)
  }

  /** The datasets in order of their first sample; the collector must not be used afterwards. */
  finish(meta: (event: string | undefined) => Meta, log: DiagnosticLog): Dataset[] {
    if (this.filtered > 0)
      log.note('filtered-samples', 'samples left out because a filter did not ask for them', {
        count: this.filtered,
        severity: 'info',
      })
    if (this.frameless > 0)
      log.note('samples-without-frames', 'samples without frames left out, as inferno does', {
        count: this.frameless,
        severity: 'info',
      })
    this.checkWeight()
    const all = this.stacks.finish()
    const comms = [...this.comms.keys()]
    const datasets: Dataset[] = []
    const waits = this.sched !== undefined && (this.options.waits !== undefined ? this.sched.any : this.sched.complete)
    const parts = this.events.size > 1 || waits ? new StackParts(all) : undefined
    if (waits)
      datasets.push(
        waitsDataset(this.sched!.pair(this.filteredTo()), { parts: parts!, comms, timeline: this.timeline, meta }, log),
      )
    for (const event of this.events.values()) {
      noteWeights(event, log)
      if (isWeightless(event)) continue
      const about: Meta = { ...meta(event.event === NO_EVENT ? undefined : event.event), samples: event.samples }
      const value = valueTypeOf(event)
      const { self, rows } = event
      const measures = measuresOf({ name: event.event, value, stacks: all, meta: about })
      if (rows !== undefined) {
        const { attributes, ...columns } = rows.columns()
        const { stacks, at } = parts?.part(columns.stack) ?? { stacks: all, at: columns.stack }
        datasets.push({
          kind: 'samples',
          name: event.event,
          value,
          measures,
          stacks,
          ...columns,
          stack: at,
          comms,
          ...(attributes.length > 0 && {
            attributes: attributes.map(([name, values]) => ({
              name,
              type: 'number' as const,
              unit: unitWord(name) ?? name,
              values,
            })),
          }),
          meta: about,
        })
        continue
      }
      datasets.push({
        kind: 'profile',
        name: event.event,
        value,
        measures,
        ...(parts === undefined ? { stacks: all, self: self.column(all.parent.length) } : partOf(parts, self.sums())),
        meta: about,
      })
    }
    return datasets
  }

  /** Threads to which the recording was filtered, where that is known. */
  private filteredTo(): ReadonlySet<number> | undefined {
    const { waits } = this.options
    return typeof waits === 'object' ? new Set(waits) : undefined
  }

  /** Throws BpfviewError E_USAGE when samples are to be weighed by a number that none of them has. */
  private checkWeight(): void {
    const name = [...this.events.values()].map(event => attributeOf(event.weighing)).find(each => each !== undefined)
    if (name === undefined || this.attributes.has(name)) return
    const known = ['samples', 'period', ...this.attributes].map(each => quote(each))
    throw new BpfviewError('E_USAGE', `no sample has the number ${quote(name)}; expected one of ${known.join(', ')}`)
  }

  private see(attributes: readonly Attribute[]): void {
    for (const [name] of attributes) if (this.attributes.size < MAX_NAMES) this.attributes.add(name)
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
      this.count(
        event,
        task,
        { time, period: words[word + HAS_PERIOD] === 1 ? doubles[(sample >> 1) + PERIOD] : undefined },
        this.cellNode(cells, cell),
      )
    }
  }

  private addCells({ count, words, doubles, start, events }: PerfCells): void {
    const { cellNodes } = this
    let { first, last } = this
    let number = -1
    let event: EventSamples | undefined
    for (let cell = 0, word = start; cell < count; cell++, word += CELL_WORDS) {
      const node = cellNodes[cell]!
      const samples = words[word + COUNT]!
      if (node === FILTERED) this.filtered += samples
      else if (node === FRAMELESS) this.frameless += samples
      else {
        if (event === undefined || words[word + EVENT] !== number)
          event = this.eventOf(events[(number = words[word + EVENT]!)])
        const { weighing } = event
        const summed = weighing.by === 'period' && words[word + HAS_PERIOD] === 1
        if (weighing.by !== 'samples' && !summed) event.withoutWeight += samples
        const weight = summed ? doubles[(word >> 1) + SUM]! : weighing.by === 'attribute' ? 0 : samples
        event.self.add(node, weight)
        event.total += weight
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
      this.cellNodes[cell] = this.node(
        this.root(tasks[words[word + TASK]!]!),
        words,
        words[word + FRAMES]! >> 2,
        words[word + DEPTH]!,
      )
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

  private count(
    event: EventSamples,
    thread: Thread,
    { time, period }: { readonly time: number | undefined; readonly period: number | undefined },
    node: number,
    attributes: readonly Attribute[] = [],
  ): void {
    const weight = this.weight(event, period, attributes)
    event.self.add(node, weight)
    event.total += weight
    event.samples++
    if (time !== undefined) {
      if (time < this.first) this.first = time
      if (time > this.last) this.last = time
    }
    event.rows?.add(thread, { time, comm: this.commNumber(thread.comm), node, weight }, attributes)
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
      event = {
        event: name,
        samples: 0,
        weighing: weighingOf(name, this.options),
        withoutWeight: 0,
        total: 0,
        self: this.events.size < DENSE_EVENTS ? new DenseSums() : new SparseSums(),
        rows: this.timeline ? new SampleRows() : undefined,
      }
      this.events.set(name, event)
    }
    return event
  }

  private weight(event: EventSamples, period: number | undefined, attributes: readonly Attribute[]): number {
    const { weighing } = event
    if (weighing.by === 'samples') return 1
    if (weighing.by === 'attribute') {
      const value = attributes.find(([name]) => name === weighing.name)?.[1]
      if (value === undefined) event.withoutWeight++
      return value ?? 0
    }
    if (period === undefined) event.withoutWeight++
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
    if (node === undefined)
      this.roots.set(name, (node = this.stacks.child(ROOT, this.stacks.frame(name, '', TASK_KIND))))
    return node
  }

  private commNumber(comm: string | undefined): number {
    if (comm === undefined) return -1
    let number = this.comms.get(comm)
    if (number === undefined) this.comms.set(comm, (number = this.comms.size))
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

/** True when no sample of the event has the number that it is to be weighed by. */
function isWeightless({ weighing, samples, withoutWeight }: EventSamples): boolean {
  return weighing.by === 'attribute' && withoutWeight === samples
}

function noteWeights({ event, weighing, samples, withoutWeight, total }: EventSamples, log: DiagnosticLog): void {
  if (weighing.by === 'attribute') {
    if (withoutWeight > 0)
      log.note('no-weight', `samples of ${event} without ${weighing.name} count as 0`, { count: withoutWeight })
  } else if (withoutWeight > 0 && withoutWeight < samples) {
    log.note('no-period', `samples of ${event} without a period count as 1`, { count: withoutWeight })
  } else if (weighing.by === 'period' && weighing.timed === 'always' && withoutWeight > 0) {
    log.note(
      'no-period',
      `samples of ${event} are counted, not their time off the CPU: their periods were not printed (perf script -F +period)`,
      { count: withoutWeight },
    )
  }
  if (total > Number.MAX_SAFE_INTEGER)
    log.note('inexact-sum', `the sum of ${event} is beyond 2^53 and rounded to the nearest double`, {
      severity: 'info',
    })
}
