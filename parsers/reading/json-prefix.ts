const WORD = /true|false|null/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y
/** Tokens after which a text that breaks the rules is broken JSON and no other text. */
const ENOUGH = 12

/**
 * True when a text, or its first part, is JSON: one document or several after each other. A text that keeps JSON's rules for a dozen tokens counts although
 * it breaks them later: it is broken JSON, not lines of something else. Linear.
 */
export function isJsonStart(text: string): boolean {
  const closers: string[] = []
  /** What may come next: a value, a name, what follows a value, or a colon. */
  let state: 'value' | 'first' | 'name' | 'after' | 'colon' = 'value'
  let tokens = 0
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!
    if (char === ' ' || char === '\n' || char === '\r' || char === '\t') continue
    const top = closers[closers.length - 1]
    const step = next(char, state, top)
    if (step === undefined) return tokens >= ENOUGH
    tokens++
    if (char === '{' || char === '[') closers.push(char === '{' ? '}' : ']')
    else if (char === '}' || char === ']') closers.pop()
    else if (char === '"') {
      const end = stringEnd(text, i + 1)
      if (end === undefined) return tokens > 1
      if (text[end] !== '"') return tokens >= ENOUGH
      i = end
    } else if (step === 'scalar') {
      const length = scalarLength(text, i)
      if (length === 0) return tokens >= ENOUGH
      i += length - 1
    }
    state = step === 'scalar' ? 'after' : step
    if (state === 'after' && closers.length === 0) state = 'value'
  }
  return tokens > 1
}

/** The state behind a token that begins with this character; 'scalar' for a number or word; undefined when no such token may stand here. */
function next(
  char: string,
  state: 'value' | 'first' | 'name' | 'after' | 'colon',
  top: string | undefined,
): 'value' | 'first' | 'name' | 'after' | 'colon' | 'scalar' | undefined {
  if (state === 'colon') return char === ':' ? 'value' : undefined
  if (state === 'after') return char === ',' ? (top === '}' ? 'name' : 'value') : char === top ? 'after' : undefined
  if (char === top && state === 'first') return 'after'
  if (state === 'name' || (state === 'first' && top === '}')) return char === '"' ? 'colon' : undefined
  if (char === '{' || char === '[') return 'first'
  if (top === undefined) return undefined
  return char === '"' ? 'after' : 'scalar'
}

function scalarLength(text: string, at: number): number {
  NUMBER.lastIndex = WORD.lastIndex = at
  return (NUMBER.exec(text) ?? WORD.exec(text))?.[0].length ?? (at + 5 >= text.length ? text.length - at : 0)
}

/** Index of the quote that ends a string, or of a line's end inside it; undefined = the text ends before. */
function stringEnd(text: string, from: number): number | undefined {
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 92) i++
    else if (code === 34 || code === 10) return i
  }
  return undefined
}
