import type { KeyPart } from './key.ts'
import type { KeyTable } from './keys.ts'
import type { EntryValue } from './map-log.ts'
import { bpftraceNote } from './map-start.ts'
import type { Bucket, SeriesRow } from './value.ts'
import { bucketRow, isSeriesHead, isSeriesRule, seriesRow } from './value.ts'

const FRAME = /^(?:\s+\S|[0-9a-f]{8,16}\s*$)/

/** True for a tuple whose next part is a stack, in the lines below. */
export function opensTuple(text: string): boolean {
  return text.startsWith('(') && /[(,]\s*$/.test(text)
}

/** A value over several lines: a histogram, a series, a stack, or a tuple with stacks in it. */
export class ValueReader {
  readonly map: string
  readonly key: readonly KeyPart[] | undefined
  private readonly keys: KeyTable
  private readonly buckets: Bucket[] = []
  private readonly rows: SeriesRow[] = []
  private stack: number[] = []
  /** What was read of a tuple with stacks in it: `(448, `. */
  private tuple: string | undefined
  private series = false
  private lines = 0
  private rules = 0

  constructor(map: string, key: readonly KeyPart[] | undefined, tuple: string | undefined, keys: KeyTable) {
    this.map = map
    this.key = key
    this.tuple = tuple
    this.keys = keys
  }

  /** `taken`: the value goes on. `last`: the line is the value's last. `ended`: the value ended before this line. */
  take(line: string): 'taken' | 'last' | 'ended' {
    this.lines++
    if (this.tuple !== undefined) return this.takeTupleLine(this.tuple, line)
    if (!this.series && this.stack.length === 0) {
      const bucket = bucketRow(line)
      if (bucket !== undefined) {
        this.buckets.push(bucket)
        return 'taken'
      }
    }
    if (this.buckets.length === 0 && this.stack.length === 0 && this.takeSeriesLine(line)) return 'taken'
    if (!this.series && this.buckets.length === 0 && FRAME.test(line) && bpftraceNote(line) === undefined) {
      this.stack.push(this.keys.stacks.symbols.of(line))
      return 'taken'
    }
    return line.trim() === '' && this.lines > 1 ? 'last' : 'ended'
  }

  /** True when a bucket row after other text is the next one of this histogram. */
  continues(line: string): boolean {
    const last = this.buckets.at(-1)
    const bucket = last === undefined ? undefined : bucketRow(line)
    if (bucket === undefined || bucket.from < last!.to) return false
    this.buckets.push(bucket)
    return true
  }

  get isHistogram(): boolean {
    return this.buckets.length > 0
  }

  get value(): EntryValue {
    if (this.buckets.length > 0) return { is: 'hist', buckets: this.buckets }
    if (this.tuple !== undefined) return { is: 'text', text: `${this.tuple}${this.stackText()}` }
    if (this.series) return { is: 'series', rows: this.rows }
    return this.stack.length > 0 ? { is: 'stack', stack: this.keys.stacks.of(this.stack) } : { is: 'text', text: '' }
  }

  private takeSeriesLine(line: string): boolean {
    if (isSeriesHead(line)) return (this.series = true)
    if (isSeriesRule(line) && this.rules < 4) {
      this.rules++
      return true
    }
    const row = this.series ? seriesRow(line) : undefined
    if (row !== undefined) this.rows.push(row)
    return row !== undefined
  }

  /** A frame of a stack in a tuple, or what follows the stack: `)`, `, 3)`. */
  private takeTupleLine(tuple: string, line: string): 'taken' | 'last' | 'ended' {
    if (FRAME.test(line)) {
      this.stack.push(this.keys.stacks.symbols.of(line))
      return 'taken'
    }
    const follows = line.startsWith(')') || line.startsWith(', ')
    this.tuple = `${tuple}${this.stackText()}${follows ? line : ''}`
    this.stack = []
    if (!follows) return 'ended'
    return opensTuple(this.tuple) ? 'taken' : 'last'
  }

  private stackText(): string {
    return this.keys.stacks.text(this.keys.stacks.of(this.stack))
  }
}
