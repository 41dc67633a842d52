import { deflateRawSync } from 'node:zlib'
import type { Command } from 'commander'
import type { ViewSide } from '../../../renderers/view/pack.ts'
import { formatValue } from '../../../renderers/words/numbers.ts'
import type { Profile, SampleTable } from '../../model/datasets.ts'
import { BpfviewError } from '../../model/error.ts'
import { chooseProfile } from '../input/choose.ts'
import { chooseTimeline } from '../input/choose-timeline.ts'
import type { Input } from '../input/input.ts'
import { readInputs } from '../input/input.ts'
import { shortSources } from '../input/short-sources.ts'
import { shapeNames, shapeSamples } from '../options/frame-names.ts'
import type { OutputFlags } from '../options/outputs.ts'
import { outputOptions, targetsOf } from '../options/outputs.ts'
import { filteredInputs, SAMPLES, sampleOptions } from '../options/perf-options.ts'
import { CHOOSING, READING_STACKS, reading } from '../options/reading.ts'
import { SIDES } from '../options/sides.ts'
import type { Flags, OptionTable } from '../options/table.ts'
import { choice, declareOptions, text } from '../options/table.ts'
import { TIDY } from '../options/tidy.ts'
import { RANGE, selectInputs } from '../options/time-select.ts'
import { TRANSFORMS, transformsOf } from '../options/transforms.ts'
import { defined } from '../options/values.ts'
import { WAITS } from '../options/waits.ts'
import { remarkQuality } from '../output/quality.ts'
import { writeTargets } from '../output/targets.ts'

const PAGE = {
  title: text('--title <TEXT>', 'title of the page'),
  subtitle: text('--subtitle <TEXT>', 'line under the title'),
  theme: choice('--theme <NAME>', "page; default: the viewer's", ['auto', 'light', 'dark']),
} satisfies OptionTable

const OPTIONS = {
  ...PAGE,
  ...SIDES,
  ...RANGE,
  ...SAMPLES,
  ...TIDY,
  ...TRANSFORMS,
  ...WAITS,
  ...CHOOSING,
  ...READING_STACKS,
} satisfies OptionTable

type ViewFlags = Flags<typeof OPTIONS> & OutputFlags

export function declareView(command: Command): void {
  declareOptions(
    command.argument(
      '[IN...]',
      'inputs: files, gzipped files, capture directories, or - for standard input; several are merged',
    ),
    { ...outputOptions('view'), ...OPTIONS },
  )
    .addHelpText(
      'after',
      `
One offline page: flame graph, callers and callees of a function, a table of functions, tasks over time where the input has times. What is kept, dropped or
merged stands in a line and can be taken back; the address holds it all. --before and --after open the page with both compared.

Examples:
  $ perf script | bpfview view - -o page.html
  $ bpfview view out.stacks --no-idle -o page.html
  $ bpfview view out.stacks --keep vfs_read -o page.html
  $ bpfview view --before old.stacks --after new.stacks -o page.html`,
    )
    .action(async (paths: string[], flags: ViewFlags) => {
      // before a large input is read
      const targets = targetsOf('view', flags)
      const sides = await readSides(paths, flags)
      const { title, subtitle, theme, quiet, open } = flags
      await writeTargets(
        targets,
        sides,
        {
          ...defined({ title, subtitle, theme }),
          steps: transformsOf(flags),
          command: paths.map(path => (/^[\w./+-]+$/.test(path) ? path : 'IN')).join(' '),
          deflate: bytes => deflateRawSync(bytes, { level: 6 }),
          base64: bytes => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'),
        },
        { facts: sides.map(({ data }) => factsOf(data)).join(' and '), quiet, open },
      )
    })
}

function factsOf(data: Profile | SampleTable): string {
  const values = data.kind === 'samples' ? data.weight : data.self
  return formatValue(
    values.reduce((a, b) => a + b, 0),
    data.value.unit,
  )
}

/** One side, or those before and after. Throws BpfviewError E_USAGE for anything else. */
async function readSides(paths: readonly string[], flags: ViewFlags): Promise<ViewSide[]> {
  const { before, after } = flags
  if (before === undefined && after === undefined) return [await readSide(paths, '', flags)]
  if (before === undefined || after === undefined || paths.length > 0)
    throw new BpfviewError(
      'E_USAGE',
      `${before === undefined || after === undefined ? 'only one of --before and --after' : 'inputs beside --before and --after'}; expected both, and nothing else`,
    )
  return [await readSide(before, 'before', flags), await readSide(after, 'after', flags)]
}

async function readSide(paths: readonly string[], label: string, flags: ViewFlags): Promise<ViewSide> {
  const asked = sampleOptions(flags)
  const inputs = filteredInputs(await readInputs(paths, { ...reading(flags), ...asked, timeline: true }), asked.perf)
  remarkQuality(inputs)
  const shape = { ...defined({ tidy: flags.tidy, root: flags.root }), scheduler: flags.scheduler ?? ('drop' as const) }
  const chosen = selectInputs(inputs, flags)
  const words = label === '' ? '' : `${label}: ${shortSources(inputs.map(input => input.source)).join(', ')}`
  const data = hasTimeline(chosen, flags)
    ? await shapeSamples(chooseTimeline(chosen, flags.event), shape)
    : await shapeNames(chooseProfile(chosen, flags.event, flags.value), shape)
  return { label: words, data }
}

/** One input of samples keeps their times; clocks of several do not agree. */
function hasTimeline(inputs: readonly Input[], { value }: ViewFlags): boolean {
  return (
    value === undefined && inputs.length === 1 && inputs[0]!.parsed.datasets.some(dataset => dataset.kind === 'samples')
  )
}
