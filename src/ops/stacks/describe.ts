import type { Dataset, HistogramSeries } from '../../model/index.ts'
import { isCount } from '../../model/units.ts'
import { sum } from './totals.ts'

/** The facts `bpfview info` tells of a dataset; null = does not apply or is not known. */
export interface Description {
  readonly kind: Dataset['kind']
  readonly name: string
  readonly unit: string
  readonly samples: number | null
  /** Sum of the values in `unit`; null for histograms: buckets count values and do not tell their sum. */
  readonly total: number | null
  /** Distinct stacks. */
  readonly stacks: number | null
  /** Seconds. */
  readonly duration: number | null
}

/** Facts of a dataset. Linear. */
export function describe(dataset: Dataset): Description {
  const duration = dataset.meta.duration ?? null
  switch (dataset.kind) {
    case 'profile': {
      const total = sum(dataset.self)
      const counts = isCount(dataset.value.unit)
      return {
        kind: dataset.kind,
        name: dataset.name,
        unit: dataset.value.unit,
        samples: dataset.meta.samples ?? (counts ? total : null),
        total,
        stacks: nonZero(dataset.self),
        duration,
      }
    }
    case 'samples':
      return {
        kind: dataset.kind,
        name: dataset.name,
        unit: dataset.value.unit,
        samples: dataset.time.length,
        total: sum(dataset.weight),
        stacks: new Set(dataset.stack).size,
        duration: duration ?? spread(dataset.time),
      }
    case 'profile-diff':
      return {
        kind: dataset.kind,
        name: dataset.name,
        unit: dataset.value.unit,
        samples: null,
        total: sum(dataset.after),
        stacks: nonZero(dataset.before, dataset.after),
        duration,
      }
    case 'histograms':
      return {
        kind: dataset.kind,
        name: dataset.key === '' ? dataset.name : `${dataset.name} ${dataset.key}`,
        unit: dataset.unit,
        samples: countsOf(dataset),
        total: null,
        stacks: null,
        duration,
      }
    case 'events':
      return {
        kind: dataset.kind,
        name: dataset.name,
        unit: 'rows',
        samples: dataset.length,
        total: dataset.length,
        stacks: null,
        duration,
      }
  }
}

/** Observations in a histogram series; the last row of a cumulative one holds them all. */
export function countsOf(series: HistogramSeries): number {
  const buckets = series.edges.length - 1
  const from = series.cumulative === true ? series.counts.length - buckets : 0
  let total = 0
  for (let i = Math.max(0, from); i < series.counts.length; i++)
    if (!Number.isNaN(series.counts[i]!)) total += series.counts[i]!
  return total
}

function nonZero(...columns: readonly Float64Array[]): number {
  let count = 0
  for (let i = 0; i < columns[0]!.length; i++) if (columns.some(column => column[i] !== 0)) count++
  return count
}

function spread(time: Float64Array): number | null {
  let low = Infinity
  let high = -Infinity
  for (const t of time) {
    if (t < low) low = t
    if (t > high) high = t
  }
  return high >= low ? high - low : null
}
