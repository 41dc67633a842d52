import type { Dataset, DiagnosticLog, Meta } from '../src/model/index.ts'
import { isCutMark } from './banners.ts'
import type { KeyPart } from './bpftrace-key.ts'
import { bpftraceNote, followsStack, keyEnd, leadingClock, mapStart, opensStack } from './bpftrace-line.ts'
import type { MapStart } from './bpftrace-line.ts'
import { BpftraceMaps, keyOf, stackText } from './bpftrace-maps.ts'
import type { EntryValue } from './bpftrace-maps.ts'
import { bucketRow, isSeriesHead, isSeriesRule, mapValue, seriesRow } from './bpftrace-value.ts'
import type { Bucket, SeriesRow } from './bpftrace-value.ts'
import { parseSymbol } from './symbol.ts'
import type { Symbol } from './symbol.ts'

/** Lines that a string with newlines in a key may have before the key is given up as cut. */
const MAX_TEXT_LINES = 64

/** A key that goes on over several lines. */
interface OpenKey {
  readonly map: string
  /** Finished parts: text, or a stack. */
  readonly pieces: (string | readonly Symbol[])[]
  /** Frames of the stack that is being read, undefined inside a string. */
  stack: Symbol[] | undefined
  text: string
  /** An empty line was seen in the stack. */
  gap: boolean
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
  /** What was read of a tuple with stacks in it: `(448, `. */
  tuple: string | undefined
  series: boolean
  lines: number
  rules: number
}

/** Assembles the lines of printed maps: keys and values over several lines, histograms, series. What it does not take is somebody else's. */
export class BpftraceMapLines {
  readonly maps = new BpftraceMaps(', ')
  private readonly log: DiagnosticLog
  private key: OpenKey | undefined
  private value: OpenValue | undefined
  private stackErrors = 0
  /** The same line gives the same symbol object: millions of frame lines are few distinct ones. */
  private readonly symbols = new Map<string, Symbol>()

  constructor(log: DiagnosticLog) {
    this.log = log
  }

  /** True while a key or a value goes on: the next line is most likely its own. */
  get inside(): boolean {
    return this.key !== undefined || this.value !== undefined
  }

  /**
   * True when the line belongs to a map. `table` = the lines of a table stand around: a line only starts a map when it is certain,
   * because a comm may be `@[x]`.
   */
  take(line: string, number: number, raw: string, table = false): boolean {
    if (this.key !== undefined && this.takeKeyLine(this.key, line, number, raw)) return true
    if (this.value !== undefined && this.takeValueLine(this.value, line, number)) return true
    const start = mapStart(line)
    if (start === undefined || (table && !isCertain(start))) return false
    this.start(start, number, raw)
    return true
  }

  /** Begins with a map that stands at the end of another line. */
  start(start: MapStart, number: number, raw: string): void {
    if (start.key === undefined) return this.entry(start.map, undefined, start.value!)
    const end = keyEnd(start.key)
    if (end !== undefined) {
      // an empty stack as a value prints no line end: `@s[node]: @s[sh]: `
      const keys = end.value.trim() === '' ? end.key.split(`]: ${start.map}[`) : [end.key]
      for (const key of keys.slice(0, -1)) this.maps.add({ map: start.map, key: keyOf([key]), value: { is: 'stack', stack: [] } })
      return this.entry(start.map, keyOf(keys.slice(-1)), end.value)
    }
    const stack = opensStack(start.key)
    this.key = {
      map: start.map, pieces: stack && start.key.trim() !== '' ? [start.key.replace(/,\s*$/, '')] : [],
      stack: stack ? [] : undefined, text: stack ? '' : start.key, gap: false, lines: 1, firstLine: number, firstText: raw,
    }
  }

  /** True for what bpftrace says about the run. */
  note(line: string, number: number): boolean {
    const note = bpftraceNote(line)
    if (note === undefined) return false
    switch (note.is) {
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

  /** The maps as datasets; to be called once. */
  finish(meta: Meta): Dataset[] {
    if (this.key !== undefined) this.abandonKey(this.key)
    if (this.value !== undefined) this.closeValue(this.value)
    return this.maps.finish(this.log, { ...meta, ...(this.stackErrors > 0 && { truncated: this.stackErrors }) })
  }

  private entry(map: string, key: readonly KeyPart[] | undefined, text: string): void {
    const value = mapValue(text)
    const keyed = key === undefined ? {} : { key }
    const tuple = opensTuple(text) ? text : undefined
    if (value.is === 'open' || tuple !== undefined) {
      this.value = { map, ...keyed, buckets: [], rows: [], stack: [], tuple, series: false, lines: 0, rules: 0 }
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
    const known = key.stack === undefined ? undefined : this.symbols.get(line)
    if (known !== undefined) {
      key.stack!.push(known)
      return true
    }
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
    if (line.trim() === '') return key.gap = true
    // old versions leave a line empty after a stack; text at column 0 after one is no longer the key's
    if (key.gap && key.stack.length > 0 && !/^\s|^[0-9a-f]{8,16}\s*$/.test(line)) return this.abandonKey(key)
    if (isCutMark(line)) {
      this.log.note('elided', 'the author of this copy left lines out', { line: number, text: raw, severity: 'info' })
      key.stack.push({ name: '[...]', module: '' })
      return true
    }
    const note = bpftraceNote(line)
    if (note !== undefined && note.is !== 'clock') {
      this.note(line, number)
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
      key.gap = false
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
  private takeValueLine(open: OpenValue, line: string, number: number): boolean {
    open.lines++
    const note = bpftraceNote(line)
    if (note !== undefined && note.is !== 'clock' && note.is !== 'probes') return this.note(line, number)
    if (open.tuple !== undefined) return this.takeTupleLine(open, open.tuple, line)
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

  /** A frame of a stack in a tuple, or what follows the stack: `)`, `, 3)`. */
  private takeTupleLine(open: OpenValue, tuple: string, line: string): boolean {
    if (/^(?:\s+\S|[0-9a-f]{8,16}\s*$)/.test(line)) {
      open.stack.push(this.symbol(line))
      return true
    }
    const follows = line.startsWith(')') || line.startsWith(', ')
    open.tuple = `${tuple}${stackText(open.stack)}${follows ? line : ''}`
    open.stack = []
    if (!follows || !opensTuple(open.tuple)) this.closeValue(open)
    return follows
  }

  private closeValue(open: OpenValue): void {
    this.value = undefined
    const value: EntryValue = open.buckets.length > 0 ? { is: 'hist', buckets: open.buckets }
      : open.tuple !== undefined ? { is: 'text', text: `${open.tuple}${stackText(open.stack)}` }
      : open.series ? { is: 'series', rows: open.rows }
        : open.stack.length > 0 ? { is: 'stack', stack: open.stack }
          : { is: 'text', text: '' }
    this.maps.add({ map: open.map, ...(open.key !== undefined && { key: open.key }), value })
  }

  symbol(line: string): Symbol {
    let symbol = this.symbols.get(line)
    if (symbol === undefined) this.symbols.set(line, symbol = parseSymbol(line))
    return symbol
  }
}

/** True for a tuple whose next part is a stack, in the lines below. */
function opensTuple(text: string): boolean {
  return text.startsWith('(') && /[(,]\s*$/.test(text)
}

/** A start that no row of a table can be: complete, or with nothing but a key's beginning before a stack. */
function isCertain(start: MapStart): boolean {
  if (start.key !== undefined) return keyEnd(start.key) !== undefined || opensStack(start.key)
  return mapValue(start.value!).is !== 'text'
}
