import { compareReports } from '../../src/ops/report/compare.ts'
import { crossChecks } from '../../src/ops/report/cross-checks.ts'
import { MOST_FINDINGS } from '../../src/ops/report/finding.ts'
import { describe } from '../../src/ops/stacks/describe.ts'
import type { TopFunction } from '../../src/ops/stacks/top.ts'
import { markdownText } from '../markup/escape.ts'
import { formatDigits, formatShare, formatValue, rangeWords } from '../words/numbers.ts'
import { doctorMarkdown } from './doctor.ts'
import { machineRows } from './machine-html.ts'
import type { ReportPage, ReportSide } from './page-data.ts'
import { waitRows } from './wait-rows.ts'
import { changeWords, markedSentence, noFindingWords, sentenceWords, VERDICT_SIGNS, valueWords } from './words.ts'

const SHOWN = 12

/** The report as Markdown, in the order of the page; of two captures each section shows both. */
export function reportMarkdown(page: ReportPage): string {
  const { report, doubts, before } = page
  return [
    before === undefined ? '# Report\n' : '# Report: before → after\n',
    ...findings(page),
    '## Can I trust it?\n',
    ...(before === undefined ? [] : ['before:\n', doctorMarkdown(before.doubts), 'after:\n']),
    doctorMarkdown(doubts),
    ...machine(page),
    ...tasks(page),
    ...(before === undefined ? [] : waits(before.report, 'before')),
    ...waits(report, before === undefined ? '' : 'after'),
    ...latency(page),
    ...events(page),
    ...(before === undefined ? [] : checks(before.report, 'before')),
    ...checks(report, before === undefined ? '' : 'after'),
    '## Inputs\n',
    ...inputs(page, before),
    '',
  ].join('\n')
}

function inputs(page: ReportSide, before: ReportSide | undefined): string[] {
  const lines = (side: ReportSide, when: string): string[] =>
    side.report.inputs.map(({ source, parsed }) => `- ${when}${markdownText(source)}: ${markdownText(parsed.format)}`)
  return before === undefined ? lines(page, '') : [...lines(before, 'before: '), ...lines(page, 'after: ')]
}

function findings(page: ReportPage): string[] {
  const { before, report } = page
  const told =
    before === undefined
      ? report.findings.map(finding => ({ finding, change: undefined }))
      : compareReports(before.report, report)
          .slice(0, MOST_FINDINGS)
          .map(change => ({ finding: change.finding, change }))
  const lines = told.flatMap(({ finding: { sentence, evidence, command, metric }, change }, i) => [
    `${i + 1}. ${change?.fresh === true ? 'New: ' : change?.gone === true ? 'Before: ' : ''}${markedSentence(sentence, markdownText, text => `**${text}**`)}`,
    ...(change === undefined || metric === undefined
      ? []
      : [
          `   - ${VERDICT_SIGNS[change.verdict]} ${markdownText(metric.name)}: ${markdownText(changeWords(change.before, change.after, metric.unit))}`,
        ]),
    ...evidence.map(parts => `   - ${markdownText(sentenceWords(parts))}`),
    `   - ${code(command)}`,
  ])
  const none = noFindingWords(report, ...(before === undefined ? [] : [before.report]))
  return ['## Findings\n', ...(lines.length === 0 ? [none] : lines), '']
}

/** A command as code, whatever it holds. */
function code(command: string): string {
  return `<code>${markdownText(command)}</code>`
}

function machine({ report, before }: ReportPage): string[] {
  const rows = machineRows(report.facts.machine.rows, before?.report.facts.machine.rows)
  return [
    '## Machine\n',
    '| | utilisation | saturation | errors |',
    '|---|---|---|---|',
    ...rows.map(cells => `| ${cells.map(markdownText).join(' | ')} |`),
    '',
  ]
}

function tasks({ report, before }: ReportPage): string[] {
  const { cpu } = report.facts
  if (cpu === undefined) return []
  const earlier = before?.report.facts.cpu
  const was = (comm: string): string => {
    if (before === undefined) return ''
    const task = earlier?.tasks.find(each => each.comm === comm)
    return `${task === undefined ? '-' : formatDigits(task.seconds / earlier!.seconds, 4)} → `
  }
  const rows = cpu.tasks
    .slice(0, SHOWN)
    .map(
      ({ comm, seconds, threads, own }) =>
        `| ${markdownText(comm)} | ${was(comm)}${formatDigits(seconds / cpu.seconds, 4)} | ${threads} | ${own === undefined ? '' : markdownText(own.name)} |`,
    )
  const left = cpu.tasks.length - rows.length
  return [
    `## Tasks\n`,
    `${valueWords(cpu.busy / cpu.seconds, '')} of ${cpu.cpus} CPUs busy over ${valueWords(cpu.seconds, 's')}\n`,
    '| task | CPUs | threads | own function |',
    '|---|--:|--:|---|',
    ...rows,
    ...(left > 0 ? [`\n${left} more tasks are not shown`] : []),
    '',
  ]
}

function waits({ facts: { waits } }: ReportPage['report'], when: string): string[] {
  if (waits === undefined) return []
  const { rows: all, idle } = waitRows(waits)
  const rows = all
    .slice(0, SHOWN)
    .map(
      ({ comm, tid, name, wait }) =>
        `| ${markdownText(comm)} | ${tid < 0 ? '' : tid} | ${name} | ${valueWords(wait.seconds, 's')} | ${waits.counted ? wait.count + wait.unended : '-'} | ${markdownText(wait.call)} | ${markdownText(wait.own)} |`,
    )
  const left = all.length - rows.length
  return [
    `## Waiting${when === '' ? '' : `, ${when}`}\n`,
    `measured over ${valueWords(waits.seconds, 's')}; ${valueWords(idle, 's')} of idle waiting (timers, polls, parked workers) are left out\n`,
    '| task | thread | waits for | time | waits | in | called from |',
    '|---|--:|---|--:|--:|---|---|',
    ...rows,
    ...(left > 0 ? [`\n${left} more rows are not shown`] : []),
    '',
  ]
}

function latency({ report, before }: ReportPage): string[] {
  const { latencies } = report.facts
  if (latencies.length === 0) return []
  const rows = latencies.slice(0, SHOWN).map(({ tool, name, key, unit, count, p50, p99, max }) => {
    const old = before?.report.facts.latencies.find(
      each => each.tool === tool && each.name === name && each.key === key,
    )
    const cell = (now: { low: number; high: number }, then: { low: number; high: number } | undefined): string =>
      `${before === undefined ? '' : `${then === undefined ? '-' : rangeWords(then.low, then.high, unit)} → `}${rangeWords(now.low, now.high, unit)}`
    const words = [tool, name === tool ? '' : name, key].filter(word => word !== '').join(' ')
    return `| ${markdownText(words)} | ${formatValue(count, 'events')} | ${cell(p50, old?.p50)} | ${cell(p99, old?.p99)} | ${cell(max, old?.max)} |`
  })
  return ['## Latency\n', '| | events | p50 | p99 | max |', '|---|--:|--:|--:|--:|', ...rows, '']
}

function events({ report, before }: ReportPage): string[] {
  const { events: all } = report.facts
  if (all.length === 0) return []
  const rows = all.slice(0, SHOWN).map(({ tool, rows, seconds, failed, comms }) => {
    const old = before?.report.facts.events.find(each => each.tool === tool)
    const rate = (count: number, over: number): string => (over > 0 ? valueWords(count / over, '') : '-')
    const was = before === undefined ? '' : `${old === undefined ? '-' : rate(old.rows, old.seconds)} → `
    const most = comms.slice(0, 3).map(({ name, count }) => `${markdownText(name)} (${count})`)
    return `| ${markdownText(tool)} | ${rows} | ${was}${rate(rows, seconds)} | ${failed} | ${most.join(', ')} |`
  })
  return ['## Events\n', '| tool | events | a second | failed | most of |', '|---|--:|--:|--:|---|', ...rows, '']
}

function checks(report: ReportPage['report'], when: string): string[] {
  const all = crossChecks(report.facts, report.inputs)
  if (all.length === 0) return []
  const signs = { contradiction: '✕', agrees: '✓', absent: '–' } as const
  return [
    `## Cross-checks${when === '' ? '' : `, ${when}`}\n`,
    ...all.map(({ verdict, sentence }) => `- ${signs[verdict]} ${markdownText(sentenceWords(sentence))}`),
    '',
  ]
}

/** A function and the stack it is busiest in, root first. */
export interface SummaryFunction extends TopFunction {
  readonly path: readonly string[]
}

/** What a summary tells of one profile. */
export interface SummaryProfile {
  readonly name: string
  readonly unit: string
  readonly total: number
  readonly functions: readonly SummaryFunction[]
  /** Functions that are not among them, and their self value. */
  readonly left: { readonly functions: number; readonly self: number }
}

export interface Summary extends ReportPage {
  readonly profiles: readonly SummaryProfile[]
  /** Profiles of the earlier captures, with all their functions. */
  readonly earlier?: readonly SummaryProfile[]
}

/** What was measured, caveats, findings and top functions, in at most `maxLines` lines; a cut is announced in the last. */
export function summaryMarkdown(summary: Summary, maxLines = 200): string {
  const { before } = summary
  const lines = [
    '# Summary\n',
    ...(before === undefined ? [] : ['before:\n', doctorMarkdown(before.doubts), 'after:\n']),
    doctorMarkdown(summary.doubts),
    ...findings(summary),
    '## Measured\n',
    ...(before === undefined ? [] : measured(before, 'before: ')),
    ...measured(summary, before === undefined ? '' : 'after: '),
    '',
    ...summary.profiles.flatMap(profile => functionsTable(profile, summary.earlier)),
  ]
    .join('\n')
    .trimEnd()
    .split('\n')
  const kept =
    lines.length <= maxLines
      ? lines
      : [...lines.slice(0, maxLines - 1), `${lines.length - maxLines + 1} more lines are cut`]
  return `${kept.join('\n')}\n`
}

function measured({ report }: ReportSide, when: string): string[] {
  return report.inputs.flatMap(({ source, parsed }) =>
    parsed.datasets.map(dataset => {
      const { kind, name, samples, duration } = describe(dataset)
      const facts = [
        ...(samples === null ? [] : [formatValue(samples, kind === 'events' ? 'rows' : 'observations')]),
        ...(duration === null ? [] : [valueWords(duration, 's')]),
      ]
      return `- ${when}${markdownText(source)}: ${kind} ${markdownText(name)}${facts.length === 0 ? '' : `, ${facts.join(', ')}`}`
    }),
  )
}

/** Frames of a path that are told: where it starts and where it ends. */
const PATH = 8

function pathWords(path: readonly string[]): string {
  const kept =
    path.length <= PATH ? path : [...path.slice(0, 2), `(${path.length - PATH} more)`, ...path.slice(2 - PATH)]
  return kept.map(markdownText).join(' > ')
}

function functionsTable(profile: SummaryProfile, earlier: readonly SummaryProfile[] | undefined): string[] {
  const { name, unit, total, functions, left } = profile
  const old = earlier?.find(each => each.name === name)
  const was = ({ name: own, module }: SummaryFunction): string => {
    const found = old?.functions.find(each => each.name === own && each.module === module)
    return old === undefined ? '-' : formatShare(found?.self ?? 0, old.total)
  }
  const compared = earlier !== undefined
  return [
    `## Functions of ${markdownText(name)}\n`,
    `${old === undefined ? '' : `${formatValue(old.total, unit)} → `}${formatValue(total, unit)}\n`,
    `| self |${compared ? ' share before |' : ''} share | total | share | function | module | busiest path |`,
    `|--:|${compared ? '--:|' : ''}--:|--:|--:|---|---|---|`,
    ...functions.map(
      each =>
        `| ${formatValue(each.self, unit)} |${compared ? ` ${was(each)} |` : ''} ${formatShare(each.self, total)} | ${formatValue(each.total, unit)} | ${formatShare(each.total, total)} | ${markdownText(each.name)} | ${markdownText(each.module)} | ${pathWords(each.path)} |`,
    ),
    ...(left.functions > 0
      ? [
          `\n${formatValue(left.functions, 'functions')} more have ${formatValue(left.self, unit)} of their own, ${formatShare(left.self, total)}`,
        ]
      : []),
    '',
  ]
}
