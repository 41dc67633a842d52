import type { Theme } from '../markup/palette.ts'
import { oklchHex, type PAGE } from '../markup/palette.ts'
import type { Axis } from './axis.ts'
import type { Shape } from './shape.ts'

export const PAD = 16
/** Room left of a panel for the axis of counts. */
export const LEFT = 66
export const HUES = [255, 42, 148, 305, 200, 82] as const

export interface Frame {
  readonly width: number
  readonly ink: (typeof PAGE)[Theme]
  readonly dark: boolean
  readonly axis: Axis
  /** Counts on a log axis. */
  readonly log: boolean
}

/** Where one distribution is drawn. */
export interface Place {
  readonly x: number
  readonly y: number
  /** Width of the axis of values. */
  readonly room: number
  readonly height: number
}

export interface Drawn {
  readonly markup: readonly string[]
  readonly bottom: number
}

export function lineColour(hue: number, theme: Theme): string {
  return oklchHex(theme === 'light' ? { l: 0.58, c: 0.15, h: hue } : { l: 0.76, c: 0.13, h: hue })
}

/** Height of every bucket of a shape: counts where buckets are of one width on the axis, else counts per width, so that area is count. */
export function heights(shape: Shape, axis: Axis): { readonly values: Float64Array; readonly density: boolean } {
  const widths: number[] = []
  for (let j = 0; j < shape.counts.length; j++)
    if (shape.counts[j]! > 0) widths.push(axis.at(shape.edges[j + 1]!) - axis.at(shape.edges[j]!))
  const widest = widths.reduce((most, width) => Math.max(most, width), 1e-12)
  const even = widths.every(width => width > widest * 0.65)
  if (even || widths.length < 2) return { values: shape.counts, density: false }
  return {
    values: shape.counts.map((count, j) =>
      count > 0 ? count / Math.max(1e-9, (axis.at(shape.edges[j + 1]!) - axis.at(shape.edges[j]!)) / widest) : 0,
    ),
    density: true,
  }
}

/** Part of the axis that a count fills. On a log axis one event is a little above nothing. */
export function part(value: number, most: number, log: boolean): number {
  if (!(value > 0) || !(most > 0)) return 0
  if (!log) return value / most
  const floor = Math.min(0.5, most / 1e6 > 0.5 ? 0.5 : most / 1e4)
  return Math.max(0, Math.log(value / floor) / Math.log(most / floor))
}

export function maximum(values: Float64Array): number {
  let most = 0
  for (const value of values) if (value > most) most = value
  return most
}

/** Rounded to the hundredth. */
export function hundredth(value: number): number {
  return Math.round(value * 100) / 100
}
