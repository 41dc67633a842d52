/** Small versions of `npm run validate`: what needs hundreds of simulations is only tried there. */
import { describe, expect, test } from 'vitest'
import { corpusDirectory } from './validate/corpus.ts'
import { blameFinds, falseAlarms, measuresAndHistograms, movedCost, powerAgrees } from './validate/experiments.ts'
import { changedRuns, exactLaws, unalignedNames, unchangedRuns } from './validate/real-runs.ts'
import type { Result } from './validate/result.ts'
import { runSizes } from './validate/run-sizes.ts'
import { scenarios, workloadDirectory } from './validate/scenarios.ts'

function value(results: readonly Result[], what: RegExp): number {
  const found = results.filter(result => what.test(result.what))
  expect(found, String(what)).not.toHaveLength(0)
  return Math.max(...found.map(result => Number.parseFloat(result.value)))
}

test('equal programs rarely alarm, and pooling them nearly always does', () => {
  const results = falseAlarms(12)
  expect(value(results, /any false alarm/)).toBeLessThanOrEqual(34)
  expect(value(results, /frames with p/)).toBeLessThan(8)
  expect(value(results, /delta 4: pooling alarms/)).toBe(100)
  expect(value(results, /delta 4: fitted delta/)).toBeGreaterThan(3.4)
})

test('power is what the formula says', () => {
  for (const result of powerAgrees(30))
    expect(Math.abs(Number.parseFloat(result.value) - Number.parseFloat(result.limit)), result.what).toBeLessThan(30)
})

test('blame finds the function and reports it once', () => {
  const results = blameFinds(12)
  expect(
    Math.min(
      ...results
        .filter(result => /found|in its subtree/.test(result.what))
        .map(result => Number.parseFloat(result.value)),
    ),
  ).toBeGreaterThan(80)
  expect(value(results, /reports/)).toBeLessThan(1.4)
})

test('moved cost is labelled, true regressions are not', () => {
  const results = movedCost(12)
  expect(value(results, /moved cost labelled/)).toBeGreaterThanOrEqual(75)
  expect(value(results, /labelled away/)).toBe(0)
})

test('times and distributions keep their level', () => {
  const results = measuresAndHistograms(20)
  expect(value(results, /times: pooled counts alarm/)).toBeGreaterThan(50)
  expect(value(results, /times: frames with p/)).toBeLessThan(9)
})

const runs = corpusDirectory()
describe.skipIf(runs === undefined)('real runs', () => {
  test('unchanged ones pass, changed ones fail in the changed function', () => {
    expect(value(unchangedRuns(runs!, 8), /build failed/)).toBeLessThanOrEqual(13)
    const changed = changedRuns(runs!, 6)
    expect(
      value(
        changed.filter(result => /10 v 10/.test(result.what)),
        /fails the build/,
      ),
    ).toBeGreaterThan(60)
    expect(
      value(
        changed.filter(result => /10 v 10/.test(result.what)),
        /comes first/,
      ),
    ).toBeGreaterThan(60)
  })
  test('names that differ from run to run are aligned', () => {
    const results = unalignedNames(runs!, 6)
    expect(value(results, /names raw/)).toBe(100)
    expect(value(results, /not new/)).toBe(0)
  })
  test('exact laws hold', () => {
    for (const result of exactLaws(runs!)) expect(result.ok, result.what).toBe(true)
  })
})

test('the size of runs is taken out without bias, alarms or loss of power', () => {
  for (const result of runSizes(12)) expect(result.ok, `${result.what}: ${result.value} (${result.limit})`).toBe(true)
})

const workloads = workloadDirectory()
test.skipIf(workloads === undefined)('known changes of two real programs are named rightly', () => {
  for (const result of scenarios(workloads!, 10))
    expect(result.ok, `${result.what}: ${result.value} (${result.limit})`).toBe(true)
})
