import type { RunsDiff } from '../../src/ops/compare/diff-runs.ts'
import { foldedName, foldedStack } from '../listing/folded.ts'

/**
 * The two-column folded lines of difffolded.pl, sorted: stack, value before, value after, as captured. `normalize` scales the first column to the
 * second's total and cuts off decimals, as its -n does.
 */
export function* diffFoldedLines(diff: RunsDiff, normalize: boolean): Iterable<string> {
  const { stacks, before, after } = diff.diff
  const names = stacks.frames.name.map(foldedName)
  const factor = normalize && diff.before.total > 0 ? diff.after.total / diff.before.total : 1
  const sums = new Map<string, { before: number; after: number }>()
  for (let i = 1; i < before.length; i++) {
    if (before[i] === 0 && after[i] === 0) continue
    const line = foldedStack(stacks, i, names)
    const entry = sums.get(line) ?? { before: 0, after: 0 }
    entry.before += captured(before[i]!, diff.before.scale)
    entry.after += captured(after[i]!, diff.after.scale)
    sums.set(line, entry)
  }
  for (const line of [...sums.keys()].sort()) {
    const { before, after } = sums.get(line)!
    yield `${line} ${factor === 1 ? before : Math.trunc(before * factor)} ${after}\n`
  }
}

/** The captured value behind a scaled one; rounding of the scale is undone. */
function captured(value: number, scale: number): number {
  const raw = scale > 0 ? value / scale : 0
  const near = Math.round(raw * 1e6) / 1e6
  return Math.abs(near - raw) <= Math.abs(raw) * 1e-9 ? near : raw
}
