import { BpfviewError, quote } from '../../model/index.ts'

/** A point in time: seconds as printed in the capture, or since the second in which it starts. */
export interface TimePoint {
  readonly seconds: number
  readonly sinceStart: boolean
}

/** Half-open [from, to); an end that is absent is open. */
export interface TimeRange {
  readonly from?: TimePoint
  readonly to?: TimePoint
}

const POINT = /^(\+?)(\d+(?:\.\d+)?)s?$/

const CLOCK = /^(\d\d?):(\d\d):(\d\d(?:\.\d+)?)$/

/** The point `12.3` (seconds as printed), `HH:MM:SS` (the time of the day) or `+12.3` (since the start of the data). Throws BpfviewError E_USAGE. */
export function parseTimePoint(text: string): TimePoint {
  const clock = CLOCK.exec(text.trim())
  if (clock !== null)
    return {
      seconds: Number((Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3])).toFixed(9)),
      sinceStart: false,
    }
  const match = POINT.exec(text.trim())
  if (match === null)
    throw new BpfviewError(
      'E_USAGE',
      `the time ${quote(text)}; expected seconds as printed, like 12.3, or +12.3 for seconds since the start`,
    )
  return { seconds: Number(match[2]), sinceStart: match[1] === '+' }
}

/** The ranges of `12.3..14.1` or `12.3..14.1,20..21`; either end may be left out. Throws BpfviewError E_USAGE. */
export function parseTimeRanges(text: string): TimeRange[] {
  return text.split(',').map(part => {
    const [from, to, ...more] = part.split('..')
    if (from === undefined || to === undefined || more.length > 0 || from.trim() + to.trim() === '') {
      throw new BpfviewError('E_USAGE', `the range ${quote(part)}; expected FROM..TO in seconds, like 12.3..14.1`)
    }
    const range: TimeRange = {
      ...(from.trim() !== '' && { from: parseTimePoint(from) }),
      ...(to.trim() !== '' && { to: parseTimePoint(to) }),
    }
    return range
  })
}

/** Seconds as printed of a point, when the data starts in second `start`. Sums are rounded to nanoseconds, so that +0.3 on 12 is 12.3. */
export function secondsOf(point: TimePoint, start: number): number {
  return point.sinceStart ? Number((start + point.seconds).toFixed(9)) : point.seconds
}

/** Test of a time against half-open ranges. Throws BpfviewError E_USAGE when a range ends before it starts. */
export function inRanges(ranges: readonly TimeRange[], start: number): (time: number) => boolean {
  const bounds = ranges.map(range => {
    const from = range.from === undefined ? -Infinity : secondsOf(range.from, start)
    const to = range.to === undefined ? Infinity : secondsOf(range.to, start)
    if (!(to > from))
      throw new BpfviewError('E_USAGE', `a range from ${from} to ${to}; expected one that ends after it starts`)
    return [from, to] as const
  })
  return time => {
    for (const [from, to] of bounds) if (time >= from && time < to) return true
    return false
  }
}
