import type { Column, EventTable, Parsed } from '../../src/model/index.ts'
import type { Comparison } from './multiset.ts'
import { compareMultisets } from './multiset.ts'

/** Columns that come from stamps between rows or from lines under them, and not from the rows. */
const ADDED = /^(?:INTERVAL|TIME|TIME \(stamp\)|STACK|MORE|DETAILS|DATA|VALUES)$/

/** A heading of single words, and the rows under it that have as many words as it: columns that cannot be mistaken. */
interface PlainTable {
  readonly labels: readonly string[]
  readonly rows: string[][]
  /** Lines under the heading that have another number of words: they cannot be compared. */
  others: number
}

/**
 * Tables whose rows all have as many words as their heading: the sum of every column of numbers and every column of text as a multiset, as the text prints them
 * and as they were read. Tables with blanks in their cells are left to the numbers as a whole (numberValues).
 */
export function columnValues(text: string, parsed: Parsed): Comparison {
  const tables = parsed.datasets.filter((dataset): dataset is EventTable => dataset.kind === 'events')
  const failures: string[] = []
  let compared = 0
  for (const plain of plainTables(text)) {
    const table = tables.find(
      one => one.length === plain.rows.length && plain.labels.every(label => columnOf(one, label) !== undefined),
    )
    if (table === undefined || plain.others > 0) continue
    plain.labels.forEach((label, i) => {
      const column = columnOf(table, label)!
      const cells = plain.rows.map(row => row[i]!)
      const result = compareColumn(label, column, cells)
      compared += result.compared
      failures.push(...result.failures)
    })
  }
  return { compared, failures }
}

function columnOf(table: EventTable, label: string): Column | undefined {
  const bare = label.replace(/\((?:s|ms|us|ns|KB|kB|bytes|%)\)$/, '')
  return table.columns.find(({ name }) => name === label) ?? table.columns.find(({ name }) => name === bare)
}

function compareColumn(label: string, column: Column, cells: readonly string[]): Comparison {
  if (column.type === 'text')
    return compareMultisets(
      `column ${label}`,
      cells,
      column.values.map(value => value.replace(/^b'(.*)'$/, "b'$1'")),
    )
  const numbers = cells.map(numberOf)
  // units and dates are for the numbers as a whole
  if (numbers.some(Number.isNaN)) return { compared: 0, failures: [] }
  const printed = numbers.reduce((sum, value) => sum + value, 0)
  const read = Array.from(column.values).reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : value), 0)
  const day = column.unit === 'clock' ? 86_400 : 0
  const apart = Math.abs(printed - read)
  const same = apart <= 1e-9 * Math.abs(printed) + 1e-6 || (day > 0 && apart % day < 1e-3)
  return { compared: cells.length, failures: same ? [] : [`column ${label}: printed sum ${printed}, read ${read}`] }
}

function numberOf(cell: string): number {
  const clock = /^(\d\d):(\d\d):(\d\d(?:\.\d+)?)$/.exec(cell)
  if (clock !== null) return Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3])
  return /^-?\d+(?:\.\d+)?%?$/.test(cell) ? Number(cell.replace('%', '')) : /^-+$/.test(cell) ? 0 : NaN
}

function plainTables(text: string): PlainTable[] {
  const tables = new Map<string, PlainTable>()
  let current: PlainTable | undefined
  for (const raw of text.split('\n')) {
    const line = raw.replace(/\r$/, '').replace(/^(?:\^C)+/, '')
    const words = line.trim().split(/\s+/)
    if (line.trim() === '') continue
    if (words.length > 2 && words.every(word => /^[A-Z%#][A-Z0-9_%/#>-]*(?:\([a-zA-Z]+\)|ms|us)?$/.test(word))) {
      const id = words.join(' ')
      current = tables.get(id)
      if (current === undefined) tables.set(id, (current = { labels: words, rows: [], others: 0 }))
      continue
    }
    if (current === undefined || /^(?:Tracing|\[?\.\.\.|\d\d:\d\d:\d\d$)/.test(line.trim())) continue
    if (words.length === current.labels.length) current.rows.push(words)
    else current.others++
  }
  return [...tables.values()].filter(
    table => table.rows.length > 0 && new Set(table.labels).size === table.labels.length,
  )
}

/** A number by itself, as every tool prints it; times of day are words of their own. */
const NUMBER = /(?<![\w.,:/+-])-?\d+(?:\.\d+)?(?![\w.,:/-])/g

/**
 * Numbers that stand alone in the rows of tables, as a multiset: none may be missing and none may come from nowhere. Columns that only stamps give are left out, and cells
 * with units, which the reader turns into another number.
 */
export function numberValues(rows: readonly string[], parsed: Parsed): Comparison {
  const printed = rows.flatMap(row => (row.match(NUMBER) ?? []).map(normal))
  const read: string[] = []
  for (const dataset of parsed.datasets) {
    if (dataset.kind !== 'events') continue
    for (const column of dataset.columns) {
      if (column.type === 'text') {
        if (!/^(?:STACK|MORE|DETAILS|DATA|VALUES)$/.test(column.name))
          read.push(...column.values.flatMap(value => (value.match(NUMBER) ?? []).map(normal)))
      } else if (
        !(ADDED.test(column.name) && (column.unit === 'clock' || column.unit === 'date' || column.name === 'INTERVAL'))
      )
        for (const value of column.values) if (!Number.isNaN(value)) read.push(String(value))
    }
  }
  const lost = compareMultisets('number', printed, read)
  // numbers with units (`1.42K`, `95us`) and times of day are read as other numbers, which are not invented
  const invented = compareMultisets('number', [...printed, ...rows.flatMap(derived)], read)
  return {
    compared: lost.compared,
    failures: [
      ...lost.failures.filter(failure => failure.includes('lost')),
      ...invented.failures.filter(failure => failure.includes('invented')),
    ],
  }
}

const SCALE = new Map([
  ['K', 1024],
  ['k', 1024],
  ['M', 1024 ** 2],
  ['m', 1024 ** 2],
  ['G', 1024 ** 3],
  ['g', 1024 ** 3],
])

/** What a reader may make of the words of a row that are numbers with something else: sizes, times, percentages, parts of addresses. */
function derived(row: string): string[] {
  // an empty map prints nothing where its count would stand
  const found: string[] = /\/sec:(?: @:)?\s*$/.test(row) ? ['0'] : []
  for (const word of row.split(/[\s|]+/)) {
    const time = /^(?:b')?\[?(\d\d?):(\d\d):(\d\d(?:[.,]\d+)?)[\]':]*$/.exec(word)
    if (time !== null)
      found.push(String(Number(time[1]) * 3600 + Number(time[2]) * 60 + Number(time[3]!.replace(',', '.'))))
    const size = /^(-?\d+(?:\.\d+)?)([KkMmGg])i?B?$/.exec(word)
    if (size !== null) found.push(String(Number(size[1]) * SCALE.get(size[2]!)!), String(Number(size[1])))
    for (const part of word.match(/-?\d+(?:\.\d+)?/g) ?? [])
      found.push(normal(part), String(Number(part) * 1000), String(Number((Number(part) / 1000).toFixed(6))))
  }
  return found
}

function normal(number: string): string {
  return String(Number(number))
}
