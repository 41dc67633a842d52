/** `npm run validate`: the experiments that show what a verdict is worth, as a table with pass limits; minutes. Exits 1 when one fails. */
import { allExperiments } from './all.ts'

const { experiments, skipped } = allExperiments(Number(process.env['BPFVIEW_VALIDATE_SCALE'] ?? 1))
let failures = 0
for (const experiment of experiments) {
  for (const { id, what, value, limit, ok } of experiment.run()) {
    if (!ok) failures++
    process.stdout.write(`${ok ? 'pass' : 'FAIL'}  ${id.padEnd(4)} ${what.padEnd(84)} ${value.padStart(9)}  ${limit}\n`)
  }
}
for (const what of skipped) process.stdout.write(`skip  ${what}\n`)
process.exitCode = failures > 0 ? 1 : 0
