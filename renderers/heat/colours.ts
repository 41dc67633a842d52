import type { Fill } from '../markup/palette.ts'
import { oklchHex } from '../markup/palette.ts'

/** Steps of the sequential scale of heat maps. */
export const HEAT_LEVELS = 24

/**
 * Fills of a sequential, perceptually even scale: lightness falls in equal steps on a light page and rises on a dark one, from a faint yellow to a
 * deep red, and from a dim violet to a pale yellow. `hue` keeps one hue for all steps.
 */
export function heatFills(hue?: number): readonly Fill[] {
  return Array.from({ length: HEAT_LEVELS }, (_, level) => {
    const part = level / (HEAT_LEVELS - 1)
    return {
      name: `h${level}${hue === undefined ? '' : `-${Math.round(hue)}`}`,
      light: oklchHex(lightAt(part, hue)),
      dark: oklchHex(darkAt(part, hue)),
    }
  })
}

function lightAt(part: number, hue: number | undefined): { l: number; c: number; h: number } {
  return {
    l: 0.955 - 0.585 * part,
    c: hue === undefined ? 0.055 + 0.42 * part * (1 - part) + 0.075 * part : 0.03 + 0.5 * part * (1 - part),
    h: hue ?? 98 - 76 * part ** 0.72,
  }
}

function darkAt(part: number, hue: number | undefined): { l: number; c: number; h: number } {
  return {
    l: 0.285 + 0.665 * part,
    c: hue === undefined ? 0.07 + 0.42 * part * (1 - part) : 0.04 + 0.45 * part * (1 - part),
    h: hue ?? (325 + 135 * part ** 0.9) % 360,
  }
}

/** How counts become colours; each picture says which. */
export type ColourScale = 'linear' | 'log' | 'rank'

/**
 * Step of the scale for each count: -1 for nothing or missing. linear: in proportion to the count; log: to its logarithm; rank: to its place among all counts.
 * Counts of `top` and more get the last step. Shipped as text into pages, so it stands by itself.
 */
export function heatLevels(counts: ArrayLike<number>, scale: string, top: number, levels: number): Int8Array {
  const result = new Int8Array(counts.length).fill(-1)
  let sorted: Float64Array | undefined
  if (scale === 'rank') {
    const positive = new Set<number>()
    for (let i = 0; i < counts.length; i++) if (counts[i]! > 0) positive.add(counts[i]!)
    sorted = Float64Array.from(positive).sort()
  }
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i]!
    if (!(count > 0)) continue
    let part = 1
    if (sorted !== undefined) {
      let low = 0
      let high = sorted.length - 1
      while (low < high) {
        const middle = (low + high) >> 1
        if (sorted[middle]! < count) low = middle + 1
        else high = middle
      }
      part = sorted.length < 2 ? 1 : low / (sorted.length - 1)
    } else if (count < top) {
      part = scale === 'log' ? (top > 1 ? Math.log(Math.max(1, count)) / Math.log(top) : 1) : count / top
    }
    result[i] = Math.min(levels - 1, Math.max(0, Math.round(part * (levels - 1))))
  }
  return result
}
