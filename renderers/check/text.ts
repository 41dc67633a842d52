import type { Comparison, RootCause } from '../../src/ops/compare/comparison.ts'
import { cut, escapeTerminal } from '../markup/escape.ts'
import { formatPercent } from '../words/numbers.ts'
import { headline, reasons } from './headline.ts'
import {
  arrow,
  beganText,
  causeName,
  causeWord,
  changeText,
  movedText,
  noiseText,
  pathChangeText,
  probability,
  relocatedText,
  roundText,
  sidesText,
  visibleText,
} from './words.ts'

/** A check's answer for a terminal: headline first, root causes, what could be seen, what is doubtful; with a final line break. */
export function checkText(comparison: Comparison, limit = 20): string {
  const { causes, small, relocated, budgets, caveats, renamed } = comparison
  const lines = [headline(comparison, name), `verdict: ${comparison.verdict}`]
  for (const reason of reasons(comparison, name)) lines.push(`  ${reason}`)
  if (causes.length > 0) lines.push('', 'root causes')
  for (const cause of causes.slice(0, limit)) lines.push(...causeLines(comparison, cause))
  if (causes.length > limit) lines.push(`  and ${causes.length - limit} more`)
  if (relocated.length > 0) lines.push('', 'moved')
  for (const moved of relocated.slice(0, limit)) lines.push(`  ${relocatedText(comparison, moved, name)}`)
  if (small.length > 0) lines.push('', 'below the limits')
  for (const cause of small.slice(0, 5))
    lines.push(
      `  ${arrow(cause)} ${causeName(cause, name)}: ${changeText(comparison, cause.change)}${roundText(cause)}`,
    )
  if (budgets.length > 0) lines.push('', 'budgets')
  for (const { frame, kind, share, low, high, max, verdict, matched } of budgets) {
    const interval = `95% ${formatPercent(low)} to ${formatPercent(high)}`
    lines.push(
      `  ${name(frame)} (${kind}): ${formatPercent(share)} (${interval}) of at most ${formatPercent(max)}: ${verdict}` +
        (matched.length === 0 ? ' (no function matches)' : ''),
    )
  }
  lines.push('', escapeTerminal(sidesText(comparison)))
  lines.push(`${formatPercent(comparison.moved)} of the whole sits in other stacks`, noiseText(comparison))
  lines.push(
    `tested ${comparison.tested} frames (self and total; ${comparison.family} distinct); ${comparison.untested} too rare to test`,
    visibleText(comparison),
  )
  if (comparison.weights.reason !== undefined)
    lines.push(`weights taken as ${comparison.weights.kind}: ${comparison.weights.reason}`)
  if (renamed.length > 0) {
    const shown = renamed.slice(0, 2).map(({ from, to }) => `${name(from)} = ${name(to)}`)
    lines.push(
      `names aligned: ${renamed.length} (${shown.join(', ')}${renamed.length > 2 ? ', ...' : ''}); --names raw turns it off`,
    )
  }
  for (const caveat of caveats) lines.push(`warning: ${escapeTerminal(caveat.message)}`)
  return lines.map(line => line.trimEnd()).join('\n') + '\n'
}

function causeLines(comparison: Comparison, cause: RootCause): string[] {
  const { within, moved, explains, paths } = cause
  const lines = [
    `  ${arrow(cause)} ${causeName(cause, name)}: ${changeText(comparison, cause.change)}${roundText(cause)}, q ${probability(cause.q)}: ${causeWord(cause)}`,
  ]
  if (within !== null) lines.push(`      found in ${name(within)}`)
  if (cause.began !== undefined) lines.push(`      ${beganText(cause, name)}`)
  if (moved !== null) lines.push(`      ${movedText(comparison, cause, name)}`)
  if (explains.length > 0) {
    const shown = explains.slice(0, 4).map(name).join(', ')
    lines.push(
      `      also ${cause.direction === 'up' ? 'raised' : 'lowered'}: ${explains.length} frame${explains.length === 1 ? '' : 's'}: ${shown}${explains.length > 4 ? ', ...' : ''}`,
    )
  }
  for (const path of paths.slice(0, 2))
    lines.push(`      ${pathText(path.frames)}  ${pathChangeText(comparison, cause, path)}`)
  return lines
}

function name(text: string): string {
  return cut(escapeTerminal(text), 120)
}

/** The end of a path, which says most. */
function pathText(frames: readonly string[]): string {
  return `${frames.length > 4 ? '... > ' : ''}${frames.slice(-4).map(name).join(' > ')}`
}
