import type { DiagnosticLog, Parsed } from '../src/model/index.ts'
import type { ReadOptions, Reader } from './format.ts'
import { lineReader } from './lines.ts'
import type { LineReader } from './lines.ts'
import { MORE, ODD_LINE, perfKernels } from './perf-script-kernel.ts'
import type { FrameLearner, PerfScriptKernel } from './perf-script-kernel.ts'
import { PerfScriptReader } from './perf-script-reader.ts'
import type { PerfShape } from './perf-script-reader.ts'

const TAB = 9
const LF = 10
const CR = 13

/** True where `FastPerfScript` can be used. */
export function hasFastPerfScript(): boolean {
  return perfKernels.available
}

/**
 * The plain reader behind a kernel that knows lines by their bytes. Text goes through the kernel's window; complete records of the plainest shape come out
 * of it as numbers, every other line goes to the plain reader as text. So both give the same result on every input.
 */
export class FastPerfScript implements Reader, FrameLearner {
  readonly reader: PerfScriptReader
  private readonly plain: LineReader
  private readonly kernel: PerfScriptKernel
  /** Bytes in the window. */
  private filled = 0
  /** True while the plain reader has the start of a line that is longer than the window. */
  private inLine = false
  private started = false
  private stackRounds = 0
  /** Frames depend on more than their symbol and module. */
  private readonly framesByLine: boolean

  constructor(options: ReadOptions, log: DiagnosticLog, shape?: PerfShape) {
    this.reader = new PerfScriptReader(options, log, shape)
    this.plain = lineReader(this.reader, log)
    this.kernel = perfKernels.take()
    this.framesByLine = options.perf?.addrs === true || options.perf?.offsets === true
  }

  push(chunk: Uint8Array): void {
    const { size } = this.kernel
    for (let at = 0; at < chunk.length;) {
      const part = chunk.subarray(at, at + size - this.filled)
      this.kernel.window.set(part, this.filled)
      this.filled += part.length
      at += part.length
      if (this.filled === size) this.read()
    }
  }

  /** Reads all that was pushed, to its last byte; then no more may be pushed. Returns the number of lines. */
  finish(): number {
    this.read()
    this.plain.push(this.kernel.window.slice(0, this.filled))
    this.filled = 0
    this.kernel.stop()
    perfKernels.giveBack(this.kernel)
    return this.plain.finish()
  }

  end(): Parsed {
    this.finish()
    return this.reader.end()
  }

  frame(symbol: string, module: string): number {
    return this.reader.frameOf(symbol, module)
  }

  line(text: string): number {
    return this.reader.frameOfLine(text.endsWith('\r') ? text.slice(0, -1) : text)
  }

  /** Reads the window as far as it holds complete lines and moves what is left to its start. */
  private read(): void {
    let at = this.inLine ? this.passLine(0) : 0
    const end = this.kernel.window.subarray(0, this.filled).lastIndexOf(LF) + 1
    while (at < end) {
      if (this.isForKernel(at)) {
        at = this.readRecords(at, end)
        const { reason } = this.kernel
        // a record that takes up most of the window is not waited for
        if (reason === MORE && (at === end || at * 2 > this.filled)) break
        if (reason !== ODD_LINE && reason !== MORE) continue
      }
      at = this.passLine(at)
    }
    if (at === 0 && this.filled === this.kernel.size) at = this.passLine(0)
    this.kernel.window.copyWithin(0, at, this.filled)
    this.filled -= at
  }

  /** Gives the line at `at` to the plain reader, or the part of it that is there. Returns where the next one starts. */
  private passLine(at: number): number {
    const text = this.kernel.window.subarray(0, this.filled)
    const feed = text.indexOf(LF, at)
    this.inLine = feed < 0
    const next = feed < 0 ? this.filled : feed + 1
    this.plain.push(text.slice(at, next))
    return next
  }

  /** True when a record may start at `at` and the plain reader waits for nothing. */
  private isForKernel(at: number): boolean {
    if (!this.reader.settled || this.reader.puzzled) return false
    const first = this.kernel.window[at]!
    return first !== TAB && first !== LF && first !== CR
  }

  private readRecords(from: number, to: number): number {
    const { kernel, reader } = this
    if (!this.started) {
      kernel.start(this, reader.hasModules, this.framesByLine)
      this.started = true
    }
    const next = kernel.read(from, to)
    if (kernel.stackRounds !== this.stackRounds) {
      reader.forgetStacks()
      this.stackRounds = kernel.stackRounds
    }
    const { records } = kernel
    if (records.count > 0) reader.records(records)
    this.plain.pass(kernel.lines)
    return next
  }
}
