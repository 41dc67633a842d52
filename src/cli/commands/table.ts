import type { Command } from 'commander'
import { Option } from 'commander'
import { tableCsv, tableJson, tableText } from '../../../renderers/table.ts'
import { tablesOf } from '../choose-rows.ts'
import { readInputs } from '../input.ts'
import { defined, numberOption, wholeOption } from '../options.ts'
import { writeResult } from '../output.ts'
import { remarkQuality } from '../quality.ts'
import { formatOption, reading, strictOption } from '../reading.ts'
import type { ReadingFlags } from '../reading.ts'

interface TableFlags extends ReadingFlags {
  readonly output?: string
  readonly csv?: boolean
  readonly csvRaw?: boolean
  readonly json?: boolean
  readonly table?: string
  readonly rows?: number
  readonly interval?: number
}

export function declareTable(command: Command): void {
  command
    .argument('<IN...>', 'file, gzipped file, capture directory, or - for standard input')
    .option('-o, --output <FILE>', 'write to FILE instead of standard output')
    .addOption(new Option('--csv', 'CSV; text cells that a spreadsheet would take for a formula get a leading apostrophe').conflicts('json'))
    .addOption(new Option('--csv-raw', 'CSV with every cell as it is').conflicts('json'))
    .option('--json', 'one array of row objects; rows of several tables say which `table` they are of')
    .option('--table <NAME>', 'only the table of this name')
    .option('--rows <N>', 'print at most N rows per table as text', wholeOption(1, 1e9))
    .option('--interval <SECONDS>', 'time between intervals, where the tool printed no times', numberOption(1e-9, 1e9))
    .addOption(formatOption())
    .addOption(strictOption())
    .addHelpText('after', `
Examples:
  $ bpfview table biosnoop.txt --csv > biosnoop.csv
  $ bpfview table tcplife.txt --json | jq '.[] | select(.MS > 100)'
  $ opensnoop | bpfview table -`)
    .action(async (paths: string[], flags: TableFlags) => {
      const inputs = await readInputs(paths, { ...reading(flags), ...defined({ interval: flags.interval }) })
      remarkQuality(inputs)
      const tables = tablesOf(inputs, flags.table)
      await writeResult(flags.output, flags.json === true ? tableJson(tables)
        : flags.csv === true || flags.csvRaw === true ? tableCsv(tables, flags.csvRaw === true)
        : tableText(tables, flags.rows))
    })
}
