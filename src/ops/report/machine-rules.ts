import { conversion } from '../../model/index.ts'
import type { Facts } from './facts.ts'
import type { Finding } from './finding.ts'
import { shellWord } from './finding.ts'
import type { Latency } from './latency.ts'
import type { MachineFacts } from './machine.ts'
import type { Part } from './part.ts'

const FAILED_CONNECTS = 1
/** A message older than this is history. */
const RECENT = 600

function machineMetric(
  name: string,
  unit: string,
  pick: (machine: MachineFacts) => number,
  facts: Facts,
): Finding['metric'] {
  return {
    name,
    value: pick(facts.machine),
    unit,
    in: other => {
      const value = pick(other.machine)
      return Number.isFinite(value) ? value : undefined
    },
  }
}

/** A machine that swaps while it is looked at. */
export function swapping(facts: Facts): Finding | undefined {
  const { machine } = facts
  if (!(machine.swap >= 100)) return undefined
  return {
    rule: 'swapping',
    subject: 'memory',
    sentence: ['The machine swaps ', { value: machine.swap, unit: 'KiB' }, ' a second: memory is short.'],
    evidence: Number.isFinite(machine.memoryUsed) ? [[{ share: machine.memoryUsed }, ' of memory is in use']] : [],
    section: 'machine',
    command: `bpfview table ${shellWord(machine.source)}`,
    stake: 1,
    metric: machineMetric('swapped a second', 'KiB', ({ swap }) => swap, facts)!,
  }
}

/** Memory that is nearly gone, or a kernel that spends its time looking for some. */
export function memoryPressure(facts: Facts): Finding | undefined {
  const { machine, cpu } = facts
  const reclaim = (cpu?.tasks ?? []).filter(({ comm }) => /^(?:kswapd\d*|kcompactd\d*)$/.test(comm))
  const used = cpu === undefined ? 0 : reclaim.reduce((sum, { seconds }) => sum + seconds, 0) / cpu.seconds
  if (!(machine.memoryUsed >= 0.95) && used < 0.05) return undefined
  return {
    rule: 'memory-pressure',
    subject: 'memory',
    sentence: Number.isFinite(machine.memoryUsed)
      ? [{ share: machine.memoryUsed }, ' of memory is in use and cannot be reclaimed.']
      : ['The kernel looks for memory: ', { name: reclaim[0]!.comm }, ' uses ', { value: used, unit: 'CPUs' }, '.'],
    evidence: [
      ...(Number.isFinite(machine.memoryUsed) && used >= 0.05
        ? [['kswapd uses ', { value: used, unit: 'CPUs' } as Part, ' to look for more']]
        : []),
      ...(machine.swap > 0 ? [[{ value: machine.swap, unit: 'KiB' } as Part, ' a second are swapped']] : []),
    ],
    section: 'machine',
    command: `bpfview table ${shellWord(machine.source === '' ? (cpu?.source ?? '') : machine.source)}`,
    stake: Math.max(0.4, used),
    metric: machineMetric('memory in use', 'share', ({ memoryUsed }) => memoryUsed, facts)!,
  }
}

/** A hypervisor that runs somebody else. */
export function stolen(facts: Facts): Finding | undefined {
  const { machine } = facts
  if (!(machine.steal >= 10)) return undefined
  return {
    rule: 'steal',
    subject: 'hypervisor',
    sentence: ['The hypervisor takes ', { share: machine.steal / 100 }, ' of the CPU time for other guests.'],
    evidence: [],
    section: 'machine',
    command: `bpfview table ${shellWord(machine.source)}`,
    stake: machine.steal / 100,
    metric: machineMetric('CPU time stolen', 'share', ({ steal }) => steal / 100, facts)!,
  }
}

/** Packets that had to be sent again. */
export function retransmits(facts: Facts): Finding | undefined {
  const { machine } = facts
  const seen = facts.events.find(({ tool }) => tool === 'tcpretrans')
  const traced = seen === undefined ? NaN : seen.rows / seen.seconds
  const rate = Number.isFinite(machine.retransmits) ? Math.max(machine.retransmits, traced || 0) : traced
  if (!(rate >= 1)) return undefined
  return {
    rule: 'retransmits',
    subject: 'network',
    sentence: ['TCP sends ', { value: rate, unit: 'segments' }, ' a second again.'],
    evidence: (seen?.failures.length ?? 0) > 0 ? [[{ name: seen!.failures[0]!.name }]] : [],
    section: 'machine',
    command: `bpfview table ${shellWord(machine.source === '' ? (seen?.source ?? '') : machine.source)}`,
    // each costs its connection about a fifth of a second
    stake: Math.min(2, rate * 0.2),
    metric: { name: 'segments sent again a second', value: rate, unit: '', in: other => rateOf(other) },
  }
}

function rateOf({ machine, events }: Facts): number | undefined {
  if (Number.isFinite(machine.retransmits)) return machine.retransmits
  const seen = events.find(({ tool }) => tool === 'tcpretrans')
  return seen === undefined ? undefined : seen.rows / seen.seconds
}

/** Connections that were refused or got no answer. */
export function failedConnects(facts: Facts): Finding | undefined {
  const { machine, calls } = facts
  if (!(machine.failedConnects >= FAILED_CONNECTS)) return undefined
  const task = calls?.tasks
    .filter(({ failing }) => failing.name === 'connect')
    .sort((a, b) => b.failing.errors - a.failing.errors)[0]
  return {
    rule: 'connect-failures',
    subject: task?.comm ?? 'network',
    sentence: [
      ...(task === undefined ? [] : [{ name: task.comm } as Part, ': ']),
      { value: machine.failedConnects, unit: 'connections' },
      ' a second fail.',
    ],
    evidence:
      task === undefined
        ? []
        : [
            [
              { value: task.failing.errors, unit: '' },
              ' of ',
              { value: task.failing.calls, unit: '' },
              ' calls of connect gave an error in ',
              { value: calls!.seconds, unit: 's' },
            ],
          ],
    section: 'machine',
    command: `bpfview table ${shellWord(machine.source)}`,
    stake: Math.min(1, machine.failedConnects * 0.1),
    metric: machineMetric('connections that fail a second', '', machine => machine.failedConnects, facts)!,
  }
}

/** What the kernel's log says went wrong while or shortly before it was read. */
export function kernelErrors({ messages }: Facts): Finding | undefined {
  if (messages === undefined) return undefined
  const recent = messages.trouble.filter(
    ({ time }) => !Number.isFinite(messages.now) || !Number.isFinite(time) || time >= messages.now - RECENT,
  )
  const last = recent[recent.length - 1]
  if (last === undefined) return undefined
  const more = recent.length - 1
  return {
    rule: 'kernel-errors',
    subject: last.kind,
    sentence: ['The kernel reports: ', { name: last.text.slice(0, 200) }],
    evidence: [
      [
        ...(Number.isFinite(last.time) ? ['at ', { value: last.time, unit: 's' } as Part, ' since boot'] : ['dmesg']),
        ...(more > 0 ? [`, and ${more} more`] : []),
      ],
    ],
    section: 'machine',
    command: `bpfview table ${shellWord(messages.source)}`,
    stake: last.kind === 'crash' || last.kind === 'network' ? 0.5 : 1,
    metric: { name: 'errors in dmesg', value: recent.length, unit: '', in: other => other.messages?.trouble.length },
  }
}

/** The page cache does not hold what is read. */
export function coldPageCache(facts: Facts): Finding | undefined {
  const { machine } = facts
  if (!(machine.cacheMisses >= 500) || !(machine.cacheHits < 0.9)) return undefined
  return {
    rule: 'page-cache-misses',
    subject: 'page cache',
    sentence: [
      'The page cache misses ',
      { share: 1 - machine.cacheHits },
      ' of what is asked of it: ',
      { value: machine.cacheMisses, unit: 'pages' },
      ' a second come from the disk.',
    ],
    evidence: [],
    section: 'machine',
    command: `bpfview table ${shellWord(facts.events[0]?.source ?? machine.source)}`,
    stake: 0.3,
    metric: machineMetric('hits of the page cache', 'share', ({ cacheHits }) => cacheHits, facts)!,
  }
}

const DISK_TOOLS = /^(?:biolatency|biosnoop)$/

/** Seconds of a bound in a distribution's unit. */
function secondsOf(value: number, { unit }: Latency): number {
  return value * (conversion(unit, 's') ?? NaN)
}

/** A disk whose I/O comes in a fast and a slow kind, or is slow altogether. */
export function diskModes({ latencies }: Facts): Finding | undefined {
  const latency = latencies.find(({ tool, count }) => DISK_TOOLS.test(tool) && count >= 50)
  if (latency === undefined) return undefined
  const slow = latency.modes[latency.modes.length - 1]
  const [fast] = latency.modes
  if (slow === undefined || fast === undefined) return undefined
  const apart = slow !== fast && slow.low >= 8 * Math.max(1e-9, fast.high)
  const seconds = secondsOf(slow.low, latency)
  const outliers =
    secondsOf(latency.max.low, latency) >= 0.1 && latency.max.low >= 20 * Math.max(1e-9, latency.p99.high)
  const late = secondsOf(latency.p99.low, latency) >= 0.02
  if (!(apart && seconds >= 0.002) && !outliers && !late) return undefined
  const middle = Math.sqrt(Math.max(1e-9, slow.low) * slow.high)
  const lost = (latency.count * slow.share * secondsOf(middle, latency)) / (latency.seconds > 0 ? latency.seconds : 1)
  // what costs no time is not told, but for a single I/O that was stuck
  if (lost < 0.02 && !outliers) return undefined
  const sentence: Part[] =
    apart && seconds >= 0.002
      ? [
          'Disk I/O comes in two kinds: most take ',
          { low: fast.low, high: fast.high, unit: latency.unit },
          ', ',
          { share: slow.share },
          ' take ',
          { low: slow.low, high: slow.high, unit: latency.unit },
          '.',
        ]
      : late
        ? ['Disk I/O is slow: one in a hundred takes ', { ...latency.p99, unit: latency.unit }, ' or longer.']
        : [
            'A single disk I/O took ',
            { ...latency.max, unit: latency.unit },
            '; p99 is ',
            { ...latency.p99, unit: latency.unit },
            '.',
          ]
  return {
    rule: 'disk-latency',
    subject: latency.key === '' ? 'disk' : latency.key,
    sentence,
    evidence: [
      [
        { value: latency.count, unit: 'I/Os' },
        ...(latency.seconds > 0 ? [' in ', { value: latency.seconds, unit: 's' } as Part] : []),
        ': p50 ',
        { ...latency.p50, unit: latency.unit },
        ', p99 ',
        { ...latency.p99, unit: latency.unit },
        ', longest ',
        { ...latency.max, unit: latency.unit },
        ` (${latency.tool})`,
      ],
    ],
    section: 'latency',
    command: `bpfview hist ${shellWord(latency.source)}`,
    stake: Math.min(1.5, lost) * 0.4,
    metric: {
      name: 'p99 of one I/O',
      value: secondsOf(latency.p99.low, latency),
      unit: 's',
      in: other => {
        const same = other.latencies.find(({ tool }) => tool === latency.tool)
        return same === undefined ? undefined : secondsOf(same.p99.low, same)
      },
    },
  }
}

/** A file system call on one file that takes long. */
export function slowFiles({ events }: Facts): Finding | undefined {
  const seen = events.find(({ tool, slowFiles: files }) => /slower$/.test(tool) && files.length > 0)
  const file = seen?.slowFiles.find(({ name }) => name !== '')
  if (seen === undefined || file === undefined || !(file.seconds >= 0.05 * seen.seconds)) return undefined
  const slowest = seen.slowest.find(({ what }) => what === file.name)
  return {
    rule: 'slow-file',
    subject: file.name,
    sentence: [
      'Operations on ',
      { name: file.name },
      ' take ',
      { value: file.seconds, unit: 's' },
      ' in ',
      { value: seen.seconds, unit: 's' },
      ...(slowest === undefined || slowest.comm === ''
        ? []
        : [', those of ', { name: slowest.comm } as Part, ' first']),
      '.',
    ],
    evidence: [
      [
        { value: file.count, unit: 'operations' },
        ...(slowest === undefined ? [] : [', the longest ', { value: slowest.seconds, unit: 's' } as Part]),
        ` (${seen.tool})`,
      ],
    ],
    section: 'events',
    command: `bpfview table ${shellWord(seen.source)}`,
    stake: (file.seconds / seen.seconds) * 0.4,
    metric: {
      name: 'share of the time in this file',
      value: file.seconds / seen.seconds,
      unit: 'share',
      in: other => {
        const same = other.events.find(({ tool }) => tool === seen.tool)
        if (same === undefined) return undefined
        return (same.slowFiles.find(({ name }) => name === file.name)?.seconds ?? 0) / same.seconds
      },
    },
  }
}
