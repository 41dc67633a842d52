/** The colours flamegraph.pl gives to a name, for pictures that have to equal its own. Behaviour as documented and run, not its code. */
export const FLAMEGRAPH_PALETTES = [
  'hot',
  'mem',
  'io',
  'wakeup',
  'chain',
  'java',
  'js',
  'perl',
  'red',
  'green',
  'blue',
  'aqua',
  'yellow',
  'purple',
  'orange',
] as const

/** How a colour is chosen: by the sum of a name's characters (default), by its first characters, or anew for each frame. */
export type Hashing = 'sum' | 'vector' | 'random'

/** Maker of `rgb(r,g,b)` for names; `random` draws come from a fixed seed, so that pictures repeat. */
export function colourOf(palette: string, hashing: Hashing): (name: string) => string {
  const random = drand48(1)
  return name => {
    const [v1, v2, v3] =
      hashing === 'vector'
        ? vector(name)
        : hashing === 'random'
          ? [random(), random(), random()]
          : same(perlRandom(codeSum(name)))
    return paint(hue(palette, name), v1, v2, v3)
  }
}

/** Colour of a change: white for none, towards red for more and blue for less, the other way round with `negate`. */
export function deltaColour(delta: number, largest: number, negate: boolean): string {
  const value = negate ? -delta : delta
  const faded = Math.trunc((210 * (largest - Math.abs(value))) / largest)
  return value > 0 ? `rgb(255,${faded},${faded})` : value < 0 ? `rgb(${faded},${faded},255)` : 'rgb(255,255,255)'
}

/** The two ends of the background; undefined for what is neither a name nor `#rrggbb`. */
export function background(name: string, palette: string): readonly [string, string] | undefined {
  const chosen =
    name !== ''
      ? name
      : palette === 'mem'
        ? 'green'
        : /^(?:io|wakeup|chain)$/.test(palette)
          ? 'blue'
          : SINGLE.has(palette)
            ? 'grey'
            : 'yellow'
  return BACKGROUNDS.get(chosen) ?? (/^#[0-9a-fA-F]{6}$/.test(chosen) ? [chosen, chosen] : undefined)
}

const BACKGROUNDS = new Map<string, readonly [string, string]>([
  ['yellow', ['#eeeeee', '#eeeeb0']],
  ['blue', ['#eeeeee', '#e0e0ff']],
  ['green', ['#eef2ee', '#e0ffe0']],
  ['grey', ['#f8f8f8', '#e8e8e8']],
])

interface Mix {
  readonly base: readonly [number, number, number]
  readonly span: readonly [number, number, number]
  readonly by?: readonly [number, number, number]
}

/** Lowest value and span of each channel; `by` says which of the three random numbers moves it. */
const SINGLE = new Map<string, Mix>([
  ['red', { base: [200, 50, 50], span: [55, 80, 80] }],
  ['green', { base: [50, 200, 50], span: [60, 55, 60] }],
  ['blue', { base: [80, 80, 205], span: [60, 60, 50] }],
  ['yellow', { base: [175, 175, 50], span: [55, 55, 20] }],
  ['purple', { base: [190, 80, 190], span: [65, 60, 65] }],
  ['aqua', { base: [50, 165, 165], span: [60, 55, 55] }],
  ['orange', { base: [190, 90, 0], span: [65, 65, 0] }],
])
const MIXES = new Map<string, Mix>([
  ...SINGLE,
  ['hot', { base: [205, 0, 0], span: [50, 230, 55], by: [2, 0, 1] }],
  ['mem', { base: [0, 190, 0], span: [0, 50, 210], by: [0, 1, 0] }],
  ['io', { base: [80, 80, 190], span: [60, 60, 55], by: [0, 0, 1] }],
])

function paint(mix: string, ...v: readonly [number, number, number]): string {
  const found = MIXES.get(mix)
  if (found === undefined) return 'rgb(0,0,0)'
  const channel = (i: 0 | 1 | 2): number => found.base[i] + Math.trunc(found.span[i] * v[found.by?.[i] ?? 0]!)
  return `rgb(${channel(0)},${channel(1)},${channel(2)})`
}

/** The single hue that a palette of several gives to a name; other palettes stay what they are. */
function hue(palette: string, name: string): string {
  switch (palette) {
    case 'wakeup':
      return 'aqua'
    case 'chain':
      return name.includes('_[w]') ? 'aqua' : 'blue'
    case 'java':
      if (name.endsWith('_[j]')) return 'green'
      if (name.endsWith('_[i]')) return 'aqua'
      if (/^L?(?:java|javax|jdk|net|org|com|io|sun)\//.test(name) || name.includes(':::')) return 'green'
      return name.includes('::') ? 'yellow' : name.endsWith('_[k]') ? 'orange' : 'red'
    case 'perl':
      if (name.includes('::')) return 'yellow'
      return name.includes('Perl') || name.includes('.pl') ? 'green' : name.endsWith('_[k]') ? 'orange' : 'red'
    case 'js': {
      if (name.endsWith('_[j]')) return name.includes('/') ? 'green' : 'aqua'
      if (name.includes('::')) return 'yellow'
      const slash = name.indexOf('/')
      if (slash >= 0 && name.includes('.js', slash)) return 'green'
      if (name.includes(':')) return 'aqua'
      return name === ' ' ? 'green' : name.includes('_[k]') ? 'orange' : 'red'
    }
    default:
      return palette
  }
}

/** Three characters weighted from the front, as 0..1, of the name and of the name read backwards. */
function vector(name: string): [number, number, number] {
  const back = weigh(Array.from(name).reverse().join(''))
  return [weigh(name), back, back]
}

function weigh(name: string): number {
  const tick = name.indexOf('`', 1)
  const points = Array.from(tick < 0 ? name : name.slice(tick + 1))
  let sum = 0
  let weight = 1
  let most = 1
  for (let i = 0; i < Math.min(3, points.length); i++) {
    sum += ((points[i]!.codePointAt(0)! % (10 + i)) / (9 + i)) * weight
    most += weight
    weight *= 0.7
  }
  return 1 - sum / most
}

/** First random number of a seed, as Perl's `srand(seed); rand(1)` gives it. */
export function perlRandom(seed: number): number {
  return drand48(seed)()
}

function codeSum(name: string): number {
  let sum = 0
  for (const char of name) sum += char.codePointAt(0)!
  return sum % 2 ** 32
}

function same(value: number): [number, number, number] {
  return [value, value, value]
}

/** The generator behind C's and Perl's rand: 48 bits, linear congruential. */
function drand48(seed: number): () => number {
  let state = (BigInt(seed) << 16n) + 0x330en
  return () => {
    state = BigInt.asUintN(48, state * 0x5deece66dn + 0xbn)
    return Number(state) / 2 ** 48
  }
}
