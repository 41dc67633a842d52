import type { RunsDiff } from '../../src/ops/compare/diff-runs.ts'
import { stateOf } from '../../src/ops/compare/diff-runs.ts'
import { headline } from '../check/headline.ts'
import { boxesIn, drawWithin } from '../flame/fit-size.ts'
import { prunedNotes } from '../flame/flame.ts'
import { DEFAULT_WIDTH, GEOMETRY } from '../flame/geometry.ts'
import type { LegendEntry, Look, PictureText } from '../flame/look.ts'
import { flamePicture } from '../flame/picture.ts'
import type { Box } from '../flame/stack-layout.ts'
import { layoutStacks } from '../flame/stack-layout.ts'
import { cut } from '../markup/escape.ts'
import type { Theme } from '../markup/palette.ts'
import { plainName } from '../words/label.ts'
import { diffFill, GONE, LESS, MORE, NEW, SAME } from './palette.ts'
import { diffDelta, diffLine, diffNoise, diffPair, diffPercent, isBeyondNoise } from './words.ts'

/** What a frame's width stands for. `max` (the larger side) and `sum` keep what is gone in the picture. */
export type DiffWidth = 'before' | 'after' | 'max' | 'sum'

/** How a differential flame graph is drawn; widths in px. */
export interface DiffFlameOptions {
  readonly title?: string | undefined
  readonly subtitle?: string | undefined
  readonly width?: DiffWidth | undefined
  /** Width of the picture in px. */
  readonly pixels?: number | undefined
  readonly minWidth?: number | undefined
  readonly inverted?: boolean | undefined
  readonly script?: boolean | undefined
  readonly theme?: 'auto' | Theme | undefined
}

const MAX_BYTES = 3_000_000

/** An SVG document: one flame graph in which grown, shrunk, new and gone frames all stand in their place. Same diff, same bytes. */
export function diffFlame(diff: RunsDiff, options: DiffFlameOptions = {}): string {
  const mode = options.width ?? 'max'
  const widths = widthColumn(diff, mode)
  const pixels = options.pixels ?? DEFAULT_WIDTH
  return drawWithin(MAX_BYTES, (options.minWidth ?? 0.3) / (pixels - 2 * GEOMETRY.pad), minShare => {
    const layout = layoutStacks(diff.diff.stacks, widths, { minShare, maxBoxes: boxesIn(MAX_BYTES) })
    const words: PictureText = {
      title: options.title ?? titleOf(diff),
      subtitle: options.subtitle ?? subtitleOf(diff, mode),
      legend: LEGEND,
      warnings: diff.caveats.map(caveat => caveat.message),
      notes: [
        diffNoise(diff),
        ...prunedNotes(layout, layout.minShare * (pixels - 2 * GEOMETRY.pad), diff.diff.value.unit),
      ],
    }
    const { title: _, subtitle: __, width: ___, minWidth: ____, pixels: _____, ...rest } = options
    return {
      layout,
      svg: () => flamePicture(layout, lookOf(diff), words, { ...rest, width: options.pixels, value: diff.diff.value }),
    }
  })
}

const WIDTH_WORDS: Readonly<Record<DiffWidth, string>> = {
  before: 'before (what is new has none)',
  after: 'after (what is gone has none)',
  max: 'the larger of before and after',
  sum: 'before and after together',
}

const LEGEND: readonly LegendEntry[] = [
  { label: '▼ half or less to ▲ twice or more', fills: [...LESS.slice().reverse(), SAME, ...MORE] },
  { label: '+ new', fills: [NEW], hatch: 'new' },
  { label: '− gone', fills: [GONE], hatch: 'gone' },
  { label: 'same or within noise', fills: [SAME] },
]

function titleOf(diff: RunsDiff): string {
  const tasks = new Set<string>()
  const { stacks } = diff.diff
  for (let i = 1; i < stacks.parent.length && tasks.size < 3; i++)
    if (stacks.parent[i] === 0) tasks.add(stacks.frames.name[stacks.frame[i]!]!)
  return `${tasks.size <= 2 && tasks.size > 0 ? `${[...tasks].sort().join(' and ')}: ` : ''}before → after`
}

/** The verdict and its causes first, then what was compared. */
function subtitleOf(diff: RunsDiff, mode: DiffWidth): string {
  const verdict = diff.comparison === undefined ? [] : [headline(diff.comparison, name => cut(plainName(name), 80))]
  return [...verdict, diffLine(diff), `width: ${WIDTH_WORDS[mode]}`].join(' · ')
}

/** Own width of each row: so chosen that a row is never narrower than what stands on it. */
function widthColumn(diff: RunsDiff, mode: DiffWidth): Float64Array {
  const { before, after } = diff.diff
  switch (mode) {
    case 'before':
      return before
    case 'after':
      return after
    case 'max':
      return before.map((value, i) => Math.max(value, after[i]!))
    case 'sum':
      return before.map((value, i) => value + after[i]!)
  }
}

function lookOf(diff: RunsDiff): (box: Box) => Look {
  const { stacks, before, after } = diff.diff
  const loud = new Set(diff.changedFunctions.filter(mover => isBeyondNoise(diff, mover)).map(keyOf))
  // without tests nothing is known of functions
  const tested = diff.comparison !== undefined
  const isLoud = (f: number): boolean =>
    !tested || (f >= 0 && loud.has(keyOf({ name: stacks.frames.name[f]!, module: stacks.frames.module[f]! })))
  return ({ node }) => {
    const total = { before: diff.totalBefore[node]!, after: diff.totalAfter[node]! }
    const self = { before: before[node]!, after: after[node]! }
    const f = stacks.frame[node]!
    const fill = isLoud(f) ? diffFill(total.before, total.after, diff.certainty[node]!) : SAME
    const name = f < 0 ? 'all' : plainName(stacks.frames.name[f]!)
    const percent = diffPercent(total)
    const line = `${diffPair(diff, total)}${percent === '' ? '' : `, ${percent}`}`
    const own = self.before === 0 && self.after === 0 ? '' : `self ${diffPair(diff, self)}`
    const state = stateOf(total.before, total.after)
    const mark =
      state === 'new' ? '+ ' : state === 'gone' ? '− ' : MORE.includes(fill) ? '▲ ' : LESS.includes(fill) ? '▼ ' : ''
    return {
      fill,
      name,
      detail: own === '' ? line : `${line}; ${own}`,
      ...(f >= 0 && { module: stacks.frames.module[f]! }),
      ...(mark !== '' && { mark }),
      ...(fill !== SAME && { tail: ` ${diffDelta(diff, total)}` }),
      ...(fill === NEW && { hatch: 'new' as const }),
      ...(fill === GONE && { hatch: 'gone' as const }),
      data: { 'data-said': line, ...(own !== '' && { 'data-note': own }) },
    }
  }
}

function keyOf({ name, module }: { readonly name: string; readonly module: string }): string {
  return `${name}\0${module}`
}
