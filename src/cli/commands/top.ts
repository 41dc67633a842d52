import type { Command } from 'commander'
import { Option } from 'commander'
import { tableCsv, tableJson } from '../../../renderers/table.ts'
import { topMarkdown, topTable, topText } from '../../../renderers/top.ts'
import { topFunctions } from '../../ops/top.ts'
import { chooseProfile } from '../choose.ts'
import { shapeNames } from '../frame-names.ts'
import { readInputs } from '../input.ts'
import { choiceOption, defined, wholeOption } from '../options.ts'
import { writeResult } from '../output.ts'
import { checkFiltered, declarePerfOptions, perfOptions } from '../perf-options.ts'
import type { PerfFlags } from '../perf-options.ts'
import { remarkQuality } from '../quality.ts'
import { formatOption, reading, strictOption } from '../reading.ts'
import type { ReadingFlags } from '../reading.ts'
import { declareTidy } from '../tidy-option.ts'
import type { TidyFlag } from '../tidy-option.ts'
import { declareRange, needsTimes, selectInputs } from '../time-select.ts'
import type { RangeFlags } from '../time-select.ts'

interface TopFlags extends PerfFlags, RangeFlags, ReadingFlags {
  readonly output?: string
  readonly by: 'self' | 'total'
  readonly rows: number
  readonly markdown?: boolean
  readonly csv?: boolean
  readonly json?: boolean
  readonly event?: string
  readonly value?: string
  readonly tidy?: TidyFlag
}

export function declareTop(command: Command): void {
  declareTidy(declarePerfOptions(declareRange(command
    .argument('<IN...>', 'file, gzipped file, capture directory, or - for standard input; several are merged')
    .option('-o, --output <FILE>', 'write to FILE instead of standard output')
    .option('--by <WHAT>', 'order: self, or total', choiceOption(['self', 'total']), 'self')
    .option('--rows <N>', 'at most N functions, as text and Markdown', wholeOption(1, 1e9), 30)
    .addOption(new Option('--markdown', 'a table for a pull request, an issue or a model').conflicts(['csv', 'json']))
    .addOption(new Option('--csv', 'every function as CSV; names that a spreadsheet would take for a formula get a leading apostrophe').conflicts('json'))
    .option('--json', 'every function as one array of objects')
    .option('--value <NAME>', 'of an event with several values, this one: bytes, count, total')
    .option('--event <NAME>', 'this event of an input that holds several')
    .addOption(formatOption())
    .addOption(strictOption()))))
    .addHelpText('after', `
A function's total counts every stack once, however often the function stands in it.

Examples:
  $ perf script | bpfview top -
  $ bpfview top out.stacks --range 915.2..915.9 --by total --rows 10
  $ bpfview top capture/ --markdown -o top.md
  $ bpfview top out.stacks --json | jq '.[0]'`)
    .action(async (paths: string[], flags: TopFlags) => {
      const perf = perfOptions(flags)
      const inputs = await readInputs(paths, { ...reading(flags), perf, ...(needsTimes(flags) && { timeline: true }) })
      checkFiltered(inputs, perf)
      remarkQuality(inputs)
      const profile = await shapeNames(chooseProfile(selectInputs(inputs, flags), flags.event, flags.value), defined({ tidy: flags.tidy }))
      const functions = topFunctions(profile, flags.by)
      await writeResult(flags.output, flags.json === true ? tableJson([topTable(profile, functions)])
        : flags.csv === true ? tableCsv([topTable(profile, functions)])
        : flags.markdown === true ? topMarkdown(profile, functions, flags.rows) : topText(profile, functions, flags.rows))
    })
}
