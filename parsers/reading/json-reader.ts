import type { DiagnosticLog, Parsed } from '../../src/model/index.ts'
import { BpfviewError } from '../../src/model/index.ts'
import { isTalk } from '../words/banners.ts'
import { takeCutMark } from '../words/cut-mark.ts'
import type { PythonValue } from '../words/python-literal.ts'
import { parsePython } from '../words/python-literal.ts'
import type { Reader } from './format.ts'
import { concat } from './lines.ts'

/** A document held as one string; over this it is refused. */
const MAX_DOCUMENT = 256 << 20
/** Nesting over this is refused before JSON.parse sees it. */
const MAX_JSON_DEPTH = 200

/** What takes the values of an input: one document, or one per line. */
export interface JsonSink {
  value(value: unknown, line: number): void
  end(): Parsed
}

/** Reader of JSON text that is one document or a document per line, or a dictionary of Python per line; bad lines are skipped and counted. */
export function jsonReader(sink: JsonSink, log: DiagnosticLog, source: string): Reader {
  const chunks: Uint8Array[] = []
  let bytes = 0
  return {
    push(chunk) {
      bytes += chunk.length
      if (bytes > MAX_DOCUMENT)
        throw new BpfviewError(
          'E_INPUT_TOO_LARGE',
          `a JSON text of more than ${MAX_DOCUMENT} bytes; expected less, or a line-oriented format`,
          { source, line: 0 },
        )
      chunks.push(chunk.slice())
    },
    end() {
      const text = new TextDecoder().decode(concat(chunks, bytes))
      const whole = parseJson(text)
      if (whole !== undefined) {
        if (/[^\d.]\d{17,}[^\d.]/.test(text))
          log.note('inexact-value', 'numbers above 2^53 are kept only to 53 bits', { severity: 'info' })
        sink.value(whole.value, 1)
        return sink.end()
      }
      let number = 0
      for (const raw of text.split('\n')) {
        number++
        const line = raw.replace(/^(?:\^C)+/, '').trim()
        if (line === '' || line.startsWith('#') || takeCutMark(log, line, number) || isTalk(line)) continue
        const one = line.startsWith("{'")
          ? parseDictionary(line)
          : line.startsWith('{') || line.startsWith('[')
            ? parseJson(line)
            : undefined
        if (one === undefined) log.skip(number, line, 'not JSON')
        else sink.value(one.value, number)
      }
      return sink.end()
    },
  }
}

/** The value of a dictionary as Python prints it, as JSON would have it; undefined when it is none. */
function parseDictionary(text: string): { readonly value: unknown } | undefined {
  const value = parsePython(text)
  return value === undefined ? undefined : { value: plain(value) }
}

/** Maps as objects; no deeper than parsePython reads. */
function plain(value: PythonValue): unknown {
  if (Array.isArray(value)) return value.map(plain)
  return value instanceof Map ? Object.fromEntries([...value].map(([key, inner]) => [key, plain(inner)])) : value
}

/** The value of a JSON text; undefined when it is none, or nested too deep. */
export function parseJson(text: string): { readonly value: unknown } | undefined {
  if (depthOver(text, MAX_JSON_DEPTH)) return undefined
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return undefined
  }
}

function depthOver(text: string, limit: number): boolean {
  let depth = 0
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (quoted) {
      if (code === 92) i++
      else if (code === 34) quoted = false
    } else if (code === 34) quoted = true
    else if (code === 91 || code === 123) {
      if (++depth > limit) return true
    } else if (code === 93 || code === 125) depth--
  }
  return false
}

/** The entries of a JSON object, undefined for any other value. */
export function entriesOf(value: unknown): [string, unknown][] | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : undefined
}
