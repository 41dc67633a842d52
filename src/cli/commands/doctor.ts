import type { Command } from 'commander'
import { formatValue } from '../../../renderers/words/numbers.ts'
import { doubtsOf, worstTrust } from '../../ops/report/doctor.ts'
import { comparisonDoubts } from '../../ops/report/doctor-compare.ts'
import { EXIT } from '../exit.ts'
import { readForReport } from '../input/report-inputs.ts'
import { INPUTS } from '../options/inputs.ts'
import type { OutputFlags } from '../options/outputs.ts'
import { outputOptions, targetsOf } from '../options/outputs.ts'
import { READING_STACKS, reading } from '../options/reading.ts'
import { BEFORE } from '../options/sides.ts'
import type { Flags, OptionTable } from '../options/table.ts'
import { declareOptions } from '../options/table.ts'
import { writeTargets } from '../output/targets.ts'

const OPTIONS = { ...BEFORE, ...READING_STACKS } satisfies OptionTable

type DoctorFlags = Flags<typeof OPTIONS> & OutputFlags

export function declareDoctor(command: Command): void {
  declareOptions(command.argument(INPUTS[0], 'file, gzipped file, capture directory, or - for standard input'), {
    ...outputOptions('doctor'),
    ...OPTIONS,
  })
    .addHelpText(
      'after',
      `
Exit status: 0 fine, or notes only; 1 a warning; 2 an input could not be read; 3 an input is unusable.

Examples:
  $ bpfview doctor capture/
  $ bpfview doctor after/ --before before/
  $ bpfview doctor --json out.stacks | jq .trust`,
    )
    .action(async (paths: string[], flags: DoctorFlags) => {
      const targets = targetsOf('doctor', flags)
      const options = reading(flags)
      const { inputs, failed: unread } = await readForReport(paths, options)
      const earlier = flags.before === undefined ? undefined : await readForReport(flags.before, options)
      const failed = unread + (earlier?.failed ?? 0)
      const doubts = [
        ...(earlier === undefined ? [] : [...comparisonDoubts(earlier.inputs, inputs), ...doubtsOf(earlier.inputs)]),
        ...doubtsOf(inputs),
      ]
      if (inputs.length > 0)
        await writeTargets(targets, doubts, {}, { facts: formatValue(doubts.length, 'doubts'), quiet: flags.quiet })
      const worst = worstTrust(doubts)
      if (failed > 0) process.exitCode = EXIT.cannot
      else if (worst === 'unusable') process.exitCode = EXIT.inconclusive
      else if (worst === 'warning') process.exitCode = EXIT.crossed
    })
}
