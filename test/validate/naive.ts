import type { EntityCounts } from '../../src/stats/entities.ts'
import { gammaUpper } from '../../src/stats/gamma.ts'
import { adjustPValues } from '../../src/stats/multiplicity.ts'

/** What not to do: pool the runs of each side, test every entity by G, correct by BH. True when anything is flagged. */
export function pooledAlarm({ counts, totals }: EntityCounts, before: number): boolean {
  const [nA, nB] = [0, 1].map(side =>
    totals.reduce((sum, total, r) => sum + (r < before === (side === 0) ? total : 0), 0),
  ) as [number, number]
  const p: number[] = []
  for (let e = 0; e < counts[0]!.length; e++) {
    let [a, b] = [0, 0]
    counts.forEach((run, r) => (r < before ? (a += run[e]!) : (b += run[e]!)))
    if (a + b < 5 * counts.length || a + b >= 0.98 * (nA + nB)) continue
    p.push(gTest(a, nA, b, nB))
  }
  return adjustPValues(p).some(q => q <= 0.05)
}

function gTest(a: number, nA: number, b: number, nB: number): number {
  const pooled = (a + b) / (nA + nB)
  const term = (observed: number, expected: number): number =>
    observed > 0 ? observed * Math.log(observed / expected) : 0
  const g =
    2 *
    (term(a, nA * pooled) + term(nA - a, nA * (1 - pooled)) + term(b, nB * pooled) + term(nB - b, nB * (1 - pooled)))
  return gammaUpper(0.5, Math.max(0, g) / 2)
}
