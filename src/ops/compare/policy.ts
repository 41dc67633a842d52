/** Limits on one function: `max` is a share of the whole, 0..1. */
export interface Budget {
  /** Glob over frame names: `*` stands for anything. */
  readonly frame: string
  readonly max: number
  /** `total` counts stacks that hold a matching frame, `self` those that end in one. */
  readonly kind: 'total' | 'self'
}

/**
 * What a comparison comes to: `regressed`, `improved` = functions; `slower` = the whole, and no function by itself; `shifted` = cost only moved;
 * `unchanged` = no regression found, with a bound; `inconclusive` = too few runs, or not shown as closely as asked.
 */
export type Verdict = 'regressed' | 'improved' | 'slower' | 'shifted' | 'unchanged' | 'inconclusive'
/** What a check compares: shares of the whole, or amounts by work, by time, as they are, or robust against a few functions that changed. */
export type CheckNormalization = 'share' | 'work' | 'time' | 'absolute' | 'robust'
/** Whether every run did the same work, ran for a fixed time, or whether that is not known. */
export type RunLength = 'work' | 'time' | 'unknown'

/** What a check holds a change against. */
export interface Policy {
  /** False discovery rate over all tested frames. */
  readonly fdr: number
  readonly method: 'bh' | 'by'
  /** A change must be at least this many points (0.005 = half a point of the whole). */
  readonly minPoints: number
  /** And its cost at least this much more than it was (0.05 = 5 %). */
  readonly minRelative: number
  /** Fewer distinct runs on a side never fail a build. */
  readonly minRuns: number
  readonly normalize: CheckNormalization
  /** Verdicts that violate the policy. */
  readonly failOn: readonly Verdict[]
  /** The whole may grow by this much (0.1 = 10 %); null = it never fails a build. */
  readonly maxTotal: number | null
  /** A green must show that no function grew by more than this share of the whole; null = whatever the runs can show. */
  readonly prove: number | null
  /** Frames whose growth is accepted: globs, or regular expressions between slashes. */
  readonly allow: readonly string[]
  readonly budgets: readonly Budget[]
  readonly seed: number
}

/** The policy of a check that is given none; shares from 0 to 1. */
export const defaultPolicy: Policy = {
  fdr: 0.05,
  method: 'bh',
  minPoints: 0.005,
  minRelative: 0.05,
  minRuns: 3,
  normalize: 'share',
  failOn: ['regressed'],
  maxTotal: null,
  prove: null,
  allow: [],
  budgets: [],
  seed: 1,
}
