import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { ParseOptions } from '../../parsers/parse.ts'
import { BpfviewError, quote } from '../model/error.ts'
import type { Dataset, Profile } from '../model/datasets.ts'
import type { LabelledProfile } from '../ops/merge-runs.ts'
import { mergeProfiles } from '../ops/merge.ts'
import { cannotRead } from './bytes.ts'
import { stackProfiles } from './choose.ts'
import { readInput } from './input.ts'
import type { Input } from './input.ts'

/** Inputs of a side: every IN is a run; a directory of runs or a baseline stands for all runs in it. */
export async function readRuns(paths: readonly string[], options: ParseOptions = {}): Promise<Input[]> {
  const inputs: Input[] = []
  for (const path of paths.flatMap(expandRuns)) inputs.push({ source: path === '-' ? 'standard input' : path, parsed: await readInput(path, options) })
  return inputs
}

/** Paths of the runs an IN stands for: itself, or what a directory without a manifest holds, sorted. */
export function expandRuns(path: string): string[] {
  if (path === '-') return [path]
  try {
    if (!statSync(path).isDirectory() || existsSync(join(path, 'manifest.json'))) return [path]
    const directory = existsSync(join(path, 'baseline.json')) ? join(path, 'runs') : path
    const found = readdirSync(directory, { withFileTypes: true })
      .filter(entry => !entry.name.startsWith('.') && !/\.(?:json|md|svg|html|js|sh|stderr)$/.test(entry.name) && (entry.isFile() || existsSync(join(directory, entry.name, 'manifest.json'))))
      .map(entry => join(directory, entry.name)).sort()
    if (found.length === 0) throw new BpfviewError('E_NO_DATA', 'a directory without runs; expected captures, files or a baseline', { source: path, line: 0 })
    return found
  } catch (error) {
    throw error instanceof BpfviewError ? error : cannotRead(path, error)
  }
}

/** One profile per input: that of `event`, else of the event that `like` or the first input has, else the input's first. */
export function profilesOf(inputs: readonly Input[], event?: string, like?: string): LabelledProfile[] {
  let wanted = event ?? like
  return inputs.map(input => {
    const profiles = stackProfiles(input)
    const first = profiles[0]
    if (first === undefined) {
      throw new BpfviewError('E_NO_DATA', `${kindsOf(input)}; expected stacks with values`, { source: input.source, line: 0 })
    }
    const name = wanted !== undefined && profiles.some(profile => profile.name === wanted) ? wanted : first.name
    if (event !== undefined && name !== event) {
      throw new BpfviewError('E_NO_EVENT', `no event ${quote(event)}; expected one of ${[...new Set(profiles.map(profile => quote(profile.name)))].join(', ')}`, { source: input.source, line: 0 })
    }
    wanted ??= name
    return { label: input.source, profile: oneProfile(profiles.filter(profile => profile.name === name), input) }
  })
}

function oneProfile(profiles: readonly Profile[], input: Input): Profile {
  const profile = mergeProfiles(profiles)
  const { lost } = input.parsed
  return lost > 0 && profile.meta.lost === undefined ? { ...profile, meta: { ...profile.meta, lost } } : profile
}

export function kindsOf(input: Input): string {
  const kinds = [...new Set(input.parsed.datasets.map(dataset => dataset.kind))]
  return kinds.length === 0 ? 'no data' : `only ${kinds.join(' and ')}`
}

export function datasetsOf<K extends Dataset['kind']>(input: Input, kind: K): Extract<Dataset, { kind: K }>[] {
  return input.parsed.datasets.filter((dataset): dataset is Extract<Dataset, { kind: K }> => dataset.kind === kind)
}
