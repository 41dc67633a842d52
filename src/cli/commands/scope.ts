import { deflateRawSync } from 'node:zlib'
import type { Command } from 'commander'
import { formatValue } from '../../../renderers/words/numbers.ts'
import { BpfviewError } from '../../model/error.ts'
import { noData } from '../input/held.ts'
import { readInputs } from '../input/input.ts'
import type { OutputFlags } from '../options/outputs.ts'
import { outputOptions, targetsOf } from '../options/outputs.ts'
import { READING_STACKS, reading } from '../options/reading.ts'
import type { Flags, OptionTable } from '../options/table.ts'
import { choice, declareOptions, option, text, withDefault } from '../options/table.ts'
import { RANGE, selectInputs } from '../options/time-select.ts'
import { defined, wholeOption } from '../options/values.ts'
import { remarkQuality } from '../output/quality.ts'
import { writeTargets } from '../output/targets.ts'

const OPTIONS = {
  range: { ...RANGE.range, help: 'put only these seconds into the page: 12.3..14.1, several joined by commas' },
  idle: RANGE.idle,
  rows: withDefault(option<number>('--rows <N>', 'rows in a second, 10 to 100', wholeOption(10, 100)), 50),
  title: text('--title <TEXT>', 'title of the page'),
  subtitle: text('--subtitle <TEXT>', 'line under the title'),
  theme: choice('--theme <NAME>', "page; default: the viewer's", ['auto', 'light', 'dark']),
  ...READING_STACKS,
} satisfies OptionTable

type ScopeFlags = Flags<typeof OPTIONS> & OutputFlags

export function declareScope(command: Command): void {
  declareOptions(
    command.argument(
      '<IN...>',
      'perf script output with times: file, gzipped file, capture directory, or - for standard input',
    ),
    { ...outputOptions('scope'), ...OPTIONS },
  )
    .addHelpText(
      'after',
      `
One offline page: every sample by second and offset in the second. Select a range, or several, and see its flame graph and functions; select two and see
what differs. --no-idle starts with idle CPUs hidden; they can be shown again.

Examples:
  $ perf script | bpfview scope - -o scope.html
  $ bpfview scope out.stacks --rows 25 --no-idle -o scope.html
  $ bpfview flame out.stacks --range 12.3..14.1 > range.svg`,
    )
    .action(async (paths: string[], flags: ScopeFlags) => {
      const targets = targetsOf('scope', flags)
      const inputs = await readInputs(paths, { ...reading(flags), timeline: true, perf: { weight: 'period' } })
      remarkQuality(inputs)
      const samples = selectInputs(inputs, { ...defined({ range: flags.range }), idle: true })
        .flatMap(input => input.parsed.datasets)
        .filter(dataset => dataset.kind === 'samples')
      if (samples.length === 0) {
        const kinds = [...new Set(inputs.flatMap(input => input.parsed.datasets.map(dataset => dataset.kind)))]
        throw new BpfviewError(
          'E_NO_DATA',
          `${kinds.length > 0 ? `only ${kinds.join(' and ')}` : noData(inputs)}; expected samples with times, as perf script prints them`,
          { source: inputs.map(input => input.source).join(', '), line: 0 },
        )
      }
      const { title, subtitle, theme, rows, quiet, open } = flags
      await writeTargets(
        targets,
        samples,
        {
          ...defined({ title, subtitle, theme }),
          rows,
          withoutIdle: !flags.idle,
          deflate: bytes => deflateRawSync(bytes, { level: 6 }),
          base64: bytes => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'),
        },
        {
          facts: formatValue(
            samples.reduce((all, one) => all + one.time.length, 0),
            'samples',
          ),
          quiet,
          open,
        },
      )
    })
}
