import type { Command } from 'commander'
import { formatValue } from '../../../../renderers/words/numbers.ts'
import { heatFigures } from '../../../ops/heat/figures.ts'
import { CAPTURE_RANGE, CAPTURES } from '../../options/captures.ts'
import type { OutputFlags } from '../../options/outputs.ts'
import { outputOptions, targetsOf } from '../../options/outputs.ts'
import type { Flags, OptionTable } from '../../options/table.ts'
import { choice, declareOptions, negative, option, text } from '../../options/table.ts'
import { defined, numberOption } from '../../options/values.ts'
import { writeTargets } from '../../output/targets.ts'

const OPTIONS = {
  ...CAPTURES,
  ...CAPTURE_RANGE,
  capture: text('--capture <ID>', 'this capture, by the first digits of its id (bpfview archive list)'),
  title: text('--title <TEXT>', 'title of the picture'),
  width: option<number>('--width <PX>', 'width of the picture', numberOption(420, 100_000)),
  theme: choice('--theme <NAME>', "page; default: the viewer's", ['auto', 'light', 'dark']),
  script: negative('--no-script', 'no script: a still picture for <img>'),
} satisfies OptionTable

export function declareHeat(command: Command): void {
  declareOptions(command.argument('<ARCHIVE>', 'made by bpfview archive init'), {
    ...outputOptions('heat'),
    ...OPTIONS,
  })
    .addHelpText(
      'after',
      `
A column is a second, a row 20 ms of it. Seconds count from the beginning of each capture.

Examples:
  $ bpfview archive heat profiles --capture 3f2a -o heat.svg`,
    )
    .action(async (directory: string, flags: Flags<typeof OPTIONS> & OutputFlags) => {
      const targets = targetsOf('heat', flags)
      const [{ findTimes }, { queryOf }] = await Promise.all([
        import('../../archive/times.ts'),
        import('../../archive/query.ts'),
      ])
      const figures = heatFigures(await findTimes(directory, queryOf(flags)))
      const { title, width, theme, script, quiet, open } = flags
      const look = { ...defined({ title: title ?? 'When samples fell', width, theme }), lines: false, script }
      await writeTargets(targets, figures, look, { facts: formatValue(figures.length, 'heat maps'), quiet, open })
    })
}
