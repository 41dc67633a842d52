import type { Command } from 'commander'
import { CAPTURE_RANGE, CAPTURES, ENGINE } from '../../options/captures.ts'
import { shapeNames } from '../../options/frame-names.ts'
import { NAMES } from '../../options/names.ts'
import type { OutputFlags } from '../../options/outputs.ts'
import { outputOptions, targetsOf } from '../../options/outputs.ts'
import { FLAME_PICTURE, lookOf } from '../../options/picture.ts'
import type { Flags, OptionTable } from '../../options/table.ts'
import { declareOptions } from '../../options/table.ts'
import { TIDY } from '../../options/tidy.ts'
import { TRANSFORMS, transformsOf } from '../../options/transforms.ts'
import { defined } from '../../options/values.ts'
import { WAITS } from '../../options/waits.ts'
import { factsOf } from '../../output/facts.ts'
import { writeTargets } from '../../output/targets.ts'

const OPTIONS = {
  ...CAPTURES,
  ...CAPTURE_RANGE,
  ...ENGINE,
  ...NAMES,
  ...FLAME_PICTURE,
  ...TIDY,
  ...TRANSFORMS,
  ...WAITS,
} satisfies OptionTable

export function declareFlame(command: Command): void {
  declareOptions(command.argument('<ARCHIVE>', 'made by bpfview archive init'), {
    ...outputOptions('flame'),
    ...OPTIONS,
  })
    .addHelpText(
      'after',
      `
Examples:
  $ bpfview archive flame profiles --service api --range 2026-11-17 -o api.svg
  $ bpfview archive flame profiles --service api --host 'web-*' --range 7d -o week.html`,
    )
    .action(async (directory: string, flags: Flags<typeof OPTIONS> & OutputFlags) => {
      const targets = targetsOf('flame', flags)
      const { askedSum } = await import('../../archive/asked.ts')
      const profile = await shapeNames(await askedSum(directory, flags), {
        ...defined({ tidy: flags.tidy }),
        transforms: transformsOf(flags),
        scheduler: flags.scheduler ?? 'drop',
      })
      const { quiet, open } = flags
      const look = { ...lookOf(flags), ...defined({ inverted: flags.icicle }) }
      await writeTargets(targets, profile, look, { facts: factsOf(profile), quiet, open })
    })
}
