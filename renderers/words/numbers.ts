/**
 * Numbers as words: the one place where values, shares, ratios and digits become text for people. Folded text, CSV and JSON keep plain numbers.
 * `formatValue` and `formatShare` also run inside pictures: each stands by itself, without an import or a call of another function.
 */
import type { Unit } from '../../src/model/index.ts'
import { unitFact } from '../../src/model/index.ts'
import { fixed } from '../markup/svg.ts'

/** A value with its unit for people: `58,112 samples`, `1.25 s`, `12.3 MB`. */
export function formatValue(value: number, unit: string): string {
  const short = (n: number): string => {
    const size = Math.abs(n)
    const digits = size >= 100 ? 0 : size >= 10 ? 1 : 2
    const text = n.toFixed(digits)
    return digits === 0 ? text : text.replace(/\.?0+$/, '')
  }
  const grouped = (n: number): string => {
    const [whole, part] = (Number.isInteger(n) ? String(n) : n.toFixed(2).replace(/\.?0+$/, '')).split('.')
    const digits = whole!.replace(/\B(?=(\d{3})+$)/g, ',')
    return part === undefined ? digits : digits + '.' + part
  }
  const seconds = unit === 's' ? 1 : unit === 'ms' ? 1e-3 : unit === 'us' ? 1e-6 : unit === 'ns' ? 1e-9 : 0
  if (seconds > 0) {
    const nanoseconds = value * (seconds * 1e9)
    const size = Math.abs(nanoseconds)
    if (size >= 999.5e6 || value === 0)
      return (size >= 1e11 ? grouped(Math.round(nanoseconds / 1e8) / 10) : short(nanoseconds / 1e9)) + ' s'
    if (size >= 999.5e3) return short(nanoseconds / 1e6) + ' ms'
    if (size >= 999.5) return short(nanoseconds / 1e3) + ' µs'
    return short(nanoseconds) + ' ns'
  }
  const bytes =
    unit === 'bytes'
      ? 1
      : unit === 'KiB'
        ? 1024
        : unit === 'MiB'
          ? 1048576
          : unit === 'GiB'
            ? 1073741824
            : unit === 'pages'
              ? 0
              : 0
  if (bytes > 0) {
    const size = value * bytes
    const names = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB']
    let step = 0
    while (step < names.length - 1 && Math.abs(size) >= 999.5 * 1000 ** step) step++
    return short(size / 1000 ** step) + ' ' + (step === 0 && size === 1 ? 'byte' : names[step]!)
  }
  if (unit === '' || unit === '%') return grouped(value) + unit
  return (
    grouped(value) +
    ' ' +
    (value === 1 && /[^s]s$/.test(unit)
      ? unit.slice(0, -1)
      : unit === 'count'
        ? value === 1
          ? 'event'
          : 'events'
        : unit)
  )
}

/** A part of a whole as a percentage with at most three significant digits: `14.6%`, `0.53%`, `<0.01%`, `>99.9%`, `0%`. */
export function formatShare(part: number, whole: number): string {
  if (!(whole > 0) || part === 0) return part === whole && whole > 0 ? '100%' : '0%'
  const percent = (part / whole) * 100
  const size = Math.abs(percent)
  const sign = percent < 0 ? '-' : ''
  if (size < 0.005) return sign + '<0.01%'
  if (size < 100 && size >= 99.95) return sign === '' ? '>99.9%' : '-99.9%'
  const digits = size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2
  const text = size.toFixed(digits)
  return sign + (digits === 0 ? text.replace(/\B(?=(\d{3})+$)/g, ',') : text.replace(/\.?0+$/, '')) + '%'
}

/** A share of 1 as a percentage: `48.2%`. */
export function formatPercent(share: number): string {
  return formatShare(share, 1)
}

/** A relative change (0.109 = 10.9% more) with its sign: `+10.9%`, `-3%`, `0%`. */
export function formatChange(change: number): string {
  return `${change > 0 ? '+' : ''}${formatShare(change, 1)}`
}

/** A difference of two shares of 1 in percentage points with its sign: `+2.2 points`, `-<0.01 points`. */
export function formatPoints(delta: number): string {
  const points = Math.abs(delta) * 100
  const sign = delta > 0 ? '+' : delta < 0 ? '-' : ''
  return `${sign}${points > 0 && points < 0.005 ? '<0.01' : formatDigits(points, 2)} points`
}

/** How many times as much: `×1.19`, `×0.042`, `×120`. */
export function formatRatio(ratio: number): string {
  return `×${formatDigits(ratio, ratio < 0.1 ? 3 : 2)}`
}

/** A number with at most three significant digits and at most `decimals` decimals; a longer whole part keeps all its digits: `1.19`, `12.3`, `1,234`. */
export function formatDigits(value: number, decimals = 12): string {
  if (value === 0 || !Number.isFinite(value)) return String(value === 0 ? 0 : value)
  const digits = Math.max(0, 3 - Math.ceil(Math.log10(Math.abs(value))))
  return groupDigits(Number(value.toFixed(Math.min(digits, decimals))), decimals)
}

/** A plain number with at most `decimals` decimals, its digits in groups of three: `1,234.5`. */
export function groupDigits(value: number, decimals = 6): string {
  const [whole, part] = fixed(value, decimals).split('.')
  const digits = whole!.replace(/\B(?=(\d{3})+$)/g, ',')
  return part === undefined ? digits : `${digits}.${part}`
}

/** The unit numbers of this size read best in: factor to it and what to call it. */
export function readableUnit(size: number, unit: Unit): { readonly factor: number; readonly name: string } {
  const { dimension, scale } = unitFact(unit)
  if (dimension === 'time') {
    const seconds = size * scale
    if (seconds >= 1) return { factor: scale, name: 's' }
    if (seconds >= 1e-3) return { factor: scale * 1e3, name: 'ms' }
    if (seconds >= 1e-6) return { factor: scale * 1e6, name: 'µs' }
    return { factor: scale * 1e9, name: 'ns' }
  }
  if (dimension === 'bytes' && unit !== 'sectors' && unit !== 'pages') {
    const names = ['bytes', 'kB', 'MB', 'GB', 'TB']
    let step = 0
    while (step < names.length - 1 && size * scale >= 1000 ** (step + 1)) step++
    return { factor: scale / 1000 ** step, name: names[step]! }
  }
  if (size >= 1e9) return { factor: 1e-9, name: `billion ${unit}`.trim() }
  if (size >= 1e6) return { factor: 1e-6, name: `million ${unit}`.trim() }
  return { factor: 1, name: unit }
}

/** A range of values in words: `64 to 128 µs`; open ends as `under` and `and more`. */
export function rangeWords(low: number, high: number, unit: Unit): string {
  if (low === -Infinity) return `under ${formatValue(high, unit)}`
  if (high === Infinity) return `${formatValue(low, unit)} and more`
  const [first, second] = [low === 0 ? '0' : formatValue(low, unit), formatValue(high, unit)]
  const space = (words: string): number => words.lastIndexOf(' ')
  const same = space(first) > 0 && first.slice(space(first)) === second.slice(space(second))
  return `${same ? first.slice(0, space(first)) : first} to ${second}`
}
