import { BpfviewError } from '../../model/index.ts'
import { trend } from '../../stats/noise.ts'
import { scatterAbout } from '../../stats/scan.ts'
import type { Caveat } from '../compare/caveats.ts'
import { findCaveats } from '../compare/caveats.ts'
import type { Policy, RunLength, Verdict } from '../compare/policy.ts'
import { defaultPolicy } from '../compare/policy.ts'
import { runLength } from '../compare/run-length.ts'
import { nameMatcher } from '../name-pattern.ts'
import type { FoundChange, FoundChanges } from './find-changes.ts'
import { countsOf, FEWEST_POINTS, findChanges } from './find-changes.ts'
import type { History, HistoryChange, HistoryEpoch, HistoryInput, HistoryOptions, HistoryRow } from './history.ts'
import type { PointTree } from './points.ts'
import { countedPoints, pointTree } from './points.ts'
import type { Series } from './series.ts'
import { seriesOf } from './series.ts'
import type { WholeSeries } from './whole.ts'
import { wholeSeries } from './whole.ts'

/** Growth of the whole below this is not worth a verdict. */
const LEAST_GROWTH = 0.01
/** Caveats of a pair of sides that say nothing of a row of points. */
const OF_PAIRS: readonly Caveat['code'][] = ['order', 'size', 'duration', 'same', 'lost', 'unknown']

/** What a program did over commits or days, oldest first. Throws BpfviewError E_MIXED for runs that cannot be compared, E_NO_DATA without points. */
export function compareHistory(given: readonly HistoryInput[], options: HistoryOptions = {}): History {
  const inputs = options.weights === undefined ? countedPoints(given) : given
  const empty = inputs.find(({ runs }) => runs.length === 0)
  if (inputs.length === 0 || empty !== undefined)
    throw new BpfviewError('E_NO_DATA', `${empty?.label ?? 'no point'} has no runs; expected at least one`)
  const policy = options.policy ?? defaultPolicy
  const all = inputs.flatMap(({ runs }) => runs)
  const caveats = findCaveats(
    inputs.flatMap(({ runs, reference }) => [...runs, ...reference]),
    [],
    options.names,
  )
  const blocking = caveats.find(({ blocks }) => blocks)
  if (blocking !== undefined)
    throw new BpfviewError('E_MIXED', `${blocking.message}; expected ${blocking.expected ?? 'like captures'}`)
  const tree = pointTree(inputs, options)
  const length = options.length ?? runLength(all.map(({ profile }) => profile.meta))
  const anchored = tree.reference.length > 0
  const anchor = !anchored ? 'none' : inputs.every(({ inTurns }) => inTurns) ? 'turns' : 'reference'
  const accepted = Math.max(
    0,
    inputs.findLastIndex(point => point.accepted),
  )
  const whole = wholeRow(inputs, wholeSeries(tree, policy), tree, policy, length)
  const found = findChanges(tree, policy)
  const rows = functionRows(inputs, found, policy)
  const points = inputs.map(({ label, date, accepted: isAccepted, inTurns }, j) => ({
    label,
    date,
    accepted: isAccepted,
    runs: tree.totals[j]!.length,
    reference: tree.referenceTotals[j]!.length,
    inTurns: anchored && inTurns,
  }))
  const standing = [whole, ...rows].flatMap(row => row.changes.filter(({ stands, at }) => stands && at > accepted))
  const verdict = verdictOf(standing, inputs.length)
  const enough = points.every(({ runs, reference }) => Math.min(runs, reference) >= policy.minRuns)
  const grown = whole.changes.some(
    ({ at, stands, ratio, low }) =>
      stands && at > accepted && policy.maxTotal !== null && ratio! - 1 > policy.maxTotal && low! > 1,
  )
  return {
    schema: 'bpfview.history',
    version: 1,
    verdict,
    violated: anchor === 'turns' && enough && (grown || policy.failOn.includes(verdict)) && verdict !== 'inconclusive',
    anchor,
    policy,
    event: tree.profile.name,
    unit: tree.profile.value.unit,
    length,
    points,
    whole,
    rows,
    moved: found.moved.map(({ at, kind, from, to }) => ({
      at,
      label: inputs[at]!.label,
      kind,
      from: tree.profile.stacks.frames.name[from]!,
      to: tree.profile.stacks.frames.name[to]!,
    })),
    tested: found.tested,
    caveats: caveats.filter(({ code }) => !OF_PAIRS.includes(code)).map(({ message }) => message),
    renamed: tree.renamed,
  }
}

/** The weightiest verdict among the changes that stand. */
function verdictOf(standing: readonly HistoryChange[], points: number): Verdict {
  const order: readonly Verdict[] = ['regressed', 'slower', 'improved', 'shifted']
  const found = order.find(verdict => standing.some(change => change.verdict === verdict && !change.allowed))
  return found ?? (points < FEWEST_POINTS ? 'inconclusive' : 'unchanged')
}

/** Means of the epochs between changes, weighted. */
function epochMeans(
  logs: ArrayLike<number>,
  weights: Float64Array,
  cuts: readonly number[],
): { readonly from: number; readonly to: number; readonly mean: number; readonly weight: number }[] {
  const ends = [0, ...new Set([...cuts].sort((a, b) => a - b)), logs.length]
  return ends.slice(1).map((to, i) => {
    const from = ends[i]!
    let [weight, sum] = [0, 0]
    for (let j = from; j < to; j++) {
      weight += weights[j]!
      sum += weights[j]! * logs[j]!
    }
    return { from, to, mean: sum / weight, weight }
  })
}

/** Per point, its logarithm less the mean of the epoch before (in the first: of that epoch), and the standard error of this. */
function againstEpochs(
  logs: ArrayLike<number>,
  weights: Float64Array,
  cuts: readonly number[],
  variance: number,
): { logRatios: number[]; errors: number[] } {
  const epochs = epochMeans(logs, weights, cuts)
  const logRatios: number[] = []
  const errors: number[] = []
  epochs.forEach(({ from, to }, i) => {
    const other = epochs[Math.max(0, i - 1)]!
    for (let j = from; j < to; j++) {
      logRatios.push(logs[j]! - other.mean)
      errors.push(Math.sqrt(variance * (1 / weights[j]! + (i === 0 ? 0 : 1 / other.weight))))
    }
  })
  return { logRatios, errors }
}

/** A change stands unless what came after took more than half of it back. */
function stands(means: readonly { readonly from: number; readonly mean: number }[], at: number): boolean {
  const i = means.findIndex(({ from }) => from === at)
  const change = means[i]!.mean - means[i - 1]!.mean
  const left = means[means.length - 1]!.mean - means[i - 1]!.mean
  return left * change > 0 && Math.abs(left) >= Math.abs(change) / 2
}

function wholeRow(
  inputs: readonly HistoryInput[],
  series: WholeSeries,
  { weights }: PointTree,
  policy: Policy,
  length: RunLength,
): HistoryRow {
  const cuts = series.changes.map(({ at }) => at)
  const means = epochMeans(series.logs, weights, cuts)
  const level = ({ from, to }: { from: number; to: number }): number =>
    Math.exp(series.values.slice(from, to).reduce((sum, value) => sum + Math.log(value) / (to - from), 0))
  const judged = length === 'work' || policy.maxTotal !== null
  const epochs: HistoryEpoch[] = means.map(({ from, to }) => ({ from, to, level: level({ from, to }) }))
  const changes = series.changes.map(({ at, delta, low, high, p }): HistoryChange => {
    const i = epochs.findIndex(({ from }) => from === at)
    const matters = judged && length !== 'time' && Math.abs(Math.expm1(delta)) >= LEAST_GROWTH
    return {
      at,
      label: inputs[at]!.label,
      date: inputs[at]!.date,
      direction: delta > 0 ? 'up' : 'down',
      before: epochs[i - 1]!.level,
      after: epochs[i - 1]!.level * Math.exp(delta),
      ratio: Math.exp(delta),
      low: Math.exp(low),
      high: Math.exp(high),
      confidence: 0.95,
      p,
      q: p,
      verdict: !matters ? 'small' : delta > 0 ? 'slower' : 'improved',
      allowed: false,
      stands: stands(means, at),
      explains: [],
    }
  })
  return {
    name: 'whole',
    module: '',
    kind: 'whole',
    values: series.values,
    ...againstEpochs(series.logs, weights, cuts, series.variance),
    epochs,
    changes,
  }
}

/** A row for each function that changed, the first change first. */
function functionRows(inputs: readonly HistoryInput[], found: FoundChanges, policy: Policy): HistoryRow[] {
  const groups = new Map<number, FoundChange[]>()
  const { tree } = found
  for (const change of found.changes) {
    const e = change.frame + (change.kind === 'self' ? tree.frameCount : 0)
    groups.set(e, [...(groups.get(e) ?? []), change])
  }
  const series = seriesOf(countsOf(tree, 0, tree.points.length))
  const allows = policy.allow.map(nameMatcher)
  return [...groups]
    .map(([e, changes]) => functionRow(inputs, found, series, { e, changes, allows }))
    .sort((a, b) => a.changes[0]!.at - b.changes[0]!.at || a.changes[0]!.p - b.changes[0]!.p)
}

interface OneFunction {
  readonly e: number
  readonly changes: readonly FoundChange[]
  readonly allows: readonly ((name: string) => boolean)[]
}

function functionRow(
  inputs: readonly HistoryInput[],
  { tree, model }: FoundChanges,
  series: Series,
  { e, changes, allows }: OneFunction,
): HistoryRow {
  const { frames } = tree.profile.stacks
  const { counts, totals } = series.data.points
  const values = counts.map((run, j) => (totals[j]! > 0 ? run[e]! / totals[j]! : 0))
  const logs = series.values[e] ?? new Float64Array(values.length)
  const cuts = changes.map(({ at }) => at)
  const means = epochMeans(logs, tree.weights, cuts)
  const df = Math.max(1, values.length - means.length)
  const squares = means.reduce(
    (sum, { from, to }) =>
      to - from < 2
        ? sum
        : sum + scatterAbout(logs.subarray(from, to), tree.weights.subarray(from, to), 0) * (to - from - 1),
    0,
  )
  const expected = trend(model, series.load[e]!) * series.base[e]!
  const variance = Math.max(
    tree.kind === 'counts' ? series.base[e]! : 0,
    (model.priorDf * expected + squares) / (model.priorDf + df),
  )
  const name = frames.name[changes[0]!.frame]!
  const allowed = allows.some(allow => allow(name))
  const level = (from: number, to: number): number => {
    let [count, total] = [0, 0]
    for (let j = from; j < to; j++) {
      count += counts[j]![e]!
      total += totals[j]!
    }
    return total > 0 ? count / total : 0
  }
  return {
    name,
    module: frames.module[changes[0]!.frame]!,
    kind: changes[0]!.kind,
    values,
    ...againstEpochs(logs, tree.weights, cuts, variance),
    epochs: means.map(({ from, to }) => ({ from, to, level: level(from, to) })),
    changes: [...changes]
      .sort((a, b) => a.at - b.at)
      .map(
        ({ at, up, explains, frame: _, kind: __, ...figures }): HistoryChange => ({
          at,
          label: inputs[at]!.label,
          date: inputs[at]!.date,
          direction: up ? 'up' : 'down',
          ...figures,
          confidence: 0.95,
          allowed,
          stands: stands(means, at),
          explains: explains.map(f => frames.name[f]!).filter(other => other !== name),
        }),
      ),
  }
}
