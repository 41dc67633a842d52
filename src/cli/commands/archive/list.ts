import type { Command } from 'commander'
import { formatValue } from '../../../../renderers/words/numbers.ts'
import { isoOf } from '../../../archive/range.ts'
import type { CaptureRecord } from '../../../model/archive-schema.ts'
import type { EventTable, NumberColumn, TextColumn } from '../../../model/datasets.ts'
import { remark } from '../../exit.ts'
import { CAPTURE_RANGE, CAPTURES } from '../../options/captures.ts'
import type { OutputFlags } from '../../options/outputs.ts'
import { outputOptions, targetsOf } from '../../options/outputs.ts'
import type { Flags, OptionTable } from '../../options/table.ts'
import { declareOptions, option } from '../../options/table.ts'
import { wholeOption } from '../../options/values.ts'
import { writeTargets } from '../../output/targets.ts'

export function declareInit(command: Command): void {
  command
    .argument('<ARCHIVE>', 'a directory, made when it is not there')
    .addHelpText('after', '\nExamples:\n  $ bpfview archive init profiles')
    .action(async (directory: string) => {
      const { initArchive } = await import('../../archive/store.ts')
      remark((await initArchive(directory)) ? `${directory} is an archive now` : `${directory} is an archive already`)
    })
}

const OPTIONS = {
  ...CAPTURES,
  ...CAPTURE_RANGE,
  rows: option<number>('--rows <N>', 'at most N captures, as text', wholeOption(1, 1e9), { aliases: ['--limit'] }),
} satisfies OptionTable

export function declareList(command: Command): void {
  declareOptions(command.argument('<ARCHIVE>', 'made by bpfview archive init'), {
    ...outputOptions('tables'),
    ...OPTIONS,
  })
    .addHelpText(
      'after',
      `
Examples:
  $ bpfview archive list profiles --service api --range 7d
  $ bpfview archive list profiles --json | jq '.[0].total'`,
    )
    .action(async (directory: string, flags: Flags<typeof OPTIONS> & OutputFlags) => {
      const targets = targetsOf('tables', flags)
      const [{ findCaptures, steady }, { queryOf }] = await Promise.all([
        import('../../archive/find.ts'),
        import('../../archive/query.ts'),
      ])
      const found = await steady(() => findCaptures(directory, queryOf(flags)))
      const table = captureTable(found.map(({ record }) => record))
      const rows = flags.rows === undefined ? {} : { rows: flags.rows }
      await writeTargets(targets, [table], rows, { facts: formatValue(table.length, 'captures'), quiet: flags.quiet })
    })
}

/** A row per capture, by time. */
function captureTable(records: readonly CaptureRecord[]): EventTable {
  const texts = (name: string, of: (record: CaptureRecord) => string): TextColumn => ({
    name,
    type: 'text',
    values: records.map(of),
  })
  const numbers = (name: string, of: (record: CaptureRecord) => number): NumberColumn => ({
    name,
    type: 'number',
    unit: '',
    values: Float64Array.from(records, of),
  })
  return {
    kind: 'events',
    name: 'captures',
    tool: 'archive',
    length: records.length,
    columns: [
      texts('time', ({ ts }) => isoOf(ts)),
      texts('service', ({ service }) => service),
      texts('host', ({ host }) => host),
      texts('tool', ({ tool }) => tool),
      texts('event', ({ event }) => event),
      numbers('total', ({ total }) => total),
      texts('unit', ({ value }) => value.unit),
      numbers('stacks', ({ rows }) => rows),
      texts('capture', ({ id }) => id),
    ],
    meta: {},
  }
}
