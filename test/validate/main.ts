/** `npm run validate`: the experiments that show what a verdict is worth, as a table with pass limits; minutes. Exits 1 when one fails. */
import { corpusDirectory } from './corpus.ts'
import { blameFinds, falseAlarms, measuresAndHistograms, movedCost, powerAgrees } from './experiments.ts'
import { changedRuns, exactLaws, unalignedNames, unchangedRuns } from './real-runs.ts'
import type { Result } from './result.ts'
import { specialFunctions } from './special.ts'

const scale = Number(process.env['BPFVIEW_VALIDATE_SCALE'] ?? 1)
const times = (count: number): number => Math.max(10, Math.round(count * scale))
const directory = corpusDirectory()

const experiments: readonly (() => Result[])[] = [
  specialFunctions, () => falseAlarms(times(300)), () => powerAgrees(times(200)), () => blameFinds(times(150)), () => movedCost(times(150)), () => measuresAndHistograms(times(400)),
  ...(directory === undefined ? [] : [() => unchangedRuns(directory, times(500)), () => changedRuns(directory, times(200)), () => unalignedNames(directory, times(100)), () => exactLaws(directory)]),
]

let failures = 0
for (const experiment of experiments) {
  for (const { id, what, value, limit, ok } of experiment()) {
    if (!ok) failures++
    process.stdout.write(`${ok ? 'pass' : 'FAIL'}  ${id.padEnd(4)} ${what.padEnd(76)} ${value.padStart(9)}  ${limit}\n`)
  }
}
if (directory === undefined) process.stdout.write('skip  V3, V5, V9, V10: no runs; set BPFVIEW_RUNS to a directory of aNN and bNN runs\n')
process.exitCode = failures > 0 ? 1 : 0
