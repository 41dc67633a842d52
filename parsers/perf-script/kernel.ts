import type { KernelExports } from '../wasm/kernel.ts'
import { KernelPool, KernelText } from '../wasm/kernel.ts'
import type { PerfShape } from './fields.ts'
import { PERF_SCRIPT_WASM } from './kernel-wasm.ts'
import type { Thread } from './thread.ts'

/** What the kernel asks about frames that it sees for the first time. Each gives a number, -1 = the line is for the plain reader. */
export interface FrameLearner {
  frame(symbol: string, module: string): number
  /** Frame of a whole line, without its end. */
  line(text: string): number
  /** True when frames of the module are asked for by their whole lines. */
  byAddress(module: string): boolean
  /** Thread in the text before a header's time; undefined = the line is for the plain reader. */
  thread(text: string): Thread | undefined
}

/** What the kernel hands over: cells of CELL_WORDS words or half as many doubles, and samples of SAMPLE_WORDS when each is wanted by itself. */
export interface PerfCells {
  readonly count: number
  readonly sampleCount: number
  /** All memory in 4-byte words and in doubles; the frames of cells, leaf first, stand there too. */
  readonly words: Int32Array
  readonly doubles: Float64Array
  /** Index of the first cell and of the first sample in `words`. */
  readonly start: number
  readonly samples: number
  /** By the numbers that cells hold. */
  readonly tasks: readonly Thread[]
  readonly events: readonly string[]
}

/** What a kernel summed up, as data that can go from one thread to another. */
export interface PerfSums {
  /** Tasks and events as printed, by the numbers that cells hold. */
  readonly tasks: readonly string[]
  readonly events: readonly string[]
  /** Cells of CELL_WORDS words, with the index of their first frame in `frames` instead of its address. */
  readonly cells: Int32Array<ArrayBuffer>
  /** As the kernel's learner numbered them. */
  readonly frames: Int32Array<ArrayBuffer>
}

/** Words of a cell, and what stands where; from SUM on, counted in doubles. */
export const CELL_WORDS = 12
export const TASK = 0
export const EVENT = 1
export const HAS_PERIOD = 2
export const DEPTH = 3
export const FRAMES = 4
export const COUNT = 5
export const SUM = 3
export const FIRST = 4
export const LAST = 5

/** The same of a sample; its cell is its first word. */
export const SAMPLE_WORDS = 6
export const TIME = 1
export const PERIOD = 2

/** Reasons of the kernel to stop, besides a line that is not for it. */
const MORE = 1
const SAMPLES_FULL = 2
const CELLS_FULL = 3

interface Exports extends KernelExports {
  readonly cells: WebAssembly.Global
  readonly cellCount: WebAssembly.Global
  readonly samples: WebAssembly.Global
  readonly sampleCount: WebAssembly.Global
  readonly reason: WebAssembly.Global
  readonly lineCount: WebAssembly.Global
  start(modules: number, tabs: number, framesByLine: number, oneByOne: number): void
  forgetCells(): void
  room(bytes: number): number
  absorb(
    cells: number,
    from: number,
    to: number,
    frames: number,
    numbers: number,
    tasks: number,
    events: number,
  ): number
  held(): number
}

/** What nearly every task looks like: V8 takes longer to optimise scanThread than all its calls here take. */
const PLAIN_TASK = /^([^ ]{1,15}) (\d{1,9}) \[(\d{1,9})\] +$/
const NOBODY: FrameLearner = { frame: () => -1, line: () => -1, byAddress: () => false, thread: () => undefined }
/** With so long a task before the first time, no later time can be the header's: its comm would be longer than a comm. */
const MIN_TASK = 8
/** Numbers that a cell has room for. */
const MAX_TASKS = 1 << 16
const MAX_EVENTS = 1 << 15

/** The kernel that reads complete records of the plainest shape; kernels/perf-script.ts says how. */
export class PerfScriptKernel {
  readonly text: KernelText
  private readonly exports: Exports
  private learner = NOBODY
  private readonly tasks: Thread[] = []
  private readonly taskNumbers = new Map<string, number>()
  private readonly events: string[] = []
  private readonly eventNumbers = new Map<string, number>()
  private outOfNumbers = false
  private plainTasks = true
  private readonly modules: string[] = []
  private readonly moduleNumbers = new Map<string, number>()

  constructor(module: WebAssembly.Module) {
    const reader = {
      learnTask: (at: number, length: number) => this.taskNumber(this.text.at(at, length)),
      learnEvent: (at: number, length: number) => this.eventNumber(this.text.at(at, length)),
      learnModule: (at: number, length: number) => this.moduleNumber(this.text.at(at, length)),
      learnFrame: (at: number, length: number, module: number) =>
        this.learner.frame(this.text.at(at, length), this.modules[module]!),
      learnLine: (at: number, length: number) => {
        const text = this.text.at(at, length)
        return this.learner.line(text.endsWith('\r') ? text.slice(0, -1) : text)
      },
    }
    this.exports = new WebAssembly.Instance(module, { reader }).exports as Exports
    this.text = new KernelText(this.exports)
  }

  /**
   * Starts a file whose frames end in their module or not, and are known by symbol and module or only by the whole line; samples are wanted one by one or
   * summed in cells.
   */
  start(
    learner: FrameLearner,
    { shape, framesByLine, oneByOne }: { shape: PerfShape; framesByLine: boolean; oneByOne: boolean },
  ): void {
    this.learner = learner
    this.plainTasks = shape.tids
    this.exports.start(shape.modules ? 1 : 0, shape.tabs ? 1 : 0, framesByLine ? 1 : 0, oneByOne ? 1 : 0)
  }

  /** Forgets the file; the kernel may be used for another one. */
  stop(): void {
    this.learner = NOBODY
    this.forgetCells()
    this.modules.length = 0
    this.moduleNumbers.clear()
  }

  held(): number {
    return this.exports.held()
  }

  /** The last reading ended inside a record that goes on behind the text. */
  get wantsMore(): boolean {
    return this.exports.reason.value === MORE
  }

  /** There was no room for more samples. */
  get samplesFull(): boolean {
    return this.exports.reason.value === SAMPLES_FULL
  }

  /** There was no room for more cells. */
  get cellsFull(): boolean {
    return this.outOfNumbers || this.exports.reason.value === CELLS_FULL
  }

  /** Lines that the last reading took. */
  get lines(): number {
    return this.exports.lineCount.value as number
  }

  /** All cells there are, and the samples that the last reading took. */
  get cells(): PerfCells {
    const { tasks, events, exports } = this
    const { words, doubles } = this.text
    return {
      count: exports.cellCount.value as number,
      start: (exports.cells.value as number) >> 2,
      sampleCount: exports.sampleCount.value as number,
      samples: (exports.samples.value as number) >> 2,
      words,
      doubles,
      tasks,
      events,
    }
  }

  /** From now on cells, tasks and events are numbered anew. */
  forgetCells(): void {
    this.exports.forgetCells()
    this.tasks.length = 0
    this.taskNumbers.clear()
    this.events.length = 0
    this.eventNumbers.clear()
    this.outOfNumbers = false
  }

  /** Sums of all cells there are. */
  get sums(): PerfSums {
    const { count, start, words } = this.cells
    const cells = words.slice(start, start + count * CELL_WORDS)
    let length = 0
    for (let cell = 0; cell < cells.length; cell += CELL_WORDS) length += cells[cell + DEPTH]!
    const frames = new Int32Array(length)
    for (let cell = 0, at = 0; cell < cells.length; cell += CELL_WORDS) {
      const stack = cells[cell + FRAMES]! >> 2
      cells[cell + FRAMES] = at
      for (let i = stack; i < stack + cells[cell + DEPTH]!; i++) frames[at++] = words[i]!
    }
    return { tasks: [...this.taskNumbers.keys()], events: [...this.eventNumbers.keys()], cells, frames }
  }

  /**
   * Adds sums of another kernel, whose frames have the numbers `numbers` here. `full` is called whenever there is no room for another cell, and has to
   * forget the cells.
   */
  absorb({ tasks, events, cells, frames }: PerfSums, numbers: Int32Array, full: () => void): void {
    const { exports } = this
    const columns = [cells, frames, numbers, new Int32Array(tasks.length), new Int32Array(events.length)]
    const room = exports.room(columns.reduce((sum, column) => sum + column.byteLength, 0))
    const count = cells.length / CELL_WORDS
    for (let done = 0; done < count; ) {
      columns[3]!.set(tasks.map(text => this.taskNumber(text)))
      columns[4]!.set(events.map(text => this.eventNumber(text)))
      const [cellsAt, ...at] = this.placed(columns, room)
      done = exports.absorb(cellsAt!, done, count, at[0]!, at[1]!, at[2]!, at[3]!)
      if (done < count) full()
    }
  }

  /** Writes columns one behind another; returns where each one stands. */
  private placed(columns: readonly Int32Array[], room: number): number[] {
    const { words } = this.text
    let at = room
    return columns.map(column => {
      words.set(column, at >> 2)
      at += column.byteLength
      return at - column.byteLength
    })
  }

  private taskNumber(text: string): number {
    const known = this.taskNumbers.get(text)
    if (known !== undefined) return known
    if (text.trimStart().length < MIN_TASK) return -1
    const plain = PLAIN_TASK.exec(text)
    const thread =
      plain === null || !this.plainTasks
        ? this.learner.thread(text)
        : { comm: plain[1]!, pid: undefined, tid: Number(plain[2]), cpu: Number(plain[3]) }
    if (thread === undefined) return -1
    if (this.tasks.length === MAX_TASKS) return this.noNumber()
    this.taskNumbers.set(text, this.tasks.length)
    return this.tasks.push(thread) - 1
  }

  private eventNumber(text: string): number {
    const known = this.eventNumbers.get(text)
    if (known !== undefined) return known
    if (text.startsWith('PERF_RECORD_')) return -1
    if (this.events.length === MAX_EVENTS) return this.noNumber()
    this.eventNumbers.set(text, this.events.length)
    return this.events.push(text) - 1
  }

  private noNumber(): number {
    this.outOfNumbers = true
    return -1
  }

  private moduleNumber(path: string): number {
    if (this.learner.byAddress(path)) return -1
    let number = this.moduleNumbers.get(path)
    if (number === undefined) {
      number = this.modules.push(path) - 1
      this.moduleNumbers.set(path, number)
    }
    return number
  }
}

export const perfKernels = new KernelPool(PERF_SCRIPT_WASM, module => new PerfScriptKernel(module))
