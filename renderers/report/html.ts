import { cut, escapeXml } from '../markup/escape.ts'
import { policyOf } from '../markup/svg-script.ts'
import { formatValue } from '../words/numbers.ts'
import { appendixHtml, checksHtml } from './appendix-html.ts'
import { REPORT_CLIENT, REPORT_CLIENT_HASHES } from './client-text.ts'
import { onCpuHtml } from './cpu-html.ts'
import { eventsHtml } from './events-html.ts'
import { findingsHtml } from './findings-html.ts'
import { latencyHtml } from './latency-html.ts'
import { machineHtml } from './machine-html.ts'
import type { ReportPage, ReportSide } from './page-data.ts'
import type { SectionId } from './sections.ts'
import { SECTIONS } from './sections.ts'
import { REPORT_STYLE } from './style.ts'
import { tasksHtml } from './tasks-html.ts'
import { waitingHtml } from './waiting-html.ts'
import { sentenceWords, TRUST_SIGNS, trustLine } from './words.ts'

/** Each section's word beside its name, and what is in it. */
const BODIES: Readonly<Record<SectionId, readonly [note: string, body: (page: ReportPage) => string]>> = {
  findings: ['what costs most, first', findingsHtml],
  trust: ['', trustHtml],
  machine: ['utilisation, saturation, errors; ▲ is what to look at', machineHtml],
  tasks: ['CPUs used, and where the rest of their time went; click one to see it alone', tasksHtml],
  cpu: ['without idle CPUs', onCpuHtml],
  waiting: ['by thread and class, the longest first', waitingHtml],
  latency: ['stronger colour: more events', latencyHtml],
  events: ['', eventsHtml],
  checks: ['what one tool says against another', checksHtml],
  appendix: ['what the tools printed, and how it was taken', appendixHtml],
}

/** A report as one offline HTML page; complete without its script. Same report, same bytes. */
export function reportHtml(page: ReportPage, title?: string): string {
  const host = metasOf(page).find(meta => meta.host !== undefined)?.host
  const named = title ?? (host === undefined ? 'Report' : `Report of ${host}`)
  const heading = cut(page.before === undefined ? named : `${named}: before → after`, 200)
  const doubts = page.doubts.filter(({ trust }) => trust !== 'note').length
  const bad = page.doubts.some(({ trust }) => trust === 'unusable')
  const sections = SECTIONS.map(([id, name]) => {
    const [note, body] = BODIES[id]
    return `<section id="${id}" aria-labelledby="${id}-name"><h2 id="${id}-name">${id === 'trust' ? 'Can I trust it?' : name}${note === '' ? '' : ` <small>${note}</small>`}</h2>\n${body(page)}\n</section>`
  })
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyOf(REPORT_CLIENT_HASHES)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeXml(heading)}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<header><div class="head"><div class="name"><h1>${escapeXml(heading)}</h1><p class="facts">${escapeXml(factsLine(page))}</p></div><div class="tools">${doubts === 0 ? '' : `<a class="btn ${bad ? 'bad' : 'warn'}" href="#trust">${bad ? '✕' : '⚠'} ${formatValue(doubts, 'warnings')}</a>`}</div></div>
<nav aria-label="sections">${SECTIONS.map(([id, name]) => `<a href="#${id}">${name}</a>`).join('')}</nav></header>
<main>
${sections.join('\n')}
</main>
<footer><span>offline, one file; numbers are of these captures only</span><span class="keys"><kbd>1</kbd> … <kbd>9</kbd> sections <kbd>d</kbd> light or dark <kbd>p</kbd> print</span></footer>
<script>${REPORT_CLIENT}</script>
</body>
</html>
`
}

function metasOf({ report: { inputs } }: ReportSide) {
  return inputs.flatMap(({ parsed }) => parsed.datasets.map(({ meta }) => meta))
}

function factsLine(page: ReportPage): string {
  const { report, before } = page
  const metas = metasOf(page)
  const first = <T>(pick: (meta: (typeof metas)[number]) => T | undefined): T | undefined =>
    metas.map(pick).find(value => value !== undefined)
  const [start, cpus, kernel] = [first(meta => meta.start), first(meta => meta.cpus), first(meta => meta.kernel)]
  const samples = (side: ReportSide): string =>
    side.report.facts.cpu === undefined ? '-' : formatValue(side.report.facts.cpu.samples, 'samples')
  return [
    ...(start === undefined ? [] : [start]),
    ...(cpus === undefined ? [] : [formatValue(cpus, 'CPUs')]),
    ...(kernel === undefined ? [] : [`Linux ${kernel}`]),
    ...(report.facts.cpu === undefined
      ? []
      : [before === undefined ? samples(page) : `${samples(before)} → ${samples(page)}`]),
    before === undefined
      ? formatValue(report.inputs.length, 'inputs')
      : `${before.report.inputs.length} → ${formatValue(report.inputs.length, 'inputs')}`,
  ].join(' · ')
}

function trustHtml({ doubts, before }: ReportPage): string {
  const sides =
    before === undefined ? [['', doubts] as const] : [['before', before.doubts] as const, ['after', doubts] as const]
  return sides
    .map(([when, list]) => {
      const line = `${when === '' ? '' : `${when}: `}${escapeXml(trustLine(list))}`
      if (list.length === 0) return `<p class="card">${line}</p>`
      const rows = list.map(
        ({ trust, cause, source, dataset, fix }) =>
          `<tr><td class="${trust}">${TRUST_SIGNS[trust]} ${trust}</td><td>${escapeXml(sentenceWords(cause))}<br><span class="second">${escapeXml(source)}${dataset === '' ? '' : `, ${escapeXml(dataset)}`}</span></td><td><code>${escapeXml(fix)}</code></td></tr>`,
      )
      return `<details class="card flush"><summary>${line}</summary>
<div class="wide" tabindex="0"><table><thead><tr><th scope="col">How bad</th><th scope="col">What</th><th scope="col">What to do</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table></div></details>`
    })
    .join('\n')
}
