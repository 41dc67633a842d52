import type { DiffWidth } from '../../../renderers/diff/flame.ts'
import type { Normalization } from '../../model/datasets.ts'
import type { DiffOptions } from '../../ops/compare/diff-runs.ts'
import type { NameMode } from '../../ops/stacks/align-names.ts'
import { DEFAULT_NAMES } from '../../ops/stacks/align-names.ts'
import { NAMES } from './names.ts'
import type { OutputFlags } from './outputs.ts'
import { targetsOf } from './outputs.ts'
import type { Flags, OptionTable } from './table.ts'
import { choice, flag, negative, option, text } from './table.ts'
import { defined, numberOption } from './values.ts'

const WAYS: readonly Normalization[] = ['share', 'count', 'duration', 'cpu-time']
const WIDTHS: readonly DiffWidth[] = ['before', 'after', 'max', 'sum']

/** How two sides are compared and drawn. */
export const DIFFERENCES = {
  by: choice<readonly Normalization[]>(
    '--by <HOW>',
    'compare shares of the total, values as captured, values per second, or CPU time (default share)',
    WAYS,
  ),
  width: choice<readonly DiffWidth[]>(
    '--width <SIDE>',
    'what the width of a frame stands for (default max: nothing is invisible)',
    WIDTHS,
  ),
  title: text('--title <TEXT>', 'title of the picture'),
  pixels: option<number>('--pixels <PX>', 'width of the picture', numberOption(320, 100_000)),
  minWidth: option<number>('--min-width <PX>', 'leave out frames narrower than this', numberOption(0, 10_000)),
  icicle: flag('--icicle', 'root at the top'),
  names: { ...NAMES.names, help: `${NAMES.names.help.replace(/\)$/, '')}; raw for folded alone)` },
  force: flag('--force', 'compare although event, unit or frequency differ'),
  script: negative('--no-script', 'no script: a still picture for <img>'),
} satisfies OptionTable

export type DifferenceFlags = Flags<typeof DIFFERENCES> & OutputFlags

/** How much has to be worked out for what is to be written. */
export function diffOptions(flags: DifferenceFlags): DiffOptions {
  const forms = targetsOf('diff', flags).map(({ form }) => form.id)
  const folded = forms.every(form => form === 'folded')
  const pictures = forms.every(form => form === 'folded' || form === 'svg')
  const names: NameMode = flags.names ?? (folded ? 'raw' : DEFAULT_NAMES)
  const statistics = folded ? 'none' : pictures ? 'tests' : 'causes'
  return { ...defined({ by: flags.by, force: flags.force }), names, statistics }
}
