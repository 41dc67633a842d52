import type { Fields } from './fields.ts'
import { FIXED64, LEN, VARINT, Wire, WireError } from './protobuf.ts'

/** What a field holds: a number, text, a message, or a list of one of these. */
type Shape = 'number' | 'numbers' | 'double' | 'text' | 'texts' | { readonly one: Message } | { readonly many: Message }

/** Fields of a message by number, with their names in JSON. */
type Message = ReadonlyMap<number, readonly [name: string, shape: Shape]>

const TYPE: Message = new Map([
  [1, ['typeStrindex', 'number']],
  [2, ['unitStrindex', 'number']],
])
const SAMPLE: Message = new Map([
  [1, ['stackIndex', 'number']],
  [2, ['attributeIndices', 'numbers']],
  [3, ['linkIndex', 'number']],
  [4, ['values', 'numbers']],
  [5, ['timestampsUnixNano', 'numbers']],
])
const PROFILE: Message = new Map<number, readonly [string, Shape]>([
  [1, ['sampleType', { one: TYPE }]],
  [2, ['samples', { many: SAMPLE }]],
  [3, ['timeUnixNano', 'number']],
  [4, ['durationNano', 'number']],
])
const SCOPE: Message = new Map<number, readonly [string, Shape]>([[2, ['profiles', { many: PROFILE }]]])
const RESOURCE: Message = new Map<number, readonly [string, Shape]>([[2, ['scopeProfiles', { many: SCOPE }]]])
const LINE: Message = new Map([[1, ['functionIndex', 'number']]])
const VALUE: Message = new Map([
  [1, ['stringValue', 'text']],
  [2, ['boolValue', 'number']],
  [3, ['intValue', 'number']],
  [4, ['doubleValue', 'double']],
])
const DICTIONARY: Message = new Map<number, readonly [string, Shape]>([
  [1, ['mappingTable', { many: new Map([[4, ['filenameStrindex', 'number']]]) }]],
  [
    2,
    [
      'locationTable',
      {
        many: new Map<number, readonly [string, Shape]>([
          [1, ['mappingIndex', 'number']],
          [3, ['lines', { many: LINE }]],
          [4, ['attributeIndices', 'numbers']],
        ]),
      },
    ],
  ],
  [
    3,
    [
      'functionTable',
      {
        many: new Map([
          [1, ['nameStrindex', 'number']],
          [2, ['systemNameStrindex', 'number']],
          [3, ['filenameStrindex', 'number']],
        ]),
      },
    ],
  ],
  [5, ['stringTable', 'texts']],
  [
    6,
    [
      'attributeTable',
      {
        many: new Map<number, readonly [string, Shape]>([
          [1, ['keyStrindex', 'number']],
          [2, ['value', { one: VALUE }]],
        ]),
      },
    ],
  ],
  [7, ['stackTable', { many: new Map([[1, ['locationIndices', 'numbers']]]) }]],
])
const DATA: Message = new Map<number, readonly [string, Shape]>([
  [1, ['resourceProfiles', { many: RESOURCE }]],
  [2, ['dictionary', { one: DICTIONARY }]],
])

/** A binary ProfilesData as its JSON would be. Throws BpfviewError for what is broken or of an older version. */
export function otlpDocument(bytes: Uint8Array, fields: Fields): unknown {
  try {
    return decode(new Wire(bytes), DATA)
  } catch (error) {
    if (error instanceof WireError)
      return fields.refuse(`broken protobuf, or OTLP profiles of proto 1.9 or older: ${error.message}`)
    throw error
  }
}

/** The fields of one message; as deep as the messages above, which is seven. */
function decode(wire: Wire, message: Message): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  while (wire.next()) {
    const field = message.get(wire.field)
    if (field === undefined) continue
    const [name, shape] = field
    const list = (): unknown[] => (result[name] ??= []) as unknown[]
    if (shape === 'text') result[name] = wire.text()
    else if (shape === 'texts') list().push(wire.text())
    else if (shape === 'double') result[name] = wire.double()
    else if (shape === 'number') {
      if (wire.type === LEN) throw new WireError(`${name} is no number`)
      result[name] = wire.signed()
    } else if (shape === 'numbers') {
      const all = list()
      if (name === 'timestampsUnixNano') wire.eachFixed(number => all.push(number.unsigned()))
      else wire.each(number => all.push(number.signed()))
    } else if ('one' in shape) result[name] = decode(wire.inside(), shape.one)
    else list().push(decode(wire.inside(), shape.many))
  }
  return result
}

/** True for the start of a binary ProfilesData: only resources (1) and one dictionary (2) on top, and below them what they may hold. */
export function isOtlp(bytes: Uint8Array, cut: boolean): boolean {
  if (bytes[0] !== 0x0a) return false
  let told = false
  const end = cut ? Number.MAX_SAFE_INTEGER : bytes.length
  try {
    const wire = new Wire(bytes, 0, end)
    while (wire.next()) {
      if (wire.type !== LEN || wire.field > 2) return false
      if (wire.field === 2) told = true
      const inner = new Wire(bytes, wire.start, Math.min(wire.stop, end))
      while (inner.next()) {
        if (inner.type !== LEN || inner.field > (wire.field === 1 ? 3 : 7)) return false
        if (wire.field === 1 && inner.field === 2 && isScope(new Wire(bytes, inner.start, inner.stop))) told = true
      }
    }
  } catch {
    return cut && told
  }
  return told
}

/** True when a message holds a profile: one whose first field is its sample type, or a sample. */
function isScope(wire: Wire): boolean {
  while (wire.next()) {
    if (wire.type !== LEN || wire.field > 3) return false
    if (wire.field !== 2) continue
    const profile = wire.inside()
    return (
      profile.next() &&
      (profile.type === LEN || profile.type === FIXED64 || profile.type === VARINT) &&
      profile.field <= 11
    )
  }
  return false
}
