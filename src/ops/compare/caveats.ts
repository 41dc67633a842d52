import type { Meta } from '../../model/index.ts'
import { quote } from '../../model/index.ts'
import { DEFAULT_NAMES, type NameMode } from '../stacks/align-names.ts'
import type { LabelledProfile } from '../stacks/merge-runs.ts'
import { knowModules } from '../stacks/merge-runs.ts'
import { failedRuns, failedText, SUCCEEDED } from './failed-runs.ts'

/** Something that makes a comparison doubtful. */
export interface Caveat {
  readonly code:
    | 'event'
    | 'unit'
    | 'frequency'
    | 'kernel'
    | 'cpus'
    | 'arch'
    | 'host'
    | 'lost'
    | 'unknown'
    | 'duration'
    | 'size'
    | 'tool'
    | 'modules'
    | 'order'
    | 'failed'
    | 'same'
  readonly message: string
  /** True when a comparison would mean nothing. */
  readonly blocks: boolean
  /** What was expected instead, where that is no like capture. */
  readonly expected?: string
}

const unknownName = /^\[?\[?unknown\]?\]?(_\[[kj]\])?$|^\[\[?unknown|^0x[0-9a-f]+$/i

/** What differs between two sets of captures that ought to differ in the program only, and how well each was measured. `names` = how they are aligned. */
export function findCaveats(
  before: readonly LabelledProfile[],
  after: readonly LabelledProfile[],
  names: NameMode = DEFAULT_NAMES,
): Caveat[] {
  const caveats: Caveat[] = []
  const add = (code: Caveat['code'], message: string, blocks = false): void =>
    void caveats.push({ code, message, blocks })
  const all = [...before, ...after]
  const failed = failedRuns(all.map(({ label, profile }) => ({ label, exit: profile.meta.exit })))
  if (failed !== undefined)
    caveats.push({ code: 'failed', message: failedText(failed), blocks: true, expected: SUCCEEDED })
  const units = distinct(all.map(({ profile }) => profile.value.unit))
  if (units.length > 1) add('unit', `units differ: ${units.map(quote).join(', ')}`, true)
  const events = distinct(all.map(({ profile }) => profile.name))
  if (events.length > 1) add('event', `events differ: ${events.map(quote).join(', ')}`, true)
  const facts: readonly {
    code: Caveat['code']
    word: string
    blocks: boolean
    of: (meta: Meta) => string | undefined
  }[] = [
    { code: 'frequency', word: 'sampling frequencies', blocks: true, of: meta => text(meta.frequency) },
    { code: 'kernel', word: 'kernels', blocks: false, of: meta => meta.kernel },
    { code: 'cpus', word: 'numbers of CPUs', blocks: false, of: meta => text(meta.cpus) },
    { code: 'arch', word: 'architectures', blocks: false, of: meta => meta.arch },
    { code: 'host', word: 'hosts', blocks: false, of: meta => meta.host },
    { code: 'tool', word: 'tools', blocks: false, of: meta => meta.tool },
  ]
  for (const { code, word, blocks, of } of facts) {
    const values = distinct(all.map(({ profile }) => of(profile.meta)).filter(value => value !== undefined))
    if (values.length > 1) add(code, `${word} differ: ${values.map(quote).join(', ')}`, blocks)
  }
  if (knowModules(all) === 'some') {
    add(
      'modules',
      `not every run says in which module a function is: ${names === 'raw' ? 'with raw names a function with a module is another than one without' : 'functions are compared by name alone'}`,
    )
  }
  for (const [word, side] of [
    ['before', before],
    ['after', after],
  ] as const) {
    const lost = side.reduce((total, { profile }) => total + (profile.meta.lost ?? 0), 0)
    const seen = side.reduce((total, { profile }) => total + (profile.meta.samples ?? sumOf(profile.self)), 0)
    if (lost > 0.01 * seen) add('lost', `${lost} events were lost ${word}, ${percent(lost / (lost + seen))} of all`)
  }
  const unknown = [unknownShare(before), unknownShare(after)] as const
  if (Math.max(...unknown) > 0.2 || Math.abs(unknown[0] - unknown[1]) > 0.05) {
    add(
      'unknown',
      `frames without a name end ${percent(unknown[0])} of the stacks before and ${percent(unknown[1])} after`,
    )
  }
  const ratio = sizeOf(after) / sizeOf(before)
  if (ratio > 2 || ratio < 0.5)
    add(
      'size',
      `a run has ${Math.round(sizeOf(before))} ${before[0]!.profile.value.unit} before and ${Math.round(sizeOf(after))} after`,
    )
  const lengths = [durationOf(before), durationOf(after)]
  if (lengths[0]! > 0 && lengths[1]! > 0 && Math.abs(Math.log(lengths[1]! / lengths[0]!)) > 0.1) {
    add('duration', `a run lasts ${lengths[0]!.toFixed(1)} s before and ${lengths[1]!.toFixed(1)} s after`)
  }
  const [first, last] = [startsOf(before), startsOf(after)]
  if (before.length > 0 && after.length > 0 && Math.min(...first) > Math.max(...last))
    add(
      'order',
      `what is called before was captured later (${iso(Math.min(...first))}) than what is called after (${iso(Math.max(...last))}): are the sides swapped?`,
    )
  return caveats
}

/** When each run began, in ms; NaN = not known, and then of no order. */
function startsOf(side: readonly LabelledProfile[]): number[] {
  return side.map(({ profile }) => Date.parse(profile.meta.start ?? ''))
}

function iso(time: number): string {
  return new Date(time).toISOString().replace('.000Z', 'Z')
}

/** Share of the values in stacks that end in a frame without a symbol. */
export function unknownShare(side: readonly LabelledProfile[]): number {
  let unknown = 0
  let all = 0
  const judged = new Map<string, boolean>()
  const isNameless = (name: string): boolean => {
    let nameless = judged.get(name)
    if (nameless === undefined)
      judged.set(name, (nameless = unknownName.test(name.length > 200 ? name.slice(0, 200) : name)))
    return nameless
  }
  for (const { profile } of side) {
    const { frames, frame } = profile.stacks
    const nameless = frames.name.map(isNameless)
    for (let i = 1; i < frame.length; i++) {
      all += profile.self[i]!
      if (nameless[frame[i]!]!) unknown += profile.self[i]!
    }
  }
  return all > 0 ? unknown / all : 0
}

function durationOf(side: readonly LabelledProfile[]): number {
  return side.reduce((total, { profile }) => total + (profile.meta.duration ?? 0), 0) / runsOf(side)
}

function sizeOf(side: readonly LabelledProfile[]): number {
  return side.reduce((total, { profile }) => total + sumOf(profile.self), 0) / runsOf(side)
}

function runsOf(side: readonly LabelledProfile[]): number {
  return side.reduce((total, { profile }) => total + (profile.runs?.length ?? 1), 0)
}

function sumOf(values: Float64Array): number {
  let total = 0
  for (let i = 0; i < values.length; i++) total += values[i]!
  return total
}

function text(value: number | undefined): string | undefined {
  return value === undefined ? undefined : String(value)
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].sort()
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`
}
