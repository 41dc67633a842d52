import type { Command } from 'commander'
import type { Summary, SummaryProfile } from '../../../renderers/report/markdown.ts'
import { formatValue } from '../../../renderers/words/numbers.ts'
import { heaviestPaths } from '../../ops/report/paths.ts'
import type { ReportInput } from '../../ops/report/report-input.ts'
import { topFunctions } from '../../ops/stacks/top.ts'
import { sum } from '../../ops/stacks/totals.ts'
import { stackProfiles } from '../input/choose.ts'
import { readPage } from '../input/report-inputs.ts'
import { INPUTS } from '../options/inputs.ts'
import type { OutputFlags } from '../options/outputs.ts'
import { outputOptions, targetsOf } from '../options/outputs.ts'
import { READING_STACKS, reading } from '../options/reading.ts'
import { BEFORE } from '../options/sides.ts'
import type { Flags, OptionTable } from '../options/table.ts'
import { declareOptions, option, withDefault } from '../options/table.ts'
import { wholeOption } from '../options/values.ts'
import { writeTargets } from '../output/targets.ts'

const OPTIONS = {
  maxLines: withDefault(
    option<number>('--max-lines <N>', 'at most N lines of Markdown; the last says what was cut', wholeOption(10, 1e6)),
    200,
  ),
  functions: withDefault(
    option<number>('--functions <N>', 'at most N functions of each profile', wholeOption(1, 1e4)),
    15,
  ),
  ...BEFORE,
  ...READING_STACKS,
} satisfies OptionTable

type SummaryFlags = Flags<typeof OPTIONS> & OutputFlags

export function declareSummary(command: Command): void {
  declareOptions(command.argument(INPUTS[0], 'file, gzipped file, capture directory, or - for standard input'), {
    ...outputOptions('summary'),
    ...OPTIONS,
  })
    .addHelpText(
      'after',
      `
What makes the capture doubtful first, then findings, what was measured, and the functions that cost most, with the numbers of bpfview top.

Examples:
  $ bpfview summary capture/
  $ bpfview summary after/ --before before/
  $ bpfview summary --max-lines 60 out.stacks -o summary.md`,
    )
    .action(async (paths: string[], flags: SummaryFlags) => {
      const targets = targetsOf('summary', flags)
      const page = await readPage(paths, flags.before, reading(flags))
      const { inputs } = page.report
      const summary: Summary = {
        ...page,
        profiles: inputs.flatMap(input => profilesOf(input, flags.functions)),
        ...(page.before !== undefined && {
          earlier: page.before.report.inputs.flatMap(input => profilesOf(input, Infinity)),
        }),
      }
      await writeTargets(
        targets,
        summary,
        { maxLines: flags.maxLines },
        { facts: formatValue(inputs.length, 'inputs'), quiet: flags.quiet },
      )
    })
}

/** Functions of every profile of an input, as `top` counts them; of switches and wake-ups only the waits made of them. */
function profilesOf(input: ReportInput, most: number): SummaryProfile[] {
  const paired = input.parsed.datasets.some(({ name }) => name === 'off-CPU time')
  return stackProfiles(input)
    .filter(({ name }) => !paired || !name.startsWith('sched:'))
    .map(profile => {
      const all = topFunctions(profile)
      const shown = all.slice(0, most)
      const paths = heaviestPaths(profile, shown)
      const rest = all.slice(most)
      return {
        name: profile.name,
        unit: profile.value.unit,
        total: sum(profile.self),
        functions: shown.map((each, i) => ({ ...each, path: paths[i]! })),
        left: { functions: rest.length, self: sum(rest.map(({ self }) => self)) },
      }
    })
}
