import type { Command } from 'commander'
import { InvalidArgumentError } from 'commander'
import type { TidyStep } from '../ops/tidy-names.ts'

/** undefined = names as printed without their offset; false = as printed; true = every step; else these steps. */
export type TidyFlag = boolean | readonly TidyStep[]

const STEPS: readonly TidyStep[] = ['offset', 'version', 'clone', 'hash', 'arguments', 'tier', 'task']

/** Declares `--tidy [STEPS]` and `--no-tidy`. A word that is no list of steps stays what it is, an input. */
export function declareTidy(command: Command): Command {
  const parseOptions = command.parseOptions.bind(command)
  command.parseOptions = args => parseOptions(args.map((arg, i) => arg === '--tidy' && !isSteps(args[i + 1] ?? '') ? '--tidy=' : arg))
  return command
    .option('--tidy [STEPS]', `tidy frame names; STEPS of ${STEPS.join(',')}; default all but task, which joins numbered threads`, (text: string): TidyFlag => {
      if (text === '') return true
      if (!isSteps(text)) throw new InvalidArgumentError(`Expected some of ${STEPS.join(', ')}, joined by commas.`)
      return text.split(',') as TidyStep[]
    })
    .option('--no-tidy', 'leave names exactly as printed, offsets included')
}

function isSteps(text: string): boolean {
  return text.split(',').every(step => (STEPS as readonly string[]).includes(step))
}
