/**
 * What bpftrace prints as text: maps of every key and value, histograms, series and the program's own output between them:
 *
 *     Attaching 3 probes...
 *     23:58:57 PIDs/sec: @: 46               a map glued to a printf
 *     @bytes[bash, 12]: count 7, average 1, total 7
 *     @cku[node,                             kstack and ustack stand anywhere in a key, each on lines of its own
 *         do_syscall_64+115
 *         entry_SYSCALL_64_after_hwframe+68
 *     , , 4711]: 12                          here the second stack was empty
 *     @usecs[sda]:
 *     [16, 32)             220 |@@@@@@@@@@@@@@@@@@@@@@@|
 *
 * Source: bpftrace src/output/text.cpp, src/types_format.cpp; FORMATS d, e1.
 */

import type { Meta, Parsed } from '../../src/model/index.ts'
import { DiagnosticLog, ROOT } from '../../src/model/index.ts'
import { BpftraceMapLines } from '../bpftrace-maps/map-lines.ts'
import { gluedMap, keyEnd, leadingClock, mapStart, opensStack } from '../bpftrace-maps/map-start.ts'
import { outputTable } from '../bpftrace-maps/tables.ts'
import { bucketRow, isSeriesHead, isSeriesRule, mapValue } from '../bpftrace-maps/value.ts'
import { ProfileBuilder } from '../build/profile-builder.ts'
import type { Format, Reader, ReadOptions } from '../reading/format.ts'
import type { Head } from '../reading/head.ts'
import { stripInterrupt } from '../reading/head.ts'
import type { LineSink } from '../reading/lines.ts'
import { lineReader } from '../reading/lines.ts'
import { TASK } from '../stacks/frame-kind.ts'
import { FrameLines } from '../stacks/frame-lines.ts'
import { addStack, kernelFrames } from '../stacks/kernel-side.ts'
import type { FrameLine } from '../stacks/symbol.ts'
import { readSymbol } from '../stacks/symbol.ts'
import { copied } from '../stacks/symbol-table.ts'
import { tablesOf } from '../tables/event-table.ts'
import { takeCutMark } from '../words/cut-mark.ts'

export const bpftraceText: Format = {
  id: 'bpftrace',
  title: 'bpftrace text: maps with stacks, histograms, series and printf',
  sniff: sniffMaps,
  reader(options) {
    const log = new DiagnosticLog(options.source, options.strict)
    return lineReader(new BpftraceTextReader(log, options), log)
  },
}

/** The same with every line read as text: the oracle of the reader of bytes. */
export function plainBpftraceReader(options: ReadOptions): Reader {
  const log = new DiagnosticLog(options.source, options.strict)
  const sink = new BpftraceTextReader(log, options)
  return lineReader({ line: (text, number) => sink.line(text, number), end: () => sink.end() }, log)
}

/** The same for a program that printed no map in its first lines; asked last, because tables of .bt tools have readers of their own. */
export const bpftraceOutput: Format = {
  ...bpftraceText,
  id: 'bpftrace-output',
  title: 'bpftrace text: output of a program without maps at its start',
  sniff: head => /^(?:\^C)?Attach(?:ing|ed) \d+ probes?/m.test(head.text),
}

/** A line that can only be a map: complete, or opening a stack, a histogram or a series. */
function sniffMaps(head: Head): boolean {
  const probes = /^(?:\^C)?Attach(?:ing|ed) \d+ probes?/m.test(head.text)
  return head.lines.some((line, i) => {
    const start = mapStart(line) ?? (probes ? gluedMap(line) : undefined)
    if (start === undefined) return false
    const next = head.lines[i + 1] ?? ''
    if (start.key === undefined)
      return start.value !== ''
        ? mapValue(start.value!).is !== 'text' || probes
        : bucketRow(next) !== undefined || isSeriesHead(next) || probes || isSeriesRule(next)
    return keyEnd(start.key) !== undefined || opensStack(start.key)
  })
}

/** Distinct lines of printed stacks that are remembered. */
const MAX_KNOWN_LINES = 1 << 16

class BpftraceTextReader implements LineSink {
  private readonly log: DiagnosticLog
  private readonly options: ReadOptions
  private readonly lines: BpftraceMapLines

  /** Frame lines seen before, and the one that is about to be decoded. */
  private readonly frames: FrameLines
  next = 0
  private missed: { readonly chunk: Uint8Array; readonly start: number; readonly end: number } | undefined

  /** The program's own output, line by line, and stacks that it printed itself. */
  private readonly output: { line: number; text: string }[] = []
  private readonly printed: ProfileBuilder
  private printedStack: FrameLine[] = []
  private printedBy = ''
  private readonly symbols = new Map<string, FrameLine>()

  constructor(log: DiagnosticLog, options: ReadOptions) {
    this.log = log
    this.options = options
    this.printed = new ProfileBuilder(options)
    this.lines = new BpftraceMapLines(log, options)
    this.frames = new FrameLines(this.lines.maps.keys.stacks.symbols)
  }

  /** Frames of the stack that is being read, by their bytes. */
  takeLines(chunk: Uint8Array, start: number, limit: number): number {
    this.missed = undefined
    if (!this.lines.insideStack) return 0
    let at = start
    let lines = 0
    while (at < limit) {
      const symbol = this.frames.get(chunk, at, limit)
      if (symbol < 0 || !this.lines.takeSymbol(symbol)) break
      at = this.frames.next
      lines++
    }
    this.next = at
    return lines
  }

  /** The line that is about to be decoded, which may be learnt. */
  takeBytes(chunk: Uint8Array, start: number, end: number): boolean {
    this.missed = this.lines.insideStack ? { chunk, start, end } : undefined
    return false
  }

  line(text: string, number: number): void {
    const { missed } = this
    this.missed = undefined
    const line = stripInterrupt(text)
    if (this.lines.take(line, number, text)) this.closePrinted()
    else this.takeOther(line, number, text)
    const symbol = missed === undefined ? -1 : this.lines.lastSymbol
    if (symbol >= 0) this.frames.set(missed!.chunk, missed!.start, missed!.end, symbol)
  }

  end(): Parsed {
    this.closePrinted()
    const meta: Meta = { tool: 'bpftrace', ...(this.log.lost > 0 && { lost: this.log.lost }) }
    const datasets = this.lines.finish(meta)
    if (this.printed.samples > 0) datasets.push(this.printed.finish('printf', { name: 'events', unit: 'events' }, meta))
    for (const table of tablesOf(this.output, 'bpftrace') ??
      (this.output.length > 0 ? [outputTable(this.output, meta)] : []))
      datasets.push(table)
    return {
      format: bpftraceText.id,
      datasets,
      diagnostics: this.log.list(),
      skippedLines: this.log.skippedLines,
      lost: this.log.lost,
    }
  }

  private takeOther(line: string, number: number, raw: string): void {
    if (line.trim() === '') {
      this.lines.blank()
      return this.closePrinted()
    }
    if (this.lines.note(line, number)) return
    if (takeCutMark(this.log, line, number, raw)) return
    if (bucketRow(line) !== undefined) return this.log.skip(number, raw, 'a histogram row without its map')
    const frame = /^(?: {4}|\t)/.test(line) ? this.symbol(line) : undefined
    if (
      frame !== undefined &&
      (frame.offset !== undefined ||
        frame.address !== undefined ||
        frame.inlined === true ||
        frame.name === '[unknown]')
    ) {
      this.printedStack.push(frame)
      return
    }
    this.closePrinted()
    const glued = gluedMap(line)
    if (glued !== undefined) {
      const clock = leadingClock(glued.before)
      if (!Number.isNaN(clock)) this.lines.setClock(clock)
      else this.lines.other(glued.before)
      this.output.push({ line: number, text: glued.before })
      this.lines.start(glued, number, raw)
      return
    }
    this.lines.other(line)
    this.printedBy = line
    this.output.push({ line: number, text: line })
  }

  private symbol(line: string): FrameLine {
    let symbol = this.symbols.get(line)
    if (symbol === undefined) {
      symbol = readSymbol(line, this.options.offsets === true)
      if (this.symbols.size < MAX_KNOWN_LINES) this.symbols.set(copied(line), symbol)
    }
    return symbol
  }

  /** Stacks that the program printed itself: `printf("%s %d %s", comm, pid, kstack)`. */
  private closePrinted(): void {
    const stack = this.printedStack
    const by = this.printedBy
    this.printedBy = ''
    if (stack.length === 0) return
    this.printedStack = []
    const { stacks } = this.printed
    const words = by.replace(/^\d{2}:\d{2}:\d{2}(?:\.\d+)? +/, '').split(' ')
    while (words.length > 0 && /^-?\d*$/.test(words.at(-1)!)) words.pop()
    const comm = words.join(' ')
    const node = comm === '' ? ROOT : stacks.child(ROOT, stacks.frame(comm, '', TASK))
    this.printed.add(addStack(stacks, node, stack, kernelFrames(stack)), 1)
  }
}
