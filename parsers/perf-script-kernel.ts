import { KernelPool, KernelText } from './kernel.ts'
import type { KernelExports } from './kernel.ts'
import { scanThread } from './perf-script-header.ts'
import type { Thread } from './perf-script-header.ts'
import { PERF_SCRIPT_WASM } from './perf-script-wasm.ts'

/** What the kernel asks about frames that it sees for the first time. Each gives a number, -1 = the line is for the plain reader. */
export interface FrameLearner {
  frame(symbol: string, module: string): number
  /** Frame of a whole line. */
  line(text: string): number
}

/** The thread of a record, with the node of its frame once that is known; -1 before. */
export interface PerfTask extends Thread {
  root: number
}

/** What the kernel hands over: records of RECORD_WORDS words or half as many doubles. */
export interface PerfRecords {
  readonly count: number
  /** All memory in 4-byte words and in doubles; the frames of stacks, leaf first, stand there too. */
  readonly words: Int32Array
  readonly doubles: Float64Array
  /** Index of the first record in `words`. */
  readonly start: number
  /** By the numbers that records hold. */
  readonly tasks: readonly PerfTask[]
  readonly events: readonly string[]
}

/** Words of a record, and what stands where; time and period are doubles. */
export const RECORD_WORDS = 10
export const TASK = 0
export const EVENT = 1
export const HAS_PERIOD = 2
export const STACK = 3
export const DEPTH = 4
export const FRAMES = 5
export const TIME = 3
export const PERIOD = 4

/** Reasons of the kernel to stop, besides a line that is not for it. */
export const MORE = 1
export const FULL = 2

interface Exports extends KernelExports {
  readonly records: WebAssembly.Global
  readonly recordCount: WebAssembly.Global
  readonly reason: WebAssembly.Global
  readonly lineCount: WebAssembly.Global
  readonly stackRounds: WebAssembly.Global
  start(modules: number, framesByLine: number): void
  held(): number
}

const NOBODY: FrameLearner = { frame: () => -1, line: () => -1 }
/** With so long a task before the first time, no later time can be the header's: its comm would be longer than a comm. */
const MIN_TASK = 8
/** Tasks and events that are remembered: more than the kernel knows at a time, so that no number it holds is given twice. */
const REMEMBERED = 1 << 16

/** The kernel that reads complete records of the plainest shape; kernels/perf-script.ts says how. */
export class PerfScriptKernel {
  readonly text: KernelText
  private readonly exports: Exports
  private learner = NOBODY
  private readonly tasks: PerfTask[] = []
  private taskCount = 0
  private readonly events: string[] = []
  private eventCount = 0
  private readonly modules: string[] = []
  private readonly moduleNumbers = new Map<string, number>()

  constructor(module: WebAssembly.Module) {
    const reader = {
      learnTask: (at: number, length: number) => this.taskNumber(this.text.at(at, length)),
      learnEvent: (at: number, length: number) => this.eventNumber(this.text.at(at, length)),
      learnModule: (at: number, length: number) => this.moduleNumber(this.text.at(at, length)),
      learnFrame: (at: number, length: number, module: number) => this.learner.frame(this.text.at(at, length), this.modules[module]!),
      learnLine: (at: number, length: number) => this.learner.line(this.text.at(at, length)),
    }
    this.exports = new WebAssembly.Instance(module, { reader }).exports as Exports
    this.text = new KernelText(this.exports)
  }

  /** Starts a file whose frames end in their module or not, and are known by symbol and module or only by the whole line. */
  start(learner: FrameLearner, modules: boolean, framesByLine: boolean): void {
    this.learner = learner
    this.exports.start(modules ? 1 : 0, framesByLine ? 1 : 0)
  }

  /** Forgets the file; the kernel may be used for another one. */
  stop(): void {
    this.learner = NOBODY
    this.tasks.length = 0
    this.events.length = 0
    this.modules.length = 0
    this.moduleNumbers.clear()
  }

  held(): number {
    return this.exports.held()
  }

  /** Why the last reading ended: MORE = inside a record that goes on behind the text, FULL = no room for more records, or at a line that is not for the kernel. */
  get reason(): number {
    return this.exports.reason.value as number
  }

  /** Lines that the last reading took. */
  get lines(): number {
    return this.exports.lineCount.value as number
  }

  /** Numbers of stacks mean the same as long as this is the same. */
  get stackRounds(): number {
    return this.exports.stackRounds.value as number
  }

  /** What the last reading took. */
  get records(): PerfRecords {
    const { tasks, events } = this
    const { words, doubles } = this.text
    return { count: this.exports.recordCount.value as number, words, doubles, start: (this.exports.records.value as number) >> 2, tasks, events }
  }

  private taskNumber(text: string): number {
    if (text.trimStart().length < MIN_TASK) return -1
    const thread = scanThread(`${text}0`, text.length)
    if (thread === undefined) return -1
    const number = this.taskCount++ % REMEMBERED
    this.tasks[number] = { ...thread, root: -1 }
    return number
  }

  private eventNumber(text: string): number {
    if (text.startsWith('PERF_RECORD_')) return -1
    const number = this.eventCount++ % REMEMBERED
    this.events[number] = text
    return number
  }

  private moduleNumber(path: string): number {
    let number = this.moduleNumbers.get(path)
    if (number === undefined) {
      number = this.modules.push(path) - 1
      this.moduleNumbers.set(path, number)
    }
    return number
  }
}

export const perfKernels = new KernelPool(PERF_SCRIPT_WASM, module => new PerfScriptKernel(module))
