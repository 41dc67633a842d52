import { conversion } from '../../src/model/index.ts'
import type { Latency } from '../../src/ops/report/latency.ts'
import { binQuantile } from '../../src/stats/quantile.ts'
import { escapeXml } from '../markup/escape.ts'
import { formatShare, formatValue, rangeWords } from '../words/numbers.ts'
import type { ReportPage } from './page-data.ts'
import { gridSvg } from './plots.ts'
import { valueWords } from './words.ts'

/** More distributions than this are named, not drawn. */
const DRAWN = 8

/** One heat map for each tool that measures how long things take; before above after, on one scale. */
export function latencyHtml({ report, before }: ReportPage): string {
  const after = report.facts.latencies
  const earlier = before?.report.facts.latencies ?? []
  const key = ({ tool, name, key: split }: Latency): string => JSON.stringify([tool, name, split])
  const pairs = after.map(latency => [latency, earlier.find(each => key(each) === key(latency))] as const)
  const gone = earlier.filter(each => !after.some(latency => key(latency) === key(each)))
  if (pairs.length + gone.length === 0)
    return '<p class="card none">not measured: no histogram in these inputs; checklist.sh and hist.sh make some</p>'
  const cards = [
    ...pairs.map(([latency, old]) => card(latency, old, before !== undefined)),
    ...gone.map(each => card(undefined, each, true)),
  ]
  const left = cards.length - DRAWN
  return `<div class="cards">${cards.slice(0, DRAWN).join('\n')}</div>${left > 0 ? `<p class="second">${formatValue(left, 'distributions')} more are not drawn: bpfview hist</p>` : ''}`
}

function card(after: Latency | undefined, before: Latency | undefined, compared: boolean): string {
  const told = (after ?? before)!
  const name = [told.tool, told.name === told.tool ? '' : told.name, told.key].filter(word => word !== '').join(' ')
  const sides = compared
    ? ([
        ['before', before],
        ['after', after],
      ] as const)
    : ([['', after]] as const)
  const range = rowRange(sides.map(([, latency]) => latency))
  const most = Math.max(1, ...sides.map(([, latency]) => (latency === undefined ? 0 : greatest(latency))))
  return `<div class="card"><h3>${escapeXml(name)}</h3>${sides.map(([when, latency]) => (latency === undefined ? `<p class="second">${when}: -</p>` : sideHtml(latency, when, range, most))).join('')}</div>`
}

function greatest({ rows }: Latency): number {
  let most = 0
  for (const row of rows) for (const count of row) if (count > most) most = count
  return most
}

/** Edges in use by any of some distributions, in their own unit. */
function rowRange(latencies: readonly (Latency | undefined)[]): { low: number; high: number } {
  let [low, high] = [Infinity, -Infinity]
  for (const latency of latencies) {
    if (latency === undefined) continue
    latency.counts.forEach((count, j) => {
      if (!(count > 0)) return
      low = Math.min(low, latency.edges[j]!)
      high = Math.max(high, latency.edges[j + 1]!)
    })
  }
  return { low, high }
}

function sideHtml(latency: Latency, when: string, { low, high }: { low: number; high: number }, most: number): string {
  const { edges, unit, count, p50, p99, max, modes, seconds } = latency
  const first = Math.max(
    0,
    edges.findIndex((edge, j) => edge <= low && edges[j + 1]! > low),
  )
  const last = Math.max(
    first,
    edges.findLastIndex((edge, j) => j < edges.length - 1 && edge < high),
  )
  const height = last - first + 1
  const rows = latency.rows.filter(row => row.some(n => n > 0)).length > 0 ? latency.rows : [latency.counts]
  const counts = rows.flatMap(row => Array.from(row.subarray(first, last + 1)))
  const line = rows.map(row => {
    const { low: at } = binQuantile(edges, row, 0.99)
    return Number.isFinite(at) ? edges.indexOf(at) - first : -1
  })
  const label = `${latency.tool} ${when}: ${formatValue(count, 'events')}`
  const words = (bounds: { low: number; high: number }): string => rangeWords(bounds.low, bounds.high, unit)
  const several =
    modes.length > 1 ? ` · ${modes.map(mode => `${formatShare(mode.share, 1)} around ${words(mode)}`).join(', ')}` : ''
  const span = conversion(unit, 's') === undefined ? unit : ''
  return `<p class="second">${when === '' ? '' : `<b>${when}</b> `}p50 <b>${escapeXml(words(p50))}</b> · p99 <b>${escapeXml(words(p99))}</b> · max ${escapeXml(words(max))} · ${formatValue(count, 'events')}${escapeXml(several)}</p>
<div class="heat"><div class="axis"><span>${escapeXml(edgeWords(edges[last + 1]!, unit, span))}</span><span>${escapeXml(edgeWords(edges[first]!, unit, span))}</span></div><div class="cells" style="height:${Math.max(4, height) * 11}px">${gridSvg({ columns: rows.length, rows: height, counts, most, label, line })}</div></div>
<div class="scale inset"><span>0 s</span><span>${rows.length > 1 ? 'line: p99' : 'all of it'}</span><span>${Number.isFinite(seconds) ? valueWords(seconds, 's') : ''}</span></div>`
}

function edgeWords(edge: number, unit: string, span: string): string {
  if (edge === Infinity) return '∞'
  return edge === 0 ? `0 ${span}` : formatValue(edge, unit)
}
