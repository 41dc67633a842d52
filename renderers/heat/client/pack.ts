/** Runs of equal values, as [value, times] where that is shorter than the values: most cells of a heat map hold nothing. */
export type Packed = readonly (number | null | readonly [number | null, number])[]

/** The packed form of a grid's counts; null = missing. */
export function packRuns(counts: Float64Array): Packed {
  const packed: (number | null | [number | null, number])[] = []
  for (let i = 0; i < counts.length; ) {
    const count = counts[i]!
    const value = Number.isNaN(count) ? null : Number(count.toPrecision(12))
    let end = i + 1
    while (end < counts.length && Object.is(counts[end], count)) end++
    if (end - i > 4) packed.push([value, end - i])
    else for (let n = i; n < end; n++) packed.push(value)
    i = end
  }
  return packed
}

/** The counts again. Runs in the page too. */
export function unpackRuns(packed: Packed): (number | null)[] {
  const counts: (number | null)[] = []
  for (const entry of packed) {
    if (typeof entry === 'number' || entry === null) counts.push(entry)
    else for (let n = 0; n < entry[1]; n++) counts.push(entry[0])
  }
  return counts
}
