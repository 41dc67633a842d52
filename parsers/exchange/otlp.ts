/**
 * Profiles of OpenTelemetry (OTLP, v1development of proto 1.10 and later), as protobuf or as JSON, in which 64-bit numbers are text:
 *
 *     {"resourceProfiles":[{"scopeProfiles":[{"profiles":[{"sampleType":{"typeStrindex":1,"unitStrindex":2},
 *        "samples":[{"stackIndex":1,"attributeIndices":[1],"values":["3"],"timestampsUnixNano":["1764000000000000000"]}],
 *        "timeUnixNano":"1764000000000000000","durationNano":"5000000000"}]}]}],
 *      "dictionary":{"mappingTable":[{},{"filenameStrindex":3}],"locationTable":[{},{"mappingIndex":1,"lines":[{"functionIndex":2},{"functionIndex":1}]}],
 *        "functionTable":[{},{"nameStrindex":4},{"nameStrindex":5}],"stringTable":["","cpu","nanoseconds","/usr/bin/app","main","inlined","thread.name"],
 *        "attributeTable":[{},{"keyStrindex":6,"value":{"stringValue":"app"}}],"stackTable":[{},{"locationIndices":[1]}]}}
 *
 * Stacks are leaf first, lines innermost inlined first, element 0 of every table stands for none. A sample has values, times that count 1 each, or both.
 * Source: opentelemetry/proto/profiles/v1development/profiles.proto.
 */
import type { Dataset, FrameKind, ValueType } from '../../src/model/index.ts'
import { kindCode } from '../../src/model/index.ts'
import type { Format } from '../reading/format.ts'
import { isUnnamed, kindOfModule } from '../stacks/frame-kind.ts'
import { amount, items, record, word } from './fields.ts'
import { jsonShape } from './json-shape.ts'
import { isOtlp, otlpDocument } from './otlp-wire.ts'
import { PPROF_UNITS } from './pprof-samples.ts'
import type { ThreadSink } from './thread-set.ts'
import type { Reading } from './whole-file.ts'
import { bytesFormat, parseDocument } from './whole-file.ts'

export const otlp: Format = bytesFormat({
  id: 'otlp',
  title: 'OTLP profiles (proto 1.10 and later), protobuf or JSON',
  what: 'OTLP profiles',
  sniff: head => jsonShape(head).has('resourceProfiles') || isOtlp(head.bytes, head.cut),
  read: (bytes, reading) =>
    readOtlp(isBinary(bytes) ? otlpDocument(bytes, reading.fields) : parseDocument(bytes, reading.fields), reading),
})

/** A message of 123 bytes begins like JSON behind an empty line; JSON has no control characters but blanks and line ends. */
function isBinary(bytes: Uint8Array): boolean {
  return (
    bytes[0] === 0x0a &&
    (bytes[1] !== 0x7b || bytes.subarray(0, 4096).some(byte => byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 13))
  )
}

type Json = Readonly<Record<string, unknown>>

/** Kinds of frames by the words of the semantic conventions; others are of managed languages. */
const KINDS = new Map<string, FrameKind>([
  ['kernel', 'kernel'],
  ['native', 'user'],
  ['go', 'user'],
  ['rust', 'user'],
])
/** Units in the words of UCUM besides pprof's. */
const UCUM = new Map([
  ['ns', 'ns'],
  ['us', 'us'],
  ['ms', 'ms'],
  ['s', 's'],
  ['By', 'bytes'],
  ['1', 'count'],
])

function readOtlp(document: unknown, reading: Reading): readonly Dataset[] {
  const { fields, threads } = reading
  const file = fields.object(document, 'the document')
  const resources = fields.list(file['resourceProfiles'], 'resourceProfiles')
  const tables = record(file['dictionary'])
  const dictionary = tables === undefined ? undefined : new Dictionary(tables, reading)
  for (const resource of resources)
    for (const scope of items(record(resource)?.['scopeProfiles']))
      for (const value of items(record(scope)?.['profiles'])) {
        const profile = fields.object(value, 'a profile')
        if (dictionary === undefined || isOlder(profile))
          return fields.refuse('OTLP profiles in the form of proto 1.9 or older, where that of 1.10 is known')
        readProfile(profile, dictionary, reading)
      }
  return threads.finish({ tool: 'OTLP' })
}

/** True for shapes before proto 1.8: several types of value, or tables inside the profile. */
function isOlder(profile: Json): boolean {
  return profile['sample'] !== undefined || Array.isArray(profile['sampleType']) || profile['stringTable'] !== undefined
}

function readProfile(profile: Json, dictionary: Dictionary, { fields, threads, log }: Reading): void {
  const value = dictionary.valueType(record(profile['sampleType']) ?? {})
  const start = (amount(profile['timeUnixNano']) ?? 0) / 1e6
  const duration = (amount(profile['durationNano']) ?? 0) / 1e9
  const sink = threads.open({
    name: value.name,
    value,
    meta: {
      ...(start > 0 && start < 8.64e15 && { start: new Date(start).toISOString() }),
      ...(duration > 0 && { duration }),
    },
  })
  const nodeOf = dictionary.nodes(sink)
  const left = new Map<string, number>()
  for (const [i, one] of items(profile['samples']).entries()) {
    const sample = fields.object(one, `samples[${i}]`)
    const facts = dictionary.attributes(sample['attributeIndices'])
    const values = items(sample['values'])
    const times = items(sample['timestampsUnixNano'])
    if (values.length === 0 && times.length === 0) fields.refuse(`samples[${i}] has neither values nor times`)
    if (values.length > 1 && times.length > 0 && values.length !== times.length)
      fields.refuse(`samples[${i}] has ${values.length} values and ${times.length} times`)
    const node = nodeOf(sample['stackIndex'], word(facts.get('thread.name')))
    const ids = { tid: amount(facts.get('thread.id')) ?? -1, pid: amount(facts.get('process.pid')) ?? -1 }
    for (const key of facts.keys()) if (!KNOWN.has(key)) left.set(key, (left.get(key) ?? 0) + 1)
    for (let at = 0; at < Math.max(values.length, times.length); at++) {
      const weight =
        values.length === 0 ? 1 : (amount(values[at]) ?? fields.refuse(`samples[${i}].values[${at}] is no number`))
      if (weight < 0) fields.refuse(`samples[${i}] has the value ${weight}`)
      sink.add(node, weight, (amount(times[at]) ?? NaN) / 1e9, ids)
    }
  }
  for (const [text, count] of left)
    log.note('labels-dropped', 'attributes that are not kept', { severity: 'info', text, count })
}

const KNOWN = new Set(['thread.name', 'thread.id', 'process.pid'])

/** The tables that all profiles of a file share. */
class Dictionary {
  private readonly tables: Json
  private readonly strings: readonly unknown[]
  private readonly reading: Reading

  constructor(tables: Json, reading: Reading) {
    this.tables = tables
    this.strings = items(tables['stringTable'])
    this.reading = reading
  }

  valueType(type: Json): ValueType {
    const name = this.text(type['typeStrindex'])
    const unit = this.text(type['unitStrindex'])
    if (name === 'samples' && (unit === 'count' || unit === '1')) return { name, unit: 'samples' }
    return { name: name === '' ? 'value' : name, unit: UCUM.get(unit) ?? PPROF_UNITS.get(unit) ?? unit }
  }

  /** Keys and values of the attributes with these numbers. */
  attributes(indices: unknown): Map<string, unknown> {
    const found = new Map<string, unknown>()
    for (const index of items(indices)) {
      if (index === 0) continue
      const attribute = this.entry('attributeTable', index)
      const value = record(attribute['value']) ?? {}
      found.set(
        this.text(attribute['keyStrindex']),
        value['stringValue'] ?? value['intValue'] ?? value['doubleValue'] ?? value['boolValue'],
      )
    }
    return found
  }

  /** Node of a stack under the frame of a task, '' = none. */
  nodes(sink: ThreadSink): (stack: unknown, task: string) => number {
    const frames = new Map<number, readonly number[]>()
    const placed = new Map<string, number>()
    return (stack, task) => {
      const index = amount(stack) ?? 0
      const key = `${index} ${task}`
      const known = placed.get(key)
      if (known !== undefined) return known
      let node = task === '' ? sink.root : sink.stacks.child(sink.root, sink.stacks.frame(task, '', kindCode('task')))
      const locations = index === 0 ? [] : items(this.entry('stackTable', index)['locationIndices'])
      for (let i = locations.length - 1; i >= 0; i--) {
        const place = locations[i] as number
        let of = frames.get(place)
        if (of === undefined) frames.set(place, (of = this.framesOf(place, sink)))
        for (const frame of of) node = sink.stacks.child(node, frame)
      }
      placed.set(key, node)
      return node
    }
  }

  private framesOf(index: number, { stacks }: ThreadSink): number[] {
    const location = this.entry('locationTable', index)
    const mapping = amount(location['mappingIndex']) ?? 0
    const module = mapping === 0 ? '' : this.text(this.entry('mappingTable', mapping)['filenameStrindex'])
    const type = word(this.attributes(location['attributeIndices']).get('profile.frame.type'))
    const lines = items(location['lines'])
    const frames: number[] = []
    for (let i = lines.length - 1; i >= 0; i--) {
      const number = amount(record(lines[i])?.['functionIndex']) ?? 0
      const function_ = number === 0 ? {} : this.entry('functionTable', number)
      const name = this.text(function_['nameStrindex']) || this.text(function_['systemNameStrindex']) || '[unknown]'
      const place = module === '' ? this.text(function_['filenameStrindex']) : module
      const inlined = i < lines.length - 1 && !isUnnamed(name)
      const kind = inlined ? 'inline' : type === '' ? kindOfModule(place, name) : (KINDS.get(type) ?? 'jit')
      frames.push(stacks.frame(name, place, kindCode(kind)))
    }
    if (lines.length === 0)
      frames.push(stacks.frame('[unknown]', module, kindCode(type === 'kernel' ? 'kernel' : 'unknown')))
    return frames
  }

  private entry(table: string, index: unknown): Json {
    const all = items(this.tables[table])
    return record(all[this.reading.fields.index(index, all.length, `an index into ${table}`)]) ?? {}
  }

  private text(index: unknown): string {
    const at = amount(index) ?? 0
    if (at === 0) return ''
    return word(this.strings[this.reading.fields.index(at, this.strings.length, 'an index into stringTable')])
  }
}
