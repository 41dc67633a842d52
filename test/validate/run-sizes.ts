/** V11: the run-size correction on made programs: alarms without a change, power, and bias of the printed ratio. */
import { compareRuns } from '../../src/ops/compare/compare-runs.ts'
import { randomSource } from '../../src/stats/random.ts'
import type { MadeProgram } from './programs.ts'
import { compiledProgram, interpretedProgram, madeRuns } from './programs.ts'
import type { Result } from './result.ts'
import { atLeast, atMost, decimal, within } from './result.ts'

const PROGRAMS: readonly (readonly [string, (random: () => number) => MadeProgram])[] = [
  ['compiled', compiledProgram],
  ['interpreted, 40 % noise in size', interpretedProgram],
]
/** +20 % of a function of 40 %. */
const FACTOR = 1.2

export function runSizes(simulations: number, options: { readonly runSize?: boolean } = {}): Result[] {
  const results: Result[] = []
  const slack = simulations < 100 ? 0.1 : 0
  for (const [name, make] of PROGRAMS) {
    const random = randomSource(name.length)
    let any = 0
    let red = 0
    let found = 0
    let logs = 0
    let covered = 0
    for (let s = 0; s < simulations; s++) {
      const program = make(random)
      const before = madeRuns(program, 10, 1, random, 'a')
      const same = compareRuns(before, madeRuns(program, 10, 1, random, 'b'), options)
      if (same.frames.some(frame => frame.q <= 0.05)) any++
      if (same.violated) red++
      const slower = compareRuns(before, madeRuns(program, 10, FACTOR, random, 'b'), options)
      if (slower.causes.some(cause => cause.violates && /target/.test(cause.name))) found++
      const target = slower.frames.find(frame => frame.name === 'target' && frame.kind === 'self')!
      logs += Math.log(target.ratio!)
      if (target.low! <= FACTOR && FACTOR <= target.high!) covered++
    }
    results.push(
      atMost('V11', `${name}, no change, 10 v 10: anything flagged`, any / simulations, 0.07 + slack),
      atMost('V11', `${name}, no change, 10 v 10: build failed`, red / simulations, 0.03 + slack),
      atLeast('V11', `${name}, +20 % of a 40 % function, 10 v 10: found`, found / simulations, 0.85 - slack),
      within(
        'V11',
        `${name}: mean printed cost ratio of a function that costs 1.2`,
        Math.exp(logs / simulations),
        FACTOR - 0.01 - slack / 5,
        FACTOR + 0.01 + slack / 5,
        decimal,
      ),
      atLeast('V11', `${name}: 95 % interval holds the true ratio`, covered / simulations, 0.9 - slack),
    )
  }
  return results
}
