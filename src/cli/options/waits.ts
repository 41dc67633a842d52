import type { OptionTable } from './table.ts'
import { choice } from './table.ts'

/** What pictures and tables of waiting do with the far end of stacks. */
export const WAITS = {
  scheduler: choice(
    '--scheduler <WHAT>',
    'frames of the tracer and the scheduler at the far end of off-CPU stacks: drop (default), so that the function that waits has the time; or keep',
    ['drop', 'keep'],
  ),
} satisfies OptionTable

/** The same for commands that print stacks as they were captured. */
export const WAITS_KEPT = {
  scheduler: choice(
    '--scheduler <WHAT>',
    'frames of the tracer and the scheduler at the far end of off-CPU stacks: keep (default), or drop',
    ['keep', 'drop'],
  ),
} satisfies OptionTable
