import type { EventTable, HistogramSeries, NumberColumn, SampleTable } from '../../model/index.ts'
import { BpfviewError } from '../../model/index.ts'
import { cellOf, emptyGrid, gridSum } from '../time/grid.ts'
import { inRanges } from '../time/time-range.ts'
import { checkCells, niceStep, quantumOf, stepEdges } from './edges.ts'
import { clockUnit, findColumn, namedColumn, timeColumn, toSeconds } from './events.ts'
import type { HeatFigure, HeatOptions } from './heat.ts'
import { ExclusionLog } from './heat.ts'
import { histogramHeat, keyParts } from './histograms.ts'

/** True for a table of readings per CPU, such as mpstat prints: a CPU column and percentages. */
export function isCpuTable(table: EventTable): boolean {
  return (
    findColumn(table, 'CPU') !== undefined &&
    table.columns.some(column => column.type === 'number' && /^%/.test(column.name))
  )
}

/**
 * Utilization by CPU and time from a table of readings per CPU: 100 less %idle (and %iowait, which is idle too), or the named column. A cell is the
 * mean of its readings; rows for `all` CPUs are left out and counted.
 */
export function cpuTableHeat(table: EventTable, options: HeatOptions = {}): HeatFigure {
  const time = timeColumn(table, options.time)
  const seconds = toSeconds(time)
  const cpu = findColumn(table, 'CPU')!
  const level = levelOf(table, options)
  const log = new ExclusionLog()
  let start = Infinity
  for (const t of seconds) if (t < start) start = t
  const inside = options.range === undefined ? () => true : inRanges([options.range], Math.floor(start))
  const rows: { readonly time: number; readonly cpu: string; readonly level: number }[] = []
  for (let r = 0; r < table.length; r++) {
    const name =
      cpu.type === 'text' ? cpu.values[r]!.trim() : Number.isNaN(cpu.values[r]!) ? 'all' : String(cpu.values[r]!)
    const t = seconds[r]!
    if (!Number.isFinite(t)) log.add('no time')
    else if (!inside(t)) log.add('outside the time range')
    else if (!/^\d+$/.test(name)) log.add('readings of all CPUs together')
    else if (!Number.isFinite(level.at(r))) log.add(`no ${level.name}`)
    else rows.push({ time: t, cpu: name, level: level.at(r) })
  }
  if (rows.length === 0)
    throw new BpfviewError('E_NO_DATA', 'no reading of a single CPU; expected some, as mpstat -P ALL prints them')
  const cpus = [...new Set(rows.map(row => row.cpu))].sort((a, b) => Number(a) - Number(b))
  const x = timeEdges(
    rows.map(row => row.time),
    options.step,
  )
  const figure = meanFigure({ name: table.name || level.name, tool: table.tool }, x, cpus, rows, level)
  return { ...figure, x: { ...figure.x, unit: clockUnit(time) }, exclusions: log.list() }
}

interface Level {
  readonly name: string
  readonly unit: string
  at(row: number): number
}

function levelOf(table: EventTable, options: HeatOptions): Level {
  if (options.column !== undefined) {
    const column = namedColumn(table, options.column)
    return { name: column.name, unit: column.unit || '%', at: row => column.values[row]! }
  }
  const idle = findColumn(table, '%idle')
  if (idle?.type !== 'number') {
    const first = table.columns.find(
      (column): column is NumberColumn => column.type === 'number' && /^%/.test(column.name),
    )!
    return { name: first.name, unit: first.unit || '%', at: row => first.values[row]! }
  }
  const waits = findColumn(table, '%iowait')
  const wait = waits?.type === 'number' ? waits.values : undefined
  return {
    name: 'utilization',
    unit: '%',
    at: row => Number(Math.min(100, Math.max(0, 100 - idle.values[row]! - (wait?.[row] ?? 0))).toFixed(6)),
  }
}

/** Edges for readings that are printed at the end of their interval: each time closes a column; holes of more than one and a half intervals stay missing. */
function timeEdges(times: readonly number[], step: number | undefined): Float64Array {
  const distinct = [...new Set(times)].sort((a, b) => a - b)
  const gaps = distinct
    .slice(1)
    .map((time, i) => time - distinct[i]!)
    .sort((a, b) => a - b)
  const width = step ?? gaps[Math.floor((gaps.length - 1) / 2)] ?? 1
  const edges = [distinct[0]! - width]
  const slack = distinct.every(time => Number.isInteger(time)) ? Math.max(1, width / 2) : width / 2
  for (const time of distinct) {
    const before = edges[edges.length - 1]!
    if (time - before > width + slack + 1e-9) edges.push(Number((time - width).toPrecision(15)))
    edges.push(time)
  }
  return Float64Array.from(edges)
}

function meanFigure(
  { name, tool }: { readonly name: string; readonly tool: string },
  x: Float64Array,
  labels: readonly string[],
  readings: readonly { readonly time: number; readonly cpu: string; readonly level: number }[],
  level: { readonly name: string; readonly unit: string },
): HeatFigure {
  const y = Float64Array.from({ length: labels.length + 1 }, (_, i) => i)
  checkCells(x, y, 1)
  const grid = emptyGrid(x, y)
  const counts = new Float64Array(grid.counts.length)
  const rowOf = new Map(labels.map((label, i) => [label, i]))
  for (const reading of readings) {
    // a reading belongs to the column that its time closes
    const at = cellOf(x, reading.time)
    const column = Math.max(0, at - (x[at] === reading.time ? 1 : 0))
    const cell = column * labels.length + rowOf.get(reading.cpu)!
    grid.counts[cell] = grid.counts[cell]! + reading.level
    counts[cell] = counts[cell]! + 1
  }
  for (let i = 0; i < counts.length; i++) grid.counts[i] = counts[i]! === 0 ? NaN : grid.counts[i]! / counts[i]!
  return {
    name,
    tool,
    cells: 'level',
    value: { name: level.name, unit: level.unit },
    x: { name: 'time', unit: 's', scale: 'linear' },
    y: { name: 'CPU', unit: '', scale: 'category', labels },
    split: '',
    panels: [{ key: '', grid, total: readings.length, lines: [] }],
    exclusions: [],
    bucketed: false,
    notes: [],
  }
}

/** True for histograms of one value per CPU, such as `runqlen -C` prints. */
export function isCpuHistograms(series: readonly HistogramSeries[]): boolean {
  return series.length > 1 && series.every(one => keyParts(one.key).name.toLowerCase() === 'cpu')
}

/** Mean value by CPU and time of linear histograms per CPU, such as the run queue lengths of `runqlen -C 1`. */
export function cpuHistogramHeat(series: readonly HistogramSeries[], options: HeatOptions = {}): HeatFigure {
  const figure = histogramHeat(series, { ...options, split: 'cpu', panels: 1_000_000 })
  const panels = [...figure.panels].sort((a, b) => Number(a.key) - Number(b.key))
  const { x, y } = panels[0]!.grid
  const height = y.length - 1
  const grid = emptyGrid(
    x,
    Float64Array.from({ length: panels.length + 1 }, (_, i) => i),
  )
  panels.forEach((panel, p) => {
    for (let c = 0; c + 1 < x.length; c++) {
      let [sum, count, missing] = [0, 0, false]
      for (let r = 0; r < height; r++) {
        const cell = panel.grid.counts[c * height + r]!
        if (Number.isNaN(cell)) missing = true
        // a bucket of width 1 is the number at its lower edge
        else if (cell > 0) {
          sum += cell * (y[r + 1]! - y[r]! === 1 ? y[r]! : (y[r]! + y[r + 1]!) / 2)
          count += cell
        }
      }
      grid.counts[c * panels.length + p] = missing || count === 0 ? NaN : sum / count
    }
  })
  return {
    ...figure,
    cells: 'level',
    value: { name: figure.name || 'mean', unit: series[0]!.unit },
    split: '',
    bucketed: false,
    y: { name: 'CPU', unit: '', scale: 'category', labels: panels.map(panel => panel.key) },
    panels: [{ key: '', grid, total: panels.reduce((all, panel) => all + panel.total, 0), lines: [] }],
    notes: [...figure.notes, 'a cell is the mean of its interval'],
  }
}

/** Samples by CPU and time: how busy each CPU was, as far as samples say. */
export function cpuSampleHeat(samples: SampleTable, options: HeatOptions = {}): HeatFigure {
  const log = new ExclusionLog()
  const { time, cpu } = samples
  let [start, end] = [Infinity, -Infinity]
  for (const t of time) {
    if (t < start) start = t
    if (t > end) end = t
  }
  const inside = options.range === undefined ? () => true : inRanges([options.range], Math.floor(start))
  if (!Number.isFinite(start))
    throw new BpfviewError('E_NO_DATA', 'no sample has a time; expected perf script with its time field')
  const used = new Set<number>()
  const kept: number[] = []
  let [first, last] = [Infinity, -Infinity]
  for (let row = 0; row < time.length; row++) {
    if (!Number.isFinite(time[row]!)) log.add('no time')
    else if (!inside(time[row]!)) log.add('outside the time range')
    else if (cpu === undefined || cpu[row]! < 0) log.add('no CPU')
    else {
      kept.push(row)
      used.add(cpu[row]!)
      if (time[row]! < first) first = time[row]!
      if (time[row]! > last) last = time[row]!
    }
  }
  if (kept.length === 0)
    throw new BpfviewError(
      'E_NO_DATA',
      'no sample with a time and a CPU; expected perf script with both fields (perf record -a, or --sample-cpu)',
    )
  const cpus = [...used].sort((a, b) => a - b)
  const rowOf = new Map(cpus.map((number, i) => [number, i]))
  const x = stepEdges(first, last, options.step ?? Math.max(niceStep((last - first) / 150), quantumOf([first, last])))
  const grid = emptyGrid(
    x,
    Float64Array.from({ length: cpus.length + 1 }, (_, i) => i),
  )
  for (const row of kept) {
    const cell = cellOf(x, time[row]!) * cpus.length + rowOf.get(cpu![row]!)!
    grid.counts[cell] = grid.counts[cell]! + 1
  }
  return {
    name: samples.name,
    tool: samples.meta.tool ?? '',
    cells: 'count',
    value: { name: 'samples', unit: 'samples' },
    x: { name: 'time', unit: 's', scale: 'linear' },
    y: { name: 'CPU', unit: '', scale: 'category', labels: cpus.map(String) },
    split: '',
    panels: [{ key: '', grid, total: gridSum(grid), lines: [] }],
    exclusions: log.list(),
    bucketed: false,
    notes: [],
  }
}
