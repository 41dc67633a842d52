import { hodgesLehmann, mannWhitney } from '../../stats/mann-whitney.ts'
import { adjustPValues } from '../../stats/multiplicity.ts'
import { matchPrior } from '../../stats/noise.ts'
import { median, sortedQuantile } from '../../stats/quantile.ts'
import { studentQuantile, studentTwoSided } from '../../stats/student.ts'
import { moments, welch } from '../../stats/welch.ts'
import type { ScalarCaveat } from './measured-sides.ts'
import type { Measurement, RunUnit } from './measurements.ts'
import type { Policy, Verdict } from './policy.ts'

export type ScalarTest = 'mann-whitney' | 'student' | 'exact' | 'none'

/** What one benchmark's metric did between the sides. */
export interface ScalarChange {
  readonly benchmark: string
  readonly metric: string
  readonly unit: string
  readonly better: 'lower' | 'higher'
  readonly before: readonly number[]
  readonly after: readonly number[]
  readonly medianBefore: number
  readonly medianAfter: number
  /** after / before, as Hodges and Lehmann estimate it on logarithms; null where values are not above 0. */
  readonly ratio: number | null
  /** 95 % interval of the ratio. */
  readonly low: number | null
  readonly high: number | null
  readonly test: ScalarTest
  readonly p: number | null
  readonly q: number | null
  readonly verdict: Exclude<Verdict, 'slower' | 'shifted'>
}

/** Geometric mean over all benchmarks of one metric, worked out per run. */
export interface ScalarGeomean {
  readonly metric: string
  readonly unit: string
  readonly benchmarks: number
  readonly ratio: number
  readonly low: number | null
  readonly high: number | null
  readonly p: number | null
}

/** The answer of a check of numbers. */
export interface ScalarCheck {
  readonly schema: 'bpfview.check.scalars'
  readonly version: 1
  readonly verdict: Verdict
  readonly violated: boolean
  readonly policy: Policy
  readonly runs: RunUnit
  readonly changes: readonly ScalarChange[]
  readonly geomeans: readonly ScalarGeomean[]
  /** On one side only. */
  readonly gone: readonly string[]
  readonly added: readonly string[]
  /** What makes the files doubtful, or was left out of them. */
  readonly caveats: readonly ScalarCaveat[]
}

const CONFIDENCE = 0.95
/** Fewer runs on a side are never tested; from this many on ranks are. */
const FEWEST = 4
const RANKS = 8

/** Compares the measurements of two sides: sorted worst first, then by name. */
export function compareScalars(
  before: readonly Measurement[],
  after: readonly Measurement[],
  policy: Policy,
  runs: RunUnit = 'processes',
  caveats: readonly ScalarCaveat[] = [],
): ScalarCheck {
  const key = ({ benchmark, metric, unit }: Measurement): string => JSON.stringify([benchmark, metric, unit])
  const others = new Map(after.map(each => [key(each), each]))
  const pairs = before.flatMap(a => {
    const b = others.get(key(a))
    return b === undefined ? [] : [[a, b] as const]
  })
  const shared = sharedVariance(pairs)
  const raw = pairs.map(([a, b]) => measure(a, b, shared))
  const q = adjustPValues(
    raw.map(({ p }) => p ?? NaN),
    policy.method,
  )
  const changes = raw
    .map((change, i): ScalarChange => {
      const own = change.p === null ? null : q[i]!
      return { ...change, q: own, verdict: verdictOf(change, own, policy) }
    })
    .sort(
      (a, b) =>
        order(a) - order(b) ||
        (a.q ?? 1) - (b.q ?? 1) ||
        compare(a.benchmark, b.benchmark) ||
        compare(a.metric, b.metric),
    )
  const verdict =
    (['regressed', 'improved', 'inconclusive', 'unchanged'] as const).find(each =>
      changes.some(change => change.verdict === each),
    ) ?? 'inconclusive'
  const known = new Set(before.map(key))
  const name = ({ benchmark, metric, unit }: Measurement): string => [benchmark, metric, unit].filter(Boolean).join(' ')
  return {
    schema: 'bpfview.check.scalars',
    version: 1,
    verdict,
    violated: policy.failOn.includes(verdict) && verdict !== 'inconclusive',
    policy,
    runs,
    changes,
    geomeans: geomeans(pairs),
    gone: before.filter(each => !others.has(key(each))).map(name),
    added: after.filter(each => !known.has(key(each))).map(name),
    caveats,
  }
}

type Pair = readonly [Measurement, Measurement]
type RawChange = Omit<ScalarChange, 'q' | 'verdict'>

function order({ verdict }: ScalarChange): number {
  return ['regressed', 'improved', 'inconclusive', 'unchanged'].indexOf(verdict)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Throughputs are better when they are higher. */
function betterOf({ metric, unit }: Measurement): 'lower' | 'higher' {
  return /^thrpt$|^(?:items|bytes)$/.test(metric) ||
    /^(?:ops|[KMG]?i?B|items|bytes|req|requests)\/(?:s|sec|ms|us|ns|min)$/i.test(unit)
    ? 'higher'
    : 'lower'
}

/** What the variances of all benchmarks lend to each: a typical variance of logarithms and its degrees of freedom. */
interface SharedVariance {
  readonly variance: number
  readonly df: number
}

function sharedVariance(pairs: readonly Pair[]): SharedVariance {
  const found = pairs
    .filter(([a, b]) => isTested(a, b) && positive(a) && positive(b))
    .map(([a, b]) => pooledVariance(logs(a), logs(b)))
    .filter(({ df, variance }) => df > 0 && variance > 0)
  if (found.length < 10) return { variance: 0, df: 0 }
  const sorted = Float64Array.from(found, ({ variance }) => Math.log(variance)).sort()
  const df = median(found.map(each => each.df))
  return {
    variance: Math.exp(sortedQuantile(sorted, 0.5)),
    df: matchPrior(sortedQuantile(sorted, 0.75) - sortedQuantile(sorted, 0.25), df),
  }
}

function pooledVariance(a: readonly number[], b: readonly number[]): { variance: number; df: number } {
  const df = a.length + b.length - 2
  const squares = moments(a)[1] * (a.length - 1) + moments(b)[1] * (b.length - 1)
  return { variance: squares / df, df }
}

function isTested(a: Measurement, b: Measurement): boolean {
  return Math.min(a.values.length, b.values.length) >= FEWEST
}

function positive({ values }: Measurement): boolean {
  return values.length > 0 && values.every(value => value > 0)
}

function isConstant({ values }: Measurement): boolean {
  return values.every(value => value === values[0])
}

function logs({ values }: Measurement): number[] {
  return values.map(value => Math.log(value))
}

function measure(a: Measurement, b: Measurement, shared: SharedVariance): RawChange {
  const common = {
    benchmark: a.benchmark,
    metric: a.metric,
    unit: a.unit,
    better: betterOf(a),
    before: a.values,
    after: b.values,
    medianBefore: median(a.values),
    medianAfter: median(b.values),
  }
  const untested = { ratio: null, low: null, high: null, test: 'none' as const, p: null }
  if ((a.exact || b.exact) && isConstant(a) && isConstant(b)) {
    const same = a.values[0] === b.values[0]
    const ratio = common.medianBefore > 0 ? common.medianAfter / common.medianBefore : null
    return { ...common, ratio, low: ratio, high: ratio, test: 'exact', p: same ? 1 : 0 }
  }
  if (!positive(a) || !positive(b)) {
    const p = isTested(a, b) ? mannWhitney(a.values, b.values) : null
    return { ...common, ...untested, test: p === null ? 'none' : 'mann-whitney', p }
  }
  const [x, y] = [logs(a), logs(b)]
  if (Math.min(x.length, y.length) >= RANKS) {
    const { shift, low, high } = hodgesLehmann(x, y, CONFIDENCE)
    return { ...common, ...interval(shift, low, high), test: 'mann-whitney', p: mannWhitney(x, y) }
  }
  const { shift } = hodgesLehmann(x, y, CONFIDENCE)
  if (!isTested(a, b)) return { ...common, ...untested, ratio: Math.exp(shift) }
  const own = pooledVariance(x, y)
  const df = own.df + shared.df
  const variance = (own.variance * own.df + shared.variance * shared.df) / df
  const error = Math.sqrt(variance * (1 / x.length + 1 / y.length))
  const delta = moments(y)[0] - moments(x)[0]
  const reach = studentQuantile((1 + CONFIDENCE) / 2, df) * error
  const p = error > 0 ? studentTwoSided(delta / error, df) : delta === 0 ? 1 : 0
  return { ...common, ...interval(shift, delta - reach, delta + reach), test: 'student', p }
}

function interval(shift: number, low: number, high: number): Pick<ScalarChange, 'ratio' | 'low' | 'high'> {
  const bound = (value: number): number | null => (Number.isFinite(value) ? Math.exp(value) : null)
  return { ratio: Math.exp(shift), low: bound(low), high: bound(high) }
}

function verdictOf(change: RawChange, q: number | null, policy: Policy): ScalarChange['verdict'] {
  if (change.p === null || q === null) return 'inconclusive'
  if (q > policy.fdr) return 'unchanged'
  const rose = change.ratio === null ? change.medianAfter > change.medianBefore : change.ratio > 1
  const size = change.ratio === null ? Infinity : Math.max(change.ratio, 1 / change.ratio) - 1
  if (size < policy.minRelative && change.test !== 'exact') return 'unchanged'
  if (size === 0) return 'unchanged'
  return rose === (change.better === 'lower') ? 'regressed' : 'improved'
}

/**
 * The geometric mean of each run over the benchmarks of one metric, then Welch over runs: benchmarks of one run share its noise, so their errors are not independent.
 * Metrics with two benchmarks or more that all have as many runs.
 */
function geomeans(pairs: readonly Pair[]): ScalarGeomean[] {
  const groups = new Map<string, Pair[]>()
  for (const pair of pairs) {
    if (!positive(pair[0]) || !positive(pair[1])) continue
    const key = JSON.stringify([pair[0].metric, pair[0].unit])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [pair])
    else group.push(pair)
  }
  const result: ScalarGeomean[] = []
  for (const group of groups.values()) {
    const side = (which: 0 | 1): number[] | undefined => {
      const runs = group[0]![which].values.length
      if (group.some(pair => pair[which].values.length !== runs)) return undefined
      return Array.from({ length: runs }, (_, r) =>
        group.reduce((sum, pair) => sum + Math.log(pair[which].values[r]!) / group.length, 0),
      )
    }
    const [a, b] = [side(0), side(1)]
    if (group.length < 2 || a === undefined || b === undefined) continue
    const test = welch(a, b, CONFIDENCE)
    const bound = (value: number): number | null => (Number.isFinite(value) ? Math.exp(value) : null)
    result.push({
      metric: group[0]![0].metric,
      unit: group[0]![0].unit,
      benchmarks: group.length,
      ratio: Math.exp(test.delta),
      low: bound(test.low),
      high: bound(test.high),
      p: test.df > 0 ? test.p : null,
    })
  }
  return result
}
