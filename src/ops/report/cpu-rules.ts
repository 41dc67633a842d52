import type { Facts } from './facts.ts'
import type { Finding } from './finding.ts'
import { shellWord } from './finding.ts'
import type { Part } from './part.ts'

/** Shells and what they start use a CPU in thousands of short lives: fewer starts than these a second are a script at work. */
const STARTS_A_SECOND = 20
const EMPTY_READS_A_SECOND = 1000
/** Half of a CPU. */
const DOMINANT = 0.5

/** Programs that run what others wrote. */
const SHELLS = /^(?:sh|bash|dash|zsh|busybox|make|xargs|find|env|sudo|cron|crond)$/

/** One parent that starts processes all the time. */
export function processStorm({ starts, cpu }: Facts): Finding | undefined {
  if (starts === undefined || starts.count < STARTS_A_SECOND * starts.seconds) return undefined
  const shown = starts.comms.slice(0, 5)
  const tasks = cpu?.tasks.filter(task => starts.comms.includes(task.comm)) ?? []
  const used = cpu === undefined ? undefined : tasks.reduce((sum, task) => sum + task.seconds, 0) / cpu.seconds
  const names = shown.flatMap((name, i): Part[] => [...(i > 0 ? [', '] : []), { name }])
  const evidence: Part[][] = [[...names, ...(starts.comms.length > 5 ? [` and ${starts.comms.length - 5} more`] : [])]]
  if (used !== undefined) evidence.push(['tasks of these names use ', { value: used, unit: 'CPUs' }])
  return {
    rule: 'process-storm',
    subject: starts.name === '' ? `process ${starts.parent}` : starts.name,
    sentence: [
      ...(starts.name === '' ? [`Process ${starts.parent}`] : [{ name: starts.name }, ` (process ${starts.parent})`]),
      ' starts ',
      { value: starts.count / starts.seconds, unit: 'processes' },
      ' a second that live for a moment.',
    ],
    evidence,
    section: 'events',
    command: `bpfview table ${shellWord(starts.source)}`,
    // a start and an end cost about a millisecond of CPU where nothing measured it
    stake: Math.max(used ?? 0, (starts.count / starts.seconds) * 0.001),
    metric: {
      name: 'starts a second',
      value: starts.total / starts.seconds,
      unit: '',
      in: facts => (facts.starts === undefined ? undefined : facts.starts.total / facts.starts.seconds),
      chance: 1 / Math.sqrt(starts.total),
    },
    ...(starts.track !== undefined && { proof: { kind: 'track', track: starts.track } }),
  }
}

/** The same from samples alone: many processes of the same few names, each seen for a moment. */
export function shortLived({ starts, cpu }: Facts): Finding | undefined {
  if (starts !== undefined || cpu === undefined) return undefined
  const many = cpu.tasks.filter(({ processes }) => processes >= 5 && processes >= 2 * cpu.seconds)
  const processes = many.reduce((sum, task) => sum + task.processes, 0)
  if (processes < STARTS_A_SECOND * cpu.seconds) return undefined
  const used = many.reduce((sum, task) => sum + task.seconds, 0) / cpu.seconds
  if (used < 0.25) return undefined
  return {
    rule: 'short-lived-processes',
    subject: many[0]!.comm,
    sentence: [
      'At least ',
      { value: processes / cpu.seconds, unit: 'processes' },
      ' a second live for a moment and use ',
      { value: used, unit: 'CPUs' },
      ': ',
      ...many.slice(0, 5).flatMap(({ comm }, i): Part[] => [...(i > 0 ? [', '] : []), { name: comm }]),
      '.',
    ],
    evidence: [['as many as samples hit; execsnoop of checklist.sh sees all, and who starts them']],
    section: 'tasks',
    command: `bpfview report ${shellWord(cpu.source)} --json`,
    stake: used,
    metric: {
      name: 'CPUs of short-lived processes',
      value: used,
      unit: 'CPUs',
      in: facts => usedBy(facts, many[0]!.comm),
    },
  }
}

/** Reads that find nothing. */
export function emptyReads({ emptyReads: reads, cpu }: Facts): Finding | undefined {
  if (reads === undefined) return undefined
  const rate = reads.empty / reads.seconds
  if (rate < EMPTY_READS_A_SECOND || reads.empty < 0.5 * reads.reads) return undefined
  const task = cpu?.tasks.find(each => each.comm === reads.comm)
  const used = task === undefined || cpu === undefined ? undefined : task.seconds / cpu.seconds
  return {
    rule: 'empty-reads',
    subject: reads.comm,
    sentence: [
      { name: reads.comm },
      ' reads ',
      { value: rate, unit: '' },
      ' times a second and gets 0 bytes: ',
      { share: reads.empty / reads.reads },
      ' of its reads find nothing.',
    ],
    evidence: [
      [
        `process ${reads.pid}`,
        ...(used === undefined ? [] : [' uses ', { value: used, unit: 'CPUs' } as Part]),
        ...(task?.own === undefined ? [] : [', called from ', { name: task.own.name } as Part]),
      ],
    ],
    section: 'events',
    command: `bpfview table ${shellWord(reads.source)}`,
    stake: Math.max(used ?? 0, rate * 0.5e-6) * 1.5,
    metric: {
      name: 'empty reads a second',
      value: rate,
      unit: '',
      in: ({ emptyReads: other }) =>
        other === undefined ? undefined : other.comm === reads.comm ? other.empty / other.seconds : 0,
    },
    proof: {
      kind: 'bar',
      parts: [{ label: '0 bytes', value: reads.empty, hue: 'disk' }],
      whole: reads.reads,
      unit: 'reads',
    },
  }
}

/** A thread that computes without a pause at regular times: all that it serves waits as long. */
export function regularStall({ cpu }: Facts): Finding | undefined {
  if (cpu === undefined) return undefined
  const [task] = cpu.tasks
    .filter(each => each.burst !== undefined)
    .sort((a, b) => b.burst!.length / b.burst!.period - a.burst!.length / a.burst!.period)
  const burst = task?.burst
  if (task === undefined || burst === undefined) return undefined
  const together = burst.threads > 1 ? [' in ', { value: burst.threads, unit: 'threads' } as Part] : []
  return {
    rule: 'regular-stall',
    subject: task.comm,
    sentence: [
      { name: task.comm },
      ' computes for ',
      { value: burst.length, unit: 's' },
      ' without a pause',
      ...together,
      ', every ',
      { value: burst.period, unit: 's' },
      ...(burst.own === '' ? [] : [', in ', { name: burst.own }]),
      '.',
    ],
    evidence: [
      [
        { value: burst.count, unit: 'times' },
        ' in ',
        { value: cpu.seconds, unit: 's' },
        ...(Number.isNaN(burst.offset)
          ? []
          : [', at ', { value: burst.offset, unit: 's' } as Part, ' after the full second']),
        ...(burst.thread < 0 ? [] : [`; thread ${burst.thread}`]),
      ],
    ],
    section: 'cpu',
    command: `bpfview scope ${shellWord(cpu.source)} -o scope.html`,
    // whoever comes meanwhile waits, so that it is worth more than its CPU
    stake: Math.max(burst.length / burst.period, burst.cpus) * 1.5,
    metric: {
      name: 'time in regular bursts',
      value: burst.length / burst.period,
      unit: 'share',
      in: facts => {
        if (facts.cpu === undefined) return undefined
        const other = facts.cpu.tasks.find(each => each.comm === task.comm)?.burst
        return other === undefined ? 0 : other.length / other.period
      },
    },
    proof: { kind: 'map', comm: task.comm },
  }
}

/** A task that has half of a CPU or more to itself, where no other rule says why. */
export function busyTask({ cpu, counters }: Facts): Finding | undefined {
  const task = cpu?.tasks[0]
  if (cpu === undefined || task === undefined || task.seconds < DOMINANT * cpu.seconds) return undefined
  if (SHELLS.test(task.comm) && task.processes > 2 * cpu.seconds) return undefined
  const best = task.own ?? task.top
  const ipc = counters === undefined ? NaN : counters.instructions / counters.cycles
  return {
    rule: 'busy-task',
    subject: task.comm,
    sentence: [
      { name: task.comm },
      ' uses ',
      { value: task.seconds / cpu.seconds, unit: 'CPUs' },
      ` of ${cpu.cpus}`,
      ...(best === undefined
        ? []
        : [': ', { share: best.seconds / task.seconds } as Part, ' of it in ', { name: best.name } as Part]),
      '.',
    ],
    evidence: [
      [
        { value: task.samples, unit: 'samples' },
        ' over ',
        { value: cpu.seconds, unit: 's' },
        ', ',
        { value: task.threads, unit: 'threads' },
        ...(task.own !== undefined && task.top !== undefined && task.top.name !== task.own.name
          ? (['; ', { share: task.top.seconds / task.seconds }, ' is spent in ', { name: task.top.name }] as Part[])
          : []),
        ...(Number.isFinite(ipc) ? ['; ', { value: ipc, unit: '' } as Part, ' instructions per cycle'] : []),
      ],
    ],
    section: 'cpu',
    command: `bpfview top ${shellWord(cpu.source)}`,
    stake: (task.seconds / cpu.seconds) * 0.5,
    metric: {
      name: 'CPUs used',
      value: task.seconds / cpu.seconds,
      unit: 'CPUs',
      in: facts => usedBy(facts, task.comm),
      chance: 1 / Math.sqrt(Math.max(1, task.samples)),
    },
    proof: { kind: 'track', track: task.track },
  }
}

function usedBy({ cpu }: Facts, comm: string): number | undefined {
  if (cpu === undefined) return undefined
  return (cpu.tasks.find(each => each.comm === comm)?.seconds ?? 0) / cpu.seconds
}

/** A machine whose CPUs are all busy while more tasks could run. */
export function noSpareCpu({ cpu, machine, latencies, waits }: Facts): Finding | undefined {
  if (cpu === undefined || cpu.busy < 0.95 * cpu.cpus * cpu.seconds) return undefined
  const runqlat = latencies.find(({ tool }) => tool === 'runqlat')
  const crowded = machine.runnable >= 1.5 * cpu.cpus
  const late = runqlat !== undefined && runqlat.p99.low * (runqlat.unit === 'us' ? 1e-6 : 1e-3) >= 0.004
  if (!crowded && !late) return undefined
  const busy = cpu.busy / cpu.seconds
  const [first] = cpu.tasks
  return {
    rule: 'no-spare-cpu',
    subject: 'CPU',
    sentence: [
      'The machine has no CPU to spare: ',
      { value: busy, unit: '' },
      ` of ${cpu.cpus} are busy`,
      ...(Number.isFinite(machine.runnable)
        ? [', and ', { value: machine.runnable, unit: '' } as Part, ' tasks could run at a time']
        : []),
      '.',
    ],
    evidence: [
      ...(runqlat === undefined
        ? []
        : [
            [
              'a task waits for a CPU: p50 ',
              { ...runqlat.p50, unit: runqlat.unit },
              ', p99 ',
              { ...runqlat.p99, unit: runqlat.unit },
              ' (runqlat)',
            ] as Part[],
          ]),
      ...(first === undefined
        ? []
        : [
            [
              'most of it: ',
              { name: first.comm },
              ' with ',
              { value: first.seconds / cpu.seconds, unit: 'CPUs' },
            ] as Part[],
          ]),
    ],
    section: 'machine',
    command: `bpfview report ${shellWord(cpu.source)} --json`,
    // what waits is told by its own finding where waits were recorded
    stake:
      waits === undefined
        ? Math.max(0.3, (Number.isFinite(machine.runnable) ? machine.runnable : busy) - cpu.cpus) * 0.5
        : 0.3,
    metric: {
      name: 'CPUs busy',
      value: busy,
      unit: 'CPUs',
      in: facts => (facts.cpu === undefined ? undefined : facts.cpu.busy / facts.cpu.seconds),
    },
    proof: { kind: 'track', track: cpu.track },
  }
}

/** Interrupts and softirqs that take a good part of a CPU. */
export function interrupts({ cpu, machine }: Facts): Finding | undefined {
  const most = machine.interruptsMost
  const sampled = cpu === undefined ? NaN : cpu.interrupts / cpu.seconds
  const counted = Number.isFinite(machine.interrupts) && cpu !== undefined ? (machine.interrupts / 100) * cpu.cpus : NaN
  const used = Math.max(Number.isFinite(sampled) ? sampled : 0, Number.isFinite(counted) ? counted : 0)
  const busiest = most === undefined ? 0 : most.percent / 100
  if (used < 0.3 && busiest < 0.3) return undefined
  return {
    rule: 'interrupts',
    subject: 'interrupts',
    sentence: [
      'Interrupts and softirqs take ',
      { value: Math.max(used, busiest), unit: 'CPUs' },
      ...(most !== undefined && busiest >= 0.3 ? [`, most of it on CPU ${most.cpu}`] : []),
      '.',
    ],
    evidence: [
      ...(Number.isFinite(counted)
        ? [[{ share: machine.interrupts / 100 }, ' of all CPU time by mpstat'] as Part[]]
        : []),
      ...(Number.isFinite(sampled) ? [[{ value: sampled, unit: 'CPUs' }, ' by samples'] as Part[]] : []),
    ],
    section: 'machine',
    command: `bpfview table ${shellWord(machine.source === '' ? (cpu?.source ?? '') : machine.source)}`,
    stake: Math.max(used, busiest),
    metric: {
      name: 'CPUs in interrupts',
      value: Math.max(used, busiest),
      unit: 'CPUs',
      in: facts => (facts.cpu === undefined ? undefined : facts.cpu.interrupts / facts.cpu.seconds),
    },
  }
}

/** Counters that say the CPUs wait for memory. */
export function cacheMisses({ counters }: Facts): Finding | undefined {
  if (counters === undefined) return undefined
  const { cycles, instructions, cacheReferences, cacheMisses: misses, lastLevelLoads, lastLevelMisses } = counters
  const share = Math.max(0, ...[misses / cacheReferences, lastLevelMisses / lastLevelLoads].filter(Number.isFinite))
  const perThousand = ((misses >= 0 ? misses : lastLevelMisses) / instructions) * 1000
  const ipc = instructions / cycles
  if (share < 0.2 || !(ipc < 1) || !(perThousand >= 5)) return undefined
  return {
    rule: 'cache-misses',
    subject: 'CPU caches',
    sentence: [
      { share },
      ' of cache references miss, and only ',
      { value: ipc, unit: '' },
      ' instructions are done per cycle: the CPUs wait for memory.',
    ],
    evidence: [
      [
        { value: perThousand, unit: '' },
        ' misses per 1,000 instructions',
        ...(Number.isFinite(counters.seconds)
          ? [' over ', { value: counters.seconds, unit: 's' } as Part, ' of CPU']
          : []),
      ],
    ],
    section: 'cpu',
    command: `bpfview table ${shellWord(counters.source)}`,
    stake: 0.5,
    metric: {
      name: 'share of cache references that miss',
      value: share,
      unit: 'share',
      in: ({ counters: other }) => (other === undefined ? undefined : other.cacheMisses / other.cacheReferences),
    },
  }
}
