import type { EventFacts } from '../../src/ops/report/events.ts'
import { escapeXml } from '../markup/escape.ts'
import { formatValue } from '../words/numbers.ts'
import type { ReportPage } from './page-data.ts'
import { trackSvg } from './plots.ts'
import { valueWords } from './words.ts'

const DRAWN = 8

/** Events of each tool that prints a line per event: how many a second, by whom, what failed, what was slow. */
export function eventsHtml({ report, before }: ReportPage): string {
  const { events } = report.facts
  const earlier = before?.report.facts.events ?? []
  const gone = earlier.filter(({ tool }) => !events.some(each => each.tool === tool))
  if (events.length + gone.length === 0)
    return '<p class="card none">not measured: no tool that prints a line per event in these inputs; checklist.sh runs some</p>'
  const cards = events.map(facts =>
    card(facts, before === undefined ? undefined : (earlier.find(({ tool }) => tool === facts.tool) ?? null)),
  )
  const missing = gone.map(
    ({ tool, rows }) =>
      `<div class="card"><h3>${escapeXml(tool)}</h3><p class="second">${formatValue(rows, 'events')} → not measured</p></div>`,
  )
  const left = cards.length + missing.length - DRAWN
  return `<div class="cards">${[...cards, ...missing].slice(0, DRAWN).join('\n')}</div>${left > 0 ? `<p class="second">${formatValue(left, 'tools')} more are in the appendix</p>` : ''}`
}

function rate({ rows, seconds }: EventFacts): string {
  return seconds > 0 ? `${valueWords(rows / seconds, '')} a second` : formatValue(rows, 'events')
}

function card(facts: EventFacts, before: EventFacts | null | undefined): string {
  const { tool, rows, failed, failures, comms, parents, track, slowest } = facts
  const earlier = before === undefined ? '' : `${before === null ? '-' : rate(before)} → `
  const failing =
    failed === 0
      ? ''
      : `<p class="said"><b class="look">▲ ${formatValue(failed, 'failed')}</b> <span class="second">${failures
          .slice(0, 3)
          .map(({ name, count }) => `${escapeXml(name)} (${count})`)
          .join(', ')}</span></p>`
  const most = comms[0]?.count ?? 1
  const bars = comms
    .map(
      ({ name, count }) =>
        `<tr data-task="${escapeXml(name)}"><td>${escapeXml(name === '' ? '(no name)' : name)}</td><td class="n">${formatValue(count, '')}</td><td class="meter"><svg class="bar" viewBox="0 0 100 3" preserveAspectRatio="none" aria-hidden="true"><rect width="${Math.round((100 * count) / most)}" height="3"/></svg></td></tr>`,
    )
    .join('')
  const from =
    parents.length === 0
      ? ''
      : `<p class="second">started by ${parents
          .slice(0, 3)
          .map(({ name, count }) => `process ${escapeXml(name)} (${formatValue(count, '')})`)
          .join(', ')}</p>`
  const slow = slowest.length === 0 ? '' : slowHtml(facts)
  return `<div class="card"><h3>${escapeXml(tool)} <span class="second">${earlier}${rate(facts)} · ${formatValue(rows, 'rows')}</span></h3>${failing}${track === undefined ? '' : trackSvg(track)}${bars === '' ? '' : `<table>${bars}</table>`}${from}${slow}</div>`
}

function slowHtml({ slowest }: EventFacts): string {
  const rows = slowest.map(
    ({ comm, what, seconds }) =>
      `<tr><td>${escapeXml(comm)}</td><td>${escapeXml(what)}</td><td class="n">${valueWords(seconds, 's')}</td></tr>`,
  )
  return `<details><summary>the slowest ${slowest.length}: ${valueWords(slowest[0]!.seconds, 's')} at most</summary><div class="wide" tabindex="0"><table>${rows.join('')}</table></div></details>`
}
