/** Heat maps: every event in one drawn cell or one counted exclusion; buckets as the tool drew them; what nobody printed is missing, not zero. */

import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { SaxesParser } from 'saxes'
import { describe, expect, test } from 'vitest'
import { parse } from '../parsers/parse.ts'
import { packRuns, unpackRuns } from '../renderers/heat/client/pack.ts'
import { HEAT_LEVELS, heatFills, heatLevels } from '../renderers/heat/colours.ts'
import { heatMap, heatMapPage } from '../renderers/heat/heatmap.ts'
import { heatJson } from '../renderers/heat/json.ts'
import { infoOf, infoText } from '../renderers/listing/info.ts'
import { contrast, oklab } from '../renderers/markup/palette.ts'
import { textWidth, WIDTHS } from '../renderers/words/label.ts'
import type { Dataset, EventTable, HistogramSeries, SampleTable } from '../src/model/index.ts'
import { BpfviewError } from '../src/model/index.ts'
import { linearEdges, log2Edges, log10Edges, niceStep, quantumOf, stepEdges } from '../src/ops/heat/edges.ts'
import { eventHeat } from '../src/ops/heat/events.ts'
import { heatFigures } from '../src/ops/heat/figures.ts'
import type { HeatFigure } from '../src/ops/heat/heat.ts'
import { histogramHeat } from '../src/ops/heat/histograms.ts'
import { amountIn } from '../src/ops/heat/limits.ts'
import { traceHeat } from '../src/ops/heat/trace.ts'
import { cellOf, checkGrid } from '../src/ops/time/grid.ts'
import { bpfview } from './command.ts'

function events(rows: readonly (readonly [number, number, string?])[], unit = 'ms'): EventTable {
  return {
    kind: 'events',
    name: 'trace',
    tool: 'trace',
    length: rows.length,
    meta: {},
    columns: [
      { name: 'TIME', type: 'number', unit: 's', values: Float64Array.from(rows, row => row[0]) },
      { name: 'LAT', type: 'number', unit, values: Float64Array.from(rows, row => row[1]) },
      { name: 'COMM', type: 'text', values: rows.map(row => row[2] ?? '') },
    ],
  }
}

function histogram(
  edges: readonly number[],
  time: readonly number[],
  counts: readonly (readonly number[])[],
  more: Partial<HistogramSeries> = {},
): HistogramSeries {
  return {
    kind: 'histograms',
    name: 'biolatency',
    key: '',
    unit: 'us',
    edges: Float64Array.from(edges),
    time: Float64Array.from(time),
    counts: Float64Array.from(counts.flat()),
    meta: {},
    ...more,
  }
}

function drawn(figure: HeatFigure): number {
  return figure.panels.reduce(
    (all, panel) => all + panel.grid.counts.reduce((sum, cell) => sum + (cell > 0 ? cell : 0), 0),
    0,
  )
}

function excluded(figure: HeatFigure): number {
  return figure.exclusions.reduce((all, { count }) => all + count, 0)
}

const seconds = fc.oneof(
  fc.double({ min: 0, max: 1e5, noNaN: true }),
  fc.double({ min: 0, max: 1e5, noNaN: true }),
  fc.constantFrom(1e17, 1.7e9, 1e300, 1e-300),
)
const latency = fc.oneof(
  fc.double({ min: 0, max: 1e6, noNaN: true }),
  fc.constantFrom(0, 1, 2, 64, 1e-3, NaN),
  fc.integer({ min: 0, max: 100_000 }),
)

describe('edges', () => {
  test('a value lies in exactly one half-open cell', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        fc.constantFrom(0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10),
        (a, b, factor) => {
          const step = niceStep(Math.max(1e-3, Math.abs(a - b) / 50)) * factor
          const edges = stepEdges(Math.min(a, b), Math.max(a, b), step)
          for (const value of [a, b, ...edges.slice(0, -1)]) {
            const cell = cellOf(edges, value)
            expect(cell).toBeGreaterThanOrEqual(0)
            expect(cell).toBeLessThan(edges.length - 1)
            expect(edges[cell]! <= value && value < edges[cell + 1]!).toBe(true)
          }
        },
      ),
    )
  })

  test('edges are the doubles nearest to their decimal numbers', () => {
    expect([...stepEdges(0, 0.95, 0.1)]).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1])
    expect(cellOf(stepEdges(0, 1, 0.1), 0.3)).toBe(3)
  })

  test('log rows hold their range and are never narrower than what the values can tell apart', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1000 }),
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.constantFrom(1, 0.01, 0),
        (low, more, quantum) => {
          const edges = log10Edges(low, low + more, 10, quantum, true)
          expect(edges[0]).toBe(0)
          expect(edges[edges.length - 1]!).toBeGreaterThan(low + more)
          for (let i = 2; i < edges.length; i++)
            expect(edges[i]! - edges[i - 1]!).toBeGreaterThanOrEqual(quantum * 0.999)
        },
      ),
    )
    expect([...log2Edges(3, 64, true)]).toEqual([0, 2, 4, 8, 16, 32, 64, 128])
    expect(quantumOf([0.25, 1.5, 2])).toBe(0.01)
    expect(linearEdges(0, 100, 50).length).toBe(51)
    expect(linearEdges(0, 100, 50)[50]!).toBeGreaterThan(100)
  })
})

/** Writes typed columns as text: comparing grids of many cells value by value takes minutes. */
function columns(_key: string, value: unknown): unknown {
  return value instanceof Float64Array ? value.join(' ') : value
}

describe('events', () => {
  test('every event is in one cell or in one exclusion', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(seconds, latency), { minLength: 1, maxLength: 200 }),
        fc.constantFrom(undefined, 7, 'log', 'log2', 'linear'),
        fc.option(fc.integer({ min: 1e6, max: 1e11 }).map(millionths => millionths / 1e6)),
        (rows, kind, max) => {
          const table = events(rows)
          let figure: HeatFigure
          try {
            figure = eventHeat(table, {
              ...(kind !== undefined && { rows: kind as 'log' }),
              ...(max !== null && { max }),
            })
          } catch (error) {
            expect((error as BpfviewError).code).toBe('E_NO_DATA')
            return
          }
          for (const panel of figure.panels) checkGrid(panel.grid)
          expect(drawn(figure) + excluded(figure)).toBe(rows.length)
          expect(figure.panels.reduce((all, panel) => all + panel.total, 0)).toBe(drawn(figure))
        },
      ),
    )
  })

  test('the order of the events does not matter', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(seconds, latency), { minLength: 1, maxLength: 60 }), rows => {
        const once = heatFiguresOr([events(rows)])
        const again = heatFiguresOr([events([...rows].reverse())])
        expect(JSON.stringify(again, columns)).toBe(JSON.stringify(once, columns))
      }),
    )
  })

  test('panels of a split add up to the whole, the smallest share the last', () => {
    const rows = Array.from({ length: 300 }, (_, i): [number, number, string] => [i / 10, 1 + (i % 17), `t${i % 9}`])
    const whole = eventHeat(events(rows))
    const split = eventHeat(events(rows), { split: 'comm', panels: 4 })
    expect(split.panels.map(panel => panel.key)).toEqual(['t0', 't1', 't2', '6 others'])
    expect(drawn(split)).toBe(drawn(whole))
    expect([...split.panels[0]!.grid.y]).toEqual([...whole.panels[0]!.grid.y])
  })

  test('what is not drawn is said with its reason', () => {
    const figure = eventHeat(
      events([
        [1, 5],
        [NaN, 5],
        [2, NaN],
        [3, 99],
        [4, 1],
        [20, 5],
      ]),
      { max: 50, min: 2, range: { to: { seconds: 10, sinceStart: false } } },
    )
    expect(figure.exclusions).toEqual([
      { reason: 'no time', count: 1 },
      { reason: 'no LAT', count: 1 },
      { reason: 'LAT above 50 ms', count: 1 },
      { reason: 'LAT below 2 ms', count: 1 },
      { reason: 'outside the time range', count: 1 },
    ])
    expect(drawn(figure)).toBe(1)
  })

  test('percentiles are those of all events, drawn or not', () => {
    const figure = eventHeat(events(Array.from({ length: 101 }, (_, i) => [1.5, i])), { max: 50 })
    const line = figure.panels[0]!.lines
    expect(line.map(({ overall }) => overall.value)).toEqual([50, 90, 99, 100])
  })

  test('limits take units', () => {
    const table = events([[1, 5]])
    expect(amountIn('50', [table])).toBe(50)
    expect(amountIn('1500us', [table])).toBe(1.5)
    expect(() => amountIn('5 MB', [table])).toThrow(/where values are in ms/)
    expect(() => amountIn('fast', [table])).toThrow(/expected a number/)
  })

  test('more cells than a screen shows are refused, not tried', () => {
    expect(() =>
      eventHeat(
        events([
          [0, 1],
          [1e9, 2],
        ]),
        { step: 1e-9 },
      ),
    ).toThrow(/expected at most 20000/)
    expect(() =>
      eventHeat(
        events([
          [0, 1],
          [1, 1e18],
        ]),
        { rowStep: 1e-9 },
      ),
    ).toThrow(/expected at most 20000/)
    expect(() =>
      eventHeat(
        events([
          [0, 1],
          [1, 2],
        ]),
        { step: 1e-9, origin: 0 },
      ),
    ).toThrow(/expected at most 20000/)
    expect(() =>
      eventHeat(
        events([
          [0, 1],
          [19_000, 2],
        ]),
        { step: 1, rows: 5000 },
      ),
    ).toThrow('19001 columns of 5000 rows; expected at most 8388608 cells: fewer rows, a longer step or a shorter time')
    const panels = Array.from({ length: 1000 }, (_, i): [number, number, string] => [i, i, String(i)])
    expect(() => eventHeat(events(panels), { split: 'COMM', panels: 1000, step: 1, rows: 100 })).toThrow(
      /1000 columns of 100 rows in 1000 panels; expected at most/,
    )
  })

  test('wrong columns are named with those there are', () => {
    expect(() => eventHeat(events([[1, 2]]), { column: 'x' })).toThrow(
      'no column "x"; expected one of "TIME", "LAT", "COMM"',
    )
    expect(() => eventHeat(events([[1, 2]]), { column: 'COMM' })).toThrow(/holds text/)
    expect(eventHeat(events([[1, 2]]), { column: 'lat(ms)' }).name).toBe('LAT')
  })
})

function heatFiguresOr(datasets: readonly Dataset[]): unknown {
  try {
    return heatFigures(datasets).map(figure => ({
      ...figure,
      exclusions: [...figure.exclusions].sort((a, b) => (a.reason < b.reason ? -1 : 1)),
    }))
  } catch (error) {
    return (error as BpfviewError).code
  }
}

describe('histograms', () => {
  const counts = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 5, maxLength: 5 })

  test('every count is in one cell or in one exclusion, whatever the rows and limits', () => {
    fc.assert(
      fc.property(
        fc.array(counts, { minLength: 1, maxLength: 30 }),
        fc.constantFrom<number | 'log2' | 'linear' | undefined>(2, 'log2', 'linear', undefined),
        fc.option(fc.integer({ min: 1, max: 40 })),
        (rows, kind, max) => {
          const series = histogram(
            [0, 2, 4, 8, 16, 32],
            rows.map((_, i) => 100 + i),
            rows,
          )
          const total = rows.flat().reduce((a, b) => a + b, 0)
          if (total === 0) return expect(() => histogramHeat([series])).toThrow(BpfviewError)
          const figure = histogramHeatOr(series, {
            ...(kind !== undefined && { rows: kind }),
            ...(max !== null && { max }),
          })
          if (figure !== undefined) expect(drawn(figure) + excluded(figure)).toBe(total)
        },
      ),
    )
  })

  test('distributions that are added up are said to be, unless they have panels of their own', () => {
    const disks = ['vda', 'vdb'].map(disk => ({
      ...histogram(
        [0, 2, 4],
        [1, 2],
        [
          [1, 0],
          [0, 2],
        ],
      ),
      key: `disk = ${disk}`,
    }))
    expect(histogramHeat(disks).notes).toEqual(['2 distributions together'])
    expect(histogramHeat(disks.slice(1)).notes).toEqual([])
    expect(histogramHeat(disks, { split: 'disk' }).notes).toEqual([])
  })

  test('rows are the buckets the tool drew, even when more rows are asked for', () => {
    const figure = histogramHeat(
      [
        histogram(
          [0, 2, 4, 8, 16, 32],
          [1, 2],
          [
            [0, 3, 0, 1, 0],
            [0, 0, 2, 0, 0],
          ],
        ),
      ],
      { rows: 50 },
    )
    expect([...figure.panels[0]!.grid.y]).toEqual([2, 4, 8, 16])
    expect(figure.notes.join()).toMatch(/3 buckets/)
    expect(figure.bucketed).toBe(true)
    expect(figure.panels[0]!.lines[0]!.columns[0]).toMatchObject({ low: 2, high: 4 })
  })

  test('cumulative snapshots become differences; a fall is a restart', () => {
    const figure = histogramHeat([
      histogram(
        [0, 2, 4],
        [10, 11, 12, 13],
        [
          [1, 1],
          [4, 1],
          [4, 6],
          [1, 0],
        ],
        { cumulative: true },
      ),
    ])
    expect([...figure.panels[0]!.grid.counts]).toEqual([1, 1, 3, 0, 0, 5, 1, 0])
    expect(figure.notes.join()).toMatch(/restart/)
  })

  test('several scrapes are snapshots of one counter', () => {
    const scrape = (time: number, counts: readonly number[]): HistogramSeries =>
      histogram([0, 1, 2, Infinity], [time], [counts], { cumulative: true, key: 'device = sda, operation = read' })
    const [figure] = heatFigures([scrape(130, [5, 5, 1]), scrape(100, [1, 0, 0]), scrape(110, [3, 0, 0])])
    expect([...figure!.panels[0]!.grid.counts]).toEqual([1, 0, 0, 2, 0, 0, 2, 5, 1])
    expect(heatFigures([scrape(1, [1, 0, 0])], { split: 'operation' })[0]!.panels[0]!.key).toBe('read')
    expect(heatFigures([scrape(1, [1, 0, 0])], { split: 'device' })[0]!.panels[0]!.key).toBe('sda')
  })

  test('intervals that nobody printed are missing, those printed empty are zero', () => {
    const figure = histogramHeat([
      histogram(
        [0, 2, 4],
        [10, 20, 50, 60],
        [
          [1, 0],
          [0, 0],
          [1, 2],
          [3, 0],
        ],
      ),
    ])
    const { x, counts } = figure.panels[0]!.grid
    expect([...x]).toEqual([0, 10, 20, 40, 50, 60])
    expect([...counts]).toEqual([1, 0, 0, 0, NaN, NaN, 1, 2, 3, 0])
  })

  test('a clock of whole seconds may skip one without a gap', () => {
    const figure = histogramHeat([histogram([0, 2], [10, 11, 13, 14, 15], [[1], [1], [1], [1], [1]])])
    expect([...figure.panels[0]!.grid.counts]).toEqual([1, 1, 1, 1, 1])
  })

  test('intervals printed with the same time stay apart', () => {
    const figure = histogramHeat([histogram([0, 2], [10, 10, 11, 12], [[1], [2], [3], [4]])])
    expect([...figure.panels[0]!.grid.counts]).toEqual([1, 2, 3, 4])
  })

  test('series without times are drawn by interval', () => {
    const figure = histogramHeat([histogram([0, 2], [NaN, NaN], [[1], [2]])])
    expect(figure.x.unit).toBe('')
    expect([...figure.panels[0]!.grid.x]).toEqual([0, 1, 2])
  })

  test('scales of different series share the edges that cut no bucket', () => {
    const a = histogram([0, 10, 20], [1], [[5, 0]], { key: 'disk = a' })
    const b = histogram([0, 5, 15, 20], [1], [[1, 1, 0]], { key: 'disk = b' })
    const figure = histogramHeat([a, b])
    expect(drawn(figure)).toBe(7)
    expect([...figure.panels[0]!.grid.y]).toEqual([0, 15])
  })

  test('hundreds of thousands of histograms are no list of arguments', () => {
    const one = histogram([0, 1, 2], [NaN], [[1, 0]])
    const series = Array.from({ length: 200_000 }, (_, i): HistogramSeries => ({ ...one, key: `disk = ${i}` }))
    expect(drawn(histogramHeat(series))).toBe(200_000)
    const lines = infoText(
      'x',
      infoOf({ format: 'bpftrace', datasets: series, diagnostics: [], skippedLines: 0, lost: 0 }),
    ).split('\n')
    expect(lines.filter(line => line.includes('histograms'))).toHaveLength(200_000)
  })

  test('a scale of many buckets is drawn whole', () => {
    const edges = Array.from({ length: 100_001 }, (_, i) => i)
    const figure = histogramHeat([histogram(edges, [1], [edges.slice(1).map(() => 1)])])
    expect(drawn(figure)).toBe(100_000)
  })

  test('a split by the key of the tool', () => {
    const figure = histogramHeat(
      [histogram([0, 2], [1], [[5]], { key: 'disk = a' }), histogram([0, 2], [1], [[7]], { key: 'disk = b' })],
      { split: 'disk' },
    )
    expect(figure.panels.map(panel => [panel.key, panel.total])).toEqual([
      ['b', 7],
      ['a', 5],
    ])
    expect(() => histogramHeat([histogram([0, 2], [1], [[5]])], { split: 'disk' })).toThrow(/no key "disk"/)
  })

  test('open ends stay open', () => {
    const figure = histogramHeat([
      histogram(
        [-Infinity, 0, 2, Infinity],
        [1, 2],
        [
          [1, 0, 2],
          [0, 1, 0],
        ],
      ),
    ])
    expect(drawn(figure)).toBe(4)
    expect(heatMap([figure])).toContain('under')
  })
})

function histogramHeatOr(
  series: HistogramSeries,
  options: Parameters<typeof histogramHeat>[1],
): HeatFigure | undefined {
  try {
    return histogramHeat([series], options)
  } catch (error) {
    expect((error as BpfviewError).code).toBe('E_NO_DATA')
    return undefined
  }
}

describe('levels', () => {
  test('readings per CPU: 100 less idle, rows of all CPUs counted as left out', () => {
    const table: EventTable = {
      kind: 'events',
      name: 'mpstat',
      tool: 'mpstat',
      length: 6,
      meta: {},
      columns: [
        { name: 'time', type: 'number', unit: 'clock', values: Float64Array.from([10, 10, 10, 11, 11, 11]) },
        { name: 'CPU', type: 'text', values: ['all', '0', '1', 'all', '0', '1'] },
        { name: '%iowait', type: 'number', unit: '%', values: Float64Array.from([0, 0, 10, 0, 0, 0]) },
        { name: '%idle', type: 'number', unit: '%', values: Float64Array.from([50, 100, 0, 50, 25, 75]) },
      ],
    }
    const [figure] = heatFigures([table])
    expect(figure!.cells).toBe('level')
    expect([...figure!.panels[0]!.grid.counts]).toEqual([0, 90, 75, 25])
    expect(figure!.exclusions).toEqual([{ reason: 'readings of all CPUs together', count: 2 }])
    expect(heatFigures([table], { column: '%iowait' })[0]!.panels[0]!.grid.counts[1]).toBe(10)
  })

  test('run queue lengths per CPU become their means', () => {
    const lengths = (cpu: number, rows: readonly (readonly number[])[]): HistogramSeries =>
      histogram([0, 1, 2, 3], [5, 6], rows, { name: 'runqlen', key: `cpu = ${cpu}`, unit: '' })
    const [figure] = heatFigures([
      lengths(0, [
        [1, 0, 1],
        [4, 0, 0],
      ]),
      lengths(1, [
        [0, 2, 0],
        [0, 0, 2],
      ]),
    ])
    expect([...figure!.panels[0]!.grid.counts]).toEqual([1, 1, 0, 2])
    expect(figure!.y.labels).toEqual(['0', '1'])
  })

  test('samples by CPU', () => {
    const samples: SampleTable = {
      kind: 'samples',
      name: 'cycles',
      value: { name: 'cycles', unit: 'samples' },
      meta: {},
      stacks: {
        frames: { name: [], module: [], kind: new Uint8Array() },
        parent: Int32Array.of(-1),
        frame: Int32Array.of(-1),
      },
      time: Float64Array.of(1, 1.5, 2, NaN),
      stack: new Int32Array(4),
      weight: new Float64Array(4).fill(1),
      cpu: Int32Array.of(0, 3, -1, 0),
    }
    const [figure] = heatFigures([samples])
    expect(drawn(figure!)).toBe(2)
    expect(excluded(figure!)).toBe(2)
    expect(figure!.y.labels).toEqual(['0', '3'])
  })
})

const EXAMPLE = '../shared/peers/heatmap/example-trace.txt'

describe('trace2heatmap', () => {
  const options = { unitstime: 'us', unitslabel: 'us', minlat: 0, rows: 50, stepsec: 1 }

  test('the last column and the slowest row are there', () => {
    const figure = traceHeat(
      parse('0 10\n1000000 20\n2000000 30\n2500000 1000\n', { format: 'pairs' }).datasets,
      options,
    )
    expect(drawn(figure)).toBe(4)
    expect(figure.panels[0]!.grid.x.length - 1).toBe(3)
    expect(figure.panels[0]!.grid.y[1]).toBe(20)
  })

  test('small ranges, one event and limits work', () => {
    expect(
      drawn(traceHeat(parse('1 0.5\n2 0.25\n', { format: 'pairs' }).datasets, { ...options, unitstime: 's' })),
    ).toBe(2)
    expect(drawn(traceHeat(parse('1 0.5\n', { format: 'pairs' }).datasets, options))).toBe(1)
    const cut = traceHeat(parse('t us\n0 5\n1 50\n2 500\n9 50\n', { format: 'pairs' }).datasets, {
      ...options,
      unitstime: 's',
      minlat: 10,
      maxlat: 50,
      maxcol: 5,
    })
    expect(drawn(cut)).toBe(1)
    expect(excluded(cut)).toBe(3)
  })

  describe.skipIf(!existsSync(EXAMPLE))('the example of the peer', () => {
    test('cell by cell what its arithmetic gives, nothing left out', () => {
      const text = readFileSync(EXAMPLE, 'utf8')
      const rows = text
        .trim()
        .split('\n')
        .slice(1)
        .map(line => line.split(' ').map(Number) as [number, number])
      const figure = traceHeat(parse(text, { format: 'pairs' }).datasets, options)
      const step = Math.floor(Math.max(...rows.map(row => row[1])) / 50)
      const expected = new Map<string, number>()
      for (const [time, value] of rows) {
        const key = `${Math.floor((time - rows[0]![0]) / 1e6)} ${Math.floor(value / step)}`
        expected.set(key, (expected.get(key) ?? 0) + 1)
      }
      const { counts, y } = figure.panels[0]!.grid
      const height = y.length - 1
      const found = new Map<string, number>()
      counts.forEach((count, i) => {
        if (count > 0) found.set(`${Math.floor(i / height)} ${i % height}`, count)
      })
      expect(found).toEqual(expected)
      expect(drawn(figure)).toBe(rows.length)
    })
  })
})

describe('pictures', () => {
  test('no name of an axis lies over a label of a tick', async () => {
    const { stdout } = await bpfview(['heat', 'fixtures/captures/disk-biolatency/biolatency.txt.gz', '--no-script'])
    const name = Number(/translate\(([\d.]+) [\d.]+\) rotate\(-90\)"[^>]*>latency</.exec(stdout)![1])
    const labels = [...stdout.matchAll(/class="bv-second" x="([\d.]+)"[^>]*text-anchor="end"[^>]*>([^<]+)</g)]
    expect(labels.length).toBeGreaterThan(10)
    // the name is turned: it stands on its line and reaches as far to the right as its letters hang
    for (const [, x, label] of labels)
      expect(Number(x) - (textWidth(label!, WIDTHS) * 12) / 100).toBeGreaterThan(name + 3)
  })
  const hostile = '</script><img src=x onerror=alert(1)>]]>&"\u0001\u202e'
  const figure = eventHeat(
    {
      ...events([
        [1, 5, hostile],
        [2, 50, 'b'],
        [3, 5000, 'b'],
      ]),
      tool: hostile,
      name: hostile,
    },
    { split: 'COMM' },
  )

  test('well-formed, and names are text', () => {
    for (const svg of [
      heatMap([figure]),
      heatMap([figure], { script: false }),
      heatMap([figure, figure], { title: hostile, gridLines: true, boxSize: 8, accumulate: true }),
    ]) {
      const elements: string[] = []
      const parser = new SaxesParser({ xmlns: true })
      parser.on('error', error => {
        throw error
      })
      parser.on('opentag', tag => {
        elements.push(tag.local)
        for (const [name, { value }] of Object.entries(tag.attributes)) {
          expect(name).not.toMatch(/^on|href/)
          if (name !== 'aria-label') expect(value).not.toContain('onerror')
        }
      })
      parser.write(svg).close()
      expect(elements).not.toContain('img')
    }
    expect(heatMapPage([figure])).not.toContain('<img')
  })

  test('no script where none is wanted, and the same bytes each time', () => {
    const still = heatMap([figure], { script: false })
    expect(still).not.toContain('<script')
    expect(still).toContain('<title>')
    expect(heatMap([figure])).toBe(heatMap([figure]))
  })

  test('the sum of the cells in the picture is what was counted', () => {
    const rows = Array.from({ length: 500 }, (_, i): [number, number] => [i / 25, 1 + ((i * 7919) % 1000)])
    const svg = heatMap([eventHeat(events(rows))])
    const sum = [...svg.matchAll(/data-count="(\d+)"/g)].reduce((all, match) => all + Number(match[1]), 0)
    expect(sum).toBe(500)
  })

  test('a picture of hardly anything is small, however large its grid', () => {
    const svg = heatMap([
      eventHeat(
        events([
          [0, 1],
          [9000, 2],
        ]),
        { step: 1, rows: 500 },
      ),
    ])
    expect(svg.length).toBeLessThan(500_000)
    expect(/counts&quot;:\[(?:1,)?\[0,/.test(svg)).toBe(true)
  })

  test('what the script gets are the counts, packed', () => {
    const count = fc.oneof(fc.constantFrom(0, 0, 0, NaN, NaN, 1), fc.integer({ min: -5, max: 1e9 }))
    fc.assert(
      fc.property(fc.array(count, { maxLength: 60 }), counts => {
        const packed = JSON.parse(JSON.stringify(packRuns(Float64Array.from(counts)))) as ReturnType<typeof packRuns>
        expect(unpackRuns(packed)).toEqual(counts.map(each => (Number.isNaN(each) ? null : each)))
      }),
    )
  })

  test('the scale in words, exclusions and missing intervals are said', () => {
    const gap = histogramHeat([
      histogram(
        [0, 2, 4],
        [10, 20, 50, 60],
        [
          [1, 0],
          [0, 0],
          [1, 2],
          [3, 0],
        ],
      ),
    ])
    const svg = heatMap([gap], { colours: 'rank' })
    expect(svg).toContain('colours by rank')
    expect(svg).toContain('missing')
    expect(svg).toContain('bv-missing')
    expect(
      heatMap([
        eventHeat(
          events([
            [1, 5],
            [2, 60],
          ]),
          { max: 50 },
        ),
      ]),
    ).toContain('not drawn: 1: LAT above 50 ms')
  })

  test('json holds the grid and what was left out', () => {
    const [parsed] = JSON.parse(
      [
        ...heatJson([
          histogramHeat([
            histogram(
              [-Infinity, 2, 4],
              [10, 30, 60],
              [
                [1, 0],
                [0, 0],
                [0, 1],
              ],
            ),
          ]),
        ]),
      ].join(''),
    ) as Record<string, unknown>[]
    expect(parsed).toMatchObject({
      y: { unit: 'us', edges: ['-Infinity', 2, 4] },
      x: { edges: [0, 10, 30, 60] },
      total: 2,
      counts: [
        [1, 0],
        [0, 0],
        [0, 1],
      ],
      exclusions: [],
    })
  })

  test('colours: even steps of lightness, apart from the page', () => {
    const fills = heatFills()
    expect(fills.length).toBe(HEAT_LEVELS)
    for (const theme of ['light', 'dark'] as const) {
      const steps = fills.slice(1).map((fill, i) => oklab(fill[theme])[0] - oklab(fills[i]![theme])[0])
      for (const step of steps) expect(Math.abs(step)).toBeGreaterThan(0.015)
      expect(contrast(fills[HEAT_LEVELS - 1]!.light, '#ffffff')).toBeGreaterThan(7)
      expect(contrast(fills[HEAT_LEVELS - 1]!.dark, '#14171c')).toBeGreaterThan(7)
    }
    expect([...heatLevels([0, NaN, 1, 10, 100], 'log', 100, 11)]).toEqual([-1, -1, 0, 5, 10])
    expect([...heatLevels([0, 1, 50, 100, 500], 'linear', 100, 11)]).toEqual([-1, 0, 5, 10, 10])
    expect([...heatLevels([5, 5, 7, 900], 'rank', 900, 11)]).toEqual([0, 0, 5, 10])
  })
})
