import { needDataset } from '../../src/model/arguments.ts'
import type { Profile } from '../../src/model/index.ts'
import { BpfviewError, quote } from '../../src/model/index.ts'
import { reverseProfile } from '../../src/ops/stacks/reverse.ts'
import { totals } from '../../src/ops/stacks/totals.ts'
import type { PaletteName, Theme } from '../markup/palette.ts'
import { PALETTES } from '../markup/palette.ts'
import { fixed } from '../markup/svg.ts'
import { profileLine, profileTitle, qualityNotes } from '../words/captions.ts'
import { formatShare, formatValue } from '../words/numbers.ts'
import { boxesIn, drawWithin } from './fit-size.ts'
import { DEFAULT_WIDTH, GEOMETRY } from './geometry.ts'
import { hotColdLegend, hotColdLook, isHotCold, kindLegend, kindLook, paletteFor, whatIsShown } from './kind-look.ts'
import type { PictureText } from './look.ts'
import { flamePicture } from './picture.ts'
import type { Layout } from './stack-layout.ts'
import { layoutStacks } from './stack-layout.ts'

/** How a flame graph is drawn; widths in px. */
export interface FlameOptions {
  readonly title?: string | undefined
  readonly subtitle?: string | undefined
  /** Fixed width in px; without it the picture is as wide as the window (1200 where no script runs). */
  readonly width?: number | undefined
  /** Frames narrower than this many px are left out, counted and said; default 0.3. */
  readonly minWidth?: number | undefined
  /** Root at the top: an icicle graph. Default: when there are more than 12 rows. */
  readonly inverted?: boolean | undefined
  /** false: no script at all, for <img> and strict content security policies. */
  readonly script?: boolean | undefined
  readonly theme?: 'auto' | Theme | undefined
  readonly palette?: PaletteName | undefined
  readonly sort?: 'name' | 'value' | undefined
  /** What stands on the root keeps its order: inputs of `sideBySide` from left to right. */
  readonly inputOrder?: boolean | undefined
  /** Turns every stack around: leaves at the root, callers above them. */
  readonly reverse?: boolean | undefined
  /** Frames are left out until the file has at most this many bytes; default 3,000,000. */
  readonly maxBytes?: number | undefined
}

export const DEFAULT_MIN_WIDTH = 0.3

/**
 * An SVG document: the flame graph of a profile. Same profile and options, same bytes. Draws any valid profile, an empty one included; throws
 * BpfviewError E_USAGE for options that are none.
 */
export function flameGraph(given: Profile, options: FlameOptions = {}): string {
  needDataset(given, 'profile', 'flameGraph')
  checkOptions(options)
  const profile = options.reverse === true ? reverseProfile(given) : given
  const palette = options.palette ?? paletteFor(profile)
  const look = isHotCold(profile) ? hotColdLook(profile, palette) : kindLook(profile, palette)
  const width = options.width ?? DEFAULT_WIDTH
  const total = totals(profile.stacks, profile.self)
  const title =
    options.title ??
    profileTitle(
      given,
      `${whatIsShown(profile)}${options.reverse === true ? ', callers of leaves' : ''}`,
      options.reverse === true ? totals(given.stacks, given.self) : total,
      { inputOrder: options.inputOrder === true, under: isHotCold(profile) ? 1 : 0 },
    )
  const subtitle = options.subtitle ?? profileLine(profile, total)
  const warnings = [...qualityNotes(profile, total), ...negativeNotes(profile)]
  const sort = options.sort ?? (options.reverse === true ? 'value' : 'name')
  const maxBytes = options.maxBytes ?? 3_000_000
  return drawWithin(maxBytes, (options.minWidth ?? DEFAULT_MIN_WIDTH) / (width - 2 * GEOMETRY.pad), minShare => {
    const layout = layoutStacks(profile.stacks, profile.self, {
      minShare,
      maxBoxes: boxesIn(maxBytes),
      totals: total,
      inputOrder: options.inputOrder === true && options.reverse !== true,
      sort,
    })
    const words: PictureText = {
      title,
      subtitle,
      legend: isHotCold(profile) ? hotColdLegend(profile, layout, palette) : kindLegend(layout, palette, profile.self),
      warnings,
      notes: prunedNotes(layout, layout.minShare * (width - 2 * GEOMETRY.pad), profile.value.unit),
    }
    return { layout, svg: () => flamePicture(layout, look, words, { ...options, sort, value: profile.value }) }
  })
}

/** Throws BpfviewError E_USAGE for sizes and palettes that are none: a program without types would get NaN in its picture. */
export function checkOptions({ width, minWidth, maxBytes, palette }: FlameOptions): void {
  const check = (name: string, value: unknown, right: boolean, expected: string): void => {
    if (value !== undefined && !right)
      throw new BpfviewError('E_USAGE', `${name} is ${quote(String(value))}; expected ${expected}`)
  }
  check('width', width, Number.isFinite(width) && width! >= 1, 'a number of pixels')
  check('minWidth', minWidth, Number.isFinite(minWidth) && minWidth! >= 0, 'a number of pixels')
  check('maxBytes', maxBytes, typeof maxBytes === 'number' && maxBytes > 0, 'a number of bytes')
  check('palette', palette, PALETTES.includes(palette!), `one of ${PALETTES.join(', ')}`)
}

/** What was not drawn, in words; empty when everything was. */
export function prunedNotes(layout: Layout, minWidth: number, unit: string): string[] {
  const notes: string[] = []
  if (layout.hiddenFrames > 0) {
    const values = formatValue(layout.hidden / layout.scale, unit)
    notes.push(
      `${formatValue(layout.hiddenFrames, 'frames')} under ${fixed(minWidth)} px hidden (${values}, ${formatShare(layout.hidden, layout.total)})`,
    )
  }
  if (layout.deeper > 0) notes.push(`… ${layout.deeper} levels deeper not drawn`)
  return notes
}

/** Values under 0 have no width: how many there are and what they add up to. */
function negativeNotes({ self, value }: Profile): string[] {
  let count = 0
  let sum = 0
  for (const own of self) {
    if (own >= 0) continue
    count++
    sum += own
  }
  return count === 0
    ? []
    : [`${formatValue(count, 'stacks')} with a value under 0 not drawn (${formatValue(sum, value.unit)})`]
}
