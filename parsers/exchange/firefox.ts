/**
 * Profiles of the Firefox Profiler, as profiler.firefox.com, samply and importers save them. Tables are objects of columns; from version 60 on they are shared:
 *
 *     {"meta":{"preprocessedProfileVersion":60,"interval":1,"startTime":0,"categories":[{"name":"User",...},{"name":"Kernel",...}]},"libs":[],
 *      "shared":{"stackTable":{"length":2,"frame":[0,1],"prefix":[null,0]},"frameTable":{"length":2,"func":[0,1],"category":[0,1],"inlineDepth":[0,0]},
 *        "funcTable":{"length":2,"name":[0,1],"resource":[0,-1]},"resourceTable":{"length":1,"name":[2],"type":[1]},"stringArray":["main","work","libc.so.6"]},
 *      "threads":[{"name":"app","pid":"7","tid":7,"samples":{"length":2,"stack":[1,null],"time":[0,1.5],"weight":null,"weightType":"samples"}}]}
 *
 * Versions 53 to 75 differ in: tables per thread or shared (60), `prefix` or the distance to it (66), inlineDepth or flags (71), isJS or flags (75), `time`
 * or `timeDeltas`. Raw profiles of the Gecko engine, which `perf script report gecko` writes too, are in gecko.ts.
 * Source: CHANGELOG-formats.md of firefox-devtools/profiler.
 */
import type { Dataset, FrameKind, ValueType } from '../../src/model/index.ts'
import { kindCode } from '../../src/model/index.ts'
import { kindOfModule } from '../stacks/frame-kind.ts'
import { amount, items, record, word } from './fields.ts'
import { firefoxMeta } from './firefox-meta.ts'
import { readGecko } from './gecko.ts'
import type { ThreadSink } from './thread-set.ts'
import type { Reading } from './whole-file.ts'
import { documentFormat } from './whole-file.ts'

const OLDEST = 53
const NEWEST = 75
/** Bits of a frame's flags, from version 71 on: what is absent has the number 0 and its bit unset. */
const INLINED = 1
const HAS_LIB = 2
const HAS_CATEGORY = 4
/** Bits of a function's flags, from version 75 on. */
const IS_JS = 1
const HAS_RESOURCE = 4
const HAS_SOURCE = 8
/** Value types, by the profiler's words for them. */
const WEIGHTS: ReadonlyMap<string, ValueType> = new Map([
  ['samples', { name: 'samples', unit: 'samples' }],
  ['tracing-ms', { name: 'time', unit: 'ms' }],
  ['bytes', { name: 'bytes', unit: 'bytes' }],
])

export const firefox = documentFormat({
  id: 'firefox',
  title: 'profiles of the Firefox Profiler (versions 53 to 75), samply, perf script report gecko',
  what: 'a profile of the Firefox Profiler',
  sniff: shape =>
    shape.has('meta.preprocessedProfileVersion') ||
    shape.has('threads[].stackTable') ||
    shape.has('threads[].samples.schema') ||
    (shape.has('meta.interval') &&
      (shape.has('meta.processType') || shape.has('meta.stackwalk') || shape.has('threads'))),
  read: readFirefox,
})

type Json = Readonly<Record<string, unknown>>

function readFirefox(document: unknown, reading: Reading): readonly Dataset[] {
  const { fields, threads } = reading
  const profile = fields.object(document, 'the document')
  const meta = fields.object(profile['meta'], 'meta')
  const version = amount(meta['preprocessedProfileVersion'])
  if (version === undefined) return readGecko(profile, meta, reading)
  if (version < OLDEST || version > NEWEST)
    fields.refuse(
      `format version ${version} of the Firefox Profiler where ${OLDEST} to ${NEWEST} are known (${version > NEWEST ? 'a newer bpfview may read it' : 'open and save it in profiler.firefox.com'})`,
    )
  const names = {
    categories: items(meta['categories']).map(one => word(record(one)?.['name'])),
    libs: items(profile['libs']).map(one => word(record(one)?.['name'])),
  }
  for (const [i, value] of fields.list(profile['threads'], 'threads').entries()) {
    const thread = fields.object(value, `threads[${i}]`)
    const tables = new Tables(record(profile['shared']) ?? {}, thread, names, reading)
    readSamples(thread, 'samples', tables, reading)
    for (const extra of ['jsAllocations', 'nativeAllocations'])
      if (record(thread[extra]) !== undefined) readSamples(thread, extra, tables, reading)
  }
  return threads.finish(firefoxMeta(meta))
}

function readSamples(thread: Json, table: string, tables: Tables, { fields, threads, log }: Reading): void {
  const samples = fields.object(thread[table], table)
  const stack = fields.list(samples['stack'], `${table}.stack`)
  const weight = Array.isArray(samples['weight']) ? samples['weight'] : undefined
  const kind =
    weight === undefined ? 'samples' : word(samples['weightType']) || (table === 'samples' ? 'samples' : 'bytes')
  const value = WEIGHTS.get(kind) ?? fields.refuse(`${table}.weightType is ${JSON.stringify(kind.slice(0, 40))}`)
  const ids = { tid: amount(thread['tid']), pid: amount(thread['pid']) }
  const name = word(thread['name']) || 'thread'
  const sink = threads.open({
    name: table === 'samples' ? name : `${name}: ${table}`,
    value,
    ...(ids.tid !== undefined && { tid: ids.tid }),
    ...(ids.pid !== undefined && { pid: ids.pid }),
  })
  const nodeOf = tables.nodes(sink)
  const deltas = Array.isArray(samples['timeDeltas']) ? samples['timeDeltas'] : undefined
  const times = items(samples['time'])
  let at = 0
  let stackless = 0
  let freed = 0
  for (let i = 0; i < stack.length; i++) {
    if (deltas !== undefined) at += amount(deltas[i]) ?? 0
    const time = deltas === undefined ? (amount(times[i]) ?? NaN) : at
    const of = weight === undefined ? 1 : fields.number(weight[i], `${table}.weight[${i}]`)
    if (of < 0) {
      freed++
      sink.leaveOut(of)
      continue
    }
    if (stack[i] === null || stack[i] === -1) {
      stackless++
      sink.add(sink.root, of, time / 1000)
    } else sink.add(nodeOf(stack[i]), of, time / 1000)
  }
  if (stackless > 0)
    log.note('no-stack', 'samples without a stack: they count for the whole', { severity: 'info', count: stackless })
  if (freed > 0)
    log.note('values-negative', 'memory given back, left out: what was allocated is shown', {
      severity: 'info',
      count: freed,
    })
}

/** Names that tables of all versions point to. */
interface Names {
  readonly categories: readonly string[]
  readonly libs: readonly string[]
}

/** The tables of stacks, frames and functions that a thread's samples point into. */
class Tables {
  private readonly stackFrame: readonly unknown[]
  private readonly prefix: readonly unknown[]
  /** True when `prefix` holds distances. */
  private readonly distances: boolean
  private readonly frames: Json
  private readonly funcs: Json
  private readonly resources: Json
  private readonly sources: Json
  private readonly strings: readonly unknown[]
  private readonly names: Names
  private readonly reading: Reading

  constructor(shared: Json, thread: Json, names: Names, reading: Reading) {
    const { fields } = reading
    const table = (name: string): Json => fields.object(shared[name] ?? thread[name], name)
    const stacks = table('stackTable')
    this.stackFrame = fields.list(stacks['frame'], 'stackTable.frame')
    this.distances = stacks['prefixOffset'] !== undefined
    this.prefix = fields.list(stacks['prefixOffset'] ?? stacks['prefix'], 'stackTable.prefix')
    this.frames = table('frameTable')
    this.funcs = table('funcTable')
    this.resources = record(shared['resourceTable'] ?? thread['resourceTable']) ?? {}
    this.sources = record(shared['sources']) ?? {}
    this.strings = fields.list(shared['stringArray'] ?? thread['stringArray'] ?? thread['stringTable'], 'stringArray')
    this.names = names
    this.reading = reading
  }

  /** Node of each stack number in the tree of one thread. */
  nodes(sink: ThreadSink): (stack: unknown) => number {
    const placed = new Map<number, number>()
    const known = new Map<number, number>()
    const { fields } = this.reading
    return value => {
      const start = fields.index(value, this.stackFrame.length, 'a sample’s stack')
      const path: number[] = []
      let stack = start
      while (stack >= 0 && !placed.has(stack)) {
        path.push(stack)
        stack = this.callerOf(stack)
      }
      let node = stack < 0 ? sink.root : placed.get(stack)!
      for (let i = path.length - 1; i >= 0; i--) {
        const number = fields.index(this.stackFrame[path[i]!], 2 ** 31, 'a stack’s frame')
        let frame = known.get(number)
        if (frame === undefined) known.set(number, (frame = this.frame(number, sink)))
        node = sink.stacks.child(node, frame)
        placed.set(path[i]!, node)
      }
      return node
    }
  }

  /** Number of the calling stack, -1 at the root. A caller stands before what it calls, so that no stack is its own caller. */
  private callerOf(stack: number): number {
    const told = this.prefix[stack]
    if (told === null || told === -1 || (this.distances && told === 0)) return -1
    const caller = this.distances ? stack - this.reading.fields.index(told, stack + 1, 'stackTable.prefixOffset') : told
    return this.reading.fields.index(caller, stack, `stackTable.prefix[${stack}]`)
  }

  private frame(number: number, sink: ThreadSink): number {
    const { fields } = this.reading
    const func = fields.index(items(this.frames['func'])[number], 2 ** 31, `frameTable.func[${number}]`)
    const name = this.text(items(this.funcs['name'])[func], `funcTable.name[${func}]`)
    const module = this.moduleOf(func) || this.libraryOf(number)
    const depth = amount(items(this.frames['inlineDepth'])[number]) ?? 0
    const flags = flagsOf(this.frames, number)
    const inlined = depth > 0 || has(flags, INLINED, false)
    const js = items(this.funcs['isJS'])[func] === true || has(flagsOf(this.funcs, func), IS_JS, false)
    const told = has(flags, HAS_CATEGORY, true) ? amount(items(this.frames['category'])[number]) : undefined
    const category = this.names.categories[told ?? -1] ?? ''
    const kind = inlined ? 'inline' : (kindOfCategory(category, js) ?? kindOfModule(module, name))
    return sink.stacks.frame(name, module, kindCode(kind))
  }

  private moduleOf(func: number): string {
    const flags = flagsOf(this.funcs, func)
    const resource = amount(items(this.funcs['resource'])[func]) ?? -1
    if (resource >= 0 && has(flags, HAS_RESOURCE, true)) {
      const name = items(this.resources['name'])[resource]
      if (name !== undefined && name !== null) return this.text(name, `resourceTable.name[${resource}]`)
    }
    const file = items(this.funcs['fileName'])[func]
    if (typeof file === 'number' && file >= 0) return this.text(file, `funcTable.fileName[${func}]`)
    const source = items(this.funcs['source'])[func]
    const given = typeof source === 'number' && source >= 0 && has(flags, HAS_SOURCE, true)
    const path = given ? items(this.sources['filename'])[source] : undefined
    return typeof path === 'number' && path >= 0 ? this.text(path, `sources.filename[${source}]`) : ''
  }

  /** Name of the library of a frame, of versions from 70 on whose functions have no resource. */
  private libraryOf(frame: number): string {
    const lib = amount(items(this.frames['lib'])[frame]) ?? -1
    return has(flagsOf(this.frames, frame), HAS_LIB, true) ? (this.names.libs[lib] ?? '') : ''
  }

  private text(index: unknown, where: string): string {
    const { fields } = this.reading
    return fields.text(this.strings[fields.index(index, this.strings.length, where)], 'a string')
  }
}

/** Flags of a row; undefined for versions without them. */
function flagsOf(table: Json, row: number): number | undefined {
  return amount(items(table['flags'])[row])
}

function has(flags: number | undefined, bit: number, without: boolean): boolean {
  return flags === undefined ? without : (flags & bit) !== 0
}

/** Kind of a frame whose category says it, undefined for the many categories that only Firefox has. */
export function kindOfCategory(category: string, js: boolean): FrameKind | undefined {
  if (category === 'Kernel') return 'kernel'
  if (js || category === 'JIT' || category === 'JavaScript') return 'jit'
  return category === 'Unknown' ? 'unknown' : undefined
}
