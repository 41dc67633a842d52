import type { Command } from 'commander'
import type { FrameKind } from '../../model/stacks.ts'
import { chooseProfile } from '../input/choose.ts'
import { readInputs } from '../input/input.ts'
import { shapeNames } from '../options/frame-names.ts'
import { INPUTS } from '../options/inputs.ts'
import type { OutputFlags } from '../options/outputs.ts'
import { outputOptions, targetsOf } from '../options/outputs.ts'
import { filteredInputs, SAMPLES, sampleOptions } from '../options/perf-options.ts'
import { CHOOSING, READING_STACKS, reading } from '../options/reading.ts'
import type { Flags, OptionTable } from '../options/table.ts'
import { choice, declareOptions, flag } from '../options/table.ts'
import { TIDY } from '../options/tidy.ts'
import { needsTimes, RANGE, selectInputs } from '../options/time-select.ts'
import { TRANSFORMS, transformsOf } from '../options/transforms.ts'
import { defined } from '../options/values.ts'
import { WAITS_KEPT } from '../options/waits.ts'
import { factsOf } from '../output/facts.ts'
import { remarkQuality } from '../output/quality.ts'
import { writeTargets } from '../output/targets.ts'

const NAMES = {
  kernel: flag('--kernel', 'mark kernel frames with _[k]'),
  jit: flag('--jit', 'mark compiled frames with _[j]'),
  all: flag('--all', '--kernel and --jit'),
  inlineMarks: flag('--inline-marks', 'mark inlined frames with _[i]'),
  compat: choice(
    '--compat <PEER>',
    'print what stackcollapse-perf.pl (flamegraph) or inferno-collapse-perf (inferno) prints',
    ['flamegraph', 'inferno'],
  ),
} satisfies OptionTable

const OPTIONS = {
  ...RANGE,
  ...SAMPLES,
  ...TIDY,
  ...TRANSFORMS,
  ...WAITS_KEPT,
  ...NAMES,
  ...CHOOSING,
  ...READING_STACKS,
}

type FoldFlags = Flags<typeof OPTIONS> & OutputFlags

export function declareFold(command: Command): void {
  declareOptions(command.argument(...INPUTS), { ...outputOptions('folded'), ...OPTIONS })
    .addHelpText(
      'after',
      `
Examples:
  $ perf script | bpfview fold - > out.folded
  $ bpfview fold monday.gz tuesday.gz -o both.folded
  $ bpfview fold --comm nginx --cpu 0,1 --range 915.2..916 --tidy out.stacks
  $ bpfview fold --compat flamegraph --pid --all out.stacks`,
    )
    .action(async (paths: string[], flags: FoldFlags) => {
      const { compat, quiet } = flags
      const targets = targetsOf('folded', flags)
      const asked = sampleOptions(flags)
      const perf = { ...asked.perf, ...defined({ compat }) }
      const inputs = filteredInputs(
        await readInputs(paths, { ...reading(flags), ...asked, perf, ...(needsTimes(flags) && { timeline: true }) }),
        perf,
      )
      remarkQuality(inputs)
      const profile = await shapeNames(chooseProfile(selectInputs(inputs, flags), flags.event, flags.value), {
        ...defined({ compat, tidy: flags.tidy, root: flags.root, scheduler: flags.scheduler }),
        transforms: transformsOf(flags),
        marks: marksOf(flags),
      })
      await writeTargets(targets, profile, {}, { facts: factsOf(profile), inPlace: true, quiet })
    })
}

function marksOf(flags: FoldFlags): FrameKind[] {
  const marks: FrameKind[] = []
  if (flags.kernel === true || flags.all === true) marks.push('kernel')
  if (flags.jit === true || flags.all === true) marks.push('jit')
  if (flags.inlineMarks === true) marks.push('inline')
  return marks
}
