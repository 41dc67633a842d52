import type { Command } from 'commander'
import { HISTOGRAM_LAYOUTS, histogramSvg } from '../../../renderers/histogram-svg.ts'
import type { HistogramLayout } from '../../../renderers/histogram-svg.ts'
import { histogramJson, histogramText } from '../../../renderers/histogram-text.ts'
import { BpfviewError } from '../../model/error.ts'
import { histogramsOf } from '../choose-rows.ts'
import { readInputs } from '../input.ts'
import { choiceOption, defined, numberOption } from '../options.ts'
import { writeResult } from '../output.ts'
import { remarkQuality } from '../quality.ts'
import { formatOption, reading, strictOption } from '../reading.ts'
import type { ReadingFlags } from '../reading.ts'

interface HistFlags extends ReadingFlags {
  readonly svg?: boolean
  readonly layout?: HistogramLayout
  readonly xAxis?: 'log' | 'linear'
  readonly yAxis?: 'log' | 'linear'
  readonly title?: string
  readonly width?: number
  readonly theme?: 'auto' | 'light' | 'dark'
  readonly output?: string
  readonly json?: boolean
  readonly intervals?: boolean
  readonly name?: string
  readonly interval?: number
  readonly cumulative?: boolean
}

export function declareHist(command: Command): void {
  command
    .argument('<IN...>', 'file, gzipped file, capture directory, or - for standard input')
    .option('-o, --output <FILE>', 'write to FILE instead of standard output; a name ending in .svg gives a picture')
    .option('--svg', 'draw a picture, whatever the name of the output')
    .option('--layout <NAME>', 'of a picture: panels, overlay or trails; default: by how many there are', choiceOption(HISTOGRAM_LAYOUTS))
    .option('--x-axis <SCALE>', 'of a picture: log or linear; default: as the buckets grow', choiceOption(['log', 'linear']))
    .option('--y-axis <SCALE>', 'of a picture: linear (default) or log', choiceOption(['log', 'linear']))
    .option('--title <TEXT>', 'title of a picture')
    .option('--width <PX>', 'width of a picture', numberOption(420, 100_000))
    .option('--theme <NAME>', 'of a picture: auto, light or dark', choiceOption(['auto', 'light', 'dark']))
    .option('--json', 'one array of {name, key, unit, time, buckets: [{from, to, count}]}, an object per histogram and interval')
    .option('--intervals', 'print every interval by itself instead of their sum')
    .option('--name <TEXT>', 'only histograms whose name or key holds TEXT')
    .option('--interval <SECONDS>', 'time between intervals, where the tool printed no times', numberOption(1e-9, 1e9))
    .option('--cumulative', 'every interval contains those before it, as argdist -c prints them; the text of the tool does not say so')
    .addOption(formatOption())
    .addOption(strictOption())
    .addHelpText('after', `
Examples:
  $ bpfview hist biolatency.txt
  $ bpfview hist runqlat.txt --name "pid = 181" --intervals
  $ bpfview hist biolatency.txt -o biolatency.svg
  $ bpfview hist runqlat.txt --layout trails -o trails.svg
  $ bpfview hist biolatency.txt --json | jq '.[0].buckets'`)
    .action(async (paths: string[], flags: HistFlags) => {
      const drawn = flags.svg === true || flags.output?.endsWith('.svg') === true
      refuseUnused(flags, drawn)
      const inputs = await readInputs(paths, { ...reading(flags), ...defined({ interval: flags.interval }) })
      remarkQuality(inputs)
      const found = histogramsOf(inputs, flags.name)
      const series = flags.cumulative === true ? found.map(one => ({ ...one, cumulative: true })) : found
      if (drawn) {
        const { layout, xAxis: x, yAxis: y, title, width, theme } = flags
        return writeResult(flags.output, histogramSvg(series, defined({ layout, x, y, title, width, theme })))
      }
      await writeResult(flags.output, flags.json === true ? histogramJson(series) : histogramText(series, flags.intervals === true))
    })
}

/** Throws BpfviewError E_USAGE for an option that would do nothing to what is asked for. */
function refuseUnused(flags: HistFlags, drawn: boolean): void {
  const unused = drawn ? { '--json': flags.json, '--intervals': flags.intervals }
    : { '--layout': flags.layout, '--x-axis': flags.xAxis, '--y-axis': flags.yAxis, '--title': flags.title, '--width': flags.width, '--theme': flags.theme }
  const found = Object.entries(unused).find(([, value]) => value !== undefined)
  if (found !== undefined) throw new BpfviewError('E_USAGE', drawn ? `${found[0]} is of text; expected no picture, or not this option` : `${found[0]} is of a picture; expected --svg, or -o FILE.svg`)
}
