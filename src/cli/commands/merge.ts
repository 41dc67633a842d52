import { Option } from 'commander'
import type { Command } from 'commander'
import { foldedLines } from '../../../renderers/folded.ts'
import type { NameMode } from '../../ops/align-names.ts'
import { checkAlike, meanOfRuns, mergeAligned } from '../../ops/merge-runs.ts'
import { writeResult } from '../output.ts'
import { remarkQuality } from '../quality.ts'
import { remarkRenamed } from '../renamed.ts'
import { profilesOf, readRuns } from '../runs.ts'
import { formatOption, reading, strictOption } from '../reading.ts'
import type { ReadingFlags } from '../reading.ts'

interface MergeFlags extends ReadingFlags {
  readonly output?: string
  readonly to?: 'folded' | 'csv' | 'json'
  readonly mean?: boolean
  readonly names?: NameMode
  readonly event?: string
  readonly value?: string
}

export function declareMerge(command: Command): void {
  command
    .argument('<IN...>', 'runs, hosts or threads of one event: files, captures, or directories of them')
    .option('-o, --output <FILE>', 'write to FILE; .json and .csv keep a column per run')
    .addOption(new Option('--to <WHAT>', 'folded: sums; csv and json: a column per run, json to be read again (default: by the ending of FILE, else folded)').choices(['folded', 'csv', 'json']))
    .option('--mean', 'the mean of the runs instead of their sum')
    .addOption(new Option('--names <MODE>', 'align: drop what changes between builds; bare: template arguments too; raw: leave names alone (default align)').choices(['align', 'bare', 'raw']))
    .option('--event <NAME>', 'merge this event of inputs that hold several')
    .option('--value <NAME>', 'and this value of events that have several')
    .addOption(formatOption())
    .addOption(strictOption())
    .addHelpText('after', `
Examples:
  $ bpfview merge run1.folded run2.folded -o both.folded
  $ bpfview merge hosts/ --mean > mean.folded
  $ bpfview merge base/*.gz -o base.json && bpfview check --base base.json --new head/*.gz`)
    .action(async (paths: string[], flags: MergeFlags) => {
      const inputs = await readRuns(paths, reading(flags))
      remarkQuality(inputs)
      const runs = profilesOf(inputs, flags.event, undefined, flags.value)
      checkAlike(runs)
      const { profile: merged, touched } = mergeAligned(runs, flags.names ?? 'align')
      remarkRenamed(touched)
      const profile = flags.mean === true ? meanOfRuns(merged) : merged
      const to = flags.to ?? (/\.json$/i.test(flags.output ?? '') ? 'json' : /\.csv$/i.test(flags.output ?? '') ? 'csv' : 'folded')
      if (to === 'folded') return writeResult(flags.output, ended(foldedLines(profile)), { inPlace: true })
      const { mergedCsv, mergedJson } = await import('../../../renderers/merged-profile.ts')
      return writeResult(flags.output, to === 'csv' ? mergedCsv(profile) : mergedJson(profile), { inPlace: true })
    })
}

function* ended(lines: Iterable<string>): Iterable<string> {
  for (const line of lines) yield `${line}\n`
}
