import type { Changes } from '../../stats/changes.ts'
import { studentQuantile } from '../../stats/student.ts'
import type { BudgetResult } from './budgets.ts'
import type { GrowthBound, MovedFunction, RootCause, WholeChange } from './comparison.ts'
import { coarseDf } from './frame-change.ts'
import type { Policy, Verdict } from './policy.ts'
import { isSlower } from './whole.ts'

/** What a verdict rests on. */
export interface Evidence {
  readonly policy: Policy
  /** Enough distinct runs on both sides. */
  readonly enough: boolean
  readonly causes: readonly RootCause[]
  readonly relocated: readonly MovedFunction[]
  readonly budgets: readonly BudgetResult[]
  readonly whole: WholeChange
  readonly bound: GrowthBound | null
  readonly tested: number
}

/** The verdict and whether it violates the policy. Fewer runs than the policy asks for violate nothing. */
export function judge(evidence: Evidence): { verdict: Verdict; violated: boolean } {
  const { policy, enough, causes, budgets, whole } = evidence
  const has = (verdict: Verdict): boolean =>
    causes.some(cause => cause.verdict === verdict && !(cause.allowed && verdict === 'regressed'))
  const over = budgets.some(budget => budget.verdict === 'exceeded')
  const verdict = verdictOf(evidence, has, over)
  const hit = over || whole.exceeded || (policy.failOn.includes(verdict) && verdict !== 'inconclusive')
  return { verdict, violated: enough && hit }
}

function verdictOf(evidence: Evidence, has: (verdict: Verdict) => boolean, over: boolean): Verdict {
  const { policy, enough, whole, bound, relocated } = evidence
  if (!enough) return 'inconclusive'
  if (over || has('regressed')) return 'regressed'
  if (isSlower(whole) || whole.exceeded) return 'slower'
  if (has('improved')) return wholeFell(whole) ? 'improved' : 'shifted'
  if (has('shifted') || relocated.length > 0) return 'shifted'
  if (evidence.tested === 0) return 'inconclusive'
  if (policy.prove !== null && !(bound !== null && bound.points <= policy.prove)) return 'inconclusive'
  return 'unchanged'
}

/** A function that fell improves nothing unless the whole fell. Of runs of a fixed length the whole says nothing, and functions alone decide. */
function wholeFell({ change, length }: WholeChange): boolean {
  return length === 'time' || change < 0
}

/**
 * What no tested entity grew by more than, all of them together: the largest of judged change + t(1 - 0.05 / m) x error, m = entities that
 * are not copies of one another.
 */
export function growthBound(changes: Changes): GrowthBound | null {
  const confidence = 0.95
  let points = -Infinity
  for (let e = 0; e < changes.tested.length; e++) {
    if (changes.tested[e] === 0) continue
    const reach = studentQuantile(1 - (1 - confidence) / changes.family, coarseDf(changes.df[e]!)) * changes.error[e]!
    points = Math.max(points, changes.adjustedDelta[e]! + reach)
  }
  return Number.isFinite(points) ? { points: Math.max(0, points), confidence, family: changes.family } : null
}
