import type { Compared } from './compare-runs.ts'
import type { HistogramCheck } from './histogram-check.ts'
import type { Policy, Verdict } from './policy.ts'
import type { ScalarCheck } from './scalars.ts'

/** One part of a check of several benchmarks, or of several kinds of data of one. */
export type SuitePart =
  | { readonly benchmark: string; readonly kind: 'functions'; readonly check: Compared }
  | { readonly benchmark: string; readonly kind: 'numbers'; readonly check: ScalarCheck }
  | { readonly benchmark: string; readonly kind: 'histograms'; readonly check: HistogramCheck }

/** One verdict on all parts. */
export interface SuiteCheck {
  readonly schema: 'bpfview.check.suite'
  readonly version: 1
  readonly verdict: Verdict
  readonly violated: boolean
  readonly policy: Policy
  /** False discovery rate of each part, so that all together keep the policy's. */
  readonly partFdr: number
  readonly parts: readonly SuitePart[]
  /** Benchmarks and kinds of data that are on one side only. */
  readonly alone: readonly string[]
}

/** The policy of each of `parts` parts: the rate is shared, or more benchmarks would mean more false alarms. */
export function partPolicy(policy: Policy, parts: number): Policy {
  return { ...policy, fdr: policy.fdr / Math.max(1, parts) }
}

const ORDER: readonly Verdict[] = ['regressed', 'slower', 'inconclusive', 'improved', 'shifted', 'unchanged']

export function verdictOfPart(part: SuitePart): { readonly verdict: Verdict; readonly violated: boolean } {
  const { verdict, violated } = part.kind === 'functions' ? part.check.comparison : part.check
  return { verdict, violated }
}

/** The worst verdict of the parts; red when one of them is. */
export function judgeSuite(parts: readonly SuitePart[], policy: Policy, alone: readonly string[]): SuiteCheck {
  const found = parts.map(verdictOfPart)
  return {
    schema: 'bpfview.check.suite',
    version: 1,
    verdict: ORDER.find(verdict => found.some(each => each.verdict === verdict)) ?? 'inconclusive',
    violated: found.some(({ violated }) => violated),
    policy,
    partFdr: partPolicy(policy, parts.length).fdr,
    parts,
    alone,
  }
}
