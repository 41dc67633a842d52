import type { RunsDiff } from '../src/ops/diff-runs.ts'
import { boxesIn, drawWithin, prunedNotes } from './flame.ts'
import { DEFAULT_WIDTH, GEOMETRY, flamePicture } from './flame-picture.ts'
import type { LegendEntry, Look, PictureText } from './flame-picture.ts'
import { GONE, LESS, MORE, NEW, SAME, diffFill } from './diff-palette.ts'
import { diffLine, diffNoise, diffPair, diffPercent } from './diff-words.ts'
import { plainName } from './label.ts'
import { layoutStacks } from './layout.ts'
import type { Box } from './layout.ts'
import type { Theme } from './palette.ts'

/** What a frame's width stands for. `max` (the larger side) and `sum` keep what is gone in the picture. */
export type DiffWidth = 'before' | 'after' | 'max' | 'sum'

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
      subtitle: options.subtitle ?? `${diffLine(diff)} · width: ${WIDTH_WORDS[mode]}`,
      legend: LEGEND,
      warnings: diff.doubts.map(doubt => doubt.message),
      notes: [diffNoise(diff), ...prunedNotes(layout, layout.minShare * (pixels - 2 * GEOMETRY.pad), diff.diff.value.unit)],
    }
    const { title: _, subtitle: __, width: ___, minWidth: ____, pixels: _____, ...rest } = options
    return { layout, svg: () => flamePicture(layout, lookOf(diff), words, { ...rest, width: options.pixels, value: diff.diff.value }) }
  })
}

const WIDTH_WORDS: Readonly<Record<DiffWidth, string>> = { before: 'before (what is new has none)', after: 'after (what is gone has none)', max: 'the larger of before and after', sum: 'before and after together' }

const LEGEND: readonly LegendEntry[] = [
  { label: '▼ half or less to ▲ twice or more', fills: [...LESS.slice().reverse(), SAME, ...MORE] },
  { label: '+ new', fills: [NEW], hatch: 'new' },
  { label: '− gone', fills: [GONE], hatch: 'gone' },
  { label: 'same or within noise', fills: [SAME] },
]

function titleOf(diff: RunsDiff): string {
  const tasks = new Set<string>()
  const { stacks } = diff.diff
  for (let i = 1; i < stacks.parent.length && tasks.size < 3; i++) if (stacks.parent[i] === 0) tasks.add(stacks.frames.name[stacks.frame[i]!]!)
  return `${tasks.size <= 2 && tasks.size > 0 ? `${[...tasks].sort().join(' and ')}: ` : ''}before → after`
}

/** Own width of each row: so chosen that a row is never narrower than what stands on it. */
function widthColumn(diff: RunsDiff, mode: DiffWidth): Float64Array {
  const { before, after } = diff.diff
  switch (mode) {
    case 'before': return before
    case 'after': return after
    case 'max': return before.map((value, i) => Math.max(value, after[i]!))
    case 'sum': return before.map((value, i) => value + after[i]!)
  }
}

function lookOf(diff: RunsDiff): (box: Box) => Look {
  const { stacks, before, after } = diff.diff
  return ({ node }) => {
    const total = { before: diff.totalBefore[node]!, after: diff.totalAfter[node]! }
    const self = { before: before[node]!, after: after[node]! }
    const fill = diffFill(total.before, total.after, diff.certainty[node]!)
    const f = stacks.frame[node]!
    const name = f < 0 ? 'all' : plainName(stacks.frames.name[f]!)
    const percent = diffPercent(total)
    const line = `${diffPair(diff, total)}${percent === '' ? '' : `, ${percent}`}`
    const own = self.before === 0 && self.after === 0 ? '' : `self ${diffPair(diff, self)}`
    const mark = fill === NEW ? '+ ' : fill === GONE ? '− ' : MORE.includes(fill) ? '▲ ' : LESS.includes(fill) ? '▼ ' : ''
    return {
      fill, name, detail: own === '' ? line : `${line}; ${own}`,
      ...(f >= 0 && { module: stacks.frames.module[f]! }),
      ...(mark !== '' && { mark }),
      ...(fill === NEW && { hatch: 'new' as const }),
      ...(fill === GONE && { hatch: 'gone' as const }),
      data: { 'data-said': line, ...(own !== '' && { 'data-note': own }) },
    }
  }
}
