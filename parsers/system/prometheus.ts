/**
 * Prometheus text exposition, as ebpf_exporter and node_exporter print it; histograms are cumulative over their buckets and over time:
 *
 *     # HELP ebpf_exporter_bio_latency_seconds Block IO latency histogram
 *     # TYPE ebpf_exporter_bio_latency_seconds histogram
 *     ebpf_exporter_bio_latency_seconds_bucket{device="sda",operation="read",le="1e-06"} 0
 *     ebpf_exporter_bio_latency_seconds_bucket{device="sda",operation="read",le="+Inf"} 39
 *     ebpf_exporter_bio_latency_seconds_sum{device="sda",operation="read"} 0.25
 *     ebpf_exporter_bio_latency_seconds_count{device="sda",operation="read"} 39
 *     node_load1 0.52 1395066363000
 *     bio_latency_seconds{device="sda"} {count:39,sum:0.25,bucket:[0.000001:0,+Inf:39]} st@1700000000.1      OpenMetrics 2.0
 *
 * A bucket `le` holds values up to and including its edge; here it becomes [edge before, edge). HELP and TYPE may be
 * missing (`curl | grep NAME`). Source: Prometheus exposition format 0.0.4, OpenMetrics 2.0.
 */
import type { Dataset, DiagnosticLog, HistogramSeries, Unit } from '../../src/model/index.ts'
import { RowSet } from '../build/row-set.ts'
import type { LineGrammar } from '../reading/line-format.ts'
import { lineFormat, mostLines } from '../reading/line-format.ts'
import type { CompositeValue } from './openmetrics-value.ts'
import { compositeValue, exposedNumber } from './openmetrics-value.ts'

interface Sample {
  readonly name: string
  readonly labels: readonly (readonly [string, string])[]
  readonly value: number
  /** A histogram or summary in one value; `value` is NaN then. */
  readonly composite: CompositeValue | undefined
  /** Seconds. */
  readonly time: number | undefined
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*/
const META_LINE = /^# (?:TYPE|HELP|UNIT) [a-zA-Z_:]/

export const prometheus = lineFormat({
  id: 'prometheus',
  title: 'Prometheus text exposition (ebpf_exporter)',
  talk: true,
  longest: 65_536,
  sniff: head =>
    head.lines.some(line =>
      /^# TYPE [a-zA-Z_:]\S* (?:counter|gauge|histogram|summary|untyped|unknown)\s*$/.test(line),
    ) ||
    head.lines.filter(line => /^[a-zA-Z_:][\w:]*_bucket\{.*le="/.test(line)).length >= 2 ||
    (head.lines.some(line => /^[a-zA-Z_:][\w:]*\{[a-zA-Z_]\w*="/.test(line)) &&
      mostLines(
        head,
        line => META_LINE.test(line) || line.startsWith('# EOF') || parseSample(line) !== undefined,
        1,
        1,
      )),
  grammar: exposition,
})

/** A sample line taken apart; undefined when it is none. Linear. */
export function parseSample(line: string): Sample | undefined {
  const name = NAME.exec(line)?.[0]
  if (name === undefined) return undefined
  const labels: [string, string][] = []
  let at = name.length
  if (line[at] === '{') {
    at++
    for (;;) {
      while (line[at] === ' ' || line[at] === ',') at++
      if (line[at] === '}') break
      const equals = line.indexOf('=', at)
      if (equals < 0) return undefined
      const label = line.slice(at, equals).trim()
      if (!/^[a-zA-Z_][\w]*$/.test(label) || line[equals + 1] !== '"') return undefined
      const parts: string[] = []
      at = equals + 2
      let from = at
      while (at < line.length && line[at] !== '"') {
        if (line[at] === '\\') {
          parts.push(line.slice(from, at), line[at + 1] === 'n' ? '\n' : (line[at + 1] ?? ''))
          at += 2
          from = at
        } else at++
      }
      if (at >= line.length) return undefined
      parts.push(line.slice(from, at++))
      labels.push([label, parts.join('')])
    }
    at++
  }
  const words = line
    .slice(at)
    .split(' # ')[0]!
    .trim()
    .split(/\s+/)
    .filter(word => !word.startsWith('st@'))
  const composite = words[0]!.startsWith('{') ? compositeValue(words[0]!) : undefined
  const value = composite === undefined ? exposedNumber(words[0]!) : NaN
  if (value === undefined || words.length > 2) return undefined
  const time = words[1] === undefined ? undefined : Number(words[1])
  return {
    name,
    labels,
    value,
    composite,
    time: time === undefined || Number.isNaN(time) ? undefined : time > 1e11 ? time / 1000 : time,
  }
}

interface Buckets {
  readonly name: string
  readonly key: string
  /** One per scrape: cumulative counts by edge. */
  readonly scrapes: { readonly time: number; readonly counts: Map<number, number> }[]
}

function exposition(log: DiagnosticLog): LineGrammar {
  const types = new Map<string, string>()
  const histograms = new Map<string, Buckets>()
  const metrics = new RowSet('metrics')
  return {
    line(line, n) {
      if (line.startsWith('#')) {
        const type = /^# TYPE (\S+) (\S+)/.exec(line)
        if (type !== null) types.set(type[1]!, type[2]!)
        if (!META_LINE.test(line) && !line.startsWith('# EOF'))
          log.note('comment', 'a comment', { severity: 'info', line: n, text: line })
        return true
      }
      const sample = parseSample(line)
      if (sample === undefined) return false
      const le = sample.labels.find(([label]) => label === 'le')
      if (sample.composite !== undefined) {
        composite(sample, sample.composite, n)
        return true
      }
      const edge = le === undefined ? undefined : exposedNumber(le[1])
      if (edge !== undefined && sample.name.endsWith('_bucket'))
        bucket(histograms, sample, sample.name.slice(0, -'_bucket'.length), edge)
      else
        metrics.add([
          ['METRIC', sample.name],
          ['LABELS', keyOf(sample.labels)],
          ['VALUE', sample.value],
          ...(sample.time === undefined ? [] : [['TIME', sample.time] as const]),
        ])
      return true
    },
    datasets() {
      const datasets: Dataset[] = [...histograms.values()].map(buckets => seriesOf(buckets, log))
      return metrics.length > 0 || datasets.length === 0
        ? [...datasets, metrics.finish({ tool: 'prometheus' }, new Map([['TIME', 's']]))]
        : datasets
    },
  }

  /** A histogram or summary in one sample: its buckets, and its other numbers as metrics of their own. */
  function composite(sample: Sample, { numbers, pairs, native }: CompositeValue, n: number): void {
    const row = (name: string, labels: Sample['labels'], value: number): void =>
      metrics.add([
        ['METRIC', name],
        ['LABELS', keyOf(labels)],
        ['VALUE', value],
        ...(sample.time === undefined ? [] : [['TIME', sample.time] as const]),
      ])
    for (const [edge, count] of pairs.get('bucket') ?? [])
      bucket(histograms, { ...sample, value: count }, sample.name, edge)
    for (const [share, value] of pairs.get('quantile') ?? [])
      row(sample.name, [...sample.labels, ['quantile', String(share)]], value)
    for (const [name, value] of numbers) row(`${sample.name}_${name}`, sample.labels, value)
    if (native)
      log.note('native-histogram', 'exponential buckets of a native histogram are not read; its count and sum are', {
        line: n,
        text: sample.name,
      })
  }
}

function bucket(histograms: Map<string, Buckets>, sample: Sample, name: string, edge: number): void {
  const key = keyOf(sample.labels.filter(([label]) => label !== 'le'))
  const id = `${name}\u0000${key}`
  let buckets = histograms.get(id)
  if (buckets === undefined) histograms.set(id, (buckets = { name, key, scrapes: [] }))
  let scrape = buckets.scrapes[buckets.scrapes.length - 1]
  if (scrape === undefined || scrape.counts.has(edge))
    buckets.scrapes.push((scrape = { time: sample.time ?? NaN, counts: new Map() }))
  scrape.counts.set(edge, sample.value)
}

/** Cumulative `le` counts as counts per bucket; the first bucket starts at 0, or is open when edges below 0 exist. */
function seriesOf({ name, key, scrapes }: Buckets, log: DiagnosticLog): HistogramSeries {
  const ends = new Set<number>()
  for (const scrape of scrapes) for (const edge of scrape.counts.keys()) ends.add(edge)
  const sorted = Float64Array.from(ends).sort()
  const first = sorted[0]! > 0 ? 0 : -Infinity
  const edges = Float64Array.from(sorted[0] === -Infinity ? sorted : [first, ...sorted])
  const width = edges.length - 1
  const counts = new Float64Array(scrapes.length * width)
  scrapes.forEach((scrape, row) => {
    let before = 0
    for (let j = 0; j < width; j++) {
      const at = scrape.counts.get(edges[j + 1]!) ?? before
      if (at < before) log.note('not-cumulative', `the buckets of ${name} do not rise with their edges`)
      counts[row * width + j] = Math.max(0, at - before)
      before = Math.max(before, at)
    }
  })
  const unit = unitOf(name)
  return {
    kind: 'histograms',
    name,
    key,
    unit,
    edges,
    time: Float64Array.from(scrapes, scrape => scrape.time),
    counts,
    ...(scrapes.length > 1 && { cumulative: true }),
    meta: { tool: 'prometheus' },
  }
}

function unitOf(name: string): Unit {
  const unit = /_(seconds|milliseconds|microseconds|nanoseconds|bytes)(?:_total)?$/.exec(name)?.[1]
  return unit === undefined
    ? ''
    : new Map([
        ['seconds', 's'],
        ['milliseconds', 'ms'],
        ['microseconds', 'us'],
        ['nanoseconds', 'ns'],
        ['bytes', 'bytes'],
      ]).get(unit)!
}

function keyOf(labels: Sample['labels']): string {
  return labels.map(([label, value]) => `${label} = ${value}`).join(', ')
}
