/** Pictures of distributions: every count is drawn in its own bucket, quantiles name theirs, nothing of the input becomes markup. */
import fc from 'fast-check'
import { SaxesParser } from 'saxes'
import { describe, expect, test } from 'vitest'
import { HISTOGRAM_LAYOUTS, histogramSvg } from '../renderers/histogram/svg.ts'
import type { HistogramSeries } from '../src/model/index.ts'

function series(counts: readonly number[], more: Partial<HistogramSeries> = {}): HistogramSeries {
  const edges = Float64Array.from({ length: counts.length + 1 }, (_, i) => (i === 0 ? 0 : 2 ** i))
  return {
    kind: 'histograms',
    name: 'runqlat',
    key: '',
    unit: 'us',
    edges,
    time: Float64Array.of(NaN),
    counts: Float64Array.from(counts),
    meta: { tool: 'runqlat' },
    ...more,
  }
}

function wellFormed(svg: string): string[] {
  const elements: string[] = []
  const parser = new SaxesParser({ xmlns: true })
  parser.on('error', error => {
    throw error
  })
  parser.on('opentag', tag => {
    elements.push(tag.local)
    for (const [name, { value }] of Object.entries(tag.attributes)) {
      expect(name).not.toMatch(/^on|href/)
      expect(value, name).not.toMatch(/NaN|undefined|Infinity/)
    }
  })
  parser.write(svg).close()
  return elements
}

describe('distributions as SVG', () => {
  test('ticks of counts are whole, whatever the counts are', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 6 }), counts => {
        const svg = histogramSvg([series(counts.some(count => count > 0) ? counts : [1])])
        const ticks = [...svg.matchAll(/class="bd-second"[^>]*text-anchor="end"[^>]*>([^<]+)</g)].map(each => each[1]!)
        for (const tick of ticks) expect(tick).not.toMatch(/\./)
      }),
    )
  })
  test('trails stand on one scale, the most events first', () => {
    const svg = histogramSvg(
      [series([4, 0], { key: 'few' }), series([0, 40], { key: 'many' }), series([20, 0], { key: 'some' })],
      { layout: 'trails' },
    )
    const trails = [
      ...svg.matchAll(
        /<g class="bd-trail" data-total="(\d+)"><title>(\w+).*?<path class="bd-s0" d="M[\d.]+ ([\d.]+)([^"]*)"/g,
      ),
    ]
    expect(trails.map(([, , name]) => name)).toEqual(['many', 'some', 'few'])
    const rises = trails.map(
      ([, , , base, d]) => Number(base) - Math.min(...[...d!.matchAll(/V([\d.]+)/g)].map(v => Number(v[1]))),
    )
    expect(rises[1]! / rises[0]!).toBeCloseTo(20 / 40, 2)
    expect(rises[2]! / rises[0]!).toBeCloseTo(4 / 40, 2)
  })

  test('bold labels are measured as bold: the facts beside them begin after their end', () => {
    const svg = histogramSvg([series([0, 4], { key: 'rt-pool-worker1' }), series([0, 1], { key: 'WWWWmmmm' })])
    const headings = [
      ...svg.matchAll(
        /<text x="([\d.]+)"[^>]*font-weight="600"[^>]*>([^<]*)<\/text><text class="bd-second" x="([\d.]+)"/g,
      ),
    ]
    expect(headings.map(([, , label]) => label)).toEqual(['rt-pool-worker1', 'WWWWmmmm'])
    // advance widths of DejaVu Sans Bold, the widest of the fonts a picture asks for, at 12.5 px
    const ends = [110.9, 107.1]
    headings.forEach(([, x, , facts], i) => {
      expect(Number(facts) - Number(x)).toBeGreaterThan(ends[i]!)
    })
  })

  test('every count stands in a bar', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 1, maxLength: 30 }),
        fc.constantFrom('log', 'linear'),
        fc.constantFrom('log', 'linear'),
        (counts, x, y) => {
          const svg = histogramSvg([series(counts)], { x: x as 'log', y: y as 'log' })
          const drawn = [...svg.matchAll(/data-count="([\d.]+)"/g)].reduce((sum, match) => sum + Number(match[1]), 0)
          expect(drawn).toBe(counts.reduce((a, b) => a + b, 0))
          wellFormed(svg)
        },
      ),
    )
  })

  test('each layout takes any number of series, open ends, none at all', () => {
    const strange = [
      series([1, 2, 3]),
      series([0, 0, 0], { key: 'pid = 1' }),
      series([5, 0, 1], { key: '</svg><script>', edges: Float64Array.of(-Infinity, 0, 2, Infinity) }),
      series([1], { unit: 'bytes', name: 'sizes' }),
      series([7, 1], { unit: 'ms', key: 'in ms' }),
    ]
    for (const layout of HISTOGRAM_LAYOUTS) {
      for (let count = 0; count <= strange.length; count++)
        expect(wellFormed(histogramSvg(strange.slice(0, count), { layout }))).not.toContain('script')
    }
  })

  test('many: what has no entry in the legend is said, trails have their counts and an axis in sight', () => {
    const many = (n: number): HistogramSeries[] =>
      Array.from({ length: n }, (_, i) => series([1, i], { key: `cpu = ${i}` }))
    expect(histogramSvg(many(20), { layout: 'overlay' })).toContain(
      'and 2 more distributions; --layout trails names each',
    )
    expect(histogramSvg(many(18), { layout: 'overlay' })).not.toContain('more distributions')
    expect(histogramSvg(many(3), { layout: 'trails' })).toContain('>3 events · p50 2 to 4 µs · p99 2 to 4 µs<')
    const axes = (n: number): number => histogramSvg(many(n), { layout: 'trails' }).match(/>4 µs</g)!.length
    expect([axes(20), axes(21)]).toEqual([1, 2])
  })

  test('layouts by number, said totals, intervals', () => {
    expect(histogramSvg([series([1, 2])])).toContain('bd-bars')
    expect(histogramSvg([series([1, 2]), series([1])])).toContain('% of its events')
    expect(histogramSvg(Array.from({ length: 20 }, (_, i) => series([1, i], { key: `cpu = ${i}` })))).toContain(
      'bd-trail',
    )
    const both = series([1, 2, 10, 20], { edges: Float64Array.of(0, 2, 4), time: Float64Array.of(1, 2) })
    expect(histogramSvg([both])).toContain('33 events')
    expect(histogramSvg([{ ...both, cumulative: true }])).toContain('30 events')
  })

  test('a quantile is the bucket it lies in', () =>
    expect(histogramSvg([series([0, 0, 10])])).toContain('p99 4 to 8 µs'))
})
