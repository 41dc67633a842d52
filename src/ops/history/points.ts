import type { Profile, Run } from '../../model/index.ts'
import { FRAME_KINDS } from '../../model/index.ts'
import type { RunTree } from '../../stats/entities.ts'
import { indexTree } from '../../stats/scope.ts'
import { holdsIdleTask, interruptRows } from '../compare/interrupts.ts'
import { captureScope } from '../compare/run-length.ts'
import { asCounts, weightsOf } from '../compare/weights.ts'
import type { AlignedName } from '../stacks/align-names.ts'
import { mergeAligned } from '../stacks/merge-runs.ts'
import type { HistoryInput, HistoryOptions } from './history.ts'

/** The points of a history over one tree in preorder: a column per point, its distinct runs together. */
export interface PointTree {
  readonly profile: Profile
  readonly renamed: readonly AlignedName[]
  readonly kind: 'counts' | 'measures'
  readonly parent: Int32Array
  /** Frame of each row, -1 for tasks; functions of two names become one as they are found. */
  readonly frame: Int32Array
  readonly frameCount: number
  readonly points: readonly Float64Array[]
  /** Empty where there is no reference at every point. */
  readonly reference: readonly Float64Array[]
  /** Totals of the distinct runs of each point, everything that was captured. */
  readonly totals: readonly (readonly number[])[]
  readonly referenceTotals: readonly (readonly number[])[]
  readonly weights: Float64Array
}

/** Aligns all runs on one tree and adds up those of each point. */
export function pointTree(inputs: readonly HistoryInput[], options: HistoryOptions): PointTree {
  const anchored = inputs.every(point => point.reference.length > 0)
  const owned = inputs.flatMap((point, j) => [
    ...point.runs.map(run => ({ run, slot: 2 * j })),
    ...(anchored ? point.reference : []).map(run => ({ run, slot: 2 * j + 1 })),
  ])
  const { profile, touched, origin } = mergeAligned(
    owned.map(({ run }) => run),
    options.names ?? 'align',
  )
  const groups: Run[][] = Array.from({ length: 2 * inputs.length }, () => [])
  profile.runs!.forEach((run, r) => {
    const group = groups[owned[origin[r]!]!.slot]!
    // runs with the same counts are one run
    if (!group.some(other => other.self.every((value, i) => value === run.self[i]))) group.push(run)
  })
  const { stacks } = profile
  const weights =
    options.weights === undefined
      ? weightsOf(profile, profile.runs!, profile.runs!.length)
      : { kind: options.weights, unit: 1 }
  const dropped = weights.kind === 'counts' && dropsInterrupts(inputs, profile, options)
  const marked = dropped ? interruptRows(stacks) : undefined
  const frame = stacks.frame.map((f, i) =>
    stacks.parent[i] === 0 && f >= 0 && FRAME_KINDS[stacks.frames.kind[f]!] === 'task' ? -1 : f,
  )
  const given: RunTree = {
    parent: stacks.parent,
    frame,
    frameCount: stacks.frames.name.length,
    self: groups.map(runs => columnOf(runs, weights.unit, marked, stacks.parent.length)),
    before: 0,
  }
  const { tree } = indexTree(given)
  const totalsOf = (which: 0 | 1): number[][] =>
    inputs.map((_, j) => groups[2 * j + which]!.map(run => run.self.reduce((a, b) => a + b, 0)))
  return {
    profile,
    renamed: touched,
    kind: weights.kind,
    parent: tree.parent,
    frame: tree.frame,
    frameCount: tree.frameCount,
    points: inputs.map((_, j) => tree.self[2 * j]!),
    reference: anchored ? inputs.map((_, j) => tree.self[2 * j + 1]!) : [],
    totals: totalsOf(0),
    referenceTotals: totalsOf(1),
    weights: pointWeights(inputs.map((_, j) => groups[2 * j]!.length)),
  }
}

/** The points by the samples behind their values, where every run has these; else as they are. */
export function countedPoints(inputs: readonly HistoryInput[]): readonly HistoryInput[] {
  const counted = asCounts(inputs.flatMap(({ runs, reference }) => [...runs, ...reference]))
  if (counted === undefined) return inputs
  let at = 0
  return inputs.map(point => {
    const runs = counted.slice(at, (at += point.runs.length))
    return { ...point, runs, reference: counted.slice(at, (at += point.reference.length)) }
  })
}

/** Sum of runs, without marked rows unless nothing else is there. */
function columnOf(runs: readonly Run[], unit: number, marked: Uint8Array | undefined, rows: number): Float64Array {
  const column = new Float64Array(rows)
  for (const { self } of runs) for (let i = 0; i < rows; i++) if (self[i] !== 0) column[i]! += self[i]! / unit
  if (marked === undefined) return column
  const rest = column.map((value, i) => (marked[i] === 1 ? 0 : value))
  return rest.some(value => value > 0) ? rest : column
}

function dropsInterrupts(inputs: readonly HistoryInput[], profile: Profile, { interrupts }: HistoryOptions): boolean {
  if (interrupts !== undefined) return interrupts === 'drop'
  const scopes = inputs.flatMap(({ runs }) => runs.map(run => captureScope(run.profile.meta)))
  if (scopes.includes('system')) return false
  return !(scopes.every(scope => scope === undefined) && holdsIdleTask(profile.stacks))
}

/** Weights of points by their numbers of runs, 1 on average, as if points varied among themselves as much as runs within them. */
function pointWeights(runs: readonly number[]): Float64Array {
  const raw = Float64Array.from(runs, n => (2 * n) / (1 + n))
  const mean = raw.reduce((a, b) => a + b, 0) / raw.length
  return raw.map(weight => weight / mean)
}
