import { BpfviewError, quote } from './error.ts'

/** How bad a diagnostic is. */
export type Severity = 'info' | 'warning' | 'error'

/** Something the reader of a result has to know: like observations are counted in one, the first is quoted. */
export interface Diagnostic {
  readonly severity: Severity
  /** Stable kebab-case word, for example `unrecognised-line`, `lost-events`, `truncated-record`. */
  readonly code: string
  readonly message: string
  /** Line of the first occurrence, from 1. */
  readonly line?: number
  /** Text of the first occurrence as it stood in the input. */
  readonly text?: string
  /** How many lines, samples or events this stands for; at least 1. */
  readonly count: number
}

/** At most this many diagnostics of one code are kept apart; later ones only raise the last one's count. */
const KEPT_PER_CODE = 10

interface Details {
  readonly line?: number
  readonly text?: string
  readonly count?: number
  readonly severity?: Severity
}

/** Collects what a reader could not use, exactly counted and bounded in memory. */
export class DiagnosticLog {
  /** Lines of the input that gave nothing to the result although they should have. */
  skippedLines = 0
  /** Events that the tool itself said it lost. */
  lost = 0

  private readonly source: string
  private readonly strict: boolean
  private readonly entries: {
    severity: Severity
    code: string
    message: string
    line?: number
    text?: string
    count: number
  }[] = []
  private readonly perCode = new Map<string, { kept: number; last: number }>()

  constructor(source = 'input', strict = false) {
    this.source = source
    this.strict = strict
  }

  /** Notes a fact about the input. In strict mode a warning or error throws BpfviewError E_BAD_LINE. */
  note(code: string, message: string, details: Details = {}): void {
    const severity = details.severity ?? 'warning'
    if (this.strict && severity !== 'info') {
      const found = details.text === undefined ? message : `${message}: ${quote(details.text)}`
      throw new BpfviewError('E_BAD_LINE', found, { source: this.source, line: details.line ?? 0 })
    }
    const count = details.count ?? 1
    const seen = this.perCode.get(code)
    if (seen !== undefined && seen.kept >= KEPT_PER_CODE) {
      this.entries[seen.last]!.count += count
      return
    }
    this.perCode.set(code, { kept: (seen?.kept ?? 0) + 1, last: this.entries.length })
    this.entries.push({
      severity,
      code,
      message,
      count,
      ...(details.line !== undefined && { line: details.line }),
      ...(details.text !== undefined && {
        text: details.text.length > 500 ? details.text.slice(0, 500) : details.text,
      }),
    })
  }

  /** Counts one input line that no rule of the format takes. */
  skip(line: number, text: string, message = 'unrecognised line'): void {
    this.skippedLines++
    this.note('unrecognised-line', message, { line, text })
  }

  /** Counts events that the tool reported as lost. */
  addLost(count: number, message: string, line?: number): void {
    this.lost += count
    this.note('lost-events', message, { count, severity: 'info', ...(line !== undefined && { line }) })
  }

  /** Takes over what another log collected about a later part of the same input, whose first line stands after `lines` lines. */
  absorb(
    later: { readonly diagnostics: readonly Diagnostic[]; readonly skippedLines: number; readonly lost: number },
    lines: number,
  ): void {
    for (const { code, message, severity, line, text, count } of later.diagnostics) {
      this.note(code, message, {
        severity,
        count,
        ...(line !== undefined && { line: line + lines }),
        ...(text !== undefined && { text }),
      })
    }
    this.skippedLines += later.skippedLines
    this.lost += later.lost
  }

  /** The diagnostics in order of first occurrence. */
  list(): readonly Diagnostic[] {
    return this.entries
  }
}
