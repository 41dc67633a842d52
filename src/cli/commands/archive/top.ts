import type { Command } from 'commander'
import { topFunctions } from '../../../ops/stacks/top.ts'
import { CAPTURE_RANGE, CAPTURES, ENGINE } from '../../options/captures.ts'
import { shapeNames } from '../../options/frame-names.ts'
import { NAMES } from '../../options/names.ts'
import type { OutputFlags } from '../../options/outputs.ts'
import { outputOptions, targetsOf } from '../../options/outputs.ts'
import type { Flags, OptionTable } from '../../options/table.ts'
import { choice, declareOptions, option, withDefault } from '../../options/table.ts'
import { TIDY } from '../../options/tidy.ts'
import { TRANSFORMS, transformsOf } from '../../options/transforms.ts'
import { defined, wholeOption } from '../../options/values.ts'
import { WAITS } from '../../options/waits.ts'
import { factsOf } from '../../output/facts.ts'
import { writeTargets } from '../../output/targets.ts'

const OPTIONS = {
  ...CAPTURES,
  ...CAPTURE_RANGE,
  ...ENGINE,
  ...NAMES,
  by: withDefault(choice('--by <WHAT>', 'order: self, or total', ['self', 'total']), 'self'),
  rows: withDefault(
    option<number>('--rows <N>', 'at most N functions, as text and Markdown', wholeOption(1, 1e9), {
      aliases: ['--limit'],
    }),
    30,
  ),
  ...TIDY,
  ...TRANSFORMS,
  ...WAITS,
} satisfies OptionTable

export function declareTop(command: Command): void {
  declareOptions(command.argument('<ARCHIVE>', 'made by bpfview archive init'), { ...outputOptions('top'), ...OPTIONS })
    .addHelpText(
      'after',
      `
Examples:
  $ bpfview archive top profiles --service api --range 7d --by total --rows 20
  $ bpfview archive top profiles --service api --range 2026-11-17T10:00..2026-11-17T11:00 --json`,
    )
    .action(async (directory: string, flags: Flags<typeof OPTIONS> & OutputFlags) => {
      const targets = targetsOf('top', flags)
      const { askedSum } = await import('../../archive/asked.ts')
      const profile = await shapeNames(await askedSum(directory, flags), {
        ...defined({ tidy: flags.tidy }),
        transforms: transformsOf(flags),
        scheduler: flags.scheduler ?? 'drop',
      })
      const { by, rows, quiet } = flags
      const functions = topFunctions(profile, by)
      await writeTargets(targets, { profile, functions }, { rows }, { facts: factsOf(profile), quiet })
    })
}
