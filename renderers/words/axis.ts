import type { Unit } from '../../src/model/index.ts'
import { clockText } from '../../src/model/text/clock.ts'
import { fixed } from '../markup/svg.ts'
import { formatValue, groupDigits, readableUnit } from './numbers.ts'

export interface Tick {
  /** 0..1 from the axis' start. */
  readonly at: number
  readonly label: string
}

/** Places of edges along an axis, 0..1. On a log axis an edge at or below 0 lies one step under the first positive one; open ends get one step too. */
export function edgePlaces(edges: Float64Array, scale: 'linear' | 'log' | 'category'): Float64Array {
  const log = scale === 'log'
  const known = (edge: number): boolean => Number.isFinite(edge) && (!log || edge > 0)
  const raw = edges.map(edge => (known(edge) ? (log ? Math.log2(edge) : edge) : NaN))
  const steps: number[] = []
  for (let i = 1; i < raw.length; i++) if (Number.isFinite(raw[i]! - raw[i - 1]!)) steps.push(raw[i]! - raw[i - 1]!)
  steps.sort((a, b) => a - b)
  const step = steps[steps.length >> 1] ?? 1
  let first = raw.findIndex(value => Number.isFinite(value))
  if (first < 0) {
    raw[0] = 0
    first = 0
  }
  for (let i = first - 1; i >= 0; i--) raw[i] = raw[i + 1]! - step
  for (let i = first + 1; i < raw.length; i++) if (Number.isNaN(raw[i]!)) raw[i] = raw[i - 1]! + step
  const [low, high] = [raw[0]!, raw[raw.length - 1]!]
  return raw.map(value => (high > low ? (value - low) / (high - low) : 0))
}

/** Where a value lies between edges, given the edges' places. */
export function placeOf(
  value: number,
  edges: Float64Array,
  places: Float64Array,
  scale: 'linear' | 'log' | 'category',
): number {
  let i = 0
  while (i < edges.length - 2 && edges[i + 1]! <= value) i++
  const [low, high] = [edges[i]!, edges[i + 1]!]
  let part = Number.isFinite(low) && Number.isFinite(high) ? (value - low) / (high - low) : 0.5
  if (scale === 'log' && low > 0 && Number.isFinite(high)) part = Math.log(value / low) / Math.log(high / low)
  return places[i]! + (places[i + 1]! - places[i]!) * Math.min(1, Math.max(0, part))
}

/** Ticks of the rows' axis, at most one per `gap` of 0..1, and the unit to say once ('' when each tick says it). */
export function rowTicks(
  edges: Float64Array,
  scale: 'linear' | 'log' | 'category',
  unit: Unit,
  gap: number,
  labels?: readonly string[],
): { readonly ticks: readonly Tick[]; readonly unit: string } {
  const places = edgePlaces(edges, scale)
  if (scale === 'category') {
    const all = (labels ?? []).map((label, i) => ({ at: (places[i]! + places[i + 1]!) / 2, label }))
    return { ticks: thin(all, gap), unit: '' }
  }
  const finite = Array.from(edges).filter(edge => Number.isFinite(edge))
  const [low, high] = [finite[0] ?? 0, finite[finite.length - 1] ?? 1]
  if (scale === 'log') {
    const positive = finite.filter(edge => edge > 0)
    const doubles = positive.every(
      (edge, i) => i === 0 || Math.abs(edge / positive[i - 1]! - Math.round(edge / positive[i - 1]!)) < 1e-9,
    )
    const candidates = doubles
      ? positive
      : decades(positive[0] ?? 1, high, gap * Math.log10(high / (positive[0] ?? 1)) < 0.3)
    const ticks = candidates.map(edge => ({ at: placeOf(edge, edges, places, scale), label: formatValue(edge, unit) }))
    const zero = low === 0 ? [{ at: places[edges.indexOf(0)]!, label: '0' }] : []
    return { ticks: thin([...zero, ...ticks], gap), unit: '' }
  }
  const { factor, name } = readableUnit(Math.max(Math.abs(low), Math.abs(high)), unit)
  const ticks = roundTicks(low * factor, high * factor, Math.max(2, Math.floor(1 / gap))).map(value => ({
    at: placeOf(value / factor, edges, places, scale),
    label: groupDigits(value),
  }))
  return { ticks, unit: name }
}

function decades(low: number, high: number, fine: boolean): number[] {
  const result: number[] = []
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (const digit of fine ? [1, 2, 5] : [1]) {
      const value = Number(`${digit}e${power}`)
      if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)) result.push(value)
    }
  }
  return result
}

/** Every n-th tick, so that neighbours are at least `gap` apart. */
function thin(ticks: readonly Tick[], gap: number): Tick[] {
  for (let stride = 1; ; stride++) {
    const kept = ticks.filter((_, i) => i % stride === 0)
    if (kept.every((tick, i) => i === 0 || tick.at - kept[i - 1]!.at >= gap - 1e-9)) return kept
  }
}

const CLOCK_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400]

/** Ticks of the time axis, at most `count`. */
export function timeTicks(edges: Float64Array, unit: Unit, count: number): Tick[] {
  const [low, high] = [edges[0]!, edges[edges.length - 1]!]
  const at = (value: number): number => (value - low) / (high - low)
  // intervals are counted
  if (!isClock(unit))
    return roundTicks(low, high, count)
      .filter(value => unit !== '' || Number.isInteger(value))
      .map(value => ({ at: at(value), label: groupDigits(value) }))
  const step =
    CLOCK_STEPS.find(candidate => candidate >= (high - low) / count) ??
    86_400 * Math.ceil((high - low) / count / 86_400)
  const ticks: Tick[] = []
  for (let value = Math.ceil(low / step) * step; value <= high; value += step)
    ticks.push({ at: at(value), label: clockText(value) })
  return ticks
}

/** True for times of the day and dates. */
export function isClock(unit: Unit): boolean {
  return unit === 'clock' || unit === 'date'
}

/** A range of the time axis in words: `12 to 12.5 s`, `23:53:06 to 23:53:07`, `interval 3`. */
export function timeWords(low: number, high: number, unit: Unit): string {
  if (unit === '') return `interval ${fixed(high, 0)}`
  if (isClock(unit)) return `${clockText(low)} to ${clockText(high)}`
  return `${groupDigits(low)} to ${groupDigits(high)} s`
}

/**
 * Whole multiples of 1, 2 or 5 times a power of ten within [low, high], at most `count + 1`; none when there is no room between low and high.
 * It also runs inside pictures, so it calls nothing of ours.
 */
export function roundTicks(low: number, high: number, count: number): number[] {
  if (!(high > low)) return []
  const raw = (high - low) / Math.max(1, count)
  // too near to one another to tell apart
  if (!(raw > 0) || !Number.isFinite(raw) || raw < Math.max(Math.abs(low), Math.abs(high)) * 1e-13) return [low]
  const power = Math.floor(Math.log10(raw))
  const step = [1, 2, 5, 10].map(digit => Number(`${digit}e${power}`)).find(candidate => candidate >= raw * (1 - 1e-9))!
  const ticks: number[] = []
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++)
    ticks.push(Number((k * step).toPrecision(12)))
  return ticks
}
