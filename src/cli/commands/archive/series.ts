import type { Command } from 'commander'
import { formatValue } from '../../../../renderers/words/numbers.ts'
import { isoOf } from '../../../archive/range.ts'
import type { SeriesStep } from '../../../archive/series.ts'
import { seriesOf } from '../../../archive/series.ts'
import type { EventTable, NumberColumn, TextColumn } from '../../../model/datasets.ts'
import { isCount } from '../../../model/units.ts'
import { CAPTURE_RANGE, CAPTURES } from '../../options/captures.ts'
import type { OutputFlags } from '../../options/outputs.ts'
import { outputOptions, targetsOf } from '../../options/outputs.ts'
import type { Flags, OptionTable } from '../../options/table.ts'
import { declareOptions, option, refuseValue, text, withDefault } from '../../options/table.ts'
import { writeTargets } from '../../output/targets.ts'

const STEP = /^(\d{1,4})(min|[hdw])$/
const STEP_US: Readonly<Record<string, number>> = { min: 60e6, h: 3600e6, d: 86_400e6, w: 7 * 86_400e6 }

const OPTIONS = {
  ...CAPTURES,
  ...CAPTURE_RANGE,
  function: text(
    '--function <NAME>',
    'share of stacks that hold this function; * for anything; default: the total of captures',
  ),
  step: withDefault(option<string>('--step <TIME>', 'a row for each: 1h, 15min, 1d', checkStep), '1h'),
} satisfies OptionTable

function checkStep(text: string): string {
  return STEP.test(text) && microsOfStep(text) > 0 ? text : refuseValue('Expected a time like 1h, 15min or 1d.')
}

function microsOfStep(text: string): number {
  const match = STEP.exec(text)!
  return Number(match[1]) * STEP_US[match[2]!]!
}

export function declareSeries(command: Command): void {
  declareOptions(command.argument('<ARCHIVE>', 'made by bpfview archive init'), {
    ...outputOptions('tables'),
    ...OPTIONS,
  })
    .addHelpText(
      'after',
      `
Rows of steps that have captures, with a 95% interval; "change" marks the step in which the level changed.

Examples:
  $ bpfview archive series profiles --service api --function 'Cache::lookup' --range 14d --step 1d
  $ bpfview archive series profiles --service api -o load.csv`,
    )
    .action(async (directory: string, flags: Flags<typeof OPTIONS> & OutputFlags) => {
      const targets = targetsOf('tables', flags)
      const [{ findAlike, steady }, { partsOf }, { queryOf }] = await Promise.all([
        import('../../archive/find.ts'),
        import('../../archive/parts.ts'),
        import('../../archive/query.ts'),
      ])
      const { parts, unit } = await steady(async () => {
        const found = await findAlike(directory, queryOf(flags))
        return { parts: await partsOf(directory, found, flags.function), unit: found[0]!.record.value.unit }
      })
      const table =
        flags.function === undefined
          ? totalsTable(seriesOf(parts, microsOfStep(flags.step), isCount(unit)), unit)
          : sharesTable(seriesOf(parts, microsOfStep(flags.step), isCount(unit)), flags.function, unit)
      await writeTargets(targets, [table], {}, { facts: formatValue(table.length, 'steps'), quiet: flags.quiet })
    })
}

function numbers(
  steps: readonly SeriesStep[],
  name: string,
  unit: string,
  of: (step: SeriesStep) => number,
): NumberColumn {
  return { name, type: 'number', unit, values: Float64Array.from(steps, of) }
}

function times(steps: readonly SeriesStep[]): TextColumn {
  return { name: 'time', type: 'text', values: steps.map(({ from }) => isoOf(from)) }
}

/** Per cent to as many digits as a picture could show. */
function percent(share: number): number {
  return Number((share * 100).toFixed(4))
}

function sharesTable(steps: readonly SeriesStep[], name: string, unit: string): EventTable {
  return tableOf(steps, name, [
    times(steps),
    numbers(steps, 'captures', '', step => step.captures),
    numbers(steps, 'share%', '', step => percent(step.share)),
    numbers(steps, 'low%', '', step => percent(step.low)),
    numbers(steps, 'high%', '', step => percent(step.high)),
    numbers(steps, 'value', unit, step => step.part),
    { name: 'change', type: 'text', values: steps.map(({ change }) => change) },
  ])
}

function totalsTable(steps: readonly SeriesStep[], unit: string): EventTable {
  return tableOf(steps, 'total', [
    times(steps),
    numbers(steps, 'captures', '', step => step.captures),
    numbers(steps, 'total', unit, step => step.total),
    numbers(steps, 'per capture', unit, step => step.total / step.captures),
  ])
}

function tableOf(steps: readonly SeriesStep[], name: string, columns: EventTable['columns']): EventTable {
  return { kind: 'events', name, tool: 'archive', length: steps.length, columns, meta: {} }
}
