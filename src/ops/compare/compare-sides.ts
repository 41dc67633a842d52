import type { Profile } from '../../model/index.ts'
import type { LabelledProfile } from '../stacks/merge-runs.ts'
import type { CompareOptions } from './compare-runs.ts'
import { compareRuns } from './compare-runs.ts'
import type { Comparison } from './comparison.ts'

/** The runs of one side: one profile, several, or several with names of their own. */
export type Runs = Profile | readonly Profile[] | readonly LabelledProfile[]

/**
 * Compares profiles before and after a change: `compareRuns` for runs without names, which are numbered. One run a side shows differences; a verdict
 * that knows noise takes three or more. Throws BpfviewError E_MIXED when units or events differ, E_NO_DATA when a side has no runs, E_USAGE for anything
 * but profiles.
 *
 * @example
 * ```ts
 * const { verdict, frames } = compare(baseRuns, headRuns)
 * if (verdict === 'regressed') console.log(checkText(compare(baseRuns, headRuns)))
 * ```
 */
export function compare(before: Runs, after: Runs, options: CompareOptions = {}): Comparison {
  return compareRuns(labelled(before, 'before'), labelled(after, 'after'), options)
}

function labelled(runs: Runs, side: string): readonly LabelledProfile[] {
  if (!Array.isArray(runs)) return [{ label: side, profile: runs as Profile }]
  return (runs as readonly (Profile | LabelledProfile)[]).map((run, i) =>
    isLabelled(run) ? run : { label: `${side} ${i + 1}`, profile: run },
  )
}

function isLabelled(run: Profile | LabelledProfile): run is LabelledProfile {
  return typeof run === 'object' && run !== null && 'profile' in run
}
