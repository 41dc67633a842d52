import type { Changes } from './changes.ts'
import type { EntityCounts } from './entities.ts'
import { median } from './quantile.ts'
import { slopeVariance } from './run-size.ts'
import { welch } from './welch.ts'

/** How much most entities changed beyond their errors: runs of two sides that were not captured under like conditions. */
export interface Drift {
  /** Standard deviation over entities of the logarithm of the cost ratio, about its median. */
  readonly spread: number
  /** Entities it was seen in. */
  readonly entities: number
}

/** Fewer entities cannot show that most of them changed. */
const FEWEST = 12
/** Sides whose runs differ in size at this level may differ in conditions. */
const SIZE_LEVEL = 0.05
/** How far the median squared change must lie beyond that of chance, in its standard errors. */
const BEYOND = 1.5
const CHI_SQUARE_MEDIAN = 0.4549
/** Density of chi-square with one degree of freedom at its median. */
const DENSITY = 0.4711

/**
 * The drift between two sides, or undefined when there is none to be seen; `unlike` = the runs of one side scatter far more in size, which shows by itself that conditions differed, so
 * that any drift counts. Else: the sizes of runs differ between the sides, without the function that changed most, and so do most entities, each by something of its own.
 * One changed function is no drift: it moves all others alike, and the median follows them.
 */
export function findDrift(changes: Changes, data: EntityCounts, before: number, unlike = false): Drift | undefined {
  const logs = sizesOfRest(changes, data)
  const size = welch(logs.slice(0, before), logs.slice(before))
  if (!unlike && !(size.df > 0 && size.p < SIZE_LEVEL)) return undefined
  const self = changes.tested.length / 2
  const ratios: number[] = []
  const errors: number[] = []
  for (let e = self; e < changes.tested.length; e++) {
    if (changes.tested[e] === 0 || !Number.isFinite(changes.logRatio[e]!)) continue
    ratios.push(changes.logRatio[e]!)
    errors.push(changes.logError[e]! ** 2)
  }
  if (ratios.length < FEWEST) return undefined
  const middle = median(ratios)
  const centred = ratios.map(ratio => ratio - middle)
  const seen = median(centred.map((ratio, i) => (ratio * ratio) / errors[i]!))
  const chance = 1 / (2 * DENSITY * Math.sqrt(ratios.length))
  if (seen < CHI_SQUARE_MEDIAN + (unlike ? 0 : BEYOND) * chance) return undefined
  const variance = slopeVariance(centred, errors)
  return variance > 0 ? { spread: Math.sqrt(variance), entities: ratios.length } : undefined
}

/** Logarithms of the runs' sizes without the function that changed most: its own growth is no sign of load. */
function sizesOfRest({ tested, t }: Changes, { counts, totals }: EntityCounts): number[] {
  let most = -1
  for (let e = tested.length / 2; e < tested.length; e++)
    if (tested[e] === 1 && (most < 0 || Math.abs(t[e]!) > Math.abs(t[most]!))) most = e
  return Array.from(totals, (total, r) => Math.log(Math.max(total - (most < 0 ? 0 : counts[r]![most]!), 1)))
}
