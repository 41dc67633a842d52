import type { Command } from 'commander'
import { foldedLines } from '../../../renderers/folded.ts'
import type { FrameKind } from '../../model/stacks.ts'
import { chooseProfile } from '../choose.ts'
import { shapeNames } from '../frame-names.ts'
import { readInputs } from '../input.ts'
import { choiceOption, defined } from '../options.ts'
import { writeResult } from '../output.ts'
import type { PerfFlags } from '../perf-options.ts'
import { checkFiltered, declarePerfOptions, perfOptions } from '../perf-options.ts'
import { remarkQuality } from '../quality.ts'
import { declareRange, needsTimes, selectInputs } from '../time-select.ts'
import type { RangeFlags } from '../time-select.ts'
import { declareTidy } from '../tidy-option.ts'
import type { TidyFlag } from '../tidy-option.ts'
import { formatOption, reading, strictOption } from '../reading.ts'
import type { ReadingFlags } from '../reading.ts'

interface FoldFlags extends PerfFlags, RangeFlags, ReadingFlags {
  readonly output?: string
  readonly event?: string
  readonly value?: string
  readonly compat?: 'flamegraph' | 'inferno'
  readonly kernel?: boolean
  readonly jit?: boolean
  readonly all?: boolean
  readonly inlineMarks?: boolean
  readonly tidy?: TidyFlag
}

export function declareFold(command: Command): void {
  declareTidy(declarePerfOptions(declareRange(command
    .argument('<IN...>', 'file, gzipped file, capture directory, or - for standard input; several are merged')
    .option('-o, --output <FILE>', 'write to FILE instead of standard output')
    .option('--value <NAME>', 'of an event with several values, this one: bytes, count, total')
    .option('--event <NAME>', 'fold this event of an input that holds several')
    .addOption(formatOption())
    .addOption(strictOption())
    .option('--kernel', 'mark kernel frames with _[k]')
    .option('--jit', 'mark compiled frames with _[j]')
    .option('--all', '--kernel and --jit')
    .option('--inline-marks', 'mark inlined frames with _[i]'))))
    .option('--compat <PEER>', 'print what stackcollapse-perf.pl (flamegraph) or inferno-collapse-perf (inferno) prints', choiceOption(['flamegraph', 'inferno']))
    .addHelpText('after', `
Examples:
  $ perf script | bpfview fold - > out.folded
  $ bpfview fold monday.gz tuesday.gz -o both.folded
  $ bpfview fold --comm nginx --cpu 0,1 --from 915.2 --to 916 --tidy out.stacks
  $ bpfview fold --compat flamegraph --pid --all out.stacks`)
    .action(async (paths: string[], flags: FoldFlags) => {
      const { compat } = flags
      const perf = { ...perfOptions(flags), ...defined({ compat }) }
      const inputs = await readInputs(paths, { ...reading(flags), perf, ...(needsTimes(flags) && { timeline: true }) })
      checkFiltered(inputs, perf)
      remarkQuality(inputs)
      const profile = await shapeNames(chooseProfile(selectInputs(inputs, flags), flags.event, flags.value), { ...defined({ compat, tidy: flags.tidy, root: flags.root }), marks: marksOf(flags) })
      await writeResult(flags.output, ended(foldedLines(profile)), { inPlace: true })
    })
}

function marksOf(flags: FoldFlags): FrameKind[] {
  const marks: FrameKind[] = []
  if (flags.kernel === true || flags.all === true) marks.push('kernel')
  if (flags.jit === true || flags.all === true) marks.push('jit')
  if (flags.inlineMarks === true) marks.push('inline')
  return marks
}

function* ended(lines: Iterable<string>): Iterable<string> {
  for (const line of lines) yield `${line}\n`
}
