import type { FrameKind } from '../../src/model/index.ts'
import { FRAME_KINDS } from '../../src/model/index.ts'
import { SHADES } from './shade.ts'

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
/** The name of a palette of flame graphs. */
export type PaletteName = (typeof PALETTES)[number]

/** Colours of the page, light and dark. */
export const PAGE = {
  light: {
    page: '#ffffff',
    ink: '#16191d',
    secondary: '#59626e',
    line: '#e1e5eb',
    field: '#f2f4f8',
    accent: '#0b57d0',
    chosen: '#e6eefc',
    doubt: '#8a5200',
    doubtField: '#fff3d9',
    hatch: '#8a93a0',
    none: '#f4f5f8',
  },
  dark: {
    page: '#14171c',
    ink: '#f4f6f9',
    secondary: '#9ea8b6',
    line: '#2b313a',
    field: '#1d222a',
    accent: '#8ab4f8',
    chosen: '#1e2b42',
    doubt: '#f2be6b',
    doubtField: '#332711',
    hatch: '#6f7886',
    none: '#1d222a',
  },
} as const
/** Words and marks of a change: more or worse, less or better. */
export const CHANGE_INK = {
  more: { light: '#a34000', dark: '#ffb27d' },
  less: { light: '#0b57d0', dark: '#8ab4f8' },
} as const

/** Light or dark. */
export type Theme = keyof typeof PAGE

/** Strokes over what is new and what is gone; a label on them reads as well as beside them. */
export const HATCHES: Readonly<Record<'new' | 'gone', Readonly<Record<Theme, string>>>> = {
  new: { light: '#d9774a', dark: '#2b0f05' },
  gone: { light: '#6ba3f5', dark: '#2563eb' },
}

type Pair = readonly [light: string, dark: string]

/** Kernel frames of stacks that wait. */
const WAITING: Pair = ['#a09fef', '#343087']
const AMBER: Pair = ['#f6dc94', '#816425']
const BLUE: Pair = ['#9dc5ff', '#2b5a9c']
const WAKER: Pair = ['#c674ac', '#661f5a']

/**
 * Any two of these are 0.08 or more apart in OKLab, in normal sight, deuteranopia and protanopia, and ink on any of them has a contrast of 4.5 or more: a test
 * measures both.
 */
const BASE: Readonly<Record<FrameKind, Pair>> = {
  user: AMBER,
  kernel: ['#ffa268', '#7e3009'],
  jit: BLUE,
  inline: ['#aaded6', '#3f7676'],
  waker: WAKER,
  unknown: ['#b5b5b5', '#535353'],
  task: ['#ecf2fb', '#1d2229'],
  marker: ['#938b6e', '#0a0c05'],
}

/** Stacks that wait, as against stacks that run. */
const COOL: Partial<Record<FrameKind, Pair>> = { user: BLUE, kernel: WAITING, jit: AMBER }

/** What a palette draws in other colours of the same set. */
const CHANGES: Readonly<Record<PaletteName, Partial<Record<FrameKind, Pair>>>> = {
  cpu: {},
  'off-cpu': COOL,
  memory: {},
  wakeup: { kernel: WAKER, waker: WAITING },
  chain: COOL,
  'colour-blind': {},
}

const CODES: Readonly<Record<PaletteName, string>> = {
  cpu: '',
  'off-cpu': 'off-',
  memory: '',
  wakeup: 'wake-',
  chain: 'off-',
  'colour-blind': '',
}

/** How far a name's hash moves the value of a colour. */
const STEPS = [-1, -0.35, 0.35, 1] as const
const SPREAD = 0.02
const PLAIN_SPREAD = 0.012

/** The fill of a kind in one of its shades (0..SHADES-1). The name is the same in every picture that uses this colour. */
export function kindFill(kind: FrameKind, shade: number, palette: PaletteName = 'cpu'): Fill {
  const { name, light, dark } = kindSwatch(kind, palette)
  const factor = 1 + STEPS[shade % SHADES]! * (kind === 'task' || kind === 'unknown' ? PLAIN_SPREAD : SPREAD)
  return { name: `${name}${shade}`, light: scaleValue(light, factor), dark: scaleValue(dark, factor) }
}

/** The colour that stands for a kind in a legend. */
export function kindSwatch(kind: FrameKind, palette: PaletteName = 'cpu'): Fill {
  const changed = CHANGES[palette][kind]
  const [light, dark] = changed ?? BASE[kind]
  return { name: `${changed === undefined ? '' : CODES[palette]}${kind}`, light, dark }
}

/** A colour with each channel times `factor`. */
function scaleValue(hex: string, factor: number): string {
  return `#${[1, 3, 5]
    .map(at => Math.min(255, Math.round(Number.parseInt(hex.slice(at, at + 2), 16) * factor)))
    .map(channel => channel.toString(16).padStart(2, '0'))
    .join('')}`
}

/** Every fill a palette can give, for tests and style sheets. */
export function paletteFills(palette: PaletteName): Fill[] {
  return FRAME_KINDS.flatMap(kind => Array.from({ length: SHADES }, (_, shade) => kindFill(kind, shade, palette)))
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
  return `#${rgb
    .map(channel =>
      Math.round(gamma(Math.min(1, Math.max(0, channel))) * 255)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`
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
  return oklchHex({ l, c: Math.hypot(x, y), h: (Math.atan2(y, x) * 180) / Math.PI })
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
  const angle = (hue * Math.PI) / 180
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
