import type { HistogramCheck } from '../../src/ops/compare/histogram-check.ts'
import { cut, escapeTerminal, escapeXml, markdownCode, markdownText } from '../markup/escape.ts'
import type { CheckFacts } from './facts.ts'
import { commentMarker } from './facts.ts'
import { histogramChangeLines, histogramHeadline } from './histogram-text.ts'
import { finite } from './json.ts'

/** A check of histograms for a terminal; with a final line break. */
export function histogramCheckText(check: HistogramCheck): string {
  const { verdict, why, histograms } = check
  const lines = [
    histogramHeadline(check, name => cut(escapeTerminal(name), 120)),
    `verdict: ${verdict}`,
    ...why.map(text => `  ${text}`),
    '',
    ...histograms.flatMap(histogramChangeLines),
  ]
  return `${lines.join('\n')}\n`
}

/** The whole answer as JSON text; open edges are "inf" and "-inf". */
export function histogramCheckJson(
  check: HistogramCheck,
  tool: { readonly name: string; readonly version: string },
): string {
  const { schema, version, histograms, ...rest } = check
  const plain = histograms.map(change => ({
    ...change,
    edges: [...change.edges].map(edge => (edge === Infinity ? 'inf' : edge === -Infinity ? '-inf' : edge)),
    before: [...change.before],
    after: [...change.after],
  }))
  return `${JSON.stringify({ schema, version, tool, ...rest, histograms: plain }, finite, 1)}\n`
}

/** GitHub Markdown with a line for each of the first hundred distributions. */
export function histogramCheckMarkdown(check: HistogramCheck, { key }: CheckFacts = {}): string {
  const { why, histograms } = check
  const rows = histograms.slice(0, 100).map(
    change =>
      `- ${histogramChangeLines(change)
        .map(line => markdownCode(line.trim(), 300))
        .join('<br>')}`,
  )
  return [
    commentMarker(key),
    `### ${histogramHeadline(check, name => markdownCode(name))}`,
    '',
    ...why.map(text => `- ${markdownText(text)}`),
    '',
    ...rows,
    ...(histograms.length > 100 ? [`- ${histograms.length - 100} more are left out here`] : []),
    '',
  ].join('\n')
}

/** JUnit XML: one test case per distribution. */
export function histogramCheckJunit({ histograms, violated }: HistogramCheck): string {
  const cases = histograms.map(change => {
    const message = escapeXml(histogramChangeLines(change).join('\n'))
    const inner =
      change.verdict === 'regressed' && violated
        ? `<failure message="${message}"/>`
        : change.verdict === 'inconclusive'
          ? `<skipped message="${message}"/>`
          : `<system-out>${message}</system-out>`
    return `<testcase classname="bpfview.histogram" name="${escapeXml(cut(`${change.name} ${change.key}`.trim(), 500))}" time="0">${inner}</testcase>`
  })
  const failures = violated ? histograms.filter(change => change.verdict === 'regressed').length : 0
  const counts = `tests="${cases.length}" failures="${failures}" errors="0"`
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${counts}>\n<testsuite name="bpfview check" ${counts} time="0">\n${cases.join('\n')}\n</testsuite>\n</testsuites>\n`
}

/** Workflow commands for what fails the build. */
export function histogramCheckAnnotations({ histograms, verdict, violated }: HistogramCheck): string[] {
  if (!violated) return []
  const count = histograms.filter(change => change.verdict === verdict).length
  return [`::error title=bpfview::${escapeTerminal(verdict)}: ${count} distributions`]
}
