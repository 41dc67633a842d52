import type { EventTable } from '../../model/index.ts'
import type { CpuFacts } from './cpu.ts'
import type { Latency } from './latency.ts'
import { messagesIn } from './messages.ts'
import type { Part } from './part.ts'
import type { ReportInput } from './report-input.ts'
import { numbersOf, textsOf, toolOf } from './tables.ts'
import type { Track } from './track.ts'

/** One cell of the machine's table: a number, what it is of, and how it went; or why there is none. */
export type Measure =
  | {
      readonly value: Part
      readonly of: readonly Part[]
      readonly note: readonly Part[]
      readonly track?: Track
      /** Something to look at. */
      readonly look: boolean
      /** For comparisons: the plain number. */
      readonly number: number
    }
  | { readonly absent: string }

export type ResourceName = 'CPU' | 'Memory' | 'Disk' | 'Network'

/** Utilisation, saturation and errors of a resource. */
export interface Resource {
  readonly name: ResourceName
  readonly utilisation: Measure
  readonly saturation: Measure
  readonly errors: Measure
}

/** A table with the input it is from. */
interface From {
  readonly source: string
  readonly table: EventTable
}

/** What tools that look at the whole machine say, over the capture; NaN = not measured. */
export interface MachineFacts {
  /** Input of the tools that print once a second; '' = none. */
  readonly source: string
  readonly runnable: number
  readonly idle: number
  readonly iowait: number
  readonly steal: number
  /** Share of CPU time in percent in interrupts and softirqs, of all CPUs and of the busiest one, and which that is. */
  readonly interrupts: number
  readonly interruptsMost: { readonly cpu: string; readonly percent: number } | undefined
  /** KiB a second, in and out. */
  readonly swap: number
  /** KiB, and the share that is neither free nor reclaimable. */
  readonly memory: number
  readonly memoryUsed: number
  /** Busiest disk: percent of the time busy, operations, KiB and queue. */
  readonly disk: DiskFacts | undefined
  readonly retransmits: number
  readonly failedConnects: number
  /** Packets of all devices but lo, KiB a second. */
  readonly traffic: number
  readonly linkUse: number
  /** Page cache, by cachestat: misses a second and share of hits. */
  readonly cacheMisses: number
  readonly cacheHits: number
  readonly rows: readonly Resource[]
}

export interface DiskFacts {
  readonly name: string
  readonly percent: number
  readonly operations: number
  readonly kib: number
  readonly queue: number
  readonly wait: number
}

const mean = (values: ArrayLike<number> | undefined): number => {
  if (values === undefined || values.length === 0) return NaN
  let [sum, count] = [0, 0]
  for (const value of Array.from(values)) {
    if (!Number.isFinite(value)) continue
    sum += value
    count++
  }
  return count === 0 ? NaN : sum / count
}

/** Tables of the inputs by name and column. */
class Tables {
  readonly all: readonly From[]

  constructor(inputs: readonly ReportInput[]) {
    this.all = inputs.flatMap(({ source, parsed }) =>
      parsed.datasets.flatMap(table => (table.kind === 'events' ? [{ source, table }] : [])),
    )
  }

  named(name: string): From | undefined {
    return this.all.find(({ table }) => table.name === name || toolOf(table) === name)
  }

  /** A column, its first rows left out: those that are means since boot. */
  column(name: string, column: string, skip = 0): number[] | undefined {
    const table = this.named(name)?.table
    const values = table === undefined ? undefined : numbersOf(table, column)
    return values === undefined ? undefined : Array.from(values.length > skip ? values.slice(skip) : values)
  }

  /** Values of the rows whose text column holds a word. */
  rowsOf(name: string, key: string, word: string, column: string): number[] | undefined {
    const table = this.named(name)?.table
    const texts = table === undefined ? undefined : textsOf(table, key)
    const values = table === undefined ? undefined : numbersOf(table, column)
    if (texts === undefined || values === undefined) return undefined
    return Array.from(values).filter((_, row) => texts[row] === word)
  }

  track(name: string, unit: string, values: readonly number[] | undefined): { track?: Track } {
    return values === undefined || values.length < 2 ? {} : { track: { name, unit, seconds: values.length, values } }
  }
}

/** What is told of the whole machine, from whatever tools looked at it. */
export function machineFacts(
  inputs: readonly ReportInput[],
  cpu: CpuFacts | undefined,
  latencies: readonly Latency[],
): MachineFacts {
  const tables = new Tables(inputs)
  const column = (name: string, of: string, skip = 0): number => mean(tables.column(name, of, skip))
  const first = (...values: number[]): number => values.find(Number.isFinite) ?? NaN
  const all = (of: string): number => mean(tables.rowsOf('cpu average', 'CPU', 'all', of))
  const facts = {
    source: tables.named('vmstat')?.source ?? tables.named('cpu')?.source ?? tables.named('free')?.source ?? '',
    runnable: column('vmstat', 'r', 1),
    idle: first(column('vmstat', 'id', 1), all('%idle')),
    iowait: first(column('vmstat', 'wa', 1), all('%iowait')),
    steal: first(column('vmstat', 'st', 1), all('%steal')),
    interrupts: all('%irq') + all('%soft'),
    interruptsMost: busiestInterrupts(tables),
    swap: column('vmstat', 'si', 1) + column('vmstat', 'so', 1),
    ...memoryOf(tables),
    disk: diskOf(tables),
    retransmits: column('tcp errors', 'retrans/s'),
    failedConnects: column('tcp errors', 'atmptf/s'),
    traffic: trafficOf(tables),
    linkUse: largestOf(tables.column('network', '%ifutil')),
    ...cacheOf(column('cachestat', 'HITS'), column('cachestat', 'MISSES')),
  }
  return { ...facts, rows: resources(tables, facts, { inputs, cpu, latencies }) }
}

function cacheOf(hits: number, misses: number): Pick<MachineFacts, 'cacheMisses' | 'cacheHits'> {
  return { cacheMisses: misses, cacheHits: hits + misses > 0 ? hits / (hits + misses) : NaN }
}

function largestOf(values: readonly number[] | undefined): number {
  let most = NaN
  for (const value of values ?? []) if (!(value <= most)) most = value
  return most
}

function busiestInterrupts(tables: Tables): MachineFacts['interruptsMost'] {
  const table = tables.named('cpu average')?.table
  if (table === undefined) return undefined
  const [names, hard, soft] = [textsOf(table, 'CPU'), numbersOf(table, '%irq'), numbersOf(table, '%soft')]
  let best: MachineFacts['interruptsMost']
  for (let row = 0; row < table.length; row++) {
    const percent = (hard?.[row] ?? NaN) + (soft?.[row] ?? NaN)
    const cpu = names?.[row] ?? ''
    if (cpu !== 'all' && percent > (best?.percent ?? -1)) best = { cpu, percent }
  }
  return best
}

function memoryOf(tables: Tables): Pick<MachineFacts, 'memory' | 'memoryUsed'> {
  const of = (column: string): number => tables.rowsOf('free', 'NAME', 'Mem:', column)?.[0] ?? NaN
  const [total, available] = [of('total'), of('available')]
  const command = tables.named('free')?.table.meta.command ?? ''
  const scale = / -\w*m/.test(command) ? 1024 : / -\w*g/.test(command) ? 1024 * 1024 : 1
  return { memory: total * scale, memoryUsed: total > 0 ? (total - available) / total : NaN }
}

/** Disk that is busy the longest; the first report of iostat is a mean since boot. */
function diskOf(tables: Tables): DiskFacts | undefined {
  const table = tables.named('devices')?.table
  const names = table === undefined ? undefined : textsOf(table, 'Device')
  if (table === undefined || names === undefined) return undefined
  const intervals = numbersOf(table, 'INTERVAL')
  const value = (column: string, rows: readonly number[]): number => {
    const values = numbersOf(table, column)
    return values === undefined ? NaN : mean(rows.map(row => values[row]!))
  }
  let best: DiskFacts | undefined
  for (const name of new Set(names)) {
    const all = names.flatMap((each, row) => (each === name ? [row] : []))
    const later = all.filter((row, i) => (intervals === undefined ? i > 0 : intervals[row]! > 0))
    const rows = later.length > 0 ? later : all
    const disk = {
      name,
      percent: value('%util', rows),
      operations: value('r/s', rows) + value('w/s', rows),
      kib: value('rkB/s', rows) + value('wkB/s', rows),
      queue: value('aqu-sz', rows),
      wait: Math.max(value('r_await', rows), value('w_await', rows)),
    }
    if (best === undefined || disk.percent > best.percent) best = disk
  }
  return best
}

function trafficOf(tables: Tables): number {
  const table = tables.named('network average')?.table
  const names = table === undefined ? undefined : textsOf(table, 'IFACE')
  if (table === undefined || names === undefined) return NaN
  const [received, sent] = [numbersOf(table, 'rxkB/s'), numbersOf(table, 'txkB/s')]
  let sum = 0
  for (let row = 0; row < table.length; row++)
    if (names[row] !== 'lo') sum += (received?.[row] ?? 0) + (sent?.[row] ?? 0)
  return sum
}

interface Known {
  readonly inputs: readonly ReportInput[]
  readonly cpu: CpuFacts | undefined
  readonly latencies: readonly Latency[]
}

type Scalars = Omit<MachineFacts, 'rows'>

function resources(tables: Tables, facts: Scalars, known: Known): Resource[] {
  return [
    cpuRow(tables, facts, known),
    memoryRow(tables, facts, known),
    diskRow(tables, facts, known),
    networkRow(tables, facts),
  ]
}

const SIXTY = 'not measured: sixty.sh was not run, or the tool is not on the host'

function cpuRow(tables: Tables, facts: Scalars, { inputs, cpu, latencies }: Known): Resource {
  const cpus = cpu?.cpus ?? cpusOf(inputs)
  const busy = cpu === undefined ? ((100 - facts.idle) / 100) * cpus : cpu.busy / cpu.seconds
  const idle = tables.column('vmstat', 'id', 1)?.map(percent => ((100 - percent) / 100) * cpus)
  const track = cpu === undefined ? tables.track('CPUs busy', '', idle) : { track: cpu.track }
  const runqlat = latencies.find(({ tool }) => tool === 'runqlat')
  const messages = messagesIn(inputs)
  return {
    name: 'CPU',
    utilisation: Number.isFinite(busy)
      ? {
          value: { value: busy, unit: '' },
          of: [`of ${cpus} busy`],
          note: Number.isFinite(facts.steal) ? [{ share: facts.steal / 100 }, ' stolen'] : [],
          ...track,
          look: busy >= 0.9 * cpus,
          number: busy,
        }
      : { absent: 'not measured: no profile of CPUs, no vmstat' },
    saturation: Number.isFinite(facts.runnable)
      ? {
          value: { value: facts.runnable, unit: '' },
          of: ['tasks could run'],
          note: runqlat === undefined ? [] : waitNote('waits for a CPU', runqlat),
          ...tables.track('tasks that could run', '', tables.column('vmstat', 'r', 1)),
          look: facts.runnable > 1.5 * cpus,
          number: facts.runnable,
        }
      : runqlat === undefined
        ? { absent: SIXTY }
        : latencyMeasure(runqlat, 'p99 wait for a CPU', 0.01),
    errors:
      messages === undefined
        ? { absent: 'not measured: dmesg was not read' }
        : errorCount(messages.hardware, 'machine checks'),
  }
}

function cpusOf(inputs: readonly ReportInput[]): number {
  for (const { parsed } of inputs) for (const { meta } of parsed.datasets) if (meta.cpus !== undefined) return meta.cpus
  return NaN
}

function waitNote(what: string, { p50, p99, unit }: Latency): Part[] {
  return [`${what}: p50 `, { ...p50, unit }, ', p99 ', { ...p99, unit }]
}

/** A latency's p99, to be looked at from so many seconds on. */
function latencyMeasure(latency: Latency, of: string, limit: number): Measure {
  const { p50, p99, unit } = latency
  const scale = unit === 'us' ? 1e-6 : unit === 'ms' ? 1e-3 : unit === 'ns' ? 1e-9 : 1
  return {
    value: { ...p99, unit },
    of: [of],
    note: ['p50 ', { ...p50, unit }],
    look: p99.low * scale >= limit,
    number: p99.low * scale,
  }
}

function errorCount(count: number, what: string): Measure {
  return { value: { value: count, unit: '' }, of: [`${what} in dmesg`], note: [], look: count > 0, number: count }
}

function memoryRow(tables: Tables, facts: Scalars, { inputs }: Known): Resource {
  const messages = messagesIn(inputs)
  return {
    name: 'Memory',
    utilisation: Number.isFinite(facts.memoryUsed)
      ? {
          value: { share: facts.memoryUsed },
          of: ['of ', { value: facts.memory, unit: 'KiB' }, ' in use'],
          note: ['without what can be reclaimed'],
          ...tables.track('free', 'KiB', tables.column('vmstat', 'free', 1)),
          look: facts.memoryUsed >= 0.95,
          number: facts.memoryUsed,
        }
      : { absent: SIXTY },
    saturation: Number.isFinite(facts.swap)
      ? {
          value: { value: facts.swap, unit: 'KiB' },
          of: ['swapped a second'],
          note: [],
          look: facts.swap > 0,
          number: facts.swap,
        }
      : { absent: SIXTY },
    errors:
      messages === undefined
        ? { absent: 'not measured: dmesg was not read' }
        : errorCount(messages.killed, 'OOM kills'),
  }
}

function diskRow(tables: Tables, { disk, iowait }: Scalars, { inputs, latencies }: Known): Resource {
  const messages = messagesIn(inputs)
  const latency =
    latencies.find(({ tool }) => tool === 'biolatency') ?? latencies.find(({ tool }) => tool === 'biosnoop')
  const busy = disk === undefined ? undefined : tables.rowsOf('devices', 'Device', disk.name, '%util')?.slice(1)
  return {
    name: 'Disk',
    utilisation:
      disk === undefined || !Number.isFinite(disk.percent)
        ? { absent: SIXTY }
        : {
            value: { share: disk.percent / 100 },
            of: [{ name: disk.name } as Part, ' busy'],
            note: [{ value: disk.operations, unit: '' }, ' I/Os and ', { value: disk.kib, unit: 'KiB' }, ' a second'],
            ...tables.track('busy', '%', busy),
            look: disk.percent >= 60,
            number: disk.percent / 100,
          },
    saturation:
      latency !== undefined
        ? latencyMeasure(latency, 'p99 of one I/O', 0.02)
        : Number.isFinite(iowait)
          ? {
              value: { share: iowait / 100 },
              of: ['of CPU time idle with I/O under way'],
              note: disk === undefined ? [] : [{ value: disk.queue, unit: '' }, ' I/Os in the queue'],
              ...tables.track('idle with I/O', '%', tables.column('vmstat', 'wa', 1)),
              look: iowait >= 20,
              number: iowait / 100,
            }
          : { absent: 'not measured: no biolatency, no iostat' },
    errors:
      messages === undefined ? { absent: 'not measured: dmesg was not read' } : errorCount(messages.disk, 'I/O errors'),
  }
}

function networkRow(tables: Tables, facts: Scalars): Resource {
  return {
    name: 'Network',
    utilisation: Number.isFinite(facts.traffic)
      ? {
          value: { value: facts.traffic, unit: 'KiB' },
          of: ['a second, without lo'],
          note: Number.isFinite(facts.linkUse) ? [{ share: facts.linkUse / 100 }, ' of the link at most'] : [],
          look: facts.linkUse >= 70,
          number: facts.traffic,
        }
      : { absent: SIXTY },
    saturation: Number.isFinite(facts.retransmits)
      ? {
          value: { value: facts.retransmits, unit: '' },
          of: ['segments sent again a second'],
          note: [],
          ...tables.track('sent again', '', tables.column('tcp errors', 'retrans/s')),
          look: facts.retransmits >= 1,
          number: facts.retransmits,
        }
      : { absent: SIXTY },
    errors: Number.isFinite(facts.failedConnects)
      ? {
          value: { value: facts.failedConnects, unit: '' },
          of: ['connections failed a second'],
          note: [],
          look: facts.failedConnects >= 1,
          number: facts.failedConnects,
        }
      : { absent: SIXTY },
  }
}
