import { DiagnosticLog } from '../src/model/index.ts'
import type { Dataset, Parsed } from '../src/model/index.ts'
import { isCutMark, isTalk } from './banners.ts'
import type { Format, Reader, ReadOptions } from './format.ts'
import { stripInterrupt } from './head.ts'
import type { Head } from './head.ts'
import { lineReader } from './lines.ts'

/** A grammar that takes one line at a time. */
export interface LineGrammar {
  /** Takes a line that is neither blank nor a mark nor a banner; false = not of this grammar. */
  line(text: string, number: number): boolean
  datasets(): readonly Dataset[]
}

export interface LineFormat {
  readonly id: string
  readonly title: string
  readonly sniff: (head: Head) => boolean
  /** Banners of BCC tools are data here. */
  readonly talk?: boolean
  /** Longest line given to the grammar, in characters; longer ones are none of its lines. */
  readonly longest?: number
  readonly grammar: (log: DiagnosticLog, options: ReadOptions) => LineGrammar
}

/** A format of independent lines: what its grammar does not take is skipped and counted. */
export function lineFormat({ id, title, sniff, talk, longest = 8192, grammar }: LineFormat): Format {
  return {
    id,
    title,
    sniff: head => sniff(head.lines.every(line => line.length <= longest) ? head : { ...head, lines: head.lines.filter(line => line.length <= longest) }),
    reader(options: ReadOptions): Reader {
      const log = new DiagnosticLog(options.source, options.strict)
      const lines = grammar(log, options)
      return lineReader({
        line(raw, number) {
          const text = stripInterrupt(raw)
          if (text.trim() === '') return
          if (isCutMark(text)) log.note('truncated-by-author', 'a mark that lines were left out', { severity: 'info', text, line: number })
          else if (!(talk !== true && isTalk(text)) && (text.length > longest || !lines.line(text, number))) log.skip(number, text)
        },
        end: (): Parsed => ({ format: id, datasets: lines.datasets(), diagnostics: log.list(), skippedLines: log.skippedLines, lost: log.lost }),
      }, log)
    },
  }
}

/** True when most lines of a head, and `least` of them, pass. */
export function mostLines(head: Head, passes: (line: string) => boolean, least = 1, share = 0.8): boolean {
  let good = 0
  let all = 0
  for (const line of head.lines) {
    if (isCutMark(line)) continue
    all++
    if (passes(line)) good++
  }
  return good >= least && good >= all * share
}
