import type { EventTable, NumberColumn, TextColumn } from '../../model/index.ts'

/** What counts as one run: an execution of a process, or each repetition inside it. */
export type RunUnit = 'processes' | 'repetitions'

/** Numbers of one benchmark and metric, one per run. */
export interface Measurement {
  readonly benchmark: string
  readonly metric: string
  readonly unit: string
  readonly values: readonly number[]
  /** The same in every run of one program, so that any difference is a change. */
  readonly exact: boolean
}

/** Tables of one tool whose columns hold a name and a number. */
const VALUE = /^(?:value|result|score|time|median|mean)$/i
const NAME = /^(?:benchmark|bench|name|test|case)$/i
const METRIC = /^(?:metric|unit|measure)$/i

/** True when a table holds numbers of benchmarks or counters, one per run, and no events. */
export function isMeasured(table: EventTable): boolean {
  if (table.name === 'measurements') return true
  if (table.tool === 'perf stat')
    return (numberColumn(table, 'VALUE') !== undefined && textColumn(table, 'EVENT') !== undefined) || isTimes(table)
  return columnNamed(table, NAME) !== undefined && numberNamed(table, VALUE) !== undefined
}

/**
 * The measurements of a side, sorted by benchmark, metric and unit; each element of `inputs` holds the tables of one file. Repetitions inside one process
 * are averaged into one run, unless every repetition is asked for as a run.
 */
export function measurementsOf(inputs: readonly (readonly EventTable[])[], runs: RunUnit = 'processes'): Measurement[] {
  const all = new Map<string, { first: Row; groups: Map<string, number[]> }>()
  inputs.forEach((tables, input) => {
    for (const row of tables.filter(isMeasured).flatMap(rowsOf)) {
      const key = JSON.stringify([row.benchmark, row.metric, row.unit])
      let entry = all.get(key)
      if (entry === undefined) all.set(key, (entry = { first: row, groups: new Map() }))
      const group = `${input} ${row.process}`
      const values = entry.groups.get(group)
      if (values === undefined) entry.groups.set(group, [row.value])
      else values.push(row.value)
    }
  })
  return [...all]
    .sort((a, b) => (a[0] < b[0] ? -1 : 1))
    .map(([, { first, groups }]) => ({
      benchmark: first.benchmark,
      metric: first.metric,
      unit: first.unit,
      // a unit that was to be the same and is not is measured as any other
      exact: first.exact && [...groups.values()].every(values => values.every(value => value === values[0])),
      values: [...groups.values()].flatMap(values =>
        runs === 'repetitions' ? values : [values.reduce((sum, value) => sum + value / values.length, 0)],
      ),
    }))
}

interface Row {
  readonly benchmark: string
  readonly metric: string
  readonly unit: string
  readonly value: number
  readonly process: number
  readonly exact: boolean
}

function rowsOf(table: EventTable): Row[] {
  if (table.tool === 'perf stat') return isTimes(table) ? timeRows(table) : counterRows(table)
  const own = table.name === 'measurements'
  const benchmark = own ? textColumn(table, 'BENCHMARK') : columnNamed(table, NAME)
  const metric = own ? textColumn(table, 'METRIC') : columnNamed(table, METRIC)
  const unit = textColumn(table, 'UNIT') ?? columnNamed(table, /^unit$/i)
  const value = own ? numberColumn(table, 'VALUE')! : numberNamed(table, VALUE)!
  const process = own ? numberColumn(table, 'PROCESS') : undefined
  const exact = textColumn(table, 'EXACT')
  const rows: Row[] = []
  for (let i = 0; i < table.length; i++) {
    if (Number.isNaN(value.values[i]!)) continue
    rows.push({
      benchmark: benchmark?.values[i] ?? '',
      metric: metric?.values[i] ?? value.name.toLowerCase(),
      unit: unit?.values[i] ?? value.unit,
      value: value.values[i]!,
      // in a table of one's own every row is a run
      process: process?.values[i] ?? i,
      exact: exact?.values[i] === 'exact',
    })
  }
  return rows
}

/** The seconds that perf stat prints for people below its counters. */
function isTimes(table: EventTable): boolean {
  return numberColumn(table, 'SECONDS') !== undefined && textColumn(table, 'NAME') !== undefined
}

/** Elapsed, user and system time; what each of several runs took (`--table`) is in their mean. */
function timeRows(table: EventTable): Row[] {
  const { values } = numberColumn(table, 'SECONDS')!
  return textColumn(table, 'NAME')!.values.flatMap((metric, i) =>
    metric === 'run' || Number.isNaN(values[i]!)
      ? []
      : [{ benchmark: '', metric, unit: 's', value: values[i]!, process: 0, exact: false }],
  )
}

/** Counters of perf stat: rows of CPUs, threads and intervals of one event add up to one run; what was not counted is left out. */
function counterRows(table: EventTable): Row[] {
  const value = numberColumn(table, 'VALUE')!
  const event = textColumn(table, 'EVENT')!
  const unit = textColumn(table, 'UNIT')
  const sums = new Map<string, Row>()
  for (let i = 0; i < table.length; i++) {
    if (Number.isNaN(value.values[i]!)) continue
    const metric = event.values[i]!
    const of = unit?.values[i] || 'count'
    const key = JSON.stringify([metric, of])
    const before = sums.get(key)?.value ?? 0
    sums.set(key, { benchmark: '', metric, unit: of, value: before + value.values[i]!, process: 0, exact: false })
  }
  return [...sums.values()]
}

export function numberColumn(table: EventTable, name: string): NumberColumn | undefined {
  return table.columns.find((column): column is NumberColumn => column.name === name && column.type === 'number')
}

export function textColumn(table: EventTable, name: string): TextColumn | undefined {
  return table.columns.find((column): column is TextColumn => column.name === name && column.type === 'text')
}

function columnNamed(table: EventTable, name: RegExp): TextColumn | undefined {
  return table.columns.find((column): column is TextColumn => column.type === 'text' && name.test(column.name))
}

function numberNamed(table: EventTable, name: RegExp): NumberColumn | undefined {
  return table.columns.find((column): column is NumberColumn => column.type === 'number' && name.test(column.name))
}
