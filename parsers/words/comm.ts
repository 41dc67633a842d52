const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\u0007',
  b: '\b',
  f: '\f',
  v: '\v',
}

/**
 * A comm, or a symbol, as the kernel has it: python 3 tools that forget to decode print `b'my\\tapp'`, which is undone here; anything else is
 * given back as it is. Bytes that are no UTF-8 become U+FFFD.
 */
export function commOf(printed: string): string {
  const literal = /^b(['"])([^]*)\1$/.exec(printed)
  return literal === null ? printed : unescapeBytes(literal[2]!)
}

/** Text of the inside of a python bytes literal. */
export function unescapeBytes(inside: string): string {
  if (!inside.includes('\\')) return inside
  const bytes: number[] = []
  const encoder = new TextEncoder()
  for (let i = 0; i < inside.length; i++) {
    const char = inside[i]!
    if (char !== '\\' || i + 1 === inside.length) {
      const point = inside.codePointAt(i)!
      for (const byte of encoder.encode(String.fromCodePoint(point))) bytes.push(byte)
      if (point > 0xffff) i++
      continue
    }
    const next = inside[++i]!
    const hex = /^x([0-9a-f]{2})/.exec(inside.slice(i, i + 3))
    if (hex !== null) {
      bytes.push(Number.parseInt(hex[1]!, 16))
      i += 2
    } else {
      for (const byte of encoder.encode(ESCAPES[next] ?? `\\${next}`)) bytes.push(byte)
    }
  }
  return new TextDecoder().decode(Uint8Array.from(bytes))
}
