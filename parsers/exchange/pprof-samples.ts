import type { Dataset, Meta, ProfileDiff, SampleTable, StackTree, ValueType } from '../../src/model/index.ts'
import { kindCode, ROOT, StackTreeBuilder } from '../../src/model/index.ts'
import { isUnnamed, kindOfModule } from '../stacks/frame-kind.ts'
import type { Fields } from './fields.ts'
import type { PprofRows } from './pprof-rows.ts'
import type { Place, PprofTables, SampleType } from './pprof-tables.ts'
import { Wire } from './protobuf.ts'
import type { Reading } from './whole-file.ts'

type Id = number | bigint

/** Units by pprof's words for them; others stay as they are. */
export const PPROF_UNITS: ReadonlyMap<string, string> = new Map([
  ['nanoseconds', 'ns'],
  ['microseconds', 'us'],
  ['milliseconds', 'ms'],
  ['seconds', 's'],
  ['kilobytes', 'KiB'],
  ['megabytes', 'MiB'],
  ['gigabytes', 'GiB'],
  ['byte', 'bytes'],
  ['count', 'count'],
])

/** Labels that are part of the model, by the names that perf_to_profile, Parca, pprof-rs, Datadog's and async-profiler's writers give them. */
const COMM = new Set(['comm', 'thread_comm', 'thread', 'thread_name', 'thread name'])
const NUMBERS: ReadonlyMap<string, keyof Numbers> = new Map([
  ['pid', 'pid'],
  ['process_id', 'pid'],
  ['tid', 'tid'],
  ['thread_id', 'tid'],
  ['thread id', 'tid'],
  ['cpu', 'cpu'],
  ['timestamp_ns', 'timestamp'],
  ['end_timestamp_ns', 'timestamp'],
])
/** Says which side of a difference a sample is on, which the sign of its values says too. */
const BASE = 'pprof::base'

/** A sample's labels as far as the model has a place for them. */
interface Labels extends Numbers {
  comm: string
  /** Keys of those that it has none for. */
  readonly left: string[]
}

/** NaN = not told. */
interface Numbers {
  pid: number
  tid: number
  cpu: number
  /** Nanoseconds. */
  timestamp: number
}

/** The columns of all samples: `values` has a column per sample type. */
interface Columns {
  readonly stack: Int32Array
  readonly values: readonly Float64Array[]
  /** Seconds; NaN = not told. */
  readonly time: Float64Array
  readonly cpu: Float64Array
  readonly pid: Float64Array
  readonly tid: Float64Array
}

/** One dataset per sample type, the one that pprof shows by default first. */
export function pprofDatasets(rows: PprofRows, tables: PprofTables, reading: Reading): Dataset[] {
  const { log } = reading
  const builder = new StackTreeBuilder()
  const columns = readSamples(rows, tables, builder, reading)
  const stacks = builder.finish()
  const { types } = tables
  const named = types.findIndex(({ type }) => type === tables.defaultType && type !== '')
  const first = named >= 0 ? named : types.length - 1
  const order = [first, ...types.map((_, i) => i).filter(i => i !== first)]
  if (types.length > 1)
    log.note(
      'sample-types',
      `${types[first]!.type} is shown first; the file also has ${order
        .slice(1)
        .map(i => types[i]!.type)
        .join(', ')}: choose with --value`,
      { severity: 'info', count: types.length },
    )
  if (tables.dropFrames !== '')
    log.note(
      'drop-frames-ignored',
      'pprof would hide the functions that the file names as uninteresting; they are shown',
      {
        severity: 'info',
        text: tables.dropFrames,
      },
    )
  for (const text of tables.comments) log.note('comment', 'the file says', { severity: 'info', text })
  const meta = metaOf(tables, sampleCount(types, columns))
  const name = types.length === 1 ? types[0]!.type || 'pprof' : tables.periodType?.type || 'pprof'
  const timed = reading.options.timeline === true && columns.time.some(time => !Number.isNaN(time))
  return order.map((i): Dataset => {
    const value = valueType(types[i]!)
    const weights = columns.values[i]!
    if (weights.some(weight => weight < 0)) {
      log.note('values-negative', `negative values of ${value.name}: a difference, not a profile`, {
        count: weights.filter(weight => weight < 0).length,
      })
      return difference({ name, value, stacks, meta }, weights, columns.stack)
    }
    if (timed) return samplesOf({ name, value, stacks, meta }, weights, columns)
    const self = new Float64Array(stacks.parent.length)
    weights.forEach((weight, row) => (self[columns.stack[row]!]! += weight))
    return { kind: 'profile', name, value, stacks, self, meta }
  })
}

function readSamples(
  rows: PprofRows,
  tables: PprofTables,
  builder: StackTreeBuilder,
  { fields, log, options }: Reading,
): Columns {
  const { types } = tables
  const { odd } = rows
  if (odd !== undefined || (rows.samples > 0 && rows.values.length !== types.length))
    fields.refuse(
      `sample ${odd?.sample ?? 0} has ${odd?.values ?? rows.values.length} values for ${types.length} sample types`,
    )
  const frames = new PlaceFrames(builder, tables.places, options.addrs === true)
  const dropped = new Map<string, number>()
  const task = kindCode('task')
  const labels = Array.from({ length: rows.labels.count }, (_, i) => labelsOf(rows.labels.of(i), tables))
  const times = rows.labelled.column(labels.length)
  labels.forEach(({ left }, i) => {
    for (const key of left) dropped.set(key, (dropped.get(key) ?? 0) + times[i]!)
  })
  const stack = new Int32Array(rows.length)
  const column = (of: (labels: Labels) => number): Float64Array =>
    Float64Array.from(stack, (_, row) => (rows.label.at(row) < 0 ? NaN : of(labels[rows.label.at(row)]!)))
  for (let row = 0; row < stack.length; row++) {
    const comm = rows.label.at(row) < 0 ? '' : labels[rows.label.at(row)]!.comm
    const root = comm === '' ? ROOT : builder.child(ROOT, builder.frame(comm, '', task))
    stack[row] = frames.stack(root, rows.stacks.of(rows.stack.at(row)), fields)
  }
  if (rows.inexact > 0)
    log.note('inexact-value', 'a value above 2^53 is kept only to 53 bits', { severity: 'info', count: rows.inexact })
  for (const [key, count] of dropped)
    log.note('labels-dropped', 'labels that are not kept', { severity: 'info', text: key, count })
  return {
    stack,
    values: types.map((_, i) => rows.values[i]?.column(stack.length) ?? new Float64Array(0)),
    time: column(({ timestamp }) => timestamp / 1e9),
    cpu: column(({ cpu }) => cpu),
    pid: column(({ pid }) => pid),
    tid: column(({ tid }) => tid),
  }
}

/** What a set of labels says, each label with its length before it. */
function labelsOf(bytes: Uint8Array, tables: PprofTables): Labels {
  const labels: Labels = { comm: '', pid: NaN, tid: NaN, cpu: NaN, timestamp: NaN, left: [] }
  for (let at = 0; at < bytes.length; ) {
    let size = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++]!
      size += (byte & 0x7f) * scale
      if (byte < 0x80) break
    }
    readLabel(new Wire(bytes, at, at + size), tables, labels)
    at += size
  }
  return labels
}

function readLabel(wire: Wire, { text }: PprofTables, labels: Labels): void {
  let key = ''
  let string = ''
  let number = 0
  while (wire.next()) {
    if (wire.field === 1) key = text(wire.id())
    else if (wire.field === 2) string = text(wire.id())
    else if (wire.field === 3) number = wire.signed()
  }
  const known = NUMBERS.get(key)
  if (COMM.has(key) && string !== '') labels.comm = string
  else if (known !== undefined) labels[known] = string === '' ? number : Number(string)
  else if (key !== BASE) labels.left.push(key)
}

/** A number as an id of the model, -1 = none. */
function idOf(number: number): number {
  return Number.isInteger(number) && number >= 0 && number < 2 ** 31 ? number : -1
}

/** The frames of locations, each made once: the real function first, then what is inlined into it. */
class PlaceFrames {
  private readonly builder: StackTreeBuilder
  private readonly places: ReadonlyMap<Id, Place>
  private readonly addresses: boolean
  private readonly known = new Map<Id, readonly number[]>()

  constructor(builder: StackTreeBuilder, places: ReadonlyMap<Id, Place>, addresses: boolean) {
    this.builder = builder
    this.places = places
    this.addresses = addresses
  }

  /** Node of a stack called from a node, by the bytes of its location ids, leaf first. */
  stack(root: number, ids: Uint8Array, fields: Fields): number {
    const path: (readonly number[])[] = []
    const wire = new Wire(ids)
    wire.eachPacked(number => {
      const id = number.id()
      path.push(this.at(id) ?? fields.refuse(`a sample is at location ${id}, which does not exist`))
    })
    let node = root
    for (let i = path.length - 1; i >= 0; i--) for (const frame of path[i]!) node = this.builder.child(node, frame)
    return node
  }

  /** Frames of a location; undefined when there is none. */
  private at(id: Id): readonly number[] | undefined {
    let frames = this.known.get(id)
    if (frames === undefined) {
      const place = this.places.get(id)
      if (place === undefined) return undefined
      this.known.set(id, (frames = this.framesOf(place)))
    }
    return frames
  }

  private framesOf({ module, address, lines }: Place): number[] {
    const frames: number[] = []
    for (let i = lines.length - 1; i >= 0; i--) {
      const { name, filename } = lines[i]!
      const shown = name === '' ? this.unnamed(address) : name
      const place = module === '' ? filename : module
      const inlined = i < lines.length - 1 && !isUnnamed(shown)
      frames.push(this.builder.frame(shown, place, kindCode(inlined ? 'inline' : kindOfModule(place, shown))))
    }
    if (lines.length === 0) {
      const name = this.unnamed(address)
      frames.push(this.builder.frame(name, module, kindCode(kindOfModule(module, name))))
    }
    return frames
  }

  private unnamed(address: Id): string {
    return this.addresses && address !== 0 ? `[unknown <${address.toString(16)}>]` : '[unknown]'
  }
}

function valueType({ type, unit }: SampleType): ValueType {
  const name = type === '' ? 'value' : type
  if (unit === 'count' && name === 'samples') return { name, unit: 'samples' }
  return { name, unit: PPROF_UNITS.get(unit) ?? unit }
}

/** Samples behind the values, where a type of value counts them. */
function sampleCount(types: readonly SampleType[], { values }: Columns): number | undefined {
  const counting = types.findIndex(({ type, unit }) => type === 'samples' && unit === 'count')
  return counting < 0 || types.length === 1 ? undefined : values[counting]!.reduce((all, value) => all + value, 0)
}

function metaOf({ periodType, period, timeNanos, durationNanos }: PprofTables, samples: number | undefined): Meta {
  const start = timeNanos / 1e6
  const frequency = period > 0 && periodType?.unit === 'nanoseconds' ? 1e9 / period : undefined
  return {
    tool: 'pprof',
    ...(samples !== undefined && { samples }),
    ...(periodType !== undefined && periodType.type !== '' && { event: periodType.type }),
    ...(frequency !== undefined && { frequency: Number(frequency.toPrecision(6)) }),
    ...(start > 0 && start < 8.64e15 && { start: new Date(start).toISOString() }),
    ...(durationNanos > 0 && { duration: durationNanos / 1e9 }),
  }
}

/** What every dataset of the file has. */
interface About {
  readonly name: string
  readonly value: ValueType
  readonly stacks: StackTree
  readonly meta: Meta
}

function difference(about: About, weights: Float64Array, stack: Int32Array): ProfileDiff {
  const before = new Float64Array(about.stacks.parent.length)
  const after = new Float64Array(about.stacks.parent.length)
  weights.forEach((weight, row) => {
    if (weight < 0) before[stack[row]!]! -= weight
    else after[stack[row]!]! += weight
  })
  return { kind: 'profile-diff', ...about, before, after, normalization: 'count' }
}

function samplesOf(about: About, weights: Float64Array, { stack, time, cpu, pid, tid }: Columns): SampleTable {
  const column = (ids: Float64Array): Int32Array | undefined =>
    ids.some(id => idOf(id) >= 0) ? Int32Array.from(ids, idOf) : undefined
  const [cpus, pids, tids] = [column(cpu), column(pid), column(tid)]
  return {
    kind: 'samples',
    ...about,
    time,
    stack,
    weight: weights,
    ...(cpus !== undefined && { cpu: cpus }),
    ...(pids !== undefined && { pid: pids }),
    ...(tids !== undefined && { tid: tids }),
  }
}
