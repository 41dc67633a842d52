import { conversion, isCount } from '../../model/index.ts'
import { topFunctions } from '../stacks/top.ts'
import type { Said, Subject } from './doubt.ts'
import { shellWord } from './finding.ts'
import type { Part } from './part.ts'
import { spanOf } from './span.ts'

function observations({ dataset, stacks }: Subject): number | undefined {
  if (dataset.kind === 'samples') return dataset.time.length
  if (dataset.kind !== 'profile' || stacks === undefined) return undefined
  return dataset.meta.samples ?? (isCount(dataset.value.unit) ? stacks.total[0] : undefined)
}

export function fewSamples(subject: Subject): Said | undefined {
  if (subject.dataset.kind === 'samples' && subject.dataset.measures !== 'on-cpu') return undefined
  const count = observations(subject)
  if (count === undefined || count >= 1000) return undefined
  if (count === 0)
    return {
      trust: 'unusable',
      code: 'no-samples',
      cause: ['there is no sample'],
      fix: 'sudo sh collectors/cpu.sh -d 30 -o capture, while the program works',
    }
  // half of the samples is where the error is largest
  const error = 1.96 * Math.sqrt(0.25 / count)
  return {
    trust: count < 100 ? 'warning' : 'note',
    code: 'few-samples',
    cause: [
      { value: count, unit: 'samples' },
      ': a share of half is known to ± ',
      { value: 100 * error, unit: 'points' },
      ...largestFrames(subject),
    ],
    fix: 'perf record -F 999 -a -g -- sleep 60',
  }
}

/** A function's own samples with how far chance moves them: of the largest. */
function largestFrames({ stacks, dataset }: Subject): Part[] {
  if (stacks === undefined || dataset.kind === 'events' || dataset.kind === 'histograms') return []
  const [top] = topFunctions(stacks.profile)
  const all = stacks.total[0]!
  const count = observations({ source: '', dataset, stacks })
  if (top === undefined || !(all > 0) || count === undefined || count === 0) return []
  const share = top.self / all
  const error = 1.96 * Math.sqrt((share * (1 - share)) / count)
  return ['; ', { name: top.name }, ' has ', { share }, ' ± ', { value: 100 * error, unit: 'points' }]
}

export function lostEvents({ dataset }: Subject): Said | undefined {
  const { lost, samples } = dataset.meta
  if (lost === undefined || lost === 0) return undefined
  const count = samples ?? (dataset.kind === 'samples' ? dataset.time.length : 0)
  return {
    trust: lost > 0.01 * count ? 'warning' : 'note',
    code: 'lost-events',
    cause: [{ value: lost, unit: 'events' }, ' were lost'],
    fix: 'perf record -m 1024, or a lower -F',
  }
}

/** Rates that the machine's own clocks have. */
export function roundFrequency({ dataset }: Subject): Said | undefined {
  const { frequency } = dataset.meta
  if (frequency === undefined || dataset.kind === 'events' || dataset.kind === 'histograms') return undefined
  if (dataset.name.includes('sched:'))
    return {
      trust: 'warning',
      code: 'sampled-tracepoint',
      cause: [
        'a tracepoint was sampled at ',
        { value: frequency, unit: 'Hz' },
        ': most of its events are not in the record',
      ],
      fix: `perf record -c 1 -e ${shellWord(dataset.name)}`,
    }
  if (frequency % 10 !== 0) return undefined
  return {
    trust: 'note',
    code: 'lockstep',
    cause: [{ value: frequency, unit: 'Hz' }, ' may run in step with timers of the program'],
    fix: `perf record -F ${frequency - 1}`,
  }
}

export function shortCapture({ dataset }: Subject): Said | undefined {
  const asked = dataset.meta.duration
  if (dataset.meta.interrupted === true)
    return {
      trust: 'warning',
      code: 'interrupted',
      cause: ['the capture was ended before its time'],
      fix: 'take it again',
    }
  if (dataset.kind !== 'samples' || dataset.measures !== 'on-cpu' || asked === undefined) return undefined
  const seen = spanOf(dataset.time)
  if (!(seen > 0) || seen >= 0.8 * asked) return undefined
  return {
    trust: 'warning',
    code: 'short-capture',
    cause: ['samples cover ', { value: seen, unit: 's' }, ' of ', { value: asked, unit: 's' }],
    fix: 'look at whether the program ran all the time',
  }
}

export function failedCommand({ dataset }: Subject): Said | undefined {
  const { exit } = dataset.meta
  if (exit === undefined || exit === 0) return undefined
  return {
    trust: 'warning',
    code: 'failed-command',
    cause: [`the recorded command ended with status ${exit}`],
    fix: "see what it said in the capture's *.stderr.txt",
  }
}

/** Tools that look are tasks too. */
const OBSERVERS =
  /^(?:perf|bpftrace|bpfview|[\w-]+-bpfcc|offcputime|offwaketime|profile|execsnoop|opensnoop|biosnoop|runqlat|perf-exec)$/

export function observer({ dataset }: Subject): Said | undefined {
  if (dataset.kind !== 'samples' || dataset.measures !== 'on-cpu' || dataset.comms === undefined) return undefined
  const watching = dataset.comms.map(comm => OBSERVERS.test(comm))
  let [own, all] = [0, 0]
  for (let row = 0; row < dataset.weight.length; row++) {
    all += dataset.weight[row]!
    if (watching[dataset.comm?.[row] ?? -1] === true) own += dataset.weight[row]!
  }
  if (all === 0 || own < 0.05 * all) return undefined
  return {
    trust: own >= 0.2 * all ? 'warning' : 'note',
    code: 'observer',
    cause: [{ share: own / all }, ' of the CPU time is of the tools that looked'],
    fix: 'a lower -F, one process (-p), or --drop perf',
  }
}

/** Offsets of samples in a step of a round rate that are not even. */
export function lockstepSampling({ dataset }: Subject): Said | undefined {
  if (dataset.kind !== 'samples' || dataset.measures !== 'on-cpu' || dataset.time.length < 200) return undefined
  const bins = new Float64Array(10)
  for (const time of dataset.time) {
    const bin = Math.floor(((((time * 100) % 1) + 1) % 1) * 10)
    bins[bin] = bins[bin]! + 1
  }
  const most = Math.max(...bins) / dataset.time.length
  if (most < 0.6) return undefined
  return {
    trust: 'warning',
    code: 'lockstep-sampling',
    cause: [{ share: most }, ' of the samples fall into a tenth of each 10 ms: sampling runs in step with a timer'],
    fix: 'perf record -F 99 (or 997), not a round number',
  }
}

/** A wait longer than the capture. */
export function longWait({ dataset }: Subject): Said | undefined {
  const seconds = dataset.meta.duration
  if (dataset.kind !== 'profile' || dataset.measures !== 'off-cpu' || seconds === undefined || seconds <= 0)
    return undefined
  const scale = conversion(dataset.value.unit, 's')
  if (scale === undefined) return undefined
  const { frame, frames } = dataset.stacks
  let most = { value: 0, node: 0 }
  for (let i = 1; i < dataset.self.length; i++)
    if (dataset.self[i]! > most.value) most = { value: dataset.self[i]!, node: i }
  if (most.value * scale <= 1.2 * seconds) return undefined
  return {
    trust: 'note',
    code: 'long-wait',
    cause: [
      'one stack waited ',
      { value: most.value * scale, unit: 's' },
      ' in a capture of ',
      { value: seconds, unit: 's' },
      ': several threads share it, or its waits began before',
    ],
    fix: `bpfview top --event ${shellWord(dataset.name)}; ${frames.name[frame[most.node]!]!.slice(0, 60)}`,
  }
}
