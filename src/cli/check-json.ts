import { createHash } from 'node:crypto'
import { foldedLines } from '../../renderers/folded.ts'
import type { Comparison } from '../ops/compare-runs.ts'
import type { LabelledProfile } from '../ops/merge-runs.ts'
import { version } from '../version.ts'

/** The answer as JSON. Each run's sha256 is that of its folded stacks, sorted: what `bpfview fold RUN | sha256sum` prints. */
export async function checkJson(comparison: Comparison, before: readonly LabelledProfile[], after: readonly LabelledProfile[]): Promise<string> {
  const { schema, version: schemaVersion, ...rest } = comparison
  const side = (which: 'before' | 'after', inputs: readonly LabelledProfile[]): object => ({
    ...comparison[which], inputs: inputs.map(({ label, profile }) => ({ label, sha256: digest(profile) })).sort((a, b) => a.label < b.label ? -1 : a.label > b.label ? 1 : 0),
  })
  return JSON.stringify({ schema, version: schemaVersion, tool: { name: 'bpfview', version }, ...rest, before: side('before', before), after: side('after', after) },
    (_, value: unknown) => typeof value === 'number' && !Number.isFinite(value) ? null : value, 1) + '\n'
}

function digest(profile: LabelledProfile['profile']): string {
  const hash = createHash('sha256')
  for (const line of foldedLines(profile)) hash.update(`${line}\n`)
  return hash.digest('hex')
}
