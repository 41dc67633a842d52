import type { Command } from 'commander'
import { foldedLines } from '../../../renderers/folded.ts'
import { chooseProfile } from '../choose.ts'
import { readInputs } from '../input.ts'
import { defined } from '../options.ts'
import { writeResult } from '../output.ts'
import { remarkQuality } from '../quality.ts'

interface FoldFlags {
  readonly output?: string
  readonly event?: string
  readonly format?: string
}

export function declareFold(command: Command): void {
  command
    .argument('<IN...>', 'file, gzipped file, capture directory, or - for standard input; several are merged')
    .option('-o, --output <FILE>', 'write to FILE instead of standard output')
    .option('--event <NAME>', 'fold this event of an input that holds several')
    .option('--format <ID>', 'read the input as this format instead of detecting it')
    .addHelpText('after', `
Examples:
  $ perf script | bpfview fold - > out.folded
  $ bpfview fold monday.gz tuesday.gz -o both.folded`)
    .action(async (paths: string[], flags: FoldFlags) => {
      const inputs = await readInputs(paths, defined({ format: flags.format }))
      remarkQuality(inputs)
      await writeResult(flags.output, ended(foldedLines(chooseProfile(inputs, flags.event))))
    })
}

function* ended(lines: Iterable<string>): Iterable<string> {
  for (const line of lines) yield `${line}\n`
}
