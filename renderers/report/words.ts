import type { Verdict } from '../../src/ops/report/compare.ts'
import type { Doubt, Trust } from '../../src/ops/report/doctor.ts'
import { anythingMeasured } from '../../src/ops/report/facts.ts'
import { shellWord } from '../../src/ops/report/finding.ts'
import type { Part } from '../../src/ops/report/part.ts'
import type { Report } from '../../src/ops/report/rules.ts'
import { formatPercent, formatValue, rangeWords } from '../words/numbers.ts'

/** A number to three significant digits, with its unit. */
export function valueWords(value: number, unit: string): string {
  const short = Number.isInteger(value) ? value : Number(value.toPrecision(3))
  return formatValue(short, unit)
}

/** One piece of a sentence as plain words; names are not made safe for any output. */
export function partWords(part: Part): string {
  if (typeof part === 'string') return part
  if ('name' in part) return part.name
  if ('low' in part)
    return part.low === part.high ? valueWords(part.low, part.unit) : rangeWords(part.low, part.high, part.unit)
  return 'share' in part ? formatPercent(part.share) : valueWords(part.value, part.unit)
}

/** A sentence as plain words. */
export function sentenceWords(parts: readonly Part[]): string {
  return parts.map(partWords).join('')
}

/** A sentence with its nouns and numbers set off: `safe` makes text safe for the output, `strong` sets it off. */
export function markedSentence(
  parts: readonly Part[],
  safe: (text: string) => string,
  strong: (text: string) => string,
): string {
  return parts.map(part => (typeof part === 'string' ? safe(part) : strong(safe(partWords(part))))).join('')
}

export const TRUST_SIGNS: Readonly<Record<Trust, string>> = { unusable: '✕', warning: '⚠', note: '·' }

export const VERDICT_SIGNS: Readonly<Record<Verdict, string>> = { better: '▼', worse: '▲', same: '≈', unknown: '' }

/** A number before and after, in its unit; `-` where one side does not tell. */
export function changeWords(before: number | undefined, after: number | undefined, unit: string): string {
  const words = (value: number | undefined): string =>
    value === undefined || !Number.isFinite(value)
      ? '-'
      : unit === 'share'
        ? formatPercent(value)
        : valueWords(value, unit)
  const [first, second] = [words(before), words(after)]
  // one unit is told once
  const space = first.indexOf(' ')
  const same = space > 0 && first.slice(space) === second.slice(second.indexOf(' ')) && second.includes(' ')
  return `${same ? first.slice(0, space) : first} → ${second}`
}

/** An input as it is to be written in a command. */
export function sourceWords(source: string): string {
  return source === 'standard input' ? '-' : shellWord(source)
}

/** One sentence about all doubts. */
export function trustLine(doubts: readonly Doubt[]): string {
  const count = (trust: Trust): number => doubts.filter(doubt => doubt.trust === trust).length
  const [unusable, warnings, notes] = [count('unusable'), count('warning'), count('note')]
  const said = [
    ...(unusable > 0 ? [`✕ ${unusable} unusable`] : []),
    ...(warnings > 0 ? [`⚠ ${formatValue(warnings, 'warnings')}`] : []),
    ...(notes > 0 ? [formatValue(notes, 'notes')] : []),
  ]
  const verdict = unusable > 0 ? 'Not all of it.' : warnings > 0 ? 'Yes, but for what follows.' : 'Yes.'
  return said.length === 0 ? verdict : `${verdict} ${said.join(' · ')}`
}

/** What is said in the place of findings when there are none in any of these reports. */
export function noFindingWords(...reports: readonly Report[]): string {
  return reports.some(({ facts }) => anythingMeasured(facts))
    ? 'Nothing was busy: no rule found a cause in what was measured.'
    : 'No rule could be judged: these inputs hold no times of samples, waits, latencies, events or counters. checklist.sh, sixty.sh and offcpu-events.sh record them; `bpfview top` and `summary` say what a profile holds.'
}
