import type { Command } from 'commander'
import { microsOf } from '../../../archive/range.ts'
import { remark } from '../../exit.ts'
import { readInput } from '../../input/input.ts'
import { runsIn } from '../../input/run-files.ts'
import { READING_STACKS, reading } from '../../options/reading.ts'
import type { Flags, OptionTable } from '../../options/table.ts'
import { declareOptions, flag, option, refuseValue, text } from '../../options/table.ts'
import { remarkQuality } from '../../output/quality.ts'

const OPTIONS = {
  service: text('--service <NAME>', 'the service they are captures of: letters, digits, dots, dashes, underscores'),
  host: text('--host <NAME>', 'the host; default: what the capture says'),
  ts: option<number>(
    '--ts <TIME>',
    'when the capture began, UTC: 2026-11-17T10:00; default: what the capture says',
    timePoint,
  ),
  event: text('--event <NAME>', 'only this event; default: all'),
  value: text('--value <NAME>', 'only this value of events that have several'),
  ...READING_STACKS,
  quiet: flag('-q, --quiet', 'do not say on stderr what was added'),
} satisfies OptionTable

function timePoint(text: string): number {
  return microsOf(text) ?? refuseValue('Expected a time like 2026-11-17T10:00 or 2026-11-17T10:00:00+01:00.')
}

export function declareAdd(command: Command): void {
  declareOptions(
    command
      .argument('<ARCHIVE>', 'made by bpfview archive init')
      .argument('<IN...>', 'captures, files that hold stacks, directories of them'),
    OPTIONS,
  )
    .addHelpText(
      'after',
      `
The same bytes added twice are one capture. A capture needs a service, a host and a time; what it says itself need not be said.

Examples:
  $ bpfview archive add profiles capture/ --service api
  $ bpfview archive add profiles cpu.pb.gz --service api --host web-17 --ts 2026-11-17T10:00`,
    )
    .action(async (directory: string, paths: string[], flags: Flags<typeof OPTIONS>) => {
      const [{ addInput }, { checkService, needArchive }, { BpfviewError }] = await Promise.all([
        import('../../archive/add.ts'),
        import('../../archive/store.ts'),
        import('../../../model/error.ts'),
      ])
      if (flags.service === undefined)
        throw new BpfviewError('E_USAGE', 'no service; expected --service NAME: what the captures are of')
      const service = checkService(flags.service)
      needArchive(directory)
      let added = 0
      let known = 0
      for (const path of paths.flatMap(runsIn)) {
        const parsed = await readInput(path, { ...reading(flags), timeline: true })
        const input = { source: path === '-' ? 'standard input' : path, parsed }
        remarkQuality([input])
        const { host, ts, event, value } = flags
        const one = await addInput(directory, input, { service, host, ts, event, value })
        added += one.added
        known += one.known
      }
      if (flags.quiet !== true) remark(`${added} added${known > 0 ? `, ${known} known already` : ''} in ${directory}`)
    })
}
