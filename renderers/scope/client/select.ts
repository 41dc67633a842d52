import type { ScopeData, ScopeFilter, ScopeSelection } from './data.ts'

/** What each sample of an event adds when samples are weighed so; undefined = its own weight. */
export function eventWeights(data: ScopeData, weigh: string): (number | undefined)[] {
  return data.header.events.map(event => {
    if (weigh === 'samples') return 1
    const period = data.weight === undefined ? data.header.weight : undefined
    if (weigh === 'period') return period
    if (event.clock) return period === undefined ? undefined : period
    return event.frequency > 0 ? 1e9 / event.frequency : 0
  })
}

/**
 * Cells of the map: column-major, `rows` per second, each the weight of the samples that lie in it. Every sample that the filter keeps is in exactly
 * one cell.
 */
export function scopeCells(
  data: ScopeData,
  rows: number,
  filter: ScopeFilter,
  weights: readonly (number | undefined)[],
): { readonly cells: Float64Array; readonly samples: number; readonly idle: number } {
  const { header, tick, stack, thread, cpu, event, weight, idle, secondStart } = data
  const cells = new Float64Array(header.seconds * rows)
  const wantedCpu = filter.cpu + 1
  const { threads, withoutIdle } = filter
  let kept = 0
  let idleSamples = 0
  for (let second = 0; second < header.seconds; second++) {
    const base = second * header.ticks
    const end = secondStart[second + 1]!
    for (let i = secondStart[second]!; i < end; i++) {
      if (threads !== undefined && threads[thread[i]!] === 0) continue
      if (filter.cpu >= 0 && cpu[i] !== wantedCpu) continue
      const kind = event === undefined ? 0 : event[i]!
      if (filter.event >= 0 && kind !== filter.event) continue
      if (idle[stack[i]!] === 1) {
        idleSamples++
        if (withoutIdle) continue
      }
      const cell = second * rows + Math.floor(((tick[i]! - base) * rows) / header.ticks)
      cells[cell] = cells[cell]! + (weights[kind] ?? (weight === undefined ? 1 : weight[i]!))
      kept++
    }
  }
  return { cells, samples: kept, idle: idleSamples }
}

/** Values per stack of the samples in half-open tick ranges [from, to), given as flat pairs that do not overlap. */
export function scopeSelect(
  data: ScopeData,
  ranges: readonly number[],
  filter: ScopeFilter,
  weights: readonly (number | undefined)[],
): ScopeSelection {
  const { header, tick, stack, thread, cpu, event, weight, idle, leaves } = data
  const perStack = new Float64Array(leaves.length)
  const wantedCpu = filter.cpu + 1
  const { threads, withoutIdle } = filter
  let samples = 0
  let total = 0
  const firstAt = (wanted: number): number => {
    let low = 0
    let high = tick.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (tick[middle]! < wanted) low = middle + 1
      else high = middle
    }
    return low
  }
  for (let r = 0; r < ranges.length; r += 2) {
    const end = firstAt(ranges[r + 1]!)
    for (let i = firstAt(ranges[r]!); i < end; i++) {
      if (threads !== undefined && threads[thread[i]!] === 0) continue
      if (filter.cpu >= 0 && cpu[i] !== wantedCpu) continue
      const kind = event === undefined ? 0 : event[i]!
      if (filter.event >= 0 && kind !== filter.event) continue
      const which = stack[i]!
      if (withoutIdle && idle[which] === 1) continue
      const value = weights[kind] ?? (weight === undefined ? 1 : weight[i]!)
      perStack[which] = perStack[which]! + value
      total += value
      samples++
    }
  }
  const self = new Float64Array(header.nodes)
  for (let s = 0; s < perStack.length; s++) if (perStack[s] !== 0) self[leaves[s]!] = self[leaves[s]!]! + perStack[s]!
  return { self, samples, total }
}

/** Ranges of ticks as flat pairs in order, joined where they touch or overlap, cut to [0, end). */
export function joinRanges(ranges: readonly number[], end: number): number[] {
  const pairs: [number, number][] = []
  for (let r = 0; r + 1 < ranges.length; r += 2) {
    const from = Math.max(0, ranges[r]!)
    const to = Math.min(end, ranges[r + 1]!)
    if (to > from) pairs.push([from, to])
  }
  pairs.sort((a, b) => a[0] - b[0])
  const joined: number[] = []
  for (const [from, to] of pairs) {
    if (joined.length > 0 && from <= joined[joined.length - 1]!)
      joined[joined.length - 1] = Math.max(joined[joined.length - 1]!, to)
    else joined.push(from, to)
  }
  return joined
}
