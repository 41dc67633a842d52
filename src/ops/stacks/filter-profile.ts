import { needDataset } from '../../model/arguments.ts'
import type { Profile } from '../../model/index.ts'
import { FRAME_KINDS } from '../../model/index.ts'
import { nameMatcher } from '../name-pattern.ts'
import { tasksOf } from './keep-tasks.ts'

/** A test of names: the name itself, a glob (`*` = anything), a regular expression between slashes (RE2), a RegExp, or a function. */
export type NamePattern = string | RegExp | ((name: string) => boolean)

/** Which stacks stay; several patterns of one field are alternatives, fields hold together. */
export interface StackFilter {
  /** Tasks at the root of stacks, by their command; what is behind it (`nginx-1842/1843`) is not looked at. */
  readonly comm?: NamePattern | readonly NamePattern[] | undefined
  /** Stacks through one of these functions. */
  readonly focus?: NamePattern | readonly NamePattern[] | undefined
  /** No stacks through any of these. */
  readonly ignore?: NamePattern | readonly NamePattern[] | undefined
}

/**
 * The profile with the values of stacks that a filter takes away at 0; the tree stays, so that columns of one tree can be compared. The unit
 * stays, the number of samples is no longer known. Linear. Throws BpfviewError E_USAGE for anything but a profile.
 *
 * @example
 * ```ts
 * const nginx = filterProfile(profile, { comm: 'nginx', ignore: ['epoll_wait', 'ngx_*_timer'] })
 * ```
 */
export function filterProfile(profile: Profile, filter: StackFilter): Profile {
  needDataset(profile, 'profile', 'filterProfile')
  const kept = keptRows(profile, filter)
  const left = (self: Float64Array): Float64Array => self.map((value, i) => (kept[i] === 1 ? value : 0))
  const { samples, ...meta } = profile.meta
  const runs = profile.runs?.map(run => ({ label: run.label, self: left(run.self) }))
  // none of nothing stays an answer
  return {
    ...profile,
    self: left(profile.self),
    meta: samples === 0 ? profile.meta : meta,
    ...(runs !== undefined && { runs }),
  }
}

/**
 * The profile with only stacks through functions of a name: `filterProfile(profile, { focus })`.
 *
 * @example
 * ```ts
 * const svg = flameGraph(focus(profile, /^ssl_/))
 * ```
 */
export function focus(profile: Profile, functions: NamePattern | readonly NamePattern[]): Profile {
  return filterProfile(profile, { focus: functions })
}

/** Commands of the tasks at the root of a profile's stacks, each once, in the order of the stacks; of a format that marks no task, the root frames. */
export function taskNames(profile: Profile): string[] {
  const tasks = tasksOf(profile)
  const marked = tasks.filter(({ known }) => known)
  return [...new Set((marked.length > 0 ? marked : tasks).map(({ name }) => commOf(name)))]
}

/** 1 for rows whose own value stays. */
function keptRows(profile: Profile, filter: StackFilter): Uint8Array {
  const { parent, frame, frames } = profile.stacks
  const marked = tasksOf(profile).some(({ known }) => known)
  const isComm = anyOf(filter.comm)
  const isFocus = anyOf(filter.focus)
  const isIgnored = anyOf(filter.ignore)
  const marks = Array.from(frames.name, (name, f) => {
    const task = FRAME_KINDS[frames.kind[f]!] === 'task'
    return {
      comm: isComm === undefined || ((task || !marked) && isComm(commOf(name))),
      focus: isFocus?.(name) === true && !task,
      ignored: isIgnored?.(name) === true && !task,
    }
  })
  const comm = new Uint8Array(parent.length)
  const through = new Uint8Array(parent.length)
  const kept = new Uint8Array(parent.length)
  const free = new Uint8Array(parent.length).fill(1, 0, 1)
  comm[0] = isComm === undefined ? 1 : 0
  through[0] = isFocus === undefined ? 1 : 0
  for (let i = 1; i < parent.length; i++) {
    const up = parent[i]!
    const mark = marks[frame[i]!]!
    comm[i] = up === 0 ? Number(mark.comm) : comm[up]!
    through[i] = through[up] === 1 || mark.focus ? 1 : 0
    free[i] = free[up] === 1 && !mark.ignored ? 1 : 0
    kept[i] = comm[i]! & through[i]! & free[i]!
  }
  kept[0] = comm[0]! & through[0]!
  return kept
}

/** The command in the name of a task: `nginx` of `nginx-1842/1843`. */
function commOf(task: string): string {
  return task.replace(/-\d+(?:\/\d+)?$/, '')
}

function anyOf(patterns: StackFilter['comm']): ((name: string) => boolean) | undefined {
  if (patterns === undefined) return undefined
  const tests = (Array.isArray(patterns) ? (patterns as readonly NamePattern[]) : [patterns as NamePattern]).map(testOf)
  return name => tests.some(test => test(name))
}

function testOf(pattern: NamePattern): (name: string) => boolean {
  if (typeof pattern === 'string') return nameMatcher(pattern)
  if (typeof pattern === 'function') return pattern
  // a sticky or global expression remembers where it stopped
  const expression = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''))
  return name => expression.test(name)
}
