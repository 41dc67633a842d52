import type { Command } from 'commander'
import { CAPTURES, WHEN } from '../../options/captures.ts'
import type { DifferenceFlags } from '../../options/differences.ts'
import { DIFFERENCES, diffOptions } from '../../options/differences.ts'
import { outputOptions } from '../../options/outputs.ts'
import type { Flags } from '../../options/table.ts'
import { declareOptions } from '../../options/table.ts'
import { writeDifference } from '../../output/difference.ts'

const OPTIONS = { ...CAPTURES, ...WHEN, ...DIFFERENCES }

export function declareDiff(command: Command): void {
  declareOptions(command.argument('<ARCHIVE>', 'made by bpfview archive init'), {
    ...outputOptions('diff'),
    ...OPTIONS,
  })
    .addHelpText(
      'after',
      `
Every capture is a run: what changed is held against the noise between captures.

Examples:
  $ bpfview archive diff profiles --service api --before 14d..7d --after 7d -o week.html
  $ bpfview archive diff profiles --service api --before 2026-11-16 --after 2026-11-17 --to md`,
    )
    .action(async (directory: string, flags: Flags<typeof OPTIONS> & DifferenceFlags) => {
      const options = diffOptions(flags)
      const [{ askedSides }, { diffRuns }] = await Promise.all([
        import('../../archive/asked.ts'),
        import('../../../ops/compare/diff-runs.ts'),
      ])
      const { before, after } = await askedSides(directory, flags)
      await writeDifference(diffRuns(before, after, options), flags)
    })
}
