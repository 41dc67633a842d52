/** Numbers of benchmarks and counters: what one run is, what is tested, and what check and diff say. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from '../parsers/index.ts'
import { scalarSvg } from '../renderers/check/ratio-svg.ts'
import type { EventTable } from '../src/model/index.ts'
import type { Measurement } from '../src/ops/compare/measurements.ts'
import { measurementsOf } from '../src/ops/compare/measurements.ts'
import { defaultPolicy } from '../src/ops/compare/policy.ts'
import type { ScalarCheck } from '../src/ops/compare/scalars.ts'
import { compareScalars } from '../src/ops/compare/scalars.ts'
import { hodgesLehmann, mannWhitney } from '../src/stats/mann-whitney.ts'
import { randomNormal, randomSource } from '../src/stats/random.ts'
import { bpfview, scratch } from './command.ts'

const dir = scratch()

function tables(path: string): EventTable[] {
  return parse(readFileSync(path)).datasets as EventTable[]
}

function measured(path: string, runs?: 'processes' | 'repetitions'): Measurement[] {
  return measurementsOf([tables(path)], runs)
}

describe('Mann-Whitney and Hodges-Lehmann', () => {
  test('exact p-values', () => {
    // two over the number of ways to choose: C(8,4) = 70, C(16,8) = 12870
    expect(mannWhitney([1, 2, 3, 4], [5, 6, 7, 8])).toBeCloseTo(2 / 70, 12)
    expect(mannWhitney([9, 10, 11, 12, 13, 14, 15, 16], [1, 2, 3, 4, 5, 6, 7, 8])).toBeCloseTo(2 / 12870, 12)
    // U = 1: the two lowest of 70
    expect(mannWhitney([1, 2, 3, 5], [4, 6, 7, 8])).toBeCloseTo(4 / 70, 12)
    expect(mannWhitney([1, 4], [2, 3])).toBe(1)
    expect(mannWhitney([5, 5, 5], [5, 5, 5])).toBe(1)
  })
  // p by going through all choices of ranks, and where there are no ties by scipy 1.10's mannwhitneyu, which agreed
  test.each([
    [[102, 101, 102, 101], [103, 103, 103, 103], 0.02857142857142857],
    [[100, 103, 101, 100], [102, 101, 103, 104, 102, 104, 101], 0.10303030303030303],
    [[104, 101, 100, 105, 101], [105, 104, 103, 105, 103], 0.2698412698412698],
    [[100, 101, 104, 104, 103, 101, 101, 100], [101, 102, 102, 102, 102, 103, 103, 102], 0.4354312354312354],
    [
      [652, 997, 794, 740, 309, 286, 1063, 1091],
      [1140, 634, 1422, 1421, 1348, 825, 738, 455, 802],
      0.23587001234060057,
    ],
    [
      [106, 102, 102, 104, 101, 105, 104, 109, 109, 100],
      [113, 114, 115, 109, 105, 108, 109, 108, 111, 115],
      0.0010716837342224339,
    ],
    [[101, 100, 101], [101, 100, 100, 101, 100, 101, 101, 100], 1],
    [[104, 106, 103, 102, 103, 104, 106, 100, 103], [102, 107, 103, 106, 103, 102, 108, 103], 0.762813656931304],
    [
      [1051, 939, 1064, 573, 452, 624, 463, 1014, 637, 356],
      [1227, 906, 543, 1036, 1199, 1232, 1249, 809, 1313, 735],
      0.028805559765312086,
    ],
    [[100, 101, 100, 100, 101, 102], [103, 102, 101, 102, 102, 103, 103, 101, 102, 103], 0.00924075924075924],
  ])('p of %j and %j', (a, b, p) => {
    expect(mannWhitney(a, b)).toBeCloseTo(p, 12)
    expect(mannWhitney(b, a)).toBeCloseTo(p, 12)
  })
  test('many values: exact up to 50 a side, with ties the normal distribution from 26 on (scipy: 0.00120703, 0.104515)', () => {
    const even = Array.from({ length: 40 }, (_, i) => 2 * i)
    const odd = Array.from({ length: 50 }, (_, i) => 2.2 * i + 7.05)
    expect(mannWhitney(even, odd)).toBeCloseTo(0.001207029114289086, 12)
    const tied = Array.from({ length: 30 }, (_, i) => 100 + ((i * 7) % 11))
    const others = Array.from({ length: 28 }, (_, i) => 101 + ((i * 5) % 13))
    expect(mannWhitney(tied, others)).toBeCloseTo(0.10451489617685204, 9)
  })
  // shifts that scipy's exact test at 5% does not reject
  test.each([
    [
      [95.82, 100.63, 94.45, 103.83, 108.84, 100.94, 98.46, 94.81],
      [104.66, 102.1, 105.84, 100.04, 107.58, 108.77, 99.54, 105.76],
      [5.015, -0.59, 9.94],
    ],
    [
      [99.5, 103.71, 98.03, 92.69, 97.48, 102.71, 97.32, 102.69],
      [109.13, 96.09, 110.38, 100.93, 106.1, 104.75, 107.64, 102.72, 106.57, 107.3],
      [6.43, 2.39, 9.98],
    ],
    [
      [102.01, 102.62, 100.61, 95.35, 99.64, 96.82, 101.14, 96.48, 102.9, 101.6],
      [110.66, 106.07, 106.56, 103.11, 102.13, 108.78, 104.54, 105.8, 105.04, 106.57],
      [5.445, 3.4, 9.06],
    ],
  ])('shift of %j to %j and its interval', (a, b, [shift, low, high]) => {
    const found = hodgesLehmann(a, b)
    expect(found.shift).toBeCloseTo(shift!, 9)
    expect(found.low).toBeCloseTo(low!, 9)
    expect(found.high).toBeCloseTo(high!, 9)
  })
  test('the shift is the median of all differences, inside its interval', () => {
    expect(hodgesLehmann([1, 2, 4], [11, 13, 15]).shift).toBe(11)
    const { shift, low, high } = hodgesLehmann([1, 2, 3, 4, 5, 6, 7, 8], [11, 12, 13, 14, 15, 16, 17, 18])
    expect([shift, low < shift, high > shift]).toEqual([10, true, true])
    expect(hodgesLehmann([1, 2], [3, 4]).low).toBe(-Infinity)
  })
})

describe('runs', () => {
  test('repetitions inside a process are one run, unless asked for', () => {
    const [parsed] = measured('fixtures/go-bench/two.txt').filter(each => each.metric === 'ns/op')
    expect([parsed!.benchmark, parsed!.values]).toEqual(['example.com/parse.Parse/size=10-8', [1046.5]])
    expect(measured('fixtures/go-bench/two.txt', 'repetitions')[3]!.values).toHaveLength(2)
    expect(measured('fixtures/jmh/forks.json').find(each => each.metric === 'avgt')!.values).toEqual([10.25, 10.25])
    expect(measured('fixtures/pytest-benchmark/one.json').map(each => each.values)).toEqual([[0.0125], [0.5]])
  })
  test('every time of hyperfine and every command of time -v is one', () => {
    expect(measured('fixtures/hyperfine/two.json').find(each => each.benchmark === './old')!.values).toHaveLength(3)
    const user = measured('fixtures/time-v/failed.txt').find(each => each.metric === 'user time')!
    expect(user).toMatchObject({ benchmark: './bench 300', unit: 's', values: [1.02, 1.07] })
    expect(measured('fixtures/time-v/one.txt').find(each => each.metric === 'elapsed time')!.values).toEqual([3601])
  })
})

function side(benchmark: string, runs: number, mean: number, seed: number, unit = 'ns/op'): Measurement {
  const random = randomSource(seed)
  const values = Array.from({ length: runs }, () => mean * Math.exp(0.01 * randomNormal(random)))
  return { benchmark, metric: unit, unit, values, exact: false }
}

/**
 * What benchstat prints of its own example, ten repetitions a side; `-count` repetitions are its runs.
 * Source: cmd/benchstat/testdata/{old.txt,new.txt,csvOldNew.stdout} of golang.org/x/perf.
 */
describe('benchstat', () => {
  const example = {
    'json ns/op': {
      before: [1726, 1723, 1707, 1707, 1713, 1729, 1736, 1707, 1705, 1774],
      after: [1423, 1416, 1411, 1413, 1412, 1426, 1422, 1424, 1447, 1425],
      says: [1718, 1422.5, '0.000'],
    },
    'gob ns/op': {
      before: [3069, 3075, 3069, 3067, 3207, 3064, 3064, 3058, 3059, 3062],
      after: [3075, 3065, 3059, 3065, 3060, 3081, 3186, 3135, 3087, 3062],
      says: [3065.5, 3070, '0.446'],
    },
  }
  const text = (which: 'before' | 'after'): string =>
    `goos: linux\npkg: example.com/encode\n${Object.entries(example)
      .flatMap(([name, each]) =>
        each[which].map(value => `BenchmarkEncode/format=${name.split(' ')[0]}-48 \t 1000 \t ${value} ns/op`),
      )
      .join('\n')}\nPASS\n`
  test('medians, p-values and verdicts of its example', async () => {
    const [before, after] = (['before', 'after'] as const).map(which => {
      const path = join(dir, `${which}.bench`)
      writeFileSync(path, text(which))
      return path
    })
    const { stdout } = await bpfview([
      'check',
      '--before',
      before!,
      '--after',
      after!,
      '--runs',
      'repetitions',
      '--json',
      '-',
    ])
    const check = JSON.parse(stdout) as ScalarCheck
    const said = Object.fromEntries(
      check.changes.map(change => [
        `${/format=(\w+)/.exec(change.benchmark)![1]} ${change.unit}`,
        [change.medianBefore, change.medianAfter, change.p!.toFixed(3)],
      ]),
    )
    expect(said).toEqual(Object.fromEntries(Object.entries(example).map(([name, { says }]) => [name, says])))
    expect(check.changes.map(({ verdict }) => verdict)).toEqual(['improved', 'unchanged'])
    // its -17.20% is the ratio of medians, ours the median of ratios; its geomean -8.94% is of medians, ours of runs
    expect(check.changes[0]!.ratio!).toBeCloseTo(0.828, 2)
    expect(check.geomeans[0]!.ratio).toBeCloseTo(0.9106, 2)
  })
  test('a unit that is to be exact and is not is measured as any other', () => {
    const exact = (values: readonly number[]): Measurement => ({
      benchmark: 'a',
      metric: 'B',
      unit: 'B',
      values,
      exact: true,
    })
    const { changes } = compareScalars([exact([100, 101, 101, 101])], [exact([101, 101, 101, 101])], defaultPolicy)
    expect([changes[0]!.test, changes[0]!.verdict]).toEqual(['student', 'unchanged'])
    const path = join(dir, 'varies.bench')
    const line = (value: number): string => `BenchmarkA 1 ${value} B/op\n`
    writeFileSync(path, `Unit B/op assume=exact\n${[100, 101, 101].map(line).join('')}`)
    expect(measured(path)[0]!.exact).toBe(false)
    writeFileSync(path, `Unit B/op assume=exact\n${[100, 100, 100].map(line).join('')}`)
    expect(measured(path)[0]!.exact).toBe(true)
  })
})

describe('compareScalars', () => {
  const judge = (runs: number, factor: number, unit?: string) =>
    compareScalars([side('a', runs, 100, 1, unit)], [side('a', runs, 100 * factor, 2, unit)], defaultPolicy)
  test.each([
    [3, 1.5, 'inconclusive', 'none'],
    [4, 1.2, 'regressed', 'student'],
    [7, 1.2, 'regressed', 'student'],
    [8, 1.2, 'regressed', 'mann-whitney'],
    [10, 0.8, 'improved', 'mann-whitney'],
    [10, 1.02, 'unchanged', 'mann-whitney'],
    [10, 1, 'unchanged', 'mann-whitney'],
  ])('%i runs a side, times %f: %s', (runs, factor, verdict, how) => {
    const check = judge(runs, factor)
    expect([check.verdict, check.changes[0]!.test]).toEqual([verdict, how])
    expect(check.violated).toBe(verdict === 'regressed')
    expect(check.changes[0]!.ratio! / factor).toBeCloseTo(1, 1)
  })
  test('more throughput is better', () => {
    expect(judge(10, 1.3, 'MB/s').verdict).toBe('improved')
    expect(judge(10, 0.7, 'ops/us').verdict).toBe('regressed')
  })
  test('an exact unit changes at any difference', () => {
    const exact = (value: number): Measurement => ({
      benchmark: 'a',
      metric: 'allocs/op',
      unit: 'allocs/op',
      values: [value, value],
      exact: true,
    })
    expect(compareScalars([exact(3)], [exact(4)], defaultPolicy).verdict).toBe('regressed')
    expect(compareScalars([exact(3)], [exact(3)], defaultPolicy).verdict).toBe('unchanged')
  })
  test('equal programs rarely alarm, and the geomean holds its level though benchmarks share noise', () => {
    let alarms = 0
    let means = 0
    const simulations = 120
    for (let s = 0; s < simulations; s++) {
      const random = randomSource(900 + s)
      const make = (): Measurement[] => {
        const machine = Array.from({ length: 8 }, () => 0.05 * randomNormal(random))
        return Array.from({ length: 12 }, (_, i) => ({
          benchmark: `b${i}`,
          metric: 'time',
          unit: 's',
          values: machine.map(slow => Math.exp(slow + 0.01 * randomNormal(random))),
          exact: false,
        }))
      }
      const check = compareScalars(make(), make(), { ...defaultPolicy, minRelative: 0 })
      if (check.changes.some(change => change.verdict === 'regressed')) alarms++
      if (check.geomeans[0]!.p! <= 0.05) means++
    }
    expect(alarms / simulations).toBeLessThan(0.09)
    expect(means / simulations).toBeLessThan(0.11)
  })
})

describe('check and diff', () => {
  const stat = (name: string, seed: number, factor: number): string[] =>
    Array.from({ length: 8 }, (_, run) => {
      const random = randomSource(seed + run)
      const noise = (): number => Math.exp(0.02 * randomNormal(random))
      const path = join(dir, `${name}${run}.csv`)
      writeFileSync(
        path,
        `# started on x\n\n${(311 * factor * noise()).toFixed(2)},msec,task-clock,311843484,100.00,0.538,CPUs utilized\n80,,page-faults,311843484,100.00,256.5,/sec\n<not counted>,,cycles,0,0.00,,\n`,
      )
      return path
    })
  test('perf stat: a row per event and unit, what was not counted left out', async () => {
    const [base, slow] = [stat('base', 1, 1), stat('slow', 50, 1.3)]
    const check = await bpfview(['check', '--base', ...base, '--new', ...slow])
    expect(check.status).toBe(1)
    expect(check.stdout).toMatch(
      /^REGRESSED: task-clock msec: 3\d\d → 4\d\d, ×1\.\d+ \(95% 1\.\d+ to 1\.\d+\), q \de-4/,
    )
    expect(check.stdout).toMatch(/page-faults count: 80 → 80, ×1/)
    expect(check.stdout).toMatch(/^ {2}not counted in every run: cycles$/m)
    expect(check.stdout.match(/cycles/g)).toHaveLength(1)
    const same = await bpfview(['check', '--base', ...base, '--new', ...stat('same', 90, 1), '-q'])
    expect(same).toMatchObject({ status: 0, stdout: 'unchanged\n' })
    const one = await bpfview(['diff', base[0]!, slow[0]!])
    expect(one.stdout).toMatch(/task-clock msec: 3\d\d → [34]\d\d, ×1\.\d+, not tested: 1 vs 1 runs/)
    const out = join(dir, 'scalar')
    await bpfview([
      'check',
      '--base',
      ...base,
      '--new',
      ...slow,
      '--json',
      `${out}.json`,
      '--markdown',
      `${out}.md`,
      '--junit',
      `${out}.xml`,
    ])
    expect(JSON.parse(readFileSync(`${out}.json`, 'utf8'))).toMatchObject({
      schema: 'bpfview.check.scalars',
      verdict: 'regressed',
      violated: true,
    })
    expect(readFileSync(`${out}.md`, 'utf8')).toMatch(/### REGRESSED: <code>task-clock msec<\/code>/)
    expect(readFileSync(`${out}.xml`, 'utf8')).toMatch(/<failure /)
  })
  test('the same numbers are one run, of whatever file', async () => {
    const [base, slow] = [stat('again', 1, 1)[0]!, stat('slower', 50, 1.3)[0]!]
    const four = (path: string): string[] => [path, path, path, path]
    const check = await bpfview(['check', '--base', ...four(base), '--new', ...four(slow)])
    expect(check).toMatchObject({ status: 0 })
    expect(check.stdout).toMatch(/^INCONCLUSIVE: fewer than 4 runs/)
    expect(check.stdout).toMatch(/^ {2}3 of 4 files before have the same numbers as another/m)
  })
  test('perf stat for people: elapsed time counts, multiplexed counters and the scatter of -r are said', async () => {
    const people = (name: string, seed: number): string[] =>
      Array.from({ length: 4 }, (_, run) => {
        const path = join(dir, `${name}${run}.txt`)
        writeFileSync(
          path,
          [
            " Performance counter stats for './bench' (3 runs):",
            '',
            `            ${(16.3 + seed / 10 + run / 100).toFixed(2)} msec task-clock    #    0.638 CPUs utilized            ( +-  0.28% )`,
            '         1,234,567      instructions    #    1.20  insn per cycle    ( +-  1.50% )  (49.87%)',
            '   <not supported>      cycles',
            '',
            `           0.02${555 + run} +- 0.00365 seconds time elapsed  ( +- 14.27% )`,
            '',
          ].join('\n'),
        )
        return path
      })
    const check = await bpfview(['check', '--base', ...people('p', 0), '--new', ...people('q', 1)])
    expect(check.status).toBe(0)
    expect(check.stdout).toMatch(/^ {4}time elapsed s: 0\.0256 → /m)
    expect(check.stdout).toMatch(/^ {2}not counted in every run: cycles$/m)
    expect(check.stdout).toMatch(/^ {2}counted for part of the time and scaled by perf: instructions 49\.9%$/m)
    expect(check.stdout).toMatch(
      /is one run; its own scatter.*: task-clock ±0\.28%, instructions ±1\.5%, time elapsed ±14\.3%$/m,
    )
  })
  test('files whose command failed are refused, and named when forced', async () => {
    const failed = 'fixtures/time-v/failed.txt'
    const refused = await bpfview(['check', '--base', 'fixtures/time-v/one.txt', '--new', failed])
    expect(refused.status).toBe(2)
    expect(refused.stderr).toMatch(
      /the command failed in 1 of 2 files: "fixtures\/time-v\/failed.txt" \(exit 3\); expected runs whose command succeeds, or --force/,
    )
    expect(
      (await bpfview(['check', '--base', 'fixtures/hyperfine/two.json', '--new', 'fixtures/hyperfine/two.json']))
        .status,
    ).toBe(2)
    const forced = await bpfview(['check', '--force', '--base', failed, '--new', failed])
    expect(forced).toMatchObject({ status: 0 })
    expect(forced.stdout).toMatch(
      /^ {2}warning: the command failed in 2 of 2 files: "fixtures\/time-v\/failed\.txt" \(exit 3\)/m,
    )
    const killed = join(dir, 'killed.txt')
    writeFileSync(killed, `Command terminated by signal 9\n${readFileSync('fixtures/time-v/one.txt', 'utf8')}`)
    expect((await bpfview(['check', '--base', killed, '--new', killed])).stderr).toMatch(/\(exit 137\)/)
  })
  test('a plain CSV with names and values', async () => {
    const csv = (name: string, factor: number): string => {
      const random = randomSource(factor * 100)
      const rows = Array.from(
        { length: 9 },
        () => `load,ms,${(20 * factor * Math.exp(0.01 * randomNormal(random))).toFixed(3)}`,
      )
      const path = join(dir, name)
      writeFileSync(path, ['benchmark,unit,value', ...rows, ''].join('\n'))
      return path
    }
    const check = await bpfview(['check', '--base', csv('a.csv', 1), '--new', csv('b.csv', 1.4)])
    expect(check.stdout).toMatch(/^REGRESSED: load ms: /)
    expect(check.status).toBe(1)
  })
})

describe('a picture of ratios', () => {
  const one = (benchmark: string, before: number, after: number): ScalarCheck['changes'][number] =>
    compareScalars([side(benchmark, 8, before, 1)], [side(benchmark, 8, after, 2)], defaultPolicy).changes[0]!
  const check = (changes: ScalarCheck['changes']): ScalarCheck => ({
    ...compareScalars([side('a', 8, 100, 1)], [side('a', 8, 100, 2)], defaultPolicy),
    changes,
  })
  const places = (svg: string): number[] =>
    [...svg.matchAll(/<circle [^>]*cx="([\d.]+)"[^>]*r="4.5"/g)].map(m => Number(m[1]))
  test.each([390, 1200])('at %i px: no mark outside, larger ratios further to the right', width => {
    const svg = scalarSvg(check([one('a', 100, 70), one('b', 100, 100), one('c', 100, 130), one('d', 100, 200)]), {
      width,
    })
    const found = places(svg)
    expect(found).toEqual([...found].sort((x, y) => x - y))
    expect(found).toHaveLength(4)
    for (const x of [...svg.matchAll(/d="M([\d.]+) [\d.]+H([\d.]+)"/g)].flatMap(m => [Number(m[1]), Number(m[2])]))
      expect(x).toSatisfy((at: number) => at >= 0 && at <= width)
  })
  test('beyond eightfold an arrow at the edge, without a ratio no mark, more rows than fit are said', () => {
    expect(places(scalarSvg(check([one('far', 100, 5000)])))).toEqual([])
    expect(scalarSvg(check([one('far', 100, 5000)]))).toMatch(/<path class="br-worse" d="M[\d. L]+Z"/)
    expect(scalarSvg(check([{ ...one('zero', 1, 1), ratio: null, low: null, high: null }]))).not.toMatch(/r="4.5"/)
    const many = scalarSvg(check(Array.from({ length: 240 }, (_, i) => one(`b${i}`, 100, 100))))
    expect([places(many).length, many.includes('40 more rows are not drawn')]).toEqual([200, true])
    expect(scalarSvg(check([]))).toMatch(/no measurement is on both sides/)
  })
  test('check and diff of benchmarks write it', async () => {
    const files = ['before', 'after'].map(name => join(dir, `${name}.bench`))
    for (const name of files) writeFileSync(name, 'BenchmarkA 1 100 ns/op\nBenchmarkB 1 9 ns/op\n')
    for (const command of ['check', 'diff']) {
      const path = join(dir, `${command}.svg`)
      await bpfview([command, '--before', files[0]!, '--after', files[1]!, '-o', path])
      expect(readFileSync(path, 'utf8')).toMatch(/not judged/)
    }
  })
})
