import { existsSync, mkdirSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { mergedJson } from '../../../renderers/listing/merged-profile.ts'
import type { Baseline } from '../../model/baseline-schema.ts'
import type { Profile } from '../../model/datasets.ts'
import { BpfviewError, quote } from '../../model/error.ts'
import type { NoiseLedger } from '../../ops/compare/noise-ledger.ts'
import { addToLedger } from '../../ops/compare/noise-ledger.ts'
import type { LabelledProfile } from '../../ops/stacks/merge-runs.ts'
import { mergeAligned, mergeRuns } from '../../ops/stacks/merge-runs.ts'
import { needBaseline, readBaseline, readLedger } from '../input/baseline.ts'
import { isSameCommit } from '../input/commits.ts'
import { foldedDigest } from '../input/digest.ts'
import { readInput } from '../input/input.ts'
import { withLock } from './lock.ts'
import { cannotWrite, writeResult } from './write.ts'

/** What the user says about runs that the captures do not. */
export interface RunFacts {
  readonly benchmark?: string
  readonly runner?: string
  readonly commit?: string
  readonly force?: boolean
}

/** What became of runs that were to be added. */
export interface Added {
  readonly added: number
  /** Runs the baseline had already. */
  readonly known: number
  /** Runs of the accepted commit that the baseline had already. */
  readonly kept?: number
  readonly baseline: Baseline
}

/** Adds runs to a baseline, making it when there is none. */
export async function addRuns(
  directory: string,
  runs: readonly LabelledProfile[],
  facts: RunFacts,
  now: Date,
): Promise<Added> {
  makeDirectory(directory)
  return withLock(directory, async () =>
    addTo(await readBaseline(directory), directory, runs, { facts, date: now.toISOString() }),
  )
}

/**
 * Starts a new epoch: what was accepted is the new normal. Its runs are those given, also where they were known before, those that the baseline has of the accepted commit, and
 * those added from now on.
 */
export async function acceptChange(
  directory: string,
  commit: string,
  runs: readonly LabelledProfile[],
  now: Date,
): Promise<Added> {
  await needBaseline(directory)
  return withLock(directory, async () => {
    const baseline = await needBaseline(directory)
    const date = now.toISOString()
    const epoch = baseline.epochs.length
    const own = baseline.runs.map(run =>
      run.commit !== null && isSameCommit(run.commit, commit) ? { ...run, epoch } : run,
    )
    const next = { ...baseline, epochs: [...baseline.epochs, { commit, date }], runs: own }
    const done = await addTo(next, directory, runs, { facts: { commit }, date, accepted: true })
    return { ...done, kept: own.filter(run => run.epoch === epoch).length }
  })
}

/** Writes a baseline with more runs, last of all, so that what fails leaves the old one. */
async function addTo(
  given: Baseline | undefined,
  directory: string,
  runs: readonly LabelledProfile[],
  { facts, date, accepted = false }: { readonly facts: RunFacts; readonly date: string; readonly accepted?: boolean },
): Promise<Added> {
  let baseline = given
  let added = 0
  let known = 0
  for (const { label, profile: values, counts } of runs) {
    // samples rather than sums of their periods; a baseline of sums stays one
    const profile = counts !== undefined && baseline?.key.unit !== values.value.unit ? counts : values
    const key = keyOf(profile, facts)
    baseline ??= {
      schema: 'bpfview.baseline',
      version: 1,
      key,
      epochs: [{ commit: facts.commit ?? null, date }],
      runs: [],
    }
    const unlike = Object.entries(key).find(([name, value]) => {
      const other = baseline!.key[name as keyof typeof key]
      return value !== null && other !== null && value !== other
    })
    if (unlike !== undefined && facts.force !== true) {
      throw new BpfviewError(
        'E_MIXED',
        `${unlike[0]} ${quote(String(unlike[1]))}, but the baseline has ${quote(String(baseline.key[unlike[0] as keyof typeof key]))}; expected like runs, or --force`,
        { source: label, line: 0 },
      )
    }
    // a filled-in fact holds from then on
    baseline = {
      ...baseline,
      key: Object.fromEntries(
        Object.entries(baseline.key).map(([name, value]) => [name, value ?? key[name as keyof typeof key]]),
      ) as Baseline['key'],
    }
    const epoch = baseline.epochs.length - 1
    for (const run of profile.runs ?? [{ label, self: profile.self }]) {
      const { runs: _, ...rest } = profile
      const single: Profile = { ...rest, self: run.self }
      const sha256 = foldedDigest(single)
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
      await writeResult(
        join(directory, 'runs', file),
        gzipSync(mergedJson(mergeRuns([{ label: run.label, profile: single }])), { level: 9 }),
      )
      baseline = {
        ...baseline,
        runs: [
          ...baseline.runs,
          {
            file,
            label: run.label.slice(0, 1000),
            commit: facts.commit ?? null,
            date,
            epoch,
            total: run.self.reduce((sum, value) => sum + value, 0),
            sha256,
          },
        ],
      }
      added++
    }
  }
  if (baseline === undefined) throw new BpfviewError('E_NO_DATA', 'no run to add; expected at least one')
  makeDirectory(directory)
  await writeBaseline(directory, baseline)
  return { added, known, baseline }
}

/** Removes all but the newest `keep` runs, those of the last epoch before others; the noise of the removed ones stays in the ledger. Returns how many went. */
export async function pruneRuns(directory: string, keep: number): Promise<Pruned> {
  await needBaseline(directory)
  return withLock(directory, () => prune(directory, keep))
}

/** What became of a baseline that was pruned. */
export interface Pruned {
  readonly removed: number
  readonly baseline: Baseline
  readonly ledger: NoiseLedger
}

async function prune(directory: string, keep: number): Promise<Pruned> {
  const baseline = await needBaseline(directory)
  const byEpoch = baseline.runs.map((run, i) => ({ run, i })).sort((a, b) => a.run.epoch - b.run.epoch || a.i - b.i)
  const kept = new Set(byEpoch.slice(Math.max(0, byEpoch.length - keep)).map(({ run }) => run))
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
  for (const { file } of leaving)
    if (existsSync(join(directory, 'runs', file))) unlinkSync(join(directory, 'runs', file))
  return { removed: leaving.length, baseline: pruned, ledger }
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
  const major = kernel === undefined ? undefined : (/^\D*(\d+\.\d+)/.exec(kernel)?.[1] ?? kernel)
  return {
    benchmark: facts.benchmark ?? null,
    runner: facts.runner ?? null,
    event: profile.name,
    unit: profile.value.unit,
    frequency: frequency ?? null,
    kernel: major ?? null,
    arch: arch ?? null,
  }
}
