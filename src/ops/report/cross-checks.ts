import type { Facts } from './facts.ts'
import type { Part } from './part.ts'
import type { ReportInput } from './report-input.ts'

/** What one tool says against another. */
export interface CrossCheck {
  /** contradiction: one of both could not look; agrees: two ways to the same number; absent: a tool that did not run. */
  readonly verdict: 'contradiction' | 'agrees' | 'absent'
  readonly sentence: readonly Part[]
}

/** Numbers that two tools give, and tools that gave none. */
export function crossChecks(facts: Facts, inputs: readonly ReportInput[]): CrossCheck[] {
  return [...diskCounts(facts), ...cpuBusy(facts), ...taskTimes(facts), ...runQueue(facts), ...absentTools(inputs)]
}

/** Event tools and histograms of the same I/O, captured one after the other: only "none" against "many" contradicts. */
function diskCounts({ latencies, events }: Facts): CrossCheck[] {
  const histogram = latencies.find(({ tool }) => tool === 'biolatency')
  const table = events.find(({ tool }) => tool === 'biosnoop')
  if (histogram === undefined || table === undefined || histogram.count < 20) return []
  const counts: Part[] = [
    'biosnoop ',
    { value: table.rows, unit: 'rows' },
    ', biolatency ',
    { value: histogram.count, unit: 'I/Os' },
  ]
  return [
    table.rows === 0
      ? { verdict: 'contradiction', sentence: [...counts, ': biosnoop could not look'] }
      : { verdict: 'agrees', sentence: [...counts, ', one after the other'] },
  ]
}

function cpuBusy({ cpu, machine }: Facts): CrossCheck[] {
  if (cpu === undefined || !Number.isFinite(machine.idle)) return []
  const [sampled, counted] = [cpu.busy / cpu.seconds / cpu.cpus, (100 - machine.idle) / 100]
  const parts: Part[] = ['CPUs busy: ', { share: sampled }, ' by samples, ', { share: counted }, ' by vmstat']
  return [
    Math.abs(sampled - counted) <= 0.25
      ? { verdict: 'agrees', sentence: parts }
      : { verdict: 'contradiction', sentence: [...parts, ': the load changed between the two'] },
  ]
}

/** On-CPU and waiting time of a thread make the time it was looked at. */
function taskTimes({ cpu, waits }: Facts): CrossCheck[] {
  if (cpu === undefined || waits === undefined || !waits.counted) return []
  const checks: CrossCheck[] = []
  for (const { comm, tid, classes } of waits.threads) {
    const task = cpu.tasks.find(each => each.comm === comm && each.threads === 1)
    const same = waits.threads.filter(each => each.comm === comm).length
    if (task === undefined || tid < 0 || same !== 1) continue
    const waited = [...classes.values()].reduce((sum, wait) => sum + wait.seconds, 0) / waits.seconds
    const ran = task.seconds / cpu.seconds
    if (waited + ran < 0.5 || checks.length === 3) continue
    const sum = waited + ran
    checks.push({
      verdict: sum > 0.7 && sum < 1.2 ? 'agrees' : 'contradiction',
      sentence: [
        { name: comm },
        ': on CPU ',
        { share: ran },
        ' and waiting ',
        { share: waited },
        ' of the time make ',
        { share: sum },
      ],
    })
  }
  return checks
}

function runQueue({ machine, cpu, latencies }: Facts): CrossCheck[] {
  const runqlat = latencies.find(({ tool }) => tool === 'runqlat')
  if (runqlat === undefined || cpu === undefined || !Number.isFinite(machine.runnable)) return []
  return [
    {
      verdict: 'agrees',
      sentence: [
        'Run queue: ',
        { value: machine.runnable, unit: '' },
        ` tasks could run on ${cpu.cpus} CPUs by vmstat, p99 of the wait `,
        { ...runqlat.p99, unit: runqlat.unit },
        ' by runqlat',
      ],
    },
  ]
}

function absentTools(inputs: readonly ReportInput[]): CrossCheck[] {
  return inputs.flatMap(({ parsed }) =>
    parsed.diagnostics
      .filter(({ code }) => code === 'absent-tool' || code === 'probes-not-attached')
      .map(({ message }) => ({ verdict: 'absent' as const, sentence: [message] })),
  )
}
