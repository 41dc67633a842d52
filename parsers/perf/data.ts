/**
 * perf.data, the binary file of perf record. It holds addresses; names are known only where it was recorded. Told is what it was recorded from and with:
 *
 *     "PERFILE2", sizes, sections of attributes and data, bits of features           a file; backwards on a machine of the other byte order
 *     "PERFILE2", 16                                                                 a pipe (-o -): attributes and features are records
 *     type u32, misc u16, size u16, ...                                              records: 9 = a sample, 2 and 13 = lost ones
 *     host, kernel, version of perf, machine, CPUs, command, names of events, ...    features behind the data
 *
 * Source: tools/perf/Documentation/perf.data-file-format.txt of Linux.
 */
import type { Parsed } from '../../src/model/index.ts'
import { BpfviewError, DiagnosticLog } from '../../src/model/index.ts'
import type { Format, Reader, ReadOptions } from '../reading/format.ts'
import { concat } from '../reading/lines.ts'
import type { EventAttr } from './data-sections.ts'
import { attrOf, Binary, dataHeader, eventName, fileAttrs, HEADER_SIZE, idsIn, SAMPLE } from './data-sections.ts'

const MAGIC = /^(?:PERFILE2|2ELIFREP)/
/** Bytes that are kept before and behind the records. */
const MAX_KEPT = 16 << 20

const RECORD = {
  lost: 2,
  sample: 9,
  lostSamples: 13,
  attr: 64,
  tracing: 66,
  trace: 71,
  feature: 80,
  compressed: 81,
  compressed2: 83,
}
const FEATURE = { host: 3, kernel: 4, version: 5, machine: 6, cpus: 7, command: 11, events: 12, times: 21 }

export const perfData: Format = {
  id: 'perf-data',
  title: 'perf.data: what it was recorded with; its stacks need perf script',
  sniff: head => MAGIC.test(head.text),
  reader: options => new PerfDataReader(options),
}

class PerfDataReader implements Reader {
  private readonly log: DiagnosticLog
  private readonly source: string
  /** The bytes before the records, then those of a record that is not whole, then those behind the records. */
  private held: Uint8Array[] = []
  private heldBytes = 0
  /** Bytes of the header that are needed to go on. */
  private need = 16
  private part: 'header' | 'records' | 'features' = 'header'
  /** Bytes of records that are left, and bytes of payload to go over. */
  private left = 0
  private over = 0
  private little = true
  private header: ReturnType<typeof dataHeader>
  private attrs: EventAttr[] = []
  private readonly counts = new Map<number, number>()
  private readonly ofId = new Map<bigint, number>()
  private readonly facts = new Map<number, Binary>()
  private lost = 0
  private compressed = false
  private unfinished = false

  constructor({ source, strict }: ReadOptions) {
    this.source = source ?? 'input'
    this.log = new DiagnosticLog(source, strict)
  }

  push(chunk: Uint8Array): void {
    this.hold(chunk)
    if (this.part === 'header') this.openHeader()
    if (this.part === 'records') this.readRecords()
  }

  end(): Parsed {
    if (this.part === 'header') this.refuse('perf.data that ends in its header')
    if (this.part === 'features') this.readFeatures(this.take())
    else if (this.heldBytes > 0 || (this.left > 0 && !this.unfinished))
      this.log.note('truncated-input', 'perf.data ends inside a record: the rest is missing')
    this.tell()
    return {
      format: perfData.id,
      datasets: [],
      diagnostics: this.log.list(),
      skippedLines: 0,
      lost: this.log.lost,
    }
  }

  private hold(chunk: Uint8Array): void {
    const over = Math.min(this.over, chunk.length)
    this.over -= over
    const kept = chunk.slice(over)
    if (this.part !== 'records' && this.heldBytes + kept.length > MAX_KEPT) {
      if (this.part === 'header' && this.heldBytes > MAX_KEPT)
        this.refuse('perf.data with a header of more than 16 MiB')
      if (this.part === 'features') return
    }
    if (kept.length === 0) return
    this.held.push(kept)
    this.heldBytes += kept.length
  }

  private take(): Uint8Array {
    const all = this.held.length === 1 ? this.held[0]! : concat(this.held, this.heldBytes)
    this.held = []
    this.heldBytes = 0
    return all
  }

  /** Goes on to the records when all bytes before them are there. */
  private openHeader(): void {
    if (this.heldBytes < this.need) return
    const all = this.take()
    this.held = [all]
    this.heldBytes = all.length
    this.little = all[0] === 0x50
    const file = new Binary(all, this.little)
    if (file.number(8) < HEADER_SIZE) {
      this.part = 'records'
      this.left = Number.MAX_SAFE_INTEGER
      this.unfinished = true
      this.held = [all.subarray(16)]
      this.heldBytes = all.length - 16
      return
    }
    this.need = HEADER_SIZE
    if (all.length < this.need) return
    const header = dataHeader(file)!
    const { data } = header
    if (!Number.isSafeInteger(data.offset + data.size) || data.offset < HEADER_SIZE || data.offset > MAX_KEPT)
      this.refuse(`perf.data whose records begin at byte ${data.offset}`)
    this.need = data.offset
    if (all.length < this.need) return
    this.header = header
    this.attrs = fileAttrs(file, header)
    for (const [i, { ids }] of this.attrs.entries()) for (const id of ids) this.ofId.set(id, i)
    this.part = 'records'
    this.unfinished = data.size === 0
    this.left = data.size === 0 ? Number.MAX_SAFE_INTEGER : data.size
    if (this.unfinished)
      this.log.note(
        'truncated-input',
        'perf record did not end: its features are missing, records were read up to the end',
      )
    this.held = [all.subarray(data.offset)]
    this.heldBytes = all.length - data.offset
  }

  private readRecords(): void {
    const all = this.take()
    const file = new Binary(all, this.little)
    let at = 0
    while (this.left > 0 && at + 8 <= all.length) {
      const size = file.u16(at + 6)
      if (size < 8 && this.unfinished) {
        this.log.note('truncated-input', 'perf.data ends in what is no record: the rest is left out')
        at = all.length
        this.over = Number.MAX_SAFE_INTEGER
        break
      }
      if (size < 8) this.refuse(`perf.data with a record of ${size} bytes`)
      if (size > this.left) this.refuse(`perf.data with a record of ${size} bytes where ${this.left} are left`)
      if (at + size > all.length) break
      const payload = this.record(file, at, size)
      const next = at + size + payload
      this.left -= size + payload
      this.over = Math.max(0, next - all.length)
      at = Math.min(next, all.length)
    }
    if (this.left <= 0) this.part = 'features'
    if (at === all.length) return
    this.held = [all.slice(at)]
    this.heldBytes = all.length - at
  }

  /** Counts one record; gives the size of the payload behind it. */
  private record(file: Binary, at: number, size: number): number {
    const type = file.u32(at)
    if (type === RECORD.sample) {
      const event = this.eventOf(file, at + 8)
      this.counts.set(event, (this.counts.get(event) ?? 0) + 1)
    } else if (type === RECORD.lost) this.lost += file.number(at + 16)
    else if (type === RECORD.lostSamples) this.lost += file.number(at + 8)
    else if (type === RECORD.compressed || type === RECORD.compressed2) this.compressed = true
    else if (type === RECORD.attr) {
      const attrSize = Math.max(64, file.u32(at + 12))
      const ids = idsIn(file, at + 8 + attrSize, (size - 8 - attrSize) / 8)
      for (const id of ids) this.ofId.set(id, this.attrs.length)
      this.attrs.push(attrOf(file, at + 8, ids))
    } else if (type === RECORD.feature)
      this.facts.set(file.number(at + 8), new Binary(file.bytes.slice(at + 16, at + size), this.little))
    const payload = type === RECORD.trace ? file.number(at + 8) : type === RECORD.tracing ? file.u32(at + 8) : 0
    if (payload > this.left) this.refuse(`perf.data with ${payload} bytes of trace where ${this.left} are left`)
    return type === RECORD.tracing ? Math.ceil(payload / 8) * 8 : payload
  }

  /** Number of the event of a sample; 0 where it is not said. */
  private eventOf(file: Binary, at: number): number {
    const sampleType = this.attrs[0]?.sampleType ?? 0
    if (this.attrs.length < 2) return 0
    let place = at
    if ((sampleType & SAMPLE.identifier) === 0) {
      if ((sampleType & SAMPLE.id) === 0) return 0
      for (const bit of [SAMPLE.ip, SAMPLE.tid, SAMPLE.time, SAMPLE.addr]) if ((sampleType & bit) !== 0) place += 8
    }
    return this.ofId.get(file.u64(place)) ?? 0
  }

  /** Sections of features follow the records, first their places in the file. */
  private readFeatures(bytes: Uint8Array): void {
    const { features, data } = this.header!
    const table = new Binary(bytes, this.little)
    const base = data.offset + data.size
    features.forEach((feature, i) => {
      const start = table.number(i * 16) - base
      if (start >= 0 && start < bytes.length)
        this.facts.set(feature, new Binary(bytes.subarray(start, start + table.number(i * 16 + 8)), this.little))
    })
  }

  private tell(): void {
    const { log } = this
    const word = (feature: number): string => this.facts.get(feature)?.text(0).text ?? ''
    const said = (message: string, text?: string): void =>
      log.note('perf-data', message, { severity: 'info', ...(text !== undefined && { text }) })
    const host = word(FEATURE.host)
    said(
      `binary perf.data holds addresses, no names of functions: run \`perf script --header -i FILE > out.perf.txt\` ${host === '' ? 'where it was recorded' : `on ${host}`} and read that`,
    )
    const cpus = this.facts.get(FEATURE.cpus)?.u32(4) ?? 0
    const place = [
      host === '' ? '' : `on ${host}`,
      word(FEATURE.kernel) === '' ? '' : `Linux ${word(FEATURE.kernel)} ${word(FEATURE.machine)}`.trim(),
      cpus > 0 ? `${cpus} CPUs` : '',
      word(FEATURE.version) === '' ? '' : `perf ${word(FEATURE.version)}`,
    ].filter(part => part !== '')
    if (place.length > 0) said(`recorded ${place.join(', ')}`)
    const command = this.commandLine()
    if (command !== '') said('command', command)
    const times = this.facts.get(FEATURE.times)
    const seconds = times === undefined ? 0 : (times.number(8) - times.number(0)) / 1e9
    if (seconds > 0) said(`samples over ${Number(seconds.toPrecision(4))} s`)
    const names = this.eventNames()
    this.attrs.forEach((attr, i) => said(this.eventLine(attr, names[i] ?? eventName(attr), this.counts.get(i) ?? 0)))
    if (this.compressed)
      log.note('compressed-records', 'records are compressed (perf record -z): samples in them are not counted')
    if (this.attrs.length > 0 && this.attrs.every(attr => chains(attr) === undefined))
      log.note('no-callchains', 'no call chains were recorded: flame graphs need `perf record -g`')
    if (this.lost > 0) log.addLost(Math.min(this.lost, Number.MAX_SAFE_INTEGER), 'perf record lost samples', 0)
  }

  private eventLine(attr: EventAttr, name: string, count: number): string {
    const rate = attr.isFrequency ? `${attr.period} Hz` : `one per ${attr.period}`
    const many = this.compressed ? '' : `${count} samples, `
    return `event ${name.slice(0, 200)}: ${many}${rate}, ${chains(attr) ?? 'no call chains'}`
  }

  private commandLine(): string {
    const words = this.facts.get(FEATURE.command)
    if (words === undefined) return ''
    const line: string[] = []
    let at = 4
    for (let left = Math.min(words.u32(0), 10_000); left > 0 && at < words.bytes.length; left--) {
      const { text, next } = words.text(at)
      line.push(text)
      at = next
    }
    return line.join(' ')
  }

  /** Names of the events, in the order of their attributes. */
  private eventNames(): string[] {
    const events = this.facts.get(FEATURE.events)
    if (events === undefined) return []
    const names: string[] = []
    const attrSize = events.u32(4)
    let at = 8
    for (let left = events.u32(0); left > 0 && at + attrSize + 8 <= events.bytes.length; left--) {
      const ids = events.u32(at + attrSize)
      const { text, next } = events.text(at + attrSize + 4)
      names.push(text)
      at = next + ids * 8
    }
    return names
  }

  private refuse(what: string): never {
    throw new BpfviewError('E_BAD_INPUT', `${what}; expected a whole file, or its text: run \`perf script\``, {
      source: this.source,
      line: 0,
    })
  }
}

/** How the stacks of an event were recorded; undefined = they were not. */
function chains({ sampleType, branchCallStack }: EventAttr): string | undefined {
  if ((sampleType & SAMPLE.callchain) === 0) return undefined
  if ((sampleType & SAMPLE.stack) !== 0) return 'call chains by DWARF'
  return (sampleType & SAMPLE.branches) !== 0 && branchCallStack
    ? 'call chains by last branch records'
    : 'call chains by frame pointers'
}
