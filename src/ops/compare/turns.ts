/** Whether two sides were captured in turns, so that what the machine did in the meantime fell on both. */
import type { Meta } from '../../model/index.ts'

/** Fewer changes of side are no turns: one block of runs and then the other has one. */
const FEWEST = 3

/**
 * True when the runs of both sides, in the order of their starts, change sides at least as often as the smaller side has runs; `before` = how many of `metas` are of the first side.
 * False where a start is not known, or two runs began at the same time.
 */
export function takenInTurns(metas: readonly Meta[], before: number): boolean {
  const runs = metas.map(({ start }, run) => ({ time: Date.parse(start ?? ''), first: run < before }))
  runs.sort((a, b) => a.time - b.time)
  const ordered = runs.every(({ time }, i) => Number.isFinite(time) && (i === 0 || time > runs[i - 1]!.time))
  const changes = runs.filter(({ first }, i) => i > 0 && first !== runs[i - 1]!.first).length
  return ordered && changes >= Math.max(FEWEST, Math.min(before, metas.length - before))
}
