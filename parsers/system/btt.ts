/**
 * What btt works out of a block trace: tables of several devices, their columns drawn by rules of dashes:
 *
 *     ==================== All Devices ====================
 *
 *                 ALL           MIN           AVG           MAX           N
 *     --------------- ------------- ------------- ------------- -----------
 *     Q2Q               0.000072525   0.093470842   5.113640455         420
 *
 *     ==================== Device Merge Information ====================
 *
 *            DEV |       #Q       #D   Ratio |   BLKmin   BLKavg   BLKmax    Total
 *     ---------- | -------- -------- ------- | -------- -------- -------- --------
 *      (  8,  0) |      419      310     1.4 |        8       12      256     5040
 *
 * A word belongs to the run of dashes over it. Source: blktrace btt/output.c.
 */
import type { DiagnosticLog } from '../../src/model/index.ts'
import type { ColumnSpec } from '../build/table-builder.ts'
import { columnSpecs, TableBuilder } from '../build/table-builder.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat } from '../reading/line-format.ts'

const TITLE = /^=+ ([A-Z][A-Za-z0-9 ]{2,60}) =+$/
const RULE = /^-{2,}(?: \||[ -])*-$/

export const btt = lineFormat({
  id: 'btt',
  title: 'btt: times and counts of a block trace',
  sniff: head => head.lines.some(line => /^=+ (?:All Devices|Device Overhead|Per Process|Per Device) =+$/.test(line)),
  grammar: sections,
})

interface Span {
  readonly start: number
  readonly end: number
}

function sections(log: DiagnosticLog): LineGrammar {
  const tables = new Map<string, TableBuilder>()
  let title = ''
  let heading = ''
  let spans: readonly Span[] = []
  let current: TableBuilder | undefined
  return {
    line(line, n) {
      const text = line.trimEnd()
      const named = TITLE.exec(text)
      if (named !== null) {
        title = named[1]!
        current = undefined
        heading = ''
        return true
      }
      if (RULE.test(text)) {
        // a second rule stands over the sums of the table
        if (heading === '') return current !== undefined
        spans = spansOf(text)
        const labels = cellsAt(heading, spans).map((label, i) => (label === '' ? `C${i + 1}` : label))
        const name = [...tables.values()].some(table => table.name === title) ? `${title}: ${labels.join(' ')}` : title
        current = tables.get(`${title}\u0000${labels.join('\u0000')}`)
        if (current === undefined)
          tables.set(`${title}\u0000${labels.join('\u0000')}`, (current = new TableBuilder(name, specsOf(labels), log)))
        heading = ''
        return true
      }
      if (/^#|^\s*\||^[A-Z][\w ]+:\s/.test(text)) {
        log.note('btt-note', 'words of btt between its tables', { severity: 'info', line: n, text })
        return true
      }
      if (current !== undefined && isRow(text)) {
        current.add(cellsAt(text, spans), n)
        return true
      }
      if (title === '' || heading !== '' || !/[A-Za-z]/.test(text)) return false
      heading = text
      return true
    },
    datasets: () => [...tables.values()].map(table => table.finish({ tool: 'btt' })),
  }
}

function specsOf(labels: readonly string[]): ColumnSpec[] {
  return columnSpecs(labels, label => (label === labels[0] ? 'text' : 'auto'))
}

/** Rows hold a number in a column after the first; headings hold none, but for digits inside names. */
function isRow(text: string): boolean {
  return /(?:^|[ |(])\d[\d.]*%?(?:[ )|]|$)/.test(text)
}

function spansOf(rule: string): Span[] {
  return [...rule.matchAll(/-+/g)].map(({ 0: dashes, index }) => ({ start: index, end: index + dashes.length }))
}

/** The text under each run of dashes: what lies left of it up to the run before belongs to it, because numbers are flush right. */
function cellsAt(text: string, spans: readonly Span[]): string[] {
  return spans.map((span, i) => {
    const from = i === 0 ? 0 : spans[i - 1]!.end
    const to = i === spans.length - 1 ? text.length : span.end
    return text
      .slice(from, to)
      .replace(/^[ |]+|[ |]+$/g, '')
      .replace(/^\(\s*(\d+),\s*(\d+)\)$/, '($1,$2)')
  })
}
