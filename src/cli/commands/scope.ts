import { createHash } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import type { Command } from 'commander'
import { scopePage } from '../../../renderers/scope-page.ts'
import { BpfviewError } from '../../model/error.ts'
import { readInputs } from '../input.ts'
import { choiceOption, defined, wholeOption } from '../options.ts'
import { writeResult } from '../output.ts'
import { remarkQuality } from '../quality.ts'
import { declareRange, selectInputs } from '../time-select.ts'
import type { RangeFlags } from '../time-select.ts'
import { formatOption, reading, strictOption } from '../reading.ts'
import type { ReadingFlags } from '../reading.ts'

interface ScopeFlags extends RangeFlags, ReadingFlags {
  readonly output?: string
  readonly rows: number
  readonly title?: string
  readonly subtitle?: string
  readonly theme?: 'auto' | 'light' | 'dark'
}

export function declareScope(command: Command): void {
  declareRange(command
    .argument('<IN...>', 'perf script output with times: file, gzipped file, capture directory, or - for standard input')
    .option('-o, --output <FILE>', 'write to FILE instead of standard output'), 'put only these seconds into the page: 12.3..14.1, several joined by commas')
    .option('--rows <N>', 'rows in a second, 10 to 100', wholeOption(10, 100), 50)
    .option('--title <TEXT>', 'title of the page')
    .option('--subtitle <TEXT>', 'line under the title')
    .option('--theme <NAME>', 'auto (default: the viewer\'s), light or dark', choiceOption(['auto', 'light', 'dark']))
    .addOption(formatOption())
    .addOption(strictOption())
    .addHelpText('after', `
One offline page: every sample by second and offset in the second. Select a range, or several, and see its flame graph and functions; select two and see
what differs. --no-idle starts with idle CPUs hidden; they can be shown again.

Examples:
  $ perf script | bpfview scope - -o scope.html
  $ bpfview scope out.stacks --rows 25 --no-idle -o scope.html
  $ bpfview flame out.stacks --range 12.3..14.1 > range.svg`)
    .action(async (paths: string[], flags: ScopeFlags) => {
      const inputs = await readInputs(paths, { ...reading(flags), timeline: true, perf: { weight: 'period' } })
      remarkQuality(inputs)
      const samples = selectInputs(inputs, { ...defined({ range: flags.range }), idle: true }).flatMap(input => input.parsed.datasets).filter(dataset => dataset.kind === 'samples')
      if (samples.length === 0) {
        const kinds = [...new Set(inputs.flatMap(input => input.parsed.datasets.map(dataset => dataset.kind)))]
        throw new BpfviewError('E_NO_DATA', `${kinds.length > 0 ? `only ${kinds.join(' and ')}` : 'no data'}; expected samples with times, as perf script prints them`, { source: inputs.map(input => input.source).join(', '), line: 0 })
      }
      const { title, subtitle, theme, rows } = flags
      await writeResult(flags.output, scopePage(samples, {
        ...defined({ title, subtitle, theme }), rows, withoutIdle: !flags.idle,
        deflate: bytes => deflateRawSync(bytes, { level: 6 }),
        base64: bytes => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'),
        sha256: text => createHash('sha256').update(text).digest('base64'),
      }))
    })
}
