import type { Command } from 'commander'
import type { Info } from '../../../renderers/listing/info.ts'
import { infoOf } from '../../../renderers/listing/info.ts'
import { formatValue } from '../../../renderers/words/numbers.ts'
import { BpfviewError } from '../../model/error.ts'
import { complain, EXIT } from '../exit.ts'
import { readInput } from '../input/input.ts'
import { runsIn } from '../input/run-files.ts'
import { INPUTS } from '../options/inputs.ts'
import type { OutputFlags } from '../options/outputs.ts'
import { outputOptions, targetsOf } from '../options/outputs.ts'
import { READING_STACKS, reading } from '../options/reading.ts'
import type { Flags } from '../options/table.ts'
import { declareOptions } from '../options/table.ts'
import { writeTargets } from '../output/targets.ts'

type InfoFlags = Flags<typeof READING_STACKS> & OutputFlags

export function declareInfo(command: Command): void {
  declareOptions(command.argument(INPUTS[0], 'file, gzipped file, capture directory, or - for standard input'), {
    ...outputOptions('info'),
    ...READING_STACKS,
  })
    .addHelpText(
      'after',
      `
Examples:
  $ bpfview info out.stacks
  $ bpfview info --json capture/ | jq .datasets`,
    )
    .action(async (paths: string[], flags: InfoFlags) => {
      const targets = targetsOf('info', flags)
      const infos: { source: string; info: Info }[] = []
      for (const path of paths.length === 0 ? ['-'] : paths) {
        try {
          for (const run of runsIn(path))
            infos.push({
              source: run === '-' ? 'standard input' : run,
              info: infoOf(await readInput(run, { ...reading(flags), countRows: true })),
            })
        } catch (error) {
          // of many files, one that cannot be read does not hide the others
          if (!(error instanceof BpfviewError) || flags.strict === true) throw error
          complain(error)
          process.exitCode = EXIT.cannot
        }
      }
      await writeTargets(targets, infos, {}, { facts: formatValue(infos.length, 'inputs'), quiet: flags.quiet })
    })
}
