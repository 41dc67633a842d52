import type { Profile } from '../../model/index.ts'
import type { RunTree } from '../../stats/entities.ts'
import { rowTotals } from '../../stats/entities.ts'
import { studentQuantile } from '../../stats/student.ts'
import { nameMatcher } from '../name-pattern.ts'
import type { Budget, Policy } from './policy.ts'

/** A budget of a policy and what became of it; shares from 0 to 1. */
export interface BudgetResult {
  readonly frame: string
  readonly kind: 'total' | 'self'
  readonly max: number
  /** Mean share of the runs after. */
  readonly share: number
  /** Interval of that share; the budget is exceeded when all of it lies above `max`. */
  readonly low: number
  readonly high: number
  /** Names that matched, at most 20. */
  readonly matched: readonly string[]
  readonly verdict: 'kept' | 'exceeded' | 'inconclusive'
}

/** Holds the runs after against budgets, one-sided at `level`: only what is surely above its limit exceeds it. */
export function judgeBudgets(
  budgets: readonly Budget[],
  profile: Profile,
  tree: RunTree,
  { enough, level }: { readonly enough: boolean; readonly level: number },
): BudgetResult[] {
  const totals = tree.self.map(self => self.reduce((a, b) => a + b, 0))
  return budgets.map(({ frame, kind, max }) => {
    const matches = nameMatcher(frame)
    const chosen = profile.stacks.frames.name.map(name => matches(name))
    const shares: number[] = []
    let counted = 0
    for (let r = tree.before; r < tree.self.length; r++) {
      const value = matching(tree, tree.self[r]!, chosen, kind)
      counted += totals[r]!
      shares.push(totals[r]! > 0 ? value / totals[r]! : 0)
    }
    const n = shares.length
    const share = shares.reduce((a, b) => a + b, 0) / n
    const variance = n > 1 ? shares.reduce((total, value) => total + (value - share) ** 2, 0) / (n - 1) / n : 0
    // never more certain than sampling allows
    const error = Math.sqrt(Math.max(variance, (share * (1 - share)) / Math.max(1, counted)))
    const reach = n > 1 ? studentQuantile(1 - level, n - 1) * error : Infinity
    const low = Math.max(0, share - reach)
    const verdict =
      low > max ? (enough ? 'exceeded' : 'inconclusive') : share > max && !enough ? 'inconclusive' : 'kept'
    return {
      frame,
      kind,
      max,
      share,
      low,
      high: Math.min(1, share + reach),
      matched: profile.stacks.frames.name.filter((_, f) => chosen[f]).slice(0, 20),
      verdict,
    }
  })
}

/** Value of the stacks that hold (or end in) a chosen frame, each stack once. */
function matching(tree: RunTree, self: Float64Array, chosen: readonly boolean[], kind: 'total' | 'self'): number {
  let value = 0
  if (kind === 'self') {
    for (let i = 1; i < self.length; i++) if (chosen[tree.frame[i]!]) value += self[i]!
    return value
  }
  const total = rowTotals(tree.parent, self)
  const inside = new Uint8Array(self.length)
  for (let i = 1; i < self.length; i++) {
    if (inside[tree.parent[i]!] === 1) inside[i] = 1
    else if (chosen[tree.frame[i]!]) {
      inside[i] = 1
      value += total[i]!
    }
  }
  return value
}

/** Patterns of the allow-list and of budgets that no function has: they are likely misspelt. */
export function unmatchedPatterns(policy: Pick<Policy, 'allow' | 'budgets'>, profile: Profile): string[] {
  const { name } = profile.stacks.frames
  const patterns = new Set([...policy.allow, ...policy.budgets.map(budget => budget.frame)])
  return [...patterns].filter(pattern => {
    const matches = nameMatcher(pattern)
    return !name.some(matches)
  })
}
