import type { Command } from 'commander'
import { infoOf, infoText } from '../../../renderers/info.ts'
import { readInput } from '../input.ts'
import { defined } from '../options.ts'
import { writeResult } from '../output.ts'

interface InfoFlags {
  readonly json?: boolean
  readonly format?: string
}

export function declareInfo(command: Command): void {
  command
    .argument('<IN...>', 'file, gzipped file, capture directory, or - for standard input')
    .option('--json', 'one JSON object per input and line')
    .option('--format <ID>', 'read the input as this format instead of detecting it')
    .addHelpText('after', `
Examples:
  $ bpfview info out.stacks
  $ bpfview info --json capture/ | jq .datasets`)
    .action(async (paths: string[], flags: InfoFlags) => {
      for (const path of paths) {
        const info = infoOf(await readInput(path, defined({ format: flags.format })))
        await writeResult(undefined, flags.json === true ? `${JSON.stringify(info)}\n` : infoText(path, info))
      }
    })
}
