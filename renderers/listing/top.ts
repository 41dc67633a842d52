import { needArray, needDataset } from '../../src/model/arguments.ts'
import type { EventTable, Profile } from '../../src/model/index.ts'
import { isCount } from '../../src/model/units.ts'
import type { Related } from '../../src/ops/stacks/relations.ts'
import type { TopFunction } from '../../src/ops/stacks/top.ts'
import { totals } from '../../src/ops/stacks/totals.ts'
import { cut, escapeTerminal, MARKDOWN_CHARACTERS, markdownCode, markdownText } from '../markup/escape.ts'
import type { TerminalLook } from '../markup/text-table.ts'
import { bold, textTable, warningColour } from '../markup/text-table.ts'
import { profileLine, profileTitle, qualityNotes } from '../words/captions.ts'
import { formatShare, formatValue } from '../words/numbers.ts'

/** A row of a listing: a function, or one beside another. */
export type Listed = TopFunction & Partial<Pick<Related, 'relation'>>

interface Page {
  readonly title: string
  readonly lines: readonly string[]
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly more: string
}

/** Functions for people: what was measured, what is doubtful, a row each. */
export function topText(
  profile: Profile,
  functions: readonly Listed[],
  limit: number,
  of = 'function',
  look: TerminalLook = {},
): string {
  needTop(profile, functions, 'topText')
  const { title, lines, header, rows, more } = pageOf(profile, functions, limit, of)
  return (
    [
      ...[title, ...lines].map(escapeTerminal).map((line, i) => coloured(line, i, look)),
      '',
      ...textTable(header, rows, 'rrrrlll'.slice(0, header.length), look),
      ...(more === '' ? [] : [more]),
    ].join('\n') + '\n'
  )
}

/** The title bold, doubts in the colour of warnings. */
function coloured(line: string, place: number, { colour }: TerminalLook): string {
  if (colour !== true) return line
  return place === 0 ? bold(line) : line.startsWith('⚠') ? warningColour(line) : line
}

/** The same as GitHub Markdown of at most 64,000 characters. Names cannot become markup. */
export function topMarkdown(profile: Profile, functions: readonly Listed[], limit: number, of = 'function'): string {
  needTop(profile, functions, 'topMarkdown')
  const { title, lines, header, rows } = pageOf(profile, functions, limit, of)
  const out = [
    `### ${markdownText(title)}`,
    '',
    ...lines.map(line => `${markdownText(line)}  `),
    '',
    `| ${header.join(' | ')} |`,
    `|--:|--:|--:|--:|${'---|'.repeat(header.length - 4)}`,
  ]
  let left = MARKDOWN_CHARACTERS - out.join('\n').length - 100
  let shown = 0
  for (const cells of rows) {
    const row = `| ${cells.map((cell, i) => (i < 4 || cell === '' ? markdownText(cell) : markdownCode(cell))).join(' | ')} |`
    if (row.length + 1 > left) break
    left -= row.length + 1
    out.push(row)
    shown++
  }
  if (functions.length > shown) out.push('', formatValue(functions.length - shown, moreOf(of)))
  return out.join('\n') + '\n'
}

/** The functions as a table of numbers, for CSV and JSON. Shares are in per cent of the profile. */
export function topTable(profile: Profile, functions: readonly Listed[], of = 'function'): EventTable {
  needTop(profile, functions, 'topTable')
  const whole = totals(profile.stacks, profile.self)[0]!
  const numbers = (name: string, unit: string, of: (one: TopFunction) => number): EventTable['columns'][number] => ({
    name,
    type: 'number',
    unit,
    values: Float64Array.from(functions, of),
  })
  const share = (part: number): number => (whole > 0 ? Number(((100 * part) / whole).toFixed(4)) : 0)
  return {
    kind: 'events',
    name: profile.name,
    tool: profile.meta.tool ?? '',
    length: functions.length,
    meta: profile.meta,
    columns: [
      { name: of, type: 'text', values: functions.map(one => one.name) },
      { name: 'module', type: 'text', values: functions.map(one => one.module) },
      ...(isRelated(functions)
        ? [{ name: 'relation', type: 'text' as const, values: functions.map(one => one.relation ?? '') }]
        : []),
      numbers('self', profile.value.unit, one => one.self),
      numbers('self%', '', one => share(one.self)),
      numbers('total', profile.value.unit, one => one.total),
      numbers('total%', '', one => share(one.total)),
    ],
  }
}

function pageOf(profile: Profile, functions: readonly Listed[], limit: number, of: string): Page {
  const total = totals(profile.stacks, profile.self)
  const { unit } = profile.value
  const counted = isCount(unit)
  const value = (amount: number): string => (counted ? formatValue(amount, '') : formatValue(amount, unit))
  const notes = qualityNotes(profile, total)
  const shown = functions.slice(0, limit)
  const related = isRelated(functions)
  return {
    title: cut(profileTitle(profile, of === 'function' ? 'Functions' : PLURALS[of]!, total), 300),
    lines: [cut(profileLine(profile, total), 500), ...(notes.length > 0 ? [`⚠ ${notes.join(' · ')}`] : [])],
    header: [
      counted ? `self ${unit}` : 'self',
      'self %',
      counted ? `total ${unit}` : 'total',
      'total %',
      of,
      ...(isGroup(of) ? [] : ['module']),
      ...(related ? ['relation'] : []),
    ],
    rows: shown.map(one => [
      value(one.self),
      formatShare(one.self, total[0]!),
      value(one.total),
      formatShare(one.total, total[0]!),
      one.name,
      ...(isGroup(of) ? [] : [one.module]),
      ...(related ? [one.relation ?? ''] : []),
    ]),
    more: functions.length > shown.length ? `${formatValue(functions.length - shown.length, moreOf(of))}` : '',
  }
}

const PLURALS: Readonly<Record<string, string>> = {
  task: 'Tasks',
  thread: 'Threads',
  module: 'Modules',
  cpu: 'CPUs',
  wait: 'Waits',
}

/** True for rows that are no functions. */
function isGroup(of: string): boolean {
  return of in PLURALS
}

function moreOf(of: string): string {
  return `more ${isGroup(of) ? PLURALS[of]!.replace(/^[TMW]/, first => first.toLowerCase()) : 'functions'}`
}

function isRelated(functions: readonly Listed[]): boolean {
  return functions.some(({ relation }) => relation !== undefined)
}

function needTop(profile: unknown, functions: unknown, call: string): void {
  needDataset(profile, 'profile', call)
  needArray(functions, 'functions, as topFunctions(profile) returns them', call)
}
