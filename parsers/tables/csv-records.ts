import Papa from 'papaparse'

/** A record of a CSV text, and the line it begins on. */
export interface CsvRecord {
  readonly cells: readonly string[]
  readonly line: number
  /** The record's lines as they are in the file. */
  readonly text: string
}

interface Part {
  readonly text: string
  readonly line: number
}

/** More lines than this are no quoted field but a stray quote. */
const MAX_LINES = 50

/**
 * Lines put together to whole records; papaparse reads those whose quotes are not as RFC 4180 has them. Lines whose quotes do not close are handed
 * back one by one as records without cells.
 */
export class CsvRecords {
  private readonly separator: string
  private readonly take: (record: CsvRecord) => void
  private open: Part[] = []

  constructor(separator: string, take: (record: CsvRecord) => void) {
    this.separator = separator
    this.take = take
  }

  /** True while a quoted field goes on. */
  get inside(): boolean {
    return this.open.length > 0
  }

  line(text: string, line: number): void {
    if (this.open.length === 0 && !isOdd(text)) this.whole({ text, line })
    else {
      this.open.push({ text, line })
      if (this.open.length > 1 && isOdd(text)) {
        this.whole({ text: this.open.map(part => part.text).join('\n'), line: this.open[0]!.line })
        this.open = []
      } else if (this.open.length > MAX_LINES) this.giveUp()
    }
  }

  /** Gives out what is left; a field still open never closes. */
  flush(): void {
    this.giveUp()
  }

  private whole(part: Part): void {
    const { text, line } = part
    const cells = text.includes('"')
      ? (strictFields(text, this.separator) ?? this.rows(text)?.[0] ?? [])
      : text.split(this.separator).map(cell => cell.trim())
    this.take({ cells, line, text })
  }

  private giveUp(): void {
    if (this.open.length === 0) return
    for (const { text, line } of this.open) this.take({ cells: [], line, text })
    this.open = []
  }

  private rows(text: string): string[][] | undefined {
    const { data, errors } = Papa.parse<string[]>(text, { delimiter: this.separator, newline: '\n' })
    return errors.length === 0 ? data : undefined
  }
}

/** Fields of a record in which every quoted field is quoted as a whole; undefined for any other. */
function strictFields(text: string, separator: string): string[] | undefined {
  const cells: string[] = []
  for (let at = 0; ; ) {
    if (text[at] === '"') {
      let end = text.indexOf('"', at + 1)
      while (end >= 0 && text[end + 1] === '"') end = text.indexOf('"', end + 2)
      if (end < 0 || (end + 1 < text.length && text[end + 1] !== separator)) return undefined
      cells.push(text.slice(at + 1, end).replaceAll('""', '"'))
      at = end + 1
    } else {
      const next = text.indexOf(separator, at)
      const end = next < 0 ? text.length : next
      const quote = text.indexOf('"', at)
      if (quote >= 0 && quote < end) return undefined
      cells.push(text.slice(at, end))
      at = end
    }
    if (at >= text.length) return cells
    at++
    if (at === text.length) {
      cells.push('')
      return cells
    }
  }
}

function isOdd(text: string): boolean {
  let odd = false
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) odd = !odd
  return odd
}
