import type { Unit } from '../../model/index.ts'

/** A piece of a sentence: plain words, a name out of the capture, or a number with its unit; '' = a plain number, `share` = of 1. */
export type Part =
  | string
  | { readonly name: string }
  | { readonly value: number; readonly unit: Unit }
  | { readonly share: number }
  /** A value that lies in a bucket. */
  | { readonly low: number; readonly high: number; readonly unit: Unit }
