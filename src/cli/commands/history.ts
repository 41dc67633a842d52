import type { Command } from 'commander'
import { exporterById, exportersOf } from '../../../renderers/exporters.ts'
import { formatValue } from '../../../renderers/words/numbers.ts'
import { compareHistory } from '../../ops/history/compare-history.ts'
import { EXIT, remark } from '../exit.ts'
import { historyPoints } from '../input/history-points.ts'
import { MEASURED } from '../options/measured.ts'
import { NAMES } from '../options/names.ts'
import type { OutputFlags, Target } from '../options/outputs.ts'
import { outputOptions, targetsOf } from '../options/outputs.ts'
import type { PolicyFlags } from '../options/policy.ts'
import { POLICY, readPolicy } from '../options/policy.ts'
import { CHOOSING, READING_STACKS, reading } from '../options/reading.ts'
import type { Flags, OptionTable } from '../options/table.ts'
import { choice, declareOptions, option, text } from '../options/table.ts'
import { defined, numberOption } from '../options/values.ts'
import { writeTargets } from '../output/targets.ts'

const FILES = {
  svg: text('--svg <FILE>', 'write the picture: rows are functions, columns commits or days'),
  html: text('--html <FILE>', 'write one page with the picture and a table of changes'),
  json: text('--json <FILE>', 'write the whole answer as JSON'),
  markdown: text('--markdown <FILE>', 'write Markdown', { aliases: ['--md'] }),
} satisfies OptionTable

const OPTIONS = {
  against: text(
    '--against <REF>',
    'runs of a fixed reference at every point: a commit of the baseline, or how the names of its runs begin (base)',
  ),
  by: choice('--by <WHAT>', 'of a baseline: a point for each commit or each day (default: commit where known)', [
    'commit',
    'day',
  ]),
  policy: POLICY.policy,
  fdr: POLICY.fdr,
  minPoints: POLICY.minPoints,
  minRel: POLICY.minRel,
  allow: POLICY.allow,
  ...NAMES,
  ...MEASURED,
  title: text('--title <TEXT>', 'title of the picture'),
  width: option<number>('--width <PX>', 'width of the picture', numberOption(480, 20_000)),
  ...CHOOSING,
  ...READING_STACKS,
} satisfies OptionTable

type HistoryFlags = Flags<typeof OPTIONS> & Flags<typeof FILES> & Pick<OutputFlags, 'output' | 'to' | 'quiet' | 'open'>

export function declareHistory(command: Command): void {
  declareOptions(command.argument('<DIR>', 'a baseline, or a directory with a folder of runs for each commit or day'), {
    ...outputOptions('history'),
    ...FILES,
    ...OPTIONS,
  })
    .addHelpText(
      'after',
      `
The whole first, then functions: when each changed, by how much, and whether that stands. Exit status 1 only when every point was measured
in turns with one fixed reference (--against) and a regression stands since the last accepted change: otherwise a machine that became slower looks like one.

Examples:
  $ bpfview history perf-baseline --svg history.svg
  $ bpfview history measured/ --against base --json history.json --html history.html`,
    )
    .action(runHistory)
}

async function runHistory(directory: string, flags: HistoryFlags): Promise<void> {
  const targets = historyTargets(flags)
  const { policy, ...file } = await readPolicy(policyFlags(flags))
  const points = await historyPoints(
    directory,
    reading(flags),
    defined({ by: flags.by, against: flags.against, event: flags.event, value: flags.value }),
  )
  const history = compareHistory(points, {
    policy,
    ...defined({
      names: flags.names ?? file.names,
      weights: flags.weights,
      interrupts: flags.interrupts,
      length: flags.work === undefined ? undefined : flags.work === 'fixed' ? ('work' as const) : ('time' as const),
    }),
  })
  process.exitCode = history.violated ? EXIT.crossed : EXIT.fine
  if (history.anchor !== 'turns' && history.verdict === 'regressed')
    remark('a regression stands, but not every point was measured in turns with a reference: exit 0')
  await writeTargets(targets, history, defined({ title: flags.title, width: flags.width }), {
    facts: formatValue(history.points.length, 'points'),
    quiet: flags.quiet,
    open: flags.open,
  })
}

function policyFlags({ policy, fdr, minPoints, minRel, allow }: HistoryFlags): PolicyFlags {
  return defined({ policy, fdr, minPoints, minRel, allow })
}

/** Files by their own options, then `-o` and `--to`; the answer as text on standard output unless something else is written there. */
function historyTargets(flags: HistoryFlags): Target<'history'>[] {
  const forms = exportersOf('history')
  const named = (Object.keys(FILES) as (keyof typeof FILES)[]).flatMap((key): Target<'history'>[] => {
    const path = flags[key]
    const form = exporterById<'history'>(forms, key === 'markdown' ? 'md' : key)
    return path === undefined ? [] : [{ path: path === '-' ? undefined : path, form }]
  })
  const { output, to, quiet } = flags
  const others = targetsOf('history', defined({ output, to }))
  const stdout = named.some(({ path }) => path === undefined)
  return output === undefined && to === undefined && (stdout || (quiet === true && named.length > 0))
    ? named
    : [...named, ...others]
}
