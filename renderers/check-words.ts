import type { Comparison, FrameChange, RootCause } from '../src/ops/compare-runs.ts'
import { fixed } from './svg.ts'

/** A rate as people read it: a share in per cent, or a value per run, second or unit of work. */
export function rateText(comparison: Comparison, rate: number): string {
  if (isShare(comparison)) return `${percent(rate)}`
  const per = comparison.policy.normalize === 'time' ? '/s' : comparison.policy.normalize === 'work' ? ' per unit of work' : comparison.policy.normalize === 'absolute' ? ' per run' : ''
  return `${significantDigits(rate * (comparison.policy.normalize === 'robust' ? 100 : comparison.weights.unit))}${comparison.policy.normalize === 'robust' ? ' %' : per}`
}

/** A change of a rate with its sign: points for shares. */
export function deltaText(comparison: Comparison, delta: number): string {
  const sign = delta > 0 ? '+' : delta < 0 ? '-' : ''
  if (isShare(comparison)) return `${sign}${delta !== 0 && Math.abs(delta) < 0.00005 ? '<0.01' : fixed(Math.abs(delta) * 100, 2)} points`
  return sign + rateText(comparison, Math.abs(delta))
}

export function isShare(comparison: Comparison): boolean {
  return comparison.policy.normalize === 'share'
}

export function percent(share: number, digits = 2): string {
  return `${fixed(share * 100, digits)} %`
}

/** How much of a change comes from the sizes of the runs alone; empty when hardly any. */
export function bendText(comparison: Comparison, change: Pick<FrameChange, 'delta' | 'bend'>): string {
  return Math.abs(change.bend) < 0.1 * Math.abs(change.delta) ? '' : ` (${deltaText(comparison, change.bend)} of it from the sizes of the runs)`
}

/** `x1.31 (1.22 to 1.41)`, `new`, `gone`. */
export function ratioText(change: Pick<FrameChange, 'before' | 'after' | 'ratio' | 'low' | 'high'>): string {
  if (change.before === 0) return 'new'
  if (change.after === 0) return 'gone'
  if (change.ratio === null) return ''
  const interval = change.low === null || change.high === null ? '' : ` (${fixed(change.low, 2)} to ${fixed(change.high, 2)})`
  return `x${fixed(change.ratio, 2)}${interval}`
}

export function probability(p: number): string {
  return p >= 0.001 ? fixed(p, 3) : p === 0 ? '0' : p.toExponential(0)
}

export function significantDigits(value: number): string {
  if (value === 0) return '0'
  const digits = Math.max(0, 3 - Math.ceil(Math.log10(Math.abs(value))))
  return fixed(value, Math.min(digits, 12))
}

/** The word for a cause: its verdict, or why it does not count. */
export function causeWord(cause: RootCause): string {
  if (cause.allowed && cause.verdict === 'regressed') return 'allowed'
  if (cause.verdict === 'unchanged') return 'too small to matter'
  return cause.verdict
}

/** What a label of moved cost says, the names put through `show`. */
export function movedText(comparison: Comparison, cause: RootCause, show: (name: string) => string): string {
  const { moved } = cause
  if (moved === null) return ''
  const delta = deltaText(comparison, moved.delta)
  if (moved.kind === 'callers') return `moved between callers: ${show(moved.counterpart)} costs the same in all, ${delta} under its other callers`
  const where = moved.caller === null ? '' : ` inside ${show(moved.caller)}`
  return `moved, renamed or inlined${where}: ${show(moved.counterpart)} changed by ${delta}`
}

export function arrow(cause: Pick<RootCause, 'direction'>): string {
  return cause.direction === 'up' ? '▲' : '▼'
}

/** Whether a frame of that share has room for a change of so many points. */
export function canBe({ share, points }: { readonly share: number, readonly points: number }): boolean {
  return share + points <= 1
}

/** One line on how much could be seen. */
export function visibleText(comparison: Comparison): string {
  if (comparison.weights.kind === 'measures') return 'weights are not counts: tested by the spread between runs alone'
  const { detectable } = comparison
  if (detectable.length > 0 && !detectable.some(canBe)) return 'smallest change visible: none, for these runs hold too little'
  const parts = detectable.filter(canBe).map(({ share, relative, points }) =>
    `${fixed(points * 100, 2)} points (${relative > 10 ? 'x' + fixed(relative + 1, 0) : fixed(relative * 100, 0) + ' %'}) of a frame of ${fixed(share * 100)} %`)
  return parts.length === 0 ? 'smallest change visible: unknown for this normalisation' : `smallest change visible: ${parts.join(', ')}`
}

/** One line on the noise model. */
export function noiseText(comparison: Comparison): string {
  const { model, weights } = comparison
  if (weights.kind === 'measures') return `noise: ${fixed(model.priorDf, 1)} prior degrees of freedom, fitted on ${model.fittedOn} frames`
  const few = Math.max(comparison.before.runs.length, comparison.after.runs.length) > 1 ? `${model.fittedOn} frames` : 'one capture a side'
  const how = model.source === 'assumed' ? `assumed, for ${few} cannot show it` : model.source === 'ledger' ? 'from the ledger' : `fitted on ${model.fittedOn} frames`
  return `noise: clumping ${fixed(model.delta, 2)}, run to run ${fixed(model.tau * 100, 2)} %, prior ${fixed(model.priorDf, 1)} degrees of freedom (${how})`
}

/** One line on the sides. */
export function sidesText(comparison: Comparison): string {
  const side = (which: 'before' | 'after'): string => `${comparison[which].runs.length} run${comparison[which].runs.length === 1 ? '' : 's'} of about ${thousands(comparison[which].total / comparison[which].runs.length)}`
  return `${side('before')} before, ${side('after')} after (${comparison.unit}, event ${comparison.event})`
}

export function totalText(comparison: Comparison): string {
  const { change, low, high, per } = comparison.total
  const interval = low === null || high === null ? 'interval unknown' : `95 % interval ${signed(low)} to ${signed(high)}`
  return `whole: ${signed(change)} per ${per} (${interval}); ${percent(comparison.moved, 1)} of it sits in other stacks`
}

export function thousands(value: number): string {
  return fixed(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',')
}

function signed(change: number): string {
  return `${change > 0 ? '+' : ''}${fixed(change * 100, 1)} %`
}
