import type { EventTable } from '../../model/index.ts'
import { conversion } from '../../model/index.ts'
import { add } from './own-function.ts'
import type { ReportInput } from './report-input.ts'
import { numbersOf, textsOf, toolOf } from './tables.ts'
import type { Track } from './track.ts'
import { stepsFor, sumInSteps } from './track.ts'

/** What one tool that prints a line per event saw. */
export interface EventFacts {
  readonly source: string
  readonly tool: string
  readonly rows: number
  /** Seconds observed; NaN = not known. */
  readonly seconds: number
  readonly failed: number
  readonly track?: Track
  /** Commands with the most, their number and how many failed. */
  readonly comms: readonly { readonly name: string; readonly count: number; readonly failed: number }[]
  readonly parents: readonly { readonly name: string; readonly count: number }[]
  /** What failed most: file, address, command. */
  readonly failures: readonly { readonly name: string; readonly count: number }[]
  /** The slowest, in seconds. */
  readonly slowest: readonly { readonly comm: string; readonly what: string; readonly seconds: number }[]
  /** Sums by file or address, where the tool prints a latency: seconds and how many. */
  readonly slowFiles: readonly { readonly name: string; readonly seconds: number; readonly count: number }[]
}

/** Tools that print a line per event. Others print a line per interval or task. */
const PER_EVENT =
  /^(?:\w+snoop|tcp(?:connect|accept|retrans|life|drop|states|connlat|tracer)|\w+slower|killsnoop|oomkill|gethostlatency|bindsnoop|capable|syncsnoop|mountsnoop|solisten|filelife|drsnoop|shmsnoop|threadsnoop|javagc|bashreadline|dcsnoop|naptime|swapin|vfsreadlat|exitsnoop)$/
const WHAT = ['PATH', 'FILENAME', 'FILE', 'FNAME', 'ARGS', 'HOST', 'DADDR', 'RADDR', 'RADDR:RPORT', 'DISK', 'DEV']
const LATENCY = ['LAT', 'LATENCY', 'DELTA']
const SHOWN = 6
const SLOWEST = 20

/** Facts of every event table, the longest first. */
export function eventFacts(inputs: readonly ReportInput[]): EventFacts[] {
  return inputs
    .flatMap(({ source, parsed }) =>
      parsed.datasets.flatMap(table =>
        table.kind === 'events' && PER_EVENT.test(toolOf(table)) && table.name !== 'output'
          ? [factsOfTable(table, source)]
          : [],
      ),
    )
    .sort((a, b) => b.rows - a.rows || (a.tool < b.tool ? -1 : 1))
}

function factsOfTable(table: EventTable, source: string): EventFacts {
  const failed = failures(table)
  const comms = textsOf(table, 'COMM') ?? textsOf(table, 'PCOMM')
  const column = WHAT.find(name => textsOf(table, name) !== undefined)
  const what = column === undefined ? undefined : textsOf(table, column)
  const parents = numbersOf(table, 'PPID')
  const byComm = new Map<string, number>()
  const failedBy = new Map<string, number>()
  const failedWhat = new Map<string, number>()
  const byParent = new Map<string, number>()
  let count = 0
  for (let row = 0; row < table.length; row++) {
    const comm = comms?.[row] ?? ''
    add(byComm, comm, 1)
    if (parents !== undefined) add(byParent, String(parents[row]), 1)
    if (failed?.[row] !== 1) continue
    count++
    add(failedBy, comm, 1)
    add(failedWhat, what?.[row] ?? '', 1)
  }
  const seconds = table.meta.duration ?? NaN
  const track = trackOf(table, seconds)
  return {
    source,
    tool: toolOf(table),
    rows: table.length,
    seconds,
    failed: count,
    ...(track !== undefined && { track }),
    comms: comms === undefined ? [] : most(byComm).map(each => ({ ...each, failed: failedBy.get(each.name) ?? 0 })),
    parents: most(byParent),
    failures: most(failedWhat).filter(({ name }) => name !== ''),
    ...slow(table, comms, what),
  }
}

function most(counts: ReadonlyMap<string, number>): { name: string; count: number }[] {
  return [...counts]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, SHOWN)
    .map(([name, count]) => ({ name, count }))
}

/** 1 for each row that says it failed: an error number, or a negative result. */
function failures(table: EventTable): Uint8Array | undefined {
  const error = numbersOf(table, 'ERR')
  const result = numbersOf(table, 'RET')
  if (error === undefined && result === undefined) return undefined
  return Uint8Array.from({ length: table.length }, (_, row) => (error?.[row]! > 0 || result?.[row]! < 0 ? 1 : 0))
}

function trackOf(table: EventTable, seconds: number): Track | undefined {
  const column = table.columns.find(each => each.type === 'number' && /^TIME/.test(each.name))
  if (column?.type !== 'number' || table.length < 2) return undefined
  const scale = conversion(column.unit, 's') ?? (column.unit === 'clock' ? 1 : undefined)
  if (scale === undefined) return undefined
  let [from, to] = [Infinity, -Infinity]
  for (const time of column.values) {
    if (time * scale < from) from = time * scale
    if (time * scale > to) to = time * scale
  }
  if (!(to > from)) return undefined
  const span = Number.isFinite(seconds) && seconds > to - from ? seconds : to - from
  // a clock without fractions gives a step a second
  const steps = column.unit === 'clock' ? Math.max(1, Math.round(to - from) + 1) : stepsFor(span)
  const values = sumInSteps(
    Array.from(column.values, time => [time * scale, 1] as const),
    { from, to: column.unit === 'clock' ? to + 1 : from + span, steps },
  )
  const width = (column.unit === 'clock' ? to + 1 - from : span) / steps
  return { name: 'a second', unit: '', seconds: width * steps, values: values.map(n => n / width) }
}

function slow(
  table: EventTable,
  comms: readonly string[] | undefined,
  what: readonly string[] | undefined,
): Pick<EventFacts, 'slowest' | 'slowFiles'> {
  const column = table.columns.find(each => each.type === 'number' && LATENCY.includes(each.name))
  const scale = column?.type === 'number' ? conversion(column.unit, 's') : undefined
  if (column?.type !== 'number' || scale === undefined) return { slowest: [], slowFiles: [] }
  const rows = Array.from(column.values, (_, row) => row).filter(row => column.values[row]! >= 0)
  rows.sort((a, b) => column.values[b]! - column.values[a]! || a - b)
  const sums = new Map<string, { seconds: number; count: number }>()
  for (const row of rows) {
    const name = what?.[row] ?? ''
    const before = sums.get(name) ?? { seconds: 0, count: 0 }
    sums.set(name, { seconds: before.seconds + column.values[row]! * scale, count: before.count + 1 })
  }
  return {
    slowest: rows
      .slice(0, SLOWEST)
      .map(row => ({ comm: comms?.[row] ?? '', what: what?.[row] ?? '', seconds: column.values[row]! * scale })),
    slowFiles: [...sums]
      .map(([name, sum]) => ({ name, ...sum }))
      .sort((a, b) => b.seconds - a.seconds || (a.name < b.name ? -1 : 1))
      .slice(0, SHOWN),
  }
}
