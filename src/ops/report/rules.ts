import {
  busyTask,
  cacheMisses,
  emptyReads,
  interrupts,
  noSpareCpu,
  processStorm,
  regularStall,
  shortLived,
} from './cpu-rules.ts'
import type { Facts } from './facts.ts'
import { gatherFacts } from './facts.ts'
import type { Finding } from './finding.ts'
import { MOST_FINDINGS } from './finding.ts'
import {
  coldPageCache,
  diskModes,
  failedConnects,
  kernelErrors,
  memoryPressure,
  retransmits,
  slowFiles,
  stolen,
  swapping,
} from './machine-rules.ts'
import type { ReportInput } from './report-input.ts'
import { answerWait, cpuWait, diskWait, lockConvoy, networkWait, peerWait } from './wait-rules.ts'

/** What may be said: a condition over the facts with its sentence, or nothing. */
export type Rule = (facts: Facts) => Finding | undefined

const RULES: readonly Rule[] = [
  diskWait,
  networkWait,
  answerWait,
  peerWait,
  lockConvoy,
  cpuWait,
  processStorm,
  shortLived,
  emptyReads,
  regularStall,
  busyTask,
  noSpareCpu,
  interrupts,
  cacheMisses,
  diskModes,
  slowFiles,
  swapping,
  memoryPressure,
  coldPageCache,
  stolen,
  retransmits,
  failedConnects,
  kernelErrors,
]

/** Findings of the facts, the most at stake first, seven at most. A busy task that another finding explains is not told again. */
export function findingsOf(facts: Facts): Finding[] {
  const found = RULES.map(rule => rule(facts)).filter((finding): finding is Finding => finding !== undefined)
  const explained = new Set(found.filter(({ rule }) => rule !== 'busy-task').map(({ subject }) => subject))
  return found
    .filter(({ rule, subject }) => rule !== 'busy-task' || !explained.has(subject))
    .sort((a, b) => b.stake - a.stake || (a.rule < b.rule ? -1 : 1))
    .slice(0, MOST_FINDINGS)
}

/** What a report says. */
export interface Report {
  readonly inputs: readonly ReportInput[]
  readonly facts: Facts
  readonly findings: readonly Finding[]
}

/** The report of all that was captured of one host at one time. */
export function reportOf(inputs: readonly ReportInput[]): Report {
  const facts = gatherFacts(inputs)
  return { inputs, facts, findings: findingsOf(facts) }
}
