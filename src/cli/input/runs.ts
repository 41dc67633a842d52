import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ParseOptions } from '../../../parsers/parse.ts'
import type { Dataset, Profile } from '../../model/datasets.ts'
import { BpfviewError, quote } from '../../model/error.ts'
import { isCount } from '../../model/units.ts'
import { isPeriodSum } from '../../ops/compare/weights.ts'
import { mergeProfiles } from '../../ops/stacks/merge.ts'
import type { LabelledProfile } from '../../ops/stacks/merge-runs.ts'
import { remark } from '../exit.ts'
import { stackProfiles } from './choose.ts'
import { noData } from './held.ts'
import type { Input } from './input.ts'
import { readInput } from './input.ts'
import { runsIn } from './run-files.ts'

/**
 * Inputs of a side: every IN is a run; a directory of runs or a baseline stands for all runs in it (of a baseline: those of its last epoch, or all). Throws BpfviewError
 * when a baseline's run was altered.
 */
export async function readRuns(
  paths: readonly string[],
  options: ParseOptions = {},
  { allEpochs = false }: { readonly allEpochs?: boolean } = {},
): Promise<Input[]> {
  const inputs: Input[] = []
  for (const { path, sha256 } of await expandAll(paths, allEpochs)) {
    const parsed = await readInput(path, options)
    if (sha256 !== undefined) await checkDigest(path, parsed.datasets, sha256)
    inputs.push({ source: path === '-' ? 'standard input' : path, parsed })
  }
  return inputs
}

async function expandAll(paths: readonly string[], allEpochs: boolean): Promise<{ path: string; sha256?: string }[]> {
  const expanded: { path: string; sha256?: string }[] = []
  for (const path of paths) {
    if (path !== '-' && existsSync(join(path, 'baseline.json'))) {
      const { allRuns, currentRuns, needBaseline } = await import('./baseline.ts')
      expanded.push(...(allEpochs ? allRuns : currentRuns)(path, await needBaseline(path)))
    } else expanded.push(...runsIn(path).map(each => ({ path: each })))
  }
  return expanded
}

/** Throws BpfviewError when a run of a baseline does not hold what was added. */
async function checkDigest(path: string, datasets: readonly Dataset[], sha256: string): Promise<void> {
  const { foldedDigest } = await import('./digest.ts')
  const profile = datasets.find((dataset): dataset is Profile => dataset.kind === 'profile')
  if (profile !== undefined && foldedDigest(profile) === sha256) return
  throw new BpfviewError(
    'E_MANIFEST',
    'the run was altered since it was added; expected the stacks that baseline.json names',
    {
      source: path,
      line: 0,
    },
  )
}

/**
 * One profile per input: that of `event`, else of the event that `like` or the first input has, else the input's first; in the value called
 * `value`, else in the first. Says on stderr what an input holds besides.
 */
export function profilesOf(inputs: readonly Input[], event?: string, like?: string, value?: string): LabelledProfile[] {
  let wanted = event ?? like
  let measure = value
  const left = new Set<string>()
  const profiles = inputs.map(input => {
    const all = stackProfiles(input)
    const found = all.filter(
      profile => value === undefined || profile.value.name === value || profile.value.unit === value,
    )
    const first = found[0]
    if (first === undefined) {
      if (all.length === 0)
        throw new BpfviewError('E_NO_DATA', `${kindsOf(input)}; expected stacks with values`, {
          source: input.source,
          line: 0,
        })
      throw new BpfviewError(
        'E_NO_EVENT',
        `no value ${quote(value!)}; expected one of ${distinct(all.map(profile => profile.value.name))}`,
        { source: input.source, line: 0 },
      )
    }
    const name = wanted !== undefined && found.some(profile => profile.name === wanted) ? wanted : first.name
    if (event !== undefined && name !== event) {
      throw new BpfviewError(
        'E_NO_EVENT',
        `no event ${quote(event)}; expected one of ${distinct(found.map(profile => profile.name))}`,
        { source: input.source, line: 0 },
      )
    }
    wanted ??= name
    const named = found.filter(profile => profile.name === name)
    const unit = named.find(profile => profile.value.name === measure) ?? named[0]!
    measure ??= unit.value.name
    for (const other of found) if (other.name !== name) left.add(`event ${quote(other.name)}`)
    const behind = isPeriodSum(unit) ? all.filter(other => other.name === name && isCount(other.value.unit)) : []
    for (const other of named)
      if (other.value.name !== unit.value.name && !behind.includes(other)) left.add(`value ${quote(other.value.name)}`)
    return {
      label: input.source,
      profile: oneProfile(
        named.filter(profile => profile.value.name === unit.value.name),
        input,
      ),
      ...(behind.length > 0 && { counts: oneProfile(behind, input) }),
    }
  })
  if (left.size > 0 && event === undefined)
    remark(
      `event ${quote(wanted!)} is used; left out: ${[...left].sort().slice(0, 10).join(', ')}; choose with --event NAME`,
    )
  return profiles
}

function distinct(names: readonly string[]): string {
  return [...new Set(names)].map(quote).join(', ')
}

function oneProfile(profiles: readonly Profile[], input: Input): Profile {
  const profile = profiles.length === 1 ? profiles[0]! : mergeProfiles(profiles)
  const { lost } = input.parsed
  return lost > 0 && profile.meta.lost === undefined ? { ...profile, meta: { ...profile.meta, lost } } : profile
}

export function kindsOf(input: Input): string {
  const kinds = [...new Set(input.parsed.datasets.map(dataset => dataset.kind))]
  return kinds.length === 0 ? noData([input]) : `only ${kinds.join(' and ')}`
}

export function datasetsOf<K extends Dataset['kind']>(input: Input, kind: K): Extract<Dataset, { kind: K }>[] {
  return input.parsed.datasets.filter((dataset): dataset is Extract<Dataset, { kind: K }> => dataset.kind === kind)
}
