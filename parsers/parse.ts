import { BpfviewError, quote } from '../src/model/index.ts'
import type { Parsed } from '../src/model/index.ts'
import type { Format, ReadOptions, Reader } from './format.ts'
import { formats } from './formats.ts'
import { HEAD_BYTES, headOf } from './head.ts'
import { concat } from './lines.ts'
import { TerminalFilter, hasTerminalCommands, isRecorded } from './terminal.ts'
import { Utf16Decoder, byteOrderMark } from './utf16.ts'

export interface ParseOptions extends ReadOptions {
  /** Id of the format; detected when absent. */
  readonly format?: string
}

/** The format that claims the start of an input, or undefined. `cut` = the input goes on after these bytes. */
export function detect(bytes: Uint8Array, cut = false): Format | undefined {
  const mark = byteOrderMark(bytes)
  const start = bytes.subarray(mark?.length ?? 0, HEAD_BYTES)
  const text = mark === undefined || mark.encoding === 'utf-8' ? start : new Utf16Decoder(mark.encoding).push(start)
  return look(text, cut || bytes.length > HEAD_BYTES).format
}

/** Formats that perf prints in colour on a terminal. */
const COLOURED = new Set(['perf-report', 'perf-sched-map'])

/** The format of a text, and whether a terminal's commands have to be taken out of it: in others they are part of a process's name. */
function look(text: Uint8Array, cut: boolean): { readonly format: Format | undefined; readonly terminal: boolean } {
  const sniffed = (shown: Uint8Array): Format | undefined => {
    const head = headOf(shown, cut)
    return formats.find(format => format.sniff(head))
  }
  if (!hasTerminalCommands(text)) return { format: sniffed(text), terminal: false }
  const plain = isRecorded(text) ? undefined : sniffed(text)
  if (plain !== undefined && !COLOURED.has(plain.id)) return { format: plain, terminal: false }
  return { format: sniffed(new TerminalFilter().push(text)), terminal: true }
}

/** The format with this id; BpfviewError E_USAGE names the known ones otherwise. */
export function formatById(id: string): Format {
  const found = formats.find(format => format.id === id)
  if (found === undefined) throw new BpfviewError('E_USAGE', `unknown format ${quote(id)}; expected one of ${formats.map(format => format.id).join(', ')}`)
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
  const text = (chunk: Uint8Array): Uint8Array => {
    const decoded = utf16 === undefined ? chunk : utf16.push(chunk)
    return terminal === undefined ? decoded : terminal.push(decoded)
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
    if (bytes.length === 0 && !cut) throw new BpfviewError('E_EMPTY', 'empty input; expected the output of perf, bpftrace or BCC', { source, line: 0 })
    const start = bytes.subarray(0, HEAD_BYTES)
    const named = options.format === undefined ? undefined : formatById(options.format)
    const found = named === undefined || hasTerminalCommands(start) ? look(start, cut || bytes.length > HEAD_BYTES) : undefined
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
      return reader.end()
    },
  }
}

function unknownFormat(bytes: Uint8Array, source: string): BpfviewError {
  if (bytes.subarray(0, 4096).includes(0)) {
    const perfData = String.fromCharCode(...bytes.subarray(0, 8)) === 'PERFILE2'
    const found = perfData ? 'binary perf.data; expected its text: run `perf script`' : 'binary data; expected the text output of perf, bpftrace or BCC'
    return new BpfviewError('E_UNKNOWN_FORMAT', found, { source, line: 0 })
  }
  const first = headOf(bytes.subarray(0, HEAD_BYTES), false).lines[0] ?? ''
  if (first === '') return new BpfviewError('E_EMPTY', 'nothing but blank lines or banners; expected the output of perf, bpftrace or BCC', { source, line: 0 })
  return new BpfviewError('E_UNKNOWN_FORMAT', `${quote(first)} is of no known format; expected the output of perf, bpftrace or BCC (see --format)`, { source, line: 1 })
}

/** What an input holds. Strings are taken as UTF-8 text. */
export function parse(input: Uint8Array | string | Iterable<Uint8Array>, options: ParseOptions = {}): Parsed {
  const reader = createReader(options)
  if (typeof input === 'string') reader.push(new TextEncoder().encode(input))
  else if (input instanceof Uint8Array) reader.push(input)
  else for (const chunk of input) reader.push(chunk)
  return reader.end()
}

/** The same for a stream of chunks; holds one chunk at a time. */
export async function parseStream(input: AsyncIterable<Uint8Array>, options: ParseOptions = {}): Promise<Parsed> {
  const reader = createReader(options)
  for await (const chunk of input) reader.push(chunk)
  return reader.end()
}
