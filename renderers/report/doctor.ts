import type { Doubt } from '../../src/ops/report/doctor.ts'
import { escapeTerminal, markdownText } from '../markup/escape.ts'
import { sentenceWords, TRUST_SIGNS, trustLine } from './words.ts'

/** Doubts for people: three lines each, the verdict last. */
export function doctorText(doubts: readonly Doubt[]): string {
  const lines = doubts.flatMap(({ trust, code, source, dataset, cause, fix }) => [
    escapeTerminal(`${TRUST_SIGNS[trust]} ${trust}: ${sentenceWords(cause)}`),
    escapeTerminal(`    ${source}${dataset === '' ? '' : `, ${dataset}`} (${code})`),
    escapeTerminal(`    fix: ${fix}`),
  ])
  return `${[...lines, `Can I trust it? ${trustLine(doubts)}`].join('\n')}\n`
}

/** The same as one Markdown table. */
export function doctorMarkdown(doubts: readonly Doubt[]): string {
  const rows = doubts.map(
    ({ trust, source, cause, fix }) =>
      `| ${TRUST_SIGNS[trust]} ${trust} | ${markdownText(sentenceWords(cause))} | ${markdownText(source)} | ${markdownText(fix)} |`,
  )
  const table = rows.length === 0 ? [] : ['', '| | what | where | what to do |', '|---|---|---|---|', ...rows]
  return `${[`**Can I trust it?** ${trustLine(doubts)}`, ...table].join('\n')}\n`
}
