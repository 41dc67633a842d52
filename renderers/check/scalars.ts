import type { ScalarChange, ScalarCheck, ScalarGeomean } from '../../src/ops/compare/scalars.ts'
import { cut, escapeTerminal, markdownCode, markdownText } from '../markup/escape.ts'
import { el, text } from '../markup/svg.ts'
import { formatChange, formatDigits, formatPercent, formatRatio } from '../words/numbers.ts'
import type { CheckFacts } from './facts.ts'
import { commentMarker } from './facts.ts'
import { finite } from './json.ts'
import type { ShowName } from './words.ts'
import { probability } from './words.ts'

/** The verdict on numbers of benchmarks in one line. */
export function scalarHeadline(check: ScalarCheck, show: ShowName): string {
  const { verdict, changes, geomeans } = check
  const of = changes.filter(change => change.verdict === verdict)
  const more = of.length > 1 ? `; ${of.length - 1} more` : ''
  const named = geomeanOf(geomeans, verdict === 'regressed' || verdict === 'improved' ? of[0] : undefined)
  const mean = named === undefined ? '' : `; ${geomeanText(named)}`
  switch (verdict) {
    case 'regressed':
      return `REGRESSED: ${scalarText(of[0]!, show)}${more}${mean}`
    case 'improved':
      return `IMPROVED: ${scalarText(of[0]!, show)}${more}${mean}`
    case 'unchanged':
      return `NO REGRESSION FOUND: none of ${changes.length} measurement${changes.length === 1 ? '' : 's'} changed beyond noise and ${formatPercent(check.policy.minRelative)}${mean}`
    default:
      return changes.length === 0
        ? 'INCONCLUSIVE: no measurement of one name and unit is on both sides'
        : `INCONCLUSIVE: fewer than 4 runs on a side cannot tell a change from noise${mean}`
  }
}

/** The geometric mean of the metric that is named, else the one least like no change. */
function geomeanOf(geomeans: readonly ScalarGeomean[], change: ScalarChange | undefined): ScalarGeomean | undefined {
  const own = geomeans.find(({ metric, unit }) => metric === change?.metric && unit === change.unit)
  return own ?? [...geomeans].sort((a, b) => (a.p ?? 1) - (b.p ?? 1))[0]
}

/** `parse ns/op 104 → 131, ×1.26 (95% 1.2 to 1.33), q 0.002`. */
export function scalarText(change: ScalarChange, show: ShowName): string {
  const { ratio, low, high, q, medianBefore, medianAfter, before, after } = change
  const interval = low === null || high === null ? '' : ` (95% ${formatDigits(low, 3)} to ${formatDigits(high, 3)})`
  const size = ratio === null ? '' : `, ${formatRatio(ratio)}${interval}`
  const sure = q === null ? `, not tested: ${before.length} vs ${after.length} runs` : `, q ${probability(q)}`
  return `${scalarName(change, show)}: ${formatDigits(medianBefore)} → ${formatDigits(medianAfter)}${size}${sure}`
}

/** `parse ns/op`. */
export function scalarName({ benchmark, metric, unit }: ScalarChange, show: ShowName): string {
  const what = metric === unit ? metric : `${metric} ${unit}`.trim()
  return [...(benchmark === '' ? [] : [show(benchmark)]), show(what)].join(' ')
}

/** `geomean ns/op ×1.02 (95% 0.99 to 1.05)`. */
function geomeanText({ metric, unit, ratio, low, high, benchmarks }: ScalarGeomean): string {
  const interval = low === null || high === null ? '' : ` (95% ${formatDigits(low, 3)} to ${formatDigits(high, 3)})`
  const what = metric === unit ? metric : `${metric} ${unit}`
  return `geomean of ${benchmarks} benchmarks, ${what}: ${formatRatio(ratio)}, ${formatChange(ratio - 1)}${interval}`
}

/** The answer for a terminal; with a final line break. */
export function scalarCheckText(check: ScalarCheck): string {
  const name: ShowName = each => cut(escapeTerminal(each), 120)
  const lines = [scalarHeadline(check, name), `verdict: ${check.verdict}`, '']
  for (const change of check.changes) lines.push(`  ${mark(change)} ${scalarText(change, name)}: ${change.verdict}`)
  for (const geomean of check.geomeans) lines.push(`  ${escapeTerminal(geomeanText(geomean))}`)
  lines.push(...scalarNotes(check, name).map(note => `  ${note}`))
  return `${lines.join('\n')}\n`
}

function mark({ verdict }: ScalarChange): string {
  return verdict === 'regressed' ? '▲' : verdict === 'improved' ? '▼' : ' '
}

/** What the answer rests on, a sentence each. */
export function scalarNotes({ gone, added, runs, caveats }: ScalarCheck, show: ShowName): string[] {
  return [
    ...(gone.length > 0 ? [`warning: only before: ${gone.slice(0, 10).map(show).join(', ')}`] : []),
    ...(added.length > 0 ? [`only after: ${added.slice(0, 10).map(show).join(', ')}`] : []),
    ...(runs === 'repetitions'
      ? ['warning: repetitions inside one process are taken as runs; they vary less than runs do']
      : []),
    ...caveats.map(({ message, names }) => {
      const more = names.length > 10 ? `, and ${names.length - 10} more` : ''
      return names.length === 0 ? message : `${message}: ${names.slice(0, 10).map(show).join(', ')}${more}`
    }),
  ]
}

/** The whole answer as JSON text. */
export function scalarCheckJson(check: ScalarCheck, tool: { readonly name: string; readonly version: string }): string {
  const { schema, version, ...rest } = check
  const headline = scalarHeadline(check, name => name)
  return `${JSON.stringify({ schema, version, tool, headline, ...rest }, finite, 1)}\n`
}

/** GitHub Markdown with a row for each of the first two hundred measurements. */
export function scalarCheckMarkdown(check: ScalarCheck, { key, reproduce }: CheckFacts = {}): string {
  const code: ShowName = name => markdownCode(name)
  const rows = check.changes.slice(0, 200).map(change => {
    const { ratio, low, high, q, medianBefore, medianAfter } = change
    const interval = low === null || high === null ? '' : ` (${formatDigits(low, 3)} to ${formatDigits(high, 3)})`
    const cells = [
      mark(change),
      scalarName(change, code),
      formatDigits(medianBefore),
      formatDigits(medianAfter),
      ratio === null ? '' : formatRatio(ratio) + interval,
      q === null ? '' : probability(q),
      change.verdict,
    ]
    return `| ${cells.join(' | ')} |`
  })
  return [
    commentMarker(key),
    `### ${scalarHeadline(check, code)}`,
    '',
    '| | measurement | before | after | ratio (95%) | q | |',
    '|---|---|--:|--:|--:|--:|---|',
    ...rows,
    '',
    ...(check.changes.length > 200 ? [`${check.changes.length - 200} more are left out here.`, ''] : []),
    ...check.geomeans.map(geomean => `- ${markdownText(geomeanText(geomean))}`),
    ...scalarNotes(check, code).map(note => `- ${note}`),
    ...(reproduce === undefined ? [] : [`- reproduce with ${markdownCode(reproduce, 2000)}`]),
    '',
  ].join('\n')
}

/** JUnit XML: one test case per measurement. */
export function scalarCheckJunit({ changes, violated }: ScalarCheck): string {
  const plain: ShowName = name => cut(name, 200)
  const cases = changes.map(change => {
    const message = cut(scalarText(change, plain), 500)
    const failed = change.verdict === 'regressed' && violated
    const child = failed
      ? el('failure', { message, type: 'regression' }, text(''))
      : change.verdict === 'inconclusive'
        ? el('skipped', { message })
        : el('system-out', {}, text(message))
    return el('testcase', { classname: 'bpfview.scalar', name: cut(scalarName(change, plain), 500), time: '0' }, child)
  })
  const failures = violated ? changes.filter(change => change.verdict === 'regressed').length : 0
  const suite = el(
    'testsuite',
    { name: 'bpfview check', tests: cases.length, failures, errors: 0, time: '0' },
    '\n',
    ...cases.map(one => `${one}\n`),
  )
  return `<?xml version="1.0" encoding="UTF-8"?>\n${el('testsuites', { tests: cases.length, failures, errors: 0 }, '\n', suite, '\n')}\n`
}

/** Workflow commands for what a pull request should show. */
export function scalarCheckAnnotations(check: ScalarCheck): string[] {
  return check.changes
    .filter(change => change.verdict === 'regressed')
    .slice(0, 10)
    .map(change => {
      const words = escapeTerminal(scalarText(change, name => cut(name, 120))).replaceAll('%', '%25')
      return `::${check.violated ? 'error' : 'warning'} title=bpfview::${words}`
    })
}
