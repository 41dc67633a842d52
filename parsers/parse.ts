import { describeValue } from '../src/model/arguments.ts'
import type { Parsed } from '../src/model/index.ts'
import { BpfviewError, quote } from '../src/model/index.ts'
import { noteInexactSums } from './build/inexact-sums.ts'
import { limitStacks } from './build/stack-limit.ts'
import { nameForeign } from './exchange/foreign.ts'
import type { FormatOptions } from './formats.ts'
import { formats } from './formats.ts'
import { nearMiss } from './nearest.ts'
import { carriageToFeed, hasCarriageLines } from './reading/carriage-returns.ts'
import { ChunkEncoder } from './reading/chunk-encoder.ts'
import type { Format, Reader, ReadOptions } from './reading/format.ts'
import { HEAD_BYTES, headOf } from './reading/head.ts'
import { concat } from './reading/lines.ts'
import { hasTerminalCommands, isRecorded, TerminalFilter } from './reading/terminal.ts'
import { byteOrderMark, Utf16Decoder } from './reading/utf16.ts'

/** How an input is read; everything is optional. */
export interface ParseOptions extends ReadOptions, FormatOptions {
  /** Id of the format; detected when absent. */
  readonly format?: string
}

/** The format that claims the start of an input, or undefined. `cut` = the input goes on after these bytes. */
export function detect(bytes: Uint8Array, cut = false): Format | undefined {
  const mark = byteOrderMark(bytes)
  const start = bytes.subarray(mark?.length ?? 0, HEAD_BYTES)
  const text = mark === undefined || mark.encoding === 'utf-8' ? start : new Utf16Decoder(mark.encoding).push(start)
  return look(hasCarriageLines(text) ? carriageToFeed(text) : text, cut || bytes.length > HEAD_BYTES).format
}

/** The format of a text, and whether a terminal's commands have to be taken out of it: in others they are part of a process's name. */
function look(text: Uint8Array, cut: boolean): { readonly format: Format | undefined; readonly terminal: boolean } {
  const sniffed = (shown: Uint8Array): Format | undefined => {
    const head = headOf(shown, cut)
    return nameForeign(head) === undefined ? formats.find(format => format.sniff(head)) : undefined
  }
  if (!hasTerminalCommands(text)) return { format: sniffed(text), terminal: false }
  const plain = isRecorded(text) ? undefined : sniffed(text)
  if (plain !== undefined && plain.coloured !== true) return { format: plain, terminal: false }
  return { format: sniffed(new TerminalFilter().push(text)), terminal: true }
}

/** The format with this id; BpfviewError E_USAGE names the known ones otherwise. */
export function formatById(id: string): Format {
  const found = formats.find(format => format.id === id)
  if (found === undefined)
    throw new BpfviewError(
      'E_USAGE',
      `unknown format ${quote(id)}; expected one of ${formats.map(format => format.id).join(', ')}`,
    )
  return found
}

/** Reader that detects the format from the first bytes, takes UTF-16, byte-order marks and a terminal's commands, then reads as that format. */
export function createReader(options: ParseOptions = {}): Reader {
  const source = options.source ?? 'input'
  let head: Uint8Array[] = []
  let headBytes = 0
  let reader: Reader | undefined
  let utf16: Utf16Decoder | undefined
  let terminal: TerminalFilter | undefined
  let carriage = false
  const text = (chunk: Uint8Array): Uint8Array => {
    const decoded = utf16 === undefined ? chunk : utf16.push(chunk)
    const lines = carriage ? carriageToFeed(decoded) : decoded
    return terminal === undefined ? lines : terminal.push(lines)
  }

  const open = (cut: boolean): Reader => {
    let bytes = concat(head, headBytes)
    head = []
    const mark = byteOrderMark(bytes)
    if (mark !== undefined) bytes = bytes.subarray(mark.length)
    if (mark !== undefined && mark.encoding !== 'utf-8') {
      utf16 = new Utf16Decoder(mark.encoding)
      bytes = utf16.push(bytes)
    }
    if (bytes.length === 0 && !cut)
      throw new BpfviewError('E_EMPTY', 'empty input; expected the output of perf, bpftrace or BCC', {
        source,
        line: 0,
      })
    carriage = hasCarriageLines(bytes.subarray(0, HEAD_BYTES))
    if (carriage) bytes = carriageToFeed(bytes)
    const start = bytes.subarray(0, HEAD_BYTES)
    const named = options.format === undefined ? undefined : formatById(options.format)
    const found =
      named === undefined || hasTerminalCommands(start) ? look(start, cut || bytes.length > HEAD_BYTES) : undefined
    const format = named ?? found?.format
    if (format === undefined) throw unknownFormat(bytes, source)
    const opened = format.reader(options)
    if (found?.terminal === true) bytes = (terminal = new TerminalFilter()).push(bytes)
    opened.push(bytes)
    return opened
  }

  return {
    push(chunk) {
      if (reader !== undefined) {
        reader.push(text(chunk))
        return
      }
      head.push(new Uint8Array(chunk))
      headBytes += chunk.length
      if (headBytes > HEAD_BYTES) reader = open(true)
    },
    end() {
      reader ??= open(false)
      if (utf16 !== undefined) reader.push(terminal === undefined ? utf16.end() : terminal.push(utf16.end()))
      if (terminal !== undefined) reader.push(terminal.end())
      return noteInexactSums(limitStacks(reader.end(), options))
    },
  }
}

function unknownFormat(bytes: Uint8Array, source: string): BpfviewError {
  const head = headOf(bytes.subarray(0, HEAD_BYTES), bytes.length > HEAD_BYTES)
  const foreign = nameForeign(head)
  if (foreign !== undefined) return new BpfviewError('E_UNKNOWN_FORMAT', foreign, { source, line: 0 })
  if (bytes.subarray(0, 4096).includes(0))
    return new BpfviewError('E_UNKNOWN_FORMAT', 'binary data; expected the text output of perf, bpftrace or BCC', {
      source,
      line: 0,
    })
  const miss = nearMiss(head)
  if (miss === undefined)
    return new BpfviewError(
      'E_EMPTY',
      'nothing but blank lines or banners; expected the output of perf, bpftrace or BCC',
      { source, line: 0 },
    )
  const { text, line, lines, nearest } = miss
  const found =
    nearest === undefined
      ? `${quote(text)} is of no known format; expected the output of perf, bpftrace or BCC (see --format)`
      : `${quote(text)} is no line of ${nearest.title}, the nearest format (${nearest.fit} of ${lines} lines are); expected ${nearest.expected}; --format ${nearest.id} reads the lines that are`
  return new BpfviewError('E_UNKNOWN_FORMAT', found, { source, line })
}

/** What an input holds. Strings are taken as UTF-8 text. Throws BpfviewError E_USAGE for what is neither bytes nor text. */
export function parse(input: Uint8Array | string | Iterable<Uint8Array | string>, options: ParseOptions = {}): Parsed {
  if (typeof input === 'string' || input instanceof Uint8Array) return parse([input], options)
  if (!canIterate(input, Symbol.iterator)) {
    const hint = canIterate(input, Symbol.asyncIterator)
      ? 'a stream; expected parseStream(stream)'
      : `${describeValue(input)}; expected a string, bytes or chunks of them`
    throw new BpfviewError('E_USAGE', `parse got ${hint}`)
  }
  const reader = createReader(options)
  const encoder = new ChunkEncoder()
  for (const chunk of input) reader.push(encoder.encode(chunk, 'parse'))
  reader.push(encoder.end())
  return reader.end()
}

/** The same for a stream of chunks, bytes or text; holds one chunk at a time. */
export async function parseStream(
  input: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>,
  options: ParseOptions = {},
): Promise<Parsed> {
  if (!canIterate(input, Symbol.asyncIterator) && !canIterate(input, Symbol.iterator))
    throw new BpfviewError('E_USAGE', `parseStream got ${describeValue(input)}; expected a stream of bytes or text`)
  const reader = createReader(options)
  const encoder = new ChunkEncoder()
  for await (const chunk of input) reader.push(encoder.encode(chunk, 'parseStream'))
  reader.push(encoder.end())
  return reader.end()
}

function canIterate(value: unknown, way: symbol): boolean {
  return value !== null && value !== undefined && typeof (value as Record<symbol, unknown>)[way] === 'function'
}
