import type { Command } from 'commander'
import { heatMap } from '../../../renderers/heat/heatmap.ts'
import { traceHeat } from '../../ops/heat/trace.ts'
import { readInputs } from '../input/input.ts'
import type { Flags, OptionTable } from '../options/table.ts'
import { choice, declareOptions, flag, negative, option, text, withDefault } from '../options/table.ts'
import { defined, numberOption, wholeOption } from '../options/values.ts'
import { remarkQuality } from '../output/quality.ts'
import { writeResult } from '../output/write.ts'

const UNITS = ['s', 'ms', 'us', 'ns'] as const
const latency = numberOption(-1e300, 1e300)

/** The options of trace2heatmap.pl, with its defaults, and our own at the ends. */
const OPTIONS = {
  output: text('-o, --output <FILE>', 'write to FILE instead of standard output'),
  title: withDefault(text('--title <TEXT>', 'title of the picture'), 'Latency Heat Map'),
  unitstime: withDefault(choice('--unitstime <UNIT>', 'unit of the times', UNITS), 's'),
  unitslabel: withDefault(text('--unitslabel <TEXT>', 'unit of the latencies, for labels'), ''),
  minlat: withDefault(option<number>('--minlat <N>', 'lowest latency drawn', latency), 0),
  maxlat: option<number>('--maxlat <N>', 'highest latency drawn; default: the highest there is', latency),
  rows: withDefault(option<number>('--rows <N>', 'rows', wholeOption(1, 20_000)), 50),
  steplat: option<number>('--steplat <N>', 'latency of a row, instead of --rows', numberOption(1e-300, 1e300)),
  stepsec: withDefault(option<number>('--stepsec <N>', 'seconds of a column', numberOption(1e-9, 1e9)), 1),
  maxcol: option<number>('--maxcol <N>', 'columns at most', wholeOption(1, 1e9)),
  fonttype: withDefault(text('--fonttype <NAME>', 'font'), 'Verdana'),
  fontsize: withDefault(option<number>('--fontsize <PX>', 'font size', numberOption(1, 100)), 12),
  boxsize: withDefault(option<number>('--boxsize <PX>', 'width and height of a cell', numberOption(1, 200)), 8),
  grid: flag('--grid', 'draw lines between cells'),
  accstats: flag('--accstats', 'hover text also counts the cells below'),
  script: negative('--no-script', 'no script: a still picture for <img>'),
} satisfies OptionTable

type TraceFlags = Flags<typeof OPTIONS>

export function declareTrace2heatmap(command: Command): void {
  declareOptions(
    command.argument('[IN...]', 'files of time and latency, two numbers a line; default: standard input'),
    OPTIONS,
  )
    .addHelpText(
      'after',
      `
The options of trace2heatmap.pl. Its last time column and its slowest row are drawn too.

Examples:
  $ bpfview trace2heatmap --unitstime us --unitslabel us trace.txt > heat.svg
  $ awk '{ print $1, $NF }' log.txt | bpfview trace2heatmap --rows 30 --stepsec 0.5 > heat.svg`,
    )
    .action(async (paths: string[], flags: TraceFlags) => {
      const inputs = await readInputs(paths.length === 0 ? ['-'] : paths, { format: 'pairs' })
      remarkQuality(inputs)
      const { unitstime, unitslabel, minlat, maxlat, rows, steplat, stepsec, maxcol } = flags
      const figure = traceHeat(
        inputs.flatMap(input => input.parsed.datasets),
        { unitstime, unitslabel, minlat, rows, stepsec, ...defined({ maxlat, steplat, maxcol }) },
      )
      await writeResult(
        flags.output,
        heatMap([figure], {
          title: flags.title,
          font: `${flags.fonttype}, sans-serif`,
          fontSize: flags.fontsize,
          boxSize: flags.boxsize,
          gridLines: flags.grid === true,
          accumulate: flags.accstats === true,
          colours: 'linear',
          rowsLabel: 'latency',
          script: flags.script,
        }),
      )
    })
}
