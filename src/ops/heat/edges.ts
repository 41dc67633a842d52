import { BpfviewError } from '../../model/index.ts'

/** More cells than this along an axis are refused: no screen shows them. */
const MAX_CELLS = 20_000
/** And more than this in all panels of a figure. */
const MAX_GRID_CELLS = 8 << 20

/** The count, when an axis can have that many cells of `step`. Throws BpfviewError E_TOO_MANY. */
export function allowedCells(count: number, what: string, step: number): number {
  if (!(count <= MAX_CELLS))
    throw new BpfviewError('E_TOO_MANY', `${count} ${what} of ${step}; expected at most ${MAX_CELLS}`)
  return count
}

/** Throws BpfviewError E_TOO_MANY when a figure with these edges would have more cells than anybody can see. */
export function checkCells(x: Float64Array, y: Float64Array, panels: number): void {
  const [columns, rows] = [x.length - 1, y.length - 1]
  if (columns * rows * panels <= MAX_GRID_CELLS) return
  throw new BpfviewError(
    'E_TOO_MANY',
    `${columns} columns of ${rows} rows${panels > 1 ? ` in ${panels} panels` : ''}; expected at most ${MAX_GRID_CELLS} cells: fewer rows, a longer step or a shorter time`,
  )
}

/** The smallest of 1, 2, 5 times a power of ten that is at least `value`. */
export function niceStep(value: number): number {
  if (!(value > 0) || !Number.isFinite(value)) return 1
  const power = Math.floor(Math.log10(value))
  for (const digit of [1, 2, 5, 10, 20]) {
    const step = decimal(digit, power)
    if (step >= value * (1 - 1e-12)) return step
  }
  return decimal(50, power)
}

/** The smallest number of two significant digits that is greater than `value`. */
export function roundUp(value: number): number {
  if (!(value > 0) || !Number.isFinite(value)) return 1
  const power = Math.floor(Math.log10(value)) - 1
  let digits = Math.floor(value / 10 ** power)
  while (!(decimal(digits, power) > value)) digits++
  return decimal(digits, power)
}

/** digits x 10^power as the double nearest to that decimal number. */
function decimal(digits: number, power: number): number {
  return Number(`${digits}e${power}`)
}

/** `step` times whole numbers from the last one at or below `low` to the first above `high`, each the double nearest to its decimal number. */
export function stepEdges(low: number, high: number, wanted: number): Float64Array {
  // what doubles of this size can still tell apart
  const least = Math.max(Math.abs(low), Math.abs(high)) * 1e-12
  const step = wanted >= least ? wanted : niceStep(least)
  allowedCells(Math.floor((high - low) / step), 'columns or rows', step)
  const first = wholeBelow(low, step)
  const last = Math.max(first + 1, wholeBelow(high, step) + 1)
  allowedCells(last - first, 'columns or rows', step)
  const edges = new Float64Array(last - first + 1)
  for (let i = 0; i < edges.length; i++) edges[i] = multiple(first + i, step)
  return edges
}

/** Greatest k for which the decimal number k x step is at most `value`. */
function wholeBelow(value: number, step: number): number {
  let k = Math.floor(value / step)
  while (multiple(k + 1, step) <= value) k++
  while (multiple(k, step) > value) k--
  return k
}

function multiple(k: number, step: number): number {
  return Number((k * step).toPrecision(15))
}

/** `rows` rows of one height from `low` on that hold everything up to and including `high`. */
export function linearEdges(low: number, high: number, rows: number): Float64Array {
  let step = roundUp((high - low) / rows)
  let edges = spaced(low, step, rows)
  while (!(edges[rows]! > high)) {
    step = roundUp(step)
    edges = spaced(low, step, rows)
  }
  return edges
}

/** `rows` rows of exactly `step` from `low` on. */
export function spaced(low: number, step: number, rows: number): Float64Array {
  allowedCells(rows, 'columns or rows', step)
  if (step < Math.max(Math.abs(low), Math.abs(low + step * rows)) * 1e-13)
    throw new BpfviewError('E_TOO_MANY', `cells of ${step} at ${low}; expected numbers that can be told apart`)
  return Float64Array.from({ length: rows + 1 }, (_, i) => (i === 0 ? low : Number((low + i * step).toPrecision(15))))
}

/** Powers of two from the one at or below `low` to the first above `high`; `zero` puts an edge at 0 before them. low must be positive. */
export function log2Edges(low: number, high: number, zero: boolean): Float64Array {
  const first = exponentBelow(low, 2, 1)
  const last = exponentBelow(high, 2, 1) + 1
  const edges = Array.from({ length: last - first + 1 }, (_, i) => 2 ** (first + i))
  return Float64Array.from(zero ? [0, ...edges] : edges)
}

/**
 * `perDecade` rows for each power of ten that hold [low, high]; no row is narrower than the resolution `quantum` of the values, so that
 * rows which no value could fall in do not stripe the picture. low must be positive.
 */
export function log10Edges(low: number, high: number, perDecade: number, quantum: number, zero: boolean): Float64Array {
  const first = exponentBelow(low, 10, perDecade)
  const last = exponentBelow(high, 10, perDecade) + 1
  const edges: number[] = zero ? [0] : []
  for (let k = first; k <= last; k++) {
    const exact = power10(k, perDecade)
    const edge =
      quantum > 0 && k > first ? Number((Math.ceil(exact / quantum - 1e-9) * quantum).toPrecision(12)) : exact
    if (edges.length === 0 || edge > edges[edges.length - 1]!) edges.push(edge)
  }
  while (!(edges[edges.length - 1]! > high)) edges.push(edges[edges.length - 1]! * 2 || 1)
  return Float64Array.from(edges)
}

function power10(k: number, perDecade: number): number {
  const rest = ((k % perDecade) + perDecade) % perDecade
  const digits = rest === 0 ? 1 : Number((10 ** (rest / perDecade)).toPrecision(4))
  return decimal(digits, (k - rest) / perDecade)
}

function exponentBelow(value: number, base: 2 | 10, per: number): number {
  const edge = (k: number): number => (base === 2 ? 2 ** k : power10(k, per))
  let k = Math.floor((base === 2 ? Math.log2(value) : Math.log10(value)) * per)
  while (edge(k + 1) <= value) k++
  while (edge(k) > value) k--
  return k
}

/** The decimal step (1, 0.1, .. 1e-9) that all finite values are multiples of, as far as doubles say; 0 when there is none. */
export function quantumOf(values: ArrayLike<number>): number {
  let decimals = 0
  let scale = 1
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (!Number.isFinite(value)) continue
    while (Math.abs(value * scale - Math.round(value * scale)) > 1e-12 * Math.abs(value * scale)) {
      if (++decimals > 9) return 0
      scale *= 10
    }
  }
  return Number(`1e-${decimals}`)
}

/**
 * Edges that several bucket scales can share: all their edges, without those that would cut a bucket which holds something. `used(s, j)` says
 * whether bucket j of scale s does.
 */
export function commonEdges(
  scales: readonly Float64Array[],
  used: (scale: number, bucket: number) => boolean,
): Float64Array {
  const all = [...new Set(scales.flatMap(edges => Array.from(edges)))].sort((a, b) => a - b)
  const cut = new Set<number>()
  scales.forEach((edges, s) => {
    let at = 0
    for (let j = 0; j + 1 < edges.length; j++) {
      while (at < all.length && all[at]! <= edges[j]!) at++
      if (!used(s, j)) continue
      for (let i = at; i < all.length && all[i]! < edges[j + 1]!; i++) cut.add(all[i]!)
    }
  })
  return Float64Array.from(all.filter(edge => !cut.has(edge)))
}
