import type { Profile } from '../../src/model/index.ts'
import { kindCode, StackTreeBuilder } from '../../src/model/index.ts'
import type { LabelledProfile } from '../../src/ops/stacks/merge-runs.ts'
import { randomNormal } from '../../src/stats/random.ts'
import { clumped } from '../synthetic.ts'

/** A made program: expected samples of each stack, and how its cost follows the slowness of the machine. */
export interface MadeProgram {
  readonly stacks: readonly MadeStack[]
  /** Standard deviation of the logarithm of a run's slowness. */
  readonly size: number
  /** Run-to-run variation of each stack by itself, and clumping within a run. */
  readonly tau: number
  readonly delta: number
}

export interface MadeStack {
  readonly path: string
  readonly samples: number
  /** 1 = as slow as the machine; 0 = always the same; more than 1 = bound by memory. */
  readonly slope: number
}

/** A compiled program of 60 functions in ten places; some are bound by memory, so that a slow run has other shares. */
export function compiledProgram(random: () => number): MadeProgram {
  const stacks = Array.from(
    { length: 60 },
    (_, i): MadeStack => ({
      path: `app;main;stage${i % 10};work${i}`,
      samples: 1200 * Math.exp(0.8 * randomNormal(random)) * (1 / 60),
      slope: 1 + 0.35 * randomNormal(random),
    }),
  )
  return { stacks: [{ path: 'app;main;target', samples: 800, slope: 1 }, ...stacks], size: 0.16, tau: 0.02, delta: 1.2 }
}

/** An interpreter whose functions all lie under deep recursion of one eval function; 40 % noise in the size of a run. */
export function interpretedProgram(random: () => number): MadeProgram {
  const evals = (depth: number): string => Array.from({ length: depth }, () => 'eval_frame').join(';')
  const stacks: MadeStack[] = []
  for (let i = 0; i < 40; i++) {
    const depth = 4 + Math.floor(random() * 20)
    const path = `python;main;run;${evals(depth)}`
    const samples = 1100 * Math.exp(0.9 * randomNormal(random)) * (1 / 40)
    const slope = 1 + 0.3 * randomNormal(random)
    stacks.push({ path: `${path};call_method;builtin${i}`, samples: samples * 0.7, slope })
    stacks.push({ path: `${path};py_fn${i % 12};${evals(2)}`, samples: samples * 0.3, slope })
  }
  const target = `python;main;run;${evals(6)};py_target;${evals(3)}`
  return {
    stacks: [{ path: `${target};target`, samples: 800, slope: 1 }, ...stacks],
    size: 0.4,
    tau: 0.02,
    delta: 1.5,
  }
}

/** Runs of a program; `factor` is what the first stack costs more. */
export function madeRuns(
  program: MadeProgram,
  count: number,
  factor: number,
  random: () => number,
  prefix: string,
): LabelledProfile[] {
  const builder = new StackTreeBuilder()
  const rows = program.stacks.map(({ path }) => {
    let row = 0
    path
      .split(';')
      .forEach(
        (name, depth) => (row = builder.child(row, builder.frame(name, '', kindCode(depth === 0 ? 'task' : 'user')))),
      )
    return row
  })
  const stacks = builder.finish()
  return Array.from({ length: count }, (_, run) => {
    const slowness = program.size * randomNormal(random)
    const self = new Float64Array(stacks.parent.length)
    program.stacks.forEach(({ samples, slope }, i) => {
      const own = Math.exp(slope * slowness + program.tau * randomNormal(random)) * (i === 0 ? factor : 1)
      self[rows[i]!]! += clumped(samples * own, program.delta, random)
    })
    const profile: Profile = {
      kind: 'profile',
      name: 'cpu-clock',
      value: { name: 'samples', unit: 'samples' },
      stacks,
      self,
      meta: {},
    }
    return { label: `${prefix}${run}`, profile }
  })
}
