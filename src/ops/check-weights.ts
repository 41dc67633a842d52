import { isCount } from '../model/index.ts'
import type { Profile, Run } from '../model/index.ts'

/** Whether values count observations, and how many units one observation is. */
export interface Weights {
  readonly kind: 'counts' | 'measures'
  /** Every value is a multiple of this; 1 unless a fixed period was printed as weight. */
  readonly unit: number
  /** Why, when that is not plain from the unit. */
  readonly reason?: string
}

/** Decides whether the values of runs may be tested as counts. Folded text does not say its unit, so the values themselves are looked at. */
export function weightsOf(profile: Pick<Profile, 'value'>, runs: readonly Run[]): Weights {
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
      if (value <= 50) small++
      if (divisor !== 1) divisor = greatestDivisor(divisor, value)
    }
  }
  if (divisor > 1 && values >= 20) return { kind: 'counts', unit: divisor, reason: `every value is a multiple of ${divisor}` }
  if (values >= 50 && small < values * 0.02) return { kind: 'measures', unit: 1, reason: 'hardly any value is small, so they are times or sizes' }
  return { kind: 'counts', unit: 1 }
}

function greatestDivisor(a: number, b: number): number {
  while (b > 0) [a, b] = [b, a % b]
  return a
}
