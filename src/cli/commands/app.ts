import type { Command } from 'commander'
import { BpfviewError } from '../../model/error.ts'
import { readAsset } from '../input/assets.ts'
import type { Flags, OptionTable } from '../options/table.ts'
import { declareOptions, flag, text } from '../options/table.ts'
import { writeResult } from '../output/write.ts'
import { noteWritten } from '../output/written.ts'

const OPTIONS = {
  output: text('-o, --output <FILE>', 'write to FILE; default: standard output'),
  quiet: flag('-q, --quiet', 'do not say on stderr what was written'),
  open: flag('--open', 'open what was written'),
} satisfies OptionTable

/** The page, as the build makes it. */
const PAGE = 'dist/app/bpfview.html'

export function declareApp(command: Command): void {
  declareOptions(command, OPTIONS)
    .addHelpText(
      'after',
      `
One file for people without a command line: they open it in a browser and drop perf script, folded stacks, a capture or any other format on it. It
explores stacks and draws flame graphs, heat maps, histograms and tables. Its policy allows no connection: nothing leaves the machine.

Examples:
  $ bpfview app -o bpfview.html
  $ bpfview app -o bpfview.html --open`,
    )
    .action(async ({ output, quiet, open }: Flags<typeof OPTIONS>) => {
      if (output === undefined && process.stdout.isTTY === true)
        throw new BpfviewError('E_USAGE', 'a page is not written to a terminal; expected -o FILE.html, or > FILE.html')
      await writeResult(output, readAsset(PAGE))
      if (output === undefined || output === '-') return
      if (quiet !== true) noteWritten(output, 'drop a file on it')
      if (open === true) await (await import('../output/open.ts')).openFile(output)
    })
}
