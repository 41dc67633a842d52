import { fisherUpper } from '../../stats/fisher.ts'
import { moments, welch } from '../../stats/welch.ts'
import type { WholeChange } from './comparison.ts'
import type { Policy, RunLength } from './policy.ts'

const CONFIDENCE = 0.95
/** Sides whose runs scatter unlike one another at this level, and by at least this much, were not captured alike. */
const UNLIKE_LEVEL = 0.01
const LEAST_SCATTER = 0.05
/** Growth of the whole below this is not worth a headline, however certain. */
const LEAST_GROWTH = 0.01

/** The change of a run's total, by Welch's test on logarithms. `exposure` = what totals are divided by, where the normalisation is by work or time. */
export function wholeChange(
  totals: Float64Array,
  before: number,
  exposure: Float64Array | undefined,
  policy: Policy,
  length: RunLength,
): WholeChange {
  const per = policy.normalize === 'time' ? 'second' : policy.normalize === 'work' ? 'unit of work' : 'run'
  const logs = Array.from(totals, (total, r) =>
    Math.log(total / (per === 'run' || exposure === undefined ? 1 : exposure[r]!)),
  )
  const result = welch(logs.slice(0, before), logs.slice(before), CONFIDENCE)
  const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)
  const change = Math.exp(result.delta) - 1
  const low = finite(Math.exp(result.low) - 1)
  const judged = length === 'work' || per === 'unit of work' || (policy.maxTotal !== null && length === 'unknown')
  return {
    change,
    low,
    high: finite(Math.exp(result.high) - 1),
    confidence: CONFIDENCE,
    p: result.df > 0 ? result.p : null,
    per,
    length,
    judged,
    scatter: scatterOf(logs.slice(0, before), logs.slice(before)),
    exceeded: judged && policy.maxTotal !== null && change > policy.maxTotal && low !== null && low > 0,
  }
}

/** How much runs of each side differ in size, where one side's differ far more: a sign of a busy machine. */
function scatterOf(before: readonly number[], after: readonly number[]): WholeChange['scatter'] {
  if (before.length < 3 || after.length < 3) return null
  const [a, b] = [Math.max(moments(before)[1], 1e-8), Math.max(moments(after)[1], 1e-8)]
  const [df, other] = a > b ? [before.length - 1, after.length - 1] : [after.length - 1, before.length - 1]
  const p = Math.min(1, 2 * fisherUpper(Math.max(a, b) / Math.min(a, b), df, other))
  return p < UNLIKE_LEVEL && Math.max(a, b) > LEAST_SCATTER ** 2
    ? { before: Math.sqrt(a), after: Math.sqrt(b), p }
    : null
}

/** True when the whole is surely slower, where that can be said. */
export function isSlower({ change, low, judged }: WholeChange): boolean {
  return judged && low !== null && low > 0 && change >= LEAST_GROWTH
}
