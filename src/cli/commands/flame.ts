import type { Command } from 'commander'
import { flameGraph } from '../../../renderers/flame.ts'
import { chooseProfile } from '../choose.ts'
import { readInputs } from '../input.ts'
import { defined, numberOption } from '../options.ts'
import { writeResult } from '../output.ts'
import { remarkQuality } from '../quality.ts'

interface FlameFlags {
  readonly output?: string
  readonly title?: string
  readonly subtitle?: string
  readonly width?: number
  readonly minWidth?: number
  readonly icicle?: boolean
  readonly event?: string
  readonly value?: string
  readonly format?: string
  readonly script: boolean
}

export function declareFlame(command: Command): void {
  command
    .argument('<IN...>', 'file, gzipped file, capture directory, or - for standard input; several are merged')
    .option('-o, --output <FILE>', 'write to FILE instead of standard output')
    .option('--title <TEXT>', 'title of the picture')
    .option('--subtitle <TEXT>', 'line under the title; default: tool, event, samples, duration, host')
    .option('--width <PX>', 'width of the picture', numberOption(200, 100_000))
    .option('--min-width <PX>', 'leave out frames narrower than this', numberOption(0, 10_000))
    .option('--icicle', 'root at the top')
    .option('--value <NAME>', 'of an event with several values, this one: bytes, count, total')
    .option('--event <NAME>', 'draw this event of an input that holds several')
    .option('--format <ID>', 'read the input as this format instead of detecting it')
    .option('--no-script', 'no script: a still picture for <img>')
    .addHelpText('after', `
Examples:
  $ perf script | bpfview flame - > flame.svg
  $ bpfview flame out.stacks -o flame.svg --title "checkout service"
  $ bpfview flame run1.gz run2.gz --icicle > both.svg`)
    .action(async (paths: string[], flags: FlameFlags) => {
      const inputs = await readInputs(paths, defined({ format: flags.format }))
      remarkQuality(inputs)
      const profile = chooseProfile(inputs, flags.event, flags.value)
      const { title, subtitle, width, minWidth, script } = flags
      await writeResult(flags.output, flameGraph(profile, { ...defined({ title, subtitle, width, minWidth }), inverted: flags.icicle === true, script }))
    })
}
