import { clockSeconds } from '../../src/model/text/clock.ts'

/** A point in time as a tool printed it: seconds of the day, or seconds since 1970 in the capture's own (unknown) time zone. */
export interface Stamp {
  readonly unit: 'clock' | 'date'
  readonly seconds: number
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/**
 * The stamp a line or cell consists of: `HH:MM:SS`, with a colon after it, in brackets, as bytes of Python 3 (`b'14:03:11'`), with a date before it (`03/05/18`, `2020-12-30`),
 * or as ctime prints it (`Thu Sep 10 11:27:45 2020`, zone allowed). undefined for anything else.
 */
export function parseStamp(text: string): Stamp | undefined {
  let inner = text.trim()
  if (inner.length < 7 || inner.length > 48) return undefined
  if (inner.startsWith("b'") && inner.endsWith("'")) inner = inner.slice(2, -1)
  else if (inner.startsWith('[') && inner.endsWith(']')) inner = inner.slice(1, -1)
  else if (inner.endsWith(':')) inner = inner.slice(0, -1)
  const clock = clockSeconds(inner)
  if (clock !== undefined) return { unit: 'clock', seconds: clock }
  const words = inner.replace(/(\d)T(\d)/, '$1 $2').split(/ +/)
  if (words.length >= 5) return ctime(words)
  if (words.length < 2 || words.length > 4) return undefined
  const day = dayOf(words[0]!)
  const time = clockSeconds(
    words
      .slice(1)
      .join(' ')
      .replace(/(?:Z|[+-]\d\d:?\d\d| (?!AM$|PM$)[A-Z]{3,5})$/, ''),
  )
  return day === undefined || time === undefined ? undefined : { unit: 'date', seconds: day + time }
}

function ctime(words: readonly string[]): Stamp | undefined {
  const month = MONTHS.indexOf(words[1]!.toLowerCase())
  const date = Number(words[2])
  const time = clockSeconds(words[3]!)
  const year = Number(words[words.length - 1])
  if (month < 0 || !(date >= 1 && date <= 31) || time === undefined || !(year >= 1970 && year < 10_000))
    return undefined
  return { unit: 'date', seconds: Date.UTC(year, month, date) / 1000 + time }
}

/** Seconds since 1970 of the day `YYYY-MM-DD`, `MM/DD/YYYY` or `MM/DD/YY`. */
export function dayOf(text: string): number | undefined {
  const iso = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text)
  if (iso !== null) return utcDay(Number(iso[1]), Number(iso[2]), Number(iso[3]))
  const american = /^(\d\d?)\/(\d\d?)\/(\d{4}|\d\d)$/.exec(text)
  if (american === null) return undefined
  const year = Number(american[3])
  return utcDay(year < 100 ? 2000 + year : year, Number(american[1]), Number(american[2]))
}

function utcDay(year: number, month: number, day: number): number | undefined {
  return month >= 1 && month <= 12 && day >= 1 && day <= 31 ? Date.UTC(year, month - 1, day) / 1000 : undefined
}

const DAY = 86_400

/** Turns seconds of the day into seconds that go on rising over midnight; a step back of less than half a day stays a step back. */
export class DayClock {
  private days = 0
  private last = NaN

  at(seconds: number): number {
    if (seconds < this.last - DAY / 2) this.days++
    this.last = seconds
    return seconds + this.days * DAY
  }
}
