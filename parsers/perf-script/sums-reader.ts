import type { PerfShape } from './fields.ts'
import type { FrameLearner, PerfSums } from './kernel.ts'
import { perfKernels } from './kernel.ts'
import { classifyPerfLine } from './shape.ts'
import type { Thread } from './thread.ts'
import { guestLength, threadBefore } from './thread.ts'

const LF = 10

/** What a part of a file holds up to the first line that is not for the kernel, as data that can go from one thread to another. */
export interface PerfSumsPart {
  readonly sums: PerfSums
  /** Symbol and module of each frame; a frame without a module is the text of its line. */
  readonly symbols: readonly string[]
  readonly modules: readonly (string | undefined)[]
  readonly lines: number
  /** How many bytes of the part these are. */
  readonly bytes: number
}

/**
 * Reads a part of a perf script file with nothing but the kernel: no stacks are built, no frames named. That is left to the thread that puts the parts
 * together and knows most of them already.
 */
export class PerfSumsReader implements FrameLearner {
  private readonly kernel = perfKernels.take()
  private readonly symbols: string[] = []
  private readonly modules: (string | undefined)[] = []
  /** Bytes in the kernel's window. */
  private filled = 0
  private lines = 0
  private bytes = 0

  private readonly shape: PerfShape

  constructor(shape: PerfShape) {
    this.shape = shape
    this.kernel.start(this, { shape, framesByLine: false, oneByOne: false })
  }

  /** Takes bytes. False when the next line, or what the kernel has to keep, is not for it: then no more may be pushed. */
  push(chunk: Uint8Array): boolean {
    const { text } = this.kernel
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + text.size - this.filled)
      text.input.set(part, this.filled)
      this.filled += part.length
      at += part.length
      if (this.filled === text.size && !this.read()) return false
    }
    return true
  }

  /** What was read; the reader must not be used afterwards. */
  finish(): PerfSumsPart {
    const { kernel, symbols, modules } = this
    this.read()
    const { sums } = kernel
    kernel.stop()
    perfKernels.giveBack(kernel)
    return { sums, symbols, modules, lines: this.lines, bytes: this.bytes }
  }

  frame(symbol: string, module: string): number {
    this.modules.push(module)
    return this.symbols.push(symbol) - 1
  }

  line(text: string): number {
    if (classifyPerfLine(text, this.shape, this.shape.tabs).kind !== 'frame') return -1
    this.modules.push(undefined)
    return this.symbols.push(text) - 1
  }

  byAddress(): boolean {
    return false
  }

  thread(text: string): Thread | undefined {
    return guestLength(text) > 0 ? undefined : threadBefore(`${text}0`, text.length, this.shape)
  }

  /** Reads the window as far as it can be and moves what is left to its start. False when nothing more can be read. */
  private read(): boolean {
    const { kernel, filled } = this
    const { text } = kernel
    const end = text.input.subarray(0, filled).lastIndexOf(LF) + 1
    const at = text.read(0, end)
    this.lines += kernel.lines
    this.bytes += at
    text.input.copyWithin(0, at, filled)
    this.filled -= at
    // as in WindowReader, what takes up most of the window is not waited for
    return at > 0 && (at === end || (kernel.wantsMore && at * 2 > filled))
  }
}
