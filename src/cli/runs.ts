import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { ParseOptions } from '../../parsers/parse.ts'
import { BpfviewError, quote } from '../model/error.ts'
import type { Dataset, Profile } from '../model/datasets.ts'
import type { LabelledProfile } from '../ops/merge-runs.ts'
import { mergeProfiles } from '../ops/merge.ts'
import { cannotRead } from './bytes.ts'
import { stackProfiles } from './choose.ts'
import { remark } from './exit.ts'
import { readInput } from './input.ts'
import type { Input } from './input.ts'

/** Inputs of a side: every IN is a run; a directory of runs or a baseline stands for all runs in it. */
export async function readRuns(paths: readonly string[], options: ParseOptions = {}): Promise<Input[]> {
  const inputs: Input[] = []
  for (const path of await expandAll(paths)) inputs.push({ source: path === '-' ? 'standard input' : path, parsed: await readInput(path, options) })
  return inputs
}

async function expandAll(paths: readonly string[]): Promise<string[]> {
  const expanded: string[] = []
  for (const path of paths) {
    if (path !== '-' && existsSync(join(path, 'baseline.json'))) {
      const { currentRuns, needBaseline } = await import('./baseline.ts')
      expanded.push(...currentRuns(path, await needBaseline(path)))
    } else expanded.push(...expandRuns(path))
  }
  return expanded
}

/** Paths of the runs an IN stands for: itself, or what a directory without a manifest holds, sorted. */
export function expandRuns(path: string): string[] {
  if (path === '-') return [path]
  try {
    if (!statSync(path).isDirectory() || existsSync(join(path, 'manifest.json'))) return [path]
    const found = readdirSync(path, { withFileTypes: true })
      .filter(entry => !entry.name.startsWith('.') && !/\.(?:json|md|svg|html|js|sh|stderr)$/.test(entry.name) && (entry.isFile() || existsSync(join(path, entry.name, 'manifest.json'))))
      .map(entry => join(path, entry.name)).sort()
    if (found.length === 0) throw new BpfviewError('E_NO_DATA', 'a directory without runs; expected captures, files or a baseline', { source: path, line: 0 })
    return found
  } catch (error) {
    throw error instanceof BpfviewError ? error : cannotRead(path, error)
  }
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
    const found = all.filter(profile => value === undefined || profile.value.name === value || profile.value.unit === value)
    const first = found[0]
    if (first === undefined) {
      if (all.length === 0) throw new BpfviewError('E_NO_DATA', `${kindsOf(input)}; expected stacks with values`, { source: input.source, line: 0 })
      throw new BpfviewError('E_NO_EVENT', `no value ${quote(value!)}; expected one of ${distinct(all.map(profile => profile.value.name))}`, { source: input.source, line: 0 })
    }
    const name = wanted !== undefined && found.some(profile => profile.name === wanted) ? wanted : first.name
    if (event !== undefined && name !== event) {
      throw new BpfviewError('E_NO_EVENT', `no event ${quote(event)}; expected one of ${distinct(found.map(profile => profile.name))}`, { source: input.source, line: 0 })
    }
    wanted ??= name
    const named = found.filter(profile => profile.name === name)
    const unit = named.find(profile => profile.value.name === measure) ?? named[0]!
    measure ??= unit.value.name
    for (const other of found) if (other.name !== name) left.add(`event ${quote(other.name)}`)
    for (const other of named) if (other.value.name !== unit.value.name) left.add(`value ${quote(other.value.name)}`)
    return { label: input.source, profile: oneProfile(named.filter(profile => profile.value.name === unit.value.name), input) }
  })
  if (left.size > 0 && event === undefined) remark(`event ${quote(wanted!)} is used; left out: ${[...left].sort().slice(0, 10).join(', ')}; choose with --event NAME`)
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
  return kinds.length === 0 ? 'no data' : `only ${kinds.join(' and ')}`
}

export function datasetsOf<K extends Dataset['kind']>(input: Input, kind: K): Extract<Dataset, { kind: K }>[] {
  return input.parsed.datasets.filter((dataset): dataset is Extract<Dataset, { kind: K }> => dataset.kind === kind)
}
