import type { Column, EventTable, Meta } from '../../src/model/index.ts'
import type { Reading } from './growth.ts'
import type { EntryValue } from './map-log.ts'
import type { MapView } from './map-view.ts'
import type { Print } from './prints.ts'

/** Rows of earlier prints that are kept beside the last print. */
const MAX_EARLIER_ROWS = 1 << 20

/** The map as a table of its keys and values, and under a second name all its prints when the last one holds them. */
export function keyedTables(view: MapView, prints: readonly Print[], reading: Reading, meta: Meta): EventTable[] {
  const { name } = view.log
  if (reading.how !== 'grew') return [keyedTable({ name, view, meta }, reading.counting, prints)]
  const answer = keyedTable({ name, view, meta }, reading.counting, [])
  if (prints.length < 2) return [answer]
  let from = prints.length - 1
  while (from > 0 && view.log.length - prints[from - 1]!.start <= MAX_EARLIER_ROWS) from--
  return [answer, keyedTable({ name: `${name} snapshots`, view, meta }, prints.slice(from), prints)]
}

/** Only entries whose value is text, such as a stack in words or in a tuple. */
export function wordedTables(view: MapView, prints: readonly Print[], reading: Reading, meta: Meta): EventTable[] {
  if (!view.log.has('text')) return []
  const worded = prints.filter(({ start, end }) => range(start, end).some(entry => isWorded(view.log.value(entry))))
  if (worded.length === 0) return []
  const about = { name: view.log.name, view, meta }
  return [
    reading.how === 'grew'
      ? keyedTable(about, worded.slice(-1), [], isWorded)
      : keyedTable(about, worded, prints, isWorded),
  ]
}

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, i) => start + i)
}

function isWorded(value: EntryValue): boolean {
  return value.is === 'text' && value.text !== ''
}

function isPlain(value: EntryValue): boolean {
  return value.is === 'number' || value.is === 'stats' || value.is === 'text'
}

/** Rows of `shown`, with the number of each print among `all` where these are not empty. */
function keyedTable(
  { name, view, meta }: { readonly name: string; readonly view: MapView; readonly meta: Meta },
  shown: readonly Print[],
  all: readonly Print[],
  wanted: (value: EntryValue) => boolean = isPlain,
): EventTable {
  const rows: { entry: number; value: EntryValue; time: number; print: number }[] = []
  const numbers = new Map(all.map((print, i) => [print.start, i + 1]))
  for (const { start, end, time } of shown) {
    for (let entry = start; entry < end; entry++) {
      const value = view.log.value(entry)
      if (wanted(value)) rows.push({ entry, value, time, print: numbers.get(start) ?? 0 })
    }
  }
  const columns: Column[] = []
  if (all.length > 0) {
    columns.push({ name: 'snapshot', type: 'number', unit: '', values: Float64Array.from(rows, row => row.print) })
    if (rows.some(row => !Number.isNaN(row.time)))
      columns.push({ name: 'time', type: 'number', unit: 'clock', values: Float64Array.from(rows, row => row.time) })
  }
  for (const column of keyColumns(
    view,
    rows.map(row => row.entry),
  ))
    columns.push(column)
  for (const column of valueColumns(
    view,
    rows.map(row => row.value),
  ))
    columns.push(column)
  return table(name, columns, rows.length, meta)
}

function valueColumns(view: MapView, values: readonly EntryValue[]): Column[] {
  const { unit } = view
  const number = (name: string, of: string, pick: (value: EntryValue) => number): Column => ({
    name,
    type: 'number',
    unit: of,
    values: Float64Array.from(values, pick),
  })
  if (values.some(value => value.is === 'stats'))
    return [
      number('count', 'count', value => (value.is === 'stats' ? value.count : NaN)),
      number('average', unit, value => (value.is === 'stats' ? value.average : NaN)),
      number('total', unit, value => (value.is === 'stats' ? value.total : NaN)),
    ]
  if (values.every(value => value.is === 'number'))
    return [number('value', unit, value => (value.is === 'number' ? value.value : NaN))]
  return [
    {
      name: 'value',
      type: 'text',
      values: values.map(value =>
        value.is === 'text' ? value.text : value.is === 'number' ? String(value.value) : '',
      ),
    },
  ]
}

/** The rows of the tseries() plots of a map's last print. */
export function seriesTable(view: MapView, last: Print, meta: Meta): EventTable {
  const entries: number[] = []
  const clocks: string[] = []
  const values: number[] = []
  for (let entry = last.start; entry < last.end; entry++) {
    const value = view.log.value(entry)
    if (value.is !== 'series') continue
    for (const row of value.rows) {
      entries.push(entry)
      clocks.push(row.clock)
      values.push(row.value)
    }
  }
  const columns = keyColumns(view, entries)
  columns.push({ name: 'time', type: 'text', values: clocks })
  columns.push({ name: 'value', type: 'number', unit: view.unit, values: Float64Array.from(values) })
  return table(view.log.name, columns, values.length, meta)
}

function keyColumns(view: MapView, entries: readonly number[]): Column[] {
  const { arity } = view
  const texts: string[][] = Array.from({ length: arity }, () => [])
  for (const entry of entries) {
    const parts = view.parts(entry)
    for (let i = 0; i < arity; i++) texts[i]!.push(view.keys.partText(parts[i] ?? ''))
  }
  return texts.map((values, i): Column => {
    const name = arity === 1 ? 'key' : `key${i + 1}`
    if (values.length > 0 && values.every(value => /^-?\d{1,15}$/.test(value)))
      return { name, type: 'number', unit: '', values: Float64Array.from(values, Number) }
    return { name, type: 'text', values }
  })
}

function table(name: string, columns: readonly Column[], length: number, meta: Meta): EventTable {
  return { kind: 'events', name, tool: meta.tool ?? 'bpftrace', length, columns, meta }
}

/** The program's own output as a table of lines. */
export function outputTable(
  output: readonly { readonly line: number; readonly text: string }[],
  meta: Meta,
): EventTable {
  return {
    kind: 'events',
    name: 'output',
    tool: 'bpftrace',
    length: output.length,
    columns: [
      { name: 'line', type: 'number', unit: '', values: Float64Array.from(output, row => row.line) },
      { name: 'text', type: 'text', values: output.map(row => row.text) },
    ],
    meta,
  }
}
