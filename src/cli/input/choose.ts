import type { Profile } from '../../model/datasets.ts'
import { BpfviewError, quote } from '../../model/error.ts'
import { foldSamples } from '../../ops/stacks/fold.ts'
import { mergeProfiles } from '../../ops/stacks/merge.ts'
import { sum } from '../../ops/stacks/totals.ts'
import { remark } from '../exit.ts'
import { holdsNo } from './held.ts'
import type { Input } from './input.ts'

/**
 * The one profile a command draws or prints: that of `event`, or of the first event, merged over all inputs, in the value called `value` (its
 * name or its unit), or in the first. Events and values are never added up: stderr says what was left out. Throws BpfviewError E_NO_DATA or E_NO_EVENT.
 */
export function chooseProfile(inputs: readonly Input[], event?: string, value?: string): Profile {
  const source = inputs.map(input => input.source).join(', ')
  const profiles = inputs.flatMap(profilesIn)
  if (profiles.length === 0) throw holdsNo(holdsAnything(inputs) ? 'stacks' : 'stacks with values', inputs)
  const missing = (what: string, found: readonly string[]): BpfviewError =>
    new BpfviewError('E_NO_EVENT', `no ${what}; expected one of ${found.map(quote).join(', ')}`, { source, line: 0 })
  const measured = profiles.filter(
    profile => value === undefined || profile.value.name === value || profile.value.unit === value,
  )
  const first = measured[0]
  if (first === undefined) throw missing(`value ${quote(value!)}`, valuesOf(profiles))
  if (event === undefined) refuseOtherEvents(inputs, first.name)
  const name = event ?? first.name
  const named = measured.filter(profile => profile.name === name)
  if (named.length === 0) throw missing(`event ${quote(name)}`, namesOf(measured))
  const chosen = named.filter(profile => profile.value.name === named[0]!.value.name)
  if (event === undefined && named.length < measured.length) {
    const left = namesOf(measured).filter(other => other !== name)
    remark(
      `event ${counted(name, chosen)} is shown; left out: ${left.map(other => counted(other, measured)).join(', ')}; choose with --event NAME`,
    )
  }
  if (value === undefined && chosen.length < named.length) {
    const [shown, ...left] = valuesOf(named)
    remark(`value ${quote(shown!)} is shown; left out: ${left.map(quote).join(', ')}; choose with --value NAME`)
  }
  const profile = mergeProfiles(chosen)
  // a finished capture of nothing is an answer
  if (finiteSum(profile, source) === 0 && profile.meta.samples !== 0)
    throw new BpfviewError('E_NO_DATA', `event ${quote(name)} has no samples; expected at least one`, {
      source,
      line: 0,
    })
  return profile
}

/** Throws BpfviewError E_MIXED when an input has other events only: its stacks would be left out, or added to those of another event. */
function refuseOtherEvents(inputs: readonly Input[], name: string): void {
  let first: string | undefined
  for (const input of inputs) {
    const names = namesOf(profilesIn(input))
    if (names.includes(name)) first ??= input.source
    else if (names.length > 0)
      throw new BpfviewError(
        'E_MIXED',
        `event ${quote(names[0]!)}, but ${quote(name)} in ${first ?? 'another input'}; expected one event, or --event NAME`,
        { source: input.source, line: 0 },
      )
  }
}

/** The profiles an input holds; timelines are folded. Throws BpfviewError for values without a finite sum. */
export function stackProfiles(input: Input): Profile[] {
  const profiles = profilesIn(input)
  for (const profile of profiles) finiteSum(profile, input.source)
  return profiles
}

function profilesIn(input: Input): Profile[] {
  return input.parsed.datasets.flatMap(dataset => {
    if (dataset.kind === 'profile') return [dataset]
    if (dataset.kind === 'samples') return [foldSamples(dataset)]
    return []
  })
}

/** The sum of a profile's values. Throws BpfviewError when they add up to more than a number holds: no share of it could be told. */
function finiteSum(profile: Profile, source: string): number {
  const total = sum(profile.self)
  if (Number.isFinite(total)) return total
  throw new BpfviewError(
    'E_COUNT_RANGE',
    `the values of event ${quote(profile.name)} add up to ${total}; expected a sum that a double holds`,
    { source, line: 0 },
  )
}

function holdsAnything(inputs: readonly Input[]): boolean {
  return inputs.some(input => input.parsed.datasets.length > 0)
}

function namesOf(profiles: readonly Profile[]): string[] {
  return [...new Set(profiles.map(profile => profile.name))]
}

function valuesOf(profiles: readonly Profile[]): string[] {
  return [...new Set(profiles.map(profile => profile.value.name))]
}

function counted(name: string, profiles: readonly Profile[]): string {
  const named = profiles.filter(profile => profile.name === name)
  const same = named.filter(profile => profile.value.name === named[0]!.value.name)
  const total = same.reduce((all, profile) => all + (profile.meta.samples ?? sum(profile.self)), 0)
  return `${quote(name)} (${total} ${same[0]!.meta.samples === undefined ? same[0]!.value.unit : 'samples'})`
}
