import type { EventTable, Parsed, Profile, SampleTable } from '../../model/index.ts'
import type { CounterFacts } from './counters.ts'
import { counterFacts } from './counters.ts'
import type { CpuFacts } from './cpu.ts'
import { cpuFacts } from './cpu.ts'
import type { EventFacts } from './events.ts'
import { eventFacts } from './events.ts'
import type { Latency } from './latency.ts'
import { latenciesOf } from './latency.ts'
import type { MachineFacts } from './machine.ts'
import { machineFacts } from './machine.ts'
import type { Messages } from './messages.ts'
import { messagesIn } from './messages.ts'
import type { ReportInput } from './report-input.ts'
import type { CallFacts, EmptyReads, Starts } from './tables.ts'
import { callsIn, emptyReadsIn, numbersOf, startsIn, textsOf } from './tables.ts'
import type { WaitFacts } from './waits.ts'
import { waitFacts, waitFactsOfSums } from './waits.ts'

/** Everything the rules ask about. */
export interface Facts {
  readonly cpu?: CpuFacts
  readonly waits?: WaitFacts
  readonly starts?: Starts
  readonly emptyReads?: EmptyReads
  readonly calls?: CallFacts
  readonly counters?: CounterFacts
  readonly messages?: Messages
  readonly machine: MachineFacts
  readonly latencies: readonly Latency[]
  readonly events: readonly EventFacts[]
}

/** False when no rule can be judged by these facts: then no finding says nothing of the host. */
export function anythingMeasured({ machine, latencies, events, ...single }: Facts): boolean {
  return (
    latencies.length > 0 ||
    events.length > 0 ||
    Object.values(single).some(fact => fact !== undefined) ||
    machine.rows.some(row => [row.utilisation, row.saturation, row.errors].some(measure => !('absent' in measure)))
  )
}

type Single = Pick<Facts, 'cpu' | 'waits' | 'starts' | 'emptyReads' | 'calls' | 'counters'>

/** Facts of all inputs; of two that tell the same the first is taken. */
export function gatherFacts(inputs: readonly ReportInput[]): Facts {
  let single: Single = {}
  for (const { source, parsed } of inputs) single = { ...factsOf(parsed, source), ...single }
  const latencies = latenciesOf(inputs)
  const messages = messagesIn(inputs)
  const events = eventFacts(inputs)
  return {
    ...single,
    ...(single.starts !== undefined && { starts: namedStarts(single.starts, inputs, events) }),
    ...(messages !== undefined && { messages }),
    machine: machineFacts(inputs, single.cpu, latencies),
    latencies,
    events,
  }
}

/** Starts with the name of who started them, as samples of any input have it, and their rate over time. */
function namedStarts(starts: Starts, inputs: readonly ReportInput[], events: readonly EventFacts[]): Starts {
  const track = events.find(({ tool, source }) => tool === 'execsnoop' && source === starts.source)?.track
  return {
    ...starts,
    name: starts.name === '' ? nameOfProcess(starts.parent, inputs) : starts.name,
    ...(track && { track }),
  }
}

function nameOfProcess(pid: number, inputs: readonly ReportInput[]): string {
  for (const { parsed } of inputs)
    for (const dataset of parsed.datasets) {
      if (dataset.kind === 'samples') {
        const row = dataset.tid?.indexOf(pid) ?? -1
        const comm = row < 0 ? undefined : dataset.comms?.[dataset.comm?.[row] ?? -1]
        if (comm !== undefined) return comm
      } else if (dataset.kind === 'events') {
        const [pids, names] = [numbersOf(dataset, 'PID'), textsOf(dataset, 'COMMAND') ?? textsOf(dataset, 'Command')]
        const row = pids?.indexOf(pid) ?? -1
        if (row >= 0 && names !== undefined) return names[row]!
      }
    }
  return ''
}

function factsOf({ datasets }: Parsed, source: string): Single {
  const samples = datasets.filter((dataset): dataset is SampleTable => dataset.kind === 'samples')
  const tables = datasets.filter((dataset): dataset is EventTable => dataset.kind === 'events')
  const onCpu = samples.find(each => each.measures === 'on-cpu' && each.time.length > 0)
  const offCpu = samples.find(each => each.measures === 'off-cpu' && each.time.length > 0)
  const sums = datasets.find((each): each is Profile => each.kind === 'profile' && each.measures === 'off-cpu')
  const found = {
    cpu: onCpu === undefined ? undefined : cpuFacts(onCpu, source),
    waits:
      (offCpu === undefined ? undefined : waitFacts(offCpu, source)) ??
      (sums === undefined ? undefined : waitFactsOfSums(sums, source)),
    starts: tables.map(table => startsIn(table, source)).find(each => each !== undefined),
    emptyReads: emptyReadsIn(tables, source),
    calls: callsIn(tables, source),
    counters: counterFacts(tables, source),
  }
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined))
}
