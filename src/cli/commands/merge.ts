import type { Command } from 'commander'
import { DEFAULT_NAMES } from '../../ops/stacks/align-names.ts'
import { checkAlike, meanOfRuns, mergeAligned } from '../../ops/stacks/merge-runs.ts'
import { profilesOf, readRuns } from '../input/runs.ts'
import { NAMES } from '../options/names.ts'
import type { OutputFlags } from '../options/outputs.ts'
import { outputOptions, targetsOf } from '../options/outputs.ts'
import { CHOOSING, READING_STACKS, reading } from '../options/reading.ts'
import type { Flags, OptionTable } from '../options/table.ts'
import { declareOptions, flag } from '../options/table.ts'
import { factsOf } from '../output/facts.ts'
import { remarkQuality } from '../output/quality.ts'
import { remarkRenamed } from '../output/renamed.ts'
import { writeTargets } from '../output/targets.ts'

const OPTIONS = {
  mean: flag('--mean', 'the mean of the runs instead of their sum'),
  ...NAMES,
  ...CHOOSING,
  ...READING_STACKS,
} satisfies OptionTable

type MergeFlags = Flags<typeof OPTIONS> & OutputFlags

export function declareMerge(command: Command): void {
  declareOptions(
    command.argument('<IN...>', 'runs, hosts or threads of one event: files, captures, or directories of them'),
    { ...outputOptions('merged'), ...OPTIONS },
  )
    .addHelpText(
      'after',
      `
Examples:
  $ bpfview merge run1.folded run2.folded -o both.folded
  $ bpfview merge hosts/ --mean > mean.folded
  $ bpfview merge base/*.gz -o base.json && bpfview check --before base.json --after head/*.gz`,
    )
    .action(async (paths: string[], flags: MergeFlags) => {
      const targets = targetsOf('merged', flags)
      const inputs = await readRuns(paths, reading(flags))
      remarkQuality(inputs)
      const runs = profilesOf(inputs, flags.event, undefined, flags.value)
      checkAlike(runs)
      const { profile: merged, touched } = mergeAligned(runs, flags.names ?? DEFAULT_NAMES)
      remarkRenamed(touched)
      const profile = flags.mean === true ? meanOfRuns(merged) : merged
      await writeTargets(targets, profile, {}, { facts: factsOf(profile), inPlace: true, quiet: flags.quiet })
    })
}
