import type { HistogramSeries } from '../../src/model/index.ts'
import { conversion, unitFact } from '../../src/model/index.ts'

/** One metric: a name with its buckets by key. */
interface Family {
  readonly unit: string
  readonly series: { readonly key: string; readonly edges: readonly number[]; readonly sums: readonly number[] }[]
}

/**
 * Histograms as OpenMetrics 1.0: cumulative buckets in seconds or bytes, without _count and _sum because the tools do not know the sum. Rows of a series are
 * added up, of a cumulative one the last counts. Source: prometheus/OpenMetrics, specification 1.0.
 */
export function* openMetrics(series: readonly HistogramSeries[]): Iterable<string> {
  const families = new Map<string, Family>()
  for (const one of series) {
    const { dimension } = unitFact(one.unit)
    const unit = dimension === 'time' ? 'seconds' : dimension === 'bytes' ? 'bytes' : ''
    const scale = unit === '' ? 1 : conversion(one.unit, unit === 'bytes' ? 'bytes' : 's')!
    const name = metricName(one, unit)
    let family = families.get(name)
    if (family === undefined) families.set(name, (family = { unit, series: [] }))
    const edges = Array.from(one.edges, edge => Number((edge * scale).toPrecision(15)))
    family.series.push({ key: one.key, edges, sums: bucketSums(one) })
  }
  for (const [name, { unit, series: all }] of families) {
    yield `# TYPE ${name} histogram\n`
    if (unit !== '') yield `# UNIT ${name} ${unit}\n`
    yield `# HELP ${name} A value equal to le counts in the next bucket.\n`
    const seen = new Map<string, number>()
    for (const { key, edges, sums } of all) {
      // keys may be the same in two inputs
      const same = seen.get(key) ?? 0
      seen.set(key, same + 1)
      const labels = `${key === '' ? '' : `key="${escaped(key)}",`}${same === 0 ? '' : `series="${same + 1}",`}`
      yield* buckets(`${name}_bucket{${labels}`, edges, sums)
    }
  }
  yield '# EOF\n'
}

function* buckets(start: string, edges: readonly number[], sums: readonly number[]): Iterable<string> {
  let below = 0
  for (let j = 0; j < sums.length; j++) {
    below += sums[j]!
    if (edges[j + 1] !== Infinity) yield `${start}le="${edges[j + 1]}"} ${below}\n`
  }
  yield `${start}le="+Inf"} ${below}\n`
}

function bucketSums({ edges, counts, time, cumulative }: HistogramSeries): number[] {
  const width = edges.length - 1
  const sums = new Array<number>(width).fill(0)
  for (let row = cumulative === true ? Math.max(0, time.length - 1) : 0; row < time.length; row++)
    for (let j = 0; j < width; j++) {
      const count = counts[row * width + j]!
      if (!Number.isNaN(count)) sums[j]! += count
    }
  return sums
}

/** `bpfview_NAME_UNIT` with only the letters that metrics may have. */
function metricName({ name, meta }: HistogramSeries, unit: string): string {
  const plain = `bpfview_${name === '' ? (meta.tool ?? 'histogram') : name}`
    .replace(/[^A-Za-z0-9_]+/g, '_')
    .replace(/_+$/, '')
  return unit === '' || plain.endsWith(`_${unit}`) ? plain : `${plain}_${unit}`
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
