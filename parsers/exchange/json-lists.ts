import { GrowingBytes } from '../build/byte-table.ts'
import { concat } from '../reading/lines.ts'

/** Containers whose names are known; deeper ones are only counted. */
const MAX_DEPTH = 4
/** Bytes of a list that are parsed together, at least. */
const BATCH = 64 << 10
/** A document without its lists is held whole; over this it is refused. */
const MAX_REST = 512 << 20

interface Container {
  readonly isList: boolean
  readonly path: string
  /** Number of the element that is open, of a list. */
  index: number
}

/**
 * Reads a JSON document whose long lists are not held: their elements are given some at a time, as they come, and the rest as a document at the end, in which
 * these lists are empty. Throws SyntaxError for broken JSON, RangeError for what is too large. Linear.
 */
export class JsonLists {
  private readonly paths: ReadonlySet<string>
  private readonly take: (path: string, owner: number, items: readonly unknown[]) => void
  private readonly open: Container[] = []
  private below = 0
  private quoted = false
  private escaped = false
  /** The string read last, where it may be a name. */
  private word: number[] = []
  private name = ''
  /** The list whose elements are given, and how deep its elements are nested where the reader stands. */
  private list: { readonly path: string; readonly owner: number } | undefined
  private inside = 0
  private batch: Uint8Array[] = []
  private batchBytes = 0
  private readonly rest = new GrowingBytes()
  private readonly decoder = new TextDecoder()

  /** paths: names joined with dots, `[]` for an element: `profiles[].samples`. `owner`: number of the element that the list belongs to. */
  constructor(paths: ReadonlySet<string>, take: (path: string, owner: number, items: readonly unknown[]) => void) {
    this.paths = paths
    this.take = take
  }

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; )
      at = this.list === undefined ? this.outside(chunk, at) : this.elements(chunk, at)
  }

  /** The document with the lists empty. */
  end(): unknown {
    if (this.list !== undefined) throw new SyntaxError('Unexpected end of JSON input')
    return JSON.parse(this.decoder.decode(this.rest.whole())) as unknown
  }

  /** Reads up to the beginning of a list; the index behind what was read. */
  private outside(chunk: Uint8Array, from: number): number {
    let at = from
    while (at < chunk.length && this.list === undefined) {
      const byte = chunk[at++]!
      if (this.quoted) this.inString(byte)
      else if (byte === 34) {
        this.quoted = true
        this.word = []
      } else this.step(byte)
    }
    if (this.rest.length + at - from > MAX_REST) throw new RangeError('too large')
    this.rest.append(chunk, from, at)
    return at
  }

  private inString(byte: number): void {
    if (this.escaped) this.escaped = false
    else if (byte === 92) this.escaped = true
    else if (byte === 34) this.quoted = false
    if (this.quoted && this.below === 0 && this.word.length < 100) this.word.push(byte)
  }

  /** Takes a byte that is in no string. */
  private step(byte: number): void {
    const top = this.open[this.open.length - 1]
    if (byte === 123 || byte === 91) {
      if (this.below > 0 || this.open.length === MAX_DEPTH) {
        this.below++
        return
      }
      const path =
        top === undefined ? '' : top.isList ? `${top.path}[]` : top.path === '' ? this.name : `${top.path}.${this.name}`
      if (byte === 91 && this.paths.has(path)) {
        this.list = { path, owner: this.open.findLast(({ isList }) => isList)?.index ?? 0 }
        this.inside = 0
      } else this.open.push({ isList: byte === 91, path, index: 0 })
    } else if (byte === 125 || byte === 93) {
      if (this.below > 0) this.below--
      else this.open.pop()
    } else if (this.below > 0 || top === undefined) return
    else if (byte === 58) this.name = String.fromCharCode(...this.word)
    else if (byte === 44 && top.isList) top.index++
  }

  /** Reads elements of a list up to its end; the index behind what was read. */
  private elements(chunk: Uint8Array, from: number): number {
    let start = from
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at]!
      if (this.quoted) {
        if (this.escaped) this.escaped = false
        else if (byte === 92) this.escaped = true
        else if (byte === 34) this.quoted = false
      } else if (byte === 34) this.quoted = true
      else if (byte === 123 || byte === 91) this.inside++
      else if (byte === 125 || byte === 93) {
        if (--this.inside >= 0) continue
        this.hold(chunk, start, at)
        this.give()
        this.list = undefined
        // the bracket belongs to the rest
        this.rest.append(chunk, at, at + 1)
        return at + 1
      } else if (byte === 44 && this.inside === 0 && this.batchBytes + at - start >= BATCH) {
        this.hold(chunk, start, at)
        this.give()
        start = at + 1
      }
    }
    this.hold(chunk, start, chunk.length)
    return chunk.length
  }

  private hold(chunk: Uint8Array, start: number, stop: number): void {
    if (start === stop) return
    this.batch.push(chunk.slice(start, stop))
    this.batchBytes += stop - start
  }

  private give(): void {
    const text = this.decoder.decode(this.batch.length === 1 ? this.batch[0] : concat(this.batch, this.batchBytes))
    this.batch = []
    this.batchBytes = 0
    const { path, owner } = this.list!
    this.take(path, owner, JSON.parse(`[${text}]`) as unknown[])
  }
}
