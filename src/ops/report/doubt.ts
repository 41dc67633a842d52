import type { Dataset, Profile } from '../../model/index.ts'
import type { Part } from './part.ts'

/** How far a capture can be used: a note changes nothing, a warning may change a result, unusable = there is no result. */
export type Trust = 'note' | 'warning' | 'unusable'

/** Something that makes a capture doubtful. */
export interface Doubt {
  readonly trust: Trust
  /** Stable kebab-case word. */
  readonly code: string
  readonly source: string
  /** Dataset it is about; '' = all of the input. */
  readonly dataset: string
  readonly cause: readonly Part[]
  /** What to do, as a command or a sentence. */
  readonly fix: string
}

export interface Subject {
  readonly source: string
  readonly dataset: Dataset
  /** Stacks with their values, and the nodes' totals; of datasets with stacks. */
  readonly stacks?: { readonly profile: Profile; readonly total: Float64Array }
}

export type Said = Omit<Doubt, 'source' | 'dataset'>

export type Check = (subject: Subject) => Said | undefined
