import type { Dataset, Profile } from '../../model/index.ts'
import type { Caveat } from '../compare/caveats.ts'
import { findCaveats } from '../compare/caveats.ts'
import { foldSamples } from '../stacks/fold.ts'
import type { LabelledProfile } from '../stacks/merge-runs.ts'
import type { Doubt } from './doctor.ts'
import type { ReportInput } from './report-input.ts'

/** What to do about a difference between two captures that is not the program's. */
const FIXES: Readonly<Record<Caveat['code'], string>> = {
  event: 'sample the same event on both sides: perf record -e EVENT',
  unit: 'capture both sides with the same tool',
  frequency: 'sample both sides at one frequency: cpu.sh -F 99',
  kernel: 'capture both sides on the same kernel',
  cpus: 'capture both sides on the same number of CPUs',
  arch: 'capture both sides on the same architecture',
  host: 'capture both sides on the same host',
  lost: 'take the side that lost events again: a lower -F, a shorter run',
  unknown: 'install the same symbols for both sides',
  duration: 'capture both sides for the same time: -d SECONDS',
  size: 'capture the smaller side for longer',
  tool: 'capture both sides with the same tool',
  modules: 'compare builds whose functions are called the same, or use --module',
  order: 'let the runs of both sides take turns: diffable.sh',
  failed: 'capture runs whose command succeeds',
  same: 'choose two captures',
}

/** What makes a comparison of two captures doubtful, profile by profile of one name. */
export function comparisonDoubts(before: readonly ReportInput[], after: readonly ReportInput[]): Doubt[] {
  const earlier = before.flatMap(profilesOf)
  const doubts: Doubt[] = []
  const said = new Set<string>()
  for (const { label, profile } of after.flatMap(profilesOf)) {
    const like = earlier.filter(each => each.profile.measures === profile.measures && sameName(each.profile, profile))
    if (like.length === 0) continue
    for (const { code, message, blocks } of findCaveats(like, [{ label, profile }])) {
      if (said.has(message)) continue
      said.add(message)
      const doubt = {
        code: `comparison-${code}`,
        source: label,
        dataset: profile.name,
        cause: [message],
        fix: FIXES[code],
      }
      doubts.push({ ...doubt, trust: blocks ? 'unusable' : 'warning' })
    }
  }
  return [...doubts, ...sameBytes(before, after)]
}

function sameName(a: Profile, b: Profile): boolean {
  return a.measures === 'on-cpu' || a.measures === 'off-cpu' || a.name === b.name
}

function profilesOf({ source, parsed }: ReportInput): LabelledProfile[] {
  const all = parsed.datasets.flatMap((dataset): Profile[] =>
    dataset.kind === 'profile' ? [dataset] : dataset.kind === 'samples' ? [foldSamples(dataset)] : [],
  )
  // switches and wake-ups are told as waits
  return all
    .filter(({ name }) => !/^sched:/.test(name))
    .filter(({ self }) => self.some(value => value > 0))
    .map(profile => ({ label: source, profile }))
}

/** Inputs of both sides with the very same numbers: the same capture twice. */
function sameBytes(before: readonly ReportInput[], after: readonly ReportInput[]): Doubt[] {
  return after.flatMap(({ source, parsed }) => {
    const twin = before.find(each => each.source === source || sameNumbers(each.parsed.datasets, parsed.datasets))
    if (twin === undefined || parsed.datasets.length === 0) return []
    return [
      {
        trust: 'unusable' as const,
        code: 'comparison-same',
        source,
        dataset: '',
        cause: ['the same numbers as ', { name: twin.source }, ': a capture is compared with itself'],
        fix: FIXES.same,
      },
    ]
  })
}

function sameNumbers(a: readonly Dataset[], b: readonly Dataset[]): boolean {
  if (a.length !== b.length) return false
  const equal = (x: ArrayLike<number>, y: ArrayLike<number>): boolean => {
    if (x.length !== y.length || x.length < 10) return false
    for (let i = 0; i < x.length; i++) if (!Object.is(x[i], y[i])) return false
    return true
  }
  return a.some((one, i) => {
    const other = b[i]!
    if (one.kind === 'samples' && other.kind === 'samples') return equal(one.time, other.time)
    if (one.kind === 'profile' && other.kind === 'profile') return equal(one.self, other.self)
    return false
  })
}
