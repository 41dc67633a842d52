import type { History } from '../../src/ops/history/history.ts'
import { cut, escapeTerminal, MARKDOWN_CHARACTERS, markdownCode, markdownText } from '../markup/escape.ts'
import type { RowChange } from './words.ts'
import {
  anchorText,
  changeFigures,
  changeLine,
  changesOf,
  changeWord,
  historyHeadline,
  historyNotes,
  pointName,
  pointsText,
  rowName,
} from './words.ts'

/** A history for a terminal: headline, then changes by point, the latest first; with a final line break. */
export function historyText(history: History, limit = 50): string {
  const name = (text: string): string => cut(escapeTerminal(text), 120)
  const changes = changesOf(history)
  const lines = [
    historyHeadline(history, name),
    `verdict: ${history.verdict}`,
    `  ${pointsText(history, name)}`,
    `  ${anchorText(history)}`,
  ]
  if (changes.length > 0) lines.push('', 'changes, the latest first')
  for (const found of changes.slice(0, limit)) {
    lines.push(
      `  ${arrow(found)} ${pointName(found.change, name)}  ${changeLine(history, found, name)}: ${changeWord(found.change)}`,
    )
    const { explains } = found.change
    if (explains.length > 0)
      lines.push(
        `      with it: ${explains.slice(0, 4).map(name).join(', ')}${explains.length > 4 ? `, ${explains.length - 4} more` : ''}`,
      )
  }
  if (changes.length > limit) lines.push(`  and ${changes.length - limit} more`)
  lines.push(...historyNotes(history, name))
  return `${lines.map(line => line.trimEnd()).join('\n')}\n`
}

function arrow({ change }: RowChange): string {
  return change.direction === 'up' ? '▲' : '▼'
}

/** The same as GitHub Markdown of at most 64,000 characters. Names cannot become markup. */
export function historyMarkdown(history: History): string {
  const code = (text: string): string => markdownCode(text)
  const head = [
    `### ${historyHeadline(history, code)}`,
    '',
    `${pointsText(history, code)}  `,
    markdownText(anchorText(history)),
    '',
  ]
  const changes = changesOf(history)
  const table =
    changes.length === 0
      ? []
      : [
          '| | since | what | change | |',
          '|---|---|---|---|---|',
          ...changes.map(
            found =>
              `| ${arrow(found)} | ${pointName(found.change, code)} | ${rowName(found.row, code)} | ${changeFigures(history, found)} | ${changeWord(found.change)} |`,
          ),
          '',
        ]
  const notes = historyNotes(history, code).map(note => `- ${note}`)
  const lines = [...head]
  let room = MARKDOWN_CHARACTERS - head.join('\n').length - 100
  let left = 0
  for (const line of [...table, ...notes]) {
    room -= line.length + 1
    if (room > 0) lines.push(line)
    else left++
  }
  if (left > 0) lines.push('', `${left} more lines are left out here.`)
  return `${lines.join('\n')}\n`
}

/** The whole history as JSON text; numbers that are not finite are null. */
export function historyJson(history: History): string {
  const { schema, version, verdict, violated, ...rest } = history
  const headline = historyHeadline(history, name => name)
  const answer = { schema, version, verdict, violated, headline, anchored: anchorText(history), ...rest }
  return `${JSON.stringify(answer, (_, value) => (typeof value === 'number' && !Number.isFinite(value) ? null : value), 1)}\n`
}
