import type { Command } from 'commander'
import { BpfviewError } from '../../../model/error.ts'
import { remark } from '../../exit.ts'
import type { Flags, OptionTable } from '../../options/table.ts'
import { declareOptions, flag, text } from '../../options/table.ts'

const OPTIONS = {
  before: text('--before <TIME>', 'captures that began before this time: 2026-10-01, or 30d for thirty days ago'),
  service: text('--service <NAME>', 'only captures of this service'),
  orphans: flag('--orphans', 'also files that belong to no capture and are older than an hour'),
  dryRun: flag('--dry-run', 'say what would be removed'),
} satisfies OptionTable

export function declarePrune(command: Command): void {
  declareOptions(command.argument('<ARCHIVE>', 'made by bpfview archive init'), OPTIONS)
    .addHelpText(
      'after',
      `
Examples:
  $ bpfview archive prune profiles --before 30d
  $ bpfview archive prune profiles --orphans --dry-run`,
    )
    .action(async (directory: string, flags: Flags<typeof OPTIONS>) => {
      if (flags.before === undefined && flags.orphans !== true)
        throw new BpfviewError('E_USAGE', 'nothing to remove; expected --before TIME, --orphans, or both')
      const [{ pruneArchive }, { timeRange }] = await Promise.all([
        import('../../archive/prune.ts'),
        import('../../../archive/range.ts'),
      ])
      const { service, orphans, dryRun } = flags
      const before =
        flags.before === undefined ? undefined : timeRange(`..${flags.before}`, Date.now() * 1000, '--before').until
      const { captures, files } = await pruneArchive(directory, { before, service, orphans, dryRun })
      remark(`${captures} captures${dryRun === true ? ' would be' : ''} removed, ${files} files`)
    })
}
