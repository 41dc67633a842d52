import type { Parsed } from '../../src/model/index.ts'
import { DiagnosticLog } from '../../src/model/index.ts'
import { lineReader } from '../reading/lines.ts'
import { FastPerfScript, hasFastPerfScript } from './fast-reader.ts'
import { frameTextStart } from './frame.ts'
import { scanTimed } from './header.ts'
import type { PerfReadOptions } from './options.ts'
import type { PerfPart, PerfShape } from './reader.ts'
import { PerfScriptReader } from './reader.ts'
import type { PerfSumsPart } from './sums-reader.ts'

export type { PerfPart, PerfShape } from './reader.ts'

const LF = 10

/** True when files may be read in parts with these options: what a part gives must not depend on the parts before it. */
export function mayPart(options: PerfReadOptions): boolean {
  return (
    options.strict !== true &&
    options.maxStacks === undefined &&
    options.perf?.compat === undefined &&
    hasFastPerfScript()
  )
}

const SHAPE_BYTES = 8 << 10

/** Shape of a file from its first bytes, undefined when they do not suffice. */
export function perfShapeOf(head: Uint8Array): PerfShape | undefined {
  const log = new DiagnosticLog()
  const reader = new PerfScriptReader({}, log)
  const lines = lineReader(reader, log)
  for (let at = 0; at < head.length && !reader.settled; at += SHAPE_BYTES)
    lines.push(head.subarray(at, at + SHAPE_BYTES))
  return reader.knownShape
}

/** Index in `bytes` of a header that follows a complete record, -1 when there is none: nothing read before it matters after it. */
export function recordStart(bytes: Uint8Array): number {
  const decoder = new TextDecoder()
  const text = (start: number, end: number): string => decoder.decode(bytes.subarray(start, end))
  for (let lf = bytes.indexOf(LF); lf >= 0; lf = bytes.indexOf(LF, lf + 1)) {
    if (bytes[lf + 1] !== LF) continue
    const before = bytes.lastIndexOf(LF, lf - 1)
    const stop = bytes.indexOf(LF, lf + 2)
    if (before < 0 || stop < 0) continue
    const frame = text(before + 1, lf)
    if (
      frame.startsWith('\t') &&
      frameTextStart(frame) >= 0 &&
      scanTimed(frame) === undefined &&
      scanTimed(text(lf + 2, stop)) !== undefined
    )
      return lf + 2
  }
  return -1
}

/** Reads one part of a file after another, or several at a time in several threads. */
export class PerfPartReader {
  private readonly log: DiagnosticLog
  private readonly fast: FastPerfScript
  private lines = 0

  constructor(options: PerfReadOptions, shape: PerfShape) {
    this.log = new DiagnosticLog(options.source)
    this.fast = new FastPerfScript(options, this.log, shape)
  }

  push(chunk: Uint8Array): void {
    this.fast.push(chunk)
  }

  /** Says that all of this part was pushed. */
  finish(): void {
    this.lines = this.fast.finish()
  }

  /** What a finished part holds, with the number of its lines; for a part that other parts follow. */
  part(): { readonly part: PerfPart; readonly lines: number } {
    return { part: this.fast.part(), lines: this.lines }
  }

  /** True when a later part may be read by PerfSumsReader. */
  get wantsSums(): boolean {
    return this.fast.wantsSums
  }

  /** Adds sums of what follows all that was read or added so far. */
  absorbSums(sums: PerfSumsPart): void {
    this.fast.absorb(sums)
    this.lines += sums.lines
  }

  /** Adds the part that follows all that was read or added so far. */
  absorb({ part, lines }: { readonly part: PerfPart; readonly lines: number }): void {
    this.fast.reader.absorb(part, this.lines)
    this.lines += lines
  }

  end(): Parsed {
    return this.fast.result()
  }
}
