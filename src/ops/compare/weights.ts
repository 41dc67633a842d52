import type { Profile, Run } from '../../model/index.ts'
import { isCount } from '../../model/index.ts'
import { median } from '../../stats/quantile.ts'
import type { LabelledProfile } from '../stacks/merge-runs.ts'

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
export function weightsOf(
  profile: Pick<Profile, 'value' | 'name' | 'measures'>,
  runs: readonly Run[],
  before: number,
): Weights {
  if (isPeriodSum(profile)) return fixedPeriod(runs, before)
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
  if (divisor > 1 && !(scatter / divisor >= MOST_SCATTER))
    return { kind: 'counts', unit: divisor, reason: `every value is a multiple of ${divisor}` }
  if (Number.isNaN(scatter)) {
    const typical = median(runs.flatMap(({ self }) => Array.from(self).filter(value => value > 0)))
    return typical < 2000
      ? { kind: 'counts', unit: 1 }
      : { kind: 'measures', unit: 1, reason: 'hardly any value is small, so they look like times or sizes' }
  }
  return scatter < MOST_SCATTER
    ? { kind: 'counts', unit: 1 }
    : {
        kind: 'measures',
        unit: 1,
        reason: 'they scatter between like runs as no counts do, so they are times or sizes',
      }
}

/** True where values are sums of what each sample stands for on the CPU: nanoseconds of `cpu-clock`, `cycles`. Bytes and waits are no such sums. */
export function isPeriodSum({ value, name, measures }: Pick<Profile, 'value' | 'name' | 'measures'>): boolean {
  if (isCount(value.unit)) return false
  if (measures !== undefined && measures !== 'unknown') return measures === 'on-cpu'
  return /^(?:cpu|cycles|instructions|cpu-cycles|cpu-clock|task-clock|cpu[-_ ]time)(?::[a-zA-Z]+)?$/i.test(name)
}

/**
 * The runs by the samples behind their values, where every run has these: periods of frequency mode vary widely, and a sum of them shows less than half of the changes that the number
 * of samples shows. Undefined where values are counts already, or where a run has sums only.
 */
export function asCounts<T extends readonly LabelledProfile[]>(runs: T): LabelledProfile[] | undefined {
  if (runs.every(run => run.counts === undefined)) return undefined
  const counted = runs.flatMap(({ label, profile, counts }) => {
    const found = counts ?? (isCount(profile.value.unit) ? profile : undefined)
    return found === undefined ? [] : [{ label, profile: found }]
  })
  return counted.length === runs.length ? counted : undefined
}

/** Sums of one fixed period are counts times that period. */
function fixedPeriod(runs: readonly Run[], before: number): Weights {
  let divisor = 0
  for (const { self } of runs)
    for (const value of self) {
      if (value === 0) continue
      if (!Number.isInteger(value)) return { kind: 'measures', unit: 1, reason: SUMS }
      if (divisor !== 1) divisor = greatestDivisor(divisor, value)
    }
  if (divisor > 1 && !(dispersion(runs, before) / divisor >= MOST_SCATTER))
    return { kind: 'counts', unit: divisor, reason: `every value is a multiple of ${divisor}` }
  return { kind: 'measures', unit: 1, reason: SUMS }
}

const SUMS = 'they are sums of sampling periods; counts of samples would show smaller changes'

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
