import type { EventTable } from '../../src/model/index.ts'
import { crossChecks } from '../../src/ops/report/cross-checks.ts'
import { escapeXml } from '../markup/escape.ts'
import { cellText } from '../words/cell-text.ts'
import { formatValue } from '../words/numbers.ts'
import type { ReportPage, ReportSide } from './page-data.ts'
import { sentenceWords, sourceWords, valueWords } from './words.ts'

const SIGNS = { contradiction: '✕', agrees: '✓', absent: '–' } as const
/** Rows of a table, and tables, that are shown as they are. */
const ROWS = 20
const TABLES = 30

/** What one tool says against another, and what was not measured. */
export function checksHtml({ report, before }: ReportPage): string {
  const list = (side: ReportSide['report'], when: string): string => {
    const checks = crossChecks(side.facts, side.inputs)
    const items = checks.map(
      ({ verdict, sentence }) =>
        `<li><span class="${verdict}">${SIGNS[verdict]}</span> ${when}${escapeXml(sentenceWords(sentence))}</li>`,
    )
    return items.length === 0 ? `<li>${when}no two tools measured the same</li>` : items.join('')
  }
  return `<ul class="card checks">${before === undefined ? '' : list(before.report, 'before: ')}${list(report, before === undefined ? '' : 'after: ')}</ul>`
}

/** What the tools printed, and how it was taken. */
export function appendixHtml(page: ReportPage): string {
  const sides = page.before === undefined ? [page] : [page.before, page]
  const inputs = sides.flatMap(({ report }) => report.inputs)
  const rows = inputs.map(({ source, parsed }) => {
    const commands = [
      ...new Set(parsed.datasets.map(({ meta }) => meta.command).filter(command => command !== undefined)),
    ]
    return `<tr><td>${escapeXml(source)}</td><td>${escapeXml(parsed.format)}</td><td class="n">${formatValue(parsed.datasets.length, 'datasets')}</td><td>${commands
      .slice(0, 12)
      .map(command => `<code>${escapeXml(shortCommand(command))}</code>`)
      .join('<br>')}</td></tr>`
  })
  const tables = inputs.flatMap(({ source, parsed }) =>
    parsed.datasets.flatMap(dataset =>
      dataset.kind === 'events' && dataset.length > 0 ? [{ source, table: dataset }] : [],
    ),
  )
  const left = tables.length - TABLES
  return `<div class="card flush wide" tabindex="0"><table><thead><tr><th scope="col">Input</th><th scope="col">Format</th><th scope="col" class="n">Holds</th><th scope="col">Taken with</th></tr></thead><tbody>${rows.join('\n')}</tbody></table></div>
${tables
  .slice(0, TABLES)
  .map(({ source, table }) => tableHtml(source, table))
  .join('\n')}${left > 0 ? `<p class="second">${formatValue(left, 'tables')} more: bpfview table</p>` : ''}`
}

function shortCommand(command: string): string {
  const line = command.replace(/\s+/g, ' ')
  return line.length > 200 ? `${line.slice(0, 199)}…` : line
}

function tableHtml(source: string, table: EventTable): string {
  const { columns, length, name } = table
  const shown = Math.min(ROWS, length)
  const head = columns.map(
    column => `<th scope="col"${column.type === 'number' ? ' class="n"' : ''}>${escapeXml(column.name)}</th>`,
  )
  const rows = Array.from({ length: shown }, (_, row) => {
    const cells = columns.map(column => {
      const words = cellText(column, row)
      return `<td${column.type === 'number' ? ' class="n"' : ''}>${escapeXml(words.length > 160 ? `${words.slice(0, 159)}…` : words)}</td>`
    })
    return `<tr>${cells.join('')}</tr>`
  })
  const duration = table.meta.duration === undefined ? '' : `, ${valueWords(table.meta.duration, 's')}`
  const cut =
    length > shown
      ? `<p class="second pad">the first ${shown} of ${formatValue(length, 'rows')}: <code>bpfview table ${escapeXml(sourceWords(source))}</code></p>`
      : ''
  return `<details class="card flush"><summary><b>${escapeXml(name)}</b> <span class="second">${formatValue(length, 'rows')}${duration} · ${escapeXml(source)}</span></summary><div class="wide" tabindex="0"><table><thead><tr>${head.join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div>${cut}</details>`
}
