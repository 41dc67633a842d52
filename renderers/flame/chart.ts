import { needDataset } from '../../src/model/arguments.ts'
import type { SampleTable } from '../../src/model/index.ts'
import { foldSamples } from '../../src/ops/stacks/fold.ts'
import { totals } from '../../src/ops/stacks/totals.ts'
import { fixed } from '../markup/svg.ts'
import { profileLine, profileTitle, qualityNotes } from '../words/captions.ts'
import { formatShare, formatValue } from '../words/numbers.ts'
import type { ChartLayout } from './chart-layout.ts'
import { chartTimes, layoutChart } from './chart-layout.ts'
import type { Drawing } from './fit-size.ts'
import { drawn, drawWithin } from './fit-size.ts'
import type { FlameOptions } from './flame.ts'
import { checkOptions, DEFAULT_MIN_WIDTH } from './flame.ts'
import { DEFAULT_WIDTH, GEOMETRY } from './geometry.ts'
import { kindLegend, kindLook, paletteFor } from './kind-look.ts'
import type { Look, PictureText } from './look.ts'
import { flamePicture } from './picture.ts'
import type { Box } from './stack-layout.ts'

/**
 * An SVG document: samples in true time, a lane for each thread. Boxes are in seconds. Same samples and options, same bytes. Throws
 * BpfviewError E_NO_DATA when no sample has a time, E_USAGE for options that are none.
 */
export function flameChart(samples: SampleTable, options: FlameOptions = {}): string {
  needDataset(samples, 'samples', 'flameChart')
  checkOptions(options)
  const folded = foldSamples(samples)
  const palette = options.palette ?? paletteFor(folded)
  const width = options.width ?? DEFAULT_WIDTH
  const usable = width - 2 * GEOMETRY.pad
  const total = totals(folded.stacks, folded.self)
  const title = options.title ?? profileTitle(folded, 'Flame chart', total)
  const line = profileLine(folded, total)
  const warnings = qualityNotes(folded, total)
  const times = chartTimes(samples)
  const draw = (minShare: number, rowsPerPixel: number): Drawing & { readonly layout: ChartLayout } => {
    const layout = layoutChart(times, { minShare, pixelShare: 1 / usable, rowsPerPixel })
    const plain = kindLook({ stacks: layout.stacks }, palette)
    const look = (box: Box): Look => {
      if (box.depth > 0) return plain(box)
      const seen = `${formatValue((box.total - box.self) / layout.scale, 's')} of ${formatValue(box.total / layout.scale, 's')} seen`
      return { ...plain(box), detail: seen, data: { 'data-said': seen } }
    }
    const notes: string[] = []
    if (layout.hiddenFrames > 0) {
      const limit = Number.isFinite(rowsPerPixel) ? ` or more than ${rowsPerPixel} rows deep for each px` : ''
      notes.push(
        `${formatValue(layout.hiddenFrames, 'frames')} under ${fixed(minShare * usable)} px${limit} hidden (in ${formatShare(layout.hidden, layout.seen)} of the time seen)`,
      )
    }
    if (layout.merged > 0)
      notes.push(
        `${formatValue(layout.merged, 'samples')} are shorter than a px: each px shows what took most of its time`,
      )
    if (times.hiddenThreads > 0)
      notes.push(
        `${formatValue(times.hiddenThreads, 'threads')} with fewest samples not drawn (${formatValue(times.hiddenSamples, 'samples')})`,
      )
    const words: PictureText = {
      title,
      subtitle:
        options.subtitle ??
        `${formatValue(layout.total / layout.scale, 's')} from ${fixed(times.origin, 6)} · ${formatValue(times.threads, 'threads')} · ${line}`,
      legend: kindLegend(layout, palette),
      warnings,
      notes,
    }
    return {
      layout,
      svg: () =>
        flamePicture(layout, look, words, {
          ...options,
          inverted: options.inverted ?? true,
          value: { name: 'time', unit: 's' },
          chart: layout,
        }),
    }
  }
  const maxBytes = options.maxBytes ?? 3_000_000
  const minShare = (options.minWidth ?? DEFAULT_MIN_WIDTH) / usable
  let rowsPerPixel = Infinity
  let drawing = draw(minShare, rowsPerPixel)
  let { text, length } = drawn(drawing, maxBytes)
  // samples are short and stacks deep: they lose their far ends before any sample goes unseen
  while (length > maxBytes && rowsPerPixel > 1) {
    rowsPerPixel = Math.min(
      rowsPerPixel - 1,
      rowsWithin(drawing.layout, 1 / usable, (drawing.layout.boxes.length * 0.93 * maxBytes) / length),
    )
    drawing = draw(minShare, rowsPerPixel)
    ;({ text, length } = drawn(drawing, maxBytes))
  }
  if (text !== undefined && length <= maxBytes) return text
  return drawWithin(maxBytes, minShare, share => draw(share, LEAST_ROWS))
}

/** Rows that the shortest sample keeps where short ones have to go unseen. */
const LEAST_ROWS = 4

/** How many rows deep a box may lie for each pixel of its width, when at most `keep` boxes are drawn; at least 1. */
function rowsWithin(layout: ChartLayout, pixelShare: number, keep: number): number {
  const needed = Float64Array.from(
    layout.boxes,
    box => box.depth / Math.max(1, box.total / (layout.total * pixelShare)),
  ).sort()
  // one less than the first box too many needs
  return Math.max(Math.ceil(needed[Math.floor(keep)] ?? Infinity) - 1, 1)
}
