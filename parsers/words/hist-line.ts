import { parseNumber } from './cells.ts'

/** A row of a histogram as printed: both ends belong to the bucket, unless the whole histogram shows otherwise (HistogramSet.range). */
export interface BucketRow {
  readonly low: number
  /** Last value of the bucket as printed. */
  readonly high: number
  /** First value above the bucket. */
  readonly end: number
  readonly count: number
}

/** A row of a linear histogram: the value itself or where its step starts. */
export interface ValueRow {
  readonly value: number
  readonly count: number
}

const BUCKET = /^\s*(\d{1,20}) *-> *(\d{1,20})\s*:\s*(-?\d{1,20})\s*(?:\|.*)?$/
const VALUE = /^\s*(-?\d{1,20})\s*:\s*(-?\d{1,20})\s*(?:\|.*)?$/

/** Label of a histogram's heading `LABEL : count distribution`, whatever the blanks; undefined for other lines. */
export function histogramLabel(line: string): string | undefined {
  let rest = line.trimEnd()
  for (const word of ['distribution', 'count', ':']) {
    if (!rest.endsWith(word)) return undefined
    rest = rest.slice(0, -word.length).trimEnd()
  }
  return rest.trim()
}

/** `LOW -> HIGH : COUNT |***|`. */
export function bucketRow(line: string): BucketRow | undefined {
  const match = BUCKET.exec(line)
  if (match === null) return undefined
  const low = Number(match[1])
  const high = Number(match[2])
  if (low > high) return undefined
  return {
    low,
    high,
    end: high < Number.MAX_SAFE_INTEGER ? high + 1 : Number(BigInt(match[2]!) + 1n),
    count: Number(match[3]),
  }
}

/** `VALUE : COUNT |***|`. */
export function valueRow(line: string): ValueRow | undefined {
  const match = VALUE.exec(line)
  return match === null ? undefined : { value: Number(match[1]), count: Number(match[2]) }
}

/** `KEY = VALUE` over a histogram, with the quoting of Python 2 and 3 and trailing notes taken off. */
export interface Section {
  readonly key: string
  readonly value: string
  /** The mean that tcprtt prints behind the value. */
  readonly average?: number
}

/** blkalgn says in a sentence what the histogram is of. */
const DEVICE = /^I\/O (?:Granularity|Alignment) Histogram for Device (\S+)\s*$/

/** The section a line announces; undefined for lines that are none. */
export function sectionLine(line: string): Section | undefined {
  const device = DEVICE.exec(line)
  if (device !== null) return { key: 'device', value: device[1]! }
  const at = line.indexOf(' = ')
  if (at < 1 || at > 64) return undefined
  const key = line.slice(0, at).trim().replace(/:$/, '')
  if (!/^[A-Za-z][A-Za-z0-9_ ]*$/.test(key)) return undefined
  let value = line.slice(at + 3).trim()
  const note = value.lastIndexOf('[AVG ')
  const average = note > 0 ? /^\[AVG (\d+)\]$/.exec(value.slice(note)) : null
  if (average !== null) value = value.slice(0, note).trimEnd()
  // libbpf biolatency -D -F: `disk = vda<TAB>flags = Sync-Write`
  value = value.replace(/\t(?=[A-Za-z]\w{0,63} = )/, ', ')
  return { key, value: unquoted(value), ...(average !== null && { average: Number(average[1]) }) }
}

/** Text without the quotes of a Python literal (`'sda'`, `b'sda'`, `128L`). */
export function unquoted(value: string): string {
  // funclatency of a library prints bytes and a pid: `b'open' [1234]`
  const ofProcess = /^b'(.*)'( \[\d+\])$/.exec(value)
  if (ofProcess !== null) return ofProcess[1]! + ofProcess[2]!
  const quotes = /^b?(['"])(.*)\1$/.exec(value)
  if (quotes !== null) return quotes[2]!
  return /^\d+L$/.test(value) ? value.slice(0, -1) : value
}

/** What `avg = 663 usecs, total: 16575 usecs, count: 25` says. */
export interface Averages {
  readonly average: number
  readonly total: number
  readonly count: number
  readonly unit: string
}

const AVERAGES = /^avg = (-?\d+) (\S+), total: (-?\d+) \S+, count: (-?\d+)$/

export function averagesLine(line: string): Averages | undefined {
  const match = AVERAGES.exec(line.trim())
  if (match === null) return undefined
  return { average: Number(match[1]), unit: match[2]!, total: Number(match[3]), count: Number(match[4]) }
}

/** `Readahead unused pages: 6765`, `Total Misses: 12`, `Readahead unused/total pages: 765/13421`: numbers under their names; none for other lines. */
export function trailersOf(line: string): readonly { readonly name: string; readonly value: number }[] {
  const pages = /^Readahead unused\/total pages: (\d+)\/(\d+)$/.exec(line.trim())
  if (pages !== null)
    return [
      { name: 'Readahead unused pages', value: Number(pages[1]) },
      { name: 'Readahead total pages', value: Number(pages[2]) },
    ]
  const match = /^([A-Z][A-Za-z/ -]{2,40}): +(-?[\d.]+)$/.exec(line.trim())
  const value = match === null ? undefined : parseNumber(match[2]!)
  return value === undefined ? [] : [{ name: match![1]!, value }]
}
