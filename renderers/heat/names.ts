import { unitFact } from '../../src/model/index.ts'
import type { HeatFigure, HeatQuantile } from '../../src/ops/heat/heat.ts'
import { isClock, timeWords } from '../words/axis.ts'
import { formatValue, rangeWords } from '../words/numbers.ts'
import type { HeatMapOptions } from './options.ts'

/** What people call a column: `LAT(ms)` is latency. */
function plainLabel(name: string): string {
  return /^lat(ency)?\s*(\(?[mun]?s\)?)?$/i.test(name) ? 'latency' : name
}

export function figureName(figure: HeatFigure): string {
  if (figure.cells === 'level') return `${figure.value.name} by CPU over time`
  if (figure.y.scale === 'category') return `${figure.name} by ${figure.y.name} over time`
  const name =
    figure.name === figure.tool && unitFact(figure.y.unit).dimension === 'time' ? 'latency' : plainLabel(figure.name)
  return name === '' ? 'distribution over time' : `${name} over time`
}

export function titleOf(figures: readonly HeatFigure[]): string {
  const first = figures[0]!
  const name = figures.length === 1 ? figureName(first) : 'heat maps'
  const tools = [...new Set(figures.map(figure => figure.tool))].filter(tool => tool !== '').join(' and ')
  const words = tools === '' ? name : `${tools}: ${name}`
  return tools === '' ? words.slice(0, 1).toUpperCase() + words.slice(1) : words
}

export function subtitleOf(figures: readonly HeatFigure[]): string {
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

export function rowsName(figure: HeatFigure, options: HeatMapOptions): string {
  if (figure.name === figure.tool && figure.y.scale !== 'category')
    return options.rowsLabel ?? (unitFact(figure.y.unit).dimension === 'time' ? 'latency' : figure.y.name)
  return options.rowsLabel ?? plainLabel(figure.y.name)
}

export function overallWords(figure: HeatFigure): string {
  if (figure.panels.length !== 1) return ''
  return figure.panels[0]!.lines.filter(line => !Number.isNaN(line.overall.value))
    .map(line => `${line.name} ${quantileWords(line.overall, figure.y.unit)}`)
    .join(' · ')
}

function quantileWords(quantile: HeatQuantile, unit: string): string {
  return quantile.low === quantile.high
    ? formatValue(Number(quantile.value.toPrecision(4)), unit)
    : rangeWords(quantile.low, quantile.high, unit)
}
