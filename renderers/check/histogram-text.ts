import type { HistogramChange } from '../../src/ops/compare/compare-histograms.ts'
import { escapeTerminal } from '../markup/escape.ts'
import { fixed } from '../markup/svg.ts'
import { formatDigits, formatShare } from '../words/numbers.ts'
import { probability } from './words.ts'

/** Lines on one distribution for a terminal: shift, quantiles with their buckets, p. */
export function histogramChangeLines(change: HistogramChange): string[] {
  const title = escapeTerminal(change.key === '' ? change.name : `${change.name} ${change.key}`)
  const test = Number.isNaN(change.p)
    ? 'one run a side: not tested'
    : `p ${probability(change.p)}, q ${probability(change.q)}`
  return [
    `${title}: ${change.verdict}, ${shiftText(change)}, ${test}`,
    `  ${fixed(change.observationsBefore)} observations in ${change.runsBefore} run${change.runsBefore === 1 ? '' : 's'} before, ${fixed(change.observationsAfter)} in ${change.runsAfter} after`,
    ...change.quantiles.map(quantile => `  ${quantileText(change, quantile)}`),
  ]
}

/** `shifted by +0.07 doublings (5%)`. */
export function shiftText(change: HistogramChange): string {
  const sign = change.shift > 0 ? '+' : ''
  const unit = change.measure === 'doublings' ? 'doublings' : escapeTerminal(change.unit)
  return `shift ${sign}${formatDigits(change.shift)} ${unit} (${sign}${formatShare(change.relative, 1)})`
}

/** `p50 93 us in [64, 128) → 101 us in the same bucket: not resolvable`. */
export function quantileText(change: HistogramChange, quantile: HistogramChange['quantiles'][number]): string {
  const unit = change.unit === '' ? '' : ` ${escapeTerminal(change.unit)}`
  const bucket = ({ low, high }: { low: number; high: number }): string => `[${edgeText(low)}, ${edgeText(high)})`
  const { before, after, resolved } = quantile
  const name = `p${fixed(quantile.q * 100, 1)}`
  if (!resolved)
    return `${name} about ${formatDigits(before.value)} → ${formatDigits(after.value)}${unit}, both in ${bucket(before)}: finer than the buckets show`
  return `${name} ${formatDigits(before.value)}${unit} in ${bucket(before)} → ${formatDigits(after.value)}${unit} in ${bucket(after)}`
}

function edgeText(edge: number): string {
  return edge === Infinity ? '...' : edge === -Infinity ? '...' : fixed(edge, 3)
}
