/**
 * Earth mover's distance between two binned distributions, each scaled to total 1, and its signed form (positive: b lies to the right).
 * `width[j]` is the length of step j; all 1 counts bins, which on power-of-two bins is doublings.
 */
export function earthMover(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  width?: ArrayLike<number>,
): { distance: number; shift: number } {
  const totalA = sum(a)
  const totalB = sum(b)
  if (!(totalA > 0 && totalB > 0)) return { distance: NaN, shift: NaN }
  let distance = 0
  let shift = 0
  let gap = 0
  for (let j = 0; j + 1 < a.length; j++) {
    gap += a[j]! / totalA - b[j]! / totalB
    const step = width === undefined ? 1 : width[j]!
    distance += Math.abs(gap) * step
    shift += gap * step
  }
  return { distance, shift }
}

/** Largest gap between two binned cumulative distributions (binned Kolmogorov-Smirnov), 0..1. */
export function largestGap(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const totalA = sum(a)
  const totalB = sum(b)
  if (!(totalA > 0 && totalB > 0)) return NaN
  let gap = 0
  let largest = 0
  for (let j = 0; j < a.length; j++) {
    gap += a[j]! / totalA - b[j]! / totalB
    largest = Math.max(largest, Math.abs(gap))
  }
  return largest
}

/** Half the sum of absolute differences of two distributions, each scaled to total 1: the fraction that moved, 0..1. */
export function movedFraction(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const totalA = sum(a)
  const totalB = sum(b)
  if (!(totalA > 0 && totalB > 0)) return totalA === totalB ? 0 : 1
  let moved = 0
  for (let j = 0; j < a.length; j++) moved += Math.abs(a[j]! / totalA - b[j]! / totalB)
  return moved / 2
}

/** Sum of the entries, with compensation so that order hardly matters. */
export function sum(values: ArrayLike<number>): number {
  let total = 0
  let lost = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    const next = total + value
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total
    total = next
  }
  return total + lost
}
