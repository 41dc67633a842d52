/** Writes recordings of Java Flight Recorder by hand: types that are not the JDK's own, and any shape that the format allows. */

/** A field of a type: `pool` = the number of an entry. */
export interface WrittenField {
  readonly name: string
  readonly type: string
  readonly pool?: boolean
  readonly array?: boolean
}

export interface WrittenType {
  readonly name: string
  readonly fields: readonly WrittenField[]
}

/** Bytes in the making; integers in LEB128. */
export class Bytes {
  readonly all: number[] = []

  long(value: number | bigint): this {
    let rest = BigInt.asUintN(64, BigInt(value))
    for (let i = 0; i < 8 && rest > 0x7fn; i++) {
      this.all.push(Number(rest & 0x7fn) | 0x80)
      rest >>= 7n
    }
    this.all.push(Number(rest & 0xffn))
    return this
  }

  /** A text in UTF-8, Latin 1, UTF-16 or as a number of the pool. */
  text(text: string | number, encoding: 3 | 4 | 5 = 3): this {
    if (typeof text === 'number') return this.raw(2).long(text)
    if (text === '') return this.raw(1)
    if (encoding === 4) {
      this.raw(4).long(text.length)
      for (let i = 0; i < text.length; i++) this.long(text.charCodeAt(i))
      return this
    }
    const data = Buffer.from(text, encoding === 3 ? 'utf8' : 'latin1')
    return this.raw(encoding)
      .long(data.length)
      .raw(...data)
  }

  raw(...bytes: readonly number[]): this {
    for (const byte of bytes) this.all.push(byte)
    return this
  }
}

/** One entry of a pool: its number and its value. */
type Entry = readonly [number, Bytes]

/** A chunk of a recording. Types get the numbers 100, 101, ... in their order. */
export function jfrChunk(
  types: readonly WrittenType[],
  pools: Readonly<Record<string, readonly Entry[]>>,
  events: readonly (readonly [type: string, fields: Bytes])[],
): Uint8Array {
  const number = (name: string): number => 100 + types.findIndex(type => type.name === name)
  const parts: number[][] = []
  let length = 68
  const event = (type: number, fields: Bytes): number => {
    const body = [...new Bytes().long(type).all, ...fields.all]
    // the size counts its own bytes; four of them, as the JDK writes it
    const size = body.length + 4
    const padded = [(size & 0x7f) | 0x80, ((size >> 7) & 0x7f) | 0x80, ((size >> 14) & 0x7f) | 0x80, size >> 21]
    parts.push([...padded, ...body])
    const at = length
    length += size
    return at
  }
  for (const [type, fields] of events) event(number(type), fields)
  const checkpoint = new Bytes().long(0).long(0).long(0).raw(0).long(Object.keys(pools).length)
  for (const [type, entries] of Object.entries(pools)) {
    checkpoint.long(number(type)).long(entries.length)
    for (const [id, value] of entries) checkpoint.long(id).raw(...value.all)
  }
  const pool = event(1, checkpoint)
  const metadata = event(0, metadataOf(types, number))
  const header = Buffer.alloc(68)
  header.write('FLR\0', 'latin1')
  header.writeUInt16BE(2, 4)
  header.writeUInt16BE(1, 6)
  const longs = [length, pool, metadata, 1_764_000_000_000_000_000n, 2_000_000_000, 1000, 1_000_000]
  longs.forEach((value, i) => void header.writeBigInt64BE(BigInt(value), 8 + i * 8))
  header.writeInt32BE(1, 64)
  return Uint8Array.from([...header, ...parts.flat()])
}

function metadataOf(types: readonly WrittenType[], number: (name: string) => number): Bytes {
  const strings: string[] = []
  const text = (of: string): number => {
    if (!strings.includes(of)) strings.push(of)
    return strings.indexOf(of)
  }
  const tree = new Bytes()
  const element = (name: string, attributes: Readonly<Record<string, string>>, children: number): void => {
    tree.long(text(name)).long(Object.keys(attributes).length)
    for (const [key, value] of Object.entries(attributes)) tree.long(text(key)).long(text(value))
    tree.long(children)
  }
  element('root', {}, 2)
  element('metadata', {}, types.length)
  for (const { name, fields } of types) {
    element('class', { id: String(number(name)), name }, fields.length)
    for (const { name: field, type, pool, array } of fields)
      element(
        'field',
        {
          name: field,
          class: String(number(type)),
          ...(pool === true && { constantPool: 'true' }),
          ...(array === true && { dimension: '1' }),
        },
        0,
      )
  }
  element('region', { locale: 'en' }, 0)
  const head = new Bytes().long(0).long(0).long(1).long(strings.length)
  for (const each of strings) head.text(each)
  return head.raw(...tree.all)
}
