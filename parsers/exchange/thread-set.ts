import type { Dataset, Meta, StackBuilder, ValueType } from '../../src/model/index.ts'
import { kindCode, ROOT, StackTreeBuilder } from '../../src/model/index.ts'
import { LeftOut } from '../build/left-out.ts'
import { DenseSums } from '../build/node-sums.ts'
import type { ReadOptions } from '../reading/format.ts'

/** One profile or thread of a file. */
export interface ThreadFacts {
  /** What the file calls it; a number is added when another has the same name. */
  readonly name: string
  readonly value: ValueType
  readonly pid?: number
  readonly tid?: number
  /** True when each call of `add` is one sample, of a value that does not count samples. */
  readonly sampled?: boolean
  readonly meta?: Meta
}

/** -1 = unknown. */
export interface ThreadIds {
  readonly tid: number
  readonly pid: number
}

/** Where the samples of one thread go. */
export interface ThreadSink {
  readonly stacks: StackBuilder
  /** Node that the thread's stacks start from. */
  readonly root: number
  /** Adds one sample. Time in seconds, NaN = unknown; ids where the samples of a profile have their own. Weights of 0 only matter for their time. */
  add(node: number, weight: number, time?: number, ids?: ThreadIds): void
  /** Counts a weight under 0, which the dataset does not hold but tells of in its notes. */
  leaveOut(weight: number): void
}

/** Gathers the threads of a file: a dataset each, or with `allThreads` one dataset in which each thread is a task frame. */
export class ThreadSet {
  private readonly options: ReadOptions
  private readonly held: Held[] = []
  private readonly names = new Map<string, number>()

  constructor(options: ReadOptions) {
    this.options = options
  }

  open(facts: ThreadFacts): ThreadSink {
    if (this.options.allThreads !== true) {
      const held = new Held({ ...facts, name: this.uniqueName(facts.name, facts.tid) }, this.options)
      this.held.push(held)
      return held.sink(ROOT, facts)
    }
    const { name, unit } = facts.value
    let held = this.held.find(one => one.facts.value.name === name && one.facts.value.unit === unit)
    if (held === undefined) this.held.push((held = new Held({ ...facts, name: 'all threads' }, this.options)))
    const { stacks } = held
    return held.sink(stacks.child(ROOT, stacks.frame(facts.name, '', kindCode('task'))), facts)
  }

  /** The datasets, those without samples last. */
  finish(meta: Meta): Dataset[] {
    const datasets = this.held.map(held => ({ empty: held.samples === 0, dataset: held.finish(meta) }))
    return [...datasets.filter(({ empty }) => !empty), ...datasets.filter(({ empty }) => empty)].map(
      ({ dataset }) => dataset,
    )
  }

  private uniqueName(name: string, tid?: number): string {
    const given = name === '' ? 'profile' : name
    const count = (this.names.get(given) ?? 0) + 1
    this.names.set(given, count)
    if (count === 1) return given
    return this.uniqueName(tid === undefined || given.endsWith(` ${tid}`) ? `${given} #${count}` : `${given} ${tid}`)
  }
}

/** The samples of one dataset while it is read. */
class Held {
  readonly facts: ThreadFacts
  readonly stacks: StackTreeBuilder
  samples = 0
  private readonly timeline: boolean
  private timed = false
  private readonly sums = new DenseSums()
  private readonly leftOut = new LeftOut()
  private readonly time: number[] = []
  private readonly stack: number[] = []
  private readonly weight: number[] = []
  private readonly tid: number[] = []
  private readonly pid: number[] = []

  constructor(facts: ThreadFacts, options: ReadOptions) {
    this.facts = facts
    this.stacks = new StackTreeBuilder(options)
    this.timeline = options.timeline === true
  }

  sink(root: number, { tid = -1, pid = -1 }: ThreadFacts): ThreadSink {
    const of: ThreadIds = { tid, pid }
    return {
      stacks: this.stacks,
      root,
      add: (node, weight, time = NaN, ids = of) => {
        this.samples++
        this.sums.add(node, weight)
        if (!this.timeline) return
        if (!Number.isNaN(time)) this.timed = true
        this.time.push(time)
        this.stack.push(node)
        this.weight.push(weight)
        this.tid.push(ids.tid)
        this.pid.push(ids.pid)
      },
      leaveOut: weight => this.leftOut.add(weight),
    }
  }

  finish(meta: Meta): Dataset {
    const stacks = this.stacks.finish()
    const { name, value } = this.facts
    const sampled = this.facts.sampled === true && { samples: this.samples }
    const all = this.leftOut.note({ ...meta, ...sampled, ...this.facts.meta }, value.unit)
    if (!this.timed)
      return { kind: 'profile', name, value, stacks, self: this.sums.column(stacks.parent.length), meta: all }
    const known = (ids: readonly number[]): boolean => ids.some(id => id >= 0)
    return {
      kind: 'samples',
      name,
      value,
      stacks,
      time: Float64Array.from(this.time),
      stack: Int32Array.from(this.stack),
      weight: Float64Array.from(this.weight),
      ...(known(this.tid) && { tid: Int32Array.from(this.tid) }),
      ...(known(this.pid) && { pid: Int32Array.from(this.pid) }),
      meta: all,
    }
  }
}
