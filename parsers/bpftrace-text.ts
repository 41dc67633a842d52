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
import { DiagnosticLog, ROOT } from '../src/model/index.ts'
import type { Meta, Parsed } from '../src/model/index.ts'
import { isCutMark } from './banners.ts'
import { gluedMap, keyEnd, leadingClock, mapStart, opensStack } from './bpftrace-line.ts'
import { BpftraceMapLines } from './bpftrace-map-lines.ts'
import { outputTable } from './bpftrace-maps.ts'
import { bucketRow, isSeriesHead, isSeriesRule, mapValue } from './bpftrace-value.ts'
import { tablesOf } from './event-table.ts'
import type { Format } from './format.ts'
import { TASK } from './frame-kind.ts'
import { stripInterrupt } from './head.ts'
import type { Head } from './head.ts'
import { lineReader } from './lines.ts'
import type { LineSink } from './lines.ts'
import { ProfileBuilder } from './profile-builder.ts'
import { addStack, kernelFrames } from './stack-sides.ts'
import type { Symbol } from './symbol.ts'

export const bpftraceText: Format = {
  id: 'bpftrace',
  title: 'bpftrace text: maps with stacks, histograms, series and printf',
  sniff: sniffMaps,
  reader(options) {
    const log = new DiagnosticLog(options.source, options.strict)
    return lineReader(new BpftraceTextReader(log), log)
  },
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
    if (start.key === undefined) return start.value !== '' ? mapValue(start.value!).is !== 'text' || probes : bucketRow(next) !== undefined || isSeriesHead(next) || probes || isSeriesRule(next)
    return keyEnd(start.key) !== undefined || opensStack(start.key)
  })
}

class BpftraceTextReader implements LineSink {
  private readonly log: DiagnosticLog
  private readonly lines: BpftraceMapLines

  /** The program's own output, line by line, and stacks that it printed itself. */
  private readonly output: { line: number; text: string }[] = []
  private readonly printed = new ProfileBuilder()
  private printedStack: Symbol[] = []
  private printedBy = ''

  constructor(log: DiagnosticLog) {
    this.log = log
    this.lines = new BpftraceMapLines(log)
  }

  line(text: string, number: number): void {
    const line = stripInterrupt(text)
    if (this.lines.take(line, number, text)) this.closePrinted()
    else this.takeOther(line, number, text)
  }

  end(): Parsed {
    this.closePrinted()
    const meta: Meta = { tool: 'bpftrace', ...(this.log.lost > 0 && { lost: this.log.lost }) }
    const datasets = this.lines.finish(meta)
    if (this.printed.samples > 0) datasets.push(this.printed.finish('printf', { name: 'events', unit: 'events' }, meta))
    for (const table of tablesOf(this.output, 'bpftrace') ?? (this.output.length > 0 ? [outputTable(this.output, meta)] : [])) datasets.push(table)
    return { format: bpftraceText.id, datasets, diagnostics: this.log.list(), skippedLines: this.log.skippedLines, lost: this.log.lost }
  }

  private takeOther(line: string, number: number, raw: string): void {
    if (line.trim() === '') return this.closePrinted()
    if (this.lines.note(line, number)) return
    if (isCutMark(line)) {
      this.log.note('elided', 'the author of this copy left lines out', { line: number, text: raw, severity: 'info' })
      return
    }
    if (bucketRow(line) !== undefined) return this.log.skip(number, raw, 'a histogram row without its map')
    const frame = /^(?: {4}|\t)/.test(line) ? this.lines.symbol(line) : undefined
    if (frame !== undefined && (frame.offset !== undefined || frame.address !== undefined || frame.inlined === true || frame.name === '[unknown]')) {
      this.printedStack.push(frame)
      return
    }
    this.closePrinted()
    const glued = gluedMap(line)
    if (glued !== undefined) {
      const clock = leadingClock(glued.before)
      if (!Number.isNaN(clock)) this.lines.maps.setClock(clock)
      else this.lines.maps.interrupt()
      this.output.push({ line: number, text: glued.before })
      this.lines.start(glued, number, raw)
      return
    }
    this.lines.maps.interrupt()
    this.printedBy = line
    this.output.push({ line: number, text: line })
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
