import { isBanner } from '../words/banners.ts'

/** How many bytes of an input detection looks at. */
export const HEAD_BYTES = 64 * 1024

/** The start of an input as detection sees it. */
export interface Head {
  /** First non-empty lines that are no banner, leading `^C` removed, at most 400, without line ends. */
  readonly lines: readonly string[]
  /** The same part of the input untouched, for signatures that span lines. */
  readonly text: string
  /** The bytes of that text, for formats that are no text. */
  readonly bytes: Uint8Array
  /** True when the input goes on after `text`. */
  readonly cut: boolean
}

/** Head of an input from its first bytes; the last line is left out when the bytes may have cut it. */
export function headOf(bytes: Uint8Array, cut: boolean): Head {
  const text = new TextDecoder().decode(bytes)
  const all = text.split('\n')
  if (cut && all.length > 1) all.pop()
  const lines: string[] = []
  for (const raw of all) {
    const line = stripInterrupt(raw.endsWith('\r') ? raw.slice(0, -1) : raw)
    if (line.trim() === '' || isBanner(line)) continue
    lines.push(line)
    if (lines.length === 400) break
  }
  return { lines, text, bytes, cut }
}

/** The line without the terminal's echo of Ctrl-C, which is glued to whatever came next. */
export function stripInterrupt(line: string): string {
  return line.startsWith('^C') ? line.replace(/^(?:\^C)+/, '') : line
}
