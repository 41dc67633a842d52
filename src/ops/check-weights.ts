import { isCount } from '../model/index.ts'
import type { Profile, Run } from '../model/index.ts'
import { median } from '../stats/quantile.ts'

/** Whether values count observations, and how many units one observation is. */
export interface Weights {
  readonly kind: 'counts' | 'measures'
  /** Every value is a multiple of this; 1 unless a fixed period was printed as weight. */
  readonly unit: number
  /** Why, when that is not plain from the unit. */
  readonly reason?: string
}

/**
 * Decides whether the values of runs may be tested as counts; the first `before` runs are one side. Folded text does not say its unit, so the
 * values themselves are looked at: times and sizes have few small values, and between like runs they scatter as no count does.
 */
export function weightsOf(profile: Pick<Profile, 'value'>, runs: readonly Run[], before: number): Weights {
  if (!isCount(profile.value.unit)) return { kind: 'measures', unit: 1 }
  let divisor = 0
  let values = 0
  let small = 0
  for (const { self } of runs) {
    for (let i = 0; i < self.length; i++) {
      const value = self[i]!
      if (value === 0) continue
      if (!Number.isInteger(value)) return { kind: 'measures', unit: 1, reason: 'values are not whole numbers' }
      values++
      if (value <= 3) small++
      if (divisor !== 1) divisor = greatestDivisor(divisor, value)
    }
  }
  // most stacks of a sampled profile are met once or twice; no stack waits for one or two microseconds only
  if (values < 20 || small > values * 0.3) return { kind: 'counts', unit: 1 }
  const scatter = dispersion(runs, before)
  if (divisor > 1 && !(scatter / divisor >= MOST_SCATTER)) return { kind: 'counts', unit: divisor, reason: `every value is a multiple of ${divisor}` }
  if (Number.isNaN(scatter)) {
    const typical = median(runs.flatMap(({ self }) => Array.from(self).filter(value => value > 0)))
    return typical < 2000 ? { kind: 'counts', unit: 1 } : { kind: 'measures', unit: 1, reason: 'hardly any value is small, so they look like times or sizes' }
  }
  return scatter < MOST_SCATTER ? { kind: 'counts', unit: 1 } : { kind: 'measures', unit: 1, reason: 'they scatter between like runs as no counts do, so they are times or sizes' }
}

/** Counts of samples scatter up to some tens of times as much as independent ones; microseconds and bytes hundreds and more. */
const MOST_SCATTER = 30

/** Median over stacks of the variance between like runs, relative to that of counts; NaN when no side has two runs. */
function dispersion(runs: readonly Run[], before: number): number {
  const found: number[] = []
  for (let i = 0; i < (runs[0]?.self.length ?? 0); i++) {
    let squares = 0
    let df = 0
    for (const side of [runs.slice(0, before), runs.slice(before)]) {
      const mean = side.reduce((total, run) => total + run.self[i]!, 0) / side.length
      if (!(mean >= 2) || side.length < 2) continue
      for (const run of side) squares += (run.self[i]! - mean) ** 2 / mean
      df += side.length - 1
    }
    if (df > 0) found.push(squares / df)
  }
  return median(found)
}

function greatestDivisor(a: number, b: number): number {
  while (b > 0) [a, b] = [b, a % b]
  return a
}
