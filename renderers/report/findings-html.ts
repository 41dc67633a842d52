import type { Change } from '../../src/ops/report/compare.ts'
import { compareReports } from '../../src/ops/report/compare.ts'
import type { Finding, Metric } from '../../src/ops/report/finding.ts'
import { MOST_FINDINGS } from '../../src/ops/report/finding.ts'
import { escapeXml } from '../markup/escape.ts'
import { secondMap } from './cpu-html.ts'
import type { ReportPage, ReportSide } from './page-data.ts'
import { proofHtml } from './plots.ts'
import { SECTION_NAMES } from './sections.ts'
import { changeWords, markedSentence, noFindingWords, sentenceWords, VERDICT_SIGNS } from './words.ts'

/** The findings as an ordered list, each with what it rests on, a picture, its command and, of two captures, what became of it. */
export function findingsHtml(page: ReportPage): string {
  const { before } = page
  if (before === undefined) {
    const { findings } = page.report
    if (findings.length === 0) return none(page)
    return `<ol class="card findings">\n${findings.map(finding => item(finding, page)).join('\n')}\n</ol>`
  }
  const changes = compareReports(before.report, page.report)
  if (changes.length === 0) return none(before, page)
  const shown = changes.slice(0, MOST_FINDINGS)
  const items = shown.map(change => item(change.finding, change.gone ? before : page, change))
  const left = changes.length - shown.length
  return `<ol class="card findings compared">\n${items.join('\n')}\n</ol>${left > 0 ? `<p class="second">${left} more in the JSON of this report</p>` : ''}`
}

function none(...sides: readonly ReportSide[]): string {
  return `<p class="card">${escapeXml(noFindingWords(...sides.map(({ report }) => report)))}</p>`
}

function item(finding: Finding, side: ReportSide, change?: Change): string {
  const { sentence, evidence, section, command, proof } = finding
  const facts = evidence.map(parts => escapeXml(sentenceWords(parts))).join(' · ')
  const picture = proof === undefined ? '' : proofHtml(proof, comm => secondMap(side, comm))
  const lead = change?.fresh === true ? 'New: ' : change?.gone === true ? 'Before: ' : ''
  return `<li><div class="what"><p class="said">${lead}${markedSentence(sentence, escapeXml, words => `<b>${words}</b>`)}</p>
<p class="second">${facts}${facts === '' ? '' : ' · '}<a href="#${section}">${SECTION_NAMES[section]}</a></p>
<p><code>${escapeXml(command)}</code></p></div><div class="proof">${picture}</div>${change === undefined ? '' : changeCell(change, finding.metric)}</li>`
}

function changeCell({ verdict, before, after }: Change, metric: Metric | undefined): string {
  if (metric === undefined) return '<div class="change"></div>'
  return `<div class="change ${verdict}"><b>${VERDICT_SIGNS[verdict]} ${escapeXml(changeWords(before, after, metric.unit))}</b><br><span class="second">${escapeXml(metric.name)}</span></div>`
}
