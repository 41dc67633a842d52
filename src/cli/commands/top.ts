import type { Command } from 'commander'
import type { Results } from '../../../renderers/exporters.ts'
import { BpfviewError } from '../../model/error.ts'
import type { Group } from '../../ops/stacks/top.ts'
import { GROUPS, topFunctions } from '../../ops/stacks/top.ts'
import { chooseProfile } from '../input/choose.ts'
import type { Input } from '../input/input.ts'
import { readInputs } from '../input/input.ts'
import { shapeNames } from '../options/frame-names.ts'
import { INPUTS } from '../options/inputs.ts'
import type { OutputFlags } from '../options/outputs.ts'
import { outputOptions, targetsOf } from '../options/outputs.ts'
import { filteredInputs, SAMPLES, sampleOptions } from '../options/perf-options.ts'
import { CHOOSING, READING_STACKS, reading } from '../options/reading.ts'
import type { Flags, OptionTable } from '../options/table.ts'
import { choice, declareOptions, option, text, withDefault } from '../options/table.ts'
import { TIDY } from '../options/tidy.ts'
import { needsTimes, RANGE, selectInputs } from '../options/time-select.ts'
import { TRANSFORMS, transformsOf } from '../options/transforms.ts'
import { defined, wholeOption } from '../options/values.ts'
import { WAITS } from '../options/waits.ts'
import { factsOf } from '../output/facts.ts'
import { remarkQuality } from '../output/quality.ts'
import { writeTargets } from '../output/targets.ts'

const LISTING = {
  where: option<readonly string[]>(
    '--where <CONDITION>',
    "only functions of which it holds: 'module=libc*', 'self%>1', 'function=/^ssl_/'; given again, all hold",
    (condition, all = []) => [...all, condition],
  ),
  by: withDefault(
    choice(
      '--by <WHAT>',
      'order of functions: self, or total; or what values are added up by',
      ['self', 'total', ...GROUPS],
      { aliases: ['--sort'] },
    ),
    'self',
  ),
  rows: withDefault(
    option<number>('--rows <N>', 'at most N functions, as text and Markdown', wholeOption(1, 1e9), {
      aliases: ['--limit'],
    }),
    30,
  ),
  callers: text('--callers <FUNCTION>', 'who calls the function, all its calls as one', {
    conflicts: ['callees', 'peek'],
  }),
  callees: text('--callees <FUNCTION>', 'whom the function calls', { conflicts: ['callers', 'peek'] }),
  peek: text('--peek <FUNCTION>', 'both: callers, the function, callees', { conflicts: ['callers', 'callees'] }),
} satisfies OptionTable

const OPTIONS = { ...LISTING, ...RANGE, ...SAMPLES, ...TIDY, ...TRANSFORMS, ...WAITS, ...CHOOSING, ...READING_STACKS }

type TopFlags = Flags<typeof OPTIONS> & OutputFlags

export function declareTop(command: Command): void {
  declareOptions(command.argument(...INPUTS), { ...outputOptions('top'), ...OPTIONS })
    .addHelpText(
      'after',
      `
A function's total counts every stack once, however often the function stands in it.

Examples:
  $ perf script | bpfview top -
  $ bpfview top out.stacks --range 915.2..915.9 --by total --rows 10
  $ bpfview top out.stacks --by module
  $ bpfview top out.stacks --peek vfs_read
  $ bpfview top capture/ -o top.md
  $ bpfview top out.stacks --json | jq '.[0]'`,
    )
    .action(async (paths: string[], flags: TopFlags) => {
      // before a large input is read
      const targets = targetsOf('top', flags)
      refuseMixed(flags)
      const asked = sampleOptions(flags)
      const timeline = needsTimes(flags) || flags.by === 'thread' || flags.by === 'cpu'
      const inputs = filteredInputs(
        await readInputs(paths, { ...reading(flags), ...asked, ...(timeline && { timeline }) }),
        asked.perf,
      )
      remarkQuality(inputs)
      const all = await listedOf(selectInputs(inputs, flags), flags)
      const listed = flags.where === undefined ? all : { ...all, functions: await functionsWhere(all, flags.where) }
      await writeTargets(targets, listed, { rows: flags.rows }, { facts: factsOf(listed.profile), quiet: flags.quiet })
    })
}

/** Throws BpfviewError E_USAGE for groups of what has no groups. */
function refuseMixed({ by, callers, callees, peek, ...flags }: TopFlags): void {
  const one =
    callers !== undefined ? '--callers' : callees !== undefined ? '--callees' : peek !== undefined ? '--peek' : ''
  if (one !== '' && isGroup(by))
    throw new BpfviewError('E_USAGE', `${one} cannot be combined with --by ${by}; expected one of them`)
  if ((by === 'thread' || by === 'cpu') && transformsOf(flags as TopFlags).length > 0)
    throw new BpfviewError(
      'E_USAGE',
      `--by ${by} cannot be combined with --keep, --drop, --start, --merge or --collapse`,
    )
}

function isGroup(by: TopFlags['by']): by is Group {
  return by !== 'self' && by !== 'total'
}

/** What is listed: functions, those beside one, or groups. */
async function listedOf(inputs: readonly Input[], flags: TopFlags): Promise<Results['top']['data']> {
  const { by, callers, callees, peek, event, value } = flags
  if (by === 'thread' || by === 'cpu') {
    const [{ chooseTimeline }, { groupSamples }] = await Promise.all([
      import('../input/choose-timeline.ts'),
      import('../../ops/report/group.ts'),
    ])
    const profile = groupSamples(chooseTimeline(inputs, event), by)
    return { profile, functions: topFunctions(profile), of: by }
  }
  const profile = await shapeNames(chooseProfile(inputs, event, value), {
    ...defined({ tidy: flags.tidy }),
    transforms: transformsOf(flags),
    scheduler: flags.scheduler ?? 'drop',
  })
  if (isGroup(by)) {
    const { groupProfile } = await import('../../ops/report/group.ts')
    const grouped = groupProfile(profile, by)
    return { profile: grouped, functions: topFunctions(grouped), of: by }
  }
  const name = callers ?? callees ?? peek
  if (name === undefined) return { profile, functions: topFunctions(profile, by) }
  const { relatedFunctions } = await import('../../ops/stacks/relations.ts')
  const sides = callers !== undefined ? 'callers' : callees !== undefined ? 'callees' : 'both'
  return { profile, functions: relatedFunctions(profile, name, sides) }
}

/** The rows of which conditions hold, on the columns that --csv has. */
async function functionsWhere(
  { profile, functions, of }: Results['top']['data'],
  where: readonly string[],
): Promise<Results['top']['data']['functions']> {
  const [{ selectRows }, { topTable }] = await Promise.all([
    import('../../ops/tables/select-rows.ts'),
    import('../../../renderers/listing/top.ts'),
  ])
  const table = topTable(profile, functions, of)
  const place = { name: 'place', type: 'number', unit: '', values: Float64Array.from(functions, (_, i) => i) } as const
  const kept = selectRows({ ...table, columns: [...table.columns, place] }, { where }).columns.at(-1)!
  return Array.from(kept.values as Float64Array, i => functions[i]!)
}
