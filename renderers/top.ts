import { isCount } from '../src/model/units.ts'
import type { EventTable, Profile } from '../src/model/index.ts'
import type { TopFunction } from '../src/ops/top.ts'
import { totals } from '../src/ops/totals.ts'
import { profileLine, profileTitle, qualityNotes } from './captions.ts'
import { MARKDOWN_CHARACTERS, cut, escapeTerminal, markdownCode, markdownText } from './escape.ts'
import { formatShare, formatValue } from './label.ts'
import { textTable } from './text-table.ts'

interface Page {
  readonly title: string
  readonly lines: readonly string[]
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly more: string
}

/** Functions for people: what was measured, what is doubtful, a row each. */
export function topText(profile: Profile, functions: readonly TopFunction[], limit: number): string {
  const { title, lines, header, rows, more } = pageOf(profile, functions, limit)
  return [...[title, ...lines].map(escapeTerminal), '', ...textTable(header, rows, 'rrrrll'), ...(more === '' ? [] : [more])].join('\n') + '\n'
}

/** The same as GitHub Markdown of at most 64,000 characters. Names cannot become markup. */
export function topMarkdown(profile: Profile, functions: readonly TopFunction[], limit: number): string {
  const { title, lines, header, rows } = pageOf(profile, functions, limit)
  const out = [`### ${markdownText(title)}`, '', ...lines.map(line => `${markdownText(line)}  `), '', `| ${header.join(' | ')} |`, '|--:|--:|--:|--:|---|---|']
  let left = MARKDOWN_CHARACTERS - out.join('\n').length - 100
  let shown = 0
  for (const cells of rows) {
    const row = `| ${cells.map((cell, i) => (i < 4 || cell === '' ? markdownText(cell) : markdownCode(cell))).join(' | ')} |`
    if (row.length + 1 > left) break
    left -= row.length + 1
    out.push(row)
    shown++
  }
  if (functions.length > shown) out.push('', formatValue(functions.length - shown, 'more functions'))
  return out.join('\n') + '\n'
}

/** The functions as a table of numbers, for CSV and JSON. Shares are in per cent of the profile. */
export function topTable(profile: Profile, functions: readonly TopFunction[]): EventTable {
  const whole = totals(profile.stacks, profile.self)[0]!
  const numbers = (name: string, unit: string, of: (one: TopFunction) => number): EventTable['columns'][number] => ({ name, type: 'number', unit, values: Float64Array.from(functions, of) })
  const share = (part: number): number => (whole > 0 ? Number((100 * part / whole).toFixed(4)) : 0)
  return {
    kind: 'events', name: profile.name, tool: profile.meta.tool ?? '', length: functions.length, meta: profile.meta, columns: [
      { name: 'function', type: 'text', values: functions.map(one => one.name) },
      { name: 'module', type: 'text', values: functions.map(one => one.module) },
      numbers('self', profile.value.unit, one => one.self),
      numbers('self%', '', one => share(one.self)),
      numbers('total', profile.value.unit, one => one.total),
      numbers('total%', '', one => share(one.total)),
    ],
  }
}

function pageOf(profile: Profile, functions: readonly TopFunction[], limit: number): Page {
  const total = totals(profile.stacks, profile.self)
  const { unit } = profile.value
  const counted = isCount(unit)
  const value = (amount: number): string => (counted ? formatValue(amount, '') : formatValue(amount, unit))
  const notes = qualityNotes(profile, total)
  const shown = functions.slice(0, limit)
  return {
    title: cut(profileTitle(profile, 'Functions', total), 300),
    lines: [cut(profileLine(profile, total), 500), ...(notes.length > 0 ? [`⚠ ${notes.join(' · ')}`] : [])],
    header: [counted ? `self ${unit}` : 'self', 'self %', counted ? `total ${unit}` : 'total', 'total %', 'function', 'module'],
    rows: shown.map(one => [value(one.self), formatShare(one.self, total[0]!), value(one.total), formatShare(one.total, total[0]!), one.name, one.module]),
    more: functions.length > shown.length ? `${formatValue(functions.length - shown.length, 'more functions')}` : '',
  }
}
