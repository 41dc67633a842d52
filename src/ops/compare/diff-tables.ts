import type { EventTable, HistogramSeries, NumberColumn } from '../../model/index.ts'
import { sortedQuantile } from '../../stats/quantile.ts'
import type { HistogramChange, Quantile } from './compare-histograms.ts'
import { compareHistograms } from './compare-histograms.ts'
import type { Policy } from './policy.ts'

/** What the rows of one kind of event did. */
export interface TableDiff {
  readonly tool: string
  readonly name: string
  readonly rowsBefore: number
  readonly rowsAfter: number
  /** Distributions of the columns that measure something; quantiles are exact. */
  readonly columns: readonly HistogramChange[]
  /** For text columns that repeat: how often each text occurs, largest changes first. */
  readonly counts: readonly {
    readonly column: string
    readonly rows: readonly { readonly text: string; readonly before: number; readonly after: number }[]
    readonly more: number
  }[]
}

/** Columns that name things and do not measure them. */
const NAMES =
  /^(?:time|ts|timestamp|pid|tid|ppid|tgid|uid|gid|cpu|port|l?port|rport|dport|sport|fd|[sdlr]?addr|ip|ret|err(?:no)?|inode|ino|sector|seq|id|flags|mode|dev|major|minor|mntns|netns)$/i
/** Bins per doubling of the pictures. */
const FINE = 4

/** Compares event tables of the same tool and name; each input of a side is a run. */
export function diffTables(
  before: readonly (readonly EventTable[])[],
  after: readonly (readonly EventTable[])[],
  policy: Pick<Policy, 'fdr' | 'method' | 'minRelative' | 'minRuns' | 'seed'>,
): TableDiff[] {
  const kinds = new Map<string, EventTable>()
  for (const table of [...before, ...after].flat()) {
    const key = `${table.tool}\0${table.name}`
    if (!kinds.has(key)) kinds.set(key, table)
  }
  const result: TableDiff[] = []
  for (const [, like] of [...kinds].sort((a, b) => (a[0] < b[0] ? -1 : 1))) {
    const pick = (side: readonly (readonly EventTable[])[]): EventTable[] =>
      side.flat().filter(table => table.tool === like.tool && table.name === like.name)
    const [a, b] = [pick(before), pick(after)]
    if (a.length === 0 || b.length === 0) continue
    const rows = (tables: readonly EventTable[]): number => tables.reduce((total, table) => total + table.length, 0)
    result.push({
      tool: like.tool,
      name: like.name,
      rowsBefore: rows(a),
      rowsAfter: rows(b),
      columns: columnChanges(a, b, policy),
      counts: textCounts(a, b),
    })
  }
  return result
}

function columnChanges(
  a: readonly EventTable[],
  b: readonly EventTable[],
  policy: Parameters<typeof compareHistograms>[2],
): HistogramChange[] {
  const series = (tables: readonly EventTable[]): HistogramSeries[][] =>
    tables.map(table => numbers(table).map(column => binned(table, column)))
  const exact = (tables: readonly EventTable[], name: string, unit: string): Float64Array => {
    const values = tables.flatMap(table =>
      numbers(table)
        .filter(column => column.name === name && column.unit === unit)
        .map(column => column.values.filter(value => !Number.isNaN(value))),
    )
    const all = new Float64Array(values.reduce((total, part) => total + part.length, 0))
    let at = 0
    for (const part of values) {
      all.set(part, at)
      at += part.length
    }
    return all.sort()
  }
  return compareHistograms(series(a), series(b), policy).map(change => {
    const [x, y] = [exact(a, change.name, change.unit), exact(b, change.name, change.unit)]
    const quantiles = [0.5, 0.9, 0.99].map((q): Quantile => {
      const point = (values: Float64Array): { value: number; low: number; high: number } => ({
        value: sortedQuantile(values, q),
        low: sortedQuantile(values, q),
        high: sortedQuantile(values, q),
      })
      return { q, before: point(x), after: point(y), resolved: true }
    })
    return { ...change, quantiles }
  })
}

function numbers(table: EventTable): NumberColumn[] {
  return table.columns.filter(
    (column): column is NumberColumn =>
      column.type === 'number' &&
      !NAMES.test(column.name.replace(/\(.*\)|_?(?:us|ms|ns|s)$/i, '')) &&
      column.values.some(value => !Number.isNaN(value)),
  )
}

/** The column as a histogram of quarter doublings, with a bucket for zero and one for what is negative. */
function binned(table: EventTable, column: NumberColumn): HistogramSeries {
  let low = Infinity
  let high = -Infinity
  let negative = false
  for (const value of column.values) {
    if (Number.isNaN(value)) continue
    if (value < 0) negative = true
    else if (value > 0) {
      low = Math.min(low, value)
      high = Math.max(high, value)
    }
  }
  const edges: number[] = negative ? [-Infinity, 0] : [0]
  const first = low === Infinity ? 0 : Math.floor(Math.log2(low) * FINE)
  const last = low === Infinity ? 1 : Math.floor(Math.log2(high) * FINE) + 1
  for (let k = first; k <= last; k++) edges.push(2 ** (k / FINE))
  const counts = new Float64Array(edges.length - 1)
  const base = negative ? 1 : 0
  for (const value of column.values) {
    if (Number.isNaN(value)) continue
    if (value < 0) counts[0]!++
    else {
      let bin = value === 0 ? 0 : Math.floor(Math.log2(value) * FINE) - first + 1
      if (value > 0 && value < edges[base + bin]!) bin--
      counts[Math.min(base + bin, counts.length - 1)]!++
    }
  }
  return {
    kind: 'histograms',
    name: column.name,
    key: '',
    unit: column.unit,
    edges: Float64Array.from(edges),
    time: new Float64Array([NaN]),
    counts,
    meta: table.meta,
  }
}

function textCounts(a: readonly EventTable[], b: readonly EventTable[]): TableDiff['counts'] {
  const names = new Set<string>()
  for (const table of [...a, ...b])
    for (const column of table.columns) if (column.type === 'text') names.add(column.name)
  const found: { column: string; rows: { text: string; before: number; after: number }[]; more: number }[] = []
  for (const name of [...names].sort()) {
    const counts = new Map<string, { text: string; before: number; after: number }>()
    let total = 0
    const count = (tables: readonly EventTable[], side: 'before' | 'after'): void => {
      for (const table of tables) {
        for (const column of table.columns) {
          if (column.type !== 'text' || column.name !== name) continue
          for (const text of column.values) {
            const entry = counts.get(text) ?? { text, before: 0, after: 0 }
            entry[side]++
            counts.set(text, entry)
            total++
          }
        }
      }
    }
    count(a, 'before')
    count(b, 'after')
    // a column whose texts hardly repeat tells nothing by its counts
    if (counts.size * 2 > total) continue
    const rows = [...counts.values()]
      .filter(row => row.before !== row.after)
      .sort((x, y) => Math.abs(y.after - y.before) - Math.abs(x.after - x.before) || (x.text < y.text ? -1 : 1))
    if (rows.length > 0) found.push({ column: name, rows: rows.slice(0, 20), more: Math.max(0, rows.length - 20) })
  }
  return found
}
