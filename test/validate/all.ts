import { madeBounds, realBounds } from './bounds.ts'
import { corpusDirectory } from './corpus.ts'
import { blameFinds, falseAlarms, measuresAndHistograms, movedCost, powerAgrees } from './experiments.ts'
import { histories } from './histories.ts'
import { fewLoadedRuns, madeChanges } from './made-changes.ts'
import { changedRuns, exactLaws, unalignedNames, unchangedRuns } from './real-runs.ts'
import type { Result } from './result.ts'
import { runSizes } from './run-sizes.ts'
import { scenarios, workloadDirectory } from './scenarios.ts'
import { specialFunctions } from './special.ts'

/** One group of results. */
export interface Experiment {
  readonly name: string
  run(): Result[]
}

/** Every experiment that can be made here, at `scale` times the usual number of simulations, and what is left out for lack of real runs. */
export function allExperiments(scale: number): {
  readonly experiments: readonly Experiment[]
  readonly skipped: readonly string[]
} {
  const times = (count: number): number => Math.max(10, Math.round(count * scale))
  const directory = corpusDirectory()
  const workloads = workloadDirectory()
  const made: Experiment[] = [
    { name: 'special functions', run: specialFunctions },
    { name: 'equal programs', run: () => falseAlarms(times(300)) },
    { name: 'power', run: () => powerAgrees(times(200)) },
    { name: 'blame', run: () => blameFinds(times(150)) },
    { name: 'moved cost', run: () => movedCost(times(150)) },
    { name: 'times and histograms', run: () => measuresAndHistograms(times(400)) },
    { name: 'sizes of runs', run: () => runSizes(times(100)) },
    { name: 'made changes', run: () => madeChanges(times(100)) },
    { name: 'load on one side, few runs', run: () => fewLoadedRuns(times(100)) },
    { name: 'bounds', run: () => madeBounds(times(200)) },
    { name: 'histories', run: () => histories(times(300)) },
  ]
  const workload: Experiment[] =
    workloads === undefined
      ? []
      : [
          { name: 'two real programs', run: () => scenarios(workloads, times(200)) },
          { name: 'bounds of real runs', run: () => realBounds(workloads, times(200)) },
        ]
  const real: Experiment[] =
    directory === undefined
      ? []
      : [
          { name: 'real runs, unchanged', run: () => unchangedRuns(directory, times(500)) },
          { name: 'real runs, changed', run: () => changedRuns(directory, times(200)) },
          { name: 'names that differ', run: () => unalignedNames(directory, times(100)) },
          { name: 'exact laws', run: () => exactLaws(directory) },
        ]
  return {
    experiments: [...made, ...workload, ...real],
    skipped: [
      ...(directory === undefined
        ? ['V3, V5, V9, V10: no runs; set BPFVIEW_RUNS to a directory of aNN and bNN runs']
        : []),
      ...(workloads === undefined ? ['V12: ../shared/noise-workloads is not there'] : []),
    ],
  }
}
