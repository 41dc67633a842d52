import { createHash } from 'node:crypto'
import { foldedLines } from '../../../renderers/listing/folded.ts'
import type { Profile } from '../../model/datasets.ts'

/** SHA-256 of the folded stacks of a profile, sorted: what `bpfview fold RUN | sha256sum` prints. */
export function foldedDigest(profile: Profile): string {
  const hash = createHash('sha256')
  for (const line of foldedLines(profile)) hash.update(`${line}\n`)
  return hash.digest('hex')
}
