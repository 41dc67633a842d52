import type { ChangedFunction, Pair, RunsDiff } from '../../src/ops/compare/diff-runs.ts'
import { stateOf } from '../../src/ops/compare/diff-runs.ts'
import { canBe } from '../check/words.ts'
import { formatChange, formatPoints, formatRatio, formatShare, formatValue } from '../words/numbers.ts'

/** A value of a diff with its unit: `12.4%`, `1,224 samples`. */
export function diffValue(diff: RunsDiff, value: number): string {
  const { unit } = diff.diff.value
  if (unit === '%') return formatShare(Number(value.toPrecision(12)), 100)
  if (unit.endsWith('/s')) return `${formatValue(value, unit.slice(0, -2))}/s`
  return formatValue(Number.isInteger(value) ? value : Number(value.toPrecision(4)), unit)
}

/** A signed change: `+2.2 points`, `-15 samples`. */
export function diffDelta(diff: RunsDiff, { before, after }: Pair): string {
  const delta = after - before
  const sign = delta > 0 ? '+' : delta < 0 ? '-' : ''
  return diff.diff.value.unit === '%'
    ? formatPoints(Number((delta / 100).toPrecision(12)))
    : sign + diffValue(diff, Math.abs(delta))
}

/** `×1.18`, `new`, `gone`, `same`. */
export function diffRatio({ before, after }: Pair): string {
  if (isSame({ before, after })) return 'same'
  if (before === 0) return 'new'
  if (after === 0) return 'gone'
  return formatRatio(after / before)
}

/** The change relative to what it was: `+18%`; empty for what is new. */
export function diffPercent({ before, after }: Pair): string {
  if (before === 0 || isSame({ before, after })) return ''
  return formatChange(after / before - 1)
}

/** `12.4% → 14.6%, +2.2 points, ×1.18`. */
export function diffPair(diff: RunsDiff, pair: Pair): string {
  const change = isSame(pair) ? 'same' : `${diffDelta(diff, pair)}, ${diffRatio(pair)}`
  return `${diffValue(diff, pair.before)} → ${diffValue(diff, pair.after)}, ${change}`
}

/** What was compared, in one line: runs, raw totals, normalisation. */
export function diffLine(diff: RunsDiff): string {
  const side = (which: 'before' | 'after'): string =>
    `${diff[which].labels.length} run${diff[which].labels.length === 1 ? '' : 's'}, ${formatValue(Math.round(diff[which].total * 100) / 100, diff.unit)}`
  return `${side('before')} → ${side('after')} · ${howNormalised(diff)}`
}

export function howNormalised(diff: RunsDiff): string {
  switch (diff.diff.normalization) {
    case 'share':
      return 'shares of each side’s total'
    case 'count':
      return diff.before.labels.length + diff.after.labels.length > 2
        ? 'values as captured, mean of the runs'
        : 'values as captured'
    case 'duration':
      return 'values per second of capture'
    case 'cpu-time':
      return 'CPU time per run'
  }
}

/** Whether the tests call a function's change more than noise: what words count and colours show. Without tests every change is shown. */
export function isBeyondNoise({ comparison }: RunsDiff, { q }: ChangedFunction): boolean {
  return comparison === undefined || (q !== null && q <= comparison.policy.fdr)
}

/** What the colours and the noise of this comparison let a reader see. */
export function diffNoise(diff: RunsDiff): string {
  const { comparison } = diff
  const frames = diff.changedFunctions.filter(mover => mover.state !== 'same').length
  const changed = `${formatValue(frames, 'functions')} changed`
  if (comparison === undefined) return changed
  const beyond = diff.changedFunctions.filter(mover => isBeyondNoise(diff, mover)).length
  const runs = `${diff.before.labels.length} vs ${diff.after.labels.length} runs`
  const visible = comparison.detectable[1]
  const least =
    visible === undefined
      ? ''
      : canBe(visible)
        ? ` · smallest detectable change: ${formatPoints(visible.points).slice(1)} of a 5% frame`
        : ' · no change of a 5% frame is detectable: too few samples'
  return `${changed}, ${beyond} beyond noise (${runs})${least}`
}

function isSame({ before, after }: Pair): boolean {
  return stateOf(before, after) === 'same'
}
