import type { Unit } from '../../src/model/index.ts'

const UNIT_NAMES: readonly (readonly [RegExp, Unit])[] = [
  [/(?:^|_)(?:ns|nsecs?|nanoseconds?)$/, 'ns'],
  [/(?:^|_)(?:us|usecs?|microseconds?)$/, 'us'],
  [/(?:^|_)(?:ms|msecs?|milliseconds?)$/, 'ms'],
  [/(?:^|_)(?:secs?|seconds?)$|_s$/, 's'],
  [/(?:^|_)(?:bytes?)$/, 'bytes'],
  [/(?:^|_)(?:kb|kib|kbytes)$/, 'KiB'],
  [/(?:^|_)(?:pages?)$/, 'pages'],
  [/(?:^|_)(?:sectors?)$/, 'sectors'],
  [/(?:^|_)(?:mhz)$/, 'MHz'],
]

/** Unit that a map's name promises: `@usecs`, `@held_time_ns`, `@bytes`; '' when it promises none, as `@s` does. */
export function unitOfMap(map: string): Unit {
  const name = map.slice(1).toLowerCase()
  return UNIT_NAMES.find(([pattern]) => pattern.test(name))?.[1] ?? ''
}

const BANNER =
  /^(?:Tracing|Measuring|Timing|Recording)\b.*?\b(nanosecond|microsecond|millisecond|nsec|usec|msec|ns|us|ms)s?(?: \)|\)| time| latency| off-CPU| on-CPU| durations?)/i

const BANNER_UNITS = new Map<string, Unit>([
  ['n', 'ns'],
  ['u', 'us'],
  ['mic', 'us'],
  ['mil', 'ms'],
  ['ms', 'ms'],
])

/** Unit of time that a program says it measures in: `Tracing nanosecond time in off-CPU stacks.` gives ns; undefined for other lines. */
export function unitOfBanner(line: string): Unit | undefined {
  const word = BANNER.exec(line)?.[1]?.toLowerCase()
  if (word === undefined) return undefined
  return BANNER_UNITS.get(word[0]!) ?? BANNER_UNITS.get(word.slice(0, 3)) ?? BANNER_UNITS.get(word.slice(0, 2))
}
