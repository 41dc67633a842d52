import type { Command } from 'commander'
import { remark } from '../../exit.ts'
import type { Flags, OptionTable } from '../../options/table.ts'
import { declareOptions, option, refuseValue, text, withDefault } from '../../options/table.ts'

const OPTIONS = {
  service: text('--service <NAME>', 'only captures of this service'),
  range: text('--range <A..B>', 'days in this time; default: all days that are over'),
  grace: withDefault(
    option<number>(
      '--grace <TIME>',
      'how long the files that a day replaces stay for those who read them: 1h, 10min, 0',
      graceOf,
    ),
    3600e3,
  ),
} satisfies OptionTable

const UNITS: Readonly<Record<string, number>> = { s: 1e3, min: 60e3, h: 3600e3, d: 86_400e3 }

function graceOf(text: string): number {
  const match = /^(\d{1,6})(s|min|h|d)$/.exec(text)
  if (text !== '0' && match === null) refuseValue('Expected a time like 1h, 10min or 0.')
  return match === null ? 0 : Number(match[1]) * UNITS[match[2]!]!
}

export function declareCompact(command: Command): void {
  declareOptions(command.argument('<ARCHIVE>', 'made by bpfview archive init'), OPTIONS)
    .addHelpText(
      'after',
      `
Many small files become a few for each service and day, with the sums of the day's functions. Nothing that is asked gets another answer.

Examples:
  $ bpfview archive compact profiles
  $ bpfview archive compact profiles --range 2026-11-17 --grace 10min`,
    )
    .action(async (directory: string, flags: Flags<typeof OPTIONS>) => {
      const [{ compactArchive }, { timeRange }] = await Promise.all([
        import('../../archive/compact.ts'),
        import('../../../archive/range.ts'),
      ])
      const now = Date.now() * 1000
      const range = flags.range === undefined ? { from: 0, until: now } : timeRange(flags.range, now, '--range')
      const { service, grace } = flags
      const { days, captures, removed } = await compactArchive(directory, { service, range, grace })
      remark(`${captures} captures in ${days} days put together, ${removed} files removed`)
    })
}
