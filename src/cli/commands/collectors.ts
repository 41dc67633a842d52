import type { Command } from 'commander'
import type { Collector } from '../input/collectors.ts'
import { collectorScript, listCollectors } from '../input/collectors.ts'
import type { Flags, OptionTable } from '../options/table.ts'
import { declareOptions, flag } from '../options/table.ts'
import { writeResult } from '../output/write.ts'

const OPTIONS = { json: flag('--json', 'the list as JSON') } satisfies OptionTable

export function declareCollectors(command: Command): void {
  declareOptions(command.argument('[NAME]', 'print this collector as one self-contained POSIX sh script'), OPTIONS)
    .addHelpText(
      'after',
      `
Examples:
  $ bpfview collectors
  $ bpfview collectors cpu > cpu.sh
  $ bpfview collectors cpu | ssh HOST sudo sh -s -- -d 30 -o - > cap.tgz
  $ bpfview flame cap.tgz > cpu.svg`,
    )
    .action(async (name: string | undefined, flags: Flags<typeof OPTIONS>) => {
      if (name !== undefined) await writeResult(undefined, collectorScript(name))
      else if (flags.json === true) await writeResult(undefined, `${JSON.stringify(listCollectors(), undefined, 2)}\n`)
      else await writeResult(undefined, listing(listCollectors()))
    })
}

function listing(collectors: readonly Collector[]): string {
  const width = Math.max(...collectors.map(({ name }) => name.length)) + 2
  const line = (label: string, text: string): string => `${label.padEnd(width)}${text}\n`
  return (
    collectors
      .map(
        ({ name, what, tool, kernel, picture }) =>
          line(name, what) + line('', `needs ${tool}`) + line('', `kernel ${kernel}`) + line('', `for ${picture}`),
      )
      .join('') +
    '\nbpfview collectors NAME prints one as a single script: bpfview collectors cpu | ssh HOST sudo sh -s -- -d 30 -o - > cap.tgz\n'
  )
}
