/** Laws of a comparison's numbers that a changed sign or a forgotten line would break. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareRuns } from '../src/ops/compare/compare-runs.ts'
import { randomNormal, randomSource } from '../src/stats/random.ts'
import { trimmedScales } from '../src/stats/tmm.ts'
import { labelled, poisson, profileOf } from './synthetic.ts'

/** Runs of 30 functions; values are counts, or times where `unit` is one. */
function runs(count: number, seed: number, factor = 1, unit = 'samples') {
  const random = randomSource(seed)
  return labelled(
    Array.from({ length: count }, () => {
      const size = Math.exp(0.05 * randomNormal(random))
      return profileOf(
        Array.from({ length: 30 }, (_, i): [string, number] => [
          `app;main;part${i % 5};f${i}`,
          poisson(((factor * size * 6000) / (i + 3)) * (1 + 0.3 * random()), random) * (unit === 'us' ? 997 : 1),
        ]),
        unit,
      )
    }),
    'r',
  )
}

describe.each(['samples', 'us'])('values in %s', unit => {
  test('delta is after - before in every frame, and splits into what is tested and what sizes do', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), seed => {
        const { frames } = compareRuns(runs(5, seed, 1, unit), runs(5, seed + 1, 1.3, unit))
        expect(frames.length).toBeGreaterThan(30)
        for (const frame of frames) {
          expect(frame.delta).toBeCloseTo(frame.after - frame.before, 12)
          expect(frame.adjustedDelta).toBeCloseTo(frame.afterAdjusted - frame.before, 12)
          expect(frame.adjustedDelta + frame.sizeEffect).toBeCloseTo(frame.delta, 12)
          if (frame.low !== null) expect(frame.low <= frame.ratio! && frame.ratio! <= frame.high!).toBe(true)
        }
      }),
      { numRuns: 8 },
    )
  })
})

test('scaling one side by c gives a total change of c - 1, between its bounds', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 9 }), fc.integer({ min: 1, max: 1e6 }), (c, seed) => {
      const side = runs(5, seed)
      const scaled = side.map(run => ({ ...run, profile: { ...run.profile, self: run.profile.self.map(x => x * c) } }))
      const { change, low, high } = compareRuns(side, scaled).whole
      expect(change).toBeCloseTo(c - 1, 9)
      expect(low! < change && change < high!).toBe(true)
    }),
    { numRuns: 10 },
  )
})

describe('trimmed scales', () => {
  const entries = Array.from({ length: 40 }, (_, i) => (i + 1) / 820)
  /** One entry takes a third of the run, all others shrink alike. */
  const squeezed = entries.map((share, i) => (i === 0 ? 1 / 3 : (share * 2) / 3))
  test('find one altered entry', () => {
    const scales = trimmedScales([entries, entries, squeezed])
    for (const [i, scale] of [1, 1, 2 / 3].entries()) expect(scales[i]).toBeCloseTo(scale, 9)
  })
  test('permute with runs', () => {
    const random = randomSource(3)
    const noisy = Array.from({ length: 5 }, () => entries.map(share => share * Math.exp(0.2 * randomNormal(random))))
    const scales = trimmedScales(noisy)
    const order = [3, 1, 4, 0, 2]
    expect([...trimmedScales(order.map(r => noisy[r]!))]).toEqual(order.map(r => scales[r]))
  })
})
