import type { Comparison } from '../../src/ops/compare/comparison.ts'
import { cut, escapeTerminal } from '../markup/escape.ts'
import { formatPercent } from '../words/numbers.ts'
import { headline, reasons } from './headline.ts'
import { causeWord, changeText, roundText } from './words.ts'

/** Workflow commands (`::error title=...::message`) for what a pull request should show; a name cannot end its command or start another. */
export function checkAnnotations(comparison: Comparison): string[] {
  const lines: string[] = []
  const line = (level: 'error' | 'warning' | 'notice', title: string, message: string): void =>
    void lines.push(`::${level} title=${property(title)}::${data(message)}`)
  for (const cause of comparison.causes.slice(0, 10)) {
    if (cause.verdict === 'improved') continue
    line(
      cause.violates && comparison.violated ? 'error' : 'warning',
      `bpfview: ${cut(cause.name, 80)} ${causeWord(cause)}`,
      `${cut(cause.name, 120)}${cause.kind === 'self' ? ' (self)' : ''}: ${changeText(comparison, cause.change)}${roundText(cause)}`,
    )
  }
  for (const budget of comparison.budgets) {
    if (budget.verdict === 'exceeded')
      line(
        'error',
        'bpfview: budget exceeded',
        `${cut(budget.frame, 120)}: ${formatPercent(budget.share)} of at most ${formatPercent(budget.max)}`,
      )
  }
  const name = (text: string): string => cut(text, 120)
  if (comparison.verdict === 'slower')
    line(comparison.whole.exceeded ? 'error' : 'warning', 'bpfview: slower as a whole', headline(comparison, name))
  if (comparison.verdict === 'inconclusive') line('warning', 'bpfview: inconclusive', headline(comparison, name))
  for (const reason of reasons(comparison, name))
    if (reason.startsWith('warning: ') || reason.startsWith('SLOWER')) line('warning', 'bpfview', reason)
  return lines
}

function data(text: string): string {
  return escapeTerminal(text).replace(/%/g, '%25')
}

function property(text: string): string {
  return data(text).replace(/:/g, '%3A').replace(/,/g, '%2C')
}
