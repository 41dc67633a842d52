import type { Measures, Meta, Profile, Run } from '../../model/index.ts'
import type { Drift } from '../../stats/drift.ts'
import type { RunTree } from '../../stats/entities.ts'
import type { NoiseModel } from '../../stats/noise.ts'
import type { AlignedName } from '../stacks/align-names.ts'
import type { BudgetResult } from './budgets.ts'
import type { Caveat } from './caveats.ts'
import type { Policy, RunLength, Verdict } from './policy.ts'
import type { Weights } from './weights.ts'

/** `small` = significant, and below the policy's limits. */
export type FrameVerdict = Exclude<Verdict, 'slower'> | 'small'

/** What one frame did between the sides; shares are of the whole (or values per unit of work, time or run). */
export interface FrameChange {
  readonly name: string
  readonly module: string
  readonly kind: 'total' | 'self'
  /** Its name before, where it was renamed. */
  readonly was: string | null
  readonly before: number
  /** As captured. */
  readonly after: number
  /** What `after` would be if the runs of both sides had one size: this is tested. */
  readonly afterAdjusted: number
  /** Change as captured, after - before. */
  readonly delta: number
  /** afterAdjusted - before: this is held against the policy's points. */
  readonly adjustedDelta: number
  /** Part of delta that comes from the sizes of the runs alone, delta - adjustedDelta. */
  readonly sizeEffect: number
  /** How many times as much it costs if the rest stayed (the ratio of the odds of shares, adjusted); null when it is new. */
  readonly ratio: number | null
  /** Confidence interval of the ratio, 95 %. */
  readonly low: number | null
  readonly high: number | null
  readonly confidence: number
  readonly dispersion: number
  readonly df: number
  readonly t: number
  readonly p: number
  readonly q: number
  readonly verdict: FrameVerdict
  /** Smallest relative change that would be detected with 90 % power; null when unknown. */
  readonly detectable: number | null
  /** Values of each run, in the order of the sides' runs. */
  readonly runsBefore: readonly number[]
  readonly runsAfter: readonly number[]
}

/** When a cause began, by a history of commits or days that ends in the runs that were checked. */
export interface Beginning {
  /** First point of the new level, the likeliest; and between which points it may have begun. */
  readonly since: { readonly label: string; readonly date: string | null }
  readonly earliest: { readonly label: string; readonly date: string | null }
  readonly latest: { readonly label: string; readonly date: string | null }
  /** Points between the likeliest and the checked runs; 0 = it began with these. */
  readonly pointsBefore: number
  /** Median share of the points before and from then on. */
  readonly before: number
  readonly after: number
}

/** A change that explains others. */
export interface RootCause {
  readonly name: string
  readonly module: string
  readonly kind: 'total' | 'self'
  /** The frame whose test found it, when that is a caller of the named one. */
  readonly within: string | null
  readonly direction: 'up' | 'down'
  /** Number of earlier causes that are left out of its figures. */
  readonly round: number
  /** What the frame did when earlier causes are left out of the whole: the figures that are judged. */
  readonly change: FrameChange
  readonly q: number
  /** Frames that are raised (lowered) only because of this one. */
  readonly explains: readonly string[]
  /** Stacks that carry the change, largest first, root first. */
  readonly paths: readonly { readonly frames: readonly string[]; readonly before: number; readonly after: number }[]
  readonly moved: {
    readonly kind: 'callers' | 'inside'
    readonly counterpart: string
    readonly counterpartKind: 'total' | 'self'
    readonly caller: string | null
    readonly delta: number
  } | null
  readonly allowed: boolean
  /** True when it alone violates the limits. */
  readonly violates: boolean
  /** `regressed` and `improved` pass the limits, `shifted` is cost that moved, `small` is below them. */
  readonly verdict: FrameVerdict
  /** Where the runs before are of several commits or days. */
  readonly began?: Beginning
}

/** A function that has another name or place after, judged by the sum of both. */
export interface MovedFunction {
  readonly kind: 'renamed' | 'merged' | 'split'
  readonly from: string
  readonly to: string
  /** Share of both together on either side. */
  readonly before: number
  readonly after: number
}

/** The whole of a run: test number one. */
export interface WholeChange {
  /** Relative change of a run's total (0.2 = +20 %). */
  readonly change: number
  /** 95 % interval; null with fewer than two runs on a side. */
  readonly low: number | null
  readonly high: number | null
  readonly confidence: number
  readonly p: number | null
  readonly per: 'run' | 'unit of work' | 'second'
  readonly length: RunLength
  /** True where more means slower: every run did the same work, or the policy limits the whole. */
  readonly judged: boolean
  readonly exceeded: boolean
  /** Relative scatter of the runs' sizes, where one side's is far larger; null otherwise. */
  readonly scatter: { readonly before: number; readonly after: number; readonly p: number } | null
}

/** What interrupts and the scheduler took, which is no cost of the program. */
export interface InterruptChange {
  readonly dropped: boolean
  /** Shares of everything that was captured. */
  readonly before: number
  readonly after: number
  readonly p: number | null
}

/** What no function grew by more than, all tested together. */
export interface GrowthBound {
  /** Share of the whole (0.034 = 3.4 points). */
  readonly points: number
  readonly confidence: number
  readonly family: number
}

/** One side of a comparison. */
export interface Side {
  readonly runs: readonly { readonly label: string; readonly total: number }[]
  readonly total: number
  /** Runs left out because another has the same counts. */
  readonly repeated: readonly string[]
  readonly meta: Meta
}

/** The answer of a check: plain data, from which every output is made. */
export interface Comparison {
  readonly schema: 'bpfview.check'
  readonly version: 2
  readonly verdict: Verdict
  readonly violated: boolean
  /** Enough distinct runs on both sides for a verdict. */
  readonly enough: boolean
  readonly policy: Policy
  readonly event: string
  readonly unit: string
  /** What the values are of; `unknown` where the runs do not say. */
  readonly measures: Measures
  readonly weights: Weights
  readonly before: Side
  readonly after: Side
  readonly model: NoiseModel
  /** Fraction of the whole that sits in other stacks. */
  readonly moved: number
  readonly whole: WholeChange
  readonly bound: GrowthBound | null
  readonly interrupts: InterruptChange | null
  /** Set where most functions changed and runs differ in size: the sides were captured under unlike conditions, and a function must stand out from that. */
  readonly drift: Drift | null
  /** Names of the tasks of each side where they have none in common: they are compared as one. */
  readonly tasks: { readonly before: readonly string[]; readonly after: readonly string[] } | null
  readonly tested: number
  readonly untested: number
  readonly family: number
  /** Smallest change visible of frames of 1, 5 and 20 % of the whole, in points (0.01 = 1 point). */
  readonly detectable: readonly { readonly share: number; readonly relative: number; readonly points: number }[]
  readonly causes: readonly RootCause[]
  /** Significant changes below the policy's limits. */
  readonly small: readonly RootCause[]
  readonly relocated: readonly MovedFunction[]
  readonly budgets: readonly BudgetResult[]
  /** Patterns of the allow-list and of budgets that no function has. */
  readonly unmatched: readonly string[]
  readonly frames: readonly FrameChange[]
  readonly renamed: readonly AlignedName[]
  readonly caveats: readonly Caveat[]
}

/** What a comparison was worked out on, for pictures and tables of the same sides. */
export interface WorkingSet {
  /** All stacks as captured, aligned by name, in units of one observation; the first `before` columns are one side. */
  readonly tree: RunTree
  readonly profile: Profile
  /** Every run of each side, those with the same counts too. */
  readonly runs: readonly [readonly Run[], readonly Run[]]
}
