import { Doubles, Integers } from '../build/growing.ts'
import { copied } from '../stacks/symbol-table.ts'
import type { Bucket, SeriesRow } from './value.ts'

export type EntryValue =
  | { readonly is: 'number'; readonly value: number }
  | { readonly is: 'stats'; readonly count: number; readonly average: number; readonly total: number }
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'hist'; readonly buckets: readonly Bucket[] }
  | { readonly is: 'series'; readonly rows: readonly SeriesRow[] }
  /** The number of a stack. */
  | { readonly is: 'stack'; readonly stack: number }

export type ValueKind = EntryValue['is']

const KINDS: readonly ValueKind[] = ['number', 'stats', 'text', 'hist', 'series', 'stack']
const HIST = KINDS.indexOf('hist')
const STACK = KINDS.indexOf('stack')

/** What stood before an entry: nothing, a blank line, other text, or something that ends a print for certain. */
export type Gap = 'none' | 'blank' | 'text' | 'end'

const GAPS: readonly Gap[] = ['none', 'blank', 'text', 'end']

/** The entries of one map in the order in which they were printed, as columns of numbers. */
export class MapLog {
  readonly name: string
  private readonly keyColumn = new Integers()
  /** Kind of the value, and 8 times what stood before. */
  private readonly flags = new Integers()
  /** The value of a number or stack; of others where they stand. */
  private readonly cells = new Doubles()
  /** Per stats: count, average, total. Per histogram: number of buckets, then bucket and count of each. */
  private readonly numbers = new Doubles()
  private readonly texts: string[] = []
  private readonly series: (readonly SeriesRow[])[] = []
  private readonly bucketIds = new Map<string, number>()
  private readonly bucketEdges: { readonly from: number; readonly to: number }[] = []
  /** Entries before which the clock was read, and what it said: seconds since midnight. */
  private readonly stamps = new Map<number, number>()
  private readonly kinds = new Set<ValueKind>()

  constructor(name: string) {
    this.name = name
  }

  get length(): number {
    return this.keyColumn.length
  }

  /** Adds an entry; `time` in seconds since midnight, NaN = unknown. */
  add(key: number, value: EntryValue, gap: Gap, time: number): void {
    if (!Number.isNaN(time)) this.stamps.set(this.length, time)
    this.kinds.add(value.is)
    this.keyColumn.push(key)
    this.flags.push(KINDS.indexOf(value.is) + 8 * GAPS.indexOf(gap))
    this.cells.push(this.cell(value))
  }

  has(kind: ValueKind): boolean {
    return this.kinds.has(kind)
  }

  key(entry: number): number {
    return this.keyColumn.at(entry)
  }

  /** Kind of an entry's value. A value without text is an empty stack in a map of stacks, and a histogram of nothing in one of histograms. */
  kind(entry: number): ValueKind {
    const kind = KINDS[this.flags.at(entry) % 8]!
    if (kind !== 'text' || this.texts[this.cells.at(entry)] !== '') return kind
    return this.has('stack') ? 'stack' : this.has('hist') ? 'hist' : kind
  }

  gap(entry: number): Gap {
    return GAPS[this.flags.at(entry) >> 3]!
  }

  /** Seconds since midnight that were printed before this entry, NaN when none were. */
  time(entry: number): number {
    return this.stamps.get(entry) ?? NaN
  }

  value(entry: number): EntryValue {
    const cell = this.cells.at(entry)
    switch (this.kind(entry)) {
      case 'number':
        return { is: 'number', value: cell }
      case 'stats':
        return {
          is: 'stats',
          count: this.numbers.at(cell),
          average: this.numbers.at(cell + 1),
          total: this.numbers.at(cell + 2),
        }
      case 'hist':
        return { is: 'hist', buckets: this.buckets(entry) }
      case 'series':
        return { is: 'series', rows: this.series[cell]! }
      case 'stack':
        return { is: 'stack', stack: this.flags.at(entry) % 8 === STACK ? cell : 0 }
      case 'text':
        return { is: 'text', text: this.texts[cell]! }
    }
  }

  buckets(entry: number): Bucket[] {
    const found: Bucket[] = []
    this.eachBucket(entry, (bucket, count) => found.push({ ...this.bucketEdges[bucket]!, count }))
    return found
  }

  /** Calls back with each bucket of a histogram, by its number in this map. */
  eachBucket(entry: number, call: (bucket: number, count: number) => void): void {
    if (this.flags.at(entry) % 8 !== HIST) return
    const at = this.cells.at(entry)
    const end = at + 1 + 2 * this.numbers.at(at)
    for (let i = at + 1; i < end; i += 2) call(this.numbers.at(i), this.numbers.at(i + 1))
  }

  /** What bpftrace sorts the entries of a print by; NaN = not sorted by a number. */
  rank(entry: number): number {
    const cell = this.cells.at(entry)
    switch (this.kind(entry)) {
      case 'number':
        return cell
      case 'stats':
        return this.numbers.at(cell + 1)
      case 'hist': {
        let total = 0
        this.eachBucket(entry, (_, count) => (total += count))
        return total
      }
      default:
        return NaN
    }
  }

  private cell(value: EntryValue): number {
    switch (value.is) {
      case 'number':
        return value.value
      case 'stack':
        return value.stack
      case 'text':
        return this.texts.push(copied(value.text)) - 1
      case 'series':
        return this.series.push(value.rows) - 1
      case 'stats': {
        const at = this.numbers.length
        this.numbers.push(value.count)
        this.numbers.push(value.average)
        this.numbers.push(value.total)
        return at
      }
      case 'hist': {
        const at = this.numbers.length
        this.numbers.push(value.buckets.length)
        for (const bucket of value.buckets) {
          this.numbers.push(this.bucketId(bucket))
          this.numbers.push(bucket.count)
        }
        return at
      }
    }
  }

  private bucketId({ from, to }: Bucket): number {
    const edges = `${from} ${to}`
    let id = this.bucketIds.get(edges)
    if (id === undefined) {
      id = this.bucketEdges.length
      this.bucketIds.set(edges, id)
      this.bucketEdges.push({ from, to })
    }
    return id
  }
}
