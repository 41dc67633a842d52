import type { Dataset } from '../../src/model/index.ts'
import { BpfviewError, DiagnosticLog } from '../../src/model/index.ts'
import type { Format, Reader, ReadOptions } from '../reading/format.ts'
import type { Head } from '../reading/head.ts'
import { concat } from '../reading/lines.ts'
import { Fields } from './fields.ts'
import { JsonLists } from './json-lists.ts'
import type { JsonShape } from './json-shape.ts'
import { jsonShape } from './json-shape.ts'
import { ThreadSet } from './thread-set.ts'

/** A document is held whole; over this it is refused. */
const MAX_BYTES = 512 << 20

/** What a reader of a whole document works with. */
export interface Reading {
  readonly options: ReadOptions
  readonly log: DiagnosticLog
  readonly fields: Fields
  readonly threads: ThreadSet
}

interface BytesFormat {
  readonly id: string
  readonly title: string
  /** The file as a message calls it: `a pprof profile`. */
  readonly what: string
  readonly sniff: (head: Head) => boolean
  readonly read: (bytes: Uint8Array, reading: Reading) => readonly Dataset[]
}

interface DocumentFormat {
  readonly id: string
  readonly title: string
  /** The file as a message calls it: `a speedscope file`. */
  readonly what: string
  readonly sniff: (shape: JsonShape, head: Head) => boolean
  readonly read: (document: unknown, reading: Reading) => readonly Dataset[]
}

/** A format whose file is read as a whole. */
export function bytesFormat({ id, title, what, sniff, read }: BytesFormat): Format {
  return {
    id,
    title,
    sniff,
    reader(options: ReadOptions): Reader {
      const source = options.source ?? 'input'
      const chunks: Uint8Array[] = []
      let bytes = 0
      return {
        push(chunk) {
          bytes += chunk.length
          if (bytes > MAX_BYTES)
            throw new BpfviewError('E_INPUT_TOO_LARGE', `${what} of more than ${MAX_BYTES} bytes; expected less`, {
              source,
              line: 0,
            })
          chunks.push(chunk.slice())
        },
        end() {
          const log = new DiagnosticLog(options.source, options.strict)
          const whole = chunks.length === 1 ? chunks[0]! : concat(chunks, bytes)
          chunks.length = 0
          const datasets = read(whole, readingOf(options, log, what))
          return { format: id, datasets, diagnostics: log.list(), skippedLines: log.skippedLines, lost: log.lost }
        },
      }
    },
  }
}

/** What a reader of a file of this kind works with. */
export function readingOf(options: ReadOptions, log: DiagnosticLog, what: string): Reading {
  return {
    options,
    log,
    fields: new Fields(options.source ?? 'input', `${what} that is whole`),
    threads: new ThreadSet(options),
  }
}

/** A format whose file is one JSON document. */
export function documentFormat({ id, title, what, sniff, read }: DocumentFormat): Format {
  return bytesFormat({
    id,
    title,
    what,
    sniff: head => sniff(jsonShape(head), head),
    read: (bytes, reading) => read(parseDocument(bytes, reading.fields), reading),
  })
}

/** The value of a JSON document, however deep; what is broken is refused with the parser's words. */
export function parseDocument(bytes: Uint8Array, fields: Fields): unknown {
  return refusing(fields, () => JSON.parse(new TextDecoder().decode(bytes)) as unknown)
}

/** What `parse` gives; what a parser of JSON says is refused with its words. */
function refusing<T>(fields: Fields, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    if (error instanceof SyntaxError) return fields.refuse(`broken JSON (${reason(error)})`)
    if (error instanceof RangeError || error instanceof TypeError)
      return fields.refuse('JSON that is too large or too deep to be held')
    throw error
  }
}

interface ListsFormat {
  readonly id: string
  readonly title: string
  readonly what: string
  readonly sniff: (shape: JsonShape, head: Head) => boolean
  /** Lists that are taken as they come: names joined with dots, `[]` for an element. */
  readonly lists: readonly string[]
  readonly read: (reading: Reading) => ListsReader
}

/** Takes elements of lists, then the document without them. */
export interface ListsReader {
  /** `owner`: number of the element that the list belongs to. */
  take(path: string, owner: number, items: readonly unknown[]): void
  end(document: unknown): readonly Dataset[]
}

/** A format whose file is one JSON document with long lists, which are not held. */
export function listsFormat({ id, title, what, sniff, lists, read }: ListsFormat): Format {
  return {
    id,
    title,
    sniff: head => sniff(jsonShape(head), head),
    reader(options) {
      const log = new DiagnosticLog(options.source, options.strict)
      const reading = readingOf(options, log, what)
      const reader = read(reading)
      const whole = new JsonLists(new Set(lists), (path, owner, items) => reader.take(path, owner, items))
      return {
        push: chunk => refusing(reading.fields, () => whole.push(chunk)),
        end() {
          const datasets = reader.end(refusing(reading.fields, () => whole.end()))
          return { format: id, datasets, diagnostics: log.list(), skippedLines: log.skippedLines, lost: log.lost }
        },
      }
    },
  }
}

/** The parser's message without the document's text, which it quotes. */
function reason(error: SyntaxError): string {
  const at = /position (\d+)/.exec(error.message)
  return /end of JSON|Unterminated/.test(error.message) || at === null
    ? 'it ends early or holds what is no JSON'
    : `at character ${at[1]!}`
}
