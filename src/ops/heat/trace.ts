import type { Dataset, Unit } from '../../model/index.ts'
import { BpfviewError } from '../../model/index.ts'
import { eventHeat, toSeconds } from './events.ts'
import type { HeatFigure } from './heat.ts'

/** The options of trace2heatmap.pl by their names. Latencies are plain numbers in the unit of the input. */
export interface TraceOptions {
  readonly unitstime: Unit
  readonly unitslabel: string
  readonly minlat: number
  readonly maxlat?: number
  readonly rows: number
  readonly steplat?: number
  readonly stepsec: number
  readonly maxcol?: number
}

/**
 * The cells trace2heatmap.pl draws and the two edges it leaves out, the last column and the slowest row. Columns start at the first line's time, rows at minlat; a row is
 * the whole part of the range over `rows`, or the exact quotient where that would be 0. Throws BpfviewError E_NO_DATA.
 */
export function traceHeat(datasets: readonly Dataset[], options: TraceOptions): HeatFigure {
  const tables = datasets.filter(dataset => dataset.kind === 'events')
  const first = tables[0]
  const [time, value] = first?.columns ?? []
  if (first === undefined || time?.type !== 'number' || value?.type !== 'number')
    throw new BpfviewError('E_NO_DATA', 'no line of two numbers; expected a time and a latency in each')
  const length = tables.reduce((all, table) => all + table.length, 0)
  const joined = (column: number): Float64Array => {
    const all = new Float64Array(length)
    let at = 0
    for (const table of tables) {
      all.set(table.columns[column]!.values as Float64Array, at)
      at += table.length
    }
    return all
  }
  const times = toSeconds({ ...time, unit: options.unitstime, values: joined(0) })
  const values = joined(1)
  let high = -Infinity
  for (const v of values) if (v > high && (options.maxlat === undefined || v <= options.maxlat)) high = v
  const top = options.maxlat ?? high
  const exact = (top - options.minlat) / options.rows
  const step = options.steplat ?? (exact >= 1 ? Math.floor(exact) : exact > 0 ? exact : 1)
  const origin = times[0]!
  const figure = eventHeat(
    {
      ...first,
      length,
      columns: [
        { name: 'time', type: 'number', unit: 's', values: times },
        { name: 'latency', type: 'number', unit: '', values },
      ],
    },
    {
      time: 'time',
      column: 'latency',
      step: options.stepsec,
      origin,
      min: options.minlat,
      max: top,
      rowStep: step,
      ...(options.maxcol !== undefined && {
        range: { to: { seconds: origin + options.maxcol * options.stepsec, sinceStart: false } },
      }),
    },
  )
  return { ...figure, tool: '', y: { ...figure.y, unit: options.unitslabel, scale: 'linear' } }
}
