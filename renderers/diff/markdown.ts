import type { RunsDiff } from '../../src/ops/compare/diff-runs.ts'
import { MARKDOWN_CHARACTERS, markdownCode, markdownText } from '../markup/escape.ts'
import { diffReport } from './report.ts'

/** A difference as GitHub Markdown of at most 64,000 characters: ranked tables, the paths behind them, what is doubtful. */
export function diffMarkdown(diff: RunsDiff, title?: string): string {
  const report = diffReport(diff)
  const out = [
    `### ${markdownText(title ?? report.title)}`,
    '',
    ...report.lines.map(line => `${markdownText(line)}  `),
    '',
  ]
  for (const caveat of report.caveats) out.push(`- ⚠️ ${markdownText(caveat)}`)
  if (report.caveats.length > 0) out.push('')
  let left = MARKDOWN_CHARACTERS - out.join('\n').length - 200
  let dropped = 0
  const put = (lines: readonly string[]): void => {
    const size = lines.reduce((total, line) => total + line.length + 1, 0)
    if (size > left) {
      dropped += lines.length
      return
    }
    left -= size
    out.push(...lines)
  }
  for (const { title, header, align, rows, more } of report.tables) {
    put([
      `#### ${markdownText(title)}`,
      '',
      `| ${header.join(' | ')} |`,
      `|${[...align].map(side => (side === 'r' ? '--:' : '---')).join('|')}|`,
    ])
    for (const row of rows)
      put([
        `| ${row.map((cell, i) => (header[i] === 'function' ? markdownCode(cell) : markdownText(cell))).join(' | ')} |`,
      ])
    put(more > 0 ? ['', `${more} more`, ''] : [''])
  }
  if (report.paths.length > 0) {
    put(['#### Paths', ''])
    for (const { frames, change } of report.paths)
      put([
        `- ${markdownText(change)}: ${frames.length > 8 ? '… › ' : ''}${frames
          .slice(-8)
          .map(frame => markdownCode(frame))
          .join(' › ')}`,
      ])
    put([''])
  }
  if (report.renamed.length > 0)
    put([
      `<sub>${report.renamed.length} names aligned, for example ${markdownCode(report.renamed[0]![1], 60)} as ${markdownCode(report.renamed[0]![2], 60)}</sub>`,
    ])
  if (dropped > 0) out.push('', `${dropped} lines are left out here.`)
  return out.join('\n') + '\n'
}
