import type { Unit } from '../../model/index.ts'
import type { Facts } from './facts.ts'
import type { Part } from './part.ts'
import type { Track } from './track.ts'

/** Sections of the page that a finding leads to. */
export type Section = 'machine' | 'tasks' | 'cpu' | 'waiting' | 'latency' | 'events'

/** A small picture that carries a finding. */
export type Proof =
  | { readonly kind: 'track'; readonly track: Track }
  | {
      readonly kind: 'bar'
      /** Of `whole`; what they leave is something else. */
      readonly parts: readonly { readonly label: string; readonly value: number; readonly hue: Hue }[]
      readonly whole: number
      readonly unit: Unit
    }
  | { readonly kind: 'map'; readonly comm: string }

/** Colours of small bars: classes of waiting, and running. */
export type Hue = 'run' | 'disk' | 'cpu' | 'lock' | 'network' | 'timer' | 'child' | 'pipe' | 'idle' | 'other'

/** The number a finding is about, to be asked of another capture too. */
export interface Metric {
  readonly name: string
  readonly value: number
  /** '' = a plain number, `share` = of 1. */
  readonly unit: Unit | 'share'
  /** The same number in other facts; undefined where they do not tell. */
  readonly in: (facts: Facts) => number | undefined
  /** Relative error by chance alone (one standard deviation), where it is known. */
  readonly chance?: number
}

/** One cause, said once. */
export interface Finding {
  /** Stable kebab-case word of the rule that found it. */
  readonly rule: string
  /** Task, device or resource that it is about. */
  readonly subject: string
  readonly sentence: readonly Part[]
  /** One or two facts that carry the sentence. */
  readonly evidence: readonly (readonly Part[])[]
  readonly section: Section
  /** Prints the numbers of the sentence again. */
  readonly command: string
  /** Seconds of a thread or a CPU that are at stake in each second; findings are in its order. */
  readonly stake: number
  readonly metric?: Metric
  readonly proof?: Proof
}

/** At most this many findings are told. */
export const MOST_FINDINGS = 7

/** A word of a command line for a shell, quoted where it must be. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) && !word.startsWith('-') ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
