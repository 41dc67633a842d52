/** A value of a Python literal: dictionaries become Maps, tuples and lists arrays, bytes text. */
export type PythonValue = string | number | boolean | null | PythonValue[] | Map<string, PythonValue>

const MAX_LITERAL_DEPTH = 64

/** The value of `{'a': 1, 'b': [b'x', None]}` as Python's repr prints it; undefined when the text is no such literal. Linear. */
export function parsePython(text: string): PythonValue | undefined {
  const reader = new LiteralReader(text)
  const value = reader.value(0)
  return value !== undefined && reader.atEnd() ? value : undefined
}

class LiteralReader {
  private readonly text: string
  private at = 0

  constructor(text: string) {
    this.text = text
  }

  atEnd(): boolean {
    this.blanks()
    return this.at === this.text.length
  }

  value(depth: number): PythonValue | undefined {
    if (depth > MAX_LITERAL_DEPTH) return undefined
    this.blanks()
    const char = this.text[this.at]
    if (char === '{') return this.dictionary(depth)
    if (char === '[') return this.list(']', depth)
    if (char === '(') return this.list(')', depth)
    if (char === "'" || char === '"') return this.string()
    if ((char === 'b' || char === 'u') && /['"]/.test(this.text[this.at + 1] ?? '')) {
      this.at++
      return this.string()
    }
    return this.word()
  }

  private dictionary(depth: number): Map<string, PythonValue> | undefined {
    const map = new Map<string, PythonValue>()
    this.at++
    for (;;) {
      if (this.take('}')) return map
      const key = this.value(depth + 1)
      if (key === undefined || (typeof key === 'object' && key !== null) || !this.take(':')) return undefined
      const value = this.value(depth + 1)
      if (value === undefined) return undefined
      map.set(String(key), value)
      if (!this.take(',')) return this.take('}') ? map : undefined
    }
  }

  private list(close: string, depth: number): PythonValue[] | undefined {
    const items: PythonValue[] = []
    this.at++
    for (;;) {
      if (this.take(close)) return items
      const value = this.value(depth + 1)
      if (value === undefined) return undefined
      items.push(value)
      if (!this.take(',')) return this.take(close) ? items : undefined
    }
  }

  private string(): string | undefined {
    const quote = this.text[this.at]!
    const parts: string[] = []
    let from = ++this.at
    while (this.at < this.text.length) {
      const char = this.text[this.at]!
      if (char === quote) {
        parts.push(this.text.slice(from, this.at++))
        return parts.join('')
      }
      if (char !== '\\') {
        this.at++
        continue
      }
      parts.push(this.text.slice(from, this.at))
      const escaped = this.text[this.at + 1] ?? ''
      const hex = escaped === 'x' ? /^[0-9a-fA-F]{2}/.exec(this.text.slice(this.at + 2, this.at + 4)) : null
      if (hex !== null) {
        parts.push(String.fromCharCode(parseInt(hex[0], 16)))
        this.at += 4
      } else {
        parts.push(escaped === 'n' ? '\n' : escaped === 't' ? '\t' : escaped === 'r' ? '\r' : escaped)
        this.at += 2
      }
      from = this.at
    }
    return undefined
  }

  private word(): number | boolean | null | undefined {
    const start = this.at
    while (this.at < this.text.length && /[\w.+-]/.test(this.text[this.at]!)) this.at++
    const word = this.text.slice(start, this.at)
    if (word === 'None') return null
    if (word === 'True') return true
    if (word === 'False') return false
    return /^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?L?$/.test(word) ? Number(word.replace('L', '')) : undefined
  }

  private take(char: string): boolean {
    this.blanks()
    if (this.text[this.at] !== char) return false
    this.at++
    return true
  }

  private blanks(): void {
    while (this.text[this.at] === ' ' || this.text[this.at] === '\t') this.at++
  }
}
