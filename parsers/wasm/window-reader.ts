import type { LineReader } from '../reading/lines.ts'
import type { KernelText } from './kernel.ts'

const LF = 10

/** A kernel of a format and what the reader around it knows: reads plain lines by their bytes. */
export interface WindowLines {
  /** True when the kernel may begin with the line at `at`. */
  mayRead(at: number): boolean
  /** Reads whole lines, [from, to), as far as the kernel can. Returns where the first other one stands. */
  read(from: number, to: number): number
  /** True when that one can be read once what follows it is there. */
  wantsMore(): boolean
}

/** Sends text through a kernel's window, and the lines that the kernel leaves to the plain reader. */
export class WindowReader {
  private readonly text: KernelText
  private readonly lines: WindowLines
  private readonly plain: LineReader
  /** Bytes in the window. */
  private filled = 0
  /** True while the plain reader has the start of a line that is longer than the window. */
  private inLine = false

  constructor(text: KernelText, lines: WindowLines, plain: LineReader) {
    this.text = text
    this.lines = lines
    this.plain = plain
  }

  push(chunk: Uint8Array): void {
    const { size } = this.text
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + size - this.filled)
      this.text.input.set(part, this.filled)
      this.filled += part.length
      at += part.length
      if (this.filled === size) this.read()
    }
  }

  /** Reads all that was pushed, to its last byte; then no more may be pushed. Returns the number of lines. */
  finish(): number {
    this.read()
    this.plain.push(this.text.input.slice(0, this.filled))
    this.filled = 0
    return this.plain.finish()
  }

  /** Reads the window as far as it holds complete lines and moves what is left to its start. */
  private read(): void {
    const { lines, text } = this
    let at = this.inLine ? this.passLine(0) : 0
    const end = text.input.subarray(0, this.filled).lastIndexOf(LF) + 1
    while (at < end) {
      if (lines.mayRead(at)) {
        at = lines.read(at, end)
        // what takes up most of the window is not waited for
        if (at === end || (lines.wantsMore() && at * 2 > this.filled)) break
      }
      at = this.passLine(at)
    }
    if (at === 0 && this.filled === text.size) at = this.passLine(0)
    text.input.copyWithin(0, at, this.filled)
    this.filled -= at
  }

  /** Gives the line at `at` to the plain reader, or the part of it that is there. Returns where the next one starts. */
  private passLine(at: number): number {
    const bytes = this.text.input.subarray(0, this.filled)
    const feed = bytes.indexOf(LF, at)
    this.inLine = feed < 0
    const next = feed < 0 ? this.filled : feed + 1
    this.plain.push(bytes.slice(at, next))
    return next
  }
}
