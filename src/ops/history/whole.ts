import type { Stretch } from '../../stats/scan.ts'
import { scanProbability, scanSplits, scanStretches, scatterAbout } from '../../stats/scan.ts'
import { studentQuantile } from '../../stats/student.ts'
import type { Policy } from '../compare/policy.ts'
import { FEWEST_POINTS } from './find-changes.ts'
import type { PointTree } from './points.ts'

/** The whole of a run over the points, as logarithms: the mean of a point's runs, less that of the reference. */
export interface WholeSeries {
  /** Geometric mean of the totals of each point's runs, as captured. */
  readonly values: readonly number[]
  readonly logs: Float64Array
  readonly changes: readonly WholeStep[]
  /** Variance of a point of weight 1 about the epochs' means. */
  readonly variance: number
}

export interface WholeStep {
  readonly at: number
  readonly delta: number
  readonly low: number
  readonly high: number
  readonly p: number
}

const CONFIDENCE = 0.95

/** Scans the whole by itself: test number one, with no crowd to lend it anything. */
export function wholeSeries(tree: PointTree, policy: Policy): WholeSeries {
  const logMean = (totals: readonly number[]): number =>
    totals.reduce((sum, total) => sum + Math.log(Math.max(total, Number.MIN_VALUE)) / totals.length, 0)
  const anchored = tree.reference.length > 0
  const logs = Float64Array.from(
    tree.totals,
    (totals, j) => logMean(totals) - (anchored ? logMean(tree.referenceTotals[j]!) : 0),
  )
  const changes = splitsOf(logs, tree.weights, 0, logs.length, policy.fdr).sort((a, b) => a.at - b.at)
  const ends = [0, ...changes.map(({ at }) => at), logs.length]
  let squares = 0
  for (let i = 1; i < ends.length; i++) {
    const [from, to] = [ends[i - 1]!, ends[i]!]
    if (to - from > 1)
      squares += scatterAbout(logs.subarray(from, to), tree.weights.subarray(from, to), 0) * (to - from - 1)
  }
  return {
    values: tree.totals.map(totals => Math.exp(logMean(totals))),
    logs,
    changes,
    variance: squares / Math.max(1, logs.length - ends.length + 1),
  }
}

function splitsOf(logs: Float64Array, weights: Float64Array, from: number, to: number, level: number): WholeStep[] {
  if (to - from < FEWEST_POINTS) return []
  const step = scanStretches(to - from)
    .map(stretch => stepIn(logs, weights, { ...stretch, from: from + stretch.from, to: from + stretch.to }))
    .find(({ p, part }) => p <= level * part)
  if (step === undefined) return []
  return [step, ...splitsOf(logs, weights, from, step.at, level), ...splitsOf(logs, weights, step.at, to, level)]
}

/** The largest step of one stretch. */
function stepIn(logs: Float64Array, weights: Float64Array, { from, to, part }: Stretch): WholeStep & { part: number } {
  const [y, w] = [logs.subarray(from, to), weights.subarray(from, to)]
  const scan = scanSplits(y, w, { base: 1, expected: 0, priorDf: 0, floor: 1e-12 })
  const df = to - from - 2
  const i = scan.best - 1
  const reach = studentQuantile((1 + CONFIDENCE) / 2, df) * scan.error[i]!
  const delta = scan.delta[i]!
  const p = delta === 0 ? 1 : scanProbability(scan.t[i]!, df, w)
  return { at: from + scan.best, delta, low: delta - reach, high: delta + reach, p, part }
}
