import type { Dataset, Parsed } from '../../src/model/index.ts'
import { DiagnosticLog } from '../../src/model/index.ts'
import { isBanner, isTalk, lostEvents } from '../words/banners.ts'
import { isCutMark, takeCutMark } from '../words/cut-mark.ts'
import type { Format, Reader, ReadOptions } from './format.ts'
import type { Head } from './head.ts'
import { stripInterrupt } from './head.ts'
import { lineReader, MAX_LINE_BYTES } from './lines.ts'

/** A grammar that takes one line at a time. */
export interface LineGrammar {
  /** Takes a line that is neither blank nor a mark nor a banner; false = not of this grammar. */
  line(text: string, number: number): boolean
  /** Takes a blank line, where these mean something. */
  blank?(): void
  datasets(): readonly Dataset[]
}

export interface LineFormat<Own extends object = object> {
  readonly id: string
  readonly title: string
  readonly coloured?: boolean
  readonly sniff: (head: Head) => boolean
  /** Banners of BCC tools are data here. */
  readonly talk?: boolean
  /** Data may be indented: only a line that begins at the first column may be a banner. */
  readonly indented?: boolean
  /** Longest line given to the grammar, in characters; longer ones are none of its lines. */
  readonly longest?: number
  readonly grammar: (log: DiagnosticLog, options: ReadOptions & Own) => LineGrammar
}

/** A format of independent lines: what its grammar does not take is skipped and counted. */
export function lineFormat<Own extends object = object>({
  id,
  title,
  coloured,
  sniff,
  talk,
  indented,
  longest = 8192,
  grammar,
}: LineFormat<Own>): Format<Own> {
  const isNoise = indented === true ? isBanner : isTalk
  return {
    id,
    title,
    ...(coloured !== undefined && { coloured }),
    sniff: head =>
      sniff(
        head.lines.every(line => line.length <= longest)
          ? head
          : { ...head, lines: head.lines.filter(line => line.length <= longest) },
      ),
    reader(options: ReadOptions & Own): Reader {
      const log = new DiagnosticLog(options.source, options.strict)
      const lines = grammar(log, options)
      return lineReader(
        {
          line(raw, number) {
            const text = stripInterrupt(raw)
            if (text.trim() === '') return lines.blank?.()
            if (takeCutMark(log, text, number)) return
            const lost = talk === true ? undefined : lostEvents(text)
            if (lost !== undefined) return log.addLost(lost, 'the tool lost events', number)
            if (!(talk !== true && isNoise(text)) && (text.length > longest || !lines.line(text, number)))
              log.skip(number, text)
          },
          end: (): Parsed => ({
            format: id,
            datasets: lines.datasets(),
            diagnostics: log.list(),
            skippedLines: log.skippedLines,
            lost: log.lost,
          }),
        },
        log,
        Math.max(MAX_LINE_BYTES, longest),
      )
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
