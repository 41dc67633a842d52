import type { RunsDiff } from '../../src/ops/compare/diff-runs.ts'
import { cut, escapeTerminal, escapeXml } from '../markup/escape.ts'
import { PAGE_STYLE } from '../markup/page-style.ts'
import type { DiffFlameOptions } from './flame.ts'
import { diffFlame } from './flame.ts'
import { diffReport } from './report.ts'

/** One offline page: the picture and, below it, ranked tables of movers with their paths and what makes the comparison doubtful. */
export function diffHtml(diff: RunsDiff, options: DiffFlameOptions = {}): string {
  const report = diffReport(diff, 50)
  const title = options.title ?? report.title
  const text = (content: string): string => escapeXml(escapeTerminal(content))
  const name = (content: string): string => `<code>${text(cut(content, 300))}</code>`
  const out = [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${text(title)}</title>`,
    `<style>${STYLE}</style>`,
    '</head>',
    '<body>',
    `<main>`,
    diffFlame(diff, options),
  ]
  out.push('<section>', ...report.lines.map(line => `<p>${text(line)}</p>`), '</section>')
  if (report.caveats.length > 0)
    out.push(
      '<section><h2>Warnings</h2>',
      `<ul>${report.caveats.map(caveat => `<li>${text(caveat)}</li>`).join('')}</ul></section>`,
    )
  for (const { title, header, align, rows, more } of report.tables) {
    out.push(
      `<section><h2>${text(title)}</h2>`,
      `<table><thead><tr>${header.map((cell, i) => `<th class="${align[i]}">${text(cell)}</th>`).join('')}</tr></thead><tbody>`,
    )
    for (const row of rows)
      out.push(
        `<tr>${row.map((cell, i) => `<td class="${align[i]}">${header[i] === 'function' ? name(cell) : text(cell)}</td>`).join('')}</tr>`,
      )
    out.push('</tbody></table>', ...(more > 0 ? [`<p>${more} more</p>`] : []), '</section>')
  }
  if (report.paths.length > 0) {
    out.push('<section><h2>Paths behind the largest changes</h2>')
    for (const path of report.paths)
      out.push(
        `<details><summary>${text(path.change)} ${name(path.name)}</summary><ol>${path.frames
          .slice(-200)
          .map(frame => `<li>${name(frame)}</li>`)
          .join('')}</ol></details>`,
      )
    out.push('</section>')
  }
  if (report.renamed.length > 0) {
    out.push(
      `<section><h2>Names aligned: ${report.renamed.length}</h2><details><summary>show</summary><table><thead><tr><th class="l">rule</th><th class="l">name</th><th class="l">taken as</th></tr></thead><tbody>`,
    )
    for (const [rule, from, to] of report.renamed.slice(0, 500))
      out.push(`<tr><td>${text(rule)}</td><td>${name(from)}</td><td>${name(to)}</td></tr>`)
    out.push(
      '</tbody></table>',
      ...(report.renamed.length > 500 ? [`<p>${report.renamed.length - 500} more</p>`] : []),
      '</details></section>',
    )
  }
  out.push('</main>', '</body>', '</html>')
  return out.join('\n') + '\n'
}

const STYLE = `${PAGE_STYLE}
th,td{padding:3px 12px 3px 0;border-bottom:1px solid var(--line);white-space:nowrap;vertical-align:top}
th{color:var(--second);font-weight:500}
.l{text-align:left}.r{text-align:right;font-variant-numeric:tabular-nums}
code{font:12px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
td code{display:block;min-width:20ch;white-space:pre-wrap;overflow-wrap:anywhere}
summary{cursor:pointer}
`
