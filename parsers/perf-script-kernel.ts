import { KernelPool } from './kernel.ts'
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
  readonly WINDOW_BYTES: WebAssembly.Global
  readonly text: WebAssembly.Global
  readonly records: WebAssembly.Global
  readonly recordCount: WebAssembly.Global
  readonly reason: WebAssembly.Global
  readonly lineCount: WebAssembly.Global
  readonly stackRounds: WebAssembly.Global
  start(modules: number, framesByLine: number): void
  held(): number
  read(from: number, to: number): number
}

const NOBODY: FrameLearner = { frame: () => -1, line: () => -1 }
/** With so long a task before the first time, no later time can be the header's: its comm would be longer than a comm. */
const MIN_TASK = 8
/** Tasks and events that are remembered: more than the kernel knows at a time, so that no number it holds is given twice. */
const REMEMBERED = 1 << 16

/** The kernel that reads complete records of the plainest shape; kernels/perf-script.ts says how. */
export class PerfScriptKernel {
  /** Bytes that the window holds. */
  readonly size: number
  private readonly exports: Exports
  private readonly windowAt: number
  private readonly decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  private learner = NOBODY
  private readonly tasks: PerfTask[] = []
  private taskCount = 0
  private readonly events: string[] = []
  private eventCount = 0
  private readonly modules: string[] = []
  private readonly moduleNumbers = new Map<string, number>()
  private bytes = new Uint8Array(0)
  private words = new Int32Array(0)
  private doubles = new Float64Array(0)

  constructor(module: WebAssembly.Module) {
    const reader = {
      learnTask: (at: number, length: number) => this.taskNumber(this.text(at, length)),
      learnEvent: (at: number, length: number) => this.eventNumber(this.text(at, length)),
      learnModule: (at: number, length: number) => this.moduleNumber(this.text(at, length)),
      learnFrame: (at: number, length: number, module: number) => this.learner.frame(this.text(at, length), this.modules[module]!),
      learnLine: (at: number, length: number) => this.learner.line(this.text(at, length)),
    }
    this.exports = new WebAssembly.Instance(module, { reader }).exports as Exports
    this.size = this.exports.WINDOW_BYTES.value as number
    this.windowAt = this.exports.text.value as number
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

  /** The text to read; valid until the next call of `read`. */
  get input(): Uint8Array {
    this.view()
    return this.bytes.subarray(this.windowAt, this.windowAt + this.size)
  }

  /** Reads whole lines of the window, [from, to), outside a record at first. Returns where the first line stands that belongs to no complete record. */
  read(from: number, to: number): number {
    return this.exports.read(this.windowAt + from, this.windowAt + to) - this.windowAt
  }

  /** Why the last `read` ended: MORE = inside a record that goes on behind the text, FULL = no room for more records, or at a line that is not for the kernel. */
  get reason(): number {
    return this.exports.reason.value as number
  }

  /** Lines that the last `read` took. */
  get lines(): number {
    return this.exports.lineCount.value as number
  }

  /** Numbers of stacks mean the same as long as this is the same. */
  get stackRounds(): number {
    return this.exports.stackRounds.value as number
  }

  /** What the last `read` took. */
  get records(): PerfRecords {
    this.view()
    const { words, doubles, tasks, events } = this
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

  private text(at: number, length: number): string {
    this.view()
    return this.decoder.decode(this.bytes.subarray(at, at + length))
  }

  /** Memory that has grown is another buffer. */
  private view(): void {
    const { buffer } = this.exports.memory
    if (this.bytes.buffer === buffer) return
    this.bytes = new Uint8Array(buffer)
    this.words = new Int32Array(buffer)
    this.doubles = new Float64Array(buffer)
  }
}

export const perfKernels = new KernelPool(PERF_SCRIPT_WASM, module => new PerfScriptKernel(module))
