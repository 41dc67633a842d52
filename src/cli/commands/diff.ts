import { Option } from 'commander'
import type { Command } from 'commander'
import type { DiffWidth } from '../../../renderers/diff-flame.ts'
import type { Normalization } from '../../model/datasets.ts'
import type { NameMode } from '../../ops/align-names.ts'
import { diffInputs } from '../diff-inputs.ts'
import { numberOption } from '../options.ts'
import { strictOption } from '../reading.ts'

export interface DiffFlags {
  readonly output?: string
  readonly to?: 'svg' | 'html' | 'md' | 'json' | 'folded'
  readonly base?: readonly string[]
  readonly new?: readonly string[]
  readonly by?: Normalization
  readonly width?: DiffWidth
  readonly title?: string
  readonly pixels?: number
  readonly minWidth?: number
  readonly icicle?: boolean
  readonly names?: NameMode
  readonly event?: string
  readonly value?: string
  readonly format?: string
  readonly strict?: boolean
  readonly force?: boolean
  readonly script: boolean
}

export function declareDiff(command: Command): void {
  command
    .argument('[BEFORE]', 'run before: a file, a capture, or a directory of runs; or one two-column folded file alone')
    .argument('[AFTER]', 'run after')
    .option('-o, --output <FILE>', 'write to FILE; its ending says what: .svg .html .md .json .folded')
    .addOption(new Option('--to <WHAT>', 'what to write (default: by the ending of FILE, else svg)').choices(['svg', 'html', 'md', 'json', 'folded']))
    .option('--base <RUN...>', 'several runs before, instead of BEFORE')
    .option('--new <RUN...>', 'several runs after, instead of AFTER')
    .addOption(new Option('--by <HOW>', 'compare shares of the total, values as captured, values per second, or CPU time (default share)').choices(['share', 'count', 'duration', 'cpu-time']))
    .addOption(new Option('--width <SIDE>', 'what the width of a frame stands for (default max: nothing is invisible)').choices(['before', 'after', 'max', 'sum']))
    .option('--title <TEXT>', 'title of the picture')
    .option('--pixels <PX>', 'width of the picture', numberOption(320, 100_000))
    .option('--min-width <PX>', 'leave out frames narrower than this', numberOption(0, 10_000))
    .option('--icicle', 'root at the top')
    .addOption(new Option('--names <MODE>', 'align: drop what changes between builds; bare: template arguments too; raw: leave names alone (default align; raw for folded)').choices(['align', 'bare', 'raw']))
    .option('--event <NAME>', 'compare this event of inputs that hold several')
    .option('--value <NAME>', 'and this value of events that have several')
    .option('--format <ID>', 'read the inputs as this format instead of detecting it')
    .addOption(strictOption())
    .option('--force', 'compare although event, unit or frequency differ')
    .option('--no-script', 'no script: a still picture for <img>')
    .addHelpText('after', `
Examples:
  $ bpfview diff monday.folded tuesday.folded -o diff.svg
  $ bpfview diff --base before/*.gz --new after/*.gz -o diff.html
  $ bpfview diff before.folded after.folded --to folded | flamegraph.pl > old-way.svg`)
    .action(async (before: string | undefined, after: string | undefined, flags: DiffFlags) => diffInputs(before, after, flags))
}
