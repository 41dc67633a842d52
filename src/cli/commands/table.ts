import type { Command } from 'commander'
import { formatValue } from '../../../renderers/words/numbers.ts'
import { tablesOf } from '../input/choose-rows.ts'
import { readInputs } from '../input/input.ts'
import { INPUTS } from '../options/inputs.ts'
import type { OutputFlags } from '../options/outputs.ts'
import { outputOptions, targetsOf } from '../options/outputs.ts'
import { READING, reading } from '../options/reading.ts'
import type { Flags, OptionTable } from '../options/table.ts'
import { declareOptions, flag, INTERVAL, option, text } from '../options/table.ts'
import { defined, wholeOption } from '../options/values.ts'
import { remarkQuality } from '../output/quality.ts'
import { writeTargets } from '../output/targets.ts'

const LISTING = {
  where: option<readonly string[]>(
    '--where <CONDITION>',
    "only rows of which it holds: 'LAT>10ms', 'COMM=nginx*', 'COMM!=/^k/'; given again, all hold",
    (condition, all = []) => [...all, condition],
  ),
  sort: text('--sort <COLUMN>', 'order rows by a column, the largest first; -COLUMN: the smallest first'),
  by: text('--by <COLUMN>', 'one row for each value of a column: how many there were, and sums of amounts'),
  csvRaw: flag('--csv-raw', 'CSV with every cell as it is, also what a spreadsheet takes for a formula'),
  table: text('--table <NAME>', 'only the table of this name'),
  rows: option<number>('--rows <N>', 'print at most N rows per table as text', wholeOption(1, 1e9), {
    aliases: ['--limit'],
  }),
  interval: INTERVAL,
} satisfies OptionTable

const OPTIONS = { ...LISTING, ...READING }

type TableFlags = Flags<typeof OPTIONS> & OutputFlags

export function declareTable(command: Command): void {
  declareOptions(command.argument(...INPUTS), { ...outputOptions('tables'), ...OPTIONS })
    .addHelpText(
      'after',
      `
Examples:
  $ bpfview table biosnoop.txt --where 'LAT>10ms' --sort LAT --rows 20
  $ bpfview table biosnoop.txt --by COMM
  $ bpfview table biosnoop.txt -o biosnoop.csv
  $ bpfview table tcplife.txt --json | jq '.[] | select(.MS > 100)'
  $ opensnoop | bpfview table -`,
    )
    .action(async (paths: string[], flags: TableFlags) => {
      const targets = targetsOf('tables', { ...flags, csv: flags.csv === true || flags.csvRaw === true })
      const inputs = await readInputs(paths, { ...reading(flags), ...defined({ interval: flags.interval }) })
      remarkQuality(inputs)
      const { where, sort, by } = flags
      const chosen = tablesOf(inputs, flags.table)
      const tables =
        (where ?? sort ?? by) === undefined
          ? chosen
          : await import('../../ops/tables/select-rows.ts').then(({ selectRows }) =>
              chosen.map(table => selectRows(table, { where, sort, by })),
            )
      await writeTargets(
        targets,
        tables,
        { ...defined({ rows: flags.rows }), raw: flags.csvRaw === true },
        {
          facts: formatValue(
            tables.reduce((rows, table) => rows + table.length, 0),
            'rows',
          ),
          quiet: flags.quiet,
        },
      )
    })
}
