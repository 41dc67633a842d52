import type { KeyTable } from './keys.ts'
import { NO_KEY } from './keys.ts'
import type { Gap, MapLog } from './map-log.ts'

/** Entries [start, end) that were printed together; `time` in seconds since midnight, NaN = unknown. */
export interface Print {
  readonly start: number
  readonly end: number
  readonly time: number
  /** Nothing but a key that came again shows that it begins, and it may do so before that key. */
  readonly guessed: boolean
}

/**
 * Cuts a map's entries into prints. A print holds each key once and its values rise (bpftrace sorts them), so a key that comes again begins
 * another print; so does what stands between prints: a time, another map, a blank line. A line of other text alone does not. With `whole` the input says
 * where each print ends.
 */
export function printsOf(log: MapLog, keys: KeyTable, whole = false): Print[] {
  const starts: number[] = []
  const guessed = new Set<number>()
  for (let start = 0; start < log.length; ) {
    let end = start + 1
    while (end < log.length && log.gap(end) !== 'end') end++
    for (const at of whole ? [start] : startsWithin(log, keys, start, end, guessed)) starts.push(at)
    start = end
  }
  return starts.map((start, i) => ({
    start,
    end: starts[i + 1] ?? log.length,
    time: log.time(start),
    guessed: guessed.has(start),
  }))
}

/** Where prints start among entries with nothing certain between them. */
function startsWithin(log: MapLog, keys: KeyTable, start: number, end: number, guessed: Set<number>): number[] {
  if (end - start === 1) return [start]
  if (log.key(start) === NO_KEY) return range(start, end)
  return new StretchCutter(log, keys, start, end).cut(guessed)
}

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, i) => start + i)
}

class StretchCutter {
  private readonly log: MapLog
  private readonly keys: KeyTable
  private readonly start: number
  private readonly end: number
  /** Whether a blank line ends a print: not where one follows each entry, as in histograms, stacks as values and some copies. */
  private readonly blankEnds: boolean
  private readonly starts: number[]
  /** Starts that nothing but a repeated key speaks for. */
  private readonly doubtful = new Set<number>()
  /** Keys of the print so far, and of what may be another print already. */
  private seen = new Set<number>()
  private tail = new Set<number>()
  private tailStart = -1

  constructor(log: MapLog, keys: KeyTable, start: number, end: number) {
    this.log = log
    this.keys = keys
    this.start = start
    this.end = end
    this.starts = [start]
    this.blankEnds = !log.has('hist') && !log.has('stack') && hasBlockOfTwo(log, start, end)
  }

  /** Where prints start; those that are guessed are added to `guessed`. */
  cut(guessed: Set<number>): number[] {
    const { log } = this
    for (let entry = this.start; entry < this.end; entry++) {
      const key = log.key(entry)
      const first = entry === this.start
      const gap = first ? 'none' : this.gap(entry)
      if (gap === 'blank') this.begin(entry)
      else if (this.tail.has(key)) this.repeatInTail(entry)
      else if (this.seen.has(key)) this.repeat(entry, gap !== 'none')
      else if (!first && (gap !== 'none' || log.rank(entry) < log.rank(entry - 1))) this.mayBegin(entry)
      if (this.tailStart >= 0) this.tail.add(log.key(entry))
      else this.seen.add(log.key(entry))
    }
    return this.withoutTwins().map((start, i, all) => {
      const from = this.withNewcomers(all, i, start)
      if (i > 0 && this.isGuess(all[i - 1]!, start)) guessed.add(from)
      return from
    })
  }

  private gap(entry: number): Gap {
    const gap = this.log.gap(entry)
    return gap === 'blank' && !this.blankEnds ? 'none' : gap
  }

  private begin(entry: number): void {
    this.starts.push(entry)
    this.seen = new Set()
    this.tail = new Set()
    this.tailStart = -1
  }

  /** Values fell, or text stood between: another print, if a key of this one comes again. */
  private mayBegin(entry: number): void {
    for (const key of this.tail) this.seen.add(key)
    this.tail = new Set()
    this.tailStart = entry
  }

  private repeat(entry: number, gap: boolean): void {
    const { tailStart, tail, log } = this
    const falls = log.rank(entry) < log.rank(entry - 1)
    if (tailStart >= 0 && !falls) {
      this.begin(tailStart)
      this.seen = tail
      return
    }
    this.begin(entry)
    if (!falls && !gap && this.keys.hasUserFrames(log.key(entry))) this.doubtful.add(entry)
  }

  /** A key of what may be another print comes again: that was one, or the key stands for two stacks that print alike. */
  private repeatInTail(entry: number): void {
    for (const key of this.tail) this.seen.add(key)
    const { tailStart } = this
    this.tail = new Set()
    this.tailStart = -1
    if (tailStart >= 0 && this.log.rank(entry) < this.log.rank(entry - 1)) this.begin(entry)
    else this.repeat(entry, false)
  }

  /**
   * Starts without those at which only a key with the user's frames came again: two processes print a stack alike. Prints of `print(@, N)`
   * follow one another without a mark, but have the same number of rows.
   */
  private withoutTwins(): number[] {
    const { starts, doubtful, end } = this
    if (doubtful.size === 0) return starts
    const sizes = starts.map((start, i) => (starts[i + 1] ?? end) - start)
    const alike = starts.every((start, i) => !doubtful.has(start) || sizes[i] === sizes[i - 1])
    return alike ? starts : starts.filter(start => !doubtful.has(start))
  }

  /** True when values rise throughout and the key that came again was not the last one before it: others between may belong to either print. */
  private isGuess(before: number, start: number): boolean {
    const { log } = this
    if (this.gap(start) !== 'none' || log.rank(start) < log.rank(start - 1)) return false
    return start - 1 > before && log.key(start - 1) !== log.key(start)
  }

  /** A start, before the entries that are new in this print: where values rise throughout, they stand behind the print before. */
  private withNewcomers(starts: readonly number[], i: number, start: number): number {
    const before = starts[i - 1]
    const { log } = this
    if (before === undefined || this.gap(start) !== 'none' || log.rank(start) < log.rank(start - 1)) return start
    const next = new Set<number>()
    for (let entry = start; entry < (starts[i + 1] ?? this.end); entry++) next.add(log.key(entry))
    let from = start
    while (from - 1 > before && this.gap(from) === 'none' && !next.has(log.key(from - 1))) from--
    for (let entry = before; entry < from; entry++) if (!next.has(log.key(entry))) return start
    return from
  }
}

/** True when blank lines part the entries into blocks, not each entry from the next. */
function hasBlockOfTwo(log: MapLog, start: number, end: number): boolean {
  for (let entry = start + 1; entry < end; entry++) if (log.gap(entry) !== 'blank') return true
  return false
}
