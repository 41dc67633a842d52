import type { Comparison, RootCause } from '../../src/ops/compare/comparison.ts'
import { MARKDOWN_CHARACTERS, markdownCode, markdownText } from '../markup/escape.ts'
import { formatPercent, formatValue } from '../words/numbers.ts'
import type { CheckFacts, CommitFacts } from './facts.ts'
import { commentMarker } from './facts.ts'
import { headline, reasons } from './headline.ts'
import {
  arrow,
  beganText,
  causeWord,
  deltaText,
  movedText,
  noiseText,
  pathChangeText,
  probability,
  rateText,
  ratioText,
  relocatedText,
  roundText,
  sidesText,
  visibleText,
} from './words.ts'

/**
 * A check's answer as GitHub Markdown for a comment or step summary: at most 64,000 characters, with a count of what was left out. It begins with
 * a hidden marker by which a bot finds its comment again.
 */
export function checkMarkdown(comparison: Comparison, facts: CheckFacts = {}): string {
  const head = [
    commentMarker(facts.key),
    `### ${MARKS[comparison.verdict]} ${headline(comparison, code)}`,
    '',
    ...commitLines(facts),
    ...reasons(comparison, code).map(reason => `- ${reason}`),
    ...comparison.relocated.slice(0, 20).map(moved => `- moved: ${relocatedText(comparison, moved, code)}`),
    '',
  ]
  const rows = comparison.causes.map(cause => causeRow(comparison, cause))
  const notes = comparison.causes.flatMap(cause => causeNotes(comparison, cause))
  const foot = footLines(comparison, facts)
  const fixedLength = [...head, ...foot].join('\n').length + 500
  const table = fit(rows, Math.floor((MARKDOWN_CHARACTERS - fixedLength) * 0.7))
  const details = fit(notes, MARKDOWN_CHARACTERS - fixedLength - length(table.kept))
  const lines = [...head]
  if (rows.length > 0) {
    lines.push(
      '| | function | before | after | change | cost (95%) | q | |',
      '|---|---|--:|--:|--:|--:|--:|---|',
      ...table.kept,
      '',
    )
    if (table.cut > 0) lines.push(`${table.cut} more root causes are left out here.`, '')
    if (details.kept.length > 0)
      lines.push('<details><summary>Paths and what they explain</summary>', '', ...details.kept, '')
    if (details.cut > 0) lines.push(`${details.cut} more lines are left out here.`, '')
    if (details.kept.length > 0) lines.push('</details>', '')
  }
  return [...lines, ...foot].join('\n') + '\n'
}

const MARKS = {
  regressed: '🔺',
  improved: '🔽',
  slower: '🐢',
  shifted: '↔️',
  unchanged: '✅',
  inconclusive: '❔',
} as const

function code(name: string): string {
  return markdownCode(name)
}

/** Which commits were compared, as links where their address is one. */
function commitLines({ before, after }: CheckFacts): string[] {
  if (before === undefined && after === undefined) return []
  const word = (facts: CommitFacts | undefined): string => {
    if (facts === undefined) return '?'
    const id = code(facts.commit.slice(0, 40))
    return facts.url !== undefined && /^https:\/\/[\w./:@%+~-]+$/.test(facts.url) ? `[${id}](${facts.url})` : id
  }
  return [`${word(before)} → ${word(after)}`, '']
}

function causeRow(comparison: Comparison, cause: RootCause): string {
  const { change } = cause
  const after = rateText(comparison, change.afterAdjusted)
  const captured = rateText(comparison, change.after)
  const name = `${code(cause.name)}${cause.kind === 'self' ? ' self' : ''}${change.was === null ? '' : ` was ${code(change.was)}`}`
  const cells = [
    arrow(cause),
    name,
    rateText(comparison, change.before),
    after === captured ? after : `${after} at equal run size (${captured} as captured)`,
    deltaText(comparison, change.adjustedDelta),
    ratioText(change).replace(/^cost /, ''),
    probability(cause.q),
    causeWord(cause),
  ]
  return `| ${cells.join(' | ')} |`
}

function causeNotes(comparison: Comparison, cause: RootCause): string[] {
  const notes: string[] = []
  if (cause.round > 0)
    notes.push(
      `- ${code(cause.name)}: figures are${roundText(cause)
        .replace(/^ \(|\)$/g, ' ')
        .trimEnd()}`,
    )
  if (cause.within !== null) notes.push(`- ${code(cause.name)} was found in ${code(cause.within)}`)
  if (cause.began !== undefined) notes.push(`- ${code(cause.name)} ${beganText(cause, code)}`)
  if (cause.moved !== null) notes.push(`- ${code(cause.name)} ${movedText(comparison, cause, code)}`)
  if (cause.explains.length > 0) {
    notes.push(
      `- ${code(cause.name)} also ${cause.direction === 'up' ? 'raised' : 'lowered'} ${formatValue(cause.explains.length, 'frames')}: ${cause.explains.slice(0, 8).map(code).join(', ')}${cause.explains.length > 8 ? ' and more' : ''}`,
    )
  }
  for (const path of cause.paths.slice(0, 3)) {
    notes.push(
      `- ${path.frames.length > 6 ? '… › ' : ''}${path.frames.slice(-6).map(code).join(' › ')} ${pathChangeText(comparison, cause, path)}`,
    )
  }
  return notes
}

function footLines(comparison: Comparison, { reproduce }: CheckFacts): string[] {
  const lines: string[] = []
  if (comparison.budgets.length > 0) {
    lines.push('| budget | share | limit | |', '|---|--:|--:|---|')
    for (const budget of comparison.budgets.slice(0, 50)) {
      lines.push(
        `| ${markdownCode(budget.frame)} ${budget.kind} | ${formatPercent(budget.share)} (${formatPercent(budget.low)} to ${formatPercent(budget.high)}) | ${formatPercent(budget.max)} | ${budget.verdict} |`,
      )
    }
    if (comparison.budgets.length > 50)
      lines.push('', `${comparison.budgets.length - 50} more budgets are left out here.`)
    lines.push('')
  }
  for (const caveat of comparison.caveats) lines.push(`- ⚠️ ${markdownText(caveat.message)}`)
  if (reproduce !== undefined) lines.push(`reproduce with ${markdownCode(reproduce, 2000)}`, '')
  const facts = [
    sidesText(comparison),
    `${formatPercent(comparison.moved)} of the whole sits in other stacks`,
    noiseText(comparison),
    `${comparison.tested} frames tested, ${comparison.untested} too rare to test`,
    visibleText(comparison),
    ...(comparison.renamed.length > 0 ? [`${comparison.renamed.length} names aligned`] : []),
  ]
  lines.push(`<sub>${facts.map(fact => markdownText(fact)).join('<br>')}</sub>`)
  return lines
}

function fit(lines: readonly string[], room: number): { kept: readonly string[]; cut: number } {
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
