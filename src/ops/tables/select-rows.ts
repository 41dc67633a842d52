import type { Column, EventTable } from '../../model/index.ts'
import { BpfviewError, columnTitle, conversion, quote } from '../../model/index.ts'
import { compareTexts } from '../../model/text/compare.ts'
import { nameMatcher } from '../name-pattern.ts'

/** How rows are chosen and ordered. */
export interface RowChoice {
  /** Conditions that all hold: `COMM=nginx`, `COMM!=nginx*`, `LAT>10ms`, `LAT<=0.5`, `COMM=/^ssl/`. */
  readonly where?: readonly string[] | undefined
  /** A column, the largest number or the first word first; `-COLUMN` turns it around. */
  readonly sort?: string | undefined
  /** A column whose equal values become one row: how many there were, and the sums of the columns of amounts. */
  readonly by?: string | undefined
}

/**
 * The table with its rows chosen, grouped and ordered, in this order. Columns are found by their names, whatever case. Rows without a value are in no
 * comparison and come last. Throws BpfviewError E_USAGE for a column that there is none of, and a condition that cannot be read.
 */
export function selectRows(table: EventTable, { where = [], sort, by }: RowChoice): EventTable {
  const tests = where.map(text => conditionOf(table, text))
  let rows = Array.from({ length: table.length }, (_, row) => row)
  if (tests.length > 0) rows = rows.filter(row => tests.every(test => test(row)))
  const grouped = by === undefined ? rowsOf(table, rows) : groupRows(rowsOf(table, rows), by)
  return sort === undefined ? grouped : sortRows(grouped, sort)
}

const CONDITION = /^\s*([^=<>!]+?)\s*(=|!=|<=|>=|<|>)\s*([^]*)$/

function conditionOf(table: EventTable, text: string): (row: number) => boolean {
  const match = CONDITION.exec(text)
  if (match === null)
    throw new BpfviewError(
      'E_USAGE',
      `the condition ${quote(text)}; expected COLUMN=VALUE, !=, <, <=, > or >=, like 'LAT>10ms' or 'COMM=nginx*'`,
    )
  const [, name, sign, value] = match as unknown as [string, string, string, string]
  const column = columnOf(table, name)
  if (sign === '=' || sign === '!=') return equalTo(column, value, sign === '=')
  if (column.type !== 'number')
    throw new BpfviewError('E_USAGE', `the condition ${quote(text)}: ${quote(name)} holds text; expected = or !=`)
  const limit = amountOf(column, value, text)
  const { values } = column
  const test: Readonly<Record<string, (each: number) => boolean>> = {
    '<': each => each < limit,
    '<=': each => each <= limit,
    '>': each => each > limit,
    '>=': each => each >= limit,
  }
  return row => test[sign]!(values[row]!)
}

function equalTo(column: Column, value: string, wanted: boolean): (row: number) => boolean {
  if (column.type === 'number') {
    const limit = amountOf(column, value, value)
    return row => (column.values[row] === limit) === wanted
  }
  const matches = nameMatcher(value)
  return row => matches(column.values[row]!) === wanted
}

/** A number in the unit of a column. */
function amountOf(column: Column, value: string, text: string): number {
  const match = /^(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*([a-zµ%]*)$/i.exec(value.trim())
  const refuse = (expected: string): never => {
    throw new BpfviewError('E_USAGE', `the condition ${quote(text)}; expected ${expected}`)
  }
  if (match === null) return refuse('a number, alone or with its unit')
  const unit = match[2]!.replace('µ', 'u')
  const own = column.type === 'number' ? column.unit : ''
  const factor = unit === '' ? 1 : conversion(unit, own)
  if (factor === undefined)
    return refuse(`a number${own === '' ? ' without a unit' : ` in ${own} or a unit that measures the same`}`)
  return Number((Number(match[1]) * factor).toPrecision(15))
}

/** The column of a name, as its title or without its unit, in any case. */
function columnOf({ columns }: EventTable, name: string): Column {
  const wanted = name.toLowerCase()
  const found =
    columns.find(column => column.name === name || columnTitle(column) === name) ??
    columns.find(column => column.name.toLowerCase() === wanted || columnTitle(column).toLowerCase() === wanted)
  if (found !== undefined) return found
  throw new BpfviewError(
    'E_USAGE',
    `no column ${quote(name)}; expected one of ${columns.map(column => quote(column.name)).join(', ')}`,
  )
}

function rowsOf(table: EventTable, rows: readonly number[]): EventTable {
  if (rows.length === table.length && rows.every((row, i) => row === i)) return table
  return {
    ...table,
    length: rows.length,
    columns: table.columns.map(column =>
      column.type === 'number'
        ? { ...column, values: Float64Array.from(rows, row => column.values[row]!) }
        : { ...column, values: rows.map(row => column.values[row]!) },
    ),
  }
}

function sortRows(table: EventTable, sort: string): EventTable {
  const turned = sort.startsWith('-')
  const column = columnOf(table, turned ? sort.slice(1) : sort)
  const sign = turned ? -1 : 1
  const rows = Array.from({ length: table.length }, (_, row) => row)
  if (column.type === 'number') {
    const { values } = column
    rows.sort((a, b) => {
      const [x, y] = [values[a]!, values[b]!]
      if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y)) || a - b
      return sign * (y - x) || a - b
    })
  } else rows.sort((a, b) => sign * compareTexts(column.values[a]!, column.values[b]!) || a - b)
  return rowsOf(table, rows)
}

/** Columns that say which or when, not how much: their sum would be nonsense. */
const NO_AMOUNT = /^(?:pid|tid|ppid|uid|cpu|time.*|ts|sector|lport|rport|dport|port|inode|offset|fd|ret|err(?:no)?)$/i

function groupRows(table: EventTable, by: string): EventTable {
  const key = columnOf(table, by)
  const groups = new Map<string | number, number[]>()
  for (let row = 0; row < table.length; row++) {
    const value = key.values[row]!
    const group = groups.get(value)
    if (group === undefined) groups.set(value, [row])
    else group.push(row)
  }
  const lists = [...groups.values()].sort((a, b) => b.length - a.length || a[0]! - b[0]!)
  const first = rowsOf(
    { ...table, columns: [key] },
    lists.map(rows => rows[0]!),
  ).columns[0]!
  const amounts = table.columns.filter(
    column => column !== key && column.type === 'number' && !NO_AMOUNT.test(column.name) && column.unit !== 'clock',
  )
  return {
    ...table,
    length: lists.length,
    columns: [
      first,
      { name: 'count', type: 'number', unit: '', values: Float64Array.from(lists, rows => rows.length) },
      ...amounts.map((column): Column => {
        const values = column.values as Float64Array
        return {
          ...column,
          name: column.name,
          type: 'number',
          unit: column.type === 'number' ? column.unit : '',
          values: Float64Array.from(lists, rows =>
            rows.reduce((sum, row) => sum + (Number.isNaN(values[row]!) ? 0 : values[row]!), 0),
          ),
        }
      }),
    ],
  }
}
