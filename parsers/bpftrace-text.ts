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
import { DiagnosticLog, ROOT, kindCode } from '../src/model/index.ts'
import type { Dataset, Meta, Parsed } from '../src/model/index.ts'
import { isCutMark } from './banners.ts'
import type { KeyPart } from './bpftrace-key.ts'
import { bpftraceNote, followsStack, gluedMap, keyEnd, leadingClock, mapStart, opensStack } from './bpftrace-line.ts'
import type { MapStart } from './bpftrace-line.ts'
import { BpftraceMaps, keyOf, outputTable } from './bpftrace-maps.ts'
import type { EntryValue } from './bpftrace-maps.ts'
import { bucketRow, isSeriesHead, isSeriesRule, mapValue, seriesRow } from './bpftrace-value.ts'
import type { Bucket, SeriesRow } from './bpftrace-value.ts'
import type { Format } from './format.ts'
import { stripInterrupt } from './head.ts'
import type { Head } from './head.ts'
import { lineReader } from './lines.ts'
import type { LineSink } from './lines.ts'
import { ProfileBuilder } from './profile-builder.ts'
import { addStack, kernelFrames } from './stack-sides.ts'
import { parseSymbol } from './symbol.ts'
import type { Symbol } from './symbol.ts'

const TASK = kindCode('task')

/** Lines that a string with newlines in a key may have before the key is given up as cut. */
const MAX_TEXT_LINES = 64

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

/** A key that goes on over several lines. */
interface OpenKey {
  readonly map: string
  /** Finished parts: text, or a stack. */
  readonly pieces: (string | readonly Symbol[])[]
  /** Frames of the stack that is being read, undefined inside a string. */
  stack: Symbol[] | undefined
  text: string
  lines: number
  readonly firstLine: number
  readonly firstText: string
}

/** An entry whose value stands on the lines after it. */
interface OpenValue {
  readonly map: string
  readonly key?: readonly KeyPart[]
  buckets: Bucket[]
  rows: SeriesRow[]
  stack: Symbol[]
  series: boolean
  lines: number
  rules: number
}

class BpftraceTextReader implements LineSink {
  private readonly log: DiagnosticLog
  private readonly maps = new BpftraceMaps(', ')
  private key: OpenKey | undefined
  private value: OpenValue | undefined
  private probes = 0
  private stackErrors = 0
  /** The same line gives the same symbol object: millions of frame lines are few distinct ones. */
  private readonly symbols = new Map<string, Symbol>()

  /** The program's own output, line by line, and stacks that it printed itself. */
  private readonly output: { line: number; text: string }[] = []
  private readonly printed = new ProfileBuilder()
  private printedStack: Symbol[] = []
  private printedBy = ''

  constructor(log: DiagnosticLog) {
    this.log = log
  }

  line(text: string, number: number): void {
    const line = stripInterrupt(text)
    if (this.key !== undefined && this.takeKeyLine(this.key, line, number, text)) return
    if (this.value !== undefined && this.takeValueLine(this.value, line)) return
    const start = mapStart(line)
    if (start !== undefined && this.takeMap(start, number, text)) return
    this.takeOther(line, number, text)
  }

  end(): Parsed {
    if (this.key !== undefined) this.abandonKey(this.key)
    if (this.value !== undefined) this.closeValue(this.value)
    this.closePrinted()
    const meta: Meta = { tool: 'bpftrace', ...(this.log.lost > 0 && { lost: this.log.lost }), ...(this.stackErrors > 0 && { truncated: this.stackErrors }) }
    const datasets: Dataset[] = this.maps.finish(this.log, meta)
    if (this.printed.samples > 0) datasets.push(this.printed.finish('printf', { name: 'events', unit: 'events' }, meta))
    if (this.output.length > 0) datasets.push(outputTable(this.output, meta))
    return { format: bpftraceText.id, datasets, diagnostics: this.log.list(), skippedLines: this.log.skippedLines, lost: this.log.lost }
  }

  /** True when the start was a map's; a line like `@[x] 12` is the program's own text. */
  private takeMap(start: MapStart, number: number, raw: string): boolean {
    this.closePrinted()
    if (start.key === undefined) {
      this.entry(start.map, undefined, start.value!)
      return true
    }
    const end = keyEnd(start.key)
    if (end !== undefined) {
      this.entry(start.map, keyOf([end.key]), end.value)
      return true
    }
    const stack = opensStack(start.key)
    this.key = {
      map: start.map, pieces: stack && start.key.trim() !== '' ? [start.key.replace(/,\s*$/, '')] : [],
      stack: stack ? [] : undefined, text: stack ? '' : start.key, lines: 1, firstLine: number, firstText: raw,
    }
    return true
  }

  private entry(map: string, key: readonly KeyPart[] | undefined, text: string): void {
    const value = mapValue(text)
    const keyed = key === undefined ? {} : { key }
    if (value.is === 'open') {
      this.value = { map, ...keyed, buckets: [], rows: [], stack: [], series: false, lines: 0, rules: 0 }
      return
    }
    if (value.is === 'number' && Math.abs(value.value) > Number.MAX_SAFE_INTEGER) {
      this.log.note('inexact-value', 'a value above 2^53 is kept only to 53 bits', { text: `${map}: ${value.text}` })
    }
    this.maps.add({ map, ...keyed, value })
  }

  /** False when the key was given up and the line is to be read anew. */
  private takeKeyLine(key: OpenKey, line: string, number: number, raw: string): boolean {
    key.lines++
    if (key.stack === undefined) {
      const start = mapStart(line)
      if (key.lines > MAX_TEXT_LINES || (start?.key !== undefined && keyEnd(start.key) !== undefined)) return this.abandonKey(key)
      key.text = `${key.text}\n${line}`
      this.takeKeyText(key)
      return true
    }
    if (followsStack(line)) {
      key.pieces.push(key.stack)
      key.stack = undefined
      if (line.startsWith(']')) {
        const end = keyEnd(line)
        if (end === undefined) {
          this.abandonKey(key)
          this.log.skip(number, raw, 'the end of a key without a value')
          return true
        }
        this.closeKey(key, end.value)
        return true
      }
      key.text = line.slice(line.startsWith(', ') ? 2 : 1)
      this.takeKeyText(key)
      return true
    }
    if (mapStart(line) !== undefined || bucketRow(line) !== undefined) return this.abandonKey(key)
    if (line.trim() === '') return key.stack.length === 0 ? true : this.abandonKey(key)
    if (isCutMark(line)) {
      this.log.note('elided', 'the author of this copy left lines out', { line: number, text: raw, severity: 'info' })
      key.stack.push({ name: '[...]', module: '' })
      return true
    }
    const note = bpftraceNote(line)
    if (note !== undefined && note.is !== 'note' && note.is !== 'clock') {
      this.takeNote(line, number)
      return true
    }
    key.stack.push(this.symbol(line))
    return true
  }

  /** Text of a key up to its end, to the next stack or to the end of the line. */
  private takeKeyText(key: OpenKey): void {
    const end = keyEnd(key.text)
    if (end !== undefined) {
      key.pieces.push(end.key)
      this.closeKey(key, end.value)
    } else if (opensStack(key.text)) {
      if (key.text !== '') key.pieces.push(key.text.replace(/,\s*$/, ''))
      key.text = ''
      key.stack = []
    }
  }

  private closeKey(key: OpenKey, value: string): void {
    this.key = undefined
    this.entry(key.map, keyOf(key.pieces), value)
  }

  private abandonKey(key: OpenKey): false {
    this.key = undefined
    this.log.note('truncated-record', 'a map entry without its value', { line: key.firstLine, text: key.firstText })
    return false
  }

  /** False when the value was complete and the line is to be read anew. */
  private takeValueLine(open: OpenValue, line: string): boolean {
    open.lines++
    const bucket = open.series || open.stack.length > 0 ? undefined : bucketRow(line)
    if (bucket !== undefined) {
      open.buckets.push(bucket)
      return true
    }
    if (open.buckets.length === 0 && open.stack.length === 0) {
      if (isSeriesHead(line)) return open.series = true
      if (isSeriesRule(line) && open.rules < 4) {
        open.rules++
        return true
      }
      const row = open.series ? seriesRow(line) : undefined
      if (row !== undefined) {
        open.rows.push(row)
        return true
      }
    }
    if (!open.series && open.buckets.length === 0 && /^(?:\s+\S|[0-9a-f]{8,16}\s*$)/.test(line) && bpftraceNote(line) === undefined) {
      open.stack.push(this.symbol(line))
      return true
    }
    this.closeValue(open)
    return line.trim() === '' && open.lines > 1
  }

  private closeValue(open: OpenValue): void {
    this.value = undefined
    const value: EntryValue = open.buckets.length > 0 ? { is: 'hist', buckets: open.buckets }
      : open.series ? { is: 'series', rows: open.rows }
        : open.stack.length > 0 ? { is: 'stack', stack: open.stack }
          : { is: 'text', text: '' }
    this.maps.add({ map: open.map, ...(open.key !== undefined && { key: open.key }), value })
  }

  private takeOther(line: string, number: number, raw: string): void {
    if (line.trim() === '') return this.closePrinted()
    if (this.takeNote(line, number)) return
    if (isCutMark(line)) {
      this.log.note('elided', 'the author of this copy left lines out', { line: number, text: raw, severity: 'info' })
      return
    }
    if (bucketRow(line) !== undefined) return this.log.skip(number, raw, 'a histogram row without its map')
    if (/^(?: {4,}|\t)\S/.test(line) && this.output.length > 0) {
      this.printedStack.push(this.symbol(line))
      return
    }
    this.closePrinted()
    const glued = gluedMap(line)
    if (glued !== undefined) {
      const clock = leadingClock(glued.before)
      if (!Number.isNaN(clock)) this.maps.setClock(clock)
      else this.maps.interrupt()
      this.output.push({ line: number, text: glued.before })
      this.takeMap(glued, number, raw)
      return
    }
    this.maps.interrupt()
    this.printedBy = line
    this.output.push({ line: number, text: line })
  }

  private takeNote(line: string, number: number): boolean {
    const note = bpftraceNote(line)
    if (note === undefined) return false
    switch (note.is) {
      case 'probes': this.probes += note.count; break
      case 'lost': this.log.addLost(note.count, 'the tool lost events', number); break
      case 'clock': this.maps.setClock(leadingClock(line)); break
      case 'stack-error':
        this.stackErrors++
        this.log.note('missed-stack', 'the tool could not look up a stack', { line: number, text: line, severity: 'info' })
        break
      case 'note':
        if (/^(?:ERROR|WARNING)/.test(line)) this.log.note('tool-message', 'the tool said something about itself', { line: number, text: line, severity: 'info' })
        break
    }
    return true
  }

  /** Stacks that the program printed itself: `printf("%s %d %s", comm, pid, kstack)`. */
  private closePrinted(): void {
    const stack = this.printedStack
    if (stack.length === 0) return
    this.printedStack = []
    const { stacks } = this.printed
    const comm = /^(.*?)(?:\s+-?\d+)*\s*$/.exec(this.printedBy)![1]!
    const node = comm === '' ? ROOT : stacks.child(ROOT, stacks.frame(comm, '', TASK))
    this.printed.add(addStack(stacks, node, stack, kernelFrames(stack)), 1)
  }

  private symbol(line: string): Symbol {
    let symbol = this.symbols.get(line)
    if (symbol === undefined) this.symbols.set(line, symbol = parseSymbol(line))
    return symbol
  }
}
