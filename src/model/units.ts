/**
 * Unit of a value, bucket edge or column; '' = a plain number. Times, bytes and rates convert within their dimension. 'clock' = seconds of
 * the day, going on over midnight; 'date' = seconds since 1970 in the capture's own time zone; both are seconds that print as such.
 */
export type Unit = string

/** What a value measures: `{ name: 'off-CPU time', unit: 'us' }`. */
export interface ValueType {
  readonly name: string
  readonly unit: Unit
}

/** What a unit measures; values convert within one. */
export type Dimension = 'time' | 'bytes' | 'frequency' | 'ratio' | 'count' | 'none'

interface UnitFact {
  readonly dimension: Dimension
  /** How many base units (seconds, bytes, hertz, 1) one of this unit is. */
  readonly scale: number
}

const FACTS = new Map<string, UnitFact>([
  ['s', { dimension: 'time', scale: 1 }],
  ['ms', { dimension: 'time', scale: 1e-3 }],
  ['us', { dimension: 'time', scale: 1e-6 }],
  ['ns', { dimension: 'time', scale: 1e-9 }],
  ['min', { dimension: 'time', scale: 60 }],
  ['h', { dimension: 'time', scale: 3600 }],
  ['bytes', { dimension: 'bytes', scale: 1 }],
  ['KiB', { dimension: 'bytes', scale: 1024 }],
  ['MiB', { dimension: 'bytes', scale: 1024 ** 2 }],
  ['GiB', { dimension: 'bytes', scale: 1024 ** 3 }],
  ['sectors', { dimension: 'bytes', scale: 512 }],
  ['pages', { dimension: 'bytes', scale: 4096 }],
  ['Hz', { dimension: 'frequency', scale: 1 }],
  ['MHz', { dimension: 'frequency', scale: 1e6 }],
  ['GHz', { dimension: 'frequency', scale: 1e9 }],
  ['clock', { dimension: 'time', scale: 1 }],
  ['date', { dimension: 'time', scale: 1 }],
  ['%', { dimension: 'ratio', scale: 0.01 }],
  ['count', { dimension: 'count', scale: 1 }],
  ['samples', { dimension: 'count', scale: 1 }],
  ['events', { dimension: 'count', scale: 1 }],
])

/** Dimension and scale of a unit; unknown units are of dimension 'none' and scale 1. */
export function unitFact(unit: Unit): UnitFact {
  return FACTS.get(unit) ?? { dimension: 'none', scale: 1 }
}

/** Factor that turns values of one unit into the other, or undefined when they do not measure the same thing. */
export function conversion(from: Unit, to: Unit): number | undefined {
  if (from === to) return 1
  const a = unitFact(from)
  const b = unitFact(to)
  return a.dimension === b.dimension && a.dimension !== 'none' ? a.scale / b.scale : undefined
}

/** True for values that count observations: only these may be tested with counting statistics. */
export function isCount(unit: Unit): boolean {
  return unitFact(unit).dimension === 'count'
}
