/** Sums of sampling periods: judged by the samples behind them where a capture has both. */
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Profile } from '../src/model/index.ts'
import { compareRuns } from '../src/ops/compare/compare-runs.ts'
import { isPeriodSum } from '../src/ops/compare/weights.ts'
import { compareHistory } from '../src/ops/history/compare-history.ts'
import type { LabelledProfile } from '../src/ops/stacks/merge-runs.ts'
import { randomNormal, randomSource } from '../src/stats/random.ts'
import { bpfview, scratch } from './command.ts'
import { compiledProgram, madeRuns } from './validate/programs.ts'

/** Runs as perf records them in frequency mode: every sample stands for a period of its own, and a few for very long ones. */
function withPeriods(runs: readonly LabelledProfile[], random: () => number, beside: boolean): LabelledProfile[] {
  return runs.map(({ label, profile }) => {
    const self = profile.self.map(samples => {
      let sum = 0
      for (let i = 0; i < samples; i++) sum += Math.round(2.5e6 * Math.exp(1.2 * randomNormal(random)))
      return sum
    })
    const sums: Profile = { ...profile, name: 'cycles', value: { name: 'cycles', unit: 'cycles' }, self }
    return beside ? { label, profile: sums, counts: profile } : { label, profile: sums }
  })
}

test('periods of frequency mode cost no power where samples are kept beside their sums', () => {
  const found = { beside: 0, alone: 0, red: 0 }
  const rounds = 20
  for (let seed = 1; seed <= rounds; seed++) {
    const judge = (factor: number, beside: boolean) => {
      const random = randomSource(seed)
      const program = compiledProgram(random)
      const before = withPeriods(madeRuns(program, 8, 1, random, 'a'), random, beside)
      return compareRuns(before, withPeriods(madeRuns(program, 8, factor, random, 'b'), random, beside))
    }
    const names = (comparison: ReturnType<typeof judge>): boolean =>
      comparison.causes.some(cause => cause.violates && cause.name === 'target')
    const kept = judge(1.15, true)
    if (names(kept)) found.beside++
    if (names(judge(1.15, false))) found.alone++
    if (judge(1, true).violated) found.red++
    expect(kept.weights).toEqual({ kind: 'counts', unit: 1, reason: 'the samples behind cycles in cycles are judged' })
  }
  expect(found.beside).toBeGreaterThanOrEqual(17)
  expect(found.alone).toBeLessThanOrEqual(10)
  expect(found.red).toBeLessThanOrEqual(2)
})

test('sums of one fixed period are counts', () => {
  const random = randomSource(4)
  const runs = madeRuns(compiledProgram(random), 5, 1, random, 'a').map(({ label, profile }): LabelledProfile => {
    const self = profile.self.map(value => value * 10_000_000)
    return { label, profile: { ...profile, name: 'cpu', value: { name: 'cpu', unit: 'ns' }, self } }
  })
  expect(compareRuns(runs.slice(0, 3), runs.slice(3)).weights).toMatchObject({ kind: 'counts', unit: 10_000_000 })
})

test('only what was on the CPU is a sum of periods', () => {
  const of = (name: string, unit: string, measures?: Profile['measures']) =>
    isPeriodSum({ name, value: { name, unit }, ...(measures !== undefined && { measures }) })
  expect([of('cpu', 'ns'), of('cycles:u', 'cycles'), of('x', 'ns', 'on-cpu')]).toEqual([true, true, true])
  expect([of('cpu', 'samples'), of('alloc_space', 'bytes'), of('cpu', 'ns', 'off-cpu'), of('wait', 'us')]).toEqual([
    false,
    false,
    false,
    false,
  ])
})

test('a history takes the samples, too', () => {
  const random = randomSource(6)
  const program = compiledProgram(random)
  const point = (j: number) => ({
    label: `c${j}`,
    date: null,
    accepted: false,
    inTurns: false,
    runs: withPeriods(madeRuns(program, 2, 1, random, `p${j}-`), random, true),
    reference: [],
  })
  expect(compareHistory([0, 1, 2, 3, 4].map(point)).unit).toBe('samples')
})

test('pprof files of Go hold both: check, history and baselines judge the samples', async () => {
  const dir = scratch()
  const runs = Array.from({ length: 4 }, (_, i) => {
    mkdirSync(join(dir, 'points', `c${i}`), { recursive: true })
    const path = join(dir, 'points', `c${i}`, 'cpu.pb.gz')
    copyFileSync('fixtures/pprof/cpu.pb.gz', path)
    return path
  })
  for (const value of [[], ['--value', 'cpu']]) {
    const { stdout } = await bpfview(['check', '--before', runs[0]!, '--after', runs[1]!, ...value, '--json', '-'])
    expect(JSON.parse(stdout)).toMatchObject({
      unit: 'samples',
      weights: { kind: 'counts', unit: 1, reason: 'the samples behind cpu in ns are judged' },
    })
  }
  expect((await bpfview(['history', join(dir, 'points')])).stdout).toMatch(/4 points .* holds 5 samples/)
  const base = join(dir, 'base')
  await bpfview(['baseline', 'add', base, runs[0]!])
  expect((await bpfview(['baseline', 'list', base])).stdout).toMatch(/unit samples/)
  const against = await bpfview(['check', '--before', base, '--after', runs[1]!])
  expect([against.status, against.stderr]).toEqual([0, ''])
})
