import { median } from '../../stats/quantile.ts'
import { scanSplits } from '../../stats/scan.ts'
import type { Beginning, Comparison, RootCause } from '../compare/comparison.ts'
import { countsOf, FEWEST_POINTS } from './find-changes.ts'
import type { HistoryInput, HistoryOptions } from './history.ts'
import type { PointTree } from './points.ts'
import { countedPoints, pointTree } from './points.ts'
import type { Series } from './series.ts'
import { fitSeries, noiseOf, seriesOf } from './series.ts'

/** A point whose t squared is this much below the best one's may be where it began too: 95 % of a chi-square with one degree of freedom. */
const AS_LIKELY = 3.84

/**
 * The comparison with when each cause began: at which point its function changed most. `given` = the points of the baseline, oldest first, then the runs that were
 * checked. Fewer than 4 points say nothing.
 */
export function withBeginnings(
  comparison: Comparison,
  given: readonly HistoryInput[],
  options: Pick<HistoryOptions, 'names' | 'weights' | 'interrupts'> = {},
): Comparison {
  const points = options.weights === undefined ? countedPoints(given) : given
  if (points.length < FEWEST_POINTS || comparison.causes.length === 0) return comparison
  const tree = pointTree(points, options)
  const series = seriesOf(countsOf(tree, 0, points.length))
  return {
    ...comparison,
    causes: comparison.causes.map(cause => {
      const began = beginning(cause, points, tree, series)
      return began === undefined ? cause : { ...cause, began }
    }),
  }
}

function beginning(
  { name, module, kind, direction }: RootCause,
  points: readonly HistoryInput[],
  tree: PointTree,
  series: Series,
): Beginning | undefined {
  const { frames } = tree.profile.stacks
  const frame = frames.name.findIndex((each, f) => each === name && frames.module[f] === module)
  const e = kind === 'self' ? tree.frameCount + frame : frame
  const values = frame < 0 ? undefined : series.values[e]
  if (values === undefined) return undefined
  // the crowd's noise about the last step, which is the one that was found
  const scan = scanSplits(values, tree.weights, noiseOf(series, fitSeries(series, points.length - 1), e))
  const sign = direction === 'up' ? 1 : -1
  const rises = Array.from(scan.t, (t, i) => ({ at: i + 1, t: t * sign })).filter(({ t }) => t > 0)
  if (rises.length === 0) return undefined
  const best = rises.reduce((most, each) => (each.t > most.t ? each : most))
  const likely = rises.filter(({ t }) => best.t ** 2 - t ** 2 <= AS_LIKELY).map(({ at }) => at)
  const [first, last] = [Math.min(...likely), Math.max(...likely)]
  const place = (at: number): Beginning['since'] => ({ label: points[at]!.label, date: points[at]!.date })
  return {
    since: place(best.at),
    earliest: place(first),
    latest: place(last),
    pointsBefore: points.length - 1 - best.at,
    before: median(shares(series, e).slice(0, best.at)),
    after: median(shares(series, e).slice(best.at)),
  }
}

function shares({ data }: Series, e: number): number[] {
  const { counts, totals } = data.points
  return counts.map((run, j) => (totals[j]! > 0 ? run[e]! / totals[j]! : 0))
}
