import type { Dataset, SampleTable } from '../../model/index.ts'
import { foldSamples } from '../stacks/fold.ts'
import { totals } from '../stacks/totals.ts'
import { crossChecks } from './cross-checks.ts'
import {
  failedCommand,
  fewSamples,
  lockstepSampling,
  longWait,
  lostEvents,
  observer,
  roundFrequency,
  shortCapture,
} from './doctor-data.ts'
import {
  deepStacks,
  endAfterOne,
  interpreterOnly,
  kernelNames,
  mangledNames,
  oddRoots,
  skippedCaller,
  unknownFrames,
} from './doctor-stacks.ts'
import type { Check, Doubt, Said, Subject, Trust } from './doubt.ts'
import type { Facts } from './facts.ts'
import { gatherFacts } from './facts.ts'
import { shellWord } from './finding.ts'
import type { ReportInput } from './report-input.ts'

export type { Doubt, Trust } from './doubt.ts'

const RANK: readonly Trust[] = ['unusable', 'warning', 'note']

const CHECKS: readonly Check[] = [
  fewSamples,
  interpreterOnly,
  skippedCaller,
  oddRoots,
  mangledNames,
  kernelNames,
  observer,
  lockstepSampling,
  longWait,
  unknownFrames,
  endAfterOne,
  deepStacks,
  lostEvents,
  roundFrequency,
  shortCapture,
  failedCommand,
]

/** What to do about what readers noted, by its code, and how bad it is. */
export const FIXES: Readonly<Record<string, readonly [trust: Trust, fix: string]>> = {
  'absent-tool': ['note', 'sudo sh collectors/checklist.sh --dry-run TOOL says what it needs'],
  'probes-not-attached': ['warning', 'the kernel lacks the probe: another tool of the checklist, or perf trace'],
  'python-without-map': ['warning', 'start it with python3 -X perf (3.12 and newer), or PYTHONPERFSUPPORT=1'],
  'node-without-map': ['warning', 'start it with node --perf-basic-prof'],
  'java-without-map': [
    'warning',
    'load an agent that writes /tmp/perf-PID.map (perf-map-agent), or use async-profiler',
  ],
  'target-gone': ['warning', 'capture while the process runs, or with cpu.sh -- COMMAND'],
  'observed-longer': ['warning', 'cpu.sh and offcpu-events.sh, which time each event, or --by duration'],
  'size-limit': ['warning', 'offcpu-events.sh -p PID, a shorter -d, or --max-size'],
  'disk-full': ['unusable', 'free the disk, or -o - to another host, and take it again'],
  'restricted-kernel': ['warning', 'as root: sysctl kernel.kptr_restrict=0 kernel.perf_event_paranoid=-1'],
  'lost-switches': ['note', 'offcpu-events.sh -p PID, so that less has to be written'],
  'stale-names': ['note', 'take the capture while the program runs as before'],
  'no-samples': ['note', 'what it waited for: sudo sh collectors/offcpu-events.sh -p PID'],
  'changed-output': ['unusable', 'copy the capture again'],
  'unread-output': ['warning', 'bpfview info CAPTURE'],
}

/** What makes the inputs doubtful, the worst first; of one kind in one input each thing is said once. Linear in the stacks. */
export function doubtsOf(inputs: readonly ReportInput[], facts: Facts = gatherFacts(inputs)): Doubt[] {
  const doubts: Doubt[] = []
  for (const { source, parsed } of inputs) {
    const whole = (said: Said): void => void doubts.push({ ...said, source, dataset: '' })
    for (const { severity, code, message, count } of parsed.diagnostics) {
      const known = FIXES[code]
      if (code === 'unrecognised-line' || (severity === 'info' && known === undefined)) continue
      whole({
        trust: known?.[0] ?? 'warning',
        code,
        cause: [message, ...(count > 1 ? [` (${count} times)`] : [])],
        fix: known?.[1] ?? 'take the capture again',
      })
    }
    if (parsed.skippedLines > 0)
      whole({
        trust: 'warning',
        code: 'skipped-lines',
        cause: [{ value: parsed.skippedLines, unit: 'lines' }, ' could not be read'],
        fix: `bpfview info ${shellWord(source)}`,
      })
    const paired = parsed.datasets.some(({ name }) => name === 'off-CPU time')
    for (const dataset of parsed.datasets) {
      // what waits were paired from is not looked at by itself
      if (paired && dataset.name.startsWith('sched:')) continue
      const subject: Subject = { source, dataset, ...stacksOf(dataset) }
      for (const check of CHECKS) {
        const said = check(subject)
        if (said !== undefined) doubts.push({ ...said, source, dataset: dataset.name })
      }
    }
  }
  for (const { verdict, sentence } of crossChecks(facts, []))
    if (verdict === 'contradiction')
      doubts.push({
        trust: 'warning',
        code: 'contradiction',
        source: inputs.map(({ source }) => source).join(', '),
        dataset: '',
        cause: sentence,
        fix: 'take both at the same time: checklist.sh, or one tool at a time again',
      })
  const seen = new Set<string>()
  return doubts
    .filter(({ source, code, cause }) => {
      const key = JSON.stringify([source, code, cause])
      return !seen.has(key) && seen.add(key) !== undefined
    })
    .sort((a, b) => RANK.indexOf(a.trust) - RANK.indexOf(b.trust))
}

function stacksOf(dataset: Dataset): Pick<Subject, 'stacks'> {
  if (dataset.kind !== 'samples' && dataset.kind !== 'profile') return {}
  const profile = dataset.kind === 'profile' ? dataset : foldSamples(dataset as SampleTable)
  return { stacks: { profile, total: totals(profile.stacks, profile.self) } }
}

/** The worst of some doubts; undefined of none. */
export function worstTrust(doubts: readonly Doubt[]): Trust | undefined {
  return RANK.find(trust => doubts.some(doubt => doubt.trust === trust))
}
