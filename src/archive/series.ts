import { normalQuantile } from '../stats/normal.ts'
import { scanProbability, scanSplits } from '../stats/scan.ts'
import { studentQuantile } from '../stats/student.ts'
import { moments } from '../stats/welch.ts'

/** What a function, or everything, cost in one capture. */
export interface CapturePart {
  /** Microseconds since 1970. */
  readonly ts: number
  readonly part: number
  readonly total: number
}

/** The captures of one step of time. */
export interface SeriesStep {
  /** Microseconds since 1970 at which the step begins. */
  readonly from: number
  readonly captures: number
  readonly part: number
  readonly total: number
  /** part of total; 0 to 1. */
  readonly share: number
  /** 95% interval of the share; NaN where it cannot be told. */
  readonly low: number
  readonly high: number
  /** Where the level changed: in the first step of the new one. */
  readonly change: '' | 'up' | 'down'
}

const CONFIDENCE = 0.95
/** Captures on both sides of a change, at least. */
const FEWEST = 3
const SIGNIFICANCE = 0.01

/**
 * A function's share over time: a row per step that has captures. The interval is that of a ratio of sums between the captures of a step (three or more);
 * with fewer, Wilson's, where values are counts. A change of level is marked where a scan of all splits finds one beyond the scatter of captures,
 * and never beneath that of counting, at 1% for each stretch looked at.
 */
export function seriesOf(parts: readonly CapturePart[], step: number, counted: boolean): SeriesStep[] {
  const ordered = parts.filter(({ total }) => total > 0).sort((a, b) => a.ts - b.ts)
  const changes = new Map(changesOf(ordered, counted).map(({ at, up }) => [Math.floor(ordered[at]!.ts / step), up]))
  const steps = new Map<number, CapturePart[]>()
  for (const each of ordered) {
    const index = Math.floor(each.ts / step)
    const own = steps.get(index)
    if (own === undefined) steps.set(index, [each])
    else own.push(each)
  }
  return [...steps].map(([index, own]) => {
    const part = own.reduce((sum, each) => sum + each.part, 0)
    const total = own.reduce((sum, each) => sum + each.total, 0)
    const [low, high] = intervalOf(own, part / total, total, counted)
    const up = changes.get(index)
    return {
      from: index * step,
      captures: own.length,
      part,
      total,
      share: part / total,
      low,
      high,
      change: up === undefined ? '' : up ? 'up' : 'down',
    }
  })
}

function intervalOf(own: readonly CapturePart[], share: number, total: number, counted: boolean): [number, number] {
  const n = own.length
  if (n >= FEWEST) {
    const [, variance] = moments(own.map(each => each.part - share * each.total))
    const reach = (studentQuantile(0.5 + CONFIDENCE / 2, n - 1) * Math.sqrt(n * variance)) / total
    return [Math.max(0, share - reach), Math.min(1, share + reach)]
  }
  if (!counted) return [NaN, NaN]
  // Wilson, Journal of the American Statistical Association 22 (1927), 209-212
  const z = normalQuantile(0.5 + CONFIDENCE / 2)
  const middle = (share + (z * z) / (2 * total)) / (1 + (z * z) / total)
  const reach = (z * Math.sqrt((share * (1 - share)) / total + (z * z) / (4 * total * total))) / (1 + (z * z) / total)
  return [Math.max(0, middle - reach), Math.min(1, middle + reach)]
}

/** Captures with which a new level begins. */
function changesOf(ordered: readonly CapturePart[], counted: boolean): { at: number; up: boolean }[] {
  const found: { at: number; up: boolean }[] = []
  const look = (from: number, to: number): void => {
    const some = ordered.slice(from, to)
    if (some.length < 2 * FEWEST) return
    const mean = some.reduce((sum, each) => sum + each.total, 0) / some.length
    const values = some.map(({ part, total }) => part / total)
    const weights = some.map(({ total }) => total / mean)
    const share = some.reduce((sum, each) => sum + each.part, 0) / (mean * some.length)
    const counting = counted ? (share * (1 - share)) / mean : 0
    const { t, delta, best } = scanSplits(values, weights, {
      base: counting > 0 ? counting : 1,
      expected: 1,
      priorDf: 0,
      floor: counting > 0 ? 1 : 0,
    })
    const k = Math.min(Math.max(best, FEWEST), some.length - FEWEST)
    if (!(scanProbability(Math.abs(t[k - 1]!), some.length - 2, weights) <= SIGNIFICANCE)) return
    found.push({ at: from + k, up: delta[k - 1]! > 0 })
    look(from, from + k)
    look(from + k, to)
  }
  look(0, ordered.length)
  return found
}
