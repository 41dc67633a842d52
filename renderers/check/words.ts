import type { Comparison, FrameChange, MovedFunction, RootCause } from '../../src/ops/compare/comparison.ts'
import { fixed } from '../markup/svg.ts'
import { formatChange, formatDigits, formatPercent, formatPoints, formatRatio, groupDigits } from '../words/numbers.ts'

/** How a name is put into the text: cut, escaped, as code. */
export type ShowName = (name: string) => string

/** A rate as people read it: a share in per cent, or a value per run, second or unit of work. */
export function rateText(comparison: Comparison, rate: number): string {
  const { normalize } = comparison.policy
  if (normalize === 'share') return formatPercent(rate)
  if (normalize === 'robust') return `${formatDigits(rate * 100)}%`
  const per = normalize === 'time' ? '/s' : normalize === 'work' ? ' per unit of work' : ' per run'
  return formatDigits(rate * comparison.weights.unit) + per
}

/** A change of a rate with its sign: points for shares. */
export function deltaText(comparison: Comparison, delta: number): string {
  if (comparison.policy.normalize === 'share' || comparison.policy.normalize === 'robust') return formatPoints(delta)
  const sign = delta > 0 ? '+' : delta < 0 ? '-' : ''
  return sign + rateText(comparison, Math.abs(delta))
}

/** The judged figures: `38% → 45.2% at equal run size (41.5% as captured), +7.2 points, cost ×1.35 (95% 1.22 to 1.49)`. */
export function changeText(comparison: Comparison, change: FrameChange): string {
  const after = rateText(comparison, change.afterAdjusted)
  const captured = rateText(comparison, change.after)
  const sizes = after === captured ? '' : ` at equal run size (${captured} as captured)`
  return `${rateText(comparison, change.before)} → ${after}${sizes}, ${deltaText(comparison, change.adjustedDelta)}, ${ratioText(change)}`
}

/** What a cause's path changed by; `as captured` where the judged change is another number. */
export function pathChangeText(
  comparison: Comparison,
  { change, round }: RootCause,
  path: RootCause['paths'][number],
): string {
  const delta = deltaText(comparison, path.after - path.before)
  const judged = round === 0 && rateText(comparison, change.after) === rateText(comparison, change.afterAdjusted)
  return judged ? delta : `${delta} as captured`
}

/** `cost ×1.31 (95% 1.22 to 1.41)`, `new`, `gone`. */
export function ratioText({ before, after, ratio, low, high, confidence }: FrameChange): string {
  if (before === 0) return 'new'
  if (after === 0) return 'gone'
  if (ratio === null) return ''
  const interval =
    low === null || high === null
      ? ''
      : ` (${formatPercent(confidence)} ${formatDigits(low, 2)} to ${formatDigits(high, 2)})`
  return `cost ${formatRatio(ratio)}${interval}`
}

/** Says what a later cause's figures leave out; empty for the first. */
export function roundText({ round }: Pick<RootCause, 'round'>): string {
  if (round === 0) return ''
  return ` (of the whole without ${round === 1 ? 'the cause' : `the ${round} causes`} found before)`
}

export function probability(p: number): string {
  return p >= 0.001 ? fixed(p, 3) : p === 0 ? '0' : p.toExponential(0)
}

/** The word for a cause: its verdict, or why it does not count. */
export function causeWord(cause: Pick<RootCause, 'allowed' | 'verdict'>): string {
  if (cause.allowed && cause.verdict === 'regressed') return 'allowed'
  if (cause.verdict === 'small') return 'below the limits'
  return cause.verdict === 'shifted' ? 'moved' : cause.verdict
}

/** A cause's name with its kind and its name before. */
export function causeName({ name, kind, change }: RootCause, show: ShowName): string {
  return `${show(name)}${kind === 'self' ? ' (self)' : ''}${change.was === null ? '' : ` (was ${show(change.was)})`}`
}

/** `began with these runs`, `began at a1b2c3d (2026-11-20), 3 points before these runs: 12% → 15%`; empty where that is not known. */
export function beganText({ began }: RootCause, show: ShowName): string {
  if (began === undefined) return ''
  const { since, earliest, latest, pointsBefore, before, after } = began
  const point = ({ label, date }: typeof since): string => {
    const day = date?.slice(0, 10)
    return day === undefined || label.includes(day) ? show(label) : `${show(label)} (${day})`
  }
  const range =
    earliest.label === latest.label ? '' : `; it may have been anywhere from ${point(earliest)} to ${point(latest)}`
  const shares = `${formatPercent(before)} → ${formatPercent(after)}`
  return pointsBefore === 0
    ? `began with these runs: ${shares}${range}`
    : `began at ${point(since)}, ${pointsBefore} point${pointsBefore === 1 ? '' : 's'} before these runs: ${shares}${range}`
}

/** What a label of moved cost says. */
export function movedText(comparison: Comparison, cause: RootCause, show: ShowName): string {
  const { moved } = cause
  if (moved === null) return ''
  const delta = deltaText(comparison, moved.delta)
  if (moved.kind === 'callers')
    return `moved between callers: ${show(moved.counterpart)} costs the same in all, ${delta} under its other callers`
  const where = moved.caller === null ? '' : ` inside ${show(moved.caller)}`
  return `moved, renamed or inlined${where}: ${show(moved.counterpart)} changed by ${delta}`
}

/** `parse is now parse_v2, 30.4% → 30.2% together`. */
export function relocatedText(
  comparison: Comparison,
  { kind, from, to, before, after }: MovedFunction,
  show: ShowName,
): string {
  const what =
    kind === 'renamed'
      ? `${show(from)} is now ${show(to)}`
      : kind === 'merged'
        ? `${show(from)} is now part of ${show(to)}`
        : `${show(to)} is new and was part of ${show(from)}`
  return `${what}, ${rateText(comparison, before)} → ${rateText(comparison, after)} together`
}

export function arrow(cause: Pick<RootCause, 'direction'>): string {
  return cause.direction === 'up' ? '▲' : '▼'
}

/** Whether a frame of that share has room for a change of so many points. */
export function canBe({ share, points }: { readonly share: number; readonly points: number }): boolean {
  return share + points <= 1
}

/** One line on how much could be seen. */
export function visibleText(comparison: Comparison): string {
  if (comparison.weights.kind === 'measures') return 'weights are not counts: tested by the spread between runs alone'
  const { detectable } = comparison
  if (detectable.length === 0) return 'smallest detectable change: unknown for this normalisation'
  if (!detectable.some(canBe)) return 'no change is detectable: too few samples'
  const parts = detectable
    .filter(canBe)
    .map(
      ({ share, relative, points }) =>
        `${formatDigits(points * 100, 2)} points (${relative > 10 ? formatRatio(relative + 1) : formatChange(relative)}) in a function of ${formatPercent(share)}`,
    )
  return `smallest change found with 90% power: ${parts.join(', ')}`
}

/** One line on the noise model. */
export function noiseText(comparison: Comparison): string {
  const { model, weights } = comparison
  if (weights.kind === 'measures')
    return `noise: ${formatDigits(model.priorDf)} prior degrees of freedom, fitted on ${model.fittedOn} functions`
  const few =
    Math.max(comparison.before.runs.length, comparison.after.runs.length) > 1
      ? `${model.fittedOn} functions`
      : 'one run a side'
  const how =
    model.source === 'assumed'
      ? `assumed: ${few} cannot show it`
      : model.source === 'ledger'
        ? 'from the ledger'
        : `fitted on ${model.fittedOn} functions`
  return `noise: overdispersion ${formatDigits(model.delta, 2)}, run to run ${formatPercent(model.tau)}, prior ${formatDigits(model.priorDf)} degrees of freedom (${how})`
}

/** One line on the sides. */
export function sidesText(comparison: Comparison): string {
  const side = (which: 'before' | 'after'): string => {
    const { runs, total } = comparison[which]
    return `${runs.length} run${runs.length === 1 ? '' : 's'} of about ${groupDigits(Math.round(total / runs.length))}`
  }
  return `${side('before')} before, ${side('after')} after (${comparison.unit}, event ${comparison.event})`
}

/** `+19.6% per run (95% +16.3 to +22.9)`; `interval unknown` with one run a side. */
export function wholeText({ whole }: Comparison): string {
  const { change, low, high, confidence, per } = whole
  if (!Number.isFinite(change)) return `unknown per ${per}: a side has no samples`
  const interval =
    low === null || high === null
      ? 'interval unknown'
      : `${formatPercent(confidence)} ${signed(low)} to ${signed(high)}`
  return `${formatChange(Number(change.toPrecision(3)))} per ${per} (${interval})`
}

function signed(change: number): string {
  return `${change > 0 ? '+' : ''}${formatDigits(change * 100, Math.abs(change) < 0.0995 ? 1 : 1)}`
}

/** The whole in words: what it did, and whether that is judged. */
export function totalText(comparison: Comparison): string {
  const { whole } = comparison
  if (whole.judged) return `total ${wholeText(comparison)}`
  const why =
    whole.length === 'time' ? 'the runs have a fixed length' : 'it is not known whether every run did the same work'
  return `${wholeName(comparison)} ${wholeText(comparison)}, not judged: ${why}`
}

/** What the whole of a run is where it is not judged: CPU time, or the total of what was measured. */
export function wholeName({ measures, weights }: Comparison): string {
  return measures === 'on-cpu' || (measures === 'unknown' && weights.kind === 'counts') ? 'CPU used' : 'total'
}

/** Grown interrupts as a warning, others as a fact; empty where there are none. */
export function interruptText({ interrupts, policy }: Comparison): string {
  if (interrupts === null) return ''
  const { before, after, p, dropped } = interrupts
  const shares = `${formatPercent(before)} → ${formatPercent(after)}`
  const grew = p !== null && p < policy.fdr && after > before && after - before >= policy.minPoints / 2
  const what = dropped ? 'interrupts and scheduling are left out' : 'interrupts and scheduling are kept'
  return grew
    ? `warning: interrupts and scheduling grew ${shares} (p ${probability(p)})${dropped ? '; they are left out' : ''}`
    : `${what}: ${shares}`
}

/** That the sides were captured under unlike conditions; empty where nothing shows it. */
export function driftText(comparison: Comparison): string {
  const { drift, whole } = comparison
  if (drift === null) return scatterText(comparison)
  return `warning: the sides look captured under different load: runs are ${formatChange(Number(whole.change.toPrecision(3)))} in size and most functions changed, typically by ${formatPercent(Math.expm1(drift.spread))}; a function counts only beyond that`
}

function scatterText({ whole }: Comparison): string {
  if (whole.scatter === null) return ''
  const { before, after } = whole.scatter
  const busy = before > after ? 'before' : 'after'
  return `warning: runs ${busy} differ far more in size (±${formatPercent(Math.max(before, after))} against ±${formatPercent(Math.min(before, after))}): they look captured on a busy machine`
}

/** `task renamed: app -> app2, compared as one`; empty where the sides share a task. */
export function taskText({ tasks }: Comparison, show: ShowName): string {
  if (tasks === null) return ''
  return `task renamed: ${tasks.before.map(show).join(', ')} -> ${tasks.after.map(show).join(', ')}, compared as one`
}

/** Runs that are others again; empty where there are none. */
export function repeatedText(comparison: Comparison): string {
  const parts = (['before', 'after'] as const).flatMap(which => {
    const { runs, repeated } = comparison[which]
    return repeated.length === 0
      ? []
      : [`${repeated.length} of ${runs.length + repeated.length} runs ${which} have the same counts as another`]
  })
  return parts.length === 0 ? '' : `${parts.join(', ')}: the same counts are one run`
}

/** `0.5 points and cost ×1.05`. */
export function limitsText({ policy }: Comparison): string {
  return `${formatDigits(policy.minPoints * 100)} points and a cost of ${formatRatio(1 + policy.minRelative)}`
}
