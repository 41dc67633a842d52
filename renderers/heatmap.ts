import { unitFact } from '../src/model/index.ts'
import type { HeatFigure, HeatLine, HeatPanel, HeatQuantile } from '../src/ops/heat.ts'
import { gridMax } from '../src/ops/grid.ts'
import { cut } from './escape.ts'
import { edgePlaces, grouped, isClock, rangeWords, rowTicks, timeTicks, timeWords } from './heat-axis.ts'
import { HEAT_LEVELS, heatFills, heatLevels } from './heat-colours.ts'
import type { ColourScale } from './heat-colours.ts'
import { packRuns } from './heat-pack.ts'
import { heatScript } from './heat-script.ts'
import { heatStyle } from './heat-style.ts'
import { WIDTHS, fitLabel, fitLine, formatShare, formatValue, textWidth } from './label.ts'
import { PAGE } from './palette.ts'
import type { Theme } from './palette.ts'
import { el, fixed, text } from './svg.ts'

export interface HeatMapOptions {
  readonly title?: string | undefined
  readonly subtitle?: string | undefined
  readonly width?: number | undefined
  /** How counts become colours; default log for counts, linear for levels. */
  readonly colours?: ColourScale | undefined
  /** Cells with this much or more get the deepest colour; default: the greatest cell. */
  readonly saturate?: number | undefined
  /** One hue (degrees) in the place of yellow to red. */
  readonly hue?: number | undefined
  /** Percentile lines; default true where there are any. */
  readonly lines?: boolean | undefined
  readonly script?: boolean | undefined
  readonly theme?: 'auto' | Theme | undefined
  /** Hairlines between cells. */
  readonly gridLines?: boolean | undefined
  /** Size of a cell in px: the picture is as large as its cells need. */
  readonly boxSize?: number | undefined
  /** Hover text also says how many events of its column, and of all, are in this row or below. */
  readonly accumulate?: boolean | undefined
  /** What the rows' values are called, in the place of the column's name. */
  readonly rowsLabel?: string | undefined
  readonly font?: string | undefined
  readonly fontSize?: number | undefined
}

const PAD = 16
const FONT = '-apple-system, "Segoe UI", Inter, Roboto, "Helvetica Neue", Arial, sans-serif'
/** Above this many cells they are drawn as one path per colour. */
const MAX_RECTS = 30_000

interface Place {
  readonly panel: HeatPanel
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** An SVG document: heat maps one under the other. Same figures and options, same bytes. */
export function heatMap(figures: readonly HeatFigure[], options: HeatMapOptions = {}): string {
  const theme = options.theme ?? 'auto'
  const ink = PAGE[theme === 'dark' ? 'dark' : 'light']
  const size = options.fontSize ?? 11.5
  const font = options.font ?? FONT
  const fills = heatFills(options.hue)
  const colour = (level: number): string => fills[level]![theme === 'dark' ? 'dark' : 'light']
  const wanted = options.boxSize === undefined ? 0 : options.boxSize * Math.max(...figures.map(columnsOf)) + PAD + 66 + 64
  const width = Math.max(options.width ?? (options.boxSize === undefined ? 1200 : Math.max(500, wanted)), 420)
  const usable = width - 2 * PAD
  const measure = (words: string): number => textWidth(words, WIDTHS) * size / 100
  const prefix = `bvh${hash(figures.map(figure => figure.name + figure.tool).join('\n') + (options.title ?? ''))}`
  const body: string[] = []
  const data: unknown[] = []

  const title = options.title ?? titleOf(figures)
  body.push(el('text', { x: PAD, y: 33, 'font-size': 20, 'font-weight': 600, fill: ink.ink }, text(fitLabel(cut(title, 400), usable, words => textWidth(words, WIDTHS) * 0.215))))
  const subtitle = options.subtitle ?? subtitleOf(figures)
  body.push(el('text', { class: 'bv-second', x: PAD, y: 53, 'font-size': 12, fill: ink.secondary }, text(fitLabel(subtitle, usable, words => textWidth(words, WIDTHS) * 0.12))))

  let top = 68
  figures.forEach((figure, index) => {
    const scale: ColourScale = options.colours ?? (figure.cells === 'level' || figure.y.scale === 'category' ? 'linear' : 'log')
    const most = Math.max(...figure.panels.map(panel => gridMax(panel.grid)))
    const full = options.saturate ?? (figure.cells === 'level' && figure.value.unit === '%' ? 100 : most)
    const unit = figure.cells === 'level' ? figure.value.unit : 'events'
    if (figures.length > 1) {
      body.push(el('text', { x: PAD, y: top + 14, 'font-size': 14, 'font-weight': 600, fill: ink.ink }, text(fitLabel(figureName(figure), usable, words => textWidth(words, WIDTHS) * 0.15))))
      top += 24
    }
    const legends = legend(figure, { scale, most, full, y: top, width, ink, fills: fills.map(fill => fill.name), colour, measure, prefix })
    body.push(legends.markup)
    top += legends.lines * 18 + 4
    body.push(el('path', { class: 'bv-line', d: `M${PAD} ${fixed(top + 0.5)}H${fixed(width - PAD)}`, stroke: ink.line, fill: 'none' }))
    const { places, bottom } = panelPlaces(figure, top + 14, width, options)
    const shared = drawPanels(figure, places, { index, scale, full, ink, size, measure, prefix, colour, fills: fills.map(fill => fill.name), options })
    body.push(...shared.markup)
    data.push({
      unit, cells: figure.cells, full, scale, bucketed: figure.bucketed, total: figure.panels.reduce((all, panel) => all + panel.total, 0), accumulate: options.accumulate === true,
      columns: shared.columns, rows: shared.rows, rowName: rowsName(figure, options), valueName: figure.value.name, overall: overallWords(figure),
      panels: figure.panels.map((panel, p) => ({ key: panel.key, at: [places[p]!.x, places[p]!.y, places[p]!.width, places[p]!.height].map(r), counts: packRuns(panel.grid.counts) })),
      x: shared.xs, y: shared.ys,
    })
    top = bottom + 16
  })
  const status = overallWords(figures[0]!)
  const lines = options.lines !== false && figures.some(figure => figure.panels.some(panel => panel.lines.length > 0))
  const keys = options.script === false ? '' : `arrow keys move · C colours${lines ? ' · P percentiles' : ''} · Esc clears`
  // beside the status line where both have room
  const below = measure(status) * 12 / size + measure(keys) + 20 > usable ? 18 : 0
  const height = top + 22 + below
  body.push(el('path', { class: 'bv-line', d: `M${PAD} ${fixed(top - 5.5)}H${fixed(width - PAD)}`, stroke: ink.line, fill: 'none' }))
  body.push(el('text', { class: 'bv-status bv-second', role: 'status', x: PAD, y: fixed(top + 11), fill: ink.secondary, 'font-size': 12 }, text(status)))
  if (keys !== '') body.push(el('text', { class: 'bv-keys bv-second', x: fixed(width - PAD), y: fixed(top + 11 + below), 'text-anchor': 'end', fill: ink.secondary }, text(keys)))
  const defs = el('defs', {}, el('pattern', { id: `${prefix}-missing`, width: 6, height: 6, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
    el('path', { class: 'bv-hatch', d: 'M0 3H6', stroke: ink.hatch, 'stroke-width': 1, fill: 'none' })))
  const interactive = options.script === false ? [] : [el('metadata', { class: 'bv-data' }, text(JSON.stringify({ levels: HEAT_LEVELS, fills: fills.map(fill => fill.name), figures: data }))), heatScript()]
  return el('svg', {
    xmlns: 'http://www.w3.org/2000/svg', class: `bpfview bv-heat bv-${theme}`, width: fixed(width), height: fixed(height), viewBox: `0 0 ${fixed(width)} ${fixed(height)}`, 'font-family': font, 'font-size': size,
  }, '\n', [el('title', {}, text(title)), el('style', {}, heatStyle(fills, options.script !== false)), defs, el('rect', { class: 'bv-page', width: fixed(width), height: fixed(height), fill: ink.page }), ...body, ...interactive].join('\n'), '\n') + '\n'
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

function columnsOf(figure: HeatFigure): number {
  return figure.panels[0]!.grid.x.length - 1
}

function rowsOf(figure: HeatFigure): number {
  return figure.panels[0]!.grid.y.length - 1
}

function figureName(figure: HeatFigure): string {
  if (figure.cells === 'level') return `${figure.value.name} by CPU over time`
  if (figure.y.scale === 'category') return `${figure.name} by ${figure.y.name} over time`
  const name = figure.name === figure.tool && unitFact(figure.y.unit).dimension === 'time' ? 'latency' : plainLabel(figure.name)
  return name === '' ? 'distribution over time' : `${name} over time`
}

function titleOf(figures: readonly HeatFigure[]): string {
  const first = figures[0]!
  const name = figures.length === 1 ? figureName(first) : 'heat maps'
  const words = first.tool === '' ? name : `${first.tool}: ${name}`
  return first.tool === '' ? words.slice(0, 1).toUpperCase() + words.slice(1) : words
}

function subtitleOf(figures: readonly HeatFigure[]): string {
  const [first] = figures as [HeatFigure]
  const { x } = first.panels[0]!.grid
  const [low, high] = [x[0]!, x[x.length - 1]!]
  const total = first.panels.reduce((all, panel) => all + panel.total, 0)
  const widths = Array.from(x.slice(1), (edge, i) => edge - x[i]!).sort((a, b) => a - b)
  const step = Number(widths[widths.length >> 1]!.toPrecision(6))
  const facts = [formatValue(total, first.cells === 'level' ? 'readings' : first.value.name)]
  if (first.x.unit === '') facts.push(formatValue(x.length - 1, 'intervals'))
  else {
    facts.push(formatValue(Number((high - low).toPrecision(9)), 's'), `columns of ${formatValue(step, 's')}`)
    if (isClock(first.x.unit)) facts.push(timeWords(low, high, first.x.unit))
  }
  if (first.split !== '') facts.push(`${formatValue(first.panels.length, 'panels')} by ${first.split}`)
  facts.push(...figures.flatMap(figure => figure.notes))
  return facts.join(' · ')
}

function rowsName(figure: HeatFigure, options: HeatMapOptions): string {
  if (figure.name === figure.tool && figure.y.scale !== 'category') return options.rowsLabel ?? (unitFact(figure.y.unit).dimension === 'time' ? 'latency' : figure.y.name)
  return options.rowsLabel ?? plainLabel(figure.y.name)
}

/** What people call a column: `LAT(ms)` is latency. */
function plainLabel(name: string): string {
  return /^lat(ency)?\s*(\(?[mun]?s\)?)?$/i.test(name) ? 'latency' : name
}

function quantileWords(quantile: HeatQuantile, unit: string): string {
  return quantile.low === quantile.high ? formatValue(Number(quantile.value.toPrecision(4)), unit) : rangeWords(quantile.low, quantile.high, unit)
}

function overallWords(figure: HeatFigure): string {
  if (figure.panels.length !== 1) return ''
  return figure.panels[0]!.lines.filter(line => !Number.isNaN(line.overall.value)).map(line => `${line.name} ${quantileWords(line.overall, figure.y.unit)}`).join(' · ')
}

interface LegendLook {
  readonly scale: ColourScale
  readonly most: number
  readonly full: number
  readonly y: number
  readonly width: number
  readonly ink: (typeof PAGE)[Theme]
  readonly fills: readonly string[]
  readonly colour: (level: number) => string
  readonly measure: (words: string) => number
  readonly prefix: string
}

/** The scale in words and colours at the left, what is not drawn at the right, or on a line of its own. */
function legend(figure: HeatFigure, look: LegendLook): { readonly markup: string, readonly lines: number } {
  const { y, ink, measure } = look
  const parts: string[] = []
  let x = PAD
  const say = (words: string, gap = 8): void => {
    parts.push(el('text', { class: 'bv-second', x: r(x), y: y + 10.5, fill: ink.secondary }, text(words)))
    x += measure(words) + gap
  }
  const level = figure.cells === 'level'
  say(level ? formatValue(0, figure.value.unit) : '1', 6)
  look.fills.forEach((name, i) => {
    parts.push(el('rect', { class: `bv-${name}`, x: r(x), y, width: 7, height: 12, fill: look.colour(i), 'shape-rendering': 'crispEdges' }))
    x += 7
  })
  x += 6
  const more = look.full < look.most ? ' and more' : ''
  const words = `${level ? formatValue(Number(look.full.toPrecision(4)), figure.value.unit) : formatValue(look.full, '')}${more} ${level ? figure.value.name : `${look.full === 1 ? figure.value.name.replace(/s$/, '') : figure.value.name} in a cell`} · `
  parts.push(el('text', { class: 'bv-second', x: r(x), y: y + 10.5, fill: ink.secondary }, text(words), el('tspan', { class: 'bv-scale' }, text(scaleWords(look.scale)))))
  x += measure(words + scaleWords('rank')) * 0.93 + 14
  if (!level) {
    parts.push(el('rect', { class: 'bv-none bv-line', x: r(x), y: y + 0.5, width: 15, height: 11, fill: ink.field, stroke: ink.line }))
    x += 21
    say('none', 18)
  }
  if (figure.panels.some(panel => panel.grid.counts.some(cell => Number.isNaN(cell)))) {
    parts.push(el('rect', { x: r(x), y: y + 0.5, width: 15, height: 11, fill: `url(#${look.prefix}-missing)` }))
    x += 21
    say('missing', 18)
  }
  if (figure.bucketed && figure.panels.some(panel => panel.lines.length > 0)) say('percentiles lie somewhere in the bucket their line crosses')
  const left = figure.exclusions.map(({ reason, count }) => `${formatValue(count, '')}: ${reason}`)
  if (left.length === 0) return { markup: el('g', { class: 'bv-legend' }, ...parts), lines: 1 }
  const omitted = `⚠ not drawn: ${left.join(' · ')}`
  const beside = measure(omitted) <= look.width - PAD - x - 10
  parts.push(el('text', {
    class: 'bv-second bv-excluded', x: fixed(beside ? look.width - PAD : PAD), y: y + (beside ? 10.5 : 28.5), 'text-anchor': beside ? 'end' : undefined, fill: ink.secondary,
  }, text(beside ? omitted : fitLine(omitted, look.width - 2 * PAD, measure))))
  return { markup: el('g', { class: 'bv-legend' }, ...parts), lines: beside ? 1 : 2 }
}

/** What a colour scale is called in pictures. */
export function scaleWords(scale: string): string {
  return scale === 'log' ? 'log colours' : scale === 'rank' ? 'colours by rank' : 'linear colours'
}

const LEFT = 66
const RIGHT = 64

function panelPlaces(figure: HeatFigure, top: number, width: number, options: HeatMapOptions): { readonly places: readonly Place[], readonly bottom: number } {
  const count = figure.panels.length
  const across = options.boxSize !== undefined || count <= 3 ? 1 : count <= 6 ? 2 : 3
  const cell = (width - PAD * 2) / across
  const rows = rowsOf(figure)
  const head = count > 1 || figure.panels[0]!.key !== '' ? 20 : 0
  const each = options.boxSize !== undefined ? rows * options.boxSize
    : figure.y.scale === 'category' ? Math.min(620, Math.max(count > 1 ? 60 : 120, rows * (rows > 40 ? 9 : 22)))
    : count > 1 ? (across === 1 ? 230 : 190) : Math.min(460, Math.max(300, rows * 24))
  const places = figure.panels.map((panel, i): Place => ({
    panel, x: PAD + (i % across) * cell + LEFT, y: top + head + Math.floor(i / across) * (each + head + 46), width: cell - LEFT - (panel.lines.length > 0 ? RIGHT : 22), height: each,
  }))
  return { places, bottom: top + Math.ceil(count / across) * (each + head + 46) }
}

interface PanelLook {
  readonly index: number
  readonly scale: ColourScale
  readonly full: number
  readonly ink: (typeof PAGE)[Theme]
  readonly size: number
  readonly measure: (words: string) => number
  readonly prefix: string
  readonly fills: readonly string[]
  readonly colour: (level: number) => string
  readonly options: HeatMapOptions
}

interface Drawn {
  readonly markup: readonly string[]
  /** Words for columns and rows, and the places (0..1) of their edges, for the script. */
  readonly columns: readonly string[]
  readonly rows: readonly string[]
  readonly xs: readonly number[]
  readonly ys: readonly number[]
}

function drawPanels(figure: HeatFigure, places: readonly Place[], look: PanelLook): Drawn {
  const { x: xEdges, y: yEdges } = figure.panels[0]!.grid
  const span = xEdges[xEdges.length - 1]! - xEdges[0]!
  const xs = Array.from(xEdges, edge => (edge - xEdges[0]!) / span)
  const ys = Array.from(edgePlaces(yEdges, figure.y.scale))
  const columns = xs.slice(1).map((_, c) => timeWords(xEdges[c]!, xEdges[c + 1]!, figure.x.unit))
  const rows = ys.slice(1).map((_, i) => (figure.y.scale === 'category' ? `${figure.y.name} ${figure.y.labels?.[i] ?? i}` : rangeWords(yEdges[i]!, yEdges[i + 1]!, figure.y.unit)))
  const markup = places.map((place, p) => drawPanel(figure, place, p, { ...look, xs, ys, columns, rows }))
  return { markup, columns, rows, xs: xs.map(value => Number(value.toFixed(6))), ys: ys.map(value => Number(value.toFixed(6))) }
}

function drawPanel(figure: HeatFigure, place: Place, index: number, look: PanelLook & { readonly xs: readonly number[], readonly ys: readonly number[], readonly columns: readonly string[], readonly rows: readonly string[] }): string {
  const { panel, x, y, width, height } = place
  const { ink, xs, ys, options } = look
  const { counts } = panel.grid
  const rows = ys.length - 1
  const level = figure.cells === 'level'
  const px = xs.map(at => r(x + at * width))
  const py = ys.map(at => r(y + (1 - at) * height))
  const levels = heatLevels(level ? counts.map(value => (value >= 0 ? Math.max(value, 1e-300) : value)) : counts, look.scale, look.full, HEAT_LEVELS)
  const parts: string[] = []
  if (panel.key !== '' || figure.panels.length > 1) {
    const name = panel.key === '' ? '(empty)' : panel.key
    const words = fitLabel(cut(name, 200), width - 130, words => textWidth(words, WIDTHS) * 0.13)
    parts.push(el('text', { x: r(x), y: y - 7, 'font-size': 12.5, 'font-weight': 600, fill: ink.ink }, text(words)))
    parts.push(el('text', { class: 'bv-second', x: r(x + width), y: y - 7, 'text-anchor': 'end', fill: ink.secondary }, text(formatValue(panel.total, level ? 'readings' : figure.value.unit))))
  }
  parts.push(el('rect', { class: 'bv-none', x: r(x), y, width: r(width), height, fill: ink.field }))
  for (const rect of missingRects(counts, rows, px, y, height, look.prefix)) parts.push(rect)
  parts.push(cells(figure, panel, levels, px, py, look))
  if (options.gridLines === true) {
    const lines = `${px.map(at => `M${fixed(at)} ${fixed(y)}v${fixed(height)}`).join('')}${py.map(at => `M${fixed(x)} ${fixed(at)}h${fixed(width)}`).join('')}`
    parts.push(el('path', { class: 'bv-gridline', d: lines, stroke: ink.page, 'stroke-width': 0.7, fill: 'none', 'shape-rendering': 'crispEdges' }))
  }
  const yTicks = rowTicks(panel.grid.y, figure.y.scale, figure.y.unit, Math.min(1, (figure.y.scale === 'category' ? 12 : 22) / height), figure.y.labels)
  for (const tick of yTicks.ticks) {
    const at = r(y + (1 - tick.at) * height)
    if (figure.y.scale !== 'category') parts.push(el('path', { class: 'bv-tick', d: `M${fixed(x - 4)} ${fixed(at)}h4`, stroke: ink.secondary, 'stroke-width': 0.8, fill: 'none' }))
    parts.push(el('text', { class: 'bv-second', x: r(x - 8), y: r(at + 4), 'text-anchor': 'end', fill: ink.secondary }, text(fitLabel(tick.label, LEFT - 12, look.measure))))
  }
  const first = index === 0 || figure.panels.length <= 3
  if (first) {
    const words = [rowsName(figure, options), yTicks.unit === '' ? '' : `(${yTicks.unit})`].filter(word => word !== '').join(' ')
    parts.push(el('text', { class: 'bv-second', transform: `translate(${fixed(x - LEFT + 12)} ${fixed(y + height / 2)}) rotate(-90)`, 'text-anchor': 'middle', fill: ink.secondary }, text(fitLabel(words, height, look.measure))))
  }
  const labels = timeTicks(panel.grid.x, figure.x.unit, Math.max(2, Math.floor(width / (isClock(figure.x.unit) ? 96 : 84))))
  for (const tick of labels) {
    const at = r(x + tick.at * width)
    parts.push(el('path', { class: 'bv-tick', d: `M${fixed(at)} ${fixed(y + height)}v4`, stroke: ink.secondary, 'stroke-width': 0.8, fill: 'none' }))
    parts.push(el('text', { class: 'bv-second', x: at, y: r(y + height + 16), 'text-anchor': 'middle', fill: ink.secondary }, text(tick.label)))
  }
  const xName = figure.x.unit === '' ? 'interval' : isClock(figure.x.unit) ? 'time of day' : 'time (s)'
  parts.push(el('text', { class: 'bv-second', x: r(x + width / 2), y: r(y + height + 32), 'text-anchor': 'middle', fill: ink.secondary }, text(xName)))
  if (options.lines !== false) parts.push(percentiles(figure, panel.lines, place, xs, ys, ink))
  const label = `${figureName(figure)}${panel.key === '' ? '' : `, ${panel.key}`}: ${formatValue(panel.total, level ? 'readings' : figure.value.unit)}, ${look.columns.length} columns of time, ${rows} rows`
  parts.push(el('rect', { class: 'bv-cursor', x: 0, y: 0, width: 0, height: 0, fill: 'none', stroke: ink.ink, 'stroke-width': 1.5, visibility: 'hidden' }))
  return el('g', {
    class: 'bv-panel', role: options.script === false ? 'img' : 'application', tabindex: options.script === false ? undefined : 0, 'aria-label': cut(label, 300),
    'data-figure': look.index, 'data-panel': index, 'data-total': exactNumber(panel.total),
  }, '\n', parts.join('\n'), '\n')
}

/** The percentages of a column that a cell's row and those under it hold. */
function belowShare(counts: ArrayLike<number>, rows: number, column: number, row: number): { readonly below: number, readonly all: number } {
  let [below, all] = [0, 0]
  for (let i = 0; i < rows; i++) {
    const count = counts[column * rows + i]!
    if (!(count > 0)) continue
    all += count
    if (i <= row) below += count
  }
  return { below, all }
}

function cells(figure: HeatFigure, panel: HeatPanel, levels: Int8Array, px: readonly number[], py: readonly number[], look: PanelLook & { readonly columns: readonly string[], readonly rows: readonly string[] }): string {
  const rows = py.length - 1
  const { counts } = panel.grid
  let drawn = 0
  for (const level of levels) if (level >= 0) drawn++
  if (drawn > MAX_RECTS) {
    const paths = look.fills.map(() => [] as string[])
    for (let i = 0; i < levels.length; i++) {
      if (levels[i]! < 0) continue
      const [column, row] = [Math.floor(i / rows), i % rows]
      paths[levels[i]!]!.push(`M${fixed(px[column]!)} ${fixed(py[row + 1]!)}H${fixed(px[column + 1]!)}V${fixed(py[row]!)}H${fixed(px[column]!)}Z`)
    }
    return el('g', { class: 'bv-cells', 'shape-rendering': 'crispEdges' }, ...paths.map((path, level) => (path.length === 0 ? '' : el('path', { class: `bv-${look.fills[level]!}`, fill: look.colour(level), d: path.join('') }))))
  }
  const parts: string[] = []
  for (let i = 0; i < levels.length; i++) {
    const level = levels[i]!
    if (level < 0) continue
    const [column, row] = [Math.floor(i / rows), i % rows]
    const attributes = {
      class: `bv-${look.fills[level]!}`, x: px[column]!, y: py[row + 1]!, width: r(px[column + 1]! - px[column]!), height: r(py[row]! - py[row + 1]!), fill: look.colour(level),
      'data-i': i, 'data-count': exactNumber(counts[i]!),
    }
    if (look.options.script !== false) {
      parts.push(el('rect', attributes))
      continue
    }
    const { below, all } = belowShare(counts, rows, column, row)
    const share = figure.cells === 'level' ? '' : `, ${formatShare(counts[i]!, all)} of the column`
    const more = look.options.accumulate === true && figure.cells === 'count' ? `; ${grouped(below)} up to here, ${formatShare(below, all)}` : ''
    const value = formatValue(Number(counts[i]!.toPrecision(6)), figure.value.unit)
    parts.push(el('rect', attributes, el('title', {}, text(`${look.columns[column]!}, ${look.rows[row]!}: ${value}${share}${more}`))))
  }
  return el('g', { class: 'bv-cells', 'shape-rendering': 'crispEdges' }, ...parts)
}

/** Hatched columns, and single hatched cells where only they are missing. */
function missingRects(counts: Float64Array, rows: number, px: readonly number[], y: number, height: number, prefix: string): string[] {
  const parts: string[] = []
  const step = height / rows
  for (let c = 0; c + 1 < px.length; c++) {
    let missing = 0
    for (let i = 0; i < rows; i++) if (Number.isNaN(counts[c * rows + i]!)) missing++
    if (missing === 0) continue
    const width = r(px[c + 1]! - px[c]!)
    if (missing === rows) {
      parts.push(el('rect', { class: 'bv-page', x: px[c]!, y, width, height, fill: '#ffffff' }), el('rect', { class: 'bv-missing', x: px[c]!, y, width, height, fill: `url(#${prefix}-missing)` }))
      continue
    }
    for (let i = 0; i < rows; i++) {
      if (!Number.isNaN(counts[c * rows + i]!)) continue
      parts.push(el('rect', { class: 'bv-missing', x: px[c]!, y: r(y + height - (i + 1) * step), width, height: r(step), fill: `url(#${prefix}-missing)` }))
    }
  }
  return parts
}

const DASHES: Readonly<Record<HeatLine['name'], string | undefined>> = { p50: '1.5 2.5', p90: '5 3', p99: undefined, max: '1 4' }

/** Percentile lines with their names at the right end, none on another. */
function percentiles(figure: HeatFigure, lines: readonly HeatLine[], place: Place, xs: readonly number[], ys: readonly number[], ink: (typeof PAGE)[Theme]): string {
  const edges = figure.panels[0]!.grid.y
  const places = Float64Array.from(ys)
  const at = (quantile: HeatQuantile): number => {
    const point = (value: number): number => valuePlace(value, edges, places, figure.y.scale)
    if (quantile.low === quantile.high) return point(quantile.value)
    // a bucket: the line runs through the middle of its row
    const low = quantile.low === -Infinity ? 0 : point(quantile.low)
    const high = quantile.high === Infinity ? 1 : quantile.high >= edges[edges.length - 1]! ? 1 : point(quantile.high)
    return (low + high) / 2
  }
  const names: { readonly name: string, y: number }[] = []
  const paths: string[] = []
  for (const line of lines) {
    let d = ''
    let steps = ''
    let pen = false
    let last = NaN
    line.columns.forEach((quantile, c) => {
      if (Number.isNaN(quantile.value)) {
        pen = false
        return
      }
      const y = r(place.y + (1 - at(quantile)) * place.height)
      const [from, to] = [r(place.x + xs[c]! * place.width), r(place.x + xs[c + 1]! * place.width)]
      if (pen && y !== last) steps += `M${fixed(from)} ${fixed(last)}V${fixed(y)}`
      d += pen && y === last ? `H${fixed(to)}` : `M${fixed(from)} ${fixed(y)}H${fixed(to)}`
      pen = true
      last = y
    })
    if (d === '') continue
    const dash = DASHES[line.name]
    if (steps !== '') paths.push(el('path', { class: 'bv-quantile bv-step', d: steps, fill: 'none', stroke: ink.ink, 'stroke-width': 0.6, 'stroke-opacity': 0.28 }))
    paths.push(el('path', { class: 'bv-halo', d, fill: 'none', stroke: ink.page, 'stroke-width': 3, 'stroke-opacity': 0.6 }))
    paths.push(el('path', { class: `bv-quantile bv-${line.name}`, d, fill: 'none', stroke: ink.ink, 'stroke-width': line.name === 'max' ? 0.9 : 1.25, 'stroke-dasharray': dash, 'stroke-linejoin': 'round' }))
    names.push({ name: line.name, y: last })
  }
  names.reverse().sort((a, b) => a.y - b.y)
  for (let i = 1; i < names.length; i++) names[i]!.y = Math.max(names[i]!.y, names[i - 1]!.y + 12.5)
  const over = names.length > 0 ? names[names.length - 1]!.y - (place.y + place.height) : 0
  if (over > 0) for (let i = names.length - 1, limit = place.y + place.height; i >= 0; i--, limit -= 12.5) names[i]!.y = Math.min(names[i]!.y, limit)
  const labels = names.map(({ name, y }) => el('text', { x: r(place.x + place.width + 6), y: r(y + 4), 'font-size': 10.5, fill: ink.ink }, text(name)))
  return el('g', { class: 'bv-lines' }, ...paths, ...labels)
}

function valuePlace(value: number, edges: Float64Array, places: Float64Array, scale: 'linear' | 'log' | 'category'): number {
  if (value <= edges[0]!) return 0
  if (value >= edges[edges.length - 1]!) return 1
  let i = 0
  while (edges[i + 1]! <= value) i++
  const [low, high] = [edges[i]!, edges[i + 1]!]
  const part = scale === 'log' && low > 0 && Number.isFinite(high) ? Math.log(value / low) / Math.log(high / low) : Number.isFinite(high - low) ? (value - low) / (high - low) : 0
  return places[i]! + (places[i + 1]! - places[i]!) * part
}

function exactNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(12)))
}

/** Pixels to two decimals. */
function r(value: number): number {
  return Math.round(value * 100) / 100
}

function hash(content: string): string {
  let state = 0x811c9dc5
  for (let i = 0; i < content.length; i++) state = Math.imul(state ^ content.charCodeAt(i), 0x01000193)
  return (state >>> 0).toString(16).padStart(8, '0')
}

