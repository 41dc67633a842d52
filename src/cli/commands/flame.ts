import { Option } from 'commander'
import type { Command } from 'commander'
import { flameGraph } from '../../../renderers/flame.ts'
import { PALETTES } from '../../../renderers/palette.ts'
import type { PaletteName, Theme } from '../../../renderers/palette.ts'
import type { Profile } from '../../model/datasets.ts'
import { BpfviewError } from '../../model/error.ts'
import { chooseProfile } from '../choose.ts'
import { shapeNames } from '../frame-names.ts'
import { readInputs } from '../input.ts'
import type { Input } from '../input.ts'
import { defined, numberOption } from '../options.ts'
import { writeResult } from '../output.ts'
import { checkFiltered, declarePerfOptions, perfOptions } from '../perf-options.ts'
import type { PerfFlags } from '../perf-options.ts'
import { remarkQuality } from '../quality.ts'
import { declareRange, needsTimes, selectInputs } from '../time-select.ts'
import type { RangeFlags } from '../time-select.ts'
import { declareTidy } from '../tidy-option.ts'
import type { TidyFlag } from '../tidy-option.ts'
import { shortSources } from '../short-sources.ts'
import { formatOption, reading, strictOption } from '../reading.ts'
import type { ReadingFlags } from '../reading.ts'

interface FlameFlags extends PerfFlags, RangeFlags, ReadingFlags {
  readonly output?: string
  readonly title?: string
  readonly subtitle?: string
  readonly width?: number
  readonly minWidth?: number
  readonly icicle?: boolean
  readonly reverse?: boolean
  readonly chart?: boolean
  readonly sideBySide?: boolean
  readonly offCpu?: string
  readonly frequency?: number
  readonly palette?: PaletteName
  readonly theme?: Theme | 'auto'
  readonly sort?: 'name' | 'value'
  readonly event?: string
  readonly value?: string
  readonly script: boolean
  readonly tidy?: TidyFlag
}

export function declareFlame(command: Command): void {
  declareTidy(declarePerfOptions(declareRange(command
    .argument('<IN...>', 'file, gzipped file, capture directory, or - for standard input; several are merged')
    .option('-o, --output <FILE>', 'write to FILE instead of standard output')
    .option('--title <TEXT>', 'title of the picture')
    .option('--subtitle <TEXT>', 'line under the title; default: tool, event, samples, duration, host')
    .option('--width <PX>', 'fixed width of the picture; default: as wide as the window', numberOption(200, 100_000))
    .option('--min-width <PX>', 'leave out frames narrower than this', numberOption(0, 10_000))
    .option('--icicle', 'root at the top')
    .option('--reverse', 'turn stacks around: leaves at the root, callers above them')
    .addOption(new Option('--chart', 'flame chart: true time from left to right, a lane per thread').conflicts(['icicle', 'reverse', 'sideBySide', 'offCpu', 'value', 'sort', 'tidy', 'root']))
    .addOption(new Option('--side-by-side', 'several inputs beside one another instead of merged').conflicts('offCpu'))
    .option('--off-cpu <IN>', 'hot/cold: draw this off-CPU input beside IN, both in seconds')
    .option('--frequency <HZ>', 'sampling frequency of IN for --off-cpu, where IN does not say it', numberOption(0.001, 1e6))
    .addOption(new Option('--palette <NAME>', 'colours; default: by what is measured').choices(PALETTES))
    .addOption(new Option('--theme <NAME>', 'page; default: the viewer\'s').choices(['auto', 'light', 'dark']))
    .addOption(new Option('--sort <ORDER>', 'order of siblings; default: name').choices(['name', 'value']))
    .option('--value <NAME>', 'of an event with several values, this one: bytes, count, total')
    .option('--event <NAME>', 'draw this event of an input that holds several')
    .addOption(formatOption())
    .addOption(strictOption())
    .option('--no-script', 'no script: a still picture for <img>'))))
    .addHelpText('after', `
Examples:
  $ perf script | bpfview flame - > flame.svg
  $ bpfview flame out.stacks -o flame.svg --title "checkout service"
  $ bpfview flame run1.gz run2.gz --side-by-side --icicle > both.svg
  $ bpfview flame --comm nginx --tid 1842 --tidy out.stacks > thread.svg
  $ bpfview flame --root none out.stacks > all-tasks.svg
  $ bpfview flame --chart out.stacks > chart.svg
  $ bpfview flame out.stacks --range 915.2..915.9 > range.svg
  $ bpfview flame on.stacks --off-cpu offcputime.txt > hotcold.svg`)
    .action(async (paths: string[], flags: FlameFlags) => {
      refuseUnused(flags)
      const perf = perfOptions(flags)
      const inputs = await readInputs(paths, { ...reading(flags), perf, ...((flags.chart === true || needsTimes(flags)) && { timeline: true }) })
      checkFiltered(inputs, perf)
      remarkQuality(inputs)
      await writeResult(flags.output, await picture(selectInputs(inputs, flags), flags))
    })
}

/** Throws BpfviewError E_USAGE for an option that would do nothing to what is asked for. */
function refuseUnused(flags: FlameFlags): void {
  const unused = flags.frequency !== undefined && flags.offCpu === undefined ? ['--frequency', 'is of on-CPU samples beside off-CPU time; expected --off-cpu IN']
    : flags.chart === true && (flags.pid === true || flags.tid === true) ? [flags.tid === true ? '--tid' : '--pid', 'names tasks, and a flame chart has a lane per thread; expected ids to choose by']
      : undefined
  if (unused !== undefined) throw new BpfviewError('E_USAGE', unused.join(' '))
}

async function picture(inputs: readonly Input[], flags: FlameFlags): Promise<string> {
  const { title, subtitle, width, minWidth, palette, theme, sort, reverse, script } = flags
  const options = { ...defined({ title, subtitle, width, minWidth, palette, theme, sort, reverse }), script }
  if (flags.chart === true) {
    const [{ flameChart }, { chooseTimeline }] = await Promise.all([import('../../../renderers/flame-chart.ts'), import('../choose-timeline.ts')])
    return flameChart(chooseTimeline(inputs, flags.event), options)
  }
  return flameGraph(await chosen(inputs, flags), { ...options, inverted: flags.icicle === true, inputOrder: flags.sideBySide === true })
}

async function chosen(inputs: readonly Input[], flags: FlameFlags): Promise<Profile> {
  const shape = (some: readonly Input[], event?: string, value?: string): Promise<Profile> => shapeNames(chooseProfile(some, event, value), defined({ tidy: flags.tidy, root: flags.root }))
  if (flags.offCpu !== undefined) {
    const { hotCold } = await import('../../ops/hot-cold.ts')
    const perf = perfOptions(flags)
    const off = await readInputs([flags.offCpu], { ...reading(defined({ strict: flags.strict })), perf, ...(needsTimes(flags) && { timeline: true }) })
    checkFiltered(off, perf)
    remarkQuality(off)
    return hotCold(await shape(inputs, flags.event, flags.value), await shape(selectInputs(off, flags)), flags.frequency)
  }
  if (flags.sideBySide === true) {
    const { sideBySide } = await import('../../ops/side-by-side.ts')
    const labels = shortSources(inputs.map(input => input.source))
    return sideBySide(await Promise.all(inputs.map(async (input, i) => ({ label: labels[i]!, profile: await shape([input], flags.event, flags.value) }))))
  }
  return shape(inputs, flags.event, flags.value)
}
