import type { Command } from 'commander'
import { formatValue } from '../../../renderers/words/numbers.ts'
import { BpfviewError } from '../../model/error.ts'
import { heatFigures, leftOut } from '../../ops/heat/figures.ts'
import type { Rows } from '../../ops/heat/heat.ts'
import { amountIn } from '../../ops/heat/limits.ts'
import type { TimeRange } from '../../ops/time/time-range.ts'
import { parseTimePoint } from '../../ops/time/time-range.ts'
import { remark, remarkOnce } from '../exit.ts'
import { readInputs } from '../input/input.ts'
import { INPUTS } from '../options/inputs.ts'
import type { OutputFlags } from '../options/outputs.ts'
import { isTime, outputOptions, targetsOf } from '../options/outputs.ts'
import { READING, reading } from '../options/reading.ts'
import type { Flags, OptionTable } from '../options/table.ts'
import { choice, declareOptions, INTERVAL, negative, option, refuseValue, text } from '../options/table.ts'
import { parseRanges } from '../options/time-select.ts'
import { defined, numberOption, wholeOption } from '../options/values.ts'
import { remarkQuality } from '../output/quality.ts'
import { writeTargets } from '../output/targets.ts'

const OPTIONS = {
  column: text('--column <NAME>', 'column of a table, or histogram, to draw; default: the latency'),
  timeColumn: text('--time-column <NAME>', 'column of a table that holds the time'),
  timeUnit: choice('--time-unit <UNIT>', 'unit of a time column that does not say its own', ['s', 'ms', 'us', 'ns']),
  unit: text('--unit <UNIT>', 'unit of the drawn column, where it does not say its own'),
  rows: option<Rows>(
    '--rows <ROWS>',
    'a number of equal rows, or log2, log, linear; histograms keep their own buckets',
    parseRows,
  ),
  step: option<number>('--step <SECONDS>', 'width of a column, for single events', numberOption(1e-9, 1e9)),
  minLatency: text('--min-latency <VALUE>', 'count but do not draw what is less: 50, 50us, 1.5ms'),
  maxLatency: text('--max-latency <VALUE>', 'count but do not draw what is more'),
  range: option<readonly TimeRange[]>(
    '--range <A..B>',
    'only this time: seconds as printed, +S since the start, or HH:MM:SS; an end may be left out',
    parseRanges,
  ),
  from: text('--from <TIME>', 'same as --range TIME..', { hidden: true }),
  split: text('--split <KEY>', 'a panel per value of a column (DISK, COMM), or of the key of histograms (disk)'),
  panels: option<number>('--panels <N>', 'panels at most; the smallest share the last one', wholeOption(1, 1000)),
  colours: choice('--colours <SCALE>', 'how counts become colours', ['linear', 'log', 'rank']),
  saturate: option<number>('--saturate <N>', 'cells with N or more get the deepest colour', numberOption(1e-9, 1e18)),
  hue: option<number>('--hue <DEGREES>', 'one hue in the place of yellow to red', numberOption(0, 360)),
  percentiles: negative('--no-percentiles', 'no percentile line (p99; in a browser P shows max, p50, p90, none)'),
  title: text('--title <TEXT>', 'title of the picture'),
  subtitle: text('--subtitle <TEXT>', 'line under the title'),
  width: option<number>('--width <PX>', 'width of the picture', numberOption(420, 100_000)),
  theme: choice('--theme <NAME>', "page; default: the viewer's", ['auto', 'light', 'dark']),
  interval: INTERVAL,
  ...READING,
  script: negative('--no-script', 'no script: a still picture for <img>'),
} satisfies OptionTable

type HeatFlags = Flags<typeof OPTIONS> & OutputFlags

export function declareHeat(command: Command): void {
  declareOptions(command.argument(...INPUTS), { ...outputOptions('heat'), ...OPTIONS })
    .addHelpText(
      'after',
      `
Examples:
  $ bpfview heat biolatency.txt -o biolatency.svg
  $ bpfview heat biosnoop.txt --split DISK --max-latency 50ms > disks.svg
  $ bpfview heat biosnoop.txt --column SECTOR -o offsets.svg
  $ bpfview heat runqlat.txt --json | jq '.[0].exclusions'`,
    )
    .action(async (paths: string[], flags: HeatFlags) => {
      const targets = targetsOf('heat', flags)
      const inputs = await readInputs(paths, {
        ...reading(flags),
        ...defined({ interval: flags.interval, timeline: true }),
      })
      remarkQuality(inputs)
      const datasets = inputs.flatMap(input => input.parsed.datasets)
      const {
        column,
        timeColumn: time,
        timeUnit,
        unit: valueUnit,
        rows,
        step,
        split,
        panels,
        title,
        subtitle,
        width,
        colours,
        saturate,
        hue,
        theme,
        script,
      } = flags
      const figures = heatFigures(datasets, {
        ...defined({
          column,
          time,
          timeUnit,
          valueUnit,
          rows,
          step,
          split,
          panels,
          min: amountIn(flags.minLatency, datasets, column),
          max: amountIn(flags.maxLatency, datasets, column),
        }),
        ...defined({ range: rangeOf(flags) }),
      })
      const left = column === undefined ? leftOut(datasets) : []
      if (left.length > 0)
        remark(
          `left out: ${left.slice(0, 10).join(', ')}${left.length > 10 ? ` and ${left.length - 10} more` : ''}; choose with --column NAME, or draw the inputs one by one`,
        )
      const look = {
        ...defined({ title, subtitle, width, colours, saturate, hue, theme }),
        lines: flags.percentiles,
        script,
      }
      const { quiet, open } = flags
      await writeTargets(targets, figures, look, { facts: formatValue(figures.length, 'heat maps'), quiet, open })
    })
}

/** The one range of time that the flags choose; `--from` and a time in `--to` are what was written before `--range`. */
function rangeOf({ range, from, to }: HeatFlags): TimeRange | undefined {
  if (range !== undefined && range.length > 1)
    throw new BpfviewError(
      'E_USAGE',
      `--range has ${range.length} ranges; expected one, because a heat map has one axis of time`,
    )
  const end = isTime(to) ? to : undefined
  if (end !== undefined) remarkOnce(`--to ${end} is read as a time; write --range ..${end}`)
  const older = {
    ...(from !== undefined && { from: parseTimePoint(from) }),
    ...(end !== undefined && { to: parseTimePoint(end) }),
  }
  return range?.[0] ?? (Object.keys(older).length > 0 ? older : undefined)
}

function parseRows(text: string): Rows {
  if (text === 'log2' || text === 'log' || text === 'linear') return text
  const rows = Number(text)
  if (!Number.isInteger(rows) || rows < 1 || rows > 5000)
    refuseValue('Expected a number of rows from 1 to 5000, log2, log or linear.')
  return rows
}
