/** V14: made histories: false alarms, a planted change found at its commit, drift of the machine with and without a reference. */
import { compareHistory } from '../../src/ops/history/compare-history.ts'
import type { History, HistoryInput } from '../../src/ops/history/history.ts'
import type { LabelledProfile } from '../../src/ops/stacks/merge-runs.ts'
import { randomNormal, randomSource } from '../../src/stats/random.ts'
import { compiledProgram, madeRuns } from './programs.ts'
import type { Result } from './result.ts'
import { atLeast, atMost } from './result.ts'

export interface HistoryPlan {
  readonly seed: number
  readonly points: number
  readonly runs: number
  readonly anchored?: boolean
  /** Point from which the target costs `factor` times as much. */
  readonly at?: number
  readonly factor?: number
  /** Standard deviation of one step of the machine's slowness from point to point; memory-bound code follows it more. */
  readonly drift?: number
}

export function madeHistory(plan: HistoryPlan): History {
  const { seed, points, runs, anchored = false, at = Infinity, factor = 1.25, drift = 0 } = plan
  const random = randomSource(seed)
  const program = compiledProgram(random)
  let slowness = 0
  return compareHistory(
    Array.from({ length: points }, (_, j): HistoryInput => {
      slowness += drift * randomNormal(random)
      const stacks = program.stacks.map(stack => ({
        ...stack,
        samples: stack.samples * Math.exp(slowness * stack.slope),
      }))
      const made = (factorHere: number, prefix: string): LabelledProfile[] =>
        madeRuns({ ...program, stacks }, runs, factorHere, random, prefix)
      return {
        label: `c${j}`,
        date: `2026-11-${String(j + 1).padStart(2, '0')}T00:00:00Z`,
        accepted: false,
        inTurns: anchored,
        runs: made(j >= at ? factor : 1, `p${j}-`),
        reference: anchored ? made(1, `r${j}-`) : [],
      }
    }),
    { length: 'work' },
  )
}

export function histories(simulations: number): Result[] {
  const rate = (plan: Omit<HistoryPlan, 'seed' | 'points' | 'runs'>, says: (history: History) => boolean): number => {
    let said = 0
    for (let seed = 1; seed <= simulations; seed++)
      if (says(madeHistory({ seed, points: 12, runs: 3, ...plan }))) said++
    return said / simulations
  }
  const slack = simulations < 100 ? 0.1 : 0
  const target = ({ rows }: History) => rows.find(({ name }) => name === 'target')
  const drift = 0.08
  return [
    atMost(
      'V14',
      '12 commits, no change: a function said to change',
      rate({ anchored: true }, ({ rows }) => rows.length > 0),
      0.09 + slack,
    ),
    atMost(
      'V14',
      '12 commits, no change: build failed',
      rate({ anchored: true }, ({ violated }) => violated),
      0.04 + slack,
    ),
    atLeast(
      'V14',
      '12 commits, +25 % of a 40 % function: build failed',
      rate({ anchored: true, at: 7 }, history => history.violated && target(history) !== undefined),
      0.9 - slack,
    ),
    atLeast(
      'V14',
      '12 commits, +25 % of a 40 % function: at its commit',
      rate({ anchored: true, at: 7 }, history => target(history)?.changes.some(({ at }) => at === 7) === true),
      0.85 - slack,
    ),
    atLeast(
      'V14',
      'drift without a reference: the whole said to change',
      rate({ drift }, ({ whole }) => whole.changes.length > 0),
      0.3 - slack,
    ),
    atMost(
      'V14',
      'drift with a reference: the whole said to change',
      rate({ drift, anchored: true }, ({ whole }) => whole.changes.length > 0),
      0.1 + slack,
    ),
    atMost(
      'V14',
      'drift without a reference: build failed',
      rate({ drift }, ({ violated }) => violated),
      0,
    ),
  ]
}
