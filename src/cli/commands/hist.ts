import type { Command } from 'commander'
import { histogramJson, histogramText } from '../../../renderers/histogram-text.ts'
import { histogramsOf } from '../choose-rows.ts'
import { readInputs } from '../input.ts'
import { defined, numberOption } from '../options.ts'
import { writeResult } from '../output.ts'
import { remarkQuality } from '../quality.ts'

interface HistFlags {
  readonly output?: string
  readonly json?: boolean
  readonly intervals?: boolean
  readonly name?: string
  readonly interval?: number
  readonly format?: string
}

export function declareHist(command: Command): void {
  command
    .argument('<IN...>', 'file, gzipped file, capture directory, or - for standard input')
    .option('-o, --output <FILE>', 'write to FILE instead of standard output')
    .option('--json', 'one array of {name, key, unit, time, buckets: [{from, to, count}]}, an object per histogram and interval')
    .option('--intervals', 'print every interval by itself instead of their sum')
    .option('--name <TEXT>', 'only histograms whose name or key holds TEXT')
    .option('--interval <SECONDS>', 'time between intervals, where the tool printed no times', numberOption(1e-9, 1e9))
    .option('--format <ID>', 'read the input as this format instead of detecting it')
    .addHelpText('after', `
Examples:
  $ bpfview hist biolatency.txt
  $ bpfview hist runqlat.txt --name "pid = 181" --intervals
  $ bpfview hist biolatency.txt --json | jq '.[0].buckets'`)
    .action(async (paths: string[], flags: HistFlags) => {
      const inputs = await readInputs(paths, defined({ format: flags.format, interval: flags.interval }))
      remarkQuality(inputs)
      const series = histogramsOf(inputs, flags.name)
      await writeResult(flags.output, flags.json === true ? histogramJson(series) : histogramText(series, flags.intervals === true))
    })
}
