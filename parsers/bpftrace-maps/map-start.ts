import { bannerKind } from '../words/banners.ts'
import { isPlainValue } from './value.ts'

/** Start of a map in a line of text output. */
export interface MapStart {
  /** `@`, `@usecs`. */
  readonly map: string
  /** What stands after `[`, or undefined for a map without a key. */
  readonly key?: string
  /** What stands after `: ` of a map without a key. */
  readonly value?: string
  /** Text before the map on the same line: a printf without a newline at its end. */
  readonly before: string
}

const START = /^(@[A-Za-z_]?[A-Za-z0-9_]*)(?:\[([^]*)|:(?: ([^]*))?)$/
/** Text ends in a letter where `@` alone follows, which is no address of a mail. */
const GLUED_BARE = /^([^@]*[^@\s])(@)(?:\[([^]*)|: ([^]*))$/
const GLUED = /^([^@]*[ \t:])(@[A-Za-z_]?[A-Za-z0-9_]*)(?:\[([^]*)|: ([^]*))$/

/** The map that a line starts with: `@[`, `@usecs[node, `, `@: 46`. Undefined for any other line, also for deadlock's `@ 0000.. sym`. */
export function mapStart(line: string): MapStart | undefined {
  if (!line.startsWith('@')) return undefined
  const start = START.exec(line)
  if (start === null) return undefined
  if (start[2] !== undefined) return { map: start[1]!, key: start[2], before: '' }
  return { map: start[1]!, value: start[3] ?? '', before: '' }
}

/** A map after other text on the same line: `23:58:57 PIDs/sec: @: 46`. Only complete entries and open histograms count. */
export function gluedMap(line: string): MapStart | undefined {
  const at = line.indexOf('@')
  if (at <= 0) return undefined
  const glued = GLUED.exec(line) ?? GLUED_BARE.exec(line)
  if (glued === null) return undefined
  const [, before, map, key, value] = glued
  if (key !== undefined) {
    const end = keyEnd(key)
    // a comm may be `@map[1]: 5` in the middle of a row: only a plain value ends the line of a map
    return (end === undefined ? key !== '' : !isPlainValue(end.value)) ? undefined : { map: map!, key, before: before! }
  }
  return isPlainValue(value!) ? { map: map!, value: value!, before: before! } : undefined
}

/**
 * Where a key ends: at the last `]: ` whose right side is a value (a comm may be `x]: 5`), else at the first outside of brackets, whose
 * right side is text. Undefined when the key goes on in the next line.
 */
export function keyEnd(text: string): { readonly key: string; readonly value: string } | undefined {
  for (let at = text.lastIndexOf(']:'); at >= 0; at = at === 0 ? -1 : text.lastIndexOf(']:', at - 1)) {
    const rest = text.slice(at + 2)
    if (rest !== '' && !rest.startsWith(' ')) continue
    const value = rest.slice(1)
    if (isPlainValue(value)) return { key: text.slice(0, at), value }
    if (text.length - at > 400) break
  }
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 91) depth++
    else if (code === 93) {
      if (depth === 0 && text.startsWith(']: ', i)) return { key: text.slice(0, i), value: text.slice(i + 3) }
      if (depth > 0) depth--
    }
  }
  return undefined
}

/** True for a key that a stack follows in the next lines. */
export function opensStack(key: string): boolean {
  return key === '' || /,\s*$/.test(key)
}

/** Start of a line that goes on with the key after a stack. */
export function followsStack(line: string): boolean {
  return line.startsWith(']') || line.startsWith(', ') || line === ','
}

export interface BpftraceNote {
  readonly is: 'probes' | 'lost' | 'stack-error' | 'note' | 'clock'
  readonly count: number
}

const CLOCK = /^\d{2}:\d{2}:\d{2}(?:\.\d+)?\s*$/

/** What bpftrace, kubectl-trace or the kernel says about the run; undefined for data and for the program's own output. */
export function bpftraceNote(line: string): BpftraceNote | undefined {
  if (CLOCK.test(line)) return { is: 'clock', count: 1 }
  const banner = bannerKind(line)
  if (banner === undefined) return undefined
  switch (banner.is) {
    case 'probes':
    case 'lost':
    case 'stack-error':
      return { is: banner.is, count: banner.count }
    case 'announce':
    case 'warning':
      return { is: 'note', count: 1 }
    default:
      return undefined
  }
}

/** Seconds since midnight of a line's leading `HH:MM:SS`, NaN without one. */
export function leadingClock(line: string): number {
  const clock = /^(\d{2}):(\d{2}):(\d{2}(?:\.\d+)?)(?:\s|$)/.exec(line)
  return clock === null ? NaN : Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3])
}
