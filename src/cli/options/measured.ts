import type { InterruptMode } from '../../ops/compare/interrupts.ts'
import type { RunLength } from '../../ops/compare/policy.ts'
import type { OptionTable } from './table.ts'
import { choice } from './table.ts'

/** What `--work` says of the length of runs. */
export const RUN_LENGTHS = { fixed: 'work', timed: 'time' } as const satisfies Record<string, RunLength>

const MODES: readonly InterruptMode[] = ['keep', 'drop']

/** What was measured, where the captures do not say it. */
export const MEASURED = {
  weights: choice('--weights <KIND>', 'what values are, where folded text cannot say', ['counts', 'measures']),
  interrupts: choice<readonly InterruptMode[]>(
    '--interrupts <MODE>',
    'interrupt and scheduler stacks (default drop; keep for captures of a whole machine)',
    MODES,
  ),
  work: choice('--work <KIND>', 'every run does the same work, or runs for a fixed time (default: as captured)', [
    'fixed',
    'timed',
  ]),
} satisfies OptionTable
