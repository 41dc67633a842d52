/**
 * Real bpftrace programs whose numbers are known because the program counts its own timer; read from its text and JSON. Only as root and where bpftrace
 * runs: else the tests are skipped, which the report shows.
 */
import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { parse } from '../../parsers/parse.ts'
import type { HistogramSeries, Parsed } from '../../src/model/index.ts'

const able =
  process.getuid?.() === 0 &&
  /@one: 1\n/.test(
    spawnSync('bpftrace', ['-e', 'BEGIN { @one = 1; exit(); }'], { encoding: 'utf8', timeout: 60_000 }).stdout ?? '',
  )

function run(program: string, json: boolean): Parsed {
  const { stdout } = spawnSync('bpftrace', [...(json ? ['-f', 'json'] : []), '-e', program], {
    encoding: 'utf8',
    timeout: 100_000,
  })
  return parse(stdout)
}

function valueIn(parsed: Parsed): number {
  const series = parsed.datasets.filter((one): one is HistogramSeries => one.kind === 'histograms')
  if (series.length > 0) {
    return series.reduce((all, one) => {
      const from = one.cumulative === true ? one.counts.length - (one.edges.length - 1) : 0
      return all + one.counts.slice(from).reduce((sum, count) => sum + count, 0)
    }, 0)
  }
  const table = parsed.datasets.find(one => one.kind === 'events' && one.name === '@')
  const column = table?.kind === 'events' ? table.columns.find(one => /^(?:count|value)$/.test(one.name)) : undefined
  return column?.type === 'number' ? column.values.reduce((sum, value) => sum + value, 0) : NaN
}

/** Rounds add 20, 9, 14, 3 and 11 events under changing keys; each is followed by `after`. */
function program(add: (key: string, count: number) => string, after: string): string {
  const rounds: readonly (readonly [string, number])[][] = [
    [
      ['"a"', 12],
      ['"b"', 8],
    ],
    [
      ['"a"', 2],
      ['"c"', 7],
    ],
    [
      ['"b"', 13],
      ['"a"', 1],
    ],
    [['"c"', 3]],
    [
      ['"a"', 10],
      ['"d"', 1],
    ],
  ]
  const blocks = rounds.map(
    (round, i) => `if ($i == ${i}) { ${round.map(([key, count]) => add(key, count)).join(' ')} print(@); ${after} }`,
  )
  return `BEGIN { @i = 0; } interval:ms:50 { $i = @i; ${blocks.join(' ')} @i = $i + 1; if ($i == 5) { clear(@i); exit(); } }`
}

const repeated =
  (statement: (key: string) => string) =>
  (key: string, count: number): string =>
    `unroll(${count}) { ${statement(key)} }`

describe.skipIf(!able)('real bpftrace', () => {
  const maps = {
    count: repeated(key => `@[${key}] = count();`),
    stats: repeated(key => `@[${key}] = stats(7);`),
    hist: repeated(() => '@ = hist(9);'),
    'keyed hist': repeated(key => `@[${key}] = lhist(9, 0, 100, 10);`),
  }
  for (const json of [false, true]) {
    for (const [name, add] of Object.entries(maps)) {
      test(`${name}, ${json ? 'json' : 'text'}: grows, is cleared, is zeroed`, () => {
        expect(valueIn(run(program(add, ''), json))).toBe(57)
        expect(valueIn(run(program(add, 'clear(@);'), json))).toBe(57)
        expect(valueIn(run(program(add, 'zero(@);'), json))).toBe(57)
      })
    }
  }
})
