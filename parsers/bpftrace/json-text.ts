/** A JSON value as bpftrace prints it. Objects keep repeated keys: two stacks may print alike. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject

export interface JsonObject {
  readonly entries: readonly (readonly [string, JsonValue])[]
}

/** What had to be repaired or could not be kept exactly. */
export interface JsonFlaws {
  /** Bytes printed as `\uffffffc3`. */
  bytes: number
  /** Integers above 2^53. */
  inexact: number
  /** Counts printed in hexadecimal. */
  hex: boolean
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isJsonArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}

/** Value of the first entry with this key. */
export function member(object: JsonObject, key: string): JsonValue | undefined {
  return object.entries.find(([name]) => name === key)?.[1]
}

const MAX_JSON_DEPTH = 64
/** What strftime gives, which bpftrace prints without quotes. */
const TIME = /^(?:\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d:\d\d(?:\.\d{1,9})?)?|\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(?=\s*[,}\]])/

/**
 * The value of a JSON text, undefined when it is none. Reads what bpftrace <= 0.17 prints wrongly too: bytes above 0x7f as `\uffffffXX`
 * (src/output/json.cpp prints a signed char), after which the stream may stay in hexadecimal, and times without quotes. Linear.
 */
export function parseBpftraceJson(text: string, flaws: JsonFlaws): JsonValue | undefined {
  const value = new JsonScanner(text, flaws, false).whole()
  return value === undefined && flaws.hex ? new JsonScanner(text, flaws, true).whole() : value
}

class JsonScanner {
  private readonly text: string
  private readonly flaws: JsonFlaws
  private readonly hex: boolean
  private at = 0
  /** Where the next backslash stands: looked for once, not once per string. */
  private nextEscape = -1
  private failed = false

  constructor(text: string, flaws: JsonFlaws, hex: boolean) {
    this.text = text
    this.flaws = flaws
    this.hex = hex
  }

  whole(): JsonValue | undefined {
    const value = this.value(0)
    this.blanks()
    return this.failed || this.at < this.text.length ? undefined : value
  }

  private value(depth: number): JsonValue {
    this.blanks()
    if (depth > MAX_JSON_DEPTH) return this.fail()
    switch (this.text[this.at]) {
      case '{':
        return this.object(depth)
      case '[':
        return this.array(depth)
      case '"':
        return this.string()
      default:
        return this.word()
    }
  }

  private object(depth: number): JsonObject {
    const entries: [string, JsonValue][] = []
    this.at++
    for (this.blanks(); !this.take('}'); this.blanks()) {
      if (entries.length > 0 && !this.take(',')) return { entries: [[`${this.fail()}`, null]] }
      this.blanks()
      if (this.text[this.at] !== '"') return { entries: [[`${this.fail()}`, null]] }
      const key = this.string()
      this.blanks()
      if (!this.take(':')) this.fail()
      this.blanks()
      entries.push([key, key === 'count' && this.hex ? this.hexadecimal() : this.value(depth + 1)])
      if (this.failed) break
    }
    return { entries }
  }

  private array(depth: number): readonly JsonValue[] {
    const values: JsonValue[] = []
    this.at++
    for (this.blanks(); !this.take(']'); this.blanks()) {
      if (values.length > 0 && !this.take(',')) this.fail()
      values.push(this.value(depth + 1))
      if (this.failed) break
    }
    return values
  }

  private string(): string {
    const { text } = this
    const start = ++this.at
    let end = text.indexOf('"', start)
    if (this.nextEscape < start) {
      const found = text.indexOf('\\', start)
      this.nextEscape = found < 0 ? text.length : found
    }
    const escaped = this.nextEscape
    if (end < 0) return `${this.fail()}`
    if (escaped > end) {
      this.at = end + 1
      return text.slice(start, end)
    }
    const plain = this.nativeString(start)
    if (plain !== undefined) return plain
    const parts: string[] = []
    for (;;) {
      end = this.at
      while (end < text.length && text[end] !== '"' && text[end] !== '\\') end++
      parts.push(text.slice(this.at, end))
      this.at = end
      if (end >= text.length) return `${this.fail()}`
      if (text[end] === '"') break
      parts.push(this.escaped())
      if (this.failed) return ''
    }
    this.at++
    return parts.join('')
  }

  /** A string without `\\u`, which V8 unescapes much faster; undefined when it has one, or is no JSON. */
  private nativeString(start: number): string | undefined {
    const { text } = this
    let end = text.indexOf('"', start)
    while (end >= 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1)
    if (end < 0) return undefined
    const quoted = text.slice(start - 1, end + 1)
    if (quoted.includes('\\u')) return undefined
    try {
      const value: unknown = JSON.parse(quoted)
      this.at = end + 1
      return String(value)
    } catch {
      return undefined
    }
  }

  private escaped(): string {
    const { text } = this
    const bytes: number[] = []
    for (;;) {
      const byte = /^\\u[fF]{6}([0-9a-fA-F]{2})/.exec(text.slice(this.at, this.at + 10))
      if (byte === null) break
      bytes.push(Number.parseInt(byte[1]!, 16))
      this.at += 10
    }
    if (bytes.length > 0) {
      this.flaws.bytes += bytes.length
      return new TextDecoder().decode(Uint8Array.from(bytes))
    }
    const kind = text[this.at + 1]
    this.at += 2
    switch (kind) {
      case 'n':
        return '\n'
      case 't':
        return '\t'
      case 'r':
        return '\r'
      case 'b':
        return '\b'
      case 'f':
        return '\f'
      case '"':
      case '\\':
      case '/':
        return kind
      case 'u': {
        const digits = text.slice(this.at, this.at + 4)
        if (!/^[0-9a-fA-F]{4}$/.test(digits)) return `${this.fail()}`
        this.at += 4
        return String.fromCharCode(Number.parseInt(digits, 16))
      }
      default:
        return `${this.fail()}`
    }
  }

  private word(): string | number | boolean | null {
    const time = TIME.exec(this.text.slice(this.at, this.at + 40))?.[0]
    if (time !== undefined) {
      this.at += time.length
      return time
    }
    const word = /^[-+.0-9A-Za-z]+/.exec(this.text.slice(this.at, this.at + 64))?.[0] ?? ''
    this.at += word.length
    if (word === 'true' || word === 'false') return word === 'true'
    if (word === 'null') return null
    if (/^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(word)) {
      const value = Number(word)
      if (!Number.isSafeInteger(value) && Number.isInteger(value)) this.flaws.inexact++
      return value
    }
    if (/^[0-9a-f]+$/.test(word)) this.flaws.hex = true
    return this.fail()
  }

  /** A count after the stream was left in hexadecimal; the edges of buckets go another way and stay decimal. */
  private hexadecimal(): number | null {
    const word = /^[0-9a-f]+/.exec(this.text.slice(this.at, this.at + 16))?.[0] ?? ''
    this.at += word.length
    return word === '' ? this.fail() : Number.parseInt(word, 16)
  }

  private take(char: string): boolean {
    if (this.text[this.at] !== char) return this.failed
    this.at++
    return true
  }

  private blanks(): void {
    while (this.at < this.text.length && /\s/.test(this.text[this.at]!)) this.at++
  }

  private fail(): null {
    this.failed = true
    return null
  }
}

/** True for a character with an odd number of backslashes before it. */
function isEscaped(text: string, at: number): boolean {
  let slashes = 0
  while (text.charCodeAt(at - 1 - slashes) === 92) slashes++
  return slashes % 2 === 1
}

/** Follows braces and strings over the lines of a text, to know where a value ends. */
export class JsonDepth {
  depth = 0
  private inString = false

  /** Reads one more line; strings do not cross lines in JSON, so a line's end closes them. */
  read(line: string): void {
    this.inString = false
    for (let i = 0; i < line.length; i++) {
      const code = line.charCodeAt(i)
      if (this.inString) {
        if (code === 92) i++
        else if (code === 34) this.inString = false
      } else if (code === 34) this.inString = true
      else if (code === 123 || code === 91) this.depth++
      else if (code === 125 || code === 93) this.depth--
    }
  }

  reset(): void {
    this.depth = 0
  }
}
