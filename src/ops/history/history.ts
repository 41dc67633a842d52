import type { InterruptMode } from '../compare/interrupts.ts'
import type { Policy, RunLength, Verdict } from '../compare/policy.ts'
import type { AlignedName, NameMode } from '../stacks/align-names.ts'
import type { LabelledProfile } from '../stacks/merge-runs.ts'

/** One point of a history: a commit or a day with its runs. */
export interface HistoryInput {
  readonly label: string
  /** ISO 8601; null = not known. */
  readonly date: string | null
  readonly runs: readonly LabelledProfile[]
  /** Runs of the fixed reference that belong to this point. */
  readonly reference: readonly LabelledProfile[]
  /** True when the point's runs and those of the reference were captured in turns. */
  readonly inTurns: boolean
  /** True when a change was accepted here as the new normal. */
  readonly accepted: boolean
}

/** How a history is judged. */
export interface HistoryOptions {
  readonly policy?: Policy
  readonly names?: NameMode
  readonly weights?: 'counts' | 'measures'
  readonly length?: RunLength
  readonly interrupts?: InterruptMode
}

/** One change of a row: it holds from point `at` on. */
export interface HistoryChange {
  readonly at: number
  readonly label: string
  readonly date: string | null
  readonly direction: 'up' | 'down'
  /** Level of the epochs before and after: a share of the whole, or the total of a run. */
  readonly before: number
  readonly after: number
  /** How many times as much it costs if the rest stayed; of the whole: after / before. null = new. */
  readonly ratio: number | null
  readonly low: number | null
  readonly high: number | null
  readonly confidence: number
  /** Of the largest t over all splits. */
  readonly p: number
  readonly q: number
  readonly verdict: Exclude<Verdict, 'inconclusive' | 'unchanged'> | 'small'
  readonly allowed: boolean
  /** False when a later change took most of it back. */
  readonly stands: boolean
  /** Functions that changed there only because of this one. */
  readonly explains: readonly string[]
}

/** A stretch of points without a change. */
export interface HistoryEpoch {
  readonly from: number
  /** One beyond the last point. */
  readonly to: number
  readonly level: number
}

/** The whole or one function over all points. */
export interface HistoryRow {
  readonly name: string
  readonly module: string
  readonly kind: 'whole' | 'total' | 'self'
  /** Per point: share of the whole, or the (geometric) mean total of a run; as captured. */
  readonly values: readonly number[]
  /** Per point: logarithm of the cost ratio to the epoch before (in the first epoch: to that epoch), against the reference where there is one. */
  readonly logRatios: readonly number[]
  /** Standard error of each logarithm. */
  readonly errors: readonly number[]
  readonly epochs: readonly HistoryEpoch[]
  readonly changes: readonly HistoryChange[]
}

/** A function that has another name or place from point `at` on. */
export interface HistoryMove {
  readonly at: number
  readonly label: string
  readonly kind: 'renamed' | 'merged' | 'split'
  readonly from: string
  readonly to: string
}

/** A commit or day of a history with its runs. */
export interface HistoryPoint {
  readonly label: string
  readonly date: string | null
  readonly accepted: boolean
  /** Distinct runs. */
  readonly runs: number
  readonly reference: number
  readonly inTurns: boolean
}

/** What is known of a program over time: plain data, from which every output is made. */
export interface History {
  readonly schema: 'bpfview.history'
  readonly version: 1
  /** Of the changes that stand and came after the last accepted one. */
  readonly verdict: Verdict
  readonly violated: boolean
  /** `turns`: every point was measured in turns with the reference; `reference`: each has one, not in turns; `none`: drift of the machine is not told from change. */
  readonly anchor: 'turns' | 'reference' | 'none'
  readonly policy: Policy
  readonly event: string
  readonly unit: string
  readonly length: RunLength
  readonly points: readonly HistoryPoint[]
  readonly whole: HistoryRow
  /** Functions that changed, the first change first. */
  readonly rows: readonly HistoryRow[]
  readonly moved: readonly HistoryMove[]
  /** Entities that were tested. */
  readonly tested: number
  readonly caveats: readonly string[]
  readonly renamed: readonly AlignedName[]
}
