import type { History } from '../../src/ops/history/history.ts'
import { cut, escapeTerminal, escapeXml } from '../markup/escape.ts'
import { PAGE_STYLE } from '../markup/page-style.ts'
import type { HistorySvgOptions } from './svg.ts'
import { historySvg } from './svg.ts'
import { changeLine, changesOf, changeWord, historyHeadline, historyNotes, pointName, pointsText } from './words.ts'

const MOST = 1000

/** One offline page: the picture and, below it, a table of changes, the latest first. */
export function historyHtml(history: History, options: HistorySvgOptions = {}): string {
  const plain = (name: string): string => cut(escapeTerminal(name), 200)
  const title = options.title ?? historyHeadline(history, plain)
  const changes = changesOf(history)
  const rows = changes
    .slice(0, MOST)
    .map(
      found =>
        `<tr><td>${found.change.direction === 'up' ? '▲' : '▼'}</td><td>${escapeXml(pointName(found.change, plain))}</td><td>${escapeXml(changeLine(history, found, plain))}</td><td>${escapeXml(changeWord(found.change))}</td></tr>`,
    )
  return `${[
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
    historySvg(history, options),
    '<section>',
    `<p>${escapeXml(pointsText(history, plain))}</p>`,
    ...historyNotes(history, plain).map(note => `<p>${escapeXml(note)}</p>`),
    '</section>',
    ...(rows.length === 0
      ? []
      : [
          '<section><h2>Changes, the latest first</h2><table><thead><tr><th></th><th>since</th><th>change</th><th></th></tr></thead><tbody>',
          ...rows,
          '</tbody></table>',
          ...(changes.length > MOST ? [`<p>${changes.length - MOST} more</p>`] : []),
          '</section>',
        ]),
    '</main>',
    '</body>',
    '</html>',
  ].join('\n')}\n`
}

const STYLE = `${PAGE_STYLE}
th,td{padding:3px 12px 3px 0;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
th{color:var(--second);font-weight:500}
`
