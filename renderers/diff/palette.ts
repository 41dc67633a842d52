import type { Fill } from '../markup/palette.ts'
import { oklchHex } from '../markup/palette.ts'

/** Steps of each side of the scale; the last is twice (or half) the value and beyond. */
export const DIFF_STEPS = 5

function fill(name: string, part: number, hue: number): Fill {
  return {
    name,
    light: oklchHex({ l: 0.925 - 0.165 * part, c: 0.01 + 0.125 * part, h: hue }),
    dark: oklchHex({ l: 0.33 + 0.17 * part, c: 0.008 + 0.112 * part, h: hue }),
  }
}

export const SAME: Fill = {
  name: 'same',
  light: oklchHex({ l: 0.925, c: 0.004, h: 255 }),
  dark: oklchHex({ l: 0.33, c: 0.008, h: 255 }),
}
/** Orange: more. Blue: less. Never red against green. */
export const MORE: readonly Fill[] = Array.from({ length: DIFF_STEPS }, (_, i) =>
  fill(`more${i + 1}`, (i + 1) / DIFF_STEPS, 42),
)
export const LESS: readonly Fill[] = Array.from({ length: DIFF_STEPS }, (_, i) =>
  fill(`less${i + 1}`, (i + 1) / DIFF_STEPS, 255),
)
export const NEW: Fill = {
  name: 'new',
  light: oklchHex({ l: 0.87, c: 0.085, h: 42 }),
  dark: oklchHex({ l: 0.42, c: 0.085, h: 42 }),
}
export const GONE: Fill = {
  name: 'gone',
  light: oklchHex({ l: 0.96, c: 0.02, h: 255 }),
  dark: oklchHex({ l: 0.27, c: 0.04, h: 255 }),
}

/** Colour of a value that changed from `before` to `after`; `certainty` in standard errors fades what may be noise to grey. */
export function diffFill(before: number, after: number, certainty: number): Fill {
  if (before === after) return SAME
  if (before === 0) return NEW
  if (after === 0) return GONE
  const size = Math.min(1, Math.abs(Math.log2(after / before)))
  const sure = Math.min(1, Math.max(0, certainty - 0.5))
  const step = Math.round(size * sure * DIFF_STEPS)
  if (step === 0) return SAME
  return (after > before ? MORE : LESS)[step - 1]!
}
