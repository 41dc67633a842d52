import type { Command } from 'commander'
import { formatValue } from '../../../renderers/words/numbers.ts'
import { readPage } from '../input/report-inputs.ts'
import type { OutputFlags } from '../options/outputs.ts'
import { outputOptions, targetsOf } from '../options/outputs.ts'
import { READING_STACKS, reading } from '../options/reading.ts'
import { BEFORE } from '../options/sides.ts'
import type { Flags, OptionTable } from '../options/table.ts'
import { declareOptions, text } from '../options/table.ts'
import { writeTargets } from '../output/targets.ts'

const OPTIONS = {
  title: text('--title <TEXT>', 'title of the page'),
  ...BEFORE,
  ...READING_STACKS,
} satisfies OptionTable

type ReportFlags = Flags<typeof OPTIONS> & OutputFlags

export function declareReport(command: Command): void {
  declareOptions(
    command.argument('<CAPTURE...>', 'captures and files of one host and time: directories, their .tgz, files, or -'),
    { ...outputOptions('report'), ...OPTIONS },
  )
    .addHelpText(
      'after',
      `
Findings first: at most seven causes, what costs most first, each with what it rests on and the command that shows it again. Without a cause the
report says so. With --before every section shows both captures, and the findings say what changed.

Examples:
  $ bpfview report cpu/ offcpu-events/ checklist/ -o report.html
  $ bpfview report captures/ -o report.md -o report.json
  $ bpfview report fixed/ --before broken/ -o report.html`,
    )
    .action(async (paths: string[], flags: ReportFlags) => {
      const targets = targetsOf('report', flags)
      const page = await readPage(paths, flags.before, reading(flags))
      await writeTargets(
        targets,
        page,
        { title: flags.title },
        { facts: formatValue(page.report.findings.length, 'findings'), quiet: flags.quiet, open: flags.open },
      )
    })
}
