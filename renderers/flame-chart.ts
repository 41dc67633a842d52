import type { SampleTable } from '../src/model/index.ts'
import { foldSamples } from '../src/ops/fold.ts'
import { totals } from '../src/ops/totals.ts'
import { profileLine, profileTitle, qualityNotes } from './captions.ts'
import { layoutChart } from './chart-layout.ts'
import { DEFAULT_MIN_WIDTH, drawWithin, kindLegend, kindLook, paletteFor, prunedNotes } from './flame.ts'
import type { FlameOptions } from './flame.ts'
import { DEFAULT_WIDTH, GEOMETRY, flamePicture } from './flame-picture.ts'
import type { Look, PictureText } from './flame-picture.ts'
import { formatValue } from './label.ts'
import type { Box } from './layout.ts'
import { fixed } from './svg.ts'

/**
 * An SVG document: samples in true time, a lane for each thread. Boxes are in seconds. Same samples and options, same bytes. Throws
 * BpfviewError E_NO_DATA when no sample has a time.
 */
export function flameChart(samples: SampleTable, options: FlameOptions = {}): string {
  const folded = foldSamples(samples)
  const palette = options.palette ?? paletteFor(folded)
  const width = options.width ?? DEFAULT_WIDTH
  const usable = width - 2 * GEOMETRY.pad
  const total = totals(folded.stacks, folded.self)
  const title = options.title ?? profileTitle(folded, 'Flame chart', total)
  const line = profileLine(folded, total)
  const warnings = qualityNotes(folded, total)
  return drawWithin(options.maxBytes ?? 3_000_000, (options.minWidth ?? DEFAULT_MIN_WIDTH) / usable, minShare => {
    const layout = layoutChart(samples, { minShare })
    const plain = kindLook({ stacks: layout.stacks }, palette)
    const look = (box: Box): Look => {
      if (box.depth > 0) return plain(box)
      const seen = `${formatValue((box.total - box.self) / layout.scale, 's')} of ${formatValue(box.total / layout.scale, 's')} seen`
      return { ...plain(box), detail: seen, data: { 'data-said': seen } }
    }
    const notes = prunedNotes(layout, minShare * usable, 's')
    if (layout.hiddenLanes > 0) notes.push(`${formatValue(layout.hiddenLanes, 'threads')} with fewest samples not drawn (${formatValue(layout.hiddenSamples, 'samples')})`)
    const words: PictureText = {
      title,
      subtitle: options.subtitle ?? `${formatValue(layout.total / layout.scale, 's')} from ${fixed(layout.origin, 6)} · ${formatValue(layout.lanes, 'threads')} · ${line}`,
      legend: kindLegend(layout, palette),
      warnings,
      notes,
    }
    return { layout, svg: flamePicture(layout, look, words, { ...options, inverted: options.inverted ?? true, value: { name: 'time', unit: 's' }, chart: layout }) }
  })
}
