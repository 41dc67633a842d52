/** Whole JSON of check and diff: counts, times, histograms, numbers. Written anew with `npx vitest run test/check-golden.test.ts -u`. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { mannWhitney } from '../src/stats/mann-whitney.ts'
import { bpfview, scratch } from './command.ts'

const dir = scratch()

/** Files of a side, `runs` of them, by a text for each run. */
function side(name: string, runs: number, text: (run: number) => string): string[] {
  return Array.from({ length: runs }, (_, run) => {
    const path = join(dir, `${name}${run}`)
    writeFileSync(path, text(run))
    return path
  })
}

/** Numbers about `mean` that differ from run to run, the same every time. */
function about(mean: number, run: number, i: number): number {
  return Math.round(mean * (1 + 0.02 * (((run * 7 + i * 3) % 5) - 2)))
}

const stacks = (grown: number, unit: number) => (run: number) =>
  [300, 200, 150, 90, 60]
    .map((n, i) => `app;main;${i < 3 ? 'parse' : 'write'};f${i} ${about(n * unit * (i === 1 ? grown : 1), run, i)}\n`)
    .join('')
const buckets = (shift: number) => (run: number) =>
  `     usecs               : count     distribution\n${[4, 20, 60, 20, 6]
    .map((n, i) => `${2 ** (i + 1 + shift)} -> ${2 ** (i + 2 + shift) - 1} : ${about(n * 10, run, i)} |*|\n`)
    .join('')}\n`
const numbers = (factor: number) => (run: number) =>
  `goos: linux\nBenchmarkParse-8 \t 100 \t ${about(2000 * factor, run, 1)} ns/op\nBenchmarkWrite-8 \t 100 \t ${about(900, run, 2)} ns/op\n`

const SETS = {
  counts: [side('ca.folded', 4, stacks(1, 1)), side('cb.folded', 4, stacks(1.5, 1)), []],
  times: [side('ta.folded', 4, stacks(1, 2113)), side('tb.folded', 4, stacks(2.4, 2113)), ['--weights', 'measures']],
  histograms: [side('ha.txt', 4, buckets(0)), side('hb.txt', 4, buckets(1)), []],
  scalars: [side('sa.txt', 5, numbers(1)), side('sb.txt', 5, numbers(1.2)), []],
} as const

test.each(Object.entries(SETS))('check of %s', async (name, [before, after, more]) => {
  const { stdout } = await bpfview(['check', '--before', ...before, '--after', ...after, ...more, '--json', '-'])
  const text = stdout.replaceAll(dir, 'DIR').replace(/"version": ?"[^"]+"/, '"version": "0"')
  await expect(text).toMatchFileSnapshot(`../fixtures/check/${name}.json`)
})

test.each(Object.entries(SETS))('diff of %s', async (name, [before, after]) => {
  const { stdout } = await bpfview(['diff', '--before', ...before, '--after', ...after, '--to', 'json'])
  const text = stdout.replaceAll(dir, 'DIR').replace(/"version": ?"[^"]+"/, '"version": "0"')
  await expect(text).toMatchFileSnapshot(`../fixtures/check/diff-${name}.json`)
})

test('ranks: the exact p-values that benchstat prints for sides that do not overlap', () => {
  // 2 / C(2n, n): benchstat shows p=0.029 n=4+4, p=0.008 n=5+5, p=0.002 n=6+6, p=0.000 n=8+8 and n=10+10
  const apart = (n: number): number =>
    mannWhitney(
      Array.from({ length: n }, (_, i) => i),
      Array.from({ length: n }, (_, i) => 100 + i),
    )
  const choose = (n: number): number => {
    let ways = 1
    for (let i = 1; i <= n; i++) ways = (ways * (n + i)) / i
    return 2 / ways
  }
  for (const n of [4, 5, 6, 8, 10]) expect(apart(n)).toBeCloseTo(choose(n), 12)
  expect([4, 5, 6, 10].map(n => apart(n).toFixed(3))).toEqual(['0.029', '0.008', '0.002', '0.000'])
})
