import type { Compared } from '../../src/ops/compare/compare-runs.ts'
import type { RootCause } from '../../src/ops/compare/comparison.ts'
import type { HistogramCheck } from '../../src/ops/compare/histogram-check.ts'
import type { ScalarChange, ScalarCheck } from '../../src/ops/compare/scalars.ts'
import type { SuiteCheck, SuitePart } from '../../src/ops/compare/suite.ts'
import { formatChange, formatDigits, formatPercent, formatRatio, formatValue } from '../words/numbers.ts'
import { scalarHeadline, scalarName, scalarNotes, scalarText } from './scalars.ts'
import { partHeadline, partName, rateNote, suiteHeadline } from './suite.ts'
import type { ShowName } from './words.ts'
import { causeName, causeWord, changeText, wholeName, wholeText } from './words.ts'

/** How a row is drawn: a change for the worse, for the better, none beyond noise or below the limits, not judged. */
export type RatioState = 'worse' | 'better' | 'same' | 'unknown'

/** One ratio with its interval; null where it is not known. */
export interface RatioRow {
  readonly name: string
  /** Behind the name where there is room. */
  readonly note?: string
  /** `104 → 131`. */
  readonly values: string
  readonly ratio: number | null
  readonly low: number | null
  readonly high: number | null
  readonly state: RatioState
  /** The whole sentence, for the tooltip. */
  readonly tip: string
}

/** Rows of one part; heading '' where there is one part only. */
export interface RatioSection {
  readonly heading: string
  readonly rows: readonly RatioRow[]
}

/** What a picture of ratios shows. */
export interface RatioFigure {
  readonly headline: string
  readonly facts: string
  readonly sections: readonly RatioSection[]
  /** Ratios within 1 ± this are below the limits. */
  readonly margin: number
  readonly notes: readonly string[]
}

/** Ratios of benchmarks: a row for each measurement, then the geometric means. */
export function scalarFigure(check: ScalarCheck, show: ShowName): RatioFigure {
  return {
    headline: scalarHeadline(check, show),
    facts: factsOf(check),
    sections: [{ heading: '', rows: scalarRows(check, show) }],
    margin: check.policy.minRelative,
    notes: scalarNotes(check, show),
  }
}

/** Ratios of all parts of a verdict: measurements, medians of distributions, and of functions the whole and the causes. */
export function suiteFigure(suite: SuiteCheck, show: ShowName): RatioFigure {
  return {
    headline: suiteHeadline(suite, show),
    facts: rateNote(suite),
    sections: suite.parts.map(part => ({
      heading: `${partName(part, show)}: ${partHeadline(part, show)}`,
      rows: partRows(part, show),
    })),
    margin: suite.policy.minRelative,
    notes: [
      ...suite.parts.flatMap(part => (part.kind === 'numbers' ? scalarNotes(part.check, show) : [])),
      ...suite.alone.map(name => `not compared: ${show(name)}`),
    ],
  }
}

function factsOf({ changes, policy, runs }: ScalarCheck): string {
  const counts = (pick: (change: ScalarChange) => readonly number[]): string => {
    const all = changes.map(change => pick(change).length)
    const [least, most] = [Math.min(...all), Math.max(...all)]
    return least === most ? String(most) : `${least} to ${most}`
  }
  if (changes.length === 0) return 'no measurement is on both sides'
  const what = runs === 'repetitions' ? 'repetitions' : 'runs'
  return [
    `${counts(({ before }) => before)} vs ${counts(({ after }) => after)} ${what}`,
    `${changes.length} measurements`,
    `false discovery rate ${formatPercent(policy.fdr)}`,
    `limit ${formatPercent(policy.minRelative)}`,
  ].join(' · ')
}

const STATES: Readonly<Record<ScalarChange['verdict'], RatioState>> = {
  regressed: 'worse',
  improved: 'better',
  unchanged: 'same',
  inconclusive: 'unknown',
}

function scalarRows({ changes, geomeans }: ScalarCheck, show: ShowName): RatioRow[] {
  return [
    ...changes.map(change => ({
      name: scalarName(change, show),
      ...(change.better === 'higher' && { note: 'more is better' }),
      values: `${formatDigits(change.medianBefore)} → ${formatDigits(change.medianAfter)}`,
      ratio: change.ratio,
      low: change.low,
      high: change.high,
      state: STATES[change.verdict],
      tip: `${scalarText(change, show)}: ${change.verdict}`,
    })),
    ...geomeans.map(({ metric, unit, ratio, low, high, benchmarks }) => ({
      name: `geomean of ${benchmarks}, ${show(metric === unit ? metric : `${metric} ${unit}`)}`,
      values: formatChange(ratio - 1),
      ratio,
      low,
      high,
      state: 'same' as const,
      tip: `geometric mean of ${benchmarks} benchmarks of each run: ${formatRatio(ratio)}`,
    })),
  ]
}

function partRows(part: SuitePart, show: ShowName): RatioRow[] {
  if (part.kind === 'numbers') return scalarRows(part.check, show)
  return part.kind === 'functions' ? functionRows(part.check, show) : histogramRows(part.check, show)
}

function functionRows({ comparison }: Compared, show: ShowName): RatioRow[] {
  const { whole, causes } = comparison
  const one = (change: number | null): number | null => (change === null ? null : 1 + change)
  const stateOf = (cause: RootCause): RatioState =>
    cause.allowed || cause.verdict === 'shifted' ? 'unknown' : cause.verdict === 'regressed' ? 'worse' : 'better'
  return [
    {
      name: whole.judged ? 'total' : `${wholeName(comparison)}, not judged`,
      values: formatChange(whole.change),
      ratio: Number.isFinite(whole.change) ? 1 + whole.change : null,
      low: one(whole.low),
      high: one(whole.high),
      state: !whole.judged
        ? 'unknown'
        : comparison.verdict === 'slower' || whole.exceeded
          ? 'worse'
          : comparison.verdict === 'improved'
            ? 'better'
            : 'same',
      tip: `per ${whole.per}: ${wholeText(comparison)}`,
    },
    ...causes.map(
      (cause): RatioRow => ({
        name: causeName(cause, show),
        values: `${formatPercent(cause.change.before)} → ${formatPercent(cause.change.afterAdjusted)}`,
        ratio: cause.change.ratio,
        low: cause.change.low,
        high: cause.change.high,
        state: stateOf(cause),
        tip: `${causeName(cause, show)} ${changeText(comparison, cause.change)}: ${causeWord(cause)}`,
      }),
    ),
  ]
}

/** Of a distribution the median; how sure it is a permutation says, not an interval. */
function histogramRows({ histograms }: HistogramCheck, show: ShowName): RatioRow[] {
  return histograms.map(change => {
    const middle = change.quantiles.find(({ q }) => q === 0.5)
    const [before, after] = [middle?.before.value ?? NaN, middle?.after.value ?? NaN]
    const name = `median of ${show(change.key === '' ? change.name : `${change.name} ${change.key}`)}`
    const values =
      middle === undefined ? '' : `${formatValue(before, change.unit)} → ${formatValue(after, change.unit)}`
    return {
      name,
      values,
      ratio: before > 0 && after > 0 ? after / before : null,
      low: null,
      high: null,
      state:
        change.verdict === 'regressed'
          ? 'worse'
          : change.verdict === 'improved'
            ? 'better'
            : change.verdict === 'inconclusive'
              ? 'unknown'
              : 'same',
      tip: `${name}: ${values}, ${change.verdict}`,
    }
  })
}
