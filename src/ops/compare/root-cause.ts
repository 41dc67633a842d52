import type { Profile } from '../../model/index.ts'
import type { Blame, Cause } from '../../stats/blame.ts'
import { sideSum } from '../../stats/entities.ts'
import { permutationTest } from '../../stats/permutation.ts'
import { studentTwoSided } from '../../stats/student.ts'
import { nameMatcher } from '../name-pattern.ts'
import type { FrameVerdict, RootCause } from './comparison.ts'
import type { Context } from './frame-change.ts'
import { frameChange, kindOf, passesLimits } from './frame-change.ts'

/** The root causes as they are reported, in the order in which they were found. */
export function rootCauses(context: Context, blame: Blame): RootCause[] {
  const allows = context.policy.allow.map(nameMatcher)
  const { tree } = context.prepared
  const values = { before: sideSum(tree, false), after: sideSum(tree, true) }
  return blame.causes.map((cause, index) => rootCause(context, blame, cause, { index, allows, values }))
}

interface Setting {
  readonly index: number
  readonly allows: readonly ((name: string) => boolean)[]
  readonly values: { readonly before: Float64Array; readonly after: Float64Array }
}

function rootCause(context: Context, blame: Blame, cause: Cause, setting: Setting): RootCause {
  const { policy, prepared } = context
  const { frameCount } = prepared.tree
  const { changes, evidence, entity } = cause
  const { frames } = prepared.sides.profile.stacks
  const name = (e: number): string => frames.name[prepared.frames[e % frameCount]!]!
  const allowed = setting.allows.some(allows => allows(name(entity)) || allows(name(evidence)))
  const matters =
    passesLimits(policy, changes, entity, context.shares) && standsOut(context, cause) && isConfirmed(context, cause)
  const moved: RootCause['moved'] =
    cause.moved === undefined
      ? null
      : {
          kind: cause.moved.kind,
          counterpart: name(cause.moved.counterpart),
          counterpartKind: kindOf(frameCount, cause.moved.counterpart),
          caller: cause.moved.caller < 0 ? null : name(cause.moved.caller),
          delta: cause.moved.delta,
        }
  const up = changes.adjustedDelta[entity]! > 0
  const verdict = verdictOf(context, matters, moved !== null, up)
  return {
    name: name(entity),
    module: frames.module[prepared.frames[entity % frameCount]!]!,
    kind: kindOf(frameCount, entity),
    within: entity % frameCount === evidence % frameCount ? null : name(evidence),
    direction: up ? 'up' : 'down',
    round: cause.round,
    change: frameChange(context, cause.counts, changes, entity),
    q: changes.q[entity]!,
    explains: [...new Set(cause.explains.map(name).filter(other => other !== name(entity)))],
    paths: pathsOf(context, blame, setting),
    moved,
    allowed,
    violates: verdict === 'regressed' && !allowed,
    verdict,
  }
}

function verdictOf({ enough }: Context, matters: boolean, moved: boolean, up: boolean): FrameVerdict {
  if (!enough) return 'inconclusive'
  if (!matters) return 'small'
  if (moved) return 'shifted'
  return up ? 'regressed' : 'improved'
}

/** Where the sides drifted apart, a cause counts only if it is significant beyond that drift too. */
function standsOut({ drift, policy }: Context, { changes, entity, round }: Cause): boolean {
  const log = changes.logRatio[entity]!
  if (drift === 0 || !Number.isFinite(log)) return true
  const t = log / Math.hypot(changes.logError[entity]!, drift)
  return studentTwoSided(t, changes.df[entity]!) <= (policy.fdr * (round + 1)) / changes.family
}

/** For weights that are not counts: do the labels of the runs themselves say so? Only asked when enough arrangements exist to answer. */
function isConfirmed({ prepared, policy }: Context, { counts, entity }: Cause): boolean {
  if (prepared.weights.kind === 'counts') return true
  const { tree } = prepared
  const rates = counts.counts.map((run, r) => Math.log(Math.max(run[entity]! / counts.totals[r]!, 1e-12)))
  const average = (indices: readonly number[]): number =>
    indices.reduce((total, i) => total + rates[i]!, 0) / indices.length
  const result = permutationTest(
    tree.before,
    tree.self.length - tree.before,
    (a, b) => Math.abs(average(b) - average(a)),
    { seed: policy.seed, limit: 2_000 },
  )
  return 2 / result.arrangements > 0.05 || result.p <= 0.05
}

/** The paths that carry a cause, as captured, by their names after; largest change first, at most five. */
function pathsOf({ prepared }: Context, blame: Blame, { index, values }: Setting): RootCause['paths'] {
  const { tree, sides } = prepared
  const { rowCause, causes, changes } = blame
  const frame = causes[index]!.entity % tree.frameCount
  const sums = new Map<number, { row: number; before: number; after: number }>()
  // a stack's change is charged to its innermost row of the cause's frame
  const owner = new Int32Array(tree.parent.length).fill(-1)
  for (let i = 1; i < owner.length; i++) {
    owner[i] = tree.frame[i] === frame ? i : owner[tree.parent[i]!]!
    if (rowCause[i] !== index + 1 || owner[i]! < 0) continue
    const path = prepared.samePath[owner[i]!]!
    const entry = sums.get(path) ?? { row: owner[i]!, before: 0, after: 0 }
    if (values.after[i]! > 0 && entry.after === 0) entry.row = owner[i]!
    entry.before += values.before[i]! / changes.exposureBefore
    entry.after += values.after[i]! / changes.exposureAfter
    sums.set(path, entry)
  }
  const size = ({ before, after }: { before: number; after: number }): number => Math.abs(after - before)
  return [...sums]
    .sort((a, b) => size(b[1]) - size(a[1]) || a[0] - b[0])
    .slice(0, 5)
    .filter(([, value]) => size(value) > 0)
    .map(([, { row, before, after }]) => ({ frames: stackNames(sides.profile, row), before, after }))
}

function stackNames({ stacks }: Profile, row: number): string[] {
  const names: string[] = []
  for (let i = row; i > 0; i = stacks.parent[i]!) names.push(stacks.frames.name[stacks.frame[i]!]!)
  return names.reverse()
}
