import type { Command } from 'commander'
import { formatValue } from '../../../../renderers/words/numbers.ts'
import type { EventTable, NumberColumn } from '../../../model/datasets.ts'
import { BpfviewError } from '../../../model/error.ts'
import type { FunctionChange } from '../../archive/functions.ts'
import { CAPTURES, WHEN } from '../../options/captures.ts'
import type { OutputFlags } from '../../options/outputs.ts'
import { outputOptions, targetsOf } from '../../options/outputs.ts'
import type { Flags, OptionTable } from '../../options/table.ts'
import { declareOptions, option, withDefault } from '../../options/table.ts'
import { wholeOption } from '../../options/values.ts'
import { writeTargets } from '../../output/targets.ts'

const OPTIONS = {
  ...CAPTURES,
  ...WHEN,
  rows: withDefault(
    option<number>('--rows <N>', 'at most N functions', wholeOption(1, 1e9), { aliases: ['--limit'] }),
    30,
  ),
} satisfies OptionTable

export function declareFunctions(command: Command): void {
  declareOptions(command.argument('<ARCHIVE>', 'made by bpfview archive init'), {
    ...outputOptions('tables'),
    ...OPTIONS,
  })
    .addHelpText(
      'after',
      `
Functions of all services by the points of their service that they grew, without a test of noise: archive check judges one service.
Days that archive compact put together answer at once.

Examples:
  $ bpfview archive functions profiles --before 14d..7d --after 7d --rows 20`,
    )
    .action(async (directory: string, flags: Flags<typeof OPTIONS> & OutputFlags) => {
      const targets = targetsOf('tables', flags)
      const [{ functionChanges }, { steady }, { queryOf }, { timeRange }] = await Promise.all([
        import('../../archive/functions.ts'),
        import('../../archive/find.ts'),
        import('../../archive/query.ts'),
        import('../../../archive/range.ts'),
      ])
      const { before, after } = flags
      if (before === undefined || after === undefined)
        throw new BpfviewError('E_USAGE', 'no times; expected one for each side: --before 14d..7d --after 7d')
      const now = Date.now() * 1000
      const sides = { before: timeRange(before, now, '--before'), after: timeRange(after, now, '--after') }
      const changes = await steady(() => functionChanges(directory, queryOf(flags), sides))
      const table = changeTable(changes.slice(0, flags.rows))
      await writeTargets(
        targets,
        [table],
        { rows: flags.rows },
        { facts: formatValue(table.length, 'functions'), quiet: flags.quiet },
      )
    })
}

function changeTable(changes: readonly FunctionChange[]): EventTable {
  const percent = (name: string, of: (change: FunctionChange) => number): NumberColumn => ({
    name,
    type: 'number',
    unit: '',
    values: Float64Array.from(changes, change => Number((of(change) * 100).toFixed(4))),
  })
  return {
    kind: 'events',
    name: 'functions',
    tool: 'archive',
    length: changes.length,
    columns: [
      { name: 'service', type: 'text', values: changes.map(({ service }) => service) },
      { name: 'event', type: 'text', values: changes.map(({ event }) => event) },
      { name: 'function', type: 'text', values: changes.map(({ name }) => name) },
      percent('before%', ({ before }) => before),
      percent('after%', ({ after }) => after),
      percent('points', ({ before, after }) => after - before),
    ],
    meta: {},
  }
}
