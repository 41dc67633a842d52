/**
 * What `bpftrace -f json` prints: one JSON value per line, or one over several lines:
 *
 *     {"type": "attached_probes", "data": {"probes": 2}}
 *     {"type": "map", "data": {"@cnt": {",\n    main+60\n    __libc_start_call_main+122\n,tmpl": 1}}}
 *     {"type": "stats", "data": {"@st": {"a": {"count": 2, "average": 3, "total": 6}}}}
 *     {"type": "hist", "data": {"@h": [{"max": -1, "count": 1}, {"min": 0, "max": 0, "count": 1}, {"min": 100, "count": 1}]}}
 *     {"type": "printf", "data": "caf\uffffffc3\uffffffa9\n"}           bytes above 0x7f, as versions up to 0.17 print them
 *
 * Intervals are closed; keys are joined by `,` without a blank; a stack in a key is its frames between newlines.
 * Source: bpftrace src/output/json.cpp; FORMATS e2.
 */

import type { Dataset, Meta, Parsed } from '../../src/model/index.ts'
import { DiagnosticLog } from '../../src/model/index.ts'
import type { KeyPart } from '../bpftrace-maps/key.ts'
import { splitKey } from '../bpftrace-maps/key.ts'
import type { EntryValue } from '../bpftrace-maps/map-log.ts'
import { leadingClock } from '../bpftrace-maps/map-start.ts'
import { BpftraceMaps } from '../bpftrace-maps/maps.ts'
import { outputTable } from '../bpftrace-maps/tables.ts'
import type { Bucket } from '../bpftrace-maps/value.ts'
import type { Format, ReadOptions } from '../reading/format.ts'
import type { LineSink } from '../reading/lines.ts'
import { lineReader } from '../reading/lines.ts'
import { FrameLines } from '../stacks/frame-lines.ts'
import { tablesOf } from '../tables/event-table.ts'
import { isBanner } from '../words/banners.ts'
import type { JsonFlaws, JsonObject, JsonValue } from './json-text.ts'
import { isJsonArray, isJsonObject, JsonDepth, member, parseBpftraceJson } from './json-text.ts'
import { cutLongObjects } from './long-objects.ts'

const TYPES =
  'attached_probes|map|stats|hist|tseries|printf|time|cat|join|syscall|value|lost_events|helper_error|runtime_error|errorf|warnf|test_result|benchmark_result'
const SNIFF = new RegExp(`\\{\\s*"type"\\s*:\\s*"(?:${TYPES})"\\s*,`)
const OPENING = /^\{\s*"type"\s*:\s*"/

const LF = 10
const COMMA = 44

/** A map with all its stacks is one line, of which the reader gets pieces; what cannot be cut is a single value. */
const MAX_JSON_LINE = 1 << 26

export const bpftraceJson: Format = {
  id: 'bpftrace-json',
  title: 'bpftrace -f json',
  sniff: head => SNIFF.test(head.text),
  reader(options) {
    const log = new DiagnosticLog(options.source, options.strict)
    return cutLongObjects(lineReader(new BpftraceJsonReader(log, options), log, MAX_JSON_LINE))
  },
}

class BpftraceJsonReader implements LineSink {
  private readonly log: DiagnosticLog
  private readonly maps: BpftraceMaps
  private readonly flaws: JsonFlaws = { bytes: 0, inexact: 0, hex: false }
  private readonly depth = new JsonDepth()
  private pending: string[] = []
  private firstLine = 0

  private readonly output: { line: number; text: string }[] = []
  private partial = ''
  private mapLine = 0
  /** Frame lines read before, and the bytes of the key that is being read. */
  private readonly frames: FrameLines
  private bytes = new Uint8Array(4096)
  private ascii = false
  private readonly encoder = new TextEncoder()

  constructor(log: DiagnosticLog, options: ReadOptions) {
    this.log = log
    const { prints } = options
    this.maps = new BpftraceMaps({
      separator: ',',
      whole: true,
      offsets: options.offsets === true,
      ...(prints !== undefined && { prints }),
    })
    this.frames = new FrameLines(this.maps.keys.stacks.symbols)
  }

  line(text: string, number: number): void {
    if (this.pending.length > 0 && OPENING.test(text)) this.abandon()
    if (this.pending.length === 0) {
      const line = text.trim().replace(/^(?:\^C)+/, '')
      if (line === '') return
      if (!line.startsWith('{')) {
        if (!isBanner(line) && !/^(?:ERROR|WARNING|HINT): /.test(line))
          this.log.skip(number, text, 'a line that is no JSON object')
        return
      }
      this.firstLine = number
      this.depth.reset()
      text = line
    }
    this.pending.push(text)
    this.depth.read(text)
    if (this.depth.depth > 0) return
    const whole = this.pending.join('\n')
    this.pending = []
    this.object(whole, this.firstLine)
  }

  end(): Parsed {
    this.abandon()
    if (this.partial !== '') this.print('\n', this.firstLine)
    if (this.flaws.bytes > 0)
      this.log.note('repaired-bytes', 'bytes printed as \\uffffffXX were put together again', {
        count: this.flaws.bytes,
        severity: 'info',
      })
    if (this.flaws.inexact > 0)
      this.log.note('inexact-value', 'values above 2^53 are kept only to 53 bits', { count: this.flaws.inexact })
    const meta: Meta = { tool: 'bpftrace', ...(this.log.lost > 0 && { lost: this.log.lost }) }
    const datasets: Dataset[] = this.maps.finish(this.log, meta)
    for (const table of tablesOf(this.output, 'bpftrace') ??
      (this.output.length > 0 ? [outputTable(this.output, meta)] : []))
      datasets.push(table)
    return {
      format: bpftraceJson.id,
      datasets,
      diagnostics: this.log.list(),
      skippedLines: this.log.skippedLines,
      lost: this.log.lost,
    }
  }

  private abandon(): void {
    if (this.pending.length === 0) return
    this.log.skippedLines += this.pending.length
    this.log.note('truncated-record', 'a JSON object without its end', { line: this.firstLine, text: this.pending[0]! })
    this.pending = []
  }

  private object(text: string, number: number): void {
    const json = parseBpftraceJson(text, this.flaws)
    const type = isJsonObject(json) ? member(json, 'type') : undefined
    if (!isJsonObject(json) || typeof type !== 'string')
      return this.log.skip(number, text, 'no JSON object with a type; expected the output of bpftrace -f json')
    const data = member(json, 'data')
    switch (type) {
      case 'map':
      case 'stats':
      case 'hist':
      case 'tseries':
        if (!isJsonObject(data)) return this.log.skip(number, text, `a ${type} without data`)
        for (const [map, value] of data.entries) this.map(type, map, value, number)
        return
      case 'printf':
      case 'cat':
      case 'join':
      case 'syscall':
        return this.print(typeof data === 'string' ? data : `${plain(data ?? null)}\n`, number)
      case 'value':
        return this.print(`${plain(data ?? null)}\n`, number)
      case 'time': {
        const clock = typeof data === 'string' ? leadingClock(data.trim()) : NaN
        if (Number.isNaN(clock)) this.print(typeof data === 'string' ? data : '', number)
        else this.maps.setClock(clock)
        return
      }
      case 'attached_probes':
        return
      case 'lost_events': {
        const lost = isJsonObject(data) ? (member(data, 'events') ?? member(data, 'count')) : data
        if (typeof lost === 'number') this.log.addLost(lost, 'the tool lost events', number)
        return
      }
      default:
        this.log.note('tool-message', `the tool reported a ${type}`, { line: number, text, severity: 'info' })
    }
  }

  /** Text of the program; its lines may come in pieces. */
  private print(text: string, number: number): void {
    const lines = (this.partial + text).split('\n')
    this.partial = lines.pop()!
    for (const line of lines) if (line.trim() !== '') this.output.push({ line: number, text: line })
  }

  private map(type: string, map: string, value: JsonValue, number: number): void {
    // a long line comes in pieces
    if (number !== this.mapLine) this.maps.interrupt()
    this.mapLine = number
    const single =
      !isJsonObject(value) ||
      (type === 'stats' &&
        value.entries.every(([, inner]) => !isJsonObject(inner)) &&
        member(value, 'count') !== undefined)
    if (single) {
      const read = this.value(type, value)
      if (read !== undefined) this.maps.add(map, undefined, read)
    } else {
      for (const [key, inner] of (value as JsonObject).entries) {
        const read = this.value(type, inner)
        if (read !== undefined) this.maps.add(map, this.key(key), read)
      }
    }
  }

  private value(type: string, value: JsonValue): EntryValue | undefined {
    if (typeof value === 'number') return { is: 'number', value }
    if (isJsonArray(value) && type === 'hist')
      return value.length === 0 ? undefined : { is: 'hist', buckets: value.flatMap(bucketOf) }
    if (isJsonArray(value) && type === 'tseries') {
      return {
        is: 'series',
        rows: value.flatMap(row =>
          isJsonObject(row)
            ? [{ clock: String(member(row, 'interval_start') ?? ''), value: numberOf(member(row, 'value')) }]
            : [],
        ),
      }
    }
    if (isJsonObject(value) && member(value, 'average') !== undefined) {
      return {
        is: 'stats',
        count: numberOf(member(value, 'count')),
        average: numberOf(member(value, 'average')),
        total: numberOf(member(value, 'total')),
      }
    }
    if (typeof value === 'string') {
      // integers that are no double are printed as strings by newer versions
      if (/^-?\d{16,20}$/.test(value)) {
        this.flaws.inexact++
        return { is: 'number', value: Number(value) }
      }
      const [stack] = this.key(value)
      if (stack !== undefined && typeof stack !== 'string') return { is: 'stack', stack }
    }
    return { is: 'text', text: this.text(value) }
  }

  /** As text output prints it, a stack in a tuple folded. */
  private text(value: JsonValue): string {
    if (isJsonArray(value)) return `(${value.map(part => this.text(part)).join(', ')})`
    return typeof value === 'string' && /^\n\s+\S/.test(value)
      ? this.key(value)
          .map(part => this.maps.keys.partText(part))
          .join(', ')
      : plain(value)
  }

  /** Parts of a key; a stack is its frames between newlines. */
  private key(text: string): readonly KeyPart[] {
    const parts: KeyPart[] = []
    let end = text.indexOf('\n')
    let words = end < 0 ? text : text.slice(0, end)
    if (end >= 0) this.encode(text)
    while (end >= 0) {
      const start = end + 1
      if (words !== '' && !words.endsWith(',')) {
        end = text.indexOf('\n', start)
        words += `\n${text.slice(start, end < 0 ? text.length : end)}`
        continue
      }
      if (words !== '') for (const part of splitKey(words.slice(0, -1), ',')) parts.push(part)
      const at = this.stack(text, start, parts)
      if (at >= text.length) return parts
      end = text.indexOf('\n', at)
      words = text.slice(at + 1, end < 0 ? text.length : end)
      // `,` alone: the next stack follows at once
      if (words === '' && end < 0) parts.push('')
    }
    if (words !== '' || parts.length === 0) for (const part of splitKey(words, ',')) parts.push(part)
    return parts
  }

  /** Reads the lines from `start` on up to one that begins with a comma, or to the end of the text; where that is. */
  private stack(text: string, start: number, parts: KeyPart[]): number {
    const { stacks } = this.maps.keys
    const { frames, bytes } = this
    const stack: number[] = []
    let at = start
    while (at < text.length && text.charCodeAt(at) !== COMMA) {
      let symbol = this.ascii ? frames.get(bytes, at, text.length + 1) : -1
      if (symbol >= 0) {
        stack.push(symbol)
        at = frames.next
        continue
      }
      const feed = text.indexOf('\n', at)
      const end = feed < 0 ? text.length : feed
      symbol = stacks.symbols.of(text.slice(at, end))
      if (this.ascii) frames.set(bytes, at, end, symbol)
      stack.push(symbol)
      at = end + 1
    }
    parts.push(stacks.of(stack))
    return at
  }

  /** The bytes of a key, where a place in the text is the same place in them. */
  private encode(text: string): void {
    if (this.bytes.length < text.length * 3 + 1) this.bytes = new Uint8Array(text.length * 6)
    const { written } = this.encoder.encodeInto(text, this.bytes)
    this.ascii = written === text.length
    this.bytes[written] = LF
  }
}

function numberOf(value: JsonValue | undefined): number {
  return typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN
}

/** A closed interval as a half-open bucket; nothing for what is no bucket. */
function bucketOf(value: JsonValue): Bucket[] {
  if (!isJsonObject(value)) return []
  const [min, max, count] = [member(value, 'min'), member(value, 'max'), numberOf(member(value, 'count'))]
  if (!Number.isFinite(count)) return []
  // 0.17 prints [2G, 4G) through a 32-bit integer
  if (min === -(2 ** 31) && max === 0) return [{ from: 2 ** 31, to: 2 ** 32, count }]
  const from = min === undefined ? -Infinity : numberOf(min)
  const to = max === undefined ? Infinity : numberOf(max) + 1
  return to > from ? [{ from, to, count }] : []
}

/** A value as text output would print it. */
function plain(value: JsonValue): string {
  if (typeof value === 'string') return value
  if (isJsonArray(value)) return `(${value.map(plain).join(', ')})`
  if (isJsonObject(value)) return `{ ${value.entries.map(([key, inner]) => `.${key} = ${plain(inner)}`).join(', ')} }`
  return value === null ? '' : String(value)
}
