import type { Command } from 'commander'
import { heatMap } from '../../../renderers/heatmap.ts'
import { traceHeat } from '../../ops/trace-heat.ts'
import { readInputs } from '../input.ts'
import { choiceOption, defined, numberOption, wholeOption } from '../options.ts'
import { writeResult } from '../output.ts'
import { remarkQuality } from '../quality.ts'

interface TraceFlags {
  readonly output?: string
  readonly title: string
  readonly unitstime: 's' | 'ms' | 'us' | 'ns'
  readonly unitslabel: string
  readonly minlat: number
  readonly maxlat?: number
  readonly rows: number
  readonly steplat?: number
  readonly stepsec: number
  readonly maxcol?: number
  readonly fonttype: string
  readonly fontsize: number
  readonly boxsize: number
  readonly grid?: boolean
  readonly accstats?: boolean
  readonly script: boolean
}

const LATENCY = [-1e300, 1e300] as const

export function declareTrace2heatmap(command: Command): void {
  command
    .argument('[IN...]', 'files of time and latency, two numbers a line; default: standard input')
    .option('-o, --output <FILE>', 'write to FILE instead of standard output')
    .option('--title <TEXT>', 'title of the picture', 'Latency Heat Map')
    .option('--unitstime <UNIT>', 'unit of the times: s, ms, us, ns', choiceOption(['s', 'ms', 'us', 'ns']), 's')
    .option('--unitslabel <TEXT>', 'unit of the latencies, for labels', '')
    .option('--minlat <N>', 'lowest latency drawn', numberOption(...LATENCY), 0)
    .option('--maxlat <N>', 'highest latency drawn; default: the highest there is', numberOption(...LATENCY))
    .option('--rows <N>', 'rows', wholeOption(1, 20_000), 50)
    .option('--steplat <N>', 'latency of a row, instead of --rows', numberOption(1e-300, 1e300))
    .option('--stepsec <N>', 'seconds of a column', numberOption(1e-9, 1e9), 1)
    .option('--maxcol <N>', 'columns at most', wholeOption(1, 1e9))
    .option('--fonttype <NAME>', 'font', 'Verdana')
    .option('--fontsize <PX>', 'font size', numberOption(1, 100), 12)
    .option('--boxsize <PX>', 'width and height of a cell', numberOption(1, 200), 8)
    .option('--grid', 'draw lines between cells')
    .option('--accstats', 'hover text also counts the cells below')
    .option('--no-script', 'no script: a still picture for <img>')
    .addHelpText('after', `
The options of trace2heatmap.pl. Its last time column and its slowest row are drawn too.

Examples:
  $ bpfview trace2heatmap --unitstime us --unitslabel us trace.txt > heat.svg
  $ awk '{ print $1, $NF }' log.txt | bpfview trace2heatmap --rows 30 --stepsec 0.5 > heat.svg`)
    .action(async (paths: string[], flags: TraceFlags) => {
      const inputs = await readInputs(paths.length === 0 ? ['-'] : paths, { format: 'pairs' })
      remarkQuality(inputs)
      const { unitstime, unitslabel, minlat, maxlat, rows, steplat, stepsec, maxcol } = flags
      const figure = traceHeat(inputs.flatMap(input => input.parsed.datasets), { unitstime, unitslabel, minlat, rows, stepsec, ...defined({ maxlat, steplat, maxcol }) })
      await writeResult(flags.output, heatMap([figure], {
        title: flags.title, font: `${flags.fonttype}, sans-serif`, fontSize: flags.fontsize, boxSize: flags.boxsize, gridLines: flags.grid === true, accumulate: flags.accstats === true,
        colours: 'linear', rowsLabel: 'latency', script: flags.script,
      }))
    })
}
