import type { Meta } from '../../model/index.ts'
import { BpfviewError } from '../../model/index.ts'
import type { RunTree } from '../../stats/entities.ts'
import { countEntities, outermostRows } from '../../stats/entities.ts'
import { trimmedScales } from '../../stats/tmm.ts'
import type { Policy } from './policy.ts'

/** What each run's counts are divided by, or undefined for its own total. Throws BpfviewError E_NO_DATA where a normalisation lacks its facts. */
export function exposureOf(
  policy: Pick<Policy, 'normalize'>,
  tree: RunTree,
  metas: readonly Meta[],
): Float64Array | undefined {
  switch (policy.normalize) {
    case 'share':
      return undefined
    case 'absolute':
      return new Float64Array(tree.self.length).fill(1)
    case 'robust':
      return robustExposure(tree)
    case 'time':
      return perSide(metas, tree, 'duration', meta => meta.duration)
    case 'work':
      return perSide(metas, tree, 'work', meta => meta.work)
  }
}

/** Totals by which most functions have the same rate in every run. */
function robustExposure(tree: RunTree): Float64Array {
  const { counts, totals } = countEntities(tree, outermostRows(tree))
  const own = counts.map((run, r) =>
    run.subarray(tree.frameCount).map(value => (totals[r]! > 0 ? value / totals[r]! : 0)),
  )
  const kept = Array.from({ length: tree.frameCount }, (_, f) => f).filter(f =>
    own.every((run, r) => run[f]! * totals[r]! >= 5),
  )
  const scales = trimmedScales(own.map(run => kept.map(f => run[f]!)))
  return totals.map((total, r) => total * scales[r]!)
}

function perSide(
  metas: readonly Meta[],
  tree: RunTree,
  what: string,
  amount: (meta: Meta) => number | undefined,
): Float64Array {
  const exposure = new Float64Array(tree.self.length)
  for (const side of [0, 1]) {
    const runs = side === 0 ? tree.before : tree.self.length - tree.before
    const value = amount(metas[side]!)
    if (value === undefined || !(value > 0)) {
      throw new BpfviewError(
        'E_NO_DATA',
        `no ${what} known for the runs ${side === 0 ? 'before' : 'after'}; expected captures whose manifest says it, or another normalisation`,
      )
    }
    exposure.fill(value / runs, side === 0 ? 0 : tree.before, side === 0 ? tree.before : tree.self.length)
  }
  return exposure
}
