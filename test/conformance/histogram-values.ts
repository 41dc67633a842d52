import type { HistogramSeries, Parsed } from '../../src/model/index.ts'
import type { Comparison } from './multiset.ts'
import { compareMultisets } from './multiset.ts'

const HEADING = /^.*:\s*count\s+distribution\s*$/
const RANGE = /^\s*(\d+)\s*->\s*(\d+)\s*:\s*(\d+)\s*\|/
const VALUE = /^\s*(\d+)\s*:\s*(\d+)\s*\|/
const SECTION = /^\s*([A-Za-z][\w ]*?):? = b?'?(.*?)'?(?:\s+\[AVG \d+\])?\s*$/

/** Buckets that hold something, with their edges and counts, and the sections they stand under: as the text prints them and as they were read. */
export function histogramValues(text: string, parsed: Parsed): Comparison {
  const series = parsed.datasets.filter((dataset): dataset is HistogramSeries => dataset.kind === 'histograms')
  const printed = printedBuckets(text)
  const read = series.flatMap(readBuckets)
  const buckets = compareMultisets('bucket', printed.buckets, read)
  // a comm with a line break makes one section out of two lines; histograms that printed nothing have no series, so that only the invented ones count
  const sections = new Set(series.flatMap(({ key }) => key.split(', ').filter(part => / = [^\n]*$/.test(part))))
  const keys = compareMultisets('section', [...printed.keys], [...sections])
  const invented = printed.keys.size === 0 ? [] : keys.failures.filter(failure => failure.includes('invented'))
  return { compared: buckets.compared + sections.size, failures: [...buckets.failures, ...invented] }
}

function printedBuckets(text: string): { readonly buckets: string[]; readonly keys: ReadonlySet<string> } {
  const buckets: string[] = []
  const keys = new Set<string>()
  let inside = false
  for (const raw of text.split('\n')) {
    const line = raw.replace(/\r$/, '').replace(/^(?:\^C)+/, '')
    const section = SECTION.exec(line)
    if (section !== null) keys.add(`${section[1]!} = ${section[2]!.trim()}`)
    if (HEADING.test(line)) inside = true
    const range = inside ? RANGE.exec(line) : null
    const value = inside && range === null ? VALUE.exec(line) : null
    // beyond 2^53 ends are not exact in either
    if (range !== null && range[3] !== '0' && range[2]!.length < 16)
      buckets.push(`[${range[1]!}, ${Number(range[2]) + 1}) ${range[3]!}`)
    if (value !== null && value[2] !== '0') buckets.push(`[${value[1]!} ${value[2]!}`)
  }
  return { buckets, keys }
}

function readBuckets({ edges, counts, name }: HistogramSeries): string[] {
  const width = edges.length - 1
  const doubling = isDoubling(edges)
  const found: string[] = []
  for (let i = 0; i < counts.length; i++) {
    const low = edges[i % width]!
    const end = edges[(i % width) + 1]!
    if (counts[i] === 0 || end > 1e15) continue
    found.push(doubling && name !== '' ? `[${low}, ${end}) ${counts[i]!}` : `[${low} ${counts[i]!}`)
  }
  return found
}

/** Log2 edges print both ends; steps of linear histograms one. */
function isDoubling(edges: Float64Array): boolean {
  if (edges.length < 3) return edges[0] === 0 ? edges[1] !== 1 : edges[1] === 2 * edges[0]!
  return [...edges.slice(1)].every(edge => Number.isInteger(Math.log2(edge)))
}
