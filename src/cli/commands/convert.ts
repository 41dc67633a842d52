import { gzipSync } from 'node:zlib'
import type { Command } from 'commander'
import type { Results } from '../../../renderers/exporters.ts'
import type { SampleTable } from '../../model/datasets.ts'
import { BpfviewError } from '../../model/error.ts'
import { version } from '../../version.ts'
import { remark } from '../exit.ts'
import { chooseProfile } from '../input/choose.ts'
import { histogramsOf } from '../input/choose-rows.ts'
import type { Input } from '../input/input.ts'
import { readInputs } from '../input/input.ts'
import { INPUTS } from '../options/inputs.ts'
import type { OutputFlags } from '../options/outputs.ts'
import { outputOptions, targetsOf } from '../options/outputs.ts'
import { CHOOSING, READING_STACKS, reading } from '../options/reading.ts'
import type { Flags, OptionTable } from '../options/table.ts'
import { declareOptions, option, refuseValue } from '../options/table.ts'
import { RANGE, selectInputs } from '../options/time-select.ts'
import { defined } from '../options/values.ts'
import { factsOf } from '../output/facts.ts'
import { remarkQuality } from '../output/quality.ts'
import { writeTargets } from '../output/targets.ts'

const OPTIONS = {
  ...RANGE,
  start: option<number>(
    '--start <TIME>',
    'when the first sample was taken, for formats whose times count from 1970: 2026-11-30T01:02:03Z',
    parseStart,
  ),
  ...CHOOSING,
  ...READING_STACKS,
} satisfies OptionTable

type ConvertFlags = Flags<typeof OPTIONS> & OutputFlags

export function declareConvert(command: Command): void {
  declareOptions(command.argument(...INPUTS), { ...outputOptions('converted'), ...OPTIONS })
    .addHelpText(
      'after',
      `
What a format cannot hold is said on stderr. A name that ends in .gz is compressed.

Examples:
  $ perf script | bpfview convert - -o out.pb.gz && go tool pprof -top out.pb.gz
  $ bpfview convert out.stacks -o out.speedscope.json
  $ bpfview convert out.stacks --to firefox -o out.json.gz
  $ bpfview convert biolatency.txt --to openmetrics -o biolatency.prom
  $ bpfview convert biolatency.txt -o biolatency.grafana.json`,
    )
    .action(async (paths: string[], flags: ConvertFlags) => {
      const targets = targetsOf('converted', flags)
      const inputs = selectInputs(await readInputs(paths, { ...reading(flags), timeline: true }), flags)
      remarkQuality(inputs)
      const series = inputs.every(({ parsed }) => parsed.datasets.every(({ kind }) => kind === 'histograms'))
      // Grafana draws stacks as a flame graph and histograms as a heat map
      const metrics = targets.filter(({ form }) => form.id === 'openmetrics' || (form.id === 'grafana' && series))
      if (metrics.length > 0 && metrics.length < targets.length)
        throw new BpfviewError(
          'E_USAGE',
          'openmetrics, and grafana here, are of histograms and the other outputs of stacks; expected one kind',
        )
      const data = metrics.length > 0 ? { histograms: histogramsOf(inputs) } : stacksOf(inputs, flags)
      const said = new Set<string>()
      const options: Results['converted']['options'] = {
        version,
        ...defined({ start: flags.start }),
        tell: ({ warning, message }) => {
          if (said.has(message) || (flags.quiet === true && !warning)) return
          said.add(message)
          remark(warning ? `warning: ${message}` : message)
        },
      }
      const facts = data.profile === undefined ? '' : factsOf(data.profile)
      await writeTargets(targets, data, options, { facts, quiet: flags.quiet, compress })
    })
}

/** The same bytes for the same input: node writes no time into the header, and the system's number is set to "unknown". */
function compress(bytes: Uint8Array): Uint8Array {
  const packed = gzipSync(bytes, { level: 9 })
  packed.fill(0, 4, 8)
  packed[9] = 255
  return packed
}

function stacksOf(inputs: readonly Input[], { event, value }: ConvertFlags): Results['converted']['data'] {
  const datasets = inputs.flatMap(input => input.parsed.datasets)
  const diff = datasets.find(dataset => dataset.kind === 'profile-diff')
  if (diff !== undefined && datasets.length === 1) return { diff }
  const profile = chooseProfile(inputs, event, value)
  const samples = datasets.filter(
    (dataset): dataset is SampleTable =>
      dataset.kind === 'samples' && dataset.name === profile.name && dataset.value.name === profile.value.name,
  )
  if (samples.length === 0) return { profile }
  if (samples.length === 1 && inputs.length === 1) return { profile, samples: samples[0]! }
  remark('warning: times and threads of several inputs are left out; convert one at a time to keep them')
  return { profile }
}

function parseStart(text: string): number {
  const time = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text)
  if (!(time > 0 && time < 8.64e15))
    refuseValue('expected a date and time like 2026-11-30T01:02:03Z, or seconds since 1970')
  return time
}
