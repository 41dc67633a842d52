import { type JfrCursor, JfrError } from './jfr-wire.ts'

/** Deepest nesting of a value in values. */
const MAX_DEPTH = 20
/** Elements of the metadata, and levels of them. */
const MAX_ELEMENTS = 1 << 20

export interface JfrField {
  readonly name: string
  readonly type: number
  /** True when the value is the number of an entry of the type's pool. */
  readonly pooled: boolean
  readonly array: boolean
}

export interface JfrType {
  readonly id: number
  readonly name: string
  readonly fields: readonly JfrField[]
}

/** An element of the metadata: a tree of names with attributes. */
interface Element {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: Element[]
}

/** The types of a chunk, which its metadata event describes, and how to read values of them. */
export class JfrTypes {
  readonly byId = new Map<number, JfrType>()
  readonly byName = new Map<string, JfrType>()

  /** Reads the metadata event that begins at the cursor. */
  constructor(cursor: JfrCursor) {
    cursor.int()
    if (cursor.int() !== 0) throw new JfrError('no metadata where the header says')
    for (let i = 0; i < 3; i++) cursor.long()
    const strings = Array.from({ length: cursor.count('strings') }, () => String(cursor.text()))
    for (const element of elements(cursor, strings)) {
      if (element.name !== 'class') continue
      const id = Number(element.attributes.get('id'))
      const name = element.attributes.get('name') ?? ''
      const fields = element.children.filter(child => child.name === 'field').map(fieldOf)
      const type = { id, name, fields }
      this.byId.set(id, type)
      this.byName.set(name, type)
    }
  }

  /** Goes over a value. */
  skip(field: JfrField, cursor: JfrCursor, depth = 0): void {
    const count = field.array ? cursor.count('elements') : 1
    for (let i = 0; i < count; i++) {
      if (field.pooled) cursor.long()
      else this.skipOne(field.type, cursor, depth)
    }
  }

  /** Goes over an entry of a pool, or a value that is no array. */
  skipOne(id: number, cursor: JfrCursor, depth = 0): void {
    const type = this.byId.get(id)
    if (type === undefined || depth > MAX_DEPTH) throw new JfrError(`a value of the unknown type ${id}`)
    switch (type.name) {
      case 'java.lang.String':
        return cursor.skipText()
      case 'boolean':
      case 'byte':
        return cursor.skip(1)
      case 'short':
      case 'char':
        return void cursor.short()
      case 'int':
        return void cursor.int()
      case 'long':
        return void cursor.long()
      case 'float':
        return cursor.skip(4)
      case 'double':
        return cursor.skip(8)
    }
    if (type.fields.length === 0) throw new JfrError(`a value of the type ${type.name.slice(0, 60)}`)
    for (const field of type.fields) this.skip(field, cursor, depth + 1)
  }

  /** A number, the number of a pool's entry, or text; other values are skipped and give undefined. */
  value(field: JfrField, cursor: JfrCursor): number | string | undefined {
    if (!field.array) {
      if (field.pooled) return cursor.long()
      switch (this.byId.get(field.type)?.name) {
        case 'java.lang.String':
          return cursor.text()
        case 'boolean':
        case 'byte':
          return cursor.byte()
        case 'short':
        case 'char':
          return cursor.short()
        case 'int':
          return cursor.int()
        case 'long':
          return cursor.long()
        case 'float':
          return cursor.float()
        case 'double':
          return cursor.double()
      }
    }
    this.skip(field, cursor)
    return undefined
  }
}

function fieldOf({ attributes }: Element): JfrField {
  return {
    name: attributes.get('name') ?? '',
    type: Number(attributes.get('class')),
    pooled: attributes.get('constantPool') === 'true',
    array: Number(attributes.get('dimension') ?? 0) > 0,
  }
}

/** All elements of the metadata's tree, in any depth. */
function elements(cursor: JfrCursor, strings: readonly string[]): Element[] {
  const all: Element[] = []
  const text = (): string => {
    const number = cursor.int()
    return strings[number] ?? wrong(`the string ${number} of ${strings.length}`)
  }
  const open: { readonly element: Element; left: number }[] = []
  do {
    const name = text()
    const attributes = new Map<string, string>()
    for (let count = cursor.count('attributes'); count > 0; count--) {
      const key = text()
      attributes.set(key, text())
    }
    const element = { name, attributes, children: [] }
    open.at(-1)?.element.children.push(element)
    if (all.push(element) > MAX_ELEMENTS) wrong('more elements of metadata than can be')
    open.push({ element, left: cursor.count('elements') })
    while (open.length > 0 && open.at(-1)!.left-- === 0) open.pop()
  } while (open.length > 0)
  return all
}

function wrong(what: string): never {
  throw new JfrError(what)
}
