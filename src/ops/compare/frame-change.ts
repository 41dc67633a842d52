import type { Changes } from '../../stats/changes.ts'
import { isSignificant } from '../../stats/changes.ts'
import type { EntityCounts } from '../../stats/entities.ts'
import { equivalent } from '../../stats/equivalence.ts'
import type { PowerSetting } from '../../stats/power.ts'
import { detectableChange } from '../../stats/power.ts'
import { studentQuantile } from '../../stats/student.ts'
import type { FrameChange, FrameVerdict } from './comparison.ts'
import type { Policy } from './policy.ts'
import type { Prepared } from './prepare.ts'

/** Level of the intervals that are printed. */
const CONFIDENCE = 0.95

/** What every judgement of one comparison needs. */
export interface Context {
  readonly policy: Policy
  readonly prepared: Prepared
  /** Enough distinct runs on both sides. */
  readonly enough: boolean
  /** Rates are shares of the whole. */
  readonly shares: boolean
  readonly setting: PowerSetting
  /** Standard deviation of log cost ratios that is drift between the sides; 0 = none. */
  readonly drift: number
}

/** One tested entity's change, its values of each run among it. */
export function frameChange(context: Context, counts: EntityCounts, changes: Changes, e: number): FrameChange {
  const { prepared } = context
  const { tree } = prepared
  const { name, module } = prepared.sides.profile.stacks.frames
  const f = prepared.frames[e % tree.frameCount]!
  const was = prepared.was.get(f)
  const before = changes.rateBefore[e]!
  const afterAdjusted = changes.rateAdjusted[e]!
  const log = changes.logRatio[e]!
  const reach = studentQuantile((1 + CONFIDENCE) / 2, coarseDf(changes.df[e]!)) * changes.logError[e]!
  const inside = Number.isFinite(log) && Number.isFinite(reach)
  return {
    name: name[f]!,
    module: module[f]!,
    kind: kindOf(tree.frameCount, e),
    was: was === undefined ? null : name[was]!,
    before,
    after: changes.rateAfter[e]!,
    afterAdjusted,
    delta: changes.delta[e]!,
    adjustedDelta: changes.adjustedDelta[e]!,
    sizeEffect: changes.delta[e]! - changes.adjustedDelta[e]!,
    ratio: before > 0 ? Math.exp(log) : null,
    low: inside ? Math.exp(log - reach) : null,
    high: inside ? Math.exp(log + reach) : null,
    confidence: CONFIDENCE,
    dispersion: changes.dispersion[e]!,
    df: changes.df[e]!,
    t: changes.t[e]!,
    p: changes.p[e]!,
    q: changes.q[e]!,
    verdict: frameVerdict(context, changes, e),
    detectable: detectableOf(context, changes, e),
    runsBefore: counts.counts.slice(0, tree.before).map(run => run[e]!),
    runsAfter: counts.counts.slice(tree.before).map(run => run[e]!),
  }
}

export function kindOf(frameCount: number, e: number): 'total' | 'self' {
  return e < frameCount ? 'total' : 'self'
}

function detectableOf({ prepared, shares, setting }: Context, changes: Changes, e: number): number | null {
  if (prepared.weights.kind !== 'counts' || !shares) return null
  const share = (changes.rateBefore[e]! + changes.rateAfter[e]!) / 2
  const found = detectableChange(share, { ...setting, delta: Math.max(changes.dispersion[e]!, 1), tau: 0 })
  return Number.isFinite(found) ? found : null
}

/** Degrees of freedom rounded down to quarters, so that quantiles are found once for many. */
export function coarseDf(df: number): number {
  return df === Infinity ? df : Math.max(0.25, Math.floor(df * 4) / 4)
}

/** Verdict on one frame by itself, before anything is explained by anything else. */
function frameVerdict({ policy, enough, shares }: Context, changes: Changes, e: number): FrameVerdict {
  if (!enough) return 'inconclusive'
  const delta = changes.adjustedDelta[e]!
  if (isSignificant(changes, e, policy.fdr)) {
    if (!passesLimits(policy, changes, e, shares)) return 'small'
    return delta > 0 ? 'regressed' : 'improved'
  }
  // a change counts only when it passes both limits, so the wider of the two is the margin
  const before = changes.rateBefore[e]!
  const relative = policy.minRelative * before * (shares ? 1 - before : 1)
  const margin = Math.max(shares ? policy.minPoints : 0, relative)
  return equivalent(delta, changes.error[e]!, coarseDf(changes.df[e]!), margin) ? 'unchanged' : 'inconclusive'
}

/** Does a change matter, whatever its significance? Its points and its cost ratio are held against the policy; points only mean something for shares. */
export function passesLimits(policy: Policy, changes: Changes, e: number, shares: boolean): boolean {
  const delta = changes.adjustedDelta[e]!
  if (delta === 0 || (shares && Math.abs(delta) < policy.minPoints)) return false
  const log = changes.logRatio[e]!
  return log > 0 ? Math.expm1(log) >= policy.minRelative : -Math.expm1(log) >= policy.minRelative
}
