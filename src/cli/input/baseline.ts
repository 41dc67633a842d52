import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Baseline } from '../../model/baseline-schema.ts'
import { BpfviewError, quote } from '../../model/error.ts'
import type { NoiseLedger } from '../../ops/compare/noise-ledger.ts'
import { emptyLedger } from '../../ops/compare/noise-ledger.ts'
import { checkedJson } from './json-file.ts'

const MAX_BYTES = 64 << 20

/** The baseline in a directory, or undefined when there is none. Throws BpfviewError when it is broken. */
export async function readBaseline(directory: string): Promise<Baseline | undefined> {
  const path = join(directory, 'baseline.json')
  if (!existsSync(path)) return undefined
  const { baselineSchema } = await import('../../model/baseline-schema.ts')
  return checkedJson(path, baselineSchema, BASELINE_FILE)
}

/** The noise ledger of a directory; an empty one when it has none. */
export async function readLedger(directory: string): Promise<NoiseLedger> {
  const path = join(directory, 'noise.json')
  if (!existsSync(path)) return emptyLedger
  const { ledgerSchema } = await import('../../model/baseline-schema.ts')
  return checkedJson(path, ledgerSchema, BASELINE_FILE)
}

const BASELINE_FILE = {
  code: 'E_MANIFEST',
  maxBytes: MAX_BYTES,
  expected: 'what bpfview baseline writes',
} as const

/** Where a run of a baseline lies, and the digest of its stacks. */
interface RunFile {
  readonly path: string
  readonly sha256: string
}

/** Paths of all runs, those before accepted changes too. */
export function allRuns(directory: string, { runs }: Pick<Baseline, 'runs'>): RunFile[] {
  return runs
    .map(run => ({ path: join(directory, 'runs', run.file), sha256: run.sha256 }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** Paths of the runs of the last epoch. Throws BpfviewError when there are none. */
export function currentRuns(directory: string, baseline: Baseline): RunFile[] {
  const last = baseline.epochs.length - 1
  const files = allRuns(directory, { runs: baseline.runs.filter(run => run.epoch === last) })
  if (files.length > 0) return files
  throw new BpfviewError(
    'E_NO_DATA',
    `no runs since ${quote(baseline.epochs[last]!.commit ?? 'the start')} was accepted; expected some (bpfview baseline add)`,
    { source: directory, line: 0 },
  )
}

export async function needBaseline(directory: string): Promise<Baseline> {
  const baseline = await readBaseline(directory)
  if (baseline === undefined)
    throw new BpfviewError('E_NOT_FOUND', 'no baseline.json; expected a baseline (bpfview baseline add makes one)', {
      source: directory,
      line: 0,
    })
  return baseline
}
