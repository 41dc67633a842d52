import type { DiagnosticLog, Parsed } from '../../src/model/index.ts'
import type { Reader } from '../reading/format.ts'
import type { LineReader } from '../reading/lines.ts'
import { lineReader } from '../reading/lines.ts'
import type { WindowLines } from '../wasm/window-reader.ts'
import { WindowReader } from '../wasm/window-reader.ts'
import type { FrameLearner, PerfScriptKernel } from './kernel.ts'
import { perfKernels } from './kernel.ts'
import type { PerfReadOptions } from './options.ts'
import type { PerfPart, PerfShape } from './reader.ts'
import { PerfScriptReader } from './reader.ts'
import type { PerfSumsPart } from './sums-reader.ts'
import type { Thread } from './thread.ts'

const TAB = 9
const LF = 10
const CR = 13

/** True where `FastPerfScript` can be used. */
export function hasFastPerfScript(): boolean {
  return perfKernels.available
}

/**
 * The plain reader behind a kernel that knows lines by their bytes. Complete records of the plainest shape come out of the kernel as numbers, every other
 * line goes to the plain reader as text. So both give the same result on every input.
 */
export class FastPerfScript implements Reader, WindowLines, FrameLearner {
  readonly reader: PerfScriptReader
  private readonly plain: LineReader
  private readonly kernel: PerfScriptKernel
  private readonly text: WindowReader
  private started = false
  /** Frames depend on more than their symbol and module. */
  private readonly framesByLine: boolean
  private readonly namesByAddress: boolean

  constructor(options: PerfReadOptions, log: DiagnosticLog, shape?: PerfShape) {
    this.reader = new PerfScriptReader(options, log, shape)
    this.plain = lineReader(this.reader, log)
    this.kernel = perfKernels.take()
    this.text = new WindowReader(this.kernel.text, this, this.plain)
    this.namesByAddress = options.perf?.jitMaps !== undefined
    this.framesByLine = options.addrs === true || options.offsets === true
  }

  push(chunk: Uint8Array): void {
    this.text.push(chunk)
  }

  /** Reads all that was pushed, to its last byte; then no more may be pushed. Returns the number of lines. */
  finish(): number {
    return this.text.finish()
  }

  end(): Parsed {
    this.finish()
    return this.result()
  }

  /** What a finished reader read. */
  result(): Parsed {
    this.release()
    return this.reader.end()
  }

  /** What a finished reader read, when it is a part of a file that other parts follow. */
  part(): PerfPart {
    this.release()
    return this.reader.part()
  }

  /** True when a part of the file may be read by a kernel alone: no more than sums by symbol and module are wanted. */
  get wantsSums(): boolean {
    return !this.framesByLine && !this.namesByAddress && !this.reader.wantsSamples
  }

  /** Adds what a kernel alone read of the next part of the file to a finished reader. */
  absorb({ sums, symbols, modules }: PerfSumsPart): void {
    this.start()
    const { kernel, reader } = this
    const numbers = new Int32Array(symbols.length)
    for (let i = 0; i < numbers.length; i++) {
      const module = modules[i]
      numbers[i] = module === undefined ? this.line(symbols[i]!) : this.frame(symbols[i]!, module)
    }
    kernel.absorb(sums, numbers, () => {
      reader.cells(kernel.cells)
      this.collect()
    })
    reader.cells(kernel.cells)
  }

  /** A record may start here, and the plain reader waits for nothing. */
  mayRead(at: number): boolean {
    if (!this.reader.settled || this.reader.puzzled) return false
    const first = this.kernel.text.input[at]!
    return first !== TAB && first !== LF && first !== CR
  }

  read(from: number, to: number): number {
    const { kernel, reader } = this
    this.start()
    for (let at = from; ; ) {
      at = kernel.text.read(at, to)
      if (kernel.lines > 0) reader.cells(kernel.cells)
      this.plain.pass(kernel.lines)
      if (kernel.cellsFull) this.collect()
      else if (!kernel.samplesFull) return at
    }
  }

  wantsMore(): boolean {
    return this.kernel.wantsMore
  }

  private start(): void {
    const { kernel, reader } = this
    if (this.started) return
    kernel.start(this, { shape: reader.knownShape!, framesByLine: this.framesByLine, oneByOne: reader.wantsSamples })
    this.started = true
  }

  private release(): void {
    this.collect()
    this.kernel.stop()
    perfKernels.giveBack(this.kernel)
  }

  /** Takes the sums out of the kernel. */
  private collect(): void {
    this.reader.collect(this.kernel.cells)
    this.kernel.forgetCells()
  }

  frame(symbol: string, module: string): number {
    return this.reader.frameOf(symbol, module)
  }

  line(text: string): number {
    return this.reader.frameOfLine(text)
  }

  byAddress(module: string): boolean {
    return this.reader.byAddress(module)
  }

  thread(text: string): Thread | undefined {
    return this.reader.threadOf(text)
  }
}
