/**
 * Recordings of Java Flight Recorder (`java -XX:StartFlightRecording`, `jcmd PID JFR.dump`, async-profiler `-o jfr`), version 2; a chain of chunks:
 *
 *     "FLR\0" u16 major, minor; u64 size, constant pools, metadata (offsets), start (ns since 1970), duration (ns), start (ticks), ticks per second; u32 flags
 *     size, type, fields ...                                      events; integers in LEB128
 *     size, 1, start, duration, delta, flags, pools ...           an event of type 1 holds constant pools: type, count, (number, value) ...
 *     size, 0, start, duration, id, strings, elements ...         an event of type 0 describes the types: a tree of names with attributes
 *
 * A sample names a thread and a stack by their numbers in the pools; a stack lists frames leaf first, a frame names a method, that its class, names are
 * symbols. Numbers are of one chunk only. Source: the sources of OpenJDK, jdk.jfr.internal.consumer, and of async-profiler, one.jfr.
 */
import type { Dataset, FrameKind, ValueType } from '../../src/model/index.ts'
import { kindCode } from '../../src/model/index.ts'
import type { Format } from '../reading/format.ts'
import { TASK } from '../stacks/frame-kind.ts'
import type { JfrType } from './jfr-types.ts'
import { JfrTypes } from './jfr-types.ts'
import { JfrCursor, JfrError } from './jfr-wire.ts'
import type { ThreadSink } from './thread-set.ts'
import type { Reading } from './whole-file.ts'
import { bytesFormat } from './whole-file.ts'

const HEADER = 68
const MAGIC = 0x464c5200
const METADATA = 0
const CHECKPOINT = 1

export const jfr: Format = bytesFormat({
  id: 'jfr',
  title: 'recordings of Java Flight Recorder: JDK 11 and later, async-profiler -o jfr',
  what: 'a recording of Java Flight Recorder',
  sniff: ({ bytes }) => bytes.length >= 8 && new JfrCursor(bytes).fixedInt() === MAGIC,
  read(bytes, reading) {
    try {
      return readChunks(bytes, reading)
    } catch (error) {
      if (error instanceof JfrError) return reading.fields.refuse(`a broken recording: ${error.message}`)
      throw error
    }
  },
})

/** What a kind of event measures. */
interface Measure {
  /** Name of the dataset. */
  readonly name: string
  readonly value: ValueType
  /** Field with the value; '' = 1 per event, `duration` = its time in ns. */
  readonly weight: string
  /** Field whose class becomes the innermost frame. */
  readonly leaf?: string
}

const SAMPLES: ValueType = { name: 'samples', unit: 'samples' }
const EVENTS: ValueType = { name: 'events', unit: 'count' }
const TIME: ValueType = { name: 'time', unit: 'ns' }
const BYTES: ValueType = { name: 'allocated', unit: 'bytes' }

/** The events that are read, in the order of their datasets. */
const MEASURES: ReadonlyMap<string, Measure> = new Map<string, Measure>([
  ['jdk.ExecutionSample', { name: 'cpu', value: SAMPLES, weight: '' }],
  ['jdk.CPUTimeSample', { name: 'cpu-time', value: SAMPLES, weight: '' }],
  ['profiler.WallClockSample', { name: 'wall', value: SAMPLES, weight: 'samples' }],
  ['jdk.NativeMethodSample', { name: 'native', value: SAMPLES, weight: '' }],
  ['jdk.ObjectAllocationSample', { name: 'alloc', value: BYTES, weight: 'weight', leaf: 'objectClass' }],
  ['jdk.ObjectAllocationInNewTLAB', { name: 'alloc', value: BYTES, weight: 'tlabSize', leaf: 'objectClass' }],
  ['jdk.ObjectAllocationOutsideTLAB', { name: 'alloc', value: BYTES, weight: 'allocationSize', leaf: 'objectClass' }],
  ['profiler.LiveObject', { name: 'live', value: BYTES, weight: 'allocationSize', leaf: 'objectClass' }],
  ['profiler.Malloc', { name: 'malloc', value: BYTES, weight: 'size' }],
  ['jdk.JavaMonitorEnter', { name: 'lock', value: TIME, weight: 'duration', leaf: 'monitorClass' }],
  ['jdk.ThreadPark', { name: 'park', value: TIME, weight: 'duration', leaf: 'parkedClass' }],
  ['jdk.JavaMonitorWait', { name: 'wait', value: TIME, weight: 'duration', leaf: 'monitorClass' }],
  ['jdk.ThreadSleep', { name: 'sleep', value: TIME, weight: 'duration' }],
  ['jdk.SocketRead', { name: 'socket-read', value: TIME, weight: 'duration' }],
  ['jdk.SocketWrite', { name: 'socket-write', value: TIME, weight: 'duration' }],
  ['jdk.FileRead', { name: 'file-read', value: TIME, weight: 'duration' }],
  ['jdk.FileWrite', { name: 'file-write', value: TIME, weight: 'duration' }],
  ['jdk.FileForce', { name: 'file-force', value: TIME, weight: 'duration' }],
  ['jdk.JavaExceptionThrow', { name: 'exceptions', value: EVENTS, weight: '', leaf: 'thrownClass' }],
  ['jdk.JavaErrorThrow', { name: 'errors', value: EVENTS, weight: '', leaf: 'thrownClass' }],
])

/** Kinds of frames by the words of the recording. */
const KINDS: ReadonlyMap<string, FrameKind> = new Map([
  ['Inlined', 'inline'],
  ['Native', 'user'],
  ['C++', 'user'],
  ['Kernel', 'kernel'],
])

function readChunks(bytes: Uint8Array, reading: Reading): readonly Dataset[] {
  const { fields, log, threads } = reading
  const chunks: Chunk[] = []
  for (let at = 0; at < bytes.length; ) {
    const { chunk, size } = openChunk(bytes, at, fields)
    if (chunk === undefined) {
      log.note(
        'truncated-input',
        'a chunk that was not finished is left out: the program ended before it was written',
        {
          count: 1,
        },
      )
      if (chunks.length === 0) fields.refuse('only a chunk that was not finished')
      break
    }
    chunks.push(chunk)
    at += size
  }
  const counts = new Map<string, number>()
  for (const chunk of chunks) chunk.count(counts)
  const sinks = new Map<string, ThreadSink>()
  for (const [event, { name, value }] of MEASURES)
    if (counts.has(event) && !sinks.has(name))
      sinks.set(name, threads.open({ name, value, sampled: value !== SAMPLES && value !== EVENTS }))
  const left = [...counts].filter(([event]) => !MEASURES.has(event))
  if (left.length > 0)
    log.note('events-left-out', `events of ${left.length} other kinds that have stacks`, {
      severity: 'info',
      text: left.map(([event]) => event).join(' '),
      count: left.reduce((all, [, count]) => all + count, 0),
    })
  const said = { truncated: 0, stackless: 0 }
  for (const chunk of chunks) chunk.read(sinks, said)
  if (said.truncated > 0)
    log.note('truncated-stacks', 'stacks that were deeper than the recorder keeps (stackdepth): callers are missing', {
      count: said.truncated,
    })
  if (said.stackless > 0)
    log.note('no-stack', 'events without a stack: they count for the whole', {
      severity: 'info',
      count: said.stackless,
    })
  const start = chunks[0]!.startNanos / 1e6
  const duration = chunks.reduce((all, { durationNanos }) => all + durationNanos, 0) / 1e9
  return threads.finish({
    tool: 'Java Flight Recorder',
    ...(start > 0 && start < 8.64e15 && { start: new Date(start).toISOString() }),
    ...(duration > 0 && { duration }),
  })
}

/** The chunk that begins at an index; none when it was not finished. */
function openChunk(
  bytes: Uint8Array,
  at: number,
  fields: Reading['fields'],
): { readonly chunk: Chunk | undefined; readonly size: number } {
  if (bytes.length - at < HEADER) return { chunk: undefined, size: 0 }
  const header = new JfrCursor(bytes, at)
  if (header.fixedInt() !== MAGIC) fields.refuse(`no chunk at byte ${at}`)
  const major = header.fixedShort()
  header.fixedShort()
  if (major !== 2)
    fields.refuse(
      `version ${major} of the format where 2 is known (${major < 2 ? 'written by a JDK before 11: convert it with JDK Mission Control' : 'a newer bpfview may read it'})`,
    )
  const [size, , metadata, startNanos, durationNanos, startTicks, frequency] = Array.from({ length: 7 }, () =>
    header.fixedLong(),
  ) as [number, number, number, number, number, number, number]
  const compressed = (header.fixedInt() & 1) !== 0
  if (size < HEADER || metadata < HEADER || metadata >= size || size > bytes.length - at)
    return { chunk: undefined, size: 0 }
  const cursor = new JfrCursor(bytes, at + metadata, at + size)
  cursor.compressed = compressed
  const types = new JfrTypes(cursor)
  cursor.at = at + HEADER
  const nanosPerTick = frequency > 0 ? 1e9 / frequency : 1
  return { chunk: new Chunk(cursor, types, { startNanos, durationNanos, startTicks, nanosPerTick }), size }
}

interface Times {
  readonly startNanos: number
  readonly durationNanos: number
  readonly startTicks: number
  readonly nanosPerTick: number
}

/** One chunk: its events, and where the entries of its pools lie. */
class Chunk {
  readonly startNanos: number
  readonly durationNanos: number
  private readonly times: Times
  private readonly cursor: JfrCursor
  private readonly types: JfrTypes
  private readonly start: number
  private readonly pools = new Map<number, Map<number, number>>()
  private readonly texts = new Map<number, string>()

  constructor(cursor: JfrCursor, types: JfrTypes, times: Times) {
    this.cursor = cursor
    this.types = types
    this.start = cursor.at
    this.times = times
    this.startNanos = times.startNanos
    this.durationNanos = times.durationNanos
    for (const id of this.events()) if (id === CHECKPOINT) this.readPools()
  }

  /** Counts the events that have a stack, by the name of their kind. */
  count(counts: Map<string, number>): void {
    for (const id of this.events()) {
      const type = id === METADATA || id === CHECKPOINT ? undefined : this.types.byId.get(id)
      if (type?.fields.some(({ name }) => name === 'stackTrace') === true)
        counts.set(type.name, (counts.get(type.name) ?? 0) + 1)
    }
  }

  /** Adds the events to the datasets of their measures. */
  read(sinks: ReadonlyMap<string, ThreadSink>, said: { truncated: number; stackless: number }): void {
    const stacks = new Map<ThreadSink, StackNodes>()
    for (const id of this.events()) {
      const type = this.types.byId.get(id)
      const measure = type === undefined ? undefined : MEASURES.get(type.name)
      if (type === undefined || measure === undefined) continue
      const sink = sinks.get(measure.name)!
      let nodes = stacks.get(sink)
      if (nodes === undefined) stacks.set(sink, (nodes = new StackNodes(this, sink)))
      const event = this.record(type)
      const thread = nodes.thread(event.get('sampledThread') ?? event.get('eventThread'))
      const stack = nodes.stack(thread.node, event.get('stackTrace'))
      if (stack.truncated) said.truncated++
      if (stack.node === thread.node) said.stackless++
      const leaf = measure.leaf === undefined ? '' : this.className(event.get(measure.leaf))
      const node = leaf === '' ? stack.node : sink.stacks.child(stack.node, sink.stacks.frame(leaf, '', MARKER))
      const ticks = number(event.get('startTime')) - this.times.startTicks
      sink.add(node, this.weight(event, measure), (this.startNanos + ticks * this.times.nanosPerTick) / 1e9, thread.ids)
    }
  }

  /** An entry of a pool by the name of its type; undefined when there is none. */
  entry(type: string, id: number | string | undefined): ReadonlyMap<string, number | string> | undefined {
    const known = this.types.byName.get(type)
    const at = known === undefined ? undefined : this.pools.get(known.id)?.get(number(id))
    if (known === undefined || at === undefined) return undefined
    this.cursor.at = at
    return this.record(known)
  }

  /** Stack by its number: whether it was cut, and its frames, leaf first. */
  frames(id: number): { readonly truncated: boolean; readonly frames: ReadonlyMap<string, number | string>[] } {
    const type = this.types.byName.get('jdk.types.StackTrace')
    const at = type === undefined ? undefined : this.pools.get(type.id)?.get(id)
    const frames: ReadonlyMap<string, number | string>[] = []
    let truncated = false
    if (type === undefined || at === undefined) return { truncated, frames }
    this.cursor.at = at
    for (const field of type.fields) {
      const of = field.array && !field.pooled ? this.types.byId.get(field.type) : undefined
      if (field.name === 'frames' && of !== undefined)
        for (let count = this.cursor.count('frames'); count > 0; count--) frames.push(this.record(of))
      else if (field.name === 'truncated') truncated = this.types.value(field, this.cursor) === 1
      else this.types.skip(field, this.cursor)
    }
    return { truncated, frames }
  }

  className(id: number | string | undefined): string {
    return arrayName(this.symbol(this.entry('java.lang.Class', id)?.get('name')))
  }

  /** Text of a symbol. */
  symbol(id: number | string | undefined): string {
    if (typeof id !== 'number') return id ?? ''
    let text = this.texts.get(id)
    if (text === undefined) this.texts.set(id, (text = this.string(this.entry('jdk.types.Symbol', id)?.get('string'))))
    return text
  }

  /** A text, or the one of the pool of strings that has this number. */
  string(value: number | string | undefined): string {
    if (typeof value !== 'number') return value ?? ''
    const type = this.types.byName.get('java.lang.String')
    const at = type === undefined ? undefined : this.pools.get(type.id)?.get(value)
    if (at === undefined) return ''
    this.cursor.at = at
    const text = this.cursor.text()
    return typeof text === 'string' ? text : ''
  }

  /** The types of the events in turn; the cursor stands at their fields. */
  private *events(): Iterable<number> {
    const { cursor } = this
    const { end } = cursor
    for (let at = this.start; at < end; ) {
      cursor.at = at
      const size = cursor.int()
      if (size <= 0 || size > end - at) throw new JfrError(`an event of ${size} bytes where ${end - at} are left`)
      at += size
      yield cursor.long()
    }
  }

  /** Notes where the entries of the pools of a checkpoint lie. */
  private readPools(): void {
    const { cursor, types } = this
    for (let i = 0; i < 3; i++) cursor.long()
    cursor.byte()
    for (let pools = cursor.count('pools'); pools > 0; pools--) {
      const type = cursor.long()
      let entries = this.pools.get(type)
      if (entries === undefined) this.pools.set(type, (entries = new Map()))
      for (let count = cursor.count('entries'); count > 0; count--) {
        const id = cursor.long()
        entries.set(id, cursor.at)
        types.skipOne(type, cursor)
      }
    }
  }

  /** The fields that are numbers, texts or numbers of entries. */
  private record(type: JfrType): Map<string, number | string> {
    const found = new Map<string, number | string>()
    for (const field of type.fields) {
      const value = this.types.value(field, this.cursor)
      if (value !== undefined) found.set(field.name, value)
    }
    return found
  }

  private weight(event: ReadonlyMap<string, number | string>, { weight }: Measure): number {
    if (weight === '') return 1
    const value = Math.max(0, number(event.get(weight)))
    return weight === 'duration' ? Math.round(value * this.times.nanosPerTick) : value
  }
}

const MARKER = kindCode('marker')

/** Nodes of a chunk's threads and stacks in the tree of one dataset. */
class StackNodes {
  private readonly chunk: Chunk
  private readonly sink: ThreadSink
  private readonly threads = new Map<number, { readonly node: number; readonly ids: { tid: number; pid: number } }>()
  private readonly frames = new Map<string, number>()
  private readonly paths = new Map<number, { readonly truncated: boolean; readonly frames: readonly number[] }>()
  private readonly placed = new Map<string, number>()

  constructor(chunk: Chunk, sink: ThreadSink) {
    this.chunk = chunk
    this.sink = sink
  }

  thread(id: number | string | undefined): { readonly node: number; readonly ids: { tid: number; pid: number } } {
    const key = number(id)
    let thread = this.threads.get(key)
    if (thread === undefined) {
      const { sink, chunk } = this
      const facts = chunk.entry('java.lang.Thread', key)
      const [java, os, tid] = [facts?.get('javaName'), facts?.get('osName'), number(facts?.get('osThreadId'))]
      const name = chunk.string(java) || chunk.string(os)
      const node = name === '' ? sink.root : sink.stacks.child(sink.root, sink.stacks.frame(name, '', TASK))
      thread = { node, ids: { tid: tid > 0 && tid < 2 ** 31 ? tid : -1, pid: -1 } }
      this.threads.set(key, thread)
    }
    return thread
  }

  stack(root: number, id: number | string | undefined): { readonly truncated: boolean; readonly node: number } {
    const key = number(id)
    let path = this.paths.get(key)
    if (path === undefined) {
      const { truncated, frames } = this.chunk.frames(key)
      this.paths.set(key, (path = { truncated, frames: frames.map(frame => this.frame(frame)) }))
    }
    const { truncated, frames } = path
    const place = `${root} ${key}`
    let node = this.placed.get(place)
    if (node === undefined) {
      node = root
      for (let i = frames.length - 1; i >= 0; i--) node = this.sink.stacks.child(node, frames[i]!)
      this.placed.set(place, node)
    }
    return { truncated, node }
  }

  private frame(facts: ReadonlyMap<string, number | string>): number {
    const [method, type] = [facts.get('method'), facts.get('type')]
    const key = `${method} ${type}`
    let frame = this.frames.get(key)
    if (frame === undefined) {
      const { chunk, sink } = this
      const of = chunk.entry('jdk.types.Method', method)
      const owner = chunk.className(of?.get('type'))
      const name = chunk.symbol(of?.get('name')) || '[unknown]'
      const kind = KINDS.get(chunk.string(chunk.entry('jdk.types.FrameType', type)?.get('description'))) ?? 'jit'
      frame = sink.stacks.frame(owner === '' ? name : `${owner}.${name}`, '', kindCode(kind))
      this.frames.set(key, frame)
    }
    return frame
  }
}

const PRIMITIVES: Readonly<Record<string, string>> = {
  B: 'byte',
  C: 'char',
  D: 'double',
  F: 'float',
  I: 'int',
  J: 'long',
  S: 'short',
  Z: 'boolean',
}

/** `byte[][]` for `[[B`; other names stay. */
function arrayName(name: string): string {
  const array = /^(\[{1,255})(?:L([^;]+);|([BCDFIJSZ])$)/.exec(name)
  return array === null ? name : (array[2] ?? PRIMITIVES[array[3]!]!) + '[]'.repeat(array[1]!.length)
}

function number(value: number | string | undefined): number {
  return typeof value === 'number' ? value : 0
}
