import { needRuns } from '../../model/arguments.ts'
import type { Meta } from '../../model/index.ts'
import { BpfviewError } from '../../model/index.ts'
import { compareTexts } from '../../model/text/compare.ts'
import { findCauses } from '../../stats/blame.ts'
import type { Changes } from '../../stats/changes.ts'
import { movedFraction } from '../../stats/distance.ts'
import { findDrift } from '../../stats/drift.ts'
import type { EntityCounts } from '../../stats/entities.ts'
import { sideSum } from '../../stats/entities.ts'
import { testMeasures } from '../../stats/measures.ts'
import type { NoiseModel } from '../../stats/noise.ts'
import type { PowerSetting } from '../../stats/power.ts'
import { detectableChange } from '../../stats/power.ts'
import { testCounts } from '../../stats/test-counts.ts'
import type { NameMode } from '../stacks/align-names.ts'
import type { LabelledProfile } from '../stacks/merge-runs.ts'
import { judgeBudgets, unmatchedPatterns } from './budgets.ts'
import type { Caveat } from './caveats.ts'
import { findCaveats } from './caveats.ts'
import type { Comparison, FrameChange, MovedFunction, WorkingSet } from './comparison.ts'
import { exposureOf } from './exposure.ts'
import type { Context } from './frame-change.ts'
import { frameChange } from './frame-change.ts'
import type { InterruptMode } from './interrupts.ts'
import { interruptChange } from './interrupts.ts'
import type { NoiseLedger } from './noise-ledger.ts'
import { priorOf } from './noise-ledger.ts'
import type { Policy, RunLength } from './policy.ts'
import { defaultPolicy } from './policy.ts'
import type { Prepared } from './prepare.ts'
import { alignSides, describeSide, prepare } from './prepare.ts'
import { rootCauses } from './root-cause.ts'
import { runLength } from './run-length.ts'
import { byPath } from './same-path.ts'
import { areInTurns } from './turns.ts'
import { growthBound, judge } from './verdict.ts'
import { asCounts } from './weights.ts'
import { wholeChange } from './whole.ts'

/** How runs are compared; everything is optional. */
export interface CompareOptions {
  readonly policy?: Policy
  readonly names?: NameMode
  /** Overrides what the values look like. */
  readonly weights?: 'counts' | 'measures'
  /** Overrides what the captures say of their length. */
  readonly length?: RunLength
  /** Interrupt and scheduler stacks; by default dropped, but for captures of a whole machine. */
  readonly interrupts?: InterruptMode
  /** Compare although event, unit or frequency differ, or a run's command failed. */
  readonly force?: boolean
  /** False to leave in what the sizes of runs do to shares. */
  readonly runSize?: boolean
  /** False to leave causes out: frames are tested, and that is all. */
  readonly causes?: boolean
  /** Noise known from runs that are gone: it counts with what the compared runs show. */
  readonly ledger?: NoiseLedger
}

/** A comparison with what it was worked out on. */
export interface Compared {
  readonly comparison: Comparison
  readonly working: WorkingSet
}

/** Compares two sets of runs of one program. Throws BpfviewError E_MIXED when they cannot be compared, E_NO_DATA when a side has no runs. */
export function compareRuns(
  before: readonly LabelledProfile[],
  after: readonly LabelledProfile[],
  options: CompareOptions = {},
): Comparison {
  return compareInFull(before, after, options).comparison
}

/** The same, with the working set for pictures and tables. */
export function compareInFull(
  before: readonly LabelledProfile[],
  after: readonly LabelledProfile[],
  options: CompareOptions = {},
): Compared {
  needRuns(before, 'the first side of a comparison')
  needRuns(after, 'the second side of a comparison')
  const counted = options.weights === undefined ? asCounts([...before, ...after]) : undefined
  if (counted === undefined) return compareGiven(before, after, options)
  const { unit, name } = [...before, ...after].find(run => run.counts !== undefined)!.profile.value
  const compared = compareGiven(counted.slice(0, before.length), counted.slice(before.length), options)
  const reason = `the samples behind ${name} in ${unit} are judged`
  return { ...compared, comparison: { ...compared.comparison, weights: { ...compared.comparison.weights, reason } } }
}

function compareGiven(
  before: readonly LabelledProfile[],
  after: readonly LabelledProfile[],
  options: CompareOptions,
): Compared {
  const caveats = findCaveats(before, after, options.names)
  refuse(caveats, options.force === true)
  const policy = options.policy ?? defaultPolicy
  const sides = alignSides(before, after, options.names)
  const metas = [...before, ...after].map(input => input.profile.meta)
  const prepared = prepare(sides, metas, options)
  const comparison = compareSides(prepared, metas, policy, caveats, options)
  return { comparison, working: { tree: prepared.full, profile: sides.profile, runs: sides.all } }
}

/** Throws BpfviewError E_MIXED for sides that mean nothing beside each other. */
export function refuse(caveats: readonly Caveat[], force: boolean): void {
  const blocking = caveats.find(caveat => caveat.blocks)
  if (blocking !== undefined && !force)
    throw new BpfviewError(
      'E_MIXED',
      `${blocking.message}; expected ${blocking.expected ?? 'like captures'}, or --force`,
    )
}

function compareSides(
  prepared: Prepared,
  metas: readonly Meta[],
  policy: Policy,
  caveats: readonly Caveat[],
  options: CompareOptions,
): Comparison {
  const { sides, tree, weights, full } = prepared
  const runs = sides.runs.length
  const exposure = exposureOf(policy, tree, sides.metas)
  const shares = exposure === undefined
  const test = testOf(prepared, policy, exposure, options)
  const blame = findCauses(tree, test, { level: policy.fdr, ...(options.causes === false && { rounds: 0 }) })
  const { counts, changes } = blame
  const enough = Math.min(sides.before, runs - sides.before) >= policy.minRuns
  const setting = {
    runsBefore: sides.before,
    runsAfter: runs - sides.before,
    samples: counts.totals.reduce((a, b) => a + b, 0) / runs,
    delta: changes.model.delta,
    tau: changes.model.tau,
    tests: Math.max(1, changes.family),
    level: policy.fdr,
    ...(runs > 2 && { df: runs - 2 + changes.model.priorDf }),
  }
  const whole = wholeChange(counts.totals, sides.before, exposure, policy, options.length ?? runLength(metas))
  const counted = weights.kind === 'counts' && shares
  // of runs taken in turns both sides saw the same machine: functions that changed did so by themselves
  const unlike = whole.scatter !== null
  const apart = unlike || !areInTurns(metas.slice(0, sides.inputsBefore), metas.slice(sides.inputsBefore))
  const drift = counted && apart ? findDrift(changes, counts, sides.before, unlike) : undefined
  const context: Context = { policy, prepared, enough, shares, setting, drift: drift?.spread ?? 0 }
  const all = rootCauses(context, blame)
  const budgets = judgeBudgets(policy.budgets, sides.profile, full, { enough, level: policy.fdr })
  const frames = changedFrames(context, counts, changes)
  const causes = all.filter(cause => cause.verdict !== 'small')
  const relocated = relocatedFunctions(
    context,
    changes,
    all.flatMap(cause => (cause.moved === null ? [cause.name] : [])),
  )
  const bound = shares ? growthBound(changes) : null
  const { verdict, violated } = judge({
    policy,
    enough,
    causes,
    relocated,
    budgets,
    whole,
    bound,
    tested: frames.length,
  })
  return {
    schema: 'bpfview.check',
    version: 2,
    verdict,
    violated,
    enough,
    policy,
    event: sides.profile.name,
    unit: sides.profile.value.unit,
    measures: sides.profile.measures ?? 'unknown',
    weights,
    before: describeSide(sides, 0, fullTotals(prepared)),
    after: describeSide(sides, 1, fullTotals(prepared)),
    model: changes.model,
    moved: movedFraction(byPath(prepared, sideSum(tree, false)), byPath(prepared, sideSum(tree, true))),
    whole,
    bound,
    interrupts:
      prepared.interrupts === undefined
        ? null
        : interruptChange(full, prepared.interrupts.marked, prepared.interrupts.dropped),
    tasks: prepared.tasks,
    tested: frames.length,
    untested: prepared.rare + countUntested(changes, counts),
    family: changes.family,
    drift: drift ?? null,
    detectable: counted ? visibleChanges(setting) : [],
    causes,
    small: all.filter(cause => cause.verdict === 'small'),
    relocated,
    budgets,
    unmatched: unmatchedPatterns(policy, sides.profile),
    frames,
    renamed: sides.renamed,
    caveats,
  }
}

function visibleChanges(setting: PowerSetting): Comparison['detectable'] {
  return [0.01, 0.05, 0.2].map(share => {
    const relative = detectableChange(share, setting)
    return { share, relative, points: relative * share }
  })
}

/** The test of one round. The noise of a machine is fitted once, on everything; later rounds test what is left against it. */
function testOf(
  prepared: Prepared,
  policy: Policy,
  exposure: Float64Array | undefined,
  { ledger, runSize }: Pick<CompareOptions, 'ledger' | 'runSize'>,
): (data: EntityCounts) => Changes {
  const { tree, weights, sides, frames } = prepared
  const common = { method: policy.method, shares: exposure === undefined, ...(exposure !== undefined && { exposure }) }
  if (weights.kind === 'measures') return data => testMeasures(data, tree.before, common)
  const prior = ledger === undefined ? undefined : priorOf(ledger, sides.profile, frames)
  let model: NoiseModel | undefined
  return data => {
    const changes = testCounts(data, tree.before, {
      ...common,
      ...(runSize !== undefined && { runSize }),
      ...(model !== undefined && { model }),
      ...(prior !== undefined && { prior }),
    })
    model ??= changes.model
    return changes
  }
}

function changedFrames(context: Context, counts: EntityCounts, changes: Changes): FrameChange[] {
  const frames: FrameChange[] = []
  for (let e = 0; e < changes.q.length; e++)
    if (changes.tested[e] === 1) frames.push(frameChange(context, counts, changes, e))
  return frames.sort(byStrength)
}

/** Functions in another place or of another name that are large and clear enough to be told; not those that a cause names anyhow. */
function relocatedFunctions(
  { prepared, policy, enough }: Context,
  changes: Changes,
  causes: readonly string[],
): MovedFunction[] {
  const { relocations, sides, frames, tree } = prepared
  const { name } = sides.profile.stacks.frames
  if (!enough) return []
  const slot = new Map(Array.from(frames, (f, i) => [f, i] as const))
  return relocations
    .filter(({ share, clear }) => clear && share >= policy.minPoints)
    .filter(({ from, to }) => !causes.includes(name[to]!) && !causes.includes(name[from]!))
    .map(({ kind, from, to }) => {
      const at = slot.get(kind === 'split' ? from : to)
      return {
        kind,
        from: name[from]!,
        to: name[to]!,
        before: at === undefined || at >= tree.frameCount ? 0 : changes.rateBefore[at]!,
        after: at === undefined || at >= tree.frameCount ? 0 : changes.rateAfter[at]!,
      }
    })
}

/** Totals of everything that was captured, in the captures' unit. */
function fullTotals({ full, weights }: Prepared): Float64Array {
  return Float64Array.from(full.self, self => self.reduce((a, b) => a + b, 0) * weights.unit)
}

function countUntested(changes: Changes, counts: EntityCounts): number {
  let untested = 0
  for (let e = 0; e < changes.tested.length; e++)
    if (changes.tested[e] === 0 && counts.counts.some(run => run[e]! > 0)) untested++
  return untested
}

function byStrength(a: FrameChange, b: FrameChange): number {
  return (
    a.p - b.p ||
    Math.abs(b.t) - Math.abs(a.t) ||
    compareTexts(a.name, b.name) ||
    compareTexts(a.module, b.module) ||
    compareTexts(a.kind, b.kind)
  )
}
