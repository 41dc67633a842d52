const NUMBER = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,3})?$/
/** What tools print where there is no number. */
const ABSENT = /^(?:-|--|n\/a|N\/A|\?|-?nan%?|-?NaN%?|-%|<not|LL_MAX|\[unknown\]|\(null\))$/
const SCALES = new Map<string, number>([
  ['K', 1024],
  ['k', 1024],
  ['M', 1024 ** 2],
  ['G', 1024 ** 3],
  ['T', 1024 ** 4],
  ['m', 1024 ** 2],
  ['g', 1024 ** 3],
  ['t', 1024 ** 4],
  ['P', 1024 ** 5],
])

/** A plain decimal number, undefined for anything else. */
export function parseNumber(text: string): number | undefined {
  return isDigits(text) || NUMBER.test(text) ? Number(text) : undefined
}

/** True for what most number cells are: a few digits, perhaps with a point between them. */
function isDigits(text: string): boolean {
  const { length } = text
  if (length === 0 || length > 24) return false
  let point = false
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i)
    if (code >= 48 && code < 58) continue
    if (code !== 46 || point || i === 0 || i === length - 1) return false
    point = true
  }
  return true
}

/** True for a placeholder that stands where a number belongs. */
export function isAbsent(text: string): boolean {
  return text === '' || ABSENT.test(text)
}

/**
 * A number cell: plain, with thousands separators, with a glued `%`, or with a size suffix (`1.42K`, `23Gi`, powers of 1024).
 * NaN for a placeholder, undefined when it is no number cell.
 */
export function numberCell(text: string): number | undefined {
  const plain = parseNumber(text)
  if (plain !== undefined) return plain
  if (isAbsent(text)) return NaN
  const last = text[text.length - 1]!
  if (last === '%') return parseNumber(text.slice(0, -1).trimEnd())
  const sized = /^(-?\d+(?:\.\d+)?) ?([KkMmGgTtP]?)(?:i?B|i)?$/.exec(text)
  if (sized !== null) return Number(sized[1]) * (SCALES.get(sized[2]!) ?? 1)
  if (/^-?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?$/.test(text)) return Number(text.replaceAll(',', ''))
  if (/^-?\d+,\d+$/.test(text)) return Number(text.replace(',', '.'))
  return undefined
}

const MICROS = new Map([
  ['ns', 1e-3],
  ['us', 1],
  ['\u00b5s', 1],
  ['\u03bcs', 1],
  ['ms', 1e3],
  ['s', 1e6],
])

/** Microseconds of a number with its unit (`95us`, `1.5ms`); NaN for a placeholder, undefined when it is none. */
export function durationCell(text: string): number | undefined {
  if (isAbsent(text)) return NaN
  const match = /^(\d+(?:\.\d+)?) ?(ns|us|\u00b5s|\u03bcs|ms|s)$/.exec(text)
  return match === null ? undefined : Number((Number(match[1]) * MICROS.get(match[2]!)!).toFixed(3))
}

/** True for an integer printed with more digits than a double holds. */
export function isInexact(text: string): boolean {
  return text.length > 15 && /^-?\d{16,}$/.test(text) && !Number.isSafeInteger(Number(text))
}
