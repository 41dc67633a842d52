import type { ChangedFunction, RunsDiff } from '../../src/ops/compare/diff-runs.ts'
import { stateOf } from '../../src/ops/compare/diff-runs.ts'
import { arrow, causeWord, probability, ratioText } from '../check/words.ts'
import { formatPercent } from '../words/numbers.ts'
import { diffDelta, diffLine, diffNoise, diffPercent, diffRatio, diffValue } from './words.ts'

/** A table of a report: cells are plain text, to be escaped by whoever prints them; `code` names the columns that hold names. */
export interface ReportTable {
  readonly title: string
  readonly header: readonly string[]
  readonly align: string
  readonly rows: readonly (readonly string[])[]
  /** How many rows were left out. */
  readonly more: number
}

/** A path and how much of a change it carries. */
export interface ReportPath {
  readonly name: string
  readonly frames: readonly string[]
  readonly change: string
}

/** What a report of a difference says, before it becomes HTML or Markdown. */
export interface DiffReport {
  readonly title: string
  readonly lines: readonly string[]
  readonly caveats: readonly string[]
  readonly tables: readonly ReportTable[]
  readonly paths: readonly ReportPath[]
  readonly renamed: readonly (readonly [string, string, string])[]
}

const MARKS: Readonly<Record<ChangedFunction['state'], string>> = {
  new: '+',
  gone: '−',
  grown: '▲',
  shrunk: '▼',
  same: '',
}

/** Ranked movers and what makes the comparison doubtful; each table has at most `limit` rows. */
export function diffReport(diff: RunsDiff, limit = 25): DiffReport {
  const changed = diff.changedFunctions.filter(mover => mover.state !== 'same')
  const byTotal = ranked(changed, mover => mover.total)
  const bySelf = ranked(diff.changedFunctions, mover => mover.self)
  const causes = diff.comparison?.causes ?? []
  const tables: ReportTable[] = []
  if (causes.length > 0) {
    tables.push({
      title: 'Root causes (by share, beyond noise)',
      header: ['', 'function', 'what', 'cost (95%)', 'q', ''],
      align: 'lllrrl',
      more: Math.max(0, causes.length - limit),
      rows: causes
        .slice(0, limit)
        .map(cause => [
          arrow(cause),
          cause.name,
          cause.kind,
          ratioText(cause.change),
          probability(cause.q),
          causeWord(cause),
        ]),
    })
  }
  tables.push(moverTable(diff, 'Largest changes of own value (self)', bySelf, mover => mover.self, limit))
  tables.push(moverTable(diff, 'Largest changes with everything below (total)', byTotal, mover => mover.total, limit))
  for (const [title, state] of [
    ['New', 'new'],
    ['Gone', 'gone'],
  ] as const) {
    const found = changed.filter(mover => mover.state === state)
    if (found.length > 0)
      tables.push(
        moverTable(
          diff,
          title,
          ranked(found, mover => mover.total),
          mover => mover.total,
          limit,
        ),
      )
  }
  return {
    title: 'before → after',
    lines: [diffLine(diff), diffNoise(diff), noiseOf(diff)].filter(line => line !== ''),
    caveats: diff.caveats.map(caveat => caveat.message),
    tables,
    paths: bySelf
      .slice(0, 10)
      .flatMap(mover =>
        mover.paths.slice(0, 2).map(path => ({ name: mover.name, frames: path.frames, change: diffDelta(diff, path) })),
      ),
    renamed: diff.renamed.map(({ rule, from, to }) => [rule, from, to] as const),
  }
}

function noiseOf(diff: RunsDiff): string {
  const { comparison } = diff
  if (comparison === undefined) return ''
  if (comparison.before.runs.length < 2 || comparison.after.runs.length < 2)
    return 'One run on a side: noise between runs is unknown, so read every change as a hint.'
  return `${formatPercent(comparison.moved)} moved to other stacks.`
}

function ranked(
  movers: readonly ChangedFunction[],
  of: (mover: ChangedFunction) => { before: number; after: number },
): ChangedFunction[] {
  const size = (mover: ChangedFunction): number => Math.abs(of(mover).after - of(mover).before)
  return movers
    .filter(mover => stateOf(of(mover).before, of(mover).after) !== 'same')
    .sort((a, b) => size(b) - size(a) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}

function moverTable(
  diff: RunsDiff,
  title: string,
  movers: readonly ChangedFunction[],
  of: (mover: ChangedFunction) => { before: number; after: number },
  limit: number,
): ReportTable {
  return {
    title,
    header: ['', 'function', 'before', 'after', 'change', 'relative', 'ratio', 'q'],
    align: 'llrrrrrr',
    more: Math.max(0, movers.length - limit),
    rows: movers.slice(0, limit).map(mover => {
      const pair = of(mover)
      return [
        MARKS[stateOf(pair.before, pair.after)],
        mover.name,
        diffValue(diff, pair.before),
        diffValue(diff, pair.after),
        diffDelta(diff, pair),
        diffPercent(pair),
        diffRatio(pair),
        mover.q === null ? '' : probability(mover.q),
      ]
    }),
  }
}
