import { ROOT, kindCode } from '../src/model/index.ts'
import type { Column, Dataset, DiagnosticLog, EventTable, HistogramSeries, Meta, Profile, Unit, ValueType } from '../src/model/index.ts'
import { alignParts, keyParts, usualArity } from './bpftrace-key.ts'
import type { KeyPart } from './bpftrace-key.ts'
import type { Bucket, SeriesRow } from './bpftrace-value.ts'
import { isKernelThread, addStack, kernelFrames } from './stack-sides.ts'
import { ProfileBuilder } from './profile-builder.ts'
import type { Symbol } from './symbol.ts'

export type EntryValue =
  | { readonly is: 'number'; readonly value: number }
  | { readonly is: 'stats'; readonly count: number; readonly average: number; readonly total: number }
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'hist'; readonly buckets: readonly Bucket[] }
  | { readonly is: 'series'; readonly rows: readonly SeriesRow[] }
  | { readonly is: 'stack'; readonly stack: readonly Symbol[] }

/** One printed entry of a map; `key` is undefined for a map without a key. */
export interface MapEntry {
  readonly map: string
  readonly key?: readonly KeyPart[]
  readonly value: EntryValue
}

/** Entries printed together; `time` in seconds since midnight, NaN = unknown. */
interface Snapshot {
  readonly time: number
  readonly entries: MapEntry[]
}

const TASK = kindCode('task')

const UNIT_NAMES: readonly (readonly [RegExp, Unit])[] = [
  [/(?:^|_)(?:ns|nsecs?|nanoseconds?)$/, 'ns'],
  [/(?:^|_)(?:us|usecs?|microseconds?)$/, 'us'],
  [/(?:^|_)(?:ms|msecs?|milliseconds?)$/, 'ms'],
  [/(?:^|_)(?:s|secs?|seconds?)$/, 's'],
  [/(?:^|_)(?:bytes?)$/, 'bytes'],
  [/(?:^|_)(?:kb|kib|kbytes)$/, 'KiB'],
  [/(?:^|_)(?:pages?)$/, 'pages'],
  [/(?:^|_)(?:sectors?)$/, 'sectors'],
  [/(?:^|_)(?:mhz)$/, 'MHz'],
]

/** Unit that a map's name promises: `@usecs`, `@held_time_ns`, `@bytes`; '' when it promises none. */
export function unitOfMap(map: string): Unit {
  const name = map.slice(1).toLowerCase()
  return UNIT_NAMES.find(([pattern]) => pattern.test(name))?.[1] ?? ''
}

/**
 * Collects printed maps and turns each into datasets. A map that is printed again is another snapshot of the same data, never more of it:
 * the last one counts, unless the values fell, which tells that the program cleared the map and the prints add up.
 */
export class BpftraceMaps {
  private readonly snapshots = new Map<string, Snapshot[]>()
  private open: { map: string; entries: MapEntry[]; time: number } | undefined
  private clock = NaN
  /** Maps that already have a snapshot with the present clock. */
  private stamped = new Set<string>()
  private readonly separator: string

  /** `separator` = what joins the parts of a key in this output. */
  constructor(separator: ', ' | ',') {
    this.separator = separator
  }

  add(entry: MapEntry): void {
    if (this.open !== undefined && this.open.map !== entry.map) this.interrupt()
    if (this.open === undefined) {
      this.open = { map: entry.map, entries: [], time: this.stamped.has(entry.map) ? NaN : this.clock }
      this.stamped.add(entry.map)
    }
    this.open.entries.push(entry)
  }

  /** Entries that are known to be one whole print of a map. */
  addPrint(map: string, entries: readonly MapEntry[]): void {
    this.interrupt()
    if (entries.length === 0) return
    let list = this.snapshots.get(map)
    if (list === undefined) this.snapshots.set(map, list = [])
    list.push({ time: this.stamped.has(map) ? NaN : this.clock, entries: [...entries] })
    this.stamped.add(map)
  }

  /** Something else was printed: the next entry of the same map begins another snapshot. */
  interrupt(): void {
    const open = this.open
    if (open === undefined) return
    this.open = undefined
    let list = this.snapshots.get(open.map)
    if (list === undefined) this.snapshots.set(open.map, list = [])
    for (const entries of separatePrints(open.entries)) list.push({ time: open.time, entries })
  }

  setClock(seconds: number): void {
    this.interrupt()
    this.clock = seconds
    this.stamped.clear()
  }

  finish(log: DiagnosticLog, meta: Meta): Dataset[] {
    this.interrupt()
    const datasets: Dataset[] = []
    for (const [map, snapshots] of this.snapshots) mapDatasets(map, snapshots, this.separator, log, meta, datasets)
    return datasets
  }
}

/** More columns than any key has; what is beyond them stays text of one. */
const MAX_ARITY = 64
/** Earlier prints of a map that are kept as profiles of their own. */
const MAX_PRINTS = 500
const NO_KEY: Set<string> = new Set([''])

/** Entries printed one after another, cut where a second print of the map must have begun: values fall and keys come again. */
function separatePrints(entries: MapEntry[]): MapEntry[][] {
  const runs: { entries: MapEntry[]; keys: Set<string> }[] = []
  let last = -Infinity
  for (const entry of entries) {
    const rank = rankOf(entry.value)
    const id = entry.key === undefined ? '' : keyText(entry.key)
    const run = runs.at(-1)
    if (run === undefined || (rank < last && rank >= 0) || (entry.key === undefined)) runs.push({ entries: [entry], keys: entry.key === undefined ? NO_KEY : new Set([id]) })
    else {
      run.entries.push(entry)
      run.keys.add(id)
    }
    last = rank
  }
  const prints: typeof runs = []
  for (const run of runs) {
    const before = prints.at(-1)
    if (before === undefined || shareKeys(before.keys, run.keys)) prints.push(run)
    else {
      for (const entry of run.entries) before.entries.push(entry)
      for (const key of run.keys) before.keys.add(key)
    }
  }
  return prints.map(print => print.entries)
}

function shareKeys(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  for (const key of b) if (a.has(key)) return true
  return false
}

/** What bpftrace sorts a map's entries by; NaN = not sorted by a number. */
function rankOf(value: EntryValue): number {
  switch (value.is) {
    case 'number': return value.value
    case 'stats': return value.average
    case 'hist': return total(value.buckets)
    default: return NaN
  }
}

function total(buckets: readonly Bucket[]): number {
  let sum = 0
  for (const bucket of buckets) sum += bucket.count
  return sum
}

/** A key as one text: stacks folded, root first. */
export function keyText(key: readonly KeyPart[]): string {
  return key.map(part => typeof part === 'string' ? part : stackText(part)).join(', ')
}

/** A stack folded, root first. */
export function stackText(stack: readonly Symbol[]): string {
  const names: string[] = []
  for (let i = stack.length - 1; i >= 0; i--) names.push(stack[i]!.name + (stack[i]!.offset ?? ''))
  return names.join(';')
}

function mapDatasets(map: string, printed: readonly Snapshot[], separator: string, log: DiagnosticLog, meta: Meta, datasets: Dataset[]): void {
  const arity = arityOf(printed)
  const snapshots = arity === undefined ? printed : printed.map(snapshot => ({ time: snapshot.time, entries: snapshot.entries.map(entry => aligned(entry, arity, separator)) }))
  const stackColumns = arity === undefined ? [] : columnsWithStacks(snapshots, arity)
  const kinds = new Set(snapshots.flatMap(snapshot => snapshot.entries.map(entry => entry.value.is)))
  if (kinds.has('stack')) emptyStacks(snapshots)
  const cleared = wasCleared(snapshots)
  if (kinds.has('hist')) histogramSets(map, snapshots, cleared, meta, datasets)
  if (kinds.has('series')) seriesTable(map, snapshots, arity ?? 0, meta, datasets)
  if (stackColumns.length > 0 || kinds.has('stack')) {
    stackProfiles(map, snapshots, stackColumns, cleared, log, meta, datasets)
    // what is said of a stack in words or a tuple is no value to draw
    const worded = snapshots.map(({ time, entries }) => ({ time, entries: entries.filter(({ value }) => value.is === 'text' && value.text !== '') }))
      .filter(({ entries }) => entries.length > 0)
    if (worded.length > 0) keyedTables(map, worded, arity ?? 0, cleared, meta, datasets)
  } else if (kinds.has('number') || kinds.has('stats') || kinds.has('text')) keyedTables(map, snapshots, arity ?? 0, cleared, meta, datasets)
}

/** In a map of stacks a value without text is a stack that was empty. */
function emptyStacks(snapshots: readonly Snapshot[]): void {
  for (const { entries } of snapshots) {
    entries.forEach((entry, i) => {
      if (entry.value.is === 'text' && entry.value.text === '') entries[i] = { ...entry, value: { is: 'stack', stack: [] } }
    })
  }
}

/** Parts in most of a map's keys; stacks fix it exactly. Undefined for a map without a key. */
function arityOf(snapshots: readonly Snapshot[]): number | undefined {
  const all = new Map<number, number>()
  const withStack = new Map<number, number>()
  for (const snapshot of snapshots) {
    for (const { key } of snapshot.entries) {
      if (key === undefined) continue
      all.set(key.length, (all.get(key.length) ?? 0) + 1)
      if (key.some(part => typeof part !== 'string')) withStack.set(key.length, (withStack.get(key.length) ?? 0) + 1)
    }
  }
  if (all.size === 0) return undefined
  return Math.min(MAX_ARITY, usualArity(withStack.size > 0 ? withStack : all))
}

function aligned(entry: MapEntry, arity: number, separator: string): MapEntry {
  return entry.key === undefined || entry.key.length === arity ? entry : { ...entry, key: alignParts(entry.key, arity, separator) }
}

function columnsWithStacks(snapshots: readonly Snapshot[], arity: number): number[] {
  const found = new Set<number>()
  for (const snapshot of snapshots) for (const { key } of snapshot.entries) key?.forEach((part, i) => typeof part !== 'string' && found.add(i))
  return [...found].filter(i => i < arity).sort((a, b) => a - b)
}

/** True when values fell or keys that were not the smallest went away between two prints: the program cleared the map. */
function wasCleared(snapshots: readonly Snapshot[]): boolean {
  for (let i = 1; i < snapshots.length; i++) {
    const now = ranksByKey(snapshots[i]!)
    let smallest = Infinity
    for (const rank of now.values()) if (rank < smallest) smallest = rank
    for (const [key, before] of ranksByKey(snapshots[i - 1]!)) {
      const rank = now.get(key)
      if (rank === undefined ? before > smallest : rank < before) return true
    }
  }
  return false
}

/** Values per key; averages may fall without a clear, so stats count by their number of events. */
function ranksByKey(snapshot: Snapshot): Map<string, number> {
  const ranks = new Map<string, number>()
  for (const { key, value } of snapshot.entries) {
    const rank = value.is === 'stats' ? value.count : rankOf(value)
    if (Number.isNaN(rank)) continue
    const id = key === undefined ? '' : keyText(key)
    ranks.set(id, (ranks.get(id) ?? 0) + rank)
  }
  return ranks
}

/** Snapshots whose values count: all of them after clears, else only the last. */
function counting(snapshots: readonly Snapshot[], cleared: boolean): readonly Snapshot[] {
  return cleared ? snapshots : snapshots.slice(-1)
}

interface Measure {
  readonly value: ValueType
  weigh(value: EntryValue): number | undefined
}

function measures(map: string, snapshots: readonly Snapshot[]): Measure[] {
  const kinds = new Set(snapshots.flatMap(snapshot => snapshot.entries.map(entry => entry.value.is)))
  const unit = unitOfMap(map)
  const found: Measure[] = []
  if (kinds.has('number')) {
    found.push({ value: unit === '' ? { name: 'count', unit: 'count' } : { name: map.slice(1), unit }, weigh: value => value.is === 'number' ? value.value : undefined })
  }
  if (kinds.has('stats')) {
    found.push({ value: { name: 'count', unit: 'count' }, weigh: value => value.is === 'stats' ? value.count : undefined })
    found.push({ value: { name: 'total', unit }, weigh: value => value.is === 'stats' ? value.total : undefined })
  }
  if (kinds.has('hist')) found.push({ value: { name: 'count', unit: 'count' }, weigh: value => value.is === 'hist' ? total(value.buckets) : undefined })
  if (kinds.has('stack')) found.push({ value: { name: 'entries', unit: 'count' }, weigh: value => value.is === 'stack' ? 1 : undefined })
  return found
}

/** One profile per measure; of a map that was printed several times without a clear, the earlier prints follow under names of their own. */
function stackProfiles(map: string, snapshots: readonly Snapshot[], columns: readonly number[], cleared: boolean, log: DiagnosticLog, meta: Meta, datasets: Dataset[]): void {
  const sides = columns.map(column => sideOf(snapshots, column))
  for (const measure of measures(map, snapshots)) {
    datasets.push(profileOf(map, counting(snapshots, cleared), measure, columns, sides, log, meta))
  }
  if (cleared) return
  const left = Math.max(0, snapshots.length - 1 - MAX_PRINTS)
  if (left > 0) log.note('prints-left-out', `${left} earlier prints of ${map} are not kept; a print contains those before it`, { count: left, severity: 'info' })
  snapshots.slice(left, -1).forEach((snapshot, n) => {
    const i = left + n
    const name = `${map} print ${i + 1}${Number.isNaN(snapshot.time) ? '' : ` at ${clockText(snapshot.time)}`}`
    for (const measure of measures(map, [snapshot])) datasets.push(profileOf(name, [snapshot], measure, columns, sides, log, meta))
  })
}

function profileOf(
  name: string, snapshots: readonly Snapshot[], measure: Measure, columns: readonly number[], sides: readonly Side[], log: DiagnosticLog, meta: Meta,
): Profile {
  const profile = new ProfileBuilder()
  for (const snapshot of snapshots) {
    for (const entry of snapshot.entries) {
      const weight = measure.weigh(entry.value)
      if (weight === undefined) continue
      if (weight < 0) {
        log.note('negative-value', 'a stack with a negative value cannot be drawn and is left out', { text: keyText(entry.key ?? []) })
        continue
      }
      profile.add(nodeOf(profile, entry, columns, sides), weight)
    }
  }
  return profile.finish(name, measure.value, meta)
}

type Side = 'kernel' | 'user' | 'either'

/** Kernel frames stand above user frames whatever the order of the key; text comes first, a comm before a number. */
function nodeOf(profile: ProfileBuilder, entry: MapEntry, columns: readonly number[], sides: readonly Side[]): number {
  const { stacks } = profile
  let node = ROOT
  const texts = (entry.key ?? []).filter((part, i): part is string => typeof part === 'string' && !(columns.includes(i) && part === ''))
  for (const text of [...texts.filter(isComm), ...texts.filter(text => !isComm(text))]) node = stacks.child(node, stacks.frame(text, '', TASK))
  const kernelThread = texts.some(isKernelThread)
  const ordered: { stack: readonly Symbol[]; side: Side }[] = []
  columns.forEach((column, i) => {
    const part = entry.key?.[column]
    if (part !== undefined && typeof part !== 'string') ordered.push({ stack: part, side: sides[i]! })
  })
  if (entry.value.is === 'stack') ordered.push({ stack: entry.value.stack, side: 'either' })
  ordered.sort((a, b) => rankOfSide(a.side) - rankOfSide(b.side))
  for (const { stack, side } of ordered) {
    const kernel = side === 'kernel' ? stack.length : side === 'user' ? 0 : kernelThread ? stack.length : kernelFrames(stack)
    node = addStack(stacks, node, stack, kernel)
  }
  return node
}

function isComm(text: string): boolean {
  return !/^-?\d+$/.test(text) && !/^(?:k(?:ret)?probe|u(?:ret)?probe|tracepoint|rawtracepoint|usdt|profile|interval|software|hardware|watchpoint|kfunc|kretfunc|fentry|fexit|iter|rawtracepoint|[a-z]):/.test(text)
}

function rankOfSide(side: Side): number {
  return side === 'user' ? 0 : side === 'either' ? 1 : 2
}

/** Which half a key's column holds: the text does not say, so the stacks vote. */
function sideOf(snapshots: readonly Snapshot[], column: number): Side {
  let kernel = 0
  let user = 0
  for (const snapshot of snapshots) {
    for (const { key } of snapshot.entries) {
      const stack = key?.[column]
      if (stack === undefined || typeof stack === 'string' || stack.length === 0) continue
      if (kernelFrames(stack) > 0) kernel++
      else user++
    }
  }
  return kernel > user ? 'kernel' : kernel === 0 ? 'user' : kernel * 4 < user ? 'user' : 'either'
}

function histogramSets(map: string, snapshots: readonly Snapshot[], cleared: boolean, meta: Meta, datasets: Dataset[]): void {
  const byKey = new Map<string, { snapshot: Snapshot; time: number; buckets: Bucket[] }[]>()
  for (const snapshot of snapshots) {
    for (const { key, value } of snapshot.entries) {
      if (value.is !== 'hist') continue
      const text = key === undefined ? '' : keyText(key)
      let rows = byKey.get(text)
      if (rows === undefined) byKey.set(text, rows = [])
      // stacks of several programs may print alike: one print gives one row
      const row = rows.at(-1)
      if (row?.snapshot === snapshot) for (const bucket of value.buckets) row.buckets.push(bucket)
      else rows.push({ snapshot, time: snapshot.time, buckets: [...value.buckets] })
    }
  }
  for (const [key, rows] of byKey) for (const series of histogramSeries(map, key, rows, !cleared && rows.length > 1, meta)) datasets.push(series)
}

/** The rows over one set of edges; rows whose buckets cut across the others' become a series of their own. */
export function histogramSeries(
  name: string, key: string, rows: readonly { time: number; buckets: readonly Bucket[] }[], cumulative: boolean, meta: Meta,
): HistogramSeries[] {
  const bounds = new Set<number>()
  for (const row of rows) {
    for (const { from, to } of row.buckets) {
      bounds.add(from)
      bounds.add(to)
    }
  }
  if (bounds.size < 2) return []
  const edges = Float64Array.from(bounds).sort()
  const index = new Map<number, number>()
  edges.forEach((edge, i) => index.set(edge, i))
  const fits = rows.every(row => row.buckets.every(({ from, to }) => index.get(to)! - index.get(from)! === 1))
  if (!fits && rows.length > 1) return rows.flatMap(row => histogramSeries(name, key, [row], false, meta))
  const width = edges.length - 1
  const counts = new Float64Array(rows.length * width)
  rows.forEach((row, r) => {
    for (const { from, count } of row.buckets) counts[r * width + index.get(from)!] = counts[r * width + index.get(from)!]! + count
  })
  return [{
    kind: 'histograms', name, key, unit: unitOfMap(name), edges, time: Float64Array.from(rows, row => row.time), counts,
    ...(cumulative && { cumulative }), meta,
  }]
}

function seriesTable(map: string, snapshots: readonly Snapshot[], arity: number, meta: Meta, datasets: Dataset[]): void {
  const keys: string[][] = Array.from({ length: arity }, () => [])
  const clocks: string[] = []
  const values: number[] = []
  for (const entry of snapshots.at(-1)!.entries) {
    if (entry.value.is !== 'series') continue
    for (const row of entry.value.rows) {
      keys.forEach((column, i) => column.push(partText(entry.key?.[i] ?? '')))
      clocks.push(row.clock)
      values.push(row.value)
    }
  }
  const columns: Column[] = keys.map((column, i) => keyColumn(column, i, arity))
  columns.push({ name: 'time', type: 'text', values: clocks })
  columns.push({ name: 'value', type: 'number', unit: unitOfMap(map), values: Float64Array.from(values) })
  datasets.push(table(map, columns, values.length, meta))
}

/** The map as a table of its keys and values, and under a second name all its prints when there were several. */
function keyedTables(map: string, snapshots: readonly Snapshot[], arity: number, cleared: boolean, meta: Meta, datasets: Dataset[]): void {
  if (cleared) {
    datasets.push(keyedTable(map, map, snapshots, arity, true, meta))
    return
  }
  datasets.push(keyedTable(map, map, snapshots.slice(-1), arity, false, meta))
  if (snapshots.length > 1) datasets.push(keyedTable(`${map} snapshots`, map, snapshots, arity, true, meta))
}

function keyedTable(name: string, map: string, snapshots: readonly Snapshot[], arity: number, stamped: boolean, meta: Meta): EventTable {
  const rows = snapshots.flatMap((snapshot, index) => snapshot.entries.map(entry => ({ entry, time: snapshot.time, index })))
    .filter(({ entry }) => entry.value.is === 'number' || entry.value.is === 'stats' || entry.value.is === 'text')
  const columns: Column[] = []
  if (stamped) {
    columns.push({ name: 'snapshot', type: 'number', unit: '', values: Float64Array.from(rows, row => row.index + 1) })
    if (rows.some(row => !Number.isNaN(row.time))) columns.push({ name: 'time', type: 'number', unit: 'clock', values: Float64Array.from(rows, row => row.time) })
  }
  for (let i = 0; i < arity; i++) columns.push(keyColumn(rows.map(({ entry }) => partText(entry.key?.[i] ?? '')), i, arity))
  const values = rows.map(({ entry }) => entry.value)
  if (values.some(value => value.is === 'stats')) {
    const pick = (field: 'count' | 'average' | 'total'): Float64Array => Float64Array.from(values, value => value.is === 'stats' ? value[field] : NaN)
    columns.push({ name: 'count', type: 'number', unit: 'count', values: pick('count') })
    columns.push({ name: 'average', type: 'number', unit: unitOfMap(map), values: pick('average') })
    columns.push({ name: 'total', type: 'number', unit: unitOfMap(map), values: pick('total') })
  } else if (values.every(value => value.is === 'number')) {
    columns.push({ name: 'value', type: 'number', unit: unitOfMap(map), values: Float64Array.from(values, value => value.is === 'number' ? value.value : NaN) })
  } else {
    columns.push({ name: 'value', type: 'text', values: values.map(value => value.is === 'text' ? value.text : value.is === 'number' ? String(value.value) : '') })
  }
  return table(name, columns, rows.length, meta)
}

function table(name: string, columns: readonly Column[], length: number, meta: Meta): EventTable {
  return { kind: 'events', name, tool: meta.tool ?? 'bpftrace', length, columns, meta }
}

function keyColumn(values: readonly string[], i: number, arity: number): Column {
  const name = arity === 1 ? 'key' : `key${i + 1}`
  if (values.length > 0 && values.every(value => /^-?\d{1,15}$/.test(value))) return { name, type: 'number', unit: '', values: Float64Array.from(values, Number) }
  return { name, type: 'text', values }
}

function partText(part: KeyPart): string {
  return typeof part === 'string' ? part : stackText(part)
}

/** Key of a map from the lines between `[` and `]`: text is cut into parts, stacks are parts of their own. */
export function keyOf(pieces: readonly (string | readonly Symbol[])[]): KeyPart[] {
  const parts: KeyPart[] = []
  for (const piece of pieces) {
    if (typeof piece === 'string') for (const part of keyParts(piece)) parts.push(part)
    else parts.push(piece)
  }
  return parts
}

/** The program's own output as a table of lines. */
export function outputTable(output: readonly { readonly line: number; readonly text: string }[], meta: Meta): EventTable {
  return {
    kind: 'events', name: 'output', tool: 'bpftrace', length: output.length,
    columns: [
      { name: 'line', type: 'number', unit: '', values: Float64Array.from(output, row => row.line) },
      { name: 'text', type: 'text', values: output.map(row => row.text) },
    ],
    meta,
  }
}

function clockText(seconds: number): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0')
  return `${two(seconds / 3600)}:${two((seconds % 3600) / 60)}:${two(seconds % 60)}`
}
