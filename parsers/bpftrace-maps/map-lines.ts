import type { Dataset, DiagnosticLog, Meta } from '../../src/model/index.ts'
import type { ReadOptions } from '../reading/format.ts'
import { takeCutMark } from '../words/cut-mark.ts'
import type { KeyPart } from './key.ts'
import { partsOf } from './key.ts'
import type { KeyLine } from './key-reader.ts'
import { KeyReader } from './key-reader.ts'
import type { MapStart } from './map-start.ts'
import { bpftraceNote, keyEnd, leadingClock, mapStart, opensStack } from './map-start.ts'
import { unitOfBanner } from './map-unit.ts'
import { BpftraceMaps } from './maps.ts'
import { mapValue } from './value.ts'
import { opensTuple, ValueReader } from './value-reader.ts'

/** Assembles the lines of printed maps: keys and values over several lines, histograms, series. What it does not take is somebody else's. */
export class BpftraceMapLines {
  readonly maps: BpftraceMaps
  private readonly log: DiagnosticLog
  private key: KeyReader | undefined
  private value: ValueReader | undefined
  /** A histogram that other text stands behind; its next row may still come. */
  private interrupted: ValueReader | undefined
  private stackErrors = 0

  constructor(log: DiagnosticLog, options: ReadOptions = {}) {
    this.log = log
    const { prints } = options
    this.maps = new BpftraceMaps({
      separator: ', ',
      offsets: options.offsets === true,
      ...(prints !== undefined && { prints }),
    })
  }

  /** Takes a frame line by its symbol, see lastSymbol; false where the line's text is needed. */
  takeSymbol(symbol: number): boolean {
    return this.key?.takeSymbol(symbol) === true
  }

  /** Whether the next line may be taken by its symbol. */
  get insideStack(): boolean {
    return this.key !== undefined
  }

  /** True while lines of a map may follow that does not begin with the next line. */
  get isOpen(): boolean {
    return this.key !== undefined || this.value !== undefined || this.interrupted !== undefined
  }

  /** Symbol of the last line, if it was a frame that is the same wherever it stands in a stack; else -1. */
  get lastSymbol(): number {
    return this.key?.lastSymbol ?? -1
  }

  /**
   * True when the line belongs to a map. `table` = the lines of a table stand around: a line only starts a map when it is certain,
   * because a comm may be `@[x]`.
   */
  take(line: string, number: number, raw: string, table = false): boolean {
    if (this.key !== undefined) {
      const taken = this.takeKeyLine(this.key, line, number, raw)
      if (taken !== undefined) return taken
    }
    if (this.value !== undefined && this.takeValueLine(this.value, line, number)) return true
    if (this.interrupted?.continues(line) === true) {
      this.value = this.interrupted
      this.interrupted = undefined
      return true
    }
    const start = mapStart(line)
    if (start === undefined || (table && !isCertain(start))) return false
    this.start(start, number, raw)
    return true
  }

  /** Begins with a map that stands at the end of another line. */
  start(start: MapStart, number: number, raw: string): void {
    this.closeInterrupted()
    if (start.key === undefined) return this.entry(start.map, undefined, start.value!)
    const end = keyEnd(start.key)
    if (end === undefined) {
      this.key = new KeyReader(start, number, raw, this.maps.keys)
      return
    }
    // an empty stack as a value prints no line end: `@s[node]: @s[sh]: `
    const keys = end.value.trim() === '' ? end.key.split(`]: ${start.map}[`) : [end.key]
    for (const key of keys.slice(0, -1)) this.maps.add(start.map, partsOf([key]), { is: 'stack', stack: 0 })
    const last = partsOf(keys.slice(-1))
    // a comm may be `x]: 5`, and a stack follow
    if (opensStack(start.key) && start.key.trim() !== '' && mapValue(end.value).is === 'text' && !opensTuple(end.value))
      this.key = new KeyReader(start, number, raw, this.maps.keys, { parts: last, value: end.value })
    else this.entry(start.map, last, end.value)
  }

  /** True for what bpftrace says about the run. */
  note(line: string, number: number): boolean {
    const note = bpftraceNote(line)
    if (note === undefined) return false
    switch (note.is) {
      case 'lost':
        this.log.addLost(note.count, 'the tool lost events', number)
        break
      case 'clock':
        this.setClock(leadingClock(line))
        break
      case 'stack-error':
        this.stackErrors++
        this.log.note('missed-stack', 'the tool could not look up a stack', {
          line: number,
          text: line,
          severity: 'info',
        })
        break
      case 'note':
        this.readBanner(line)
        if (/^(?:ERROR|WARNING)/.test(line))
          this.log.note('tool-message', 'the tool said something about itself', {
            line: number,
            text: line,
            severity: 'info',
          })
        break
    }
    return true
  }

  setClock(seconds: number): void {
    this.closeInterrupted()
    this.maps.setClock(seconds)
  }

  blank(): void {
    this.closeInterrupted()
    this.maps.blank()
  }

  /** A line that is none of a map's; it may stand between two prints or within one. */
  other(line: string): void {
    this.maps.other(line)
  }

  /** The maps as datasets; to be called once. */
  finish(meta: Meta): Dataset[] {
    if (this.key !== undefined) this.abandonKey(this.key)
    if (this.value !== undefined) this.closeValue(this.value)
    this.closeInterrupted()
    return this.maps.finish(this.log, { ...meta, ...(this.stackErrors > 0 && { truncated: this.stackErrors }) })
  }

  private readBanner(line: string): void {
    const unit = unitOfBanner(line)
    if (unit === undefined) return
    const event = /\boff-CPU\b/i.test(line) ? 'off-CPU' : /\bon-CPU\b/i.test(line) ? 'on-CPU' : ''
    this.maps.banner = { unit, event, stacks: /\bstacks?\b/i.test(line) }
  }

  private entry(map: string, key: readonly KeyPart[] | undefined, text: string): void {
    const value = mapValue(text)
    const tuple = opensTuple(text) ? text : undefined
    if (value.is === 'open' || tuple !== undefined) {
      this.value = new ValueReader(map, key, tuple, this.maps.keys)
      return
    }
    if (value.is === 'number' && Math.abs(value.value) > Number.MAX_SAFE_INTEGER)
      this.log.note('inexact-value', 'a value above 2^53 is kept only to 53 bits', { text: `${map}: ${value.text}` })
    this.maps.add(map, key, value)
  }

  /** Whether the line is the key's; undefined when the key ended without it and the line is to be read anew. */
  private takeKeyLine(key: KeyReader, line: string, number: number, raw: string): boolean | undefined {
    const read: KeyLine = key.take(line)
    switch (read.is) {
      case 'taken':
        return true
      case 'foreign':
        return this.note(line, number)
      case 'elided':
        return takeCutMark(this.log, line, number, raw)
      case 'cut':
        this.abandonKey(key)
        return undefined
      case 'bad-end':
        this.abandonKey(key)
        this.log.skip(number, raw, 'the end of a key without a value')
        return true
      case 'end': {
        this.key = undefined
        this.entry(key.map, read.key.parts, read.key.value)
        return read.itself ? true : undefined
      }
    }
  }

  private abandonKey(key: KeyReader): void {
    this.key = undefined
    this.log.note('truncated-record', 'a map entry without its value', { line: key.firstLine, text: key.firstText })
  }

  /** False when the value was complete and the line is to be read anew. */
  private takeValueLine(open: ValueReader, line: string, number: number): boolean {
    const note = bpftraceNote(line)
    if (note !== undefined && note.is !== 'clock' && note.is !== 'probes') return this.note(line, number)
    const read = open.take(line)
    if (read === 'taken') return true
    if (
      read === 'ended' &&
      open.isHistogram &&
      line.trim() !== '' &&
      note === undefined &&
      mapStart(line) === undefined
    ) {
      this.value = undefined
      this.interrupted = open
      return false
    }
    this.closeValue(open)
    if (line.trim() === '') this.maps.blank()
    return read === 'last'
  }

  private closeValue(open: ValueReader): void {
    this.value = undefined
    this.maps.add(open.map, open.key, open.value)
  }

  private closeInterrupted(): void {
    const open = this.interrupted
    if (open === undefined) return
    this.interrupted = undefined
    this.closeValue(open)
  }
}

/** A start that no row of a table can be: complete, or with nothing but a key's beginning before a stack. */
function isCertain(start: MapStart): boolean {
  if (start.key !== undefined) return keyEnd(start.key) !== undefined || opensStack(start.key)
  return mapValue(start.value!).is !== 'text'
}
