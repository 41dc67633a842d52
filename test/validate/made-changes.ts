/** V13: made programs changed in known ways: renamed, inlined, wrapped, slower as a whole, under another task name, before under load and after not. */
import { compareRuns } from '../../src/ops/compare/compare-runs.ts'
import type { Comparison } from '../../src/ops/compare/comparison.ts'
import { randomSource } from '../../src/stats/random.ts'
import type { MadeProgram } from './programs.ts'
import { compiledProgram, interpretedProgram, madeRuns } from './programs.ts'
import type { Result } from './result.ts'
import { atLeast, atMost } from './result.ts'

const RUNS = 10

interface Change {
  readonly name: string
  /** The program after. */
  change(program: MadeProgram): MadeProgram
  /** The program before, where that is not as made. */
  base?(program: MadeProgram): MadeProgram
  named(comparison: Comparison): boolean
}

function paths(program: MadeProgram, replace: (path: string) => string): MadeProgram {
  return { ...program, stacks: program.stacks.map(stack => ({ ...stack, path: replace(stack.path) })) }
}

function scaled(program: MadeProgram, factor: number, size = program.size): MadeProgram {
  return {
    ...program,
    size,
    stacks: program.stacks.map(stack => ({ ...stack, samples: stack.samples * factor ** stack.slope })),
  }
}

/** Not red, and said to be one function; the whole of a noisy machine may be called slower besides, at its own level. */
const isMoved = ({ relocated, violated }: Comparison): boolean => relocated.length > 0 && !violated

const CHANGES: readonly Change[] = [
  {
    name: 'a function of 40 % renamed',
    change: program => paths(program, path => path.replace(/(^|;)target$/, '$1target_v2')),
    named: isMoved,
  },
  {
    name: 'a function of 40 % inlined into its caller',
    change: program => paths(program, path => path.replace(/;target$/, '')),
    named: isMoved,
  },
  {
    name: 'a function of 40 % wrapped by a new one',
    change: program => paths(program, path => path.replace(/;target$/, ';checked_target;target')),
    named: isMoved,
  },
  {
    name: 'everything 10 % slower',
    base: program => ({ ...program, size: 0.03 }),
    change: program => ({
      ...program,
      size: 0.03,
      stacks: program.stacks.map(stack => ({ ...stack, samples: stack.samples * 1.1 })),
    }),
    named: ({ verdict, violated }) => verdict === 'slower' && !violated,
  },
  {
    name: 'another task name',
    change: program => paths(program, path => path.replace(/^\w+/, 'renamed-task')),
    named: ({ violated, tasks }) => !violated && tasks !== null,
  },
  {
    name: 'before under load, after quiet: not red, and said',
    base: program => scaled(program, Math.exp(0.3), 0.15),
    change: program => ({ ...program, size: 0.03 }),
    named: ({ violated, drift, whole }) => !violated && (drift !== null || whole.scatter !== null || whole.p! < 0.01),
  },
]

/** The first side under heavy load: how often are few runs red for it? Sides of unlike conditions cannot be told apart fully; a bound, no level. */
export function fewLoadedRuns(simulations: number): Result[] {
  const slack = simulations < 50 ? 0.1 : 0
  return [['compiled', compiledProgram] as const, ['interpreted', interpretedProgram] as const].flatMap(
    ([name, make]) =>
      [3, 5].map(count => {
        const random = randomSource(count)
        let red = 0
        for (let s = 0; s < simulations; s++) {
          const program = make(random)
          const before = madeRuns(scaled(program, Math.exp(0.6), 0.15), count, 1, random, 'a')
          const after = madeRuns({ ...program, size: 0.03 }, count, 1, random, 'b')
          if (compareRuns(before, after).violated) red++
        }
        return atMost(
          'V13',
          `${name}, before under load, after quiet, ${count} v ${count}: build failed`,
          red / simulations,
          (count === 3 ? 0.18 : 0.13) + slack,
        )
      }),
  )
}

export function madeChanges(simulations: number): Result[] {
  const slack = simulations < 50 ? 0.1 : 0
  return [['compiled', compiledProgram] as const, ['interpreted', interpretedProgram] as const].flatMap(
    ([name, make]) =>
      CHANGES.map(({ name: what, change, base, named }) => {
        const random = randomSource(what.length)
        let right = 0
        for (let s = 0; s < simulations; s++) {
          const program = make(random)
          const before = madeRuns(base?.(program) ?? program, RUNS, 1, random, 'a')
          const after = madeRuns(change(program), RUNS, 1, random, 'b')
          if (named(compareRuns(before, after, { length: 'work' }))) right++
        }
        return atLeast('V13', `${name}, ${what}, 10 v 10: named rightly`, right / simulations, 0.95 - slack)
      }),
  )
}
