/** What can be drawn of inputs, and the drawing of it: pages, each complete in itself. */
import { flameChart } from '../../../renderers/flame/chart.ts'
import { flameGraph } from '../../../renderers/flame/flame.ts'
import { heatMap } from '../../../renderers/heat/heatmap.ts'
import { histogramSvg } from '../../../renderers/histogram/svg.ts'
import { tableText } from '../../../renderers/listing/table.ts'
import { escapeXml } from '../../../renderers/markup/escape.ts'
import { svgPage } from '../../../renderers/markup/svg-page.ts'
import { doctorText } from '../../../renderers/report/doctor.ts'
import { viewPage } from '../../../renderers/view/page.ts'
import type { Dataset, Profile, SampleTable } from '../../model/datasets.ts'
import { BpfviewError } from '../../model/error.ts'
import { heatFigures } from '../../ops/heat/figures.ts'
import { doubtsOf } from '../../ops/report/doctor.ts'
import { foldSamples } from '../../ops/stacks/fold.ts'
import { mergeProfiles } from '../../ops/stacks/merge.ts'
import { withoutSchedulerFrames } from '../../ops/waits/scheduler-frames.ts'
import type { ReadInput } from './reading.ts'

const LABELS = {
  view: 'Explore',
  flame: 'Flame graph',
  chart: 'Flame chart',
  heat: 'Heat map',
  hist: 'Histograms',
  table: 'Table',
  doctor: 'Can it be trusted?',
} as const

export type PictureId = keyof typeof LABELS

export interface PictureChoice {
  readonly id: PictureId
  readonly label: string
}

/** A page, and what can be saved of it. */
export interface Drawn {
  readonly html: string
  /** The picture by itself, where there is one. */
  readonly svg: string | undefined
}

/** Rows of a table that a page shows. */
const MAX_ROWS = 5000

/** What these inputs can be drawn as, the best first. */
export function picturesOf(inputs: readonly ReadInput[]): PictureChoice[] {
  const datasets = all(inputs)
  const has = (kind: Dataset['kind']): boolean => datasets.some(dataset => dataset.kind === kind)
  const stacks = has('profile') || has('samples')
  const ids: PictureId[] = [
    ...(stacks ? (['view', 'flame'] as const) : []),
    ...(inputs.length === 1 && datasets.some(hasTimes) ? (['chart'] as const) : []),
    ...(has('histograms') ? (['hist'] as const) : []),
    ...(has('histograms') || has('events') ? (heatOf(datasets) === undefined ? [] : (['heat'] as const)) : []),
    ...(has('events') ? (['table'] as const) : []),
    'doctor',
  ]
  return ids.map(id => ({ id, label: LABELS[id] }))
}

/** Names of the events whose stacks can be drawn. */
export function eventsOf(inputs: readonly ReadInput[]): string[] {
  return [
    ...new Set(all(inputs).flatMap(each => (each.kind === 'profile' || each.kind === 'samples' ? [each.name] : []))),
  ]
}

/** One picture of the inputs; of stacks those of `event`, else of the first. Throws BpfviewError for what cannot be drawn. */
export function draw(id: PictureId, inputs: readonly ReadInput[], event: string | undefined): Drawn {
  const datasets = all(inputs)
  const title = inputs.length === 1 ? inputs[0]!.source : `${inputs.length} inputs`
  switch (id) {
    case 'view': {
      const timed = inputs.length === 1 ? samplesOf(datasets, event) : undefined
      const page = viewPage([{ label: '', data: timed ?? profileOf(datasets, event) }], { base64 })
      return { html: [...page].join(''), svg: undefined }
    }
    case 'flame':
      return picture(flameGraph(profileOf(datasets, event)), title)
    case 'chart':
      return picture(flameChart(samplesOf(datasets, event)!), title)
    case 'hist':
      return picture(histogramSvg(datasets.filter(each => each.kind === 'histograms')), title)
    case 'heat':
      return picture(heatMap(heatOf(datasets) ?? []), title)
    case 'table':
      return plain(
        title,
        [
          ...tableText(
            datasets.filter(each => each.kind === 'events'),
            MAX_ROWS,
          ),
        ].join(''),
      )
    case 'doctor': {
      const doubts = doubtsOf(inputs)
      return plain(title, doubts.length === 0 ? 'Nothing speaks against this input.' : doctorText(doubts))
    }
  }
}

function all(inputs: readonly ReadInput[]): Dataset[] {
  return inputs.flatMap(({ parsed }) => parsed.datasets)
}

/** undefined = nothing here has times and values. */
function heatOf(datasets: readonly Dataset[]): ReturnType<typeof heatFigures> | undefined {
  try {
    return heatFigures(datasets)
  } catch (error) {
    if (error instanceof BpfviewError) return undefined
    throw error
  }
}

function hasTimes(dataset: Dataset): boolean {
  return dataset.kind === 'samples' && dataset.time.some(time => Number.isFinite(time))
}

function samplesOf(datasets: readonly Dataset[], event: string | undefined): SampleTable | undefined {
  return datasets.find(
    (each): each is SampleTable => each.kind === 'samples' && (event === undefined || each.name === event),
  )
}

/** The stacks of an event, in its first value; of waiting without the scheduler's frames at the far end. */
function profileOf(datasets: readonly Dataset[], event: string | undefined): Profile {
  const profiles = datasets.flatMap(each =>
    each.kind === 'profile' ? [each] : each.kind === 'samples' ? [foldSamples(each)] : [],
  )
  const name = event ?? profiles[0]?.name
  const named = profiles.filter(each => each.name === name)
  if (named.length === 0) throw new BpfviewError('E_NO_DATA', 'no stacks; expected some')
  const merged = mergeProfiles(named.filter(each => each.value.name === named[0]!.value.name))
  return merged.measures === 'off-cpu' ? withoutSchedulerFrames(merged).profile : merged
}

function picture(svg: string, title: string): Drawn {
  return { html: svgPage(svg, title), svg }
}

function plain(title: string, text: string): Drawn {
  const html = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>${escapeXml(title)}</title>
<style>body{margin:16px}pre{font:13px/1.45 ui-monospace,monospace}</style>
<pre>${escapeXml(text)}</pre></html>
`
  return { html, svg: undefined }
}

/** Base64 of bytes, in pieces that a call can take as arguments. */
function base64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(text)
}
