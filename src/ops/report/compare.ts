import type { Facts } from './facts.ts'
import type { Finding } from './finding.ts'
import type { Report } from './rules.ts'

/** What became of a finding. `unknown` = one side does not tell its number. */
export type Verdict = 'better' | 'worse' | 'same' | 'unknown'

/** A finding of two captures. */
export interface Change {
  readonly finding: Finding
  /** True where only the later capture has it. */
  readonly fresh: boolean
  /** True where only the earlier capture has it. */
  readonly gone: boolean
  readonly verdict: Verdict
  readonly before: number | undefined
  readonly after: number | undefined
}

/** Two captures differ this much although nothing changed: other work of the machine, other moments. */
const LEAST_CHANGE = 0.2

/** Verdict of a number of which less is better; `chance` = its relative error in one capture. */
export function verdictOf(before: number | undefined, after: number | undefined, chance = 0): Verdict {
  if (before === undefined || after === undefined || !Number.isFinite(before) || !Number.isFinite(after))
    return 'unknown'
  const most = Math.max(Math.abs(before), Math.abs(after))
  if (Math.abs(after - before) <= Math.max(LEAST_CHANGE, 2 * Math.SQRT2 * chance) * most) return 'same'
  return after < before ? 'better' : 'worse'
}

/** Findings of two reports, each once, with what became of its number; those that got worse first, then by what was at stake. */
export function compareReports(before: Report, after: Report): Change[] {
  const same = (a: Finding, b: Finding): boolean => a.rule === b.rule && a.subject === b.subject
  const changes = after.findings.map((finding): Change => {
    const earlier = before.findings.find(each => same(each, finding))
    return changeOf(finding, { fresh: earlier === undefined, gone: false }, before.facts, finding.metric?.value)
  })
  const gone = before.findings
    .filter(finding => !after.findings.some(each => same(each, finding)))
    .map(finding => {
      const value = finding.metric?.value
      const later = finding.metric?.in(after.facts)
      return {
        finding,
        fresh: false,
        gone: true,
        verdict: verdictOf(value, later, finding.metric?.chance),
        before: value,
        after: later,
      }
    })
  const stake = (change: Change): number => change.finding.stake
  return [...changes, ...gone].sort((a, b) => stake(b) - stake(a) || (a.finding.rule < b.finding.rule ? -1 : 1))
}

function changeOf(
  finding: Finding,
  sides: Pick<Change, 'fresh' | 'gone'>,
  earlier: Facts,
  after: number | undefined,
): Change {
  const before = finding.metric?.in(earlier)
  return { finding, ...sides, verdict: verdictOf(before, after, finding.metric?.chance), before, after }
}
