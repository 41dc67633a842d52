import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { foldedLines } from '../../renderers/folded.ts'
import { mergedJson } from '../../renderers/merged-profile.ts'
import { BpfviewError, quote } from '../model/error.ts'
import type { Profile } from '../model/datasets.ts'
import type { Baseline } from '../model/baseline-schema.ts'
import { mergeAligned, mergeRuns } from '../ops/merge-runs.ts'
import type { LabelledProfile } from '../ops/merge-runs.ts'
import { addToLedger, emptyLedger } from '../ops/noise-ledger.ts'
import type { NoiseLedger } from '../ops/noise-ledger.ts'
import { readInput } from './input.ts'
import { checkedJson } from './json-file.ts'
import { cannotWrite, writeResult } from './output.ts'

const MAX_BYTES = 64 << 20

/** What the user says about runs that the captures do not. */
export interface RunFacts {
  readonly benchmark?: string
  readonly runner?: string
  readonly commit?: string
  readonly force?: boolean
}

/** The baseline in a directory, or undefined when there is none. Throws BpfviewError when it is broken. */
export async function readBaseline(directory: string): Promise<Baseline | undefined> {
  const path = join(directory, 'baseline.json')
  if (!existsSync(path)) return undefined
  const { baselineSchema } = await import('../model/baseline-schema.ts')
  return checkedJson(path, baselineSchema, BASELINE_FILE)
}

/** The noise ledger of a directory; an empty one when it has none. */
export async function readLedger(directory: string): Promise<NoiseLedger> {
  const path = join(directory, 'noise.json')
  if (!existsSync(path)) return emptyLedger
  const { ledgerSchema } = await import('../model/baseline-schema.ts')
  return checkedJson(path, ledgerSchema, BASELINE_FILE)
}

const BASELINE_FILE = {
  code: 'E_MANIFEST', maxBytes: MAX_BYTES, expected: 'what bpfview baseline writes',
} as const

/** What became of runs that were to be added. */
export interface Added {
  readonly added: number
  /** Runs the baseline had already. */
  readonly known: number
  readonly baseline: Baseline
}

/** Adds runs to a baseline, making it when there is none. */
export async function addRuns(directory: string, runs: readonly LabelledProfile[], facts: RunFacts, now: Date): Promise<Added> {
  return addTo(await readBaseline(directory), directory, runs, facts, now.toISOString())
}

/** Starts a new epoch: what was accepted is the new normal, and only its runs, also where they were known before, and those added from now on are the baseline. */
export async function acceptChange(directory: string, commit: string, runs: readonly LabelledProfile[], now: Date): Promise<Added> {
  const baseline = await needBaseline(directory)
  const date = now.toISOString()
  return addTo({ ...baseline, epochs: [...baseline.epochs, { commit, date }] }, directory, runs, { commit }, date, true)
}

/** Writes a baseline with more runs, last of all, so that what fails leaves the old one. */
async function addTo(given: Baseline | undefined, directory: string, runs: readonly LabelledProfile[], facts: RunFacts, date: string, accepted = false): Promise<Added> {
  let baseline = given
  let added = 0
  let known = 0
  for (const { label, profile } of runs) {
    const key = keyOf(profile, facts)
    baseline ??= { schema: 'bpfview.baseline', version: 1, key, epochs: [{ commit: facts.commit ?? null, date }], runs: [] }
    const unlike = Object.entries(key).find(([name, value]) => {
      const other = baseline!.key[name as keyof typeof key]
      return value !== null && other !== null && value !== other
    })
    if (unlike !== undefined && facts.force !== true) {
      throw new BpfviewError('E_MIXED', `${unlike[0]} ${quote(String(unlike[1]))}, but the baseline has ${quote(String(baseline.key[unlike[0] as keyof typeof key]))}; expected like runs, or --force`, { source: label, line: 0 })
    }
    // a filled-in fact holds from then on
    baseline = { ...baseline, key: Object.fromEntries(Object.entries(baseline.key).map(([name, value]) => [name, value ?? key[name as keyof typeof key]])) as Baseline['key'] }
    const epoch = baseline.epochs.length - 1
    for (const run of profile.runs ?? [{ label, self: profile.self }]) {
      const { runs: _, ...rest } = profile
      const single: Profile = { ...rest, self: run.self }
      const sha256 = digest(single)
      const there: Baseline['runs'][number] | undefined = baseline.runs.find(other => other.sha256 === sha256)
      if (there !== undefined && !(accepted && there.epoch < epoch)) {
        known++
        continue
      }
      if (there !== undefined) {
        baseline = { ...baseline, runs: [...baseline.runs.filter(other => other !== there), { ...there, epoch }] }
        added++
        continue
      }
      makeDirectory(join(directory, 'runs'))
      const file = `${sha256.slice(0, 16)}.json.gz`
      await writeResult(join(directory, 'runs', file), gzipSync(mergedJson(mergeRuns([{ label: run.label, profile: single }])), { level: 9 }))
      baseline = { ...baseline, runs: [...baseline.runs, { file, label: run.label.slice(0, 1000), commit: facts.commit ?? null, date, epoch,
        total: run.self.reduce((sum, value) => sum + value, 0), sha256 }] }
      added++
    }
  }
  if (baseline === undefined) throw new BpfviewError('E_NO_DATA', 'no run to add; expected at least one')
  makeDirectory(directory)
  await writeBaseline(directory, baseline)
  return { added, known, baseline }
}

/** Removes runs of earlier epochs and all but the newest `keep` of the last; their noise stays in the ledger. Returns how many went. */
export async function pruneRuns(directory: string, keep: number): Promise<{ removed: number, baseline: Baseline, ledger: NoiseLedger }> {
  const baseline = await needBaseline(directory)
  const last = baseline.epochs.length - 1
  const current = baseline.runs.filter(run => run.epoch === last)
  const kept = new Set(current.slice(Math.max(0, current.length - keep)))
  const leaving = baseline.runs.filter(run => !kept.has(run))
  let ledger = await readLedger(directory)
  for (const epoch of new Set(leaving.map(run => run.epoch))) {
    const group: LabelledProfile[] = []
    for (const { file } of leaving.filter(run => run.epoch === epoch)) {
      const path = join(directory, 'runs', file)
      if (!existsSync(path)) continue
      const profile = (await readInput(path)).datasets.find(dataset => dataset.kind === 'profile')
      if (profile !== undefined) group.push({ label: file, profile })
    }
    if (group.length > 1) ledger = addToLedger(ledger, mergeAligned(group, 'align').profile)
  }
  const pruned = { ...baseline, runs: baseline.runs.filter(run => kept.has(run)) }
  await writeResult(join(directory, 'noise.json'), `${JSON.stringify(ledger)}\n`)
  await writeBaseline(directory, pruned)
  for (const { file } of leaving) if (existsSync(join(directory, 'runs', file))) unlinkSync(join(directory, 'runs', file))
  return { removed: leaving.length, baseline: pruned, ledger }
}

/** Paths of the runs of the last epoch. Throws BpfviewError when there are none. */
export function currentRuns(directory: string, baseline: Baseline): string[] {
  const last = baseline.epochs.length - 1
  const files = baseline.runs.filter(run => run.epoch === last).map(run => join(directory, 'runs', run.file)).sort()
  if (files.length > 0) return files
  throw new BpfviewError('E_NO_DATA', `no runs since ${quote(baseline.epochs[last]!.commit ?? 'the start')} was accepted; expected some (bpfview baseline add)`, { source: directory, line: 0 })
}

export async function needBaseline(directory: string): Promise<Baseline> {
  const baseline = await readBaseline(directory)
  if (baseline === undefined) throw new BpfviewError('E_NOT_FOUND', 'no baseline.json; expected a baseline (bpfview baseline add makes one)', { source: directory, line: 0 })
  return baseline
}

function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true })
  } catch (error) {
    throw cannotWrite(path, error)
  }
}

async function writeBaseline(directory: string, baseline: Baseline): Promise<void> {
  await writeResult(join(directory, 'baseline.json'), `${JSON.stringify(baseline, null, 1)}\n`)
}

function keyOf(profile: Profile, facts: RunFacts): Baseline['key'] {
  const { frequency, kernel, arch } = profile.meta
  const major = kernel === undefined ? undefined : /^\D*(\d+\.\d+)/.exec(kernel)?.[1] ?? kernel
  return { benchmark: facts.benchmark ?? null, runner: facts.runner ?? null, event: profile.name, unit: profile.value.unit, frequency: frequency ?? null, kernel: major ?? null, arch: arch ?? null }
}

function digest(profile: Profile): string {
  const hash = createHash('sha256')
  for (const line of foldedLines(profile)) hash.update(`${line}\n`)
  return hash.digest('hex')
}
