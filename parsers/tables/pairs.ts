/**
 * Two columns of plain numbers, a time and a latency, as trace2heatmap.pl takes them; a first line with a letter in it is a heading:
 *
 *     TIMEus DELTAus
 *     9339835017 15133
 *     9339835827 712
 *
 * Asked for by name it takes the first two words of a line and leaves the rest; by detection only files of two numbers a line, because a file with a
 * heading is a table. Source: whatever a user's awk printed.
 */

import type { Parsed } from '../../src/model/index.ts'
import { DiagnosticLog, splitLabel } from '../../src/model/index.ts'
import type { Format } from '../reading/format.ts'
import type { Head } from '../reading/head.ts'
import type { LineSink } from '../reading/lines.ts'
import { lineReader } from '../reading/lines.ts'

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/

export const pairs: Format = {
  id: 'pairs',
  title: 'two columns of numbers: time and latency',
  sniff: sniffPairs,
  reader(options) {
    const log = new DiagnosticLog(options.source, options.strict)
    return lineReader(new PairReader(log), log)
  },
}

function sniffPairs(head: Head): boolean {
  const [first] = head.lines
  if (first === undefined) return false
  const rows = /[A-Za-z]/.test(first) ? head.lines.slice(1) : head.lines
  if (first !== rows[0] && first.trim().split(/\s+/).length !== 2) return false
  return (
    rows.length > 0 &&
    rows.every(line => {
      const words = line.trim().split(/[\s,]+/)
      return words.length === 2 && NUMBER.test(words[0]!) && NUMBER.test(words[1]!)
    })
  )
}

class PairReader implements LineSink {
  private readonly log: DiagnosticLog
  private readonly times: number[] = []
  private readonly values: number[] = []
  private heading: readonly string[] = []

  constructor(log: DiagnosticLog) {
    this.log = log
  }

  line(text: string, number: number): void {
    const words = text.trim().split(/[\s,]+/)
    if (words[0] === '') return
    if (number === 1 && /[A-Za-z]/.test(text.replace(/[eE][+-]?\d/g, ''))) {
      this.heading = words
      return
    }
    if (words.length < 2 || !NUMBER.test(words[0]!) || !NUMBER.test(words[1]!))
      return this.log.skip(number, text, 'no time and latency; expected two numbers')
    this.times.push(Number(words[0]))
    this.values.push(Number(words[1]))
  }

  end(): Parsed {
    const [time, value] = [splitLabel(this.heading[0] ?? 'time'), splitLabel(this.heading[1] ?? 'latency')]
    return {
      format: pairs.id,
      datasets:
        this.times.length === 0
          ? []
          : [
              {
                kind: 'events',
                name: 'pairs',
                tool: '',
                length: this.times.length,
                meta: {},
                columns: [
                  { name: time.name, type: 'number', unit: time.unit, values: Float64Array.from(this.times) },
                  { name: value.name, type: 'number', unit: value.unit, values: Float64Array.from(this.values) },
                ],
              },
            ],
      diagnostics: this.log.list(),
      skippedLines: this.log.skippedLines,
      lost: this.log.lost,
    }
  }
}
