import { BpfviewError, quote } from '../model/error.ts'
import type { Profile } from '../model/datasets.ts'
import { foldSamples } from '../ops/fold.ts'
import { mergeProfiles } from '../ops/merge.ts'
import { sum } from '../ops/totals.ts'
import { remark } from './exit.ts'
import type { Input } from './input.ts'

/**
 * The one profile a command draws or prints: that of `event`, or of the first event, merged over all inputs. Events are never added up:
 * stderr says what was left out. Throws BpfviewError E_NO_DATA or E_NO_EVENT.
 */
export function chooseProfile(inputs: readonly Input[], event?: string): Profile {
  const source = inputs.map(input => input.source).join(', ')
  const profiles = inputs.flatMap(stackProfiles)
  const first = profiles[0]
  if (first === undefined) throw noStacks(inputs, source)
  const name = event ?? first.name
  const chosen = profiles.filter(profile => profile.name === name)
  if (chosen.length === 0) {
    throw new BpfviewError('E_NO_EVENT', `no event ${quote(name)}; expected one of ${namesOf(profiles).map(quote).join(', ')}`, { source, line: 0 })
  }
  if (event === undefined && chosen.length < profiles.length) {
    const left = namesOf(profiles).filter(other => other !== name)
    remark(`event ${counted(name, profiles)} is shown; left out: ${left.map(other => counted(other, profiles)).join(', ')}; choose with --event NAME`)
  }
  const profile = mergeProfiles(chosen)
  if (sum(profile.self) === 0) throw new BpfviewError('E_NO_DATA', `event ${quote(name)} has no samples; expected at least one`, { source, line: 0 })
  return profile
}

/** The profiles an input holds; timelines are folded. */
export function stackProfiles(input: Input): Profile[] {
  return input.parsed.datasets.flatMap(dataset => {
    if (dataset.kind === 'profile') return [dataset]
    if (dataset.kind === 'samples') return [foldSamples(dataset)]
    return []
  })
}

function noStacks(inputs: readonly Input[], source: string): BpfviewError {
  const kinds = [...new Set(inputs.flatMap(input => input.parsed.datasets.map(dataset => dataset.kind)))]
  const first = inputs[0]?.parsed.diagnostics[0]
  const found = kinds.length > 0 ? `only ${kinds.join(' and ')}` : first === undefined ? 'no data' : `no data (${first.message}${first.text === undefined ? '' : `: ${quote(first.text)}`})`
  return new BpfviewError('E_NO_DATA', `${found}; expected stacks with values`, { source, line: first?.line ?? 0 })
}

function namesOf(profiles: readonly Profile[]): string[] {
  return [...new Set(profiles.map(profile => profile.name))]
}

function counted(name: string, profiles: readonly Profile[]): string {
  const same = profiles.filter(profile => profile.name === name)
  const total = same.reduce((all, profile) => all + (profile.meta.samples ?? sum(profile.self)), 0)
  return `${quote(name)} (${total} ${same[0]!.meta.samples === undefined ? same[0]!.value.unit : 'samples'})`
}
