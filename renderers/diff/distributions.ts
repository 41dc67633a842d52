import type { HistogramChange } from '../../src/ops/compare/compare-histograms.ts'
import type { TableDiff } from '../../src/ops/compare/diff-tables.ts'
import { histogramChangeLines } from '../check/histogram-text.ts'
import { escapeXml, MARKDOWN_CHARACTERS, markdownCode, markdownText } from '../markup/escape.ts'
import { FONT } from '../markup/font.ts'
import { PAGE } from '../markup/palette.ts'
import { fixed } from '../markup/svg.ts'
import { histogramDiffSvg } from './histogram-svg.ts'

/** Distributions (and tables, where given) before and after as Markdown of at most 64,000 characters. */
export function distributionMarkdown(
  changes: readonly HistogramChange[],
  tables: readonly TableDiff[] = [],
  title = 'Distributions before and after',
): string {
  const out = [`### ${markdownText(title)}`, '']
  let size = out.join('\n').length
  let dropped = 0
  const put = (line: string): void => {
    if (size + line.length + 1 > MARKDOWN_CHARACTERS - 100) {
      dropped++
      return
    }
    size += line.length + 1
    out.push(line)
  }
  for (const change of changes)
    put(
      `- ${histogramChangeLines(change)
        .map(line => markdownCode(line.trim(), 300))
        .join('<br>')}`,
    )
  for (const table of tables) {
    put('')
    put(`#### ${markdownCode(`${table.tool} ${table.name}`.trim())}: ${table.rowsBefore} → ${table.rowsAfter} rows`)
    for (const change of table.columns)
      put(
        `- ${histogramChangeLines(change)
          .map(line => markdownCode(line.trim(), 300))
          .join('<br>')}`,
      )
    for (const { column, rows, more } of table.counts) {
      put('')
      put(`| ${markdownCode(column)} | rows before | after |`)
      put('|---|--:|--:|')
      for (const row of rows) put(`| ${markdownCode(row.text)} | ${fixed(row.before)} | ${fixed(row.after)} |`)
      if (more > 0) {
        put('')
        put(`${more} more`)
      }
    }
  }
  if (dropped > 0) out.push('', `${dropped} lines are left out here.`)
  return out.join('\n') + '\n'
}

/** The same as one offline page without any script. */
export function distributionHtml(
  changes: readonly HistogramChange[],
  tables: readonly TableDiff[] = [],
  title = 'Distributions before and after',
): string {
  const all = [
    ...changes,
    ...tables.flatMap(table =>
      table.columns.map(change => ({ ...change, name: `${table.tool} ${change.name}`.trim() })),
    ),
  ]
  const out = [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeXml(title)}</title>`,
    `<style>${STYLE}</style>`,
    '</head>',
    '<body>',
    '<main>',
    ...(all.length > 0 ? [histogramDiffSvg(all, title)] : []),
  ]
  for (const change of all)
    out.push(
      `<section>${histogramChangeLines(change)
        .map((line, i) => (i === 0 ? `<h2>${escapeXml(line)}</h2>` : `<p>${escapeXml(line.trim())}</p>`))
        .join('')}</section>`,
    )
  for (const table of tables) {
    out.push(
      `<section><h2>${escapeXml(`${table.tool} ${table.name}`.trim())}: ${table.rowsBefore} → ${table.rowsAfter} rows</h2>`,
    )
    for (const { column, rows, more } of table.counts) {
      out.push(
        `<table><thead><tr><th>${escapeXml(column)}</th><th>rows before</th><th>after</th></tr></thead><tbody>${rows.map(row => `<tr><td>${escapeXml(row.text.slice(0, 300))}</td><td>${fixed(row.before)}</td><td>${fixed(row.after)}</td></tr>`).join('')}</tbody></table>${more > 0 ? `<p>${more} more</p>` : ''}`,
      )
    }
    out.push('</section>')
  }
  out.push('</main>', '</body>', '</html>')
  return out.join('\n') + '\n'
}

// the picture scales down as far as its words can be read, then it scrolls
const STYLE = `:root{color-scheme:light dark}
body{font:13px/1.5 ${FONT};margin:0;background:${PAGE.light.page};color:${PAGE.light.ink}}
@media screen and (prefers-color-scheme:dark){body{background:${PAGE.dark.page};color:${PAGE.dark.ink}}}
main{overflow-x:auto}main>svg{display:block;max-width:100%;min-width:900px;height:auto}
section{margin:16px 16px}h2{font-size:15px;font-weight:600;margin:0 0 4px}p{margin:2px 0}td,th{padding:2px 12px 2px 0;text-align:left}`

/** The same as JSON text. */
export function distributionJson(
  changes: readonly HistogramChange[],
  tables: readonly TableDiff[],
  tool: { readonly name: string; readonly version: string },
): string {
  const edge = (value: number): number | string => (value === Infinity ? 'inf' : value === -Infinity ? '-inf' : value)
  const flat = (change: HistogramChange): object => ({
    ...change,
    edges: [...change.edges].map(edge),
    before: [...change.before],
    after: [...change.after],
  })
  return (
    JSON.stringify(
      {
        schema: 'bpfview.diff.distributions',
        version: 1,
        tool,
        histograms: changes.map(flat),
        tables: tables.map(table => ({ ...table, columns: table.columns.map(flat) })),
      },
      (_, value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? null : value),
    ) + '\n'
  )
}
