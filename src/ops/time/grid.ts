import type { Grid } from '../../model/index.ts'
import { BpfviewError } from '../../model/index.ts'

/** A grid of zeros over these edges. Counts are column-major: cell (column, row) is counts[column * rows + row]. */
export function emptyGrid(x: Float64Array, y: Float64Array): Grid {
  return { x, y, counts: new Float64Array(Math.max(0, x.length - 1) * Math.max(0, y.length - 1)) }
}

/** Index of the half-open cell [edges[i], edges[i + 1]) a value lies in; -1 below the first, edges.length - 1 at or above the last. NaN gives -1. */
export function cellOf(edges: ArrayLike<number>, value: number): number {
  let low = 0
  let high = edges.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (edges[middle]! <= value) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** Sum of all cells that hold something; missing cells count nothing. */
export function gridSum(grid: Grid): number {
  let sum = 0
  for (const count of grid.counts) if (count > 0) sum += count
  return sum
}

/** Greatest count of a grid; 0 when it is empty. */
export function gridMax(grid: Grid): number {
  let max = 0
  for (const count of grid.counts) if (count > max) max = count
  return max
}

/** Throws BpfviewError E_BAD_INPUT when a grid breaks its invariants; returns it otherwise. */
export function checkGrid(grid: Grid): Grid {
  const { x, y, counts } = grid
  for (const edges of [x, y]) {
    for (let i = 1; i < edges.length; i++)
      if (!(edges[i]! > edges[i - 1]!))
        throw new BpfviewError('E_BAD_INPUT', `broken grid: edge ${edges[i]} follows ${edges[i - 1]}`)
  }
  if (x.length < 2 || y.length < 2 || counts.length !== (x.length - 1) * (y.length - 1)) {
    throw new BpfviewError('E_BAD_INPUT', `broken grid: ${counts.length} cells for ${x.length} and ${y.length} edges`)
  }
  return grid
}
