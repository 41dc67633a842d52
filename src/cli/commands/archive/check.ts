import type { Command } from 'commander'
import { compareInFull } from '../../../ops/compare/compare-runs.ts'
import { shellWord } from '../../../ops/report/finding.ts'
import { CAPTURES, WHEN } from '../../options/captures.ts'
import { CHECK_OUTPUTS, checkTargets } from '../../options/check-outputs.ts'
import { MEASURED, RUN_LENGTHS } from '../../options/measured.ts'
import { NAMES } from '../../options/names.ts'
import { POLICY, readPolicy } from '../../options/policy.ts'
import type { Flags, OptionTable } from '../../options/table.ts'
import { declareOptions, flag } from '../../options/table.ts'
import { defined } from '../../options/values.ts'
import { checkExit, writeStackCheck } from '../../output/check-outputs.ts'

const OPTIONS = {
  ...CAPTURES,
  ...WHEN,
  ...CHECK_OUTPUTS,
  ...POLICY,
  ...NAMES,
  ...MEASURED,
  strict: flag('--strict', 'exit 3 when inconclusive'),
  force: flag('--force', 'compare although event, unit or frequency differ, or a command failed'),
  quiet: flag('-q, --quiet', 'print only the verdict'),
} satisfies OptionTable

export function declareCheck(command: Command): void {
  declareOptions(command.argument('<ARCHIVE>', 'made by bpfview archive init'), OPTIONS)
    .addHelpText(
      'after',
      `
Every capture is a run. Exit status as of bpfview check: 0 nothing violates the policy; 1 something does; 2 could not compare;
3 inconclusive, with --strict.

Examples:
  $ bpfview archive check profiles --service api --before 14d..7d --after 7d
  $ bpfview archive check profiles --service api --before 2026-11-16 --after 2026-11-17 --markdown comment.md`,
    )
    .action(async (directory: string, flags: Flags<typeof OPTIONS>) => {
      checkTargets('check', flags)
      const { policy, ...file } = await readPolicy(flags)
      const { askedSides } = await import('../../archive/asked.ts')
      const sides = await askedSides(directory, flags)
      const compared = compareInFull(sides.before, sides.after, {
        policy,
        ...defined({
          names: flags.names ?? file.names,
          length: flags.work === undefined ? undefined : RUN_LENGTHS[flags.work],
          weights: flags.weights,
          interrupts: flags.interrupts,
          force: flags.force,
        }),
      })
      // before anything is written, so that a full disk is still told
      process.exitCode = checkExit(compared.comparison, flags.strict ?? file.strict)
      await writeStackCheck(compared, { reproduce: reproduceOf(directory, flags) }, flags, sides)
    })
}

function reproduceOf(directory: string, flags: Flags<typeof OPTIONS>): string {
  const chosen = (['service', 'host', 'event', 'value', 'before', 'after', 'policy'] as const).flatMap(name =>
    flags[name] === undefined ? [] : [`--${name}`, flags[name]],
  )
  return ['bpfview', 'archive', 'check', directory, ...chosen].map(shellWord).join(' ')
}
