/** Sizes and offsets of the file's parts, in bytes. */
export interface DataHeader {
  readonly attrSize: number
  readonly attrs: Section
  readonly data: Section
  /** Numbers of the features that the file has, in the order of their sections behind the data. */
  readonly features: readonly number[]
}

interface Section {
  readonly offset: number
  readonly size: number
}

/** What was asked of one event. */
export interface EventAttr {
  readonly type: number
  readonly config: number
  /** Samples per second, or events per sample. */
  readonly period: number
  readonly isFrequency: boolean
  /** Bits of perf_event_sample_format. */
  readonly sampleType: number
  readonly branchCallStack: boolean
  readonly ids: readonly bigint[]
}

export const HEADER_SIZE = 104
/** Bits of sample_type. */
export const SAMPLE = {
  ip: 1,
  tid: 2,
  time: 4,
  addr: 8,
  callchain: 32,
  id: 64,
  branches: 2048,
  stack: 8192,
  identifier: 65536,
}
const ATTR_FREQUENCY = 1 << 10
const BRANCH_CALL_STACK = 1 << 11

/** Numbers of a file in the byte order of the machine that wrote it; reading behind the end gives 0. */
export class Binary {
  readonly view: DataView
  readonly bytes: Uint8Array
  readonly little: boolean

  constructor(bytes: Uint8Array, little: boolean) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.little = little
  }

  u16(at: number): number {
    return at >= 0 && at + 2 <= this.bytes.length ? this.view.getUint16(at, this.little) : 0
  }

  u32(at: number): number {
    return at >= 0 && at + 4 <= this.bytes.length ? this.view.getUint32(at, this.little) : 0
  }

  u64(at: number): bigint {
    return at >= 0 && at + 8 <= this.bytes.length ? this.view.getBigUint64(at, this.little) : 0n
  }

  number(at: number): number {
    return Number(this.u64(at))
  }

  /** A length of 32 bits and so many bytes of text, up to the first zero. */
  text(at: number): { readonly text: string; readonly next: number } {
    const length = Math.min(this.u32(at), Math.max(0, this.bytes.length - at - 4))
    const text = new TextDecoder().decode(this.bytes.subarray(at + 4, at + 4 + length))
    const zero = text.indexOf('\0')
    return { text: zero < 0 ? text : text.slice(0, zero), next: at + 4 + length }
  }
}

/** The header of a file; undefined for one in the form of a pipe. Source: tools/perf/Documentation/perf.data-file-format.txt of Linux. */
export function dataHeader(file: Binary): DataHeader | undefined {
  if (file.number(8) < HEADER_SIZE) return undefined
  const section = (at: number): Section => ({ offset: file.number(at), size: file.number(at + 8) })
  const features: number[] = []
  for (let bit = 0; bit < 256; bit++) {
    const word = file.u64(72 + (bit >> 6) * 8)
    if (((word >> BigInt(bit & 63)) & 1n) === 1n) features.push(bit)
  }
  return { attrSize: file.number(16), attrs: section(24), data: section(40), features }
}

/** The attributes of the events of a file, whose first bytes these are. */
export function fileAttrs(file: Binary, { attrSize, attrs }: DataHeader): EventAttr[] {
  const found: EventAttr[] = []
  if (attrSize < 64) return found
  for (let at = attrs.offset; at + attrSize <= attrs.offset + attrs.size && at < file.bytes.length; at += attrSize) {
    const ids = file.number(at + attrSize - 16)
    found.push(attrOf(file, at, idsIn(file, ids, file.number(at + attrSize - 8) / 8)))
  }
  return found
}

export function idsIn(file: Binary, at: number, count: number): bigint[] {
  const ids: bigint[] = []
  for (let i = 0; i < count && at + i * 8 + 8 <= file.bytes.length; i++) ids.push(file.u64(at + i * 8))
  return ids
}

/** A perf_event_attr. */
export function attrOf(file: Binary, at: number, ids: readonly bigint[]): EventAttr {
  return {
    type: file.u32(at),
    config: file.number(at + 8),
    period: file.number(at + 16),
    sampleType: file.number(at + 24),
    isFrequency: (file.number(at + 40) & ATTR_FREQUENCY) !== 0,
    branchCallStack: file.u32(at + 4) >= 80 && (file.number(at + 72) & BRANCH_CALL_STACK) !== 0,
    ids,
  }
}

const HARDWARE = [
  'cycles',
  'instructions',
  'cache-references',
  'cache-misses',
  'branches',
  'branch-misses',
  'bus-cycles',
]
const SOFTWARE = [
  'cpu-clock',
  'task-clock',
  'page-faults',
  'context-switches',
  'cpu-migrations',
  'minor-faults',
  'major-faults',
]

/** Name of an event that the file does not name. */
export function eventName({ type, config }: EventAttr): string {
  if (type === 0) return HARDWARE[config] ?? `hardware ${config}`
  if (type === 1) return SOFTWARE[config] ?? `software ${config}`
  return type === 2 ? `tracepoint ${config}` : `event ${type}:${config}`
}
