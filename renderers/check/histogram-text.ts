import type { HistogramChange } from '../../src/ops/compare/compare-histograms.ts'
import type { HistogramCheck } from '../../src/ops/compare/histogram-check.ts'
import { escapeTerminal } from '../markup/escape.ts'
import { fixed } from '../markup/svg.ts'
import { formatDigits, formatShare } from '../words/numbers.ts'
import type { ShowName } from './words.ts'
import { probability } from './words.ts'

/** Lines on one distribution for a terminal: shift, quantiles with their buckets, p. */
export function histogramChangeLines(change: HistogramChange): string[] {
  const test = Number.isNaN(change.p)
    ? 'one run a side: not tested'
    : `p ${probability(change.p)}, q ${probability(change.q)}`
  return [
    `${escapeTerminal(titleOf(change))}: ${change.verdict}, ${shiftText(change)}, ${test}`,
    `  ${fixed(change.observationsBefore)} observations in ${change.runsBefore} run${change.runsBefore === 1 ? '' : 's'} before, ${fixed(change.observationsAfter)} in ${change.runsAfter} after${change.repeated === 0 ? '' : `; ${change.repeated} more with the same counts as another are no runs of their own`}`,
    ...change.quantiles.map(quantile => `  ${quantileText(change, quantile)}`),
  ]
}

/** The verdict on all distributions in one line. */
export function histogramHeadline({ verdict, why, histograms }: HistogramCheck, show: ShowName): string {
  const of = histograms.filter(change => change.verdict === verdict)
  const more = of.length > 1 ? `; ${of.length - 1} more` : ''
  const shifted = (change: HistogramChange): string =>
    `${show(titleOf(change))} shifted by ${change.relative > 0 ? '+' : ''}${formatShare(change.relative, 1)}`
  if (verdict === 'regressed' || verdict === 'improved')
    return `${verdict.toUpperCase()}: ${shifted(of[0]!)}, q ${probability(of[0]!.q)}${more}`
  if (verdict === 'inconclusive') return `INCONCLUSIVE: ${why[0] ?? shifted(of[0]!)}`
  const count = histograms.length
  return `NO REGRESSION FOUND: ${count === 1 ? show(titleOf(histograms[0]!)) : `none of ${count} distributions`}${count === 1 ? ' did not shift' : ' shifted'} beyond noise`
}

function titleOf({ name, key }: HistogramChange): string {
  return key === '' ? name : `${name} ${key}`
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
