import type { Fields } from './fields.ts'
import { Wire } from './protobuf.ts'

type Id = number | bigint

/** A type of value and its unit, as strings of the file. */
export interface SampleType {
  readonly type: string
  readonly unit: string
}

export interface Line {
  readonly name: string
  /** '' = not told. */
  readonly filename: string
}

/** A place in the code: its lines, the innermost inlined function first. */
export interface Place {
  readonly module: string
  readonly address: Id
  readonly lines: readonly Line[]
}

/** What the samples of a pprof file point into, and what the file says of itself. */
export interface PprofTables {
  readonly types: readonly SampleType[]
  readonly places: ReadonlyMap<Id, Place>
  text(index: Id): string
  readonly defaultType: string
  readonly dropFrames: string
  readonly comments: readonly string[]
  readonly periodType: SampleType | undefined
  readonly period: number
  readonly timeNanos: number
  readonly durationNanos: number
}

/** Ranges of the messages of a file, by field; numbers by field. */
class Parts {
  readonly ranges = new Map<number, number[]>()
  readonly numbers = new Map<number, number>()
  readonly comments: Id[] = []

  constructor(bytes: Uint8Array) {
    const wire = new Wire(bytes)
    while (wire.next()) {
      const { field } = wire
      if (field === 13) wire.each(number => this.comments.push(number.id()))
      else if (wire.type === 2) {
        let of = this.ranges.get(field)
        if (of === undefined) this.ranges.set(field, (of = []))
        of.push(wire.start, wire.stop)
      } else this.numbers.set(field, wire.signed())
    }
  }

  of(field: number): readonly number[] {
    return this.ranges.get(field) ?? []
  }
}

/** The tables of a pprof file, whose fields beside the samples these are. Throws BpfviewError for numbers that lead nowhere, WireError for a broken message. */
export function readTables(bytes: Uint8Array, fields: Fields): PprofTables {
  const parts = new Parts(bytes)
  const text = strings(bytes, parts.of(6), fields)
  const typeAt = (start: number, stop: number): SampleType => {
    const numbers = numbersOf(bytes, start, stop)
    return { type: text(numbers.get(1) ?? 0), unit: text(numbers.get(2) ?? 0) }
  }
  const types = pairs(parts.of(1)).map(([start, stop]) => typeAt(start, stop))
  if (types.length === 0) fields.refuse('no sample type')
  const period = pairs(parts.of(11))[0]
  const number = (field: number): number => parts.numbers.get(field) ?? 0
  return {
    types,
    places: placesOf(bytes, parts, text, fields),
    text,
    defaultType: text(number(14)),
    dropFrames: text(number(7)),
    comments: parts.comments.map(text),
    periodType: period === undefined ? undefined : typeAt(...period),
    period: number(12),
    timeNanos: number(9),
    durationNanos: number(10),
  }
}

/** Text by number; each string is decoded once, when it is first asked for. */
function strings(bytes: Uint8Array, ranges: readonly number[], fields: Fields): (index: Id) => string {
  const count = ranges.length / 2
  if (count === 0 || ranges[0] !== ranges[1]) fields.refuse('a string table that does not begin with an empty string')
  const known: (string | undefined)[] = []
  const decoder = new TextDecoder()
  return index => {
    const i = Number(index)
    if (!(i >= 0 && i < count)) return fields.refuse(`string ${index} of ${count}`)
    return (known[i] ??= decoder.decode(bytes.subarray(ranges[i * 2], ranges[i * 2 + 1])))
  }
}

function placesOf(bytes: Uint8Array, parts: Parts, text: (index: Id) => string, fields: Fields): Map<Id, Place> {
  const modules = new Map<Id, string>()
  for (const [start, stop] of pairs(parts.of(3))) {
    const numbers = numbersOf(bytes, start, stop)
    unique(modules, numbers.get(1) ?? 0, text(numbers.get(5) ?? 0), 'mapping', fields)
  }
  const functions = new Map<Id, Line>()
  for (const [start, stop] of pairs(parts.of(5))) {
    const numbers = numbersOf(bytes, start, stop)
    const name = text(numbers.get(2) ?? 0) || text(numbers.get(3) ?? 0)
    unique(functions, numbers.get(1) ?? 0, { name, filename: text(numbers.get(4) ?? 0) }, 'function', fields)
  }
  const places = new Map<Id, Place>()
  for (const [start, stop] of pairs(parts.of(4))) {
    const wire = new Wire(bytes, start, stop)
    const lines: Line[] = []
    let id: Id = 0
    let address: Id = 0
    let module = ''
    while (wire.next()) {
      if (wire.field === 1) id = wire.id()
      else if (wire.field === 2 && wire.id() !== 0)
        module = modules.get(wire.id()) ?? fields.refuse(`location ${id} in a mapping that does not exist`)
      else if (wire.field === 3) address = wire.id()
      else if (wire.field === 4) {
        const of = numbersOf(bytes, wire.start, wire.stop).get(1) ?? 0
        if (of === 0) continue
        lines.push(functions.get(of) ?? fields.refuse(`location ${id} in a function that does not exist`))
      }
    }
    unique(places, id, { module, address, lines }, 'location', fields)
  }
  return places
}

function unique<T>(table: Map<Id, T>, id: Id, value: T, what: string, fields: Fields): void {
  if (id === 0) fields.refuse(`a ${what} with the id 0`)
  if (table.has(id)) fields.refuse(`two ${what}s with the id ${id}`)
  table.set(id, value)
}

/** The numbers of a small message, by field. */
export function numbersOf(bytes: Uint8Array, start: number, stop: number): Map<number, Id> {
  const numbers = new Map<number, Id>()
  const wire = new Wire(bytes, start, stop)
  while (wire.next()) if (wire.type === 0) numbers.set(wire.field, wire.id())
  return numbers
}

function pairs(ranges: readonly number[]): [start: number, stop: number][] {
  return Array.from({ length: ranges.length / 2 }, (_, i) => [ranges[i * 2]!, ranges[i * 2 + 1]!])
}
