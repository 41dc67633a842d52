import { histogramChangeLines } from '../../renderers/histogram-diff-text.ts'
import { escapeXml, markdownCode, markdownText } from '../../renderers/escape.ts'
import { BpfviewError } from '../model/error.ts'
import type { Policy, Verdict } from '../ops/check-policy.ts'
import { compareHistograms, fewestRuns } from '../ops/compare-histograms.ts'
import type { HistogramChange } from '../ops/compare-histograms.ts'
import { version } from '../version.ts'
import { appendSummary, takesStdout } from './check-outputs.ts'
import type { CheckOutputs } from './check-outputs.ts'
import { EXIT } from './exit.ts'
import type { Input } from './input.ts'
import { writeResult } from './output.ts'
import { datasetsOf } from './runs.ts'

/** The check of inputs that hold histograms: each distribution against its like of the other side. */
export async function runHistogramCheck(base: readonly Input[], head: readonly Input[], policy: Policy,
  flags: CheckOutputs & { readonly strict?: boolean, readonly quiet?: boolean }): Promise<void> {
  const changes = compareHistograms(base.map(input => datasetsOf(input, 'histograms')), head.map(input => datasetsOf(input, 'histograms')), policy)
  if (changes.length === 0) throw new BpfviewError('E_MIXED', 'no histogram of one name, key and unit on both sides; expected the output of one tool')
  const verdict = overall(changes)
  const violated = policy.failOn.includes(verdict) && verdict !== 'inconclusive'
  const why = verdict === 'inconclusive' ? [`${fewestRuns(policy.fdr)} or more runs on each side are needed to tell a shift from noise`] : []
  process.exitCode = violated ? EXIT.crossed : flags.strict === true && verdict === 'inconclusive' ? EXIT.inconclusive : EXIT.fine
  if (flags.json !== undefined) {
    const plain = changes.map(change => ({ ...change, edges: [...change.edges].map(edgeJson), before: [...change.before], after: [...change.after] }))
    await writeResult(flags.json, JSON.stringify({ schema: 'bpfview.check.histograms', version: 1, tool: { name: 'bpfview', version }, verdict, why, violated, policy, histograms: plain },
      (_, value: unknown) => typeof value === 'number' && !Number.isFinite(value) ? null : value, 1) + '\n')
  }
  if (flags.markdown !== undefined) await writeResult(flags.markdown, markdown(verdict, why, changes, flags.key))
  const summary = process.env['GITHUB_STEP_SUMMARY']
  if (summary) appendSummary(summary, markdown(verdict, why, changes, flags.key))
  if (flags.junit !== undefined) await writeResult(flags.junit, junit(changes, violated))
  if (flags.svg !== undefined) {
    const { histogramDiffSvg } = await import('../../renderers/histogram-diff-svg.ts')
    await writeResult(flags.svg, histogramDiffSvg(changes))
  }
  if (process.env['GITHUB_ACTIONS'] === 'true' && violated) process.stderr.write(`::error title=bpfview::${verdict}: ${changes.filter(change => change.verdict === verdict).length} distributions\n`)
  const lines = [`verdict: ${verdict}`, ...why.map(text => `  ${text}`), '', ...changes.flatMap(histogramChangeLines)]
  if (!takesStdout(flags)) await writeResult(undefined, flags.quiet === true ? `${verdict}\n` : `${lines.join('\n')}\n`)
}

/** The worst of the distributions' verdicts. */
function overall(changes: readonly HistogramChange[]): Verdict {
  const order: readonly Verdict[] = ['regressed', 'improved', 'inconclusive', 'unchanged']
  return order.find(verdict => changes.some(change => change.verdict === verdict)) ?? 'unchanged'
}

function edgeJson(edge: number): number | string {
  return edge === Infinity ? 'inf' : edge === -Infinity ? '-inf' : edge
}

function markdown(verdict: Verdict, why: readonly string[], changes: readonly HistogramChange[], key = 'default'): string {
  const rows = changes.slice(0, 100).map(change => `- ${histogramChangeLines(change).map(line => markdownCode(line.trim(), 300)).join('<br>')}`)
  return [`<!-- bpfview:compare:${key.replace(/[^\w.-]/g, '_').slice(0, 80)} -->`, `### ${verdict}`, '', ...why.map(text => `- ${markdownText(text)}`), '', ...rows, ...(changes.length > 100 ? [`- ${changes.length - 100} more are left out here`] : []), ''].join('\n')
}

function junit(changes: readonly HistogramChange[], violated: boolean): string {
  const cases = changes.map(change => {
    const message = escapeXml(histogramChangeLines(change).join('\n'))
    const inner = change.verdict === 'regressed' && violated ? `<failure message="${message}"/>` : change.verdict === 'inconclusive' ? `<skipped message="${message}"/>` : `<system-out>${message}</system-out>`
    return `<testcase classname="bpfview.histogram" name="${escapeXml(`${change.name} ${change.key}`.trim().slice(0, 500))}" time="0">${inner}</testcase>`
  })
  const failures = violated ? changes.filter(change => change.verdict === 'regressed').length : 0
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites tests="${cases.length}" failures="${failures}" errors="0">\n<testsuite name="bpfview check" tests="${cases.length}" failures="${failures}" errors="0" time="0">\n${cases.join('\n')}\n</testsuite>\n</testsuites>\n`
}
