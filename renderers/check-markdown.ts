import type { Comparison, RootCause } from '../src/ops/compare-runs.ts'
import { arrow, bendText, causeWord, deltaText, movedText, noiseText, percent, probability, rateText, ratioText, sidesText, totalText, visibleText } from './check-words.ts'
import { MARKDOWN_CHARACTERS, markdownCode, markdownText } from './escape.ts'
import { formatValue } from './label.ts'

/**
 * A check's answer as GitHub Markdown for a comment or step summary: at most 64,000 characters, with a count of what was left out. `key` makes the
 * hidden marker by which a bot finds its comment again.
 */
export function checkMarkdown(comparison: Comparison, key = 'default'): string {
  const head = [`<!-- bpfview:compare:${key.replace(/[^\w.-]/g, '_').slice(0, 80)} -->`, `### ${verdictLine(comparison)}`, '', ...comparison.why.map(why => `- ${markdownText(why)}`), '']
  const rows = comparison.causes.map(cause => causeRow(comparison, cause))
  const notes = comparison.causes.flatMap(cause => causeNotes(comparison, cause))
  const foot = footLines(comparison)
  const fixedLength = [...head, ...foot].join('\n').length + 500
  const table = fit(rows, Math.floor((MARKDOWN_CHARACTERS - fixedLength) * 0.7))
  const details = fit(notes, MARKDOWN_CHARACTERS - fixedLength - length(table.kept))
  const lines = [...head]
  if (rows.length > 0) {
    lines.push('| | frame | before | after | change | ratio (95 %) | q | |', '|---|---|--:|--:|--:|--:|--:|---|', ...table.kept, '')
    if (table.cut > 0) lines.push(`${table.cut} more root causes are left out here.`, '')
    if (details.kept.length > 0) lines.push('<details><summary>Paths and what they explain</summary>', '', ...details.kept, '')
    if (details.cut > 0) lines.push(`${details.cut} more lines are left out here.`, '')
    if (details.kept.length > 0) lines.push('</details>', '')
  }
  return [...lines, ...foot].join('\n') + '\n'
}

const titles = {
  regressed: '🔺 Regressed', improved: '🔽 Improved', shifted: '↔️ Shifted', unchanged: '✅ Unchanged', inconclusive: '❔ Inconclusive',
} as const

function verdictLine(comparison: Comparison): string {
  const first = comparison.causes[0]
  return first === undefined ? titles[comparison.verdict] : `${titles[comparison.verdict]}: ${markdownCode(first.name)} ${deltaText(comparison, first.change.delta)}`
}

function causeRow(comparison: Comparison, cause: RootCause): string {
  const { change } = cause
  return `| ${arrow(cause)} | ${markdownCode(cause.name)}${cause.kind === 'self' ? ' self' : ''} | ${rateText(comparison, change.before)} | ${rateText(comparison, change.after)} | ` +
    `${deltaText(comparison, change.delta)} | ${ratioText(change)} | ${probability(cause.q)} | ${causeWord(cause)} |`
}

function causeNotes(comparison: Comparison, cause: RootCause): string[] {
  const notes: string[] = []
  const code = (name: string): string => markdownCode(name)
  const bend = bendText(comparison, cause.change)
  if (bend !== '') notes.push(`- ${code(cause.name)}: ${deltaText(comparison, cause.change.delta)}${bend}`)
  if (cause.within !== null) notes.push(`- ${code(cause.name)} was found in ${code(cause.within)}`)
  if (cause.moved !== null) notes.push(`- ${code(cause.name)} ${movedText(comparison, cause, code)}`)
  if (cause.explains.length > 0) {
    notes.push(`- ${code(cause.name)} also ${cause.direction === 'up' ? 'raised' : 'lowered'} ${formatValue(cause.explains.length, 'frames')}: ${cause.explains.slice(0, 8).map(code).join(', ')}${cause.explains.length > 8 ? ' and more' : ''}`)
  }
  for (const path of cause.paths.slice(0, 3)) {
    notes.push(`- ${path.frames.length > 6 ? '… › ' : ''}${path.frames.slice(-6).map(code).join(' › ')} ${deltaText(comparison, path.after - path.before)}`)
  }
  return notes
}

function footLines(comparison: Comparison): string[] {
  const lines: string[] = []
  if (comparison.budgets.length > 0) {
    lines.push('| budget | share | limit | |', '|---|--:|--:|---|')
    for (const budget of comparison.budgets.slice(0, 50)) {
      lines.push(`| ${markdownCode(budget.frame)} ${budget.kind} | ${percent(budget.share)} (${percent(budget.low)} to ${percent(budget.high)}) | ${percent(budget.max)} | ${budget.verdict} |`)
    }
    if (comparison.budgets.length > 50) lines.push('', `${comparison.budgets.length - 50} more budgets are left out here.`)
    lines.push('')
  }
  for (const doubt of comparison.doubts) lines.push(`- ⚠️ ${markdownText(doubt.message)}`)
  lines.push(`<sub>${markdownText(sidesText(comparison))}<br>${markdownText(totalText(comparison))}<br>${markdownText(noiseText(comparison))}<br>` +
    `${comparison.tested} frames tested, ${comparison.equal} equal within the thresholds, ${comparison.undecided} undecided, ${comparison.untested} too rare to test<br>` +
    `${markdownText(visibleText(comparison))}${comparison.renamed.length > 0 ? `<br>${comparison.renamed.length} names aligned` : ''}</sub>`)
  return lines
}

function fit(lines: readonly string[], room: number): { kept: readonly string[], cut: number } {
  const kept: string[] = []
  let used = 0
  for (const line of lines) {
    used += line.length + 1
    if (used > room) break
    kept.push(line)
  }
  return { kept, cut: lines.length - kept.length }
}

function length(lines: readonly string[]): number {
  return lines.reduce((total, line) => total + line.length + 1, 0)
}
