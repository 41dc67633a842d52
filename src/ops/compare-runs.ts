import { BpfviewError } from '../model/index.ts'
import type { Meta, Profile, Run } from '../model/index.ts'
import { findCauses, significant } from '../stats/blame.ts'
import type { Blame, Cause } from '../stats/blame.ts'
import { testCounts } from '../stats/changes.ts'
import type { Changes } from '../stats/changes.ts'
import { movedFraction } from '../stats/distance.ts'
import { countEntities, countRows, outermostRows } from '../stats/entities.ts'
import type { EntityCounts, RunTree } from '../stats/entities.ts'
import { equivalent } from '../stats/equivalence.ts'
import { testMeasures } from '../stats/measures.ts'
import type { NoiseModel } from '../stats/noise.ts'
import { permutationTest } from '../stats/permutation.ts'
import { detectableChange, runsNeeded } from '../stats/power.ts'
import { studentQuantile } from '../stats/student.ts'
import { trimmedScales } from '../stats/tmm.ts'
import { welch } from '../stats/welch.ts'
import type { AlignedName, NameMode } from './align-names.ts'
import { judgeBudgets } from './check-budgets.ts'
import type { BudgetResult } from './check-budgets.ts'
import { defaultPolicy, nameMatcher } from './check-policy.ts'
import type { Policy, Verdict } from './check-policy.ts'
import { weightsOf } from './check-weights.ts'
import type { Weights } from './check-weights.ts'
import { findDoubts } from './doubts.ts'
import type { Doubt } from './doubts.ts'
import { mergeAligned } from './merge-runs.ts'
import { priorOf } from './noise-ledger.ts'
import type { NoiseLedger } from './noise-ledger.ts'
import type { LabelledProfile } from './merge-runs.ts'
import { mergeMeta } from './merge.ts'

/** What one frame did between the sides; shares are of the whole (or values per unit of work, time or run). */
export interface FrameChange {
  readonly name: string
  readonly module: string
  readonly kind: 'total' | 'self'
  readonly before: number
  readonly after: number
  /** Change as measured, after - before. */
  readonly delta: number
  /** Part of delta that comes from the sizes of the runs alone; 0 where runs are alike. */
  readonly bend: number
  /** after / before without bend; null when it was not there before. */
  readonly ratio: number | null
  /** Confidence interval of the ratio. */
  readonly low: number | null
  readonly high: number | null
  readonly dispersion: number
  readonly df: number
  readonly t: number
  readonly p: number
  readonly q: number
  readonly verdict: Verdict
  /** Smallest relative change that would be detected with 90 % power; null when unknown. */
  readonly detectable: number | null
  /** Values of each run, in the order of the sides' runs. */
  readonly runsBefore: readonly number[]
  readonly runsAfter: readonly number[]
}

/** A change that explains others. */
export interface RootCause {
  readonly name: string
  readonly module: string
  readonly kind: 'total' | 'self'
  /** The frame whose test found it, when that is a caller of the named one. */
  readonly within: string | null
  readonly direction: 'up' | 'down'
  /** What the frame did, over everything. */
  readonly change: FrameChange
  /** Change when earlier causes are left out of the whole. */
  readonly delta: number
  readonly ratio: number | null
  readonly q: number
  /** Frames that are raised (lowered) only because of this one. */
  readonly explains: readonly string[]
  /** Stacks that carry the change, largest first, root first. */
  readonly paths: readonly { readonly frames: readonly string[], readonly before: number, readonly after: number }[]
  readonly moved: { readonly kind: 'callers' | 'inside', readonly counterpart: string, readonly counterpartKind: 'total' | 'self', readonly caller: string | null,
    readonly delta: number } | null
  readonly allowed: boolean
  /** True when it alone violates the thresholds. */
  readonly violates: boolean
  /** `regressed` and `improved` pass the thresholds, `shifted` is cost that moved, `unchanged` is too small to matter. */
  readonly verdict: Verdict
}

export interface Side {
  readonly runs: readonly { readonly label: string, readonly total: number }[]
  readonly total: number
  readonly meta: Meta
}

/** The answer of a check: plain data, from which every output is made. */
export interface Comparison {
  readonly schema: 'bpfview.check'
  readonly version: 1
  readonly verdict: Verdict
  /** Sentences: why the verdict, and what would settle it. */
  readonly why: readonly string[]
  readonly violated: boolean
  readonly policy: Policy
  readonly event: string
  readonly unit: string
  readonly weights: Weights
  readonly before: Side
  readonly after: Side
  readonly model: NoiseModel
  /** Fraction of the whole that sits in other stacks. */
  readonly moved: number
  readonly total: { readonly change: number, readonly low: number | null, readonly high: number | null, readonly p: number | null, readonly per: string }
  readonly tested: number
  readonly untested: number
  readonly family: number
  /** Tested frames shown equal within the thresholds, and those that could hide a change beyond them. */
  readonly equal: number
  readonly undecided: number
  /** Smallest change visible of frames of 1, 5 and 20 % of the whole, in points (0.01 = 1 point). */
  readonly detectable: readonly { readonly share: number, readonly relative: number, readonly points: number }[]
  readonly causes: readonly RootCause[]
  readonly budgets: readonly BudgetResult[]
  readonly frames: readonly FrameChange[]
  readonly renamed: readonly AlignedName[]
  readonly doubts: readonly Doubt[]
}

export interface CompareOptions {
  readonly policy?: Policy
  readonly names?: NameMode
  /** Overrides what the values look like. */
  readonly weights?: 'counts' | 'measures'
  /** Compare although event, unit or frequency differ. */
  readonly force?: boolean
  /** Noise known from runs that are gone: it counts with what the compared runs show. */
  readonly ledger?: NoiseLedger
  /** Keep the comparison's working for a picture. */
  readonly keep?: (working: Working) => void
}

/** What a picture of a comparison needs. */
export interface Working {
  readonly tree: RunTree
  readonly profile: Profile
}

/** Compares two sets of runs of one program. Throws BpfviewError E_MIXED when they cannot be compared, E_NO_DATA when a side has no runs. */
export function compareRuns(before: readonly LabelledProfile[], after: readonly LabelledProfile[], options: CompareOptions = {}): Comparison {
  const policy = options.policy ?? defaultPolicy
  if (before.length === 0 || after.length === 0) throw new BpfviewError('E_NO_DATA', 'a side without runs; expected at least one on each')
  const doubts = findDoubts(before, after, options.names)
  const refused = doubts.find(doubt => doubt.blocks)
  if (refused !== undefined && options.force !== true) throw new BpfviewError('E_MIXED', `${refused.message}; expected like captures, or --force`)
  const { profile, touched } = mergeAligned([...marked(before, 'a'), ...marked(after, 'b')], options.names ?? 'align')
  const allRuns = profile.runs!
  const tree: RunTree = { parent: profile.stacks.parent, frame: profile.stacks.frame, frameCount: profile.stacks.frames.name.length, self: allRuns.map(run => run.self),
    before: allRuns.filter(run => run.label.startsWith('a')).length }
  const runs = tree.self.length
  const metas = [before, after].map(side => mergeMeta(side.map(input => input.profile.meta)))
  const weights = options.weights === undefined ? weightsOf(profile, allRuns, tree.before) : { kind: options.weights, unit: 1 }
  const full: RunTree = weights.unit === 1 ? tree : { ...tree, self: tree.self.map(self => self.map(value => value / weights.unit)) }
  const { tree: scaled, frames: kept, rare } = weights.kind === 'counts' ? testableFrames(full, profile.self, weights.unit) : allFrames(full)
  const exposure = exposureOf(policy, scaled, metas)
  const shares = exposure === undefined || policy.normalize === 'share'
  // the noise of a machine is fitted once, on everything; later rounds test what is left against it
  let model: NoiseModel | undefined
  const prior = options.ledger === undefined ? undefined : priorOf(options.ledger, profile, kept)
  const test = (data: EntityCounts): Changes => {
    const changes = testOnce(data)
    model ??= changes.model
    return changes
  }
  const testOnce = (data: EntityCounts): Changes => weights.kind === 'measures'
    ? testMeasures(data, tree.before, { method: policy.method, shares, ...(exposure !== undefined && { exposure }) })
    : testCounts(data, tree.before, { method: policy.method, shares, ...(exposure !== undefined && { exposure }),
      ...(model !== undefined && { model }), ...(prior !== undefined && { prior }) })
  const blame = findCauses(scaled, test, { level: policy.fdr })
  options.keep?.({ tree: full, profile })

  const { counts } = blame
  const enough = tree.before >= policy.minRuns && runs - tree.before >= policy.minRuns
  const { changes } = blame
  const chosen = changes.q.reduce((n, q, e) => n + (changes.tested[e] === 1 && q <= policy.fdr ? 1 : 0), 0)
  const level = changes.family > 0 ? policy.fdr * Math.max(1, chosen) / changes.family : policy.fdr
  const meanTotal = mean(counts.totals)
  const setting = { runsBefore: tree.before, runsAfter: runs - tree.before, samples: meanTotal, delta: changes.model.delta, tau: changes.model.tau,
    tests: Math.max(1, changes.family), level: policy.fdr, ...(runs > 2 && { df: runs - 2 + changes.model.priorDf }) }
  const context: Context = { policy, profile, tree: scaled, frames: kept, counts, changes, level, setting, counted: weights.kind === 'counts', shares, enough,
    rowsBefore: blame.before, rowsAfter: blame.after }

  const frames: FrameChange[] = []
  for (let e = 0; e < changes.q.length; e++) if (changes.tested[e] === 1) frames.push(frameChange(context, changes, e))
  const causes = blame.causes.map((cause, i) => rootCause(context, blame, cause, i))
  const budgets = judgeBudgets(policy.budgets, profile, full, counts.totals, enough, policy.fdr)
  const undecided = frames.filter(frame => frame.verdict === 'inconclusive').length
  const equal = frames.filter(frame => frame.verdict === 'unchanged').length
  const detectable = weights.kind === 'counts' && shares ? [0.01, 0.05, 0.2].map(share => {
    const relative = detectableChange(share, setting)
    return { share, relative, points: relative * share }
  }) : []
  const judged = judge({ policy, enough, causes, budgets, undecided, runsBefore: tree.before, runsAfter: runs - tree.before, weights, tested: frames.length,
    needed: weights.kind === 'counts' && shares ? neededRuns(frames, setting, policy) : undefined })
  const total = totalChange(counts.totals, tree.before, exposure, policy, weights.unit)
  return {
    schema: 'bpfview.check', version: 1, verdict: judged.verdict, why: judged.why, violated: judged.violated, policy,
    event: profile.name, unit: profile.value.unit, weights,
    before: sideOf(allRuns.slice(0, tree.before), metas[0]!), after: sideOf(allRuns.slice(tree.before), metas[1]!), model: changes.model,
    moved: movedFraction(context.rowsBefore, context.rowsAfter),
    total, tested: frames.length, untested: rare + countUntested(changes, counts), family: changes.family, equal, undecided, detectable,
    causes, budgets, frames: frames.sort(byStrength), renamed: touched, doubts,
  }
}

interface Context {
  readonly policy: Policy
  readonly profile: Profile
  readonly tree: RunTree
  /** The profile's frame of each of the tree's frames. */
  readonly frames: Int32Array
  readonly counts: EntityCounts
  readonly changes: Changes
  /** Level of the intervals, adjusted for choosing the interesting ones. */
  readonly level: number
  readonly setting: Parameters<typeof detectableChange>[1]
  readonly counted: boolean
  readonly shares: boolean
  readonly enough: boolean
  /** Values per row, summed over the runs of a side. */
  readonly rowsBefore: Float64Array
  readonly rowsAfter: Float64Array
}

/**
 * The tree with only those frames as entities that can have enough counts to be tested: most names of a profile are rare, and this is what a
 * comparison's time goes by. `rare` counts the entities left out; `frames` are the profile's numbers of those kept.
 */
function testableFrames(tree: RunTree, summed: Float64Array, unit: number): { tree: RunTree, frames: Int32Array, rare: number } {
  const runs = tree.self.length
  const least = Math.min(5 * runs, 10 * tree.before, 10 * (runs - tree.before)) * unit
  const { counts } = countRows(tree, outermostRows(tree), summed)
  const number = new Int32Array(tree.frameCount).fill(-1)
  const frames: number[] = []
  let rare = 0
  for (let f = 0; f < tree.frameCount; f++) {
    if (counts[f]! >= least) number[f] = frames.push(f) - 1
    else if (counts[f]! > 0) rare += counts[tree.frameCount + f]! > 0 ? 2 : 1
  }
  return { tree: { ...tree, frame: tree.frame.map(f => f < 0 ? -1 : number[f]!), frameCount: frames.length }, frames: Int32Array.from(frames), rare }
}

function allFrames(tree: RunTree): { tree: RunTree, frames: Int32Array, rare: number } {
  return { tree, frames: Int32Array.from({ length: tree.frameCount }, (_, f) => f), rare: 0 }
}

/** The runs of one side, labels marked with it, so that they sort and can be told apart. */
function marked(inputs: readonly LabelledProfile[], side: 'a' | 'b'): LabelledProfile[] {
  return inputs.map(({ label, profile }) => ({ label: side + label, profile: profile.runs === undefined ? profile
    : { ...profile, runs: profile.runs.map(run => ({ ...run, label: side + run.label })) } }))
}

/** What each run's counts are divided by, or undefined for its own total. */
function exposureOf(policy: Policy, tree: RunTree, metas: readonly Meta[]): Float64Array | undefined {
  const runs = tree.self.length
  switch (policy.normalize) {
    case 'share': return undefined
    case 'absolute': return new Float64Array(runs).fill(1)
    case 'robust': {
      const counts = countEntities(tree, outermostRows(tree))
      const own = counts.counts.map((run, r) => run.subarray(tree.frameCount).map(value => counts.totals[r]! > 0 ? value / counts.totals[r]! : 0))
      const kept = Array.from({ length: tree.frameCount }, (_, f) => f).filter(f => own.every((run, r) => run[f]! * counts.totals[r]! >= 5))
      const scales = trimmedScales(own.map(run => kept.map(f => run[f]!)))
      return counts.totals.map((total, r) => total * scales[r]!)
    }
    case 'time': return perSide(metas, tree, 'duration', meta => meta.duration)
    case 'work': return perSide(metas, tree, 'work', meta => meta.work)
  }
}

function perSide(metas: readonly Meta[], tree: RunTree, what: string, amount: (meta: Meta) => number | undefined): Float64Array {
  const exposure = new Float64Array(tree.self.length)
  for (const side of [0, 1]) {
    const runs = side === 0 ? tree.before : tree.self.length - tree.before
    const value = amount(metas[side]!)
    if (value === undefined || !(value > 0)) {
      throw new BpfviewError('E_NO_DATA', `no ${what} known for the runs ${side === 0 ? 'before' : 'after'}; expected captures whose manifest says it, or another normalisation`)
    }
    exposure.fill(value / runs, side === 0 ? 0 : tree.before, side === 0 ? tree.before : tree.self.length)
  }
  return exposure
}

function frameChange(context: Context, changes: Changes, e: number): FrameChange {
  const { policy, profile, tree, counts } = context
  const f = context.frames[e % tree.frameCount]!
  const before = changes.rateBefore[e]!
  const after = changes.rateAfter[e]!
  const bend = changes.bend[e]!
  const delta = changes.delta[e]!
  const straight = Math.max(0, after - bend)
  const ratio = before > 0 ? straight / before : null
  // the error is of the difference; relative to the middle of the two it is, to first order, that of the logarithm of the ratio
  const relative = changes.error[e]! / ((before + after) / 2)
  const reach = studentQuantile(1 - context.level / 2, coarse(changes.df[e]!)) * relative
  const detectable = context.counted && context.shares ? detectableChange((before + after) / 2, { ...context.setting,
    delta: Math.max(changes.dispersion[e]!, 1), tau: 0 }) : null
  return {
    name: profile.stacks.frames.name[f]!, module: profile.stacks.frames.module[f]!, kind: e < tree.frameCount ? 'total' : 'self',
    before, after, delta, bend, ratio,
    low: ratio !== null && ratio > 0 ? ratio * Math.exp(-reach) : null,
    high: ratio !== null && ratio > 0 ? ratio * Math.exp(reach) : null,
    dispersion: changes.dispersion[e]!, df: changes.df[e]!, t: changes.t[e]!, p: changes.p[e]!, q: changes.q[e]!,
    verdict: verdictOf(context, changes, e, policy), detectable: detectable !== null && Number.isFinite(detectable) ? detectable : null,
    runsBefore: counts.counts.slice(0, tree.before).map(run => run[e]!), runsAfter: counts.counts.slice(tree.before).map(run => run[e]!),
  }
}

/** Degrees of freedom rounded down to quarters, so that quantiles are found once for many. */
function coarse(df: number): number {
  return df === Infinity ? df : Math.max(0.25, Math.floor(df * 4) / 4)
}

/** Verdict on one frame by itself, before anything is explained by anything else. */
function verdictOf(context: Context, changes: Changes, e: number, policy: Policy): Verdict {
  const straight = changes.delta[e]! - changes.bend[e]!
  const beyond = passes(policy, straight, changes.rateBefore[e]!, context.shares)
  if (significant(changes, e, policy.fdr) && beyond) return context.enough ? straight > 0 ? 'regressed' : 'improved' : 'inconclusive'
  if (!context.enough) return 'inconclusive'
  // a change counts only when it passes both thresholds, so the wider of the two is the margin
  const margin = Math.max(context.shares ? policy.minPoints : 0, policy.minRelative * changes.rateBefore[e]!)
  return equivalent(straight, changes.error[e]!, coarse(changes.df[e]!), margin) ? 'unchanged' : significant(changes, e, policy.fdr) ? 'shifted' : 'inconclusive'
}

/** Does a change matter, whatever its significance? Points only mean something for shares. */
function passes(policy: Policy, delta: number, before: number, shares: boolean): boolean {
  return (!shares || Math.abs(delta) >= policy.minPoints) && Math.abs(delta) >= policy.minRelative * before && delta !== 0
}

function rootCause(context: Context, blame: Blame, cause: Cause, index: number): RootCause {
  const { policy, profile, tree } = context
  const { changes, evidence, entity } = cause
  const name = (e: number): string => profile.stacks.frames.name[context.frames[e % tree.frameCount]!]!
  const module = (e: number): string => profile.stacks.frames.module[context.frames[e % tree.frameCount]!]!
  const straight = changes.delta[evidence]! - changes.bend[evidence]!
  const before = changes.rateBefore[evidence]!
  const allowed = policy.allow.some(pattern => nameMatcher(pattern)(name(entity)) || nameMatcher(pattern)(name(evidence)))
  const confirmed = context.counted || permuted(context, evidence)
  const matters = passes(policy, straight, before, context.shares) && confirmed
  const moved = cause.moved === undefined ? null : { kind: cause.moved.kind, counterpart: name(cause.moved.counterpart),
    counterpartKind: kindOf(tree, cause.moved.counterpart), caller: cause.moved.caller < 0 ? null : name(cause.moved.caller), delta: cause.moved.delta }
  const verdict: Verdict = !context.enough ? 'inconclusive' : !matters ? 'unchanged' : moved !== null ? 'shifted' : straight > 0 ? 'regressed' : 'improved'
  const change = blame.changes.tested[entity] === 1 ? frameChange(context, blame.changes, entity) : frameChange(context, changes, evidence)
  return {
    name: name(entity), module: module(entity), kind: kindOf(tree, entity), within: entity % tree.frameCount === evidence % tree.frameCount ? null : name(evidence),
    direction: straight > 0 ? 'up' : 'down', change, delta: cause.delta, ratio: before > 0 ? Math.max(0, before + straight) / before : null,
    q: changes.q[evidence]!, explains: unique(cause.explains.map(name).filter(other => other !== name(entity))), paths: pathsOf(context, blame, index),
    moved, allowed, violates: verdict === 'regressed' && !allowed, verdict,
  }
}

function kindOf(tree: RunTree, e: number): 'total' | 'self' {
  return e < tree.frameCount ? 'total' : 'self'
}

/** For weights that are not counts: do the labels of the runs themselves say so? Only asked when enough arrangements exist to answer. */
function permuted(context: Context, e: number): boolean {
  const { counts, tree, policy } = context
  const rates = counts.counts.map((run, r) => Math.log(Math.max(run[e]! / counts.totals[r]!, 1e-12)))
  const average = (indices: readonly number[]): number => indices.reduce((total, i) => total + rates[i]!, 0) / indices.length
  const result = permutationTest(tree.before, tree.self.length - tree.before, (a, b) => Math.abs(average(b) - average(a)), { seed: policy.seed, limit: 2_000 })
  return 2 / result.arrangements > 0.05 || result.p <= 0.05
}

/** The stacks that carry a cause, largest change first; at most five. */
function pathsOf(context: Context, blame: Blame, index: number): RootCause['paths'] {
  const { profile, tree, changes } = context
  const { rowCause, causes } = blame
  const frame = causes[index]!.entity % tree.frameCount
  const { rowsBefore: before, rowsAfter: after } = context
  const values = new Map<number, { before: number, after: number }>()
  // a stack's change is charged to its innermost row of the cause's frame
  const owner = new Int32Array(tree.parent.length).fill(-1)
  for (let i = 1; i < owner.length; i++) {
    owner[i] = tree.frame[i] === frame ? i : owner[tree.parent[i]!]!
    if (rowCause[i] !== index + 1 || owner[i]! < 0) continue
    const entry = values.get(owner[i]!) ?? { before: 0, after: 0 }
    entry.before += before[i]! / changes.exposureBefore
    entry.after += after[i]! / changes.exposureAfter
    values.set(owner[i]!, entry)
  }
  const size = ({ before, after }: { before: number, after: number }): number => Math.abs(after - before)
  return [...values].sort((a, b) => size(b[1]) - size(a[1]) || a[0] - b[0]).slice(0, 5).filter(([, value]) => size(value) > 0)
    .map(([row, value]) => ({ frames: stackNames(profile, row), ...value }))
}

function stackNames(profile: Profile, row: number): string[] {
  const names: string[] = []
  for (let i = row; i > 0; i = profile.stacks.parent[i]!) names.push(profile.stacks.frames.name[profile.stacks.frame[i]!]!)
  return names.reverse()
}

interface Evidence {
  readonly policy: Policy
  readonly enough: boolean
  readonly causes: readonly RootCause[]
  readonly budgets: readonly BudgetResult[]
  readonly undecided: number
  readonly tested: number
  readonly runsBefore: number
  readonly runsAfter: number
  readonly weights: Weights
  readonly needed: number | undefined
}

function judge(evidence: Evidence): { verdict: Verdict, why: string[], violated: boolean } {
  const { policy, enough, causes, budgets, undecided, runsBefore, runsAfter } = evidence
  const why: string[] = []
  const of = (verdict: Verdict): readonly RootCause[] => causes.filter(cause => cause.verdict === verdict && !(cause.allowed && verdict === 'regressed'))
  const over = budgets.filter(budget => budget.verdict === 'exceeded')
  let verdict: Verdict
  if (over.length > 0 || of('regressed').length > 0) {
    verdict = 'regressed'
    if (of('regressed').length > 0) why.push(`${plural(of('regressed').length, 'root cause')} beyond ${thresholds(policy)}`)
    for (const budget of over) why.push(`budget exceeded: ${budget.frame}`)
  } else if (!enough) {
    verdict = 'inconclusive'
    why.push(`${runsBefore} v ${runsAfter} runs; fewer than ${policy.minRuns} on a side cannot tell a change from noise`)
    why.push(`to settle it: ${policy.minRuns} or more runs on each side, better 5, taken in turns`)
    if (causes.length > 0) why.push(`${plural(causes.length, 'change')} worth a look`)
  } else if (of('improved').length > 0) {
    verdict = 'improved'
    why.push(`${plural(of('improved').length, 'root cause')} fell beyond ${thresholds(policy)}`)
  } else if (of('shifted').length > 0) {
    verdict = 'shifted'
    why.push(`${plural(of('shifted').length, 'change')} that only moved cost`)
  } else if (evidence.tested === 0) {
    verdict = 'inconclusive'
    why.push('no frame has enough samples to be tested')
  } else if (undecided > 0) {
    verdict = 'inconclusive'
    why.push(`nothing significant, but ${plural(undecided, 'frame')} could hide a change beyond ${thresholds(policy)}`)
    if (evidence.needed !== undefined) {
      why.push(evidence.needed === Infinity ? 'to decide them: longer runs' : `to decide half of them: about ${evidence.needed} runs on each side, or longer ones`)
    }
  } else {
    verdict = 'unchanged'
    why.push(`every tested frame is equal within ${thresholds(policy)}`)
  }
  const pending = budgets.filter(budget => budget.verdict === 'inconclusive')
  if (pending.length > 0) why.push(`${plural(pending.length, 'budget')} could not be judged with so few runs`)
  const hit = policy.failOn.includes(verdict) || (over.length > 0)
  return { verdict, why, violated: enough && hit && verdict !== 'inconclusive' }
}

function thresholds(policy: Policy): string {
  return `${trim(policy.minPoints * 100)} points and ${trim(policy.minRelative * 100)} %`
}

function trim(value: number): string {
  return String(Number(value.toFixed(3)))
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** Runs a side that would let half of the undecided frames be decided. */
function neededRuns(frames: readonly FrameChange[], setting: Context['setting'], policy: Policy): number | undefined {
  const needs = frames.filter(frame => frame.verdict === 'inconclusive' && frame.before > 0)
    .map(frame => runsNeeded(frame.before, Math.max(policy.minPoints / frame.before, policy.minRelative), { ...setting, delta: Math.max(1, frame.dispersion), tau: 0, tests: 1 }))
    .sort((a, b) => a - b)
  return needs[needs.length >> 1]
}

function totalChange(totals: Float64Array, before: number, exposure: Float64Array | undefined, policy: Policy, unit: number): Comparison['total'] {
  const per = policy.normalize === 'time' ? 'second' : policy.normalize === 'work' ? 'unit of work' : 'run'
  const amounts = Array.from(totals, (total, r) => total * unit / (per === 'run' || exposure === undefined ? 1 : exposure[r]!))
  const logs = amounts.map(amount => Math.log(amount))
  const result = welch(logs.slice(0, before), logs.slice(before))
  const finite = (value: number): number | null => Number.isFinite(value) ? value : null
  return { change: Math.exp(result.delta) - 1, low: finite(Math.exp(result.low) - 1), high: finite(Math.exp(result.high) - 1), p: result.df > 0 ? result.p : null, per }
}

function sideOf(marked: readonly Run[], meta: Meta): Side {
  const runs = marked.map(run => ({ label: run.label.slice(1), total: run.self.reduce((a, b) => a + b, 0) }))
  return { runs, total: runs.reduce((a, run) => a + run.total, 0), meta }
}

function countUntested(changes: Changes, counts: EntityCounts): number {
  let untested = 0
  for (let e = 0; e < changes.tested.length; e++) if (changes.tested[e] === 0 && counts.counts.some(run => run[e]! > 0)) untested++
  return untested
}

function byStrength(a: FrameChange, b: FrameChange): number {
  return a.p - b.p || Math.abs(b.t) - Math.abs(a.t) || compareText(a.name, b.name) || compareText(a.module, b.module) || compareText(a.kind, b.kind)
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)]
}

function mean(values: Float64Array): number {
  return values.reduce((a, b) => a + b, 0) / values.length
}

