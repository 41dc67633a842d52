import { PALETTES } from '../../../renderers/markup/palette.ts'
import type { Flags, OptionTable } from './table.ts'
import { choice, flag, negative, option, text } from './table.ts'
import { defined, numberOption } from './values.ts'

/** How a flame graph looks. */
export const FLAME_PICTURE = {
  title: text('--title <TEXT>', 'title of the picture'),
  subtitle: text('--subtitle <TEXT>', 'line under the title; default: tool, event, samples, duration, host'),
  width: option<number>(
    '--width <PX>',
    'fixed width of the picture; default: as wide as the window',
    numberOption(200, 100_000),
  ),
  minWidth: option<number>('--min-width <PX>', 'leave out frames narrower than this', numberOption(0, 10_000)),
  icicle: flag('--icicle', 'root at the top; default when there are more than 12 rows'),
  noIcicle: flag('--no-icicle', 'root at the bottom'),
  reverse: flag('--reverse', 'turn stacks around: leaves at the root, callers above them'),
  palette: choice('--palette <NAME>', 'colours; default: by what is measured', PALETTES),
  theme: choice('--theme <NAME>', "page; default: the viewer's", ['auto', 'light', 'dark']),
  sort: choice('--sort <ORDER>', 'order of siblings; default: name', ['name', 'value']),
  script: negative('--no-script', 'no script: a still picture for <img>'),
} satisfies OptionTable

/** The same as the renderer takes it, but for the place of the root. */
export function lookOf(flags: Flags<typeof FLAME_PICTURE>) {
  const { title, subtitle, width, minWidth, palette, theme, sort, reverse, script } = flags
  return { ...defined({ title, subtitle, width, minWidth, palette, theme, sort, reverse }), script }
}
