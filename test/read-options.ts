import type { ParseOptions } from '../parsers/index.ts'
import { defined } from '../src/cli/defined.ts'

/** Any of the options together, as flags of the command line make them. */
export function randomOptions(random: () => number): ParseOptions {
  const pick = <T>(...of: readonly T[]): T => of[Math.floor(random() * of.length)]!
  const some = <T>(value: T): T | undefined => (random() < 0.3 ? value : undefined)
  const keep = defined({
    comms: some([pick('app', 'swapper', 'node', 'java'), 'sh']),
    pids: some([pick(0, 1, 1234)]),
    tids: some([pick(0, 12, 1234)]),
    cpus: some(pick([0], [1], [0, 2])),
    from: some(pick(0, 100.5, 872, 1e9)),
    to: some(pick(1, 101, 5000)),
  })
  const perf = defined({
    compat: some(pick('inferno', 'flamegraph')),
    root: some(pick('comm', 'pid', 'tid', 'none')),
    weight: some(pick('period', 'samples', 'bytes')),
    srcline: some(true),
    keep: Object.keys(keep).length > 0 ? keep : undefined,
  })
  return {
    ...defined({
      timeline: some(true),
      addrs: some(true),
      offsets: some(true),
      maxStacks: some(pick(1, 3, 40)),
      strict: random() < 0.1 ? true : undefined,
    }),
    perf,
  } as ParseOptions
}
