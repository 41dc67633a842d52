import { FRAME_KINDS } from '../src/model/index.ts'
import type { FrameKind } from '../src/model/index.ts'

/** A colour in OKLCH: lightness 0..1, chroma, hue in degrees. */
export interface Oklch {
  readonly l: number
  readonly c: number
  readonly h: number
}

/** A named fill of a picture with its colour on a light and on a dark page, as `#rrggbb`. One name always means one pair of colours. */
export interface Fill {
  readonly name: string
  readonly light: string
  readonly dark: string
}

/** What a flame graph's colours tell: where time is spent, where it is waited for, what is allocated, who woke whom. */
export const PALETTES = ['cpu', 'off-cpu', 'memory', 'wakeup', 'chain', 'colour-blind'] as const
export type PaletteName = (typeof PALETTES)[number]

interface Tone {
  readonly light: Oklch
  readonly dark: Oklch
}

/** Colours of the page, light and dark. */
export const PAGE = {
  light: { page: '#ffffff', ink: '#16191d', secondary: '#5b6470', line: '#e4e8ee', field: '#f1f3f7', accent: '#0b57d0', hatch: '#8a93a0' },
  dark: { page: '#14171c', ink: '#f4f6f9', secondary: '#9aa4b2', line: '#2a2f38', field: '#1d222a', accent: '#8ab4f8', hatch: '#6f7886' },
} as const
export type Theme = keyof typeof PAGE

/** Strokes over what is new and what is gone; a label on them reads as well as beside them. */
export const HATCHES: Readonly<Record<'new' | 'gone', Readonly<Record<Theme, string>>>> = {
  new: { light: '#d9774a', dark: '#2b0f05' }, gone: { light: '#6ba3f5', dark: '#2563eb' },
}

/** Shades of one kind: how far a name's hash moves lightness and hue. */
export const SHADES = 16
const LIGHTNESS_STEPS = [-0.045, -0.015, 0.015, 0.045] as const
const HUE_STEPS = [-7, -2.4, 2.4, 7] as const

function tone(h: number, c: number, light = 0.86, dark = 0.47): Tone {
  return { light: { l: light, c, h }, dark: { l: dark, c, h } }
}

const BASE: Readonly<Record<FrameKind, Tone>> = {
  user: tone(82, 0.115),
  kernel: tone(48, 0.125),
  jit: tone(148, 0.11),
  inline: tone(200, 0.075),
  waker: tone(305, 0.09),
  unknown: tone(255, 0, 0.87, 0.4),
  task: tone(255, 0.018, 0.9, 0.36),
  marker: tone(255, 0.008, 0.82, 0.43),
}

const CHANGES: Readonly<Record<PaletteName, Partial<Record<FrameKind, Tone>>>> = {
  cpu: {},
  'off-cpu': { user: tone(250, 0.09), kernel: tone(225, 0.09), jit: tone(205, 0.08), inline: tone(190, 0.06) },
  memory: { user: tone(165, 0.1), kernel: tone(185, 0.09), jit: tone(135, 0.1), inline: tone(200, 0.075) },
  wakeup: { user: tone(305, 0.09), kernel: tone(285, 0.09), jit: tone(325, 0.09), inline: tone(270, 0.07) },
  chain: { user: tone(250, 0.09), kernel: tone(225, 0.09), jit: tone(205, 0.08), inline: tone(190, 0.06) },
  // blue against yellow, and lightness where hue fails
  'colour-blind': {
    user: tone(95, 0.13, 0.92, 0.5), kernel: tone(60, 0.14, 0.745, 0.405), jit: tone(250, 0.1, 0.8, 0.47), inline: tone(225, 0.05, 0.925, 0.36),
    waker: tone(330, 0.12, 0.72, 0.38),
  },
}

const CODES: Readonly<Record<PaletteName, string>> = {
  cpu: '', 'off-cpu': 'off-', memory: 'mem-', wakeup: 'wake-', chain: 'off-', 'colour-blind': 'cb-',
}

/** The fill of a kind in one of its shades (0..SHADES-1). The name is the same in every picture that uses this colour. */
export function kindFill(kind: FrameKind, shade: number, palette: PaletteName = 'cpu'): Fill {
  const changed = CHANGES[palette][kind]
  const base = changed ?? BASE[kind]
  const plain = base.light.c < 0.03
  const lightness = LIGHTNESS_STEPS[shade % 4]! * (plain ? 0.5 : 1)
  const hue = plain ? 0 : HUE_STEPS[(shade >> 2) % 4]!
  const at = (colour: Oklch): string => oklchHex({ l: colour.l + lightness, c: colour.c, h: colour.h + hue })
  return { name: `${changed === undefined ? '' : CODES[palette]}${kind}${shade}`, light: at(base.light), dark: at(base.dark) }
}

/** The colour that stands for a kind in a legend. */
export function kindSwatch(kind: FrameKind, palette: PaletteName = 'cpu'): Fill {
  const changed = CHANGES[palette][kind]
  const base = changed ?? BASE[kind]
  return { name: `${changed === undefined ? '' : CODES[palette]}${kind}`, light: oklchHex(base.light), dark: oklchHex(base.dark) }
}

/** Every fill a palette can give, for tests and style sheets. */
export function paletteFills(palette: PaletteName): Fill[] {
  return FRAME_KINDS.flatMap(kind => Array.from({ length: SHADES }, (_, shade) => kindFill(kind, shade, palette)))
}

/** The shade of a name, 0..SHADES-1: the same in every picture (FNV-1a). */
export function shadeOf(name: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  hash ^= hash >>> 16
  return (hash >>> 0) % SHADES
}

/** `#rrggbb` of an OKLCH colour; what the screen cannot show loses chroma until it can, at the same lightness and hue. */
export function oklchHex(colour: Oklch): string {
  let low = 0
  let high = colour.c
  let rgb = linearRgb(colour.l, colour.c, colour.h)
  if (!displayable(rgb)) {
    for (let i = 0; i < 20; i++) {
      const middle = (low + high) / 2
      rgb = linearRgb(colour.l, middle, colour.h)
      if (displayable(rgb)) low = middle
      else high = middle
    }
    rgb = linearRgb(colour.l, low, colour.h)
  }
  return `#${rgb.map(channel => Math.round(gamma(Math.min(1, Math.max(0, channel))) * 255).toString(16).padStart(2, '0')).join('')}`
}

/** WCAG 2 contrast of two `#rrggbb` colours, 1..21. */
export function contrast(a: string, b: string): number {
  const first = luminance(a)
  const second = luminance(b)
  return (Math.max(first, second) + 0.05) / (Math.min(first, second) + 0.05)
}

/** Mixture of two `#rrggbb` colours, even to the eye (OKLab): 0 gives the first, 1 the second. */
export function mixColours(from: string, to: string, part: number): string {
  const a = oklab(from)
  const b = oklab(to)
  const [l, x, y] = [0, 1, 2].map(i => a[i]! + (b[i]! - a[i]!) * part) as [number, number, number]
  return oklchHex({ l, c: Math.hypot(x, y), h: Math.atan2(y, x) * 180 / Math.PI })
}

/** OKLab coordinates of a `#rrggbb` colour. */
export function oklab(hex: string): readonly [number, number, number] {
  const [r, g, b] = channels(hex)
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ]
}

/** Linear-light red, green and blue (0..1) of a `#rrggbb` colour. */
export function channels(hex: string): readonly [number, number, number] {
  const value = Number.parseInt(hex.slice(1), 16)
  return [linear(value >> 16), linear((value >> 8) & 255), linear(value & 255)]
}

function luminance(hex: string): number {
  const [r, g, b] = channels(hex)
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function linearRgb(lightness: number, chroma: number, hue: number): number[] {
  const angle = hue * Math.PI / 180
  const x = chroma * Math.cos(angle)
  const y = chroma * Math.sin(angle)
  const l = (lightness + 0.3963377774 * x + 0.2158037573 * y) ** 3
  const m = (lightness - 0.1055613458 * x - 0.0638541728 * y) ** 3
  const s = (lightness - 0.0894841775 * x - 1.291485548 * y) ** 3
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ]
}

function displayable(rgb: readonly number[]): boolean {
  return rgb.every(channel => channel > -0.0005 && channel < 1.0005)
}

function gamma(channel: number): number {
  return channel <= 0.0031308 ? 12.92 * channel : 1.055 * channel ** (1 / 2.4) - 0.055
}

function linear(byte: number): number {
  const channel = byte / 255
  return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
}
