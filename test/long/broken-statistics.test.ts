/** The limits of `npm run validate` are tight: each of these breaks one line of the statistics, and an experiment must miss its limit. */
import { existsSync } from 'node:fs'
import { afterEach, expect, test, vi } from 'vitest'
import type { Result } from '../validate/result.ts'

type Break = readonly [
  what: string,
  file: string,
  replace: (original: Record<string, unknown>) => object,
  experiment: () => Promise<Result[]>,
]

const falseAlarms = async () => (await import('../validate/experiments.ts')).falseAlarms(100)
const runSizes = async () => (await import('../validate/run-sizes.ts')).runSizes(100)
const madeChanges = async () => (await import('../validate/made-changes.ts')).madeChanges(50)
const scenarios = async () => {
  const { scenarios: run, workloadDirectory } = await import('../validate/scenarios.ts')
  return run(workloadDirectory()!, 60)
}
const histories = async () => (await import('../validate/histories.ts')).histories(100)

const BREAKS: readonly Break[] = [
  [
    'no correction for many tests',
    '../../src/stats/multiplicity.ts',
    () => ({ adjustPValues: (p: ArrayLike<number>) => Float64Array.from(p) }),
    falseAlarms,
  ],
  [
    'noise is pure sampling',
    '../../src/stats/noise.ts',
    () => ({ fitNoise: () => ({ delta: 1, tau: 0, priorDf: 64, source: 'fitted', fittedOn: 100 }) }),
    falseAlarms,
  ],
  [
    'p of the normal where t has few degrees of freedom',
    '../../src/stats/student.ts',
    original => ({
      studentTwoSided: (t: number) => (original['studentTwoSided'] as (t: number, df: number) => number)(t, Infinity),
    }),
    falseAlarms,
  ],
  ['sizes of runs are left in', '../../src/stats/run-size.ts', () => ({ sizeSlopes: () => undefined }), scenarios],
  [
    'odds are taken for shares',
    '../../src/stats/changes.ts',
    () => ({ logit: (share: number) => Math.log(share), expit: (x: number) => Math.exp(x) }),
    runSizes,
  ],
  [
    'functions of two names are two',
    '../../src/stats/same-place.ts',
    () => ({ relocate: ({ frame }: { frame: Int32Array }) => ({ frame: frame.slice(), found: [] }) }),
    madeChanges,
  ],
  [
    'load between the sides is not looked for',
    '../../src/stats/drift.ts',
    () => ({ findDrift: () => undefined }),
    madeChanges,
  ],
  [
    'a scan takes the p of one split',
    '../../src/stats/scan.ts',
    original => {
      const { scanProbability } = original as {
        scanProbability(t: number, df: number, weights: ArrayLike<number>): number
      }
      return { scanProbability: (t: number, df: number) => scanProbability(t, df, [1, 1]) }
    },
    histories,
  ],
]

afterEach(() => {
  vi.resetModules()
})

const possible = BREAKS.filter(
  ([, , , experiment]) => experiment !== scenarios || existsSync('../shared/noise-workloads'),
)

test.each(possible)('%s', async (_, file, replace, experiment) => {
  vi.resetModules()
  vi.doMock(file, async importOriginal => {
    const original = await importOriginal<Record<string, unknown>>()
    return { ...original, ...replace(original) }
  })
  const missed = (await experiment()).filter(({ ok }) => !ok)
  vi.doUnmock(file)
  expect(missed.map(({ what, value }) => `${what}: ${value}`)).not.toEqual([])
})
