import { escapeTerminal } from './escape.ts'

/** One cell as long as this must not make all others as wide: a name of 50 kB in 3000 rows would be 150 MB of blanks. */
const WIDEST = 200

/** How lines look on a terminal; absent = plain and as wide as they are. */
export interface TerminalLook {
  /** Characters in a line: columns of text are cut in the middle until the table fits. */
  readonly width?: number | undefined
  /** Headings bold, doubts in the colour of warnings. */
  readonly colour?: boolean | undefined
}

/** A column of text keeps this many characters. */
const NARROWEST = 12
const GAP = 2

/**
 * Lines of a table: header and rows, columns padded by code points, though not to a cell that is far too long; `align` holds `l` or `r` per column. Cells are
 * made safe for a terminal.
 */
export function textTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  align: string,
  look: TerminalLook = {},
): string[] {
  return [...tableLines(header, rows.length, (row, column) => rows[row]![column] ?? '', align, look)]
}

/** The same of cells that are asked for twice and not kept: for tables of any length. */
export function* tableLines(
  header: readonly string[],
  rows: number,
  cell: (row: number, column: number) => string,
  align: string,
  look: TerminalLook = {},
): Iterable<string> {
  const heads = header.map(escapeTerminal)
  const natural = heads.map((head, column) => {
    let width = Math.min(length(head), WIDEST)
    for (let row = 0; row < rows && width < WIDEST; row++) {
      const found = length(escapeTerminal(cell(row, column)))
      if (found > width) width = Math.min(found, WIDEST)
    }
    return width
  })
  const fits = look.width !== undefined
  const widths = fits ? fitted(natural, align, look.width!) : natural
  const line = (text: (column: number) => string): string => {
    let joined = ''
    for (let column = 0; column < widths.length; column++) {
      const safe = fits ? cutMiddle(text(column), widths[column]!) : text(column)
      const blanks = ' '.repeat(Math.max(0, widths[column]! - length(safe)))
      joined += `${column > 0 ? ' '.repeat(GAP) : ''}${align[column] === 'r' ? blanks + safe : safe + blanks}`
    }
    return joined.trimEnd()
  }
  const head = line(column => heads[column]!)
  yield look.colour === true ? bold(head) : head
  for (let row = 0; row < rows; row++) yield line(column => escapeTerminal(cell(row, column)))
}

/** Widths that fit into a line, the widest column of text giving way first; numbers are never cut. */
function fitted(natural: readonly number[], align: string, width: number): number[] {
  const widths = [...natural]
  for (let over = widths.reduce((sum, each) => sum + each + GAP, -GAP) - width; over > 0; over--) {
    let widest = -1
    for (let i = 0; i < widths.length; i++)
      if (align[i] === 'l' && widths[i]! > NARROWEST && (widest < 0 || widths[i]! > widths[widest]!)) widest = i
    if (widest < 0) break
    widths[widest] = widths[widest]! - 1
  }
  return widths
}

/** A text of at most so many characters; both ends stay, because names differ at either. */
export function cutMiddle(text: string, width: number): string {
  if (length(text) <= width) return text
  const letters = Array.from(text)
  const tail = Math.floor((width - 1) / 2)
  return `${letters.slice(0, width - 1 - tail).join('')}…${tail === 0 ? '' : letters.slice(-tail).join('')}`
}

export function bold(text: string): string {
  return `\x1b[1m${text}\x1b[0m`
}

/** In the colour of warnings. */
export function warningColour(text: string): string {
  return `\x1b[33m${text}\x1b[0m`
}

/** Code points. */
function length(text: string): number {
  let count = text.length
  for (let i = 0; i + 1 < text.length; i++) {
    const pair = (text.charCodeAt(i) & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00
    if (!pair) continue
    count--
    i++
  }
  return count
}
