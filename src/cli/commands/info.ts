import type { Command } from 'commander'
import { infoOf, infoText } from '../../../renderers/info.ts'
import { BpfviewError } from '../../model/error.ts'
import { EXIT, complain } from '../exit.ts'
import { readInput } from '../input.ts'
import { writeResult } from '../output.ts'
import { formatOption, reading, strictOption } from '../reading.ts'
import type { ReadingFlags } from '../reading.ts'

interface InfoFlags extends ReadingFlags {
  readonly json?: boolean
}

export function declareInfo(command: Command): void {
  command
    .argument('<IN...>', 'file, gzipped file, capture directory, or - for standard input')
    .option('--json', 'one JSON object per input and line')
    .addOption(formatOption())
    .addOption(strictOption())
    .addHelpText('after', `
Examples:
  $ bpfview info out.stacks
  $ bpfview info --json capture/ | jq .datasets`)
    .action(async (paths: string[], flags: InfoFlags) => {
      for (const path of paths) {
        try {
          const info = infoOf(await readInput(path, reading(flags)))
          await writeResult(undefined, flags.json === true ? `${JSON.stringify(info)}\n` : infoText(path, info))
        } catch (error) {
          // of many files, one that cannot be read does not hide the others
          if (!(error instanceof BpfviewError) || flags.strict === true) throw error
          complain(error)
          process.exitCode = EXIT.cannot
        }
      }
    })
}
