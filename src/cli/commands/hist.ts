import type { Command } from 'commander'
import { HISTOGRAM_LAYOUTS } from '../../../renderers/histogram/svg.ts'
import { formatValue } from '../../../renderers/words/numbers.ts'
import { BpfviewError } from '../../model/error.ts'
import { histogramsOf } from '../input/choose-rows.ts'
import { readInputs } from '../input/input.ts'
import { INPUTS } from '../options/inputs.ts'
import type { OutputFlags } from '../options/outputs.ts'
import { outputOptions, targetsOf } from '../options/outputs.ts'
import { READING, reading } from '../options/reading.ts'
import type { Flags, OptionTable } from '../options/table.ts'
import { choice, declareOptions, flag, INTERVAL, option, text } from '../options/table.ts'
import { defined, numberOption } from '../options/values.ts'
import { remarkQuality } from '../output/quality.ts'
import { writeTargets } from '../output/targets.ts'

const OPTIONS = {
  layout: choice(
    '--layout <NAME>',
    'of a picture: panels, overlay or trails; default: by how many there are',
    HISTOGRAM_LAYOUTS,
  ),
  xAxis: choice('--x-axis <SCALE>', 'of a picture: log or linear; default: as the buckets grow', ['log', 'linear']),
  yAxis: choice('--y-axis <SCALE>', 'of a picture: linear (default) or log', ['log', 'linear']),
  title: text('--title <TEXT>', 'title of a picture'),
  width: option<number>('--width <PX>', 'width of a picture', numberOption(420, 100_000)),
  theme: choice('--theme <NAME>', "of a picture; default: the viewer's", ['auto', 'light', 'dark']),
  intervals: flag('--intervals', 'as text: every interval by itself instead of their sum'),
  name: text('--name <TEXT>', 'only histograms whose name or key holds TEXT'),
  interval: INTERVAL,
  cumulative: flag(
    '--cumulative',
    'every interval contains those before it, as argdist -c prints them; the text of the tool does not say so',
  ),
  ...READING,
} satisfies OptionTable

type HistFlags = Flags<typeof OPTIONS> & OutputFlags

export function declareHist(command: Command): void {
  declareOptions(command.argument(...INPUTS), { ...outputOptions('histograms'), ...OPTIONS })
    .addHelpText(
      'after',
      `
Examples:
  $ bpfview hist biolatency.txt
  $ bpfview hist runqlat.txt --name "pid = 181" --intervals
  $ bpfview hist biolatency.txt -o biolatency.svg
  $ bpfview hist runqlat.txt --layout trails -o trails.svg
  $ bpfview hist biolatency.txt --json | jq '.[0].buckets'`,
    )
    .action(async (paths: string[], flags: HistFlags) => {
      const targets = targetsOf('histograms', flags)
      refuseUnused(
        flags,
        targets.map(({ form }) => form.id),
      )
      const inputs = await readInputs(paths, { ...reading(flags), ...defined({ interval: flags.interval }) })
      remarkQuality(inputs)
      const found = histogramsOf(inputs, flags.name)
      const series = flags.cumulative === true ? found.map(one => ({ ...one, cumulative: true })) : found
      const { layout, xAxis: x, yAxis: y, title, width, theme, intervals, quiet, open } = flags
      await writeTargets(targets, series, defined({ layout, x, y, title, width, theme, intervals }), {
        facts: formatValue(series.length, 'histograms'),
        quiet,
        open,
      })
    })
}

/** Throws BpfviewError E_USAGE for an option that would do nothing to any of the outputs. */
function refuseUnused(flags: HistFlags, forms: readonly string[]): void {
  const { intervals, layout, xAxis, yAxis, title, width, theme } = flags
  if (intervals !== undefined && !forms.includes('text'))
    throw new BpfviewError('E_USAGE', '--intervals is only used with text; leave it out, or write text')
  if (forms.includes('svg') || forms.includes('html')) return
  const picture = { layout, xAxis, yAxis, title, width, theme }
  const found = Object.entries(picture).find(([, value]) => value !== undefined)
  if (found !== undefined)
    throw new BpfviewError(
      'E_USAGE',
      `${OPTIONS[found[0] as keyof typeof picture].flags.split(' ')[0]} is only used with a picture; expected -o FILE.svg, or --to svg`,
    )
}
