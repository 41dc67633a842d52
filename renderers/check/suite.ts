import type { SuiteCheck, SuitePart } from '../../src/ops/compare/suite.ts'
import { verdictOfPart } from '../../src/ops/compare/suite.ts'
import { cut, escapeTerminal, escapeXml, MARKDOWN_CHARACTERS, markdownCode, markdownText } from '../markup/escape.ts'
import { formatPercent } from '../words/numbers.ts'
import type { CheckFacts } from './facts.ts'
import { commentMarker } from './facts.ts'
import { checkAnnotations } from './github.ts'
import { headline } from './headline.ts'
import { histogramHeadline } from './histogram-text.ts'
import {
  histogramCheckAnnotations,
  histogramCheckJson,
  histogramCheckJunit,
  histogramCheckMarkdown,
  histogramCheckText,
} from './histograms.ts'
import { checkJson } from './json.ts'
import { checkJunit } from './junit.ts'
import { checkMarkdown } from './markdown.ts'
import { checkSarif } from './sarif.ts'
import {
  scalarCheckAnnotations,
  scalarCheckJson,
  scalarCheckJunit,
  scalarCheckMarkdown,
  scalarCheckText,
  scalarHeadline,
} from './scalars.ts'
import { checkText } from './text.ts'
import type { ShowName } from './words.ts'

type Tool = { readonly name: string; readonly version: string }

/** `parse (functions)`. */
export function partName({ benchmark, kind }: SuitePart, show: ShowName): string {
  return benchmark === '' ? kind : `${show(benchmark)} (${kind})`
}

/** The headline of one part. */
export function partHeadline(part: SuitePart, show: ShowName): string {
  if (part.kind === 'functions') return headline(part.check.comparison, show)
  if (part.kind === 'numbers') return scalarHeadline(part.check, show)
  return histogramHeadline(part.check, show)
}

/** `REGRESSED in 1 of 3: parse (functions): render 11.7% → 17.4%, ...`. */
export function suiteHeadline({ verdict, parts }: SuiteCheck, show: ShowName): string {
  const found = parts.filter(part => verdictOfPart(part).verdict === verdict)
  if (verdict === 'unchanged') return `NO REGRESSION FOUND in ${parts.length} checks`
  const first = found[0]
  const said = first === undefined ? '' : `: ${partName(first, show)}: ${partHeadline(first, show)}`
  return `${verdict.toUpperCase()} in ${found.length} of ${parts.length} checks${said}`
}

/** How the false discovery rate is shared. */
export function rateNote({ policy, partFdr, parts }: SuiteCheck): string {
  return `false discovery rate ${formatPercent(policy.fdr)} of all ${parts.length} checks together, ${formatPercent(partFdr)} of each`
}

function aloneNotes({ alone }: SuiteCheck, show: ShowName): string[] {
  return alone.map(name => `warning: not compared: ${show(name)}`)
}

/** The answer for a terminal: the headline, then each part's own answer; with a final line break. */
export function suiteText(suite: SuiteCheck): string {
  const name: ShowName = text => cut(escapeTerminal(text), 120)
  const lines = [
    suiteHeadline(suite, name),
    `verdict: ${suite.verdict}`,
    `  ${rateNote(suite)}`,
    ...aloneNotes(suite, name).map(note => `  ${note}`),
  ]
  for (const part of suite.parts) {
    const text =
      part.kind === 'functions'
        ? checkText(part.check.comparison)
        : part.kind === 'numbers'
          ? scalarCheckText(part.check)
          : histogramCheckText(part.check)
    lines.push('', `== ${partName(part, name)}`, text.trimEnd())
  }
  return `${lines.join('\n')}\n`
}

/** The whole answer as JSON text: each part as its own JSON has it. */
export function suiteJson(suite: SuiteCheck, tool: Tool, facts: CheckFacts = {}): string {
  const { schema, version, parts, ...rest } = suite
  const answer = {
    schema,
    version,
    tool,
    headline: suiteHeadline(suite, name => name),
    ...(facts.reproduce !== undefined && { reproduce: facts.reproduce }),
    ...rest,
    parts: parts.map(part => ({
      benchmark: part.benchmark,
      kind: part.kind,
      check: JSON.parse(
        part.kind === 'functions'
          ? checkJson(part.check.comparison, { ...facts, tool })
          : part.kind === 'numbers'
            ? scalarCheckJson(part.check, tool)
            : histogramCheckJson(part.check, tool),
      ),
    })),
  }
  return `${JSON.stringify(answer, null, 1)}\n`
}

/** GitHub Markdown of at most 64,000 characters: a table of the parts, then each part's own comment, folded. */
export function suiteMarkdown(suite: SuiteCheck, facts: CheckFacts = {}): string {
  const code: ShowName = name => markdownCode(name)
  const rows = suite.parts.map(part => {
    const { verdict, violated } = verdictOfPart(part)
    return `| ${violated ? '🔺' : ''} | ${partName(part, code)} | ${verdict} | ${partHeadline(part, code)} |`
  })
  const { reproduce, ...others } = facts
  const lines = [
    commentMarker(facts.key),
    `### ${suiteHeadline(suite, code)}`,
    '',
    '| | check | verdict | |',
    '|---|---|---|---|',
    ...rows.slice(0, 100),
    '',
    ...(rows.length > 100 ? [`${rows.length - 100} more checks are left out here.`, ''] : []),
    `- ${rateNote(suite)}`,
    ...aloneNotes(suite, code).map(note => `- ${note}`),
    ...(reproduce === undefined ? [] : [`- reproduce with ${markdownCode(reproduce, 2000)}`]),
    '',
  ]
  let room = MARKDOWN_CHARACTERS - lines.join('\n').length - 100
  let left = 0
  for (const part of suite.parts) {
    const own =
      part.kind === 'functions'
        ? checkMarkdown(part.check.comparison, others)
        : part.kind === 'numbers'
          ? scalarCheckMarkdown(part.check, others)
          : histogramCheckMarkdown(part.check, others)
    const body = own.replace(/^<!-- bpfview:compare:[\w.-]* -->\n/, '').trimEnd()
    const block = `<details><summary>${partName(part, name => markdownText(cut(name, 120)))}</summary>\n\n${body}\n\n</details>\n`
    room -= block.length + 1
    if (room > 0) lines.push(block)
    else left++
  }
  if (left > 0) lines.push(`${left} more checks have no room here; their JSON has them.`, '')
  return lines.join('\n')
}

/** JUnit XML: a suite per part. */
export function suiteJunit(suite: SuiteCheck): string {
  let [tests, failures] = [0, 0]
  const suites = suite.parts.map(part => {
    const own =
      part.kind === 'functions'
        ? checkJunit(part.check.comparison)
        : part.kind === 'numbers'
          ? scalarCheckJunit(part.check)
          : histogramCheckJunit(part.check)
    const name = escapeXml(`bpfview check: ${partName(part, each => cut(each, 200))}`)
    const one = /<testsuite [\s\S]*<\/testsuite>/.exec(own)![0].replace('name="bpfview check"', () => `name="${name}"`)
    const head = one.slice(0, one.indexOf('>'))
    tests += Number(/ tests="(\d+)"/.exec(head)?.[1] ?? 0)
    failures += Number(/ failures="(\d+)"/.exec(head)?.[1] ?? 0)
    return one
  })
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites tests="${tests}" failures="${failures}" errors="0">\n${suites.join('\n')}\n</testsuites>\n`
}

/** SARIF 2.1.0: a run for each part with functions; numbers and distributions have no source line. */
export function suiteSarif({ parts }: SuiteCheck, tool: Tool): string {
  const runs = parts.flatMap(part => {
    if (part.kind !== 'functions') return []
    const log = JSON.parse(checkSarif(part.check.comparison, tool)) as { runs: object[] }
    return log.runs.map(run => ({ ...run, automationDetails: { id: `bpfview/${cut(part.benchmark, 200)}` } }))
  })
  const log = { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs }
  return `${JSON.stringify(log, null, 1)}\n`
}

/** Workflow commands of all parts. */
export function suiteAnnotations({ parts }: SuiteCheck): string[] {
  return parts.flatMap(part =>
    part.kind === 'functions'
      ? checkAnnotations(part.check.comparison)
      : part.kind === 'numbers'
        ? scalarCheckAnnotations(part.check)
        : histogramCheckAnnotations(part.check),
  )
}
