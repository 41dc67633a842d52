import { InvalidArgumentError } from 'commander'
import type { Command } from 'commander'
import { heatJson } from '../../../renderers/heat-json.ts'
import type { ColourScale } from '../../../renderers/heat-colours.ts'
import { heatMap, heatMapPage } from '../../../renderers/heatmap.ts'
import { heatFigures, leftOut } from '../../ops/heat-figures.ts'
import { amountIn } from '../../ops/heat-limits.ts'
import type { Rows } from '../../ops/heat.ts'
import { parseTimePoint } from '../../ops/time-range.ts'
import { remark } from '../exit.ts'
import { readInputs } from '../input.ts'
import { choiceOption, defined, numberOption, wholeOption } from '../options.ts'
import { writeResult } from '../output.ts'
import { remarkQuality } from '../quality.ts'
import { formatOption, reading, strictOption } from '../reading.ts'
import type { ReadingFlags } from '../reading.ts'

interface HeatFlags extends ReadingFlags {
  readonly output?: string
  readonly column?: string
  readonly timeColumn?: string
  readonly timeUnit?: 's' | 'ms' | 'us' | 'ns'
  readonly unit?: string
  readonly rows?: Rows
  readonly step?: number
  readonly minLatency?: string
  readonly maxLatency?: string
  readonly from?: string
  readonly to?: string
  readonly split?: string
  readonly panels?: number
  readonly colours?: ColourScale
  readonly saturate?: number
  readonly hue?: number
  readonly percentiles: boolean
  readonly json?: boolean
  readonly title?: string
  readonly subtitle?: string
  readonly width?: number
  readonly theme?: 'auto' | 'light' | 'dark'
  readonly interval?: number
  readonly script: boolean
}

export function declareHeat(command: Command): void {
  command
    .argument('<IN...>', 'file, gzipped file, capture directory, or - for standard input')
    .option('-o, --output <FILE>', 'write to FILE instead of standard output; a name ending in .html gives a page')
    .option('--column <NAME>', 'column of a table, or histogram, to draw; default: the latency')
    .option('--time-column <NAME>', 'column of a table that holds the time')
    .option('--time-unit <UNIT>', 'unit of a time column that does not say its own', choiceOption(['s', 'ms', 'us', 'ns']))
    .option('--unit <UNIT>', 'unit of the drawn column, where it does not say its own')
    .option('--rows <ROWS>', 'a number of equal rows, or log2, log, linear; histograms keep their own buckets', rowsOption)
    .option('--step <SECONDS>', 'width of a column, for single events', numberOption(1e-9, 1e9))
    .option('--min-latency <VALUE>', 'count but do not draw what is less: 50, 50us, 1.5ms')
    .option('--max-latency <VALUE>', 'count but do not draw what is more')
    .option('--from <TIME>', 'start: seconds as printed, or +S since the start; for clock times HH:MM:SS')
    .option('--to <TIME>', 'end, not included')
    .option('--split <KEY>', 'a panel per value of a column (DISK, COMM), or of the key of histograms (disk)')
    .option('--panels <N>', 'panels at most; the smallest share the last one', wholeOption(1, 1000))
    .option('--colours <SCALE>', 'linear, log or rank', choiceOption(['linear', 'log', 'rank']))
    .option('--saturate <N>', 'cells with N or more get the deepest colour', numberOption(1e-9, 1e18))
    .option('--hue <DEGREES>', 'one hue in the place of yellow to red', numberOption(0, 360))
    .option('--no-percentiles', 'no p50, p90, p99 and max lines')
    .option('--json', 'edges, counts, percentiles and what was not drawn')
    .option('--title <TEXT>', 'title of the picture')
    .option('--subtitle <TEXT>', 'line under the title')
    .option('--width <PX>', 'width of the picture', numberOption(420, 100_000))
    .option('--theme <NAME>', 'auto (default: the viewer\'s), light or dark', choiceOption(['auto', 'light', 'dark']))
    .option('--interval <SECONDS>', 'time between intervals, where the tool printed no times', numberOption(1e-9, 1e9))
    .addOption(formatOption())
    .addOption(strictOption())
    .option('--no-script', 'no script: a still picture for <img>')
    .addHelpText('after', `
Examples:
  $ bpfview heat biolatency.txt -o biolatency.svg
  $ bpfview heat biosnoop.txt --split DISK --max-latency 50ms > disks.svg
  $ bpfview heat biosnoop.txt --column SECTOR -o offsets.svg
  $ bpfview heat runqlat.txt --json | jq '.[0].exclusions'`)
    .action(async (paths: string[], flags: HeatFlags) => {
      const inputs = await readInputs(paths, { ...reading(flags), ...defined({ interval: flags.interval, timeline: true }) })
      remarkQuality(inputs)
      const datasets = inputs.flatMap(input => input.parsed.datasets)
      const { column, timeColumn: time, timeUnit, unit: valueUnit, rows, step, split, panels, title, subtitle, width, colours, saturate, hue, theme, script } = flags
      const figures = heatFigures(datasets, {
        ...defined({ column, time, timeUnit, valueUnit, rows, step, split, panels, min: amountIn(flags.minLatency, datasets, column), max: amountIn(flags.maxLatency, datasets, column) }),
        ...((flags.from !== undefined || flags.to !== undefined) && {
          range: { ...(flags.from !== undefined && { from: parseTimePoint(flags.from) }), ...(flags.to !== undefined && { to: parseTimePoint(flags.to) }) },
        }),
      })
      const left = column === undefined ? leftOut(datasets) : []
      if (left.length > 0) remark(`left out: ${left.slice(0, 10).join(', ')}${left.length > 10 ? ` and ${left.length - 10} more` : ''}; choose with --column NAME, or draw the inputs one by one`)
      if (flags.json === true) return writeResult(flags.output, heatJson(figures))
      const look = { ...defined({ title, subtitle, width, colours, saturate, hue, theme }), lines: flags.percentiles, script }
      await writeResult(flags.output, flags.output?.endsWith('.html') === true ? heatMapPage(figures, look) : heatMap(figures, look))
    })
}

function rowsOption(text: string): Rows {
  if (text === 'log2' || text === 'log' || text === 'linear') return text
  const rows = Number(text)
  if (!Number.isInteger(rows) || rows < 1 || rows > 5000) throw new InvalidArgumentError('Expected a number of rows from 1 to 5000, log2, log or linear.')
  return rows
}
