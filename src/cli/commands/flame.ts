import type { Command } from 'commander'
import type { TermOptions } from '../../../renderers/flame/term.ts'
import { formatValue } from '../../../renderers/words/numbers.ts'
import type { Profile } from '../../model/datasets.ts'
import { BpfviewError } from '../../model/error.ts'
import { chooseProfile } from '../input/choose.ts'
import type { Input } from '../input/input.ts'
import { readInputs } from '../input/input.ts'
import { shortSources } from '../input/short-sources.ts'
import { shapeNames } from '../options/frame-names.ts'
import { INPUTS } from '../options/inputs.ts'
import type { OutputFlags } from '../options/outputs.ts'
import { outputOptions, targetsOf } from '../options/outputs.ts'
import { filteredInputs, SAMPLES, sampleOptions } from '../options/perf-options.ts'
import { FLAME_PICTURE, lookOf } from '../options/picture.ts'
import { CHOOSING, READING_STACKS, reading } from '../options/reading.ts'
import type { Flags, OptionTable } from '../options/table.ts'
import { declareOptions, flag, option, text } from '../options/table.ts'
import { TIDY } from '../options/tidy.ts'
import { needsTimes, RANGE, selectInputs } from '../options/time-select.ts'
import { TRANSFORMS, transformsOf } from '../options/transforms.ts'
import { defined, numberOption } from '../options/values.ts'
import { WAITS } from '../options/waits.ts'
import { factsOf } from '../output/facts.ts'
import { remarkQuality } from '../output/quality.ts'
import { writeTargets } from '../output/targets.ts'

const PICTURE = {
  ...FLAME_PICTURE,
  chart: flag('--chart', 'flame chart: true time from left to right, a lane per thread', {
    conflicts: ['icicle', 'reverse', 'sideBySide', 'offCpu', 'value', 'sort', 'tidy', 'root'],
  }),
  sideBySide: flag('--side-by-side', 'several inputs beside one another instead of merged', { conflicts: ['offCpu'] }),
  offCpu: text('--off-cpu <IN>', 'hot/cold: draw this off-CPU input beside IN, both in seconds'),
  frequency: option<number>(
    '--frequency <HZ>',
    'sampling frequency of IN for --off-cpu, where IN does not say it',
    numberOption(0.001, 1e6),
  ),
} satisfies OptionTable

const OPTIONS = { ...PICTURE, ...RANGE, ...SAMPLES, ...TIDY, ...TRANSFORMS, ...WAITS, ...CHOOSING, ...READING_STACKS }

type FlameFlags = Flags<typeof OPTIONS> & OutputFlags

export function declareFlame(command: Command): void {
  declareOptions(command.argument(...INPUTS), { ...outputOptions('flame'), ...OPTIONS })
    .addHelpText(
      'after',
      `
Examples:
  $ perf script | bpfview flame - > flame.svg
  $ bpfview flame out.stacks -o flame.svg --title "checkout service"
  $ bpfview flame run1.gz run2.gz --side-by-side --icicle > both.svg
  $ bpfview flame --comm nginx --tid 1842 --tidy out.stacks > thread.svg
  $ bpfview flame --root none out.stacks > all-tasks.svg
  $ bpfview flame --chart out.stacks > chart.svg
  $ bpfview flame out.stacks --range 915.2..915.9 > range.svg
  $ bpfview flame out.stacks --term
  $ bpfview flame on.stacks --off-cpu offcputime.txt > hotcold.svg`,
    )
    .action(async (paths: string[], flags: FlameFlags) => {
      refuseUnused(flags)
      // before a large input is read
      targetsOf('flame', flags)
      const asked = sampleOptions(flags)
      const read = await readInputs(paths, {
        ...reading(flags),
        ...asked,
        ...((flags.chart === true || needsTimes(flags)) && { timeline: true }),
      })
      const inputs = filteredInputs(read, asked.perf)
      remarkQuality(inputs)
      await draw(selectInputs(inputs, flags), flags)
    })
}

/** Throws BpfviewError E_USAGE for an option that would do nothing to what is asked for. */
function refuseUnused(flags: FlameFlags): void {
  const unused =
    flags.frequency !== undefined && flags.offCpu === undefined
      ? ['--frequency', 'is only used with --off-cpu']
      : flags.chart === true && (flags.pid === true || flags.tid === true)
        ? [
            flags.tid === true ? '--tid' : '--pid',
            'names tasks, and a flame chart has a lane per thread; expected ids to choose by',
          ]
        : undefined
  if (unused !== undefined) throw new BpfviewError('E_USAGE', unused.join(' '))
}

async function draw(inputs: readonly Input[], flags: FlameFlags): Promise<void> {
  const { quiet, open } = flags
  const options = lookOf(flags)
  if (flags.chart === true) {
    const { chooseTimeline } = await import('../input/choose-timeline.ts')
    const samples = chooseTimeline(inputs, flags.event)
    const facts = formatValue(samples.time.length, 'samples')
    return writeTargets(targetsOf('chart', flags), samples, options, { facts, quiet, open })
  }
  const profile = await chosen(inputs, flags)
  return writeTargets(
    targetsOf('flame', flags),
    profile,
    {
      ...options,
      ...defined({ inverted: flags.icicle }),
      inputOrder: flags.sideBySide === true,
      ...(flags.output === undefined && terminalLook()),
    },
    { facts: factsOf(profile), quiet, open },
  )
}

/** Width and colours of the terminal that standard output is; nothing for a pipe or a file. */
function terminalLook(): TermOptions {
  const { stdout, env } = process
  if (stdout.isTTY !== true || (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb') return {}
  return { columns: stdout.columns, colours: /truecolor|24bit/.test(env['COLORTERM'] ?? '') ? 'true' : '256' }
}

async function chosen(inputs: readonly Input[], flags: FlameFlags): Promise<Profile> {
  const shape = (some: readonly Input[], event?: string, value?: string): Promise<Profile> =>
    shapeNames(chooseProfile(some, event, value), {
      ...defined({ tidy: flags.tidy, root: flags.root }),
      transforms: transformsOf(flags),
      scheduler: flags.scheduler ?? 'drop',
    })
  if (flags.offCpu !== undefined) {
    const { hotCold } = await import('../../ops/stacks/hot-cold.ts')
    const asked = sampleOptions(flags)
    const read = await readInputs([flags.offCpu], {
      ...reading(defined({ strict: flags.strict, prints: flags.prints, maxStacks: flags.maxStacks })),
      ...asked,
      ...(needsTimes(flags) && { timeline: true }),
    })
    const off = filteredInputs(read, asked.perf)
    remarkQuality(off)
    return hotCold(
      await shape(inputs, flags.event, flags.value),
      await shape(selectInputs(off, flags)),
      flags.frequency,
    )
  }
  if (flags.sideBySide === true) {
    const { sideBySide } = await import('../../ops/stacks/side-by-side.ts')
    const labels = shortSources(inputs.map(input => input.source))
    return sideBySide(
      await Promise.all(
        inputs.map(async (input, i) => ({
          label: labels[i]!,
          profile: await shape([input], flags.event, flags.value),
        })),
      ),
    )
  }
  return shape(inputs, flags.event, flags.value)
}
