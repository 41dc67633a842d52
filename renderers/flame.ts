import { BpfviewError, FRAME_KINDS, ROOT, kindCode, quote } from '../src/model/index.ts'
import type { FrameKind, Profile, StackTree } from '../src/model/index.ts'
import { OFF_CPU, ON_CPU } from '../src/ops/hot-cold.ts'
import { reverseProfile } from '../src/ops/reverse.ts'
import { totals } from '../src/ops/totals.ts'
import { profileLine, profileTitle, qualityNotes } from './captions.ts'
import { DEFAULT_WIDTH, GEOMETRY, flamePicture } from './flame-picture.ts'
import type { LegendEntry, Look, PictureText } from './flame-picture.ts'
import { formatShare, formatValue, plainName } from './label.ts'
import { JUST_MORE, layoutStacks } from './layout.ts'
import type { Box, Layout } from './layout.ts'
import { PALETTES, kindFill, kindSwatch, shadeOf } from './palette.ts'
import type { Fill, PaletteName, Theme } from './palette.ts'
import { fixed } from './svg.ts'

export interface FlameOptions {
  readonly title?: string | undefined
  readonly subtitle?: string | undefined
  /** Fixed width in px; without it the picture is as wide as the window (1200 where no script runs). */
  readonly width?: number | undefined
  /** Frames narrower than this many px are left out, counted and said; default 0.3. */
  readonly minWidth?: number | undefined
  /** Root at the top: an icicle graph. */
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
  checkOptions(options)
  const profile = options.reverse === true ? reverseProfile(given) : given
  const palette = options.palette ?? paletteFor(profile)
  const look = isHotCold(profile) ? hotColdLook(profile, palette) : kindLook(profile, palette)
  const width = options.width ?? DEFAULT_WIDTH
  const total = totals(profile.stacks, profile.self)
  const title = options.title ?? profileTitle(given, `${whatIsShown(profile, palette)}${options.reverse === true ? ', callers of leaves' : ''}`, options.reverse === true ? totals(given.stacks, given.self) : total,
    { inputOrder: options.inputOrder === true, under: isHotCold(profile) ? 1 : 0 })
  const subtitle = options.subtitle ?? profileLine(profile, total)
  const warnings = qualityNotes(profile, total)
  const maxBytes = options.maxBytes ?? 3_000_000
  return drawWithin(maxBytes, (options.minWidth ?? DEFAULT_MIN_WIDTH) / (width - 2 * GEOMETRY.pad), minShare => {
    const layout = layoutStacks(profile.stacks, profile.self, {
      minShare, maxBoxes: boxesIn(maxBytes), totals: total, inputOrder: options.inputOrder === true && options.reverse !== true, ...(options.sort !== undefined && { sort: options.sort }),
    })
    const words: PictureText = {
      title,
      subtitle,
      legend: isHotCold(profile) ? hotColdLegend(profile, layout, palette) : kindLegend(layout, palette),
      warnings,
      notes: prunedNotes(layout, layout.minShare * (width - 2 * GEOMETRY.pad), profile.value.unit),
    }
    return { layout, svg: () => flamePicture(layout, look, words, { ...options, value: profile.value }) }
  })
}

/** Throws BpfviewError E_USAGE for sizes and palettes that are none: a program without types would get NaN in its picture. */
export function checkOptions({ width, minWidth, maxBytes, palette }: FlameOptions): void {
  const check = (name: string, value: unknown, right: boolean, expected: string): void => {
    if (value !== undefined && !right) throw new BpfviewError('E_USAGE', `${name} is ${quote(String(value))}; expected ${expected}`)
  }
  check('width', width, Number.isFinite(width) && width! >= 1, 'a number of pixels')
  check('minWidth', minWidth, Number.isFinite(minWidth) && minWidth! >= 0, 'a number of pixels')
  check('maxBytes', maxBytes, typeof maxBytes === 'number' && maxBytes > 0, 'a number of bytes')
  check('palette', palette, PALETTES.includes(palette!), `one of ${PALETTES.join(', ')}`)
}

/** A box takes at least so many bytes. */
const LEAST_BOX_BYTES = 100

/** How many boxes a picture of that many bytes can have at most: what has more is not even tried, because it may not fit into memory. */
export function boxesIn(maxBytes: number): number {
  return Math.ceil(maxBytes / LEAST_BOX_BYTES)
}

/** A picture that is laid out, and its text when that is asked for. */
export interface Drawing {
  readonly layout: Layout
  readonly svg: () => string
}

/** The text of a picture and its length; of one with too many boxes for `maxBytes` no text, and the length it has at least. */
export function drawn({ layout, svg }: Drawing, maxBytes: number): { readonly text: string | undefined, readonly length: number } {
  if (layout.boxes.length > boxesIn(maxBytes)) return { text: undefined, length: layout.boxes.length * LEAST_BOX_BYTES }
  const text = svg()
  return { text, length: text.length }
}

/** Draws with growing thresholds until the picture has at most `maxBytes` characters. */
export function drawWithin(maxBytes: number, minShare: number, draw: (minShare: number) => Drawing): string {
  let drawing = draw(minShare)
  let { text, length } = drawn(drawing, maxBytes)
  for (let round = 0; round < 12 && length > maxBytes && drawing.layout.boxes.length > 1; round++) {
    const { boxes, total } = drawing.layout
    const sizes = Float64Array.from(boxes, box => box.total).sort()
    const keep = Math.floor(sizes.length * Math.min(0.95, 0.93 * maxBytes / length))
    minShare = Math.max(sizes[sizes.length - 1 - keep]! / total * JUST_MORE, drawing.layout.minShare * 1.05)
    drawing = draw(minShare)
    ;({ text, length } = drawn(drawing, maxBytes))
  }
  return text ?? drawing.svg()
}

/** The palette that fits what a profile measures. */
export function paletteFor(profile: Profile): PaletteName {
  if (isHotCold(profile)) return 'cpu'
  const what = `${profile.name} ${profile.value.name} ${profile.meta.tool ?? ''}`
  if (/offwake/i.test(what) || profile.stacks.frames.kind.includes(kindCode('waker'))) return 'chain'
  if (/wakeup/i.test(what) || profile.name === 'blocked') return 'wakeup'
  if (/off-?cpu|blocked/i.test(what)) return 'off-cpu'
  if (/bytes|KiB|MiB/.test(profile.value.unit) || /alloc|leak|\bmem|page-?fault|brk|mmap/i.test(what)) return 'memory'
  return 'cpu'
}

const WHAT: Readonly<Record<PaletteName, string>> = {
  cpu: 'CPU profile', 'off-cpu': 'Off-CPU time', memory: 'Memory', wakeup: 'Time until woken, by waker', chain: 'Off-CPU time and who ended it', 'colour-blind': 'CPU profile',
}

function whatIsShown(profile: Profile, palette: PaletteName): string {
  if (isHotCold(profile)) return 'On- and off-CPU time'
  if (palette !== 'cpu' && palette !== 'colour-blind') return WHAT[palette]
  const event = profile.meta.event ?? profile.name
  if (/cycles|cpu-clock|task-clock|^profile|^99|sampl/i.test(`${event} ${profile.meta.tool ?? ''}`)) return 'CPU profile'
  return /^(?:|count|value|@)$/.test(event) ? 'Flame graph' : `Stacks of ${event}`
}

/** How the frames of a profile look when colour tells their kind. */
export function kindLook(profile: Pick<Profile, 'stacks'>, palette: PaletteName): (box: Box) => Look {
  const { frames, frame } = profile.stacks
  const memo = new Map<number, Look>()
  return box => {
    const f = frame[box.node]!
    const known = memo.get(f)
    if (known !== undefined) return known
    const made: Look = f < 0
      ? { fill: kindFill('task', 8, palette), name: 'all' }
      : { fill: kindFill(FRAME_KINDS[frames.kind[f]!]!, shadeOf(plainName(frames.name[f]!)), palette), name: plainName(frames.name[f]!), module: frames.module[f]! }
    memo.set(f, made)
    return made
  }
}

/** True for a profile that hotCold made. */
function isHotCold(profile: Profile): boolean {
  return profile.name === 'on- and off-CPU time'
}

/** Frames of the off-CPU part in the palette of off-CPU pictures, all others in theirs. */
function hotColdLook(profile: Profile, palette: PaletteName): (box: Box) => Look {
  const cold = offCpuNodes(profile.stacks)
  const hot = kindLook(profile, palette)
  const cool = kindLook(profile, 'off-cpu')
  return box => (cold[box.node] === 1 ? cool(box) : hot(box))
}

function offCpuNodes(stacks: StackTree): Uint8Array {
  const { parent, frame, frames } = stacks
  const cold = new Uint8Array(parent.length)
  for (let i = 1; i < cold.length; i++) cold[i] = parent[i] === ROOT ? Number(frames.name[frame[i]!] === OFF_CPU) : cold[parent[i]!]!
  return cold
}

function hotColdLegend(profile: Profile, layout: Layout, palette: PaletteName): LegendEntry[] {
  const { stacks, self } = profile
  const cold = offCpuNodes(stacks)
  let off = 0
  let on = 0
  for (let i = 0; i < self.length; i++) {
    if (cold[i] === 1) off += self[i]!
    else on += self[i]!
  }
  return [
    { label: `${ON_CPU}: ${formatValue(on, 's')}`, fills: [kindSwatch('user', palette), kindSwatch('kernel', palette)] },
    { label: `${OFF_CPU}: ${formatValue(off, 's')}`, fills: [kindSwatch('user', 'off-cpu'), kindSwatch('kernel', 'off-cpu')] },
    ...kindLegend(layout, palette).filter(({ label }) => label !== 'user' && label !== 'kernel'),
  ]
}

const KIND_LABELS: readonly (readonly [FrameKind, string])[] = [
  ['user', 'user'], ['kernel', 'kernel'], ['jit', 'JIT'], ['inline', 'inlined'], ['waker', 'waker'], ['unknown', 'no symbol'], ['marker', 'marker'],
]

/** Legend of the kinds that a layout shows. */
export function kindLegend(layout: Layout, palette: PaletteName): LegendEntry[] {
  const { frames, frame } = layout.stacks
  const seen = new Set<string>()
  for (const box of layout.boxes) if (frame[box.node]! >= 0) seen.add(FRAME_KINDS[frames.kind[frame[box.node]!]!]!)
  return KIND_LABELS.filter(([kind]) => seen.has(kind)).map(([kind, label]) => ({ label, fills: [legendFill(kind, palette)] }))
}

function legendFill(kind: FrameKind, palette: PaletteName): Fill {
  return kindSwatch(kind, palette)
}

/** What was not drawn, in words; empty when everything was. */
export function prunedNotes(layout: Layout, minWidth: number, unit: string): string[] {
  const notes: string[] = []
  if (layout.hiddenFrames > 0) {
    const values = formatValue(layout.hidden / layout.scale, unit)
    notes.push(`${formatValue(layout.hiddenFrames, 'frames')} under ${fixed(minWidth)} px hidden (${values}, ${formatShare(layout.hidden, layout.total)})`)
  }
  if (layout.deeper > 0) notes.push(`… ${layout.deeper} levels deeper not drawn`)
  return notes
}
