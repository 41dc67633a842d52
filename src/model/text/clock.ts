/** Seconds of the day or since 1970 as HH:MM:SS with up to six decimals; days past midnight are left out. */
export function clockText(seconds: number): string {
  const [whole, fraction] = wholeAndFraction(seconds)
  const day = ((whole % 86_400) + 86_400) % 86_400
  return `${two(Math.floor(day / 3600))}:${two(Math.floor(day / 60) % 60)}:${two(day % 60)}${fraction}`
}

/** Seconds since 1970 as YYYY-MM-DDTHH:MM:SS with up to six decimals: no zone, because the tool printed none. */
export function dateText(seconds: number): string {
  const [whole, fraction] = wholeAndFraction(seconds)
  const date = new Date(whole * 1000)
  return Number.isNaN(date.getTime()) ? String(seconds) : `${date.toISOString().slice(0, -5)}${fraction}`
}

const CLOCK = /^(\d\d?):(\d\d):(\d\d(?:[.,]\d{1,9})?)(?: ([AP]M))?$/

/** Seconds of the day of `HH:MM:SS[.frac][ AM|PM]`, undefined for anything else. */
export function clockSeconds(text: string): number | undefined {
  const match = CLOCK.exec(text)
  if (match === null) return undefined
  let hours = Number(match[1])
  const minutes = Number(match[2])
  const seconds = Number(match[3]!.replace(',', '.'))
  if (match[4] !== undefined) {
    if (hours < 1 || hours > 12) return undefined
    hours = (hours % 12) + (match[4] === 'PM' ? 12 : 0)
  }
  return hours < 24 && minutes < 60 && seconds < 61 ? hours * 3600 + minutes * 60 + seconds : undefined
}

/** Rounded to microseconds before it is split, so that 59.9999999 s are a minute and no second called 60. */
function wholeAndFraction(seconds: number): readonly [number, string] {
  const micros = Math.round((seconds - Math.floor(seconds)) * 1e6)
  const whole = Math.floor(seconds) + (micros === 1e6 ? 1 : 0)
  const fraction = micros === 0 || micros === 1e6 ? '' : `.${String(micros).padStart(6, '0').replace(/0+$/, '')}`
  return [whole, fraction]
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
