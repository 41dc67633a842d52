import type { Comparison, RootCause } from '../../src/ops/compare/comparison.ts'
import { formatDigits, formatPercent } from '../words/numbers.ts'
import type { ShowName } from './words.ts'
import {
  causeName,
  changeText,
  driftText,
  interruptText,
  limitsText,
  movedText,
  relocatedText,
  repeatedText,
  roundText,
  taskText,
  totalText,
  visibleText,
  wholeText,
} from './words.ts'

/** The verdict in one line, in words that a developer knows. */
export function headline(comparison: Comparison, show: ShowName): string {
  switch (comparison.verdict) {
    case 'regressed':
      return regressedLine(comparison, show)
    case 'slower':
      return `SLOWER AS A WHOLE ${wholeText(comparison)}; ${standsOut(comparison)}`
    case 'improved':
      return `IMPROVED: ${causeLine(comparison, ofVerdict(comparison, 'improved'), show)}; ${totalText(comparison)}`
    case 'shifted':
      return `${slowerIfSame(comparison)}MOVED: ${shiftedText(comparison, show)}`
    case 'unchanged':
      return unchangedText(comparison)
    case 'inconclusive':
      return `INCONCLUSIVE: ${inconclusiveText(comparison)}`
  }
}

/** Sentences below the headline: what else it rests on. */
export function reasons(comparison: Comparison, show: ShowName): string[] {
  const { verdict, causes, budgets, unmatched, whole, policy } = comparison
  const lines: string[] = []
  const grown = causes.filter(cause => cause.verdict === 'regressed' && !cause.allowed).length
  if (verdict === 'regressed' && grown > 0) lines.push(`limits: ${limitsText(comparison)}`)
  for (const budget of budgets)
    if (budget.verdict === 'exceeded')
      lines.push(
        `budget exceeded: ${show(budget.frame)} takes ${formatPercent(budget.share)} of at most ${formatPercent(budget.max)}`,
      )
  if (whole.exceeded)
    lines.push(`the total may grow by ${formatPercent(policy.maxTotal!)} at most: ${wholeText(comparison)}`)
  if (verdict === 'slower' && !whole.exceeded) lines.push('warning: a slower total fails a build with --max-total only')
  if (verdict === 'inconclusive') lines.push(...settling(comparison))
  const said = verdict === 'unchanged' || verdict === 'improved' || verdict === 'slower'
  if (!said && !(verdict === 'shifted' && slowerIfSame(comparison) !== '')) lines.push(totalText(comparison))
  const pending = budgets.filter(budget => budget.verdict === 'inconclusive').length
  if (pending > 0) lines.push(`${count(pending, 'budget')} could not be judged with so few runs`)
  for (const text of [
    driftText(comparison),
    repeatedText(comparison),
    taskText(comparison, show),
    interruptText(comparison),
  ])
    if (text !== '') lines.push(text)
  for (const pattern of unmatched) lines.push(`warning: no function matches ${show(pattern)}: is it misspelt?`)
  return lines
}

function regressedLine(comparison: Comparison, show: ShowName): string {
  const causes = ofVerdict(comparison, 'regressed').filter(cause => !cause.allowed)
  if (causes.length > 0) return `REGRESSED: ${causeLine(comparison, causes, show)}`
  const over = comparison.budgets.filter(budget => budget.verdict === 'exceeded')
  const more = over.length > 1 ? `; ${over.length - 1} more` : ''
  return `BUDGET EXCEEDED: ${show(over[0]!.frame)} takes ${formatPercent(over[0]!.share)} of at most ${formatPercent(over[0]!.max)}${more}`
}

function causeLine(comparison: Comparison, causes: readonly RootCause[], show: ShowName): string {
  const first = causes[0]!
  const more = causes.length > 1 ? `; ${causes.length - 1} more` : ''
  return `${causeName(first, show)} ${changeText(comparison, first.change)}${roundText(first)}${more}`
}

function ofVerdict({ causes }: Comparison, verdict: string): RootCause[] {
  return causes.filter(cause => cause.verdict === verdict)
}

function standsOut(comparison: Comparison): string {
  const { causes, relocated } = comparison
  return causes.length === 0 && relocated.length === 0 ? 'no function stands out' : 'no function by itself explains it'
}

/** Where the work of a run is not known, a surely larger total is said first and not judged. */
function slowerIfSame(comparison: Comparison): string {
  const { length, low, change, judged } = comparison.whole
  if (judged || length !== 'unknown' || low === null || low <= 0 || change < comparison.policy.minRelative) return ''
  return `SLOWER AS A WHOLE ${wholeText(comparison)} if every run did the same work, which is not known; ${standsOut(comparison)} · `
}

function shiftedText(comparison: Comparison, show: ShowName): string {
  const { relocated, causes } = comparison
  if (relocated.length > 0) {
    const more = relocated.length > 1 ? `; ${relocated.length - 1} more` : ''
    return `${relocatedText(comparison, relocated[0]!, show)}; no function costs more${more}`
  }
  const moved = causes.find(cause => cause.verdict === 'shifted')
  if (moved !== undefined) return `${causeName(moved, show)} ${movedText(comparison, moved, show)}`
  const fell = ofVerdict(comparison, 'improved')
  return `${causeLine(comparison, fell, show)}, but the whole did not fall`
}

/** The total is said once: first where it surely grew. */
function unchangedText(comparison: Comparison): string {
  const slower = slowerIfSame(comparison)
  return slower === '' ? noRegressionText(comparison, true) : slower + noRegressionText(comparison, false)
}

function noRegressionText(comparison: Comparison, withTotal: boolean): string {
  const { bound, tested, small } = comparison
  const seen =
    bound === null
      ? `none of ${count(tested, 'tested function')} grew beyond noise`
      : `no function grew by more than ${formatDigits(bound.points * 100, 2)} points of the whole (${formatPercent(bound.confidence)}, all ${bound.family} together)`
  const below = small.length === 0 ? '' : `; ${count(small.length, 'change')} below the limits`
  return `NO REGRESSION FOUND: ${seen}${withTotal ? `; ${totalText(comparison)}` : ''}${below}`
}

function inconclusiveText(comparison: Comparison): string {
  const { before, after, policy, enough, tested, bound } = comparison
  if (!enough)
    return `${before.runs.length} distinct run${before.runs.length === 1 ? '' : 's'} before and ${after.runs.length} after; fewer than ${policy.minRuns} on a side cannot tell a change from noise`
  if (tested === 0) return 'no function has enough samples to be tested'
  const could =
    bound === null
      ? 'the growth of functions has no bound here'
      : `a function may have grown by ${formatDigits(bound.points * 100, 2)} points`
  return `${could}; the policy asks to rule out more than ${formatDigits((policy.prove ?? 0) * 100)}`
}

function settling(comparison: Comparison): string[] {
  const { enough, policy, causes, small } = comparison
  if (enough) return [`to settle it: longer runs, or more of them; ${visibleText(comparison)}`]
  const seen = causes.length + small.length
  return [
    `to settle it: ${policy.minRuns} or more runs on each side, better 5, taken in turns`,
    ...(seen > 0 ? [`${count(seen, 'change')} worth a look`] : []),
  ]
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`
}
