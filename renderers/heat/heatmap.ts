import { needFigures } from '../../src/model/arguments.ts'
import type { HeatFigure } from '../../src/ops/heat/heat.ts'
import { gridMax } from '../../src/ops/time/grid.ts'
import { cut } from '../markup/escape.ts'
import { FONT } from '../markup/font.ts'
import type { Fill } from '../markup/palette.ts'
import { PAGE } from '../markup/palette.ts'
import { el, fixed, text } from '../markup/svg.ts'
import { boldMeasure } from '../words/bold.ts'
import { fitLabel, textWidth, WIDTHS } from '../words/label.ts'
import { packRuns } from './client/pack.ts'
import { heatPolicy, heatScript } from './client-script.ts'
import type { ColourScale } from './colours.ts'
import { HEAT_LEVELS, heatFills } from './colours.ts'
import { legend } from './legend.ts'
import type { PanelLook } from './look.ts'
import { figureName, overallWords, rowsName, subtitleOf, titleOf } from './names.ts'
import type { HeatMapOptions } from './options.ts'
import { drawPanels } from './panel.ts'
import { hasLines } from './percentile.ts'
import { r } from './pixels.ts'
import { columnsOf, PAD, panelPlaces } from './places.ts'
import { heatStyle } from './style.ts'

export type { HeatMapOptions } from './options.ts'

/** What all figures of a picture are drawn with. */
type DocumentLook = Omit<PanelLook, 'index' | 'scale' | 'full'> & { readonly width: number }

/** An SVG document: heat maps one under the other. Same figures and options, same bytes. */
export function heatMap(figures: readonly HeatFigure[], options: HeatMapOptions = {}): string {
  needFigures(figures, 'heatMap')
  const theme = options.theme ?? 'auto'
  const fills = heatFills(options.hue)
  const look = documentLook(figures, options, fills)
  const { ink, width } = look
  const title = options.title ?? titleOf(figures)
  const body = drawTitle(title, options.subtitle ?? subtitleOf(figures), look)
  const data: unknown[] = []
  const toolsDiffer = figures.some(figure => figure.tool !== figures[0]!.tool)
  let [top, lines] = [68, false]
  figures.forEach((figure, index) => {
    if (figures.length > 1) {
      const name = toolsDiffer && figure.tool !== '' ? `${figure.tool}: ${figureName(figure)}` : figureName(figure)
      const heading = { x: PAD, y: top + 14, 'font-size': 14, 'font-weight': 600, fill: ink.ink }
      body.push(el('text', heading, text(fitLabel(name, width - 2 * PAD, boldMeasure(14)))))
      top += 24
    }
    const drawn = drawFigure(figure, index, top, look)
    body.push(...drawn.markup)
    data.push(drawn.data)
    top = drawn.bottom + 16
    lines ||= drawn.lines
  })
  const foot = drawFoot(figures, { top, lines }, look)
  const still = options.script === false
  const script = still
    ? []
    : [
        el(
          'metadata',
          { class: 'bv-data' },
          text(JSON.stringify({ levels: HEAT_LEVELS, fills: look.fills, figures: data })),
        ),
        heatScript(),
      ]
  const size = { width: fixed(width), height: fixed(foot.height) }
  const root = {
    xmlns: 'http://www.w3.org/2000/svg',
    class: `bpfview bv-heat bv-${theme}`,
    ...size,
    viewBox: `0 0 ${size.width} ${size.height}`,
    'font-family': options.font ?? FONT,
    'font-size': look.size,
  }
  const children = [
    el('title', {}, text(title)),
    ...(still ? [] : [heatPolicy()]),
    el('style', {}, heatStyle(fills, !still)),
    hatch(look),
    el('rect', { class: 'bv-page', ...size, fill: ink.page }),
    ...body,
    ...foot.markup,
    ...script,
  ]
  return `${el('svg', root, '\n', children.join('\n'), '\n')}\n`
}

function documentLook(figures: readonly HeatFigure[], options: HeatMapOptions, fills: readonly Fill[]): DocumentLook {
  const theme = options.theme === 'dark' ? 'dark' : 'light'
  const size = options.fontSize ?? 11.5
  const wanted =
    options.boxSize === undefined ? 0 : options.boxSize * Math.max(...figures.map(columnsOf)) + PAD + 66 + 64
  return {
    options,
    size,
    width: Math.max(options.width ?? (options.boxSize === undefined ? 1200 : Math.max(500, wanted)), 420),
    ink: PAGE[theme],
    fills: fills.map(fill => fill.name),
    colour: level => fills[level]![theme],
    measure: words => (textWidth(words, WIDTHS) * size) / 100,
    prefix: `bvh${hash(figures.map(figure => figure.name + figure.tool).join('\n') + (options.title ?? ''))}`,
  }
}

function drawTitle(title: string, subtitle: string, { ink, width }: DocumentLook): string[] {
  const usable = width - 2 * PAD
  return [
    el(
      'text',
      { x: PAD, y: 33, 'font-size': 20, 'font-weight': 600, fill: ink.ink },
      text(fitLabel(cut(title, 400), usable, boldMeasure(20))),
    ),
    el(
      'text',
      { class: 'bv-second', x: PAD, y: 53, 'font-size': 12, fill: ink.secondary },
      text(fitLabel(subtitle, usable, words => textWidth(words, WIDTHS) * 0.12)),
    ),
  ]
}

/** Legend and panels of one figure from `top` on, and what the script knows of them. */
function drawFigure(
  figure: HeatFigure,
  index: number,
  top: number,
  look: DocumentLook,
): { readonly markup: readonly string[]; readonly data: unknown; readonly bottom: number; readonly lines: boolean } {
  const { options, ink, width } = look
  const level = figure.cells === 'level'
  const scale: ColourScale = options.colours ?? (level || figure.y.scale === 'category' ? 'linear' : 'log')
  const most = Math.max(...figure.panels.map(panel => gridMax(panel.grid)))
  const full = options.saturate ?? (level && figure.value.unit === '%' ? 100 : most)
  // sizes of panels do not hang on where they stand
  const lines = panelPlaces(figure, top, width, options).places.some(place => hasLines(place, options))
  const legends = legend(figure, { ...look, scale, most, full, y: top, lines })
  const line = top + legends.lines * 18 + 4
  const { places, bottom } = panelPlaces(figure, line + 14, width, options)
  const shared = drawPanels(figure, places, { ...look, index, scale, full })
  const data = {
    unit: level ? figure.value.unit : 'events',
    cells: figure.cells,
    full,
    scale,
    bucketed: figure.bucketed,
    total: figure.panels.reduce((all, panel) => all + panel.total, 0),
    accumulate: options.accumulate === true,
    columns: shared.columns,
    rows: shared.rows,
    rowName: rowsName(figure, options),
    valueName: figure.value.name,
    overall: overallWords(figure),
    panels: places.map(({ panel, x, y, width, height }) => ({
      key: panel.key,
      at: [x, y, width, height].map(r),
      counts: packRuns(panel.grid.counts),
    })),
    x: shared.xs,
    y: shared.ys,
  }
  return { markup: [legends.markup, rule(line + 0.5, width, ink.line), ...shared.markup], data, bottom, lines }
}

/** The line that says what is under the pointer, percentiles at rest, and the keys. */
function drawFoot(
  figures: readonly HeatFigure[],
  { top, lines }: { readonly top: number; readonly lines: boolean },
  { options, ink, width, measure, size }: DocumentLook,
): { readonly markup: readonly string[]; readonly height: number } {
  const status = overallWords(figures[0]!)
  const keys =
    options.script === false ? '' : `arrow keys move · C colours${lines ? ' · P percentile' : ''} · Esc clears`
  // beside the status line where both have room
  const below = (measure(status) * 12) / size + measure(keys) + 20 > width - 2 * PAD ? 18 : 0
  const resting = { x: PAD, y: fixed(top + 11), fill: ink.secondary, 'font-size': 12 }
  const hint = { x: fixed(width - PAD), y: fixed(top + 11 + below), 'text-anchor': 'end', fill: ink.secondary }
  const markup = [
    rule(top - 5.5, width, ink.line),
    el('text', { class: 'bv-status bv-second', role: 'status', ...resting }, text(status)),
    ...(keys === '' ? [] : [el('text', { class: 'bv-keys bv-second', ...hint }, text(keys))]),
  ]
  return { markup, height: top + 22 + below }
}

function rule(y: number, width: number, stroke: string): string {
  return el('path', { class: 'bv-line', d: `M${PAD} ${fixed(y)}H${fixed(width - PAD)}`, stroke, fill: 'none' })
}

/** The pattern of what is missing. */
function hatch({ prefix, ink }: DocumentLook): string {
  const size = { width: 6, height: 6, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' }
  const line = { class: 'bv-hatch', d: 'M0 3H6', stroke: ink.hatch, 'stroke-width': 1, fill: 'none' }
  return el('defs', {}, el('pattern', { id: `${prefix}-missing`, ...size }, el('path', line)))
}

/** One offline HTML page around the same picture. */
export function heatMapPage(figures: readonly HeatFigure[], options: HeatMapOptions = {}): string {
  const svg = heatMap(figures, options)
  const dark = options.theme === 'dark'
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="${options.theme === 'light' ? 'light' : dark ? 'dark' : 'light dark'}">
<title>${text(options.title ?? titleOf(figures))}</title>
<style>body{margin:0;background:${dark ? PAGE.dark.page : PAGE.light.page};overflow-x:auto}${options.theme === undefined || options.theme === 'auto' ? `@media (prefers-color-scheme:dark){body{background:${PAGE.dark.page}}}` : ''}main svg{display:block;margin:0 auto}h1{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);margin:0}</style>
<main>
<h1>${text(options.title ?? titleOf(figures))}</h1>
${svg}</main>
</html>
`
}

function hash(content: string): string {
  let state = 0x811c9dc5
  for (let i = 0; i < content.length; i++) state = Math.imul(state ^ content.charCodeAt(i), 0x01000193)
  return (state >>> 0).toString(16).padStart(8, '0')
}
