/** V15: what no function grew by more than: how often does a function that was made to grow lie beyond it? */
import { compareRuns } from '../../src/ops/compare/compare-runs.ts'
import type { LabelledProfile } from '../../src/ops/stacks/merge-runs.ts'
import { randomSource, shuffle } from '../../src/stats/random.ts'
import { readRuns } from './corpus.ts'
import { compiledProgram, interpretedProgram, madeRuns } from './programs.ts'
import type { Result } from './result.ts'
import { atLeast, atMost } from './result.ts'

const LEVEL = 0.07
const RUNS = 5

/** Programs made so that one function costs 1.15, whose true growth is known. */
export function madeBounds(simulations: number): Result[] {
  const slack = simulations < 100 ? 0.1 : 0
  return [['compiled', compiledProgram] as const, ['interpreted', interpretedProgram] as const].flatMap(
    ([name, make]) => {
      const random = randomSource(15)
      let beyond = 0
      let width = 0
      for (let s = 0; s < simulations; s++) {
        const program = { ...make(random), size: 0.05 }
        const all = program.stacks.reduce((sum, { samples }) => sum + samples, 0)
        const grown = growth(program.stacks[0]!.samples / all, 0.15)
        const bound = compareRuns(madeRuns(program, RUNS, 1, random, 'a'), madeRuns(program, RUNS, 1.15, random, 'b'))
          .bound!.points
        if (bound < grown) beyond++
        width += bound - grown
      }
      return [
        atMost(
          'V15',
          `${name}, a function that costs 1.15 grew by more than the bound`,
          beyond / simulations,
          LEVEL + slack,
        ),
        atMost('V15', `${name}, mean distance of the bound from the truth`, width / simulations, 0.035),
      ]
    },
  )
}

/** Real unchanged runs, in which the largest function was given a tenth more samples on one side. */
export function realBounds(directory: string, splits: number): Result[] {
  const slack = splits < 100 ? 0.1 : 0
  return ['c', 'js'].flatMap(program => {
    const base = readRuns(directory, `${program}-base`)
    if (base.length < 2 * RUNS) return []
    const random = randomSource(16)
    const target = largest(base)
    const grown = growth(shareOf(base, target), 0.1)
    let beyond = 0
    let seen = 0
    for (let s = 0; s < splits; s++) {
      const order = shuffle(
        base.map((_, i) => i),
        random,
      ).map(i => base[i]!)
      const after = order.slice(RUNS, 2 * RUNS).map(run => slower(run, target, 0.1, random))
      const { bound } = compareRuns(order.slice(0, RUNS), after)
      if (bound!.points < grown) beyond++
      if (bound!.points > 0) seen++
    }
    return [
      atMost(
        'V15',
        `${program}, a function with a tenth more samples grew by more than the bound`,
        beyond / splits,
        LEVEL + slack,
      ),
      atLeast('V15', `${program}, the bound is above nothing`, seen / splits, 1 - slack),
    ]
  })
}

/** Points by which a share grows when it costs `more` more. */
function growth(share: number, more: number): number {
  return (share * (1 + more)) / (1 + share * more) - share
}

/** The name with the largest own value of all. */
function largest(runs: readonly LabelledProfile[]): string {
  const sums = new Map<string, number>()
  for (const { profile } of runs)
    for (const [name, value] of own(profile)) sums.set(name, (sums.get(name) ?? 0) + value)
  return [...sums].sort((a, b) => b[1] - a[1])[0]![0]
}

function shareOf(runs: readonly LabelledProfile[], target: string): number {
  let [part, all] = [0, 0]
  for (const { profile } of runs)
    for (const [name, value] of own(profile)) {
      all += value
      if (name === target) part += value
    }
  return part / all
}

function* own({ stacks, self }: LabelledProfile['profile']): Generator<[string, number]> {
  for (let i = 1; i < self.length; i++) if (self[i]! > 0) yield [stacks.frames.name[stacks.frame[i]!]!, self[i]!]
}

/** The run with each sample of a function twice, with probability `more`. */
function slower(run: LabelledProfile, target: string, more: number, random: () => number): LabelledProfile {
  const { stacks, self } = run.profile
  const values = self.map((value, i) => {
    if (i === 0 || stacks.frames.name[stacks.frame[i]!] !== target) return value
    let extra = 0
    for (let k = 0; k < value; k++) if (random() < more) extra++
    return value + extra
  })
  return { ...run, profile: { ...run.profile, self: values } }
}
