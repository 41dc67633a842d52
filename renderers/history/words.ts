import type { History, HistoryChange, HistoryRow } from '../../src/ops/history/history.ts'
import type { ShowName } from '../check/words.ts'
import { probability } from '../check/words.ts'
import { formatChange, formatDigits, formatPercent, formatPoints, formatRatio, formatValue } from '../words/numbers.ts'

/** A row and one of its changes. */
export interface RowChange {
  readonly row: HistoryRow
  readonly change: HistoryChange
}

/** Every change of the whole and of functions, the latest first, then the surest. */
export function changesOf({ whole, rows }: History): RowChange[] {
  return [whole, ...rows]
    .flatMap(row => row.changes.map(change => ({ row, change })))
    .sort((a, b) => b.change.at - a.change.at || a.change.p - b.change.p)
}

/** What was found, in one line. */
export function historyHeadline(history: History, show: ShowName): string {
  const { verdict, points, anchor } = history
  const unsure = anchor === 'none' ? ' · not anchored: drift of the machine looks the same' : ''
  const found = changesOf(history).filter(({ change }) => change.verdict === verdict && change.stands)
  if (found.length > 0) {
    const [first] = found
    const more = found.length > 1 ? `; ${found.length - 1} more` : ''
    const word = verdict === 'slower' ? 'SLOWER AS A WHOLE' : verdict === 'shifted' ? 'MOVED' : verdict.toUpperCase()
    return `${word} since ${pointName(first!.change, show)}: ${changeLine(history, first!, show)}${more}${unsure}`
  }
  if (verdict === 'inconclusive')
    return `INCONCLUSIVE: ${points.length} point${points.length === 1 ? '' : 's'}; at least 4 are needed to tell a change from noise`
  const past = changesOf(history).filter(({ change }) => change.verdict !== 'small').length
  return `NO CHANGE STANDS: ${history.tested} functions over ${points.length} points${past > 0 ? `, ${past} accepted, allowed or taken back` : ''}`
}

/** `a1b2c3d (2026-11-20)`. */
export function pointName({ label, date }: { readonly label: string; readonly date: string | null }, show: ShowName) {
  const day = date?.slice(0, 10)
  const name = /^[0-9a-f]{12,64}$/.test(label) ? label.slice(0, 10) : label
  return day === undefined || name.includes(day) ? show(name) : `${show(name)} (${day})`
}

/** `parse 12.1% → 15.4%, +3.3 points, cost ×1.32 (95% 1.2 to 1.44), q 3e-5`. */
export function changeLine(history: History, found: RowChange, show: ShowName): string {
  const { row } = found
  return `${row.kind === 'whole' ? 'total' : rowName(row, show)} ${changeFigures(history, found)}`
}

/** `12.1% → 15.4%, +3.3 points, cost ×1.32 (95% 1.2 to 1.44), q 3e-5`. */
export function changeFigures(history: History, { row, change }: RowChange): string {
  const { before, after, ratio, low, high, q, confidence } = change
  const interval =
    low === null || high === null
      ? ''
      : ` (${formatPercent(confidence)} ${formatDigits(low, 2)} to ${formatDigits(high, 2)})`
  if (row.kind === 'whole')
    return `${formatChange((ratio ?? 1) - 1)} per run, ${formatRatio(ratio ?? 1)}${interval}, p ${probability(q)}${history.length === 'time' ? ', CPU used: runs have a fixed length' : ''}`
  const size = before === 0 || ratio === null ? 'new' : `cost ${formatRatio(ratio)}${interval}`
  return `${formatPercent(before)} → ${formatPercent(after)}, ${formatPoints(after - before)}, ${size}, q ${probability(q)}`
}

export function rowName({ name, kind }: HistoryRow, show: ShowName): string {
  return kind === 'whole' ? 'whole' : `${show(name)}${kind === 'self' ? ' (self)' : ''}`
}

/** What became of a change: its verdict, and whether it still stands. */
export function changeWord({ verdict, allowed, stands }: HistoryChange): string {
  const word =
    allowed && verdict === 'regressed'
      ? 'allowed'
      : verdict === 'small'
        ? 'below the limits'
        : verdict === 'shifted'
          ? 'moved'
          : verdict
  return stands ? word : `${word}, taken back later`
}

/** How the points were measured, and what that is worth. */
export function anchorText({ anchor }: History): string {
  if (anchor === 'turns')
    return 'every point was measured in turns with the reference: drift of the machine is taken out'
  if (anchor === 'reference')
    return 'measured against a reference, but not in turns with it at every point: never fails a build'
  return 'not anchored: a machine that became slower looks like a change; never fails a build. Measure each commit in turns with one fixed reference (--against)'
}

/** `12 points from a1b2c3d to 0f9e8d7, 60 runs, 60 of the reference`. */
export function pointsText({ points, event, unit, tested, whole }: History, show: ShowName): string {
  const sum = (of: (point: History['points'][number]) => number): number =>
    points.reduce((all, point) => all + of(point), 0)
  const reference = sum(point => point.reference)
  const ends =
    points.length === 0 ? '' : ` from ${pointName(points[0]!, show)} to ${pointName(points[points.length - 1]!, show)}`
  const last = whole.values[whole.values.length - 1] ?? 0
  return `${points.length} points${ends}, ${sum(point => point.runs)} runs${reference > 0 ? `, ${reference} of the reference` : ''}; ${show(event)}, a run of the last holds ${formatValue(Math.round(last), unit)}; ${tested} entities tested`
}

/** The warnings, as plain sentences. */
export function historyNotes({ caveats, moved, renamed }: History, show: ShowName): string[] {
  return [
    ...moved.map(
      ({ label, kind, from, to }) =>
        `${show(label)}: ${kind === 'renamed' ? `${show(from)} is now ${show(to)}` : kind === 'merged' ? `${show(from)} is part of ${show(to)} from here` : `${show(to)} was part of ${show(from)} before`}, taken as one`,
    ),
    ...caveats.map(caveat => `warning: ${caveat}`),
    ...(renamed.length > 0 ? [`names aligned: ${renamed.length}; --names raw turns it off`] : []),
  ]
}
