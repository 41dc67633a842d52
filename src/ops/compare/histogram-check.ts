import type { HistogramChange } from './compare-histograms.ts'
import { fewestRuns } from './compare-histograms.ts'
import type { Policy, Verdict } from './policy.ts'

/** The answer of a check of inputs that hold histograms. */
export interface HistogramCheck {
  readonly schema: 'bpfview.check.histograms'
  readonly version: 1
  readonly verdict: Verdict
  readonly why: readonly string[]
  readonly violated: boolean
  readonly policy: Policy
  readonly histograms: readonly HistogramChange[]
}

/** The worst of the distributions' verdicts, held against the policy. */
export function judgeHistograms(histograms: readonly HistogramChange[], policy: Policy): HistogramCheck {
  const order: readonly Verdict[] = ['regressed', 'improved', 'inconclusive', 'unchanged']
  const verdict = order.find(each => histograms.some(change => change.verdict === each)) ?? 'unchanged'
  const why =
    verdict === 'inconclusive'
      ? [`${fewestRuns(policy.fdr)} or more runs on each side are needed to tell a shift from noise`]
      : []
  const violated = policy.failOn.includes(verdict) && verdict !== 'inconclusive'
  return { schema: 'bpfview.check.histograms', version: 1, verdict, why, violated, policy, histograms }
}
