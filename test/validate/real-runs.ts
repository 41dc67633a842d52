/** Experiments on real runs, V3, V5, V9 and V10 of the method's description. */

import { compareRuns } from '../../src/ops/compare/compare-runs.ts'
import type { Comparison } from '../../src/ops/compare/comparison.ts'
import type { LabelledProfile } from '../../src/ops/stacks/merge-runs.ts'
import { mergeAligned } from '../../src/ops/stacks/merge-runs.ts'
import { countEntities, outermostRows } from '../../src/stats/entities.ts'
import { randomSource, shuffle } from '../../src/stats/random.ts'
import { readRuns } from './corpus.ts'
import { pooledAlarm } from './naive.ts'
import type { Result } from './result.ts'
import { atLeast, atMost } from './result.ts'

function pick(runs: readonly LabelledProfile[], count: number, random: () => number): LabelledProfile[][] {
  const order = shuffle(
    runs.map((_, i) => i),
    random,
  )
  return [order.slice(0, count), order.slice(count, 2 * count)].map(side => side.map(i => runs[i]!))
}

function flagged(comparison: Comparison): boolean {
  return comparison.frames.some(frame => frame.q <= 0.05)
}

function pooled(
  before: readonly LabelledProfile[],
  after: readonly LabelledProfile[],
  names: 'raw' | 'align',
): boolean {
  const { profile } = mergeAligned(
    [
      ...before.map(run => ({ ...run, label: `a${run.label}` })),
      ...after.map(run => ({ ...run, label: `b${run.label}` })),
    ],
    names,
  )
  const tree = {
    parent: profile.stacks.parent,
    frame: profile.stacks.frame,
    frameCount: profile.stacks.frames.name.length,
    self: profile.runs!.map(run => run.self),
    before: before.length,
  }
  return pooledAlarm(countEntities(tree, outermostRows(tree)), before.length)
}

/** V3: splits of unchanged runs. */
export function unchangedRuns(directory: string, splits: number): Result[] {
  const runs = readRuns(directory, 'a')
  const random = randomSource(1)
  const results: Result[] = []
  for (const count of [3, 5, 10]) {
    if (runs.length < 2 * count) continue
    let any = 0
    let gate = 0
    let naive = 0
    for (let s = 0; s < splits; s++) {
      const [before, after] = pick(runs, count, random)
      const comparison = compareRuns(before!, after!)
      if (flagged(comparison)) any++
      if (comparison.violated) gate++
      if (s < 50 && pooled(before!, after!, 'align')) naive++
    }
    const slack = splits < 200 ? 0.05 : 0
    results.push(
      atMost('V3', `unchanged, ${count} v ${count}: anything flagged`, any / splits, 0.07 + slack),
      atMost('V3', `unchanged, ${count} v ${count}: build failed`, gate / splits, 0.03 + slack),
      atLeast('V3', `unchanged, ${count} v ${count}: pooled counts alarm`, naive / Math.min(50, splits), 0.25),
    )
  }
  return results
}

/** V5: runs with more work in one function; is it gated, and named first? */
export function changedRuns(
  directory: string,
  splits: number,
  target = 'js:checksum',
  caller = 'js:encodeRow',
): Result[] {
  const [a, b] = [readRuns(directory, 'a'), readRuns(directory, 'b')]
  const random = randomSource(2)
  const results: Result[] = []
  for (const [count, least] of [
    [5, 0.4],
    [10, 0.8],
  ] as const) {
    if (a.length < count || b.length < count) continue
    let gated = 0
    let alarmed = 0
    let named = 0
    for (let s = 0; s < splits; s++) {
      const comparison = compareRuns(pick(a, count, random)[0]!, pick(b, count, random)[0]!)
      const causes = comparison.causes.filter(cause => cause.violates)
      if (causes.some(cause => cause.name === target)) gated++
      if (causes.length === 0) continue
      alarmed++
      if (causes[0]!.name === target || causes[0]!.name === caller) named++
    }
    results.push(
      atLeast(
        'V5',
        `changed, ${count} v ${count}: the function fails the build`,
        gated / splits,
        least - (splits < 100 ? 0.1 : 0),
      ),
      atLeast(
        'V5',
        `changed, ${count} v ${count}: it or its caller comes first`,
        alarmed === 0 ? 0 : named / alarmed,
        0.85,
      ),
    )
  }
  return results
}

/** V9: the same runs as perf prints JIT code without a map: every run has frames of its own. */
export function unalignedNames(directory: string, splits: number): Result[] {
  const runs = readRuns(directory, 'a', (text, run) =>
    text
      .replaceAll('[[unknown]]', `[perf-${4000 + run * 17}.map]`)
      .replaceAll('Builtins_JSEntry;', `Builtins_JSEntry;[perf-${4000 + run * 17}.map];`),
  )
  const random = randomSource(3)
  let raw = 0
  let aligned = 0
  let fresh = 0
  for (let s = 0; s < splits; s++) {
    const [before, after] = pick(runs, 3, random)
    if (pooled(before!, after!, 'raw')) raw++
    if (pooled(before!, after!, 'align')) aligned++
    if (compareRuns(before!, after!).causes.some(cause => /perf/.test(cause.name) && cause.change.before === 0)) fresh++
  }
  return [
    atLeast('V9', 'names raw: pooled counts alarm', raw / splits, 0.95),
    atMost('V9', 'names aligned: pooled counts alarm', aligned / splits, 0.75),
    atMost('V9', 'names aligned: new frames reported that are not new', fresh / splits, 0),
  ]
}

/** V10: what must hold exactly. */
export function exactLaws(directory: string): Result[] {
  const [a, b] = [readRuns(directory, 'a'), readRuns(directory, 'b')]
  const random = randomSource(4)
  const holds = (what: string, ok: boolean): Result => ({
    id: 'V10',
    what,
    value: ok ? 'yes' : 'no',
    limit: 'exact',
    ok,
  })
  let failed = 0
  for (let s = 0; s < 20; s++) if (compareRuns(pick(a, 10, random)[0]!, pick(b, 1, random)[0]!).violated) failed++
  const itself = compareRuns(a.slice(0, 5), a.slice(0, 5))
  const [before, after] = [a.slice(0, 5), b.slice(0, 5)]
  const forth = compareRuns(before, after)
  const back = new Map(compareRuns(after, before).frames.map(frame => [`${frame.kind} ${frame.name}`, frame]))
  const tenfold = (runs: readonly LabelledProfile[]): LabelledProfile[] =>
    runs.map(run => ({ ...run, profile: { ...run.profile, self: run.profile.self.map(value => value * 10) } }))
  const scaled = compareRuns(tenfold(before), tenfold(after))
  const mixed = compareRuns(before.slice().reverse(), [after[3]!, after[0]!, after[4]!, after[1]!, after[2]!])
  return [
    holds('one run after never fails a build', failed === 0),
    holds(
      'runs against themselves: every change 0, every p 1',
      itself.frames.every(frame => frame.delta === 0 && frame.p === 1) && !itself.violated,
    ),
    holds(
      'sides swapped: every change negated',
      forth.frames.every(frame => Math.abs(back.get(`${frame.kind} ${frame.name}`)!.delta + frame.delta) < 1e-12),
    ),
    holds(
      'counts times ten: the same shares',
      JSON.stringify(scaled.frames.map(frame => [frame.name, frame.before, frame.after, frame.p])) ===
        JSON.stringify(forth.frames.map(frame => [frame.name, frame.before, frame.after, frame.p])),
    ),
    holds('runs in another order: the same bytes', JSON.stringify(mixed) === JSON.stringify(forth)),
  ]
}
