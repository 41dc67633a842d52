/**
 * Columns under no heading: every line has as many words, and some column is always a number. What is left of a table whose author cut its top:
 *
 *     5087   5087   pgrep        sys_open
 *     5087   5087   pgrep        sys_open
 *     Lost 764896 samples
 */
import type { DiagnosticLog } from '../../src/model/index.ts'
import { RowSet } from '../build/row-set.ts'
import type { Head } from '../reading/head.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'
import { parseNumber } from '../words/cells.ts'

const LOST = /^\s*(?:Possibly )?[Ll]ost (\d+) (?:samples|events)/

export const columnsOnly = lineFormat({
  id: 'columns',
  title: 'columns without a heading',
  talk: true,
  sniff: head => widthOf(head) > 0,
  grammar: rows,
})

/** Words per line when all lines have as many and one column is of numbers, else 0. */
function widthOf(head: Head): number {
  const lines = head.lines.filter(line => !LOST.test(line)).map(line => line.trim().split(/\s+/))
  const width = lines[0]?.length ?? 0
  if (lines.length < 3 || width < 3 || width > 40 || lines.some(words => words.length !== width)) return 0
  for (let i = 0; i < width; i++) if (lines.every(words => parseNumber(words[i]!) !== undefined)) return width
  return 0
}

function rows(log: DiagnosticLog): LineGrammar {
  const table = new RowSet('columns')
  let width = 0
  return {
    line(line, n) {
      const lost = LOST.exec(line)
      if (lost !== null) {
        log.addLost(Number(lost[1]), 'the tool lost events', n)
        return true
      }
      const words = line.trim().split(/\s+/)
      if (width === 0) width = words.length
      if (words.length !== width) return false
      table.add(words.map((word, i) => [`C${i + 1}`, parseNumber(word) ?? word] as const))
      return true
    },
    datasets: () => [table.finish({})],
  }
}
