/** Whether two sides were captured in turns, so that what the machine did in the meantime fell on both. */

interface Started {
  /** ISO 8601; undefined = not known. */
  readonly start?: string | undefined
}

/** True when the captures of two sides follow one another in turns by their starts: about as often as each has runs. False where a start is not known. */
export function areInTurns(first: readonly Started[], second: readonly Started[]): boolean {
  const all = [first, second].flatMap((runs, side) =>
    runs.map(({ start }) => ({ time: Date.parse(start ?? ''), side })),
  )
  if (first.length === 0 || second.length === 0 || all.some(({ time }) => Number.isNaN(time))) return false
  all.sort((a, b) => a.time - b.time)
  const turns = all.filter(({ side }, i) => i > 0 && side !== all[i - 1]!.side).length
  return turns >= Math.max(2, Math.min(first.length, second.length) - 1)
}
