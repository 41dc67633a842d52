import type { Unit } from '../../model/index.ts'

/** A quantity over a capture in even steps; NaN = not measured. */
export interface Track {
  readonly name: string
  readonly unit: Unit
  /** Seconds from the first step's start to the last one's end. */
  readonly seconds: number
  readonly values: readonly number[]
  /** What it cannot exceed, where there is such a thing. */
  readonly limit?: number
}

/** More steps are narrower than a pixel of a small plot. */
const STEPS = 60

/** Steps for so many seconds: no shorter than a quarter of a second, where a sampled quantity is mostly chance. */
export function stepsFor(seconds: number): number {
  return Math.max(1, Math.min(STEPS, Math.floor(seconds * 4)))
}

/** Sums of values at times in even steps between two times. */
export function sumInSteps(
  times: Iterable<readonly [time: number, value: number]>,
  { from, to, steps }: { readonly from: number; readonly to: number; readonly steps: number },
): number[] {
  const sums = new Array<number>(steps).fill(0)
  const width = (to - from) / steps
  if (!(width > 0)) return sums
  for (const [time, value] of times) {
    const step = Math.min(steps - 1, Math.floor((time - from) / width))
    if (step >= 0) sums[step] = sums[step]! + value
  }
  return sums
}
