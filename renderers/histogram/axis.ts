import type { Unit } from '../../src/model/index.ts'
import { isGeometric } from '../../src/ops/heat/histograms.ts'
import { fixed } from '../markup/svg.ts'
import { roundTicks } from '../words/axis.ts'
import { formatValue, groupDigits, readableUnit } from '../words/numbers.ts'
import type { Shape } from './shape.ts'

export interface Axis {
  readonly unit: Unit
  readonly log: boolean
  /** 0..1 of a value. */
  at(value: number): number
  readonly ticks: readonly { readonly at: number; readonly label: string }[]
  readonly caption: string
}

/** One axis for all distributions of a group, from the first bucket that holds something to the last. */
export function axisOf(shapes: readonly Shape[], unit: Unit, wanted: 'log' | 'linear' | undefined): Axis {
  let [low, high, least] = [Infinity, -Infinity, Infinity]
  for (const { edges, counts } of shapes) {
    for (let j = 0; j < counts.length; j++) {
      if (!(counts[j]! > 0)) continue
      const [from, to] = [edges[j]!, edges[j + 1]!]
      low = Math.min(low, Number.isFinite(from) ? from : to)
      high = Math.max(high, Number.isFinite(to) ? to : from)
      for (const edge of [from, to]) if (edge > 0 && Number.isFinite(edge)) least = Math.min(least, edge)
    }
  }
  if (!(high > low)) [low, high] = Number.isFinite(low) ? [low, low + 1] : [0, 1]
  if (!Number.isFinite(least)) least = high > 0 ? high : 1
  const log = (wanted ?? (shapes.every(shape => isGeometric(shape.edges)) ? 'log' : 'linear')) === 'log' && high > least
  // an end at or below 0 gets the place of one more halving; an open end one more doubling
  const bottom = log ? (low > 0 ? Math.log2(low) : Math.log2(least) - 1) : low
  const top = log ? Math.log2(high) : high
  const span = top - bottom
  const at = (value: number): number => {
    if (value === -Infinity) return 0
    if (value === Infinity) return 1
    const raw = log ? (value > 0 ? Math.log2(value) : bottom) : value
    return Math.min(1, Math.max(0, (raw - bottom) / span))
  }
  if (log) {
    const edges = [...new Set(shapes.flatMap(shape => Array.from(shape.edges)))]
      .filter(edge => edge > 0 && Number.isFinite(edge) && edge >= least && edge <= high)
      .sort((a, b) => a - b)
    const stride = Math.max(1, Math.ceil(edges.length / 14))
    const ticks = edges
      .filter((_, i) => i % stride === 0)
      .map(edge => ({ at: at(edge), label: formatValue(edge, unit) }))
    return {
      unit,
      log,
      at,
      ticks: low <= 0 ? [{ at: 0, label: fixed(low) }, ...ticks.filter(tick => tick.at > 0.03)] : ticks,
      caption: '',
    }
  }
  const { factor, name } = readableUnit(Math.max(Math.abs(low), Math.abs(high)), unit)
  return {
    unit,
    log,
    at,
    ticks: roundTicks(low * factor, high * factor, 10).map(value => ({
      at: at(value / factor),
      label: groupDigits(value),
    })),
    caption: name,
  }
}
