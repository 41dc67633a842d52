import type { Dataset, EventTable, HistogramSeries, SampleTable } from '../../model/index.ts'
import { BpfviewError, quote } from '../../model/index.ts'
import { eventHeat, findColumn } from './events.ts'
import type { HeatFigure, HeatOptions } from './heat.ts'
import { histogramHeat, joinSnapshots } from './histograms.ts'
import { cpuHistogramHeat, cpuSampleHeat, cpuTableHeat, isCpuHistograms, isCpuTable } from './levels.ts'

/**
 * Heat maps of whatever holds times: one per histogram name, per table and per event of samples, in that order. `column` chooses among them where it names a
 * histogram or a column. Throws BpfviewError E_NO_DATA when nothing can be drawn.
 */
export function heatFigures(datasets: readonly Dataset[], options: HeatOptions = {}): HeatFigure[] {
  const series = joinSnapshots(datasets.filter((dataset): dataset is HistogramSeries => dataset.kind === 'histograms'))
  const tables = datasets.filter((dataset): dataset is EventTable => dataset.kind === 'events' && dataset.length > 0)
  const samples = datasets.filter((dataset): dataset is SampleTable => dataset.kind === 'samples')
  const { column } = options
  const named = column === undefined ? series : series.filter(one => one.name === column || one.key === column)
  if (named.length > 0)
    return histogramGroups(named).map(group =>
      options.split === undefined && isCpuHistograms(group) && isLengths(group)
        ? cpuHistogramHeat(group, options)
        : histogramHeat(group, options),
    )
  const wanted = column === undefined ? tables : tables.filter(table => findColumn(table, column) !== undefined)
  if (column !== undefined && wanted.length === 0 && series.length + tables.length > 0) {
    const names = [
      ...new Set([...series.map(one => one.name), ...tables.flatMap(table => table.columns.map(one => one.name))]),
    ]
    throw new BpfviewError('E_NO_DATA', `no column ${quote(column)}; expected one of ${names.map(quote).join(', ')}`)
  }
  if (wanted.length > 0) return tableFigures(wanted, options)
  if (samples.length > 0) return samples.map(one => cpuSampleHeat(one, options))
  const kinds = [...new Set(datasets.map(dataset => dataset.kind))]
  throw new BpfviewError(
    'E_NO_DATA',
    `${kinds.length > 0 ? `only ${kinds.join(' and ')}` : 'no data'}; expected histograms per interval, events with a time and a latency, or samples with times`,
  )
}

/**
 * Names of what heatFigures could draw of these datasets but leaves out when no column says what to draw: histograms come first, then tables, then samples.
 */
export function leftOut(datasets: readonly Dataset[]): string[] {
  const kinds = [of('histograms'), of('events'), of('samples')]
  const drawn = kinds.findIndex(each => each.length > 0)
  const names = kinds
    .slice(drawn + 1)
    .flat()
    .filter(canBeDrawn)
    .map(({ kind, name }) => `${kind === 'events' ? 'table' : kind} ${quote(name)}`)
  return [...new Set(names)]

  function of(kind: Dataset['kind']): Dataset[] {
    return datasets.filter(dataset => dataset.kind === kind)
  }
}

/** False for the tables of totals, maps and lines that tools print beside their histograms. */
function canBeDrawn(dataset: Dataset): boolean {
  try {
    return heatFigures([dataset]).length > 0
  } catch (error) {
    if (error instanceof BpfviewError) return false
    throw error
  }
}

/** Every table that can be drawn; when none can, the first one's reason. */
function tableFigures(tables: readonly EventTable[], options: HeatOptions): HeatFigure[] {
  const figures: HeatFigure[] = []
  let reason: unknown
  for (const table of joined(tables)) {
    try {
      figures.push(
        isCpuTable(table) && options.rows === undefined ? cpuTableHeat(table, options) : eventHeat(table, options),
      )
    } catch (error) {
      if (!(error instanceof BpfviewError) || error.code !== 'E_NO_DATA') throw error
      reason ??= error
    }
  }
  if (figures.length === 0) throw reason
  return figures
}

/** Tables of one name and the same columns in one: several inputs of one tool. */
function joined(tables: readonly EventTable[]): EventTable[] {
  const groups = new Map<string, EventTable[]>()
  for (const table of tables) {
    const key = JSON.stringify([
      table.name,
      table.tool,
      table.columns.map(column => [column.name, column.type, column.type === 'number' ? column.unit : '']),
    ])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [table])
    else group.push(table)
  }
  return [...groups.values()].map(group => {
    const first = group[0]!
    if (group.length === 1) return first
    const length = group.reduce((all, table) => all + table.length, 0)
    return {
      ...first,
      length,
      columns: first.columns.map((column, c) => {
        if (column.type === 'text')
          return { ...column, values: group.flatMap(table => table.columns[c]!.values as readonly string[]) }
        const values = new Float64Array(length)
        let at = 0
        for (const table of group) {
          values.set(table.columns[c]!.values as Float64Array, at)
          at += table.length
        }
        return { ...column, values }
      }),
    }
  })
}

function histogramGroups(series: readonly HistogramSeries[]): HistogramSeries[][] {
  const groups = new Map<string, HistogramSeries[]>()
  for (const one of series) {
    const key = JSON.stringify([one.name, one.unit])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [one])
    else group.push(one)
  }
  return [...groups.values()]
}

/** Buckets one wide, without a unit of time: lengths, whose mean says something. */
function isLengths(series: readonly HistogramSeries[]): boolean {
  return series.every(one => one.edges.every((edge, j) => j === 0 || edge - one.edges[j - 1]! === 1))
}
