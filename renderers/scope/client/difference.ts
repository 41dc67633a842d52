/** Colour class of a share that went from `before` to `after`; `certainty` in standard errors turns what may be noise to grey (diff-palette's rule). */
export function diffClass(before: number, after: number, certainty: number): string {
  if (before === after) return 'same'
  if (before === 0) return 'new'
  if (after === 0) return 'gone'
  const size = Math.min(1, Math.abs(Math.log2(after / before)))
  const sure = Math.min(1, Math.max(0, certainty - 0.5))
  const step = Math.round(size * sure * 5)
  return step === 0 ? 'same' : (after > before ? 'more' : 'less') + step
}

/** How many standard errors two shares of samples are apart. */
export function certaintyOf(before: number, after: number, samplesBefore: number, samplesAfter: number): number {
  if (!(samplesBefore > 0) || !(samplesAfter > 0)) return 0
  const pooled = Math.min(
    1,
    Math.max(0, (before * samplesBefore + after * samplesAfter) / (samplesBefore + samplesAfter)),
  )
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / samplesBefore + 1 / samplesAfter))
  return error > 0 ? Math.abs(after - before) / error : 0
}
