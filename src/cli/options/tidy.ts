import type { TidyStep } from '../../ops/stacks/tidy-names.ts'
import type { OptionTable } from './table.ts'
import { flag, option, refuseValue } from './table.ts'

/** undefined = names as printed without their offset; false = as printed; true = every step; else these steps. */
export type TidyFlag = boolean | readonly TidyStep[]

const STEPS: readonly TidyStep[] = ['offset', 'version', 'demangle', 'clone', 'hash', 'arguments', 'tier', 'task']

/** `--tidy [STEPS]` and `--no-tidy`. A word that is no list of steps stays what it is, an input. */
export const TIDY = {
  tidy: option<TidyFlag>(
    '--tidy [STEPS]',
    `tidy frame names; STEPS of ${STEPS.join(',')}; default all but task, which joins numbered threads`,
    steps => {
      if (steps === '') return true
      if (!areSteps(steps)) refuseValue(`Expected some of ${STEPS.join(', ')}, joined by commas.`)
      return steps.split(',') as TidyStep[]
    },
    { attached: new RegExp(`^(?:${STEPS.join('|')})(?:,(?:${STEPS.join('|')}))*$`) },
  ),
  noTidy: flag('--no-tidy', 'leave names exactly as printed, offsets included'),
} satisfies OptionTable

function areSteps(text: string): boolean {
  return text.split(',').every(step => (STEPS as readonly string[]).includes(step))
}
