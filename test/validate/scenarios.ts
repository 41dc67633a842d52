/** V12: real runs of two programs, unchanged and changed in known ways (../shared/noise-workloads): what is each called? */
import { existsSync } from 'node:fs'
import { compareRuns } from '../../src/ops/compare/compare-runs.ts'
import type { Comparison } from '../../src/ops/compare/comparison.ts'
import type { LabelledProfile } from '../../src/ops/stacks/merge-runs.ts'
import { randomSource, shuffle } from '../../src/stats/random.ts'
import { readRuns } from './corpus.ts'
import type { Result } from './result.ts'
import { atLeast, atMost } from './result.ts'

export function workloadDirectory(): string | undefined {
  return ['../shared/noise-workloads'].find(existsSync)
}

const isMoved = (comparison: Comparison): boolean => comparison.verdict === 'shifted' && !comparison.violated
const isGreen = (comparison: Comparison): boolean => !comparison.violated

/** Sides of five runs each: renamed, inlined and moved functions, another task name, everything slower; and +20 % in ten runs. */
export function scenarios(directory: string, splits: number): Result[] {
  const results: Result[] = []
  const slack = splits < 50 ? 0.1 : 0
  for (const program of ['c', 'js']) {
    const base = readRuns(directory, `${program}-base`)
    const judge = (kind: string, count: number, says: (comparison: Comparison) => boolean): number | undefined => {
      const other = kind === 'base' ? base : readRuns(directory, `${program}-${kind}`)
      if (other.length < count) return undefined
      const random = randomSource(kind.length)
      let named = 0
      for (let s = 0; s < splits; s++) {
        const order = pick(base, base.length, random)
        const before = order.slice(0, count)
        const after = kind === 'base' ? order.slice(count, 2 * count) : pick(other, count, random)
        if (says(compareRuns(before, after))) named++
      }
      return named / splits
    }
    const red = judge('base', 10, comparison => comparison.violated)
    if (red !== undefined)
      results.push(atMost('V12', `${program}, no change, 10 v 10: build failed`, red, 0.03 + slack))
    for (const count of [5, 10]) {
      const any = judge('base', count, comparison => comparison.frames.some(frame => frame.q <= 0.05))
      if (any !== undefined)
        results.push(atMost('V12', `${program}, no change, ${count} v ${count}: anything flagged`, any, 0.07 + slack))
    }
    const found = judge('p20', 10, comparison => comparison.violated)
    if (found !== undefined)
      results.push(atLeast('V12', `${program}, +20 % of a large function, 10 v 10: found`, found, 0.8 - slack))
    const little = program === 'c' ? judge('p10', 10, comparison => comparison.violated) : undefined
    // without the correction for the sizes of runs it is 31 %
    if (little !== undefined)
      results.push(atLeast('V12', `${program}, +10 % of a large function, 10 v 10: found`, little, 0.5 - slack))
    for (const [kind, says] of [
      ['rename', isMoved],
      ['inline', isMoved],
      ['comm', isGreen],
      ['slow', isGreen],
      ['thread', isGreen],
    ] as const) {
      const rate = judge(kind, 5, says)
      if (rate !== undefined) results.push(atLeast('V12', `${program}, ${kind}: named rightly`, rate, 0.95 - slack))
    }
  }
  return results
}

function pick(runs: readonly LabelledProfile[], count: number, random: () => number): LabelledProfile[] {
  const order = shuffle(
    runs.map((_, i) => i),
    random,
  )
  return order.slice(0, count).map(i => runs[i]!)
}
