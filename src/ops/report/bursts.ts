import type { SampleTable } from '../../model/index.ts'
import { kindCode } from '../../model/index.ts'
import { add, largest, nameOf } from './own-function.ts'
import { spanOf } from './span.ts'

/** A thread that computes without a pause, again and again. */
export interface Burst {
  /** Median length in seconds. */
  readonly length: number
  /** Median seconds from start to start. */
  readonly period: number
  /** Median start within the period, from the second's begin, for a period of about a second; NaN otherwise. */
  readonly offset: number
  readonly count: number
  /** The program's own function with the most of it; '' = none. */
  readonly own: string
  /** CPUs used by the bursts, on average over all the time. */
  readonly cpus: number
  /** -1 = several. */
  readonly thread: number
  readonly threads: number
}

/** Bursts shorter than this are what every server does. */
const SHORTEST = 0.06
const FEWEST = 3

interface Piece {
  readonly start: number
  readonly end: number
  readonly rows: readonly number[]
}

/**
 * The regular bursts of one thread: runs of samples without a gap of three samples, at least 80 ms long, of which four in five follow the one before
 * after the same time within 15 %. Undefined when it has none.
 */
export function burstsOf(
  samples: SampleTable,
  rows: readonly number[],
  own: Int32Array,
  cost: (row: number) => number,
): Burst | undefined {
  const pieces = piecesOf(samples, rows, cost).filter(({ start, end }) => end - start >= SHORTEST)
  if (pieces.length < FEWEST) return undefined
  const gaps = pieces.slice(1).map(({ start }, i) => start - pieces[i]!.start)
  const period = median(gaps)
  const length = median(pieces.map(({ start, end }) => end - start))
  const regular = gaps.filter(gap => Math.abs(gap - period) <= 0.15 * period).length
  if (regular < 0.8 * gaps.length || period < 1.5 * length) return undefined
  // three pieces in one corner of the time are chance
  if (pieces.length * period < 0.6 * spanOf(samples.time)) return undefined
  const functions = new Map<string, number>()
  let spent = 0
  for (const { rows: inside } of pieces)
    for (const row of inside) {
      spent += cost(row)
      const node = own[samples.stack[row]!]!
      if (node > 0) add(functions, nameOf(samples.stacks, node), cost(row))
    }
  return {
    length,
    period,
    offset: Math.abs(period - 1) <= 0.05 ? median(pieces.map(({ start }) => start - Math.floor(start))) : NaN,
    count: pieces.length,
    own: largest(functions)?.name ?? '',
    cpus: spent / (pieces.length * period),
    ...threadsOf(samples, pieces),
  }
}

function threadsOf(samples: SampleTable, pieces: readonly Piece[]): Pick<Burst, 'thread' | 'threads'> {
  const threads = new Set(pieces.flatMap(({ rows }) => rows.map(row => samples.tid?.[row] ?? -1)))
  const [first] = threads
  return { thread: threads.size === 1 ? first! : -1, threads: threads.size }
}

/** Functions that are looked at one by one, where the thread does other things too. */
const FUNCTIONS = 3
/** Collecting garbage, by the names that V8, Go, JVMs, CPython, Ruby and Mono give it. */
const COLLECTING =
  /\bgc\w*|[Gg]arbage|\bGC|[Ss]caveng|MarkCompact|[Mm]ark(?:Sweep|Compact)|G1\w*(?:Task|Collect)|PSPromotion|ParallelGC|gc_collect/

/**
 * The most regular bursts of a task: of one of its threads, of one function among other work, of garbage collection, or of all its threads together.
 * Undefined when it has none.
 */
export function taskBursts(
  samples: SampleTable,
  threads: Iterable<readonly number[]>,
  own: Int32Array,
  cost: (row: number) => number,
): Burst | undefined {
  let best: Burst | undefined
  const consider = (rows: readonly number[]): void => {
    const found = burstsOf(samples, rows, own, cost)
    if (found !== undefined && (best === undefined || found.length / found.period > best.length / best.period))
      best = found
  }
  const processes = new Map<number, number[]>()
  for (const rows of threads) {
    consider(rows)
    const pid = samples.pid?.[rows[0]!] ?? -1
    const known = processes.get(pid)
    if (known === undefined) processes.set(pid, [...rows])
    else for (const row of rows) known.push(row)
  }
  if (best !== undefined) return best
  for (const all of processes.values()) considerParts(samples, all, own, consider)
  return best
}

/** One function of a process among other work, garbage collection, and all its threads together. */
function considerParts(
  samples: SampleTable,
  all: readonly number[],
  own: Int32Array,
  consider: (rows: readonly number[]) => void,
): void {
  if (all.length < FEWEST * 5) return
  const byFunction = new Map<string, number[]>()
  for (const row of all) {
    const node = own[samples.stack[row]!]!
    if (node === 0) continue
    const name = nameOf(samples.stacks, node)
    const rows = byFunction.get(name)
    if (rows === undefined) byFunction.set(name, [row])
    else rows.push(row)
  }
  const functions = [...byFunction.values()].sort((a, b) => b.length - a.length).slice(0, FUNCTIONS)
  for (const rows of functions) if (rows.length < all.length) consider(rows)
  const collecting = collectingNodes(samples)
  consider(all.filter(row => collecting[samples.stack[row]!] === 1))
  consider(all)
}

function collectingNodes({ stacks: { parent, frame, frames } }: SampleTable): Uint8Array {
  const collects = frames.name.map((name, f) => frames.kind[f] !== KERNEL && COLLECTING.test(name))
  const nodes = new Uint8Array(parent.length)
  for (let i = 1; i < nodes.length; i++) nodes[i] = collects[frame[i]!]! || nodes[parent[i]!] === 1 ? 1 : 0
  return nodes
}

const KERNEL = kindCode('kernel')

function piecesOf(samples: SampleTable, rows: readonly number[], cost: (row: number) => number): Piece[] {
  const sorted = rows
    .filter(row => Number.isFinite(samples.time[row]!))
    .sort((a, b) => samples.time[a]! - samples.time[b]!)
  const pieces: Piece[] = []
  let open: number[] = []
  const close = (): void => {
    if (open.length === 0) return
    const last = open[open.length - 1]!
    pieces.push({ start: samples.time[open[0]!]!, end: samples.time[last]! + cost(last), rows: open })
    open = []
  }
  for (const row of sorted) {
    const before = open[open.length - 1]
    if (before !== undefined && samples.time[row]! - samples.time[before]! > 3 * cost(before)) close()
    open.push(row)
  }
  close()
  return pieces
}

/** The middle value; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  if (sorted.length === 0) return NaN
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
