import { adjustPValues } from './multiplicity.ts'
import type { NoiseModel } from './noise.ts'

/** What became of each entity between the sides: columns of equal length. Rates are shares, or counts per unit of exposure. */
export interface Changes {
  readonly rateBefore: Float64Array
  readonly rateAfter: Float64Array
  /** rateAfter - rateBefore, as captured. */
  readonly delta: Float64Array
  /** rateAfter if the runs of both sides had one size: what is tested and held against limits. */
  readonly rateAdjusted: Float64Array
  /** rateAdjusted - rateBefore. */
  readonly adjustedDelta: Float64Array
  /** Standard error of adjustedDelta. */
  readonly error: Float64Array
  /** Logarithm of the cost ratio: of the odds where rates are shares (what it costs if the rest stayed), else of the rates; +-Infinity for new and gone. */
  readonly logRatio: Float64Array
  readonly logError: Float64Array
  /** Moderated dispersion; 1 is pure sampling noise. For measured weights: moderated standard deviation of the logarithm. */
  readonly dispersion: Float64Array
  readonly df: Float64Array
  readonly t: Float64Array
  /** NaN where not tested. */
  readonly p: Float64Array
  readonly q: Float64Array
  readonly tested: Uint8Array
  /** Size of the family: tested entities that are not copies of one another. */
  readonly family: number
  readonly model: NoiseModel
  readonly exposureBefore: number
  readonly exposureAfter: number
}

export type ChangeColumns = Omit<Changes, 'q' | 'family' | 'model' | 'exposureBefore' | 'exposureAfter'>

/** Empty columns for `entities` entities; p is NaN until tested. */
export function emptyChanges(entities: number): ChangeColumns {
  const zeros = (): Float64Array => new Float64Array(entities)
  return {
    rateBefore: zeros(),
    rateAfter: zeros(),
    delta: zeros(),
    rateAdjusted: zeros(),
    adjustedDelta: zeros(),
    error: zeros(),
    logRatio: zeros(),
    logError: zeros(),
    dispersion: zeros(),
    df: zeros(),
    t: zeros(),
    p: zeros().fill(NaN),
    tested: new Uint8Array(entities),
  }
}

/** True when the entity was tested and its false discovery rate is at most `level`. */
export function isSignificant(changes: Pick<Changes, 'tested' | 'q'>, entity: number, level: number): boolean {
  return changes.tested[entity] === 1 && changes.q[entity]! <= level
}

/** Logarithm of the odds of a share; +-Infinity at 0 and 1. */
export function logit(share: number): number {
  return Math.log(share) - Math.log1p(-share)
}

/** The share whose log odds are `x`. */
export function expit(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x))
}

/** For each tested entity the first one with the same counts in every run (-1 where not tested): frames on one unbranched path are one observation, not many. */
export function firstOfTheirKind(counts: readonly Float64Array[], tested: Uint8Array): Int32Array {
  const first = new Int32Array(tested.length).fill(-1)
  const seen = new Map<number, number[]>()
  for (let e = 0; e < tested.length; e++) {
    if (tested[e] === 0) continue
    let hash = 0
    for (let r = 0; r < counts.length; r++)
      hash = (Math.imul(hash, 31) + Math.imul(Math.round(counts[r]![e]! * 16), 0x9e3779b1)) | 0
    const group = seen.get(hash)
    if (group === undefined) {
      seen.set(hash, [e])
      first[e] = e
      continue
    }
    const twin = group.find(other => counts.every(run => run[other] === run[e]))
    if (twin === undefined) group.push(e)
    first[e] = twin ?? e
  }
  return first
}

/** q-values over one entity of each kind, copied to its twins. */
export function shareWithCopies(
  p: Float64Array,
  first: Int32Array,
  tested: Uint8Array,
  method: 'bh' | 'by',
): Float64Array {
  const family = Float64Array.from(p, (value, e) => (first[e] === e ? value : NaN))
  const q = adjustPValues(family, method)
  for (let e = 0; e < q.length; e++) if (tested[e] === 1) q[e] = q[first[e]!]!
  return q
}

/** The entities that stand for their kind, ascending. */
export function membersOf(first: Int32Array): number[] {
  const members: number[] = []
  for (let e = 0; e < first.length; e++) if (first[e] === e) members.push(e)
  return members
}
