import type { Comparison } from '../src/ops/compare-runs.ts'
import { arrow, bendText, causeWord, deltaText, movedText, noiseText, percent, probability, rateText, ratioText, sidesText, totalText, visibleText } from './check-words.ts'
import { cut, escapeTerminal } from './escape.ts'

/** A check's answer for a terminal: verdict first, root causes, what could be seen, what is doubtful; with a final line break. */
export function checkText(comparison: Comparison, limit = 20): string {
  const name = (text: string): string => cut(escapeTerminal(text), 120)
  const lines = [`verdict: ${comparison.verdict}`]
  for (const why of comparison.why) lines.push(`  ${escapeTerminal(why)}`)
  const { causes, budgets, doubts, renamed } = comparison
  if (causes.length > 0) lines.push('', 'root causes')
  for (const cause of causes.slice(0, limit)) {
    const { change } = cause
    lines.push(`  ${arrow(cause)} ${name(cause.name)}${cause.kind === 'self' ? ' (self)' : ''}: ${rateText(comparison, change.before)} -> ${rateText(comparison, change.after)}, ` +
      `${deltaText(comparison, change.delta)}${bendText(comparison, change)}, ${ratioText(change)}, q ${probability(cause.q)}: ${causeWord(cause)}`)
    if (cause.within !== null) lines.push(`      found in ${name(cause.within)}`)
    if (cause.moved !== null) lines.push(`      ${movedText(comparison, cause, name)}`)
    if (cause.explains.length > 0) {
      lines.push(`      also ${cause.direction === 'up' ? 'raised' : 'lowered'}: ${cause.explains.length} frame${cause.explains.length === 1 ? '' : 's'}: ${cause.explains.slice(0, 4).map(name).join(', ')}${cause.explains.length > 4 ? ', ...' : ''}`)
    }
    for (const path of cause.paths.slice(0, 2)) lines.push(`      ${pathText(path.frames, name)}  ${deltaText(comparison, path.after - path.before)}`)
  }
  if (causes.length > limit) lines.push(`  and ${causes.length - limit} more`)
  if (budgets.length > 0) lines.push('', 'budgets')
  for (const budget of budgets) {
    lines.push(`  ${name(budget.frame)} (${budget.kind}): ${percent(budget.share)} (${percent(budget.low)} to ${percent(budget.high)}) of at most ${percent(budget.max)}: ${budget.verdict}` +
      (budget.matched.length === 0 ? ' (no frame matches)' : ''))
  }
  lines.push('', sidesText(comparison), totalText(comparison), noiseText(comparison))
  lines.push(`tested ${comparison.tested} frames (self and total; ${comparison.family} distinct): ${comparison.equal} equal within the thresholds, ${comparison.undecided} undecided; ` +
    `${comparison.untested} too rare to test`)
  lines.push(visibleText(comparison))
  if (comparison.weights.reason !== undefined) lines.push(`weights taken as ${comparison.weights.kind}: ${comparison.weights.reason}`)
  if (renamed.length > 0) lines.push(`names aligned: ${renamed.length} (${renamed.slice(0, 2).map(({ from, to }) => `${name(from)} = ${name(to)}`).join(', ')}${renamed.length > 2 ? ', ...' : ''}); --names raw turns it off`)
  for (const doubt of doubts) lines.push(`doubtful: ${escapeTerminal(doubt.message)}`)
  return lines.map(line => line.trimEnd()).join('\n') + '\n'
}

/** The end of a path, which says most. */
function pathText(frames: readonly string[], name: (text: string) => string): string {
  const shown = frames.slice(-4).map(name)
  return `${frames.length > 4 ? '... > ' : ''}${shown.join(' > ')}`
}
