/** What a verdict is worth: every experiment of `npm run validate` at full size, each result within its limit. */
import { describe, expect, test } from 'vitest'
import { allExperiments } from '../validate/all.ts'

const { experiments, skipped } = allExperiments(Number(process.env['BPFVIEW_VALIDATE_SCALE'] ?? 1))
describe('npm run validate', () => {
  test.each(experiments.map(({ name, run }) => [name, run] as const))('%s', (_, run) => {
    const missed = run().filter(({ ok }) => !ok)
    expect(missed.map(({ what, value, limit }) => `${what}: ${value} (${limit})`)).toEqual([])
  })
  for (const what of skipped) test.skip(what, () => undefined)
})
