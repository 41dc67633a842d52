import type { Comparison } from '../src/ops/compare-runs.ts'
import { deltaText, rateText } from './check-words.ts'
import { cut, escapeTerminal } from './escape.ts'

/** Workflow commands (`::error title=...::message`) for what a pull request should show; a name cannot end its command or start another. */
export function checkAnnotations(comparison: Comparison): string[] {
  const lines: string[] = []
  const line = (level: 'error' | 'warning' | 'notice', title: string, message: string): void =>
    void lines.push(`::${level} title=${property(title)}::${data(message)}`)
  for (const cause of comparison.causes.slice(0, 10)) {
    if (cause.verdict === 'unchanged' || cause.verdict === 'improved') continue
    line(cause.violates && comparison.violated ? 'error' : 'warning', `bpfview: ${cut(cause.name, 80)} ${cause.allowed ? 'allowed' : cause.verdict}`,
      `${cut(cause.name, 120)}${cause.kind === 'self' ? ' (self)' : ''}: ${rateText(comparison, cause.change.before)} -> ${rateText(comparison, cause.change.after)}, ${deltaText(comparison, cause.change.delta)}`)
  }
  for (const budget of comparison.budgets) {
    if (budget.verdict === 'exceeded') line('error', 'bpfview: budget exceeded', `${cut(budget.frame, 120)}: ${(budget.share * 100).toFixed(2)} % of at most ${(budget.max * 100).toFixed(2)} %`)
  }
  if (comparison.verdict === 'inconclusive') line('warning', 'bpfview: inconclusive', comparison.why.join('; '))
  return lines
}

function data(text: string): string {
  return escapeTerminal(text).replace(/%/g, '%25')
}

function property(text: string): string {
  return data(text).replace(/:/g, '%3A').replace(/,/g, '%2C')
}
