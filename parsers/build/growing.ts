import { BpfviewError, grown } from '../../src/model/index.ts'

/** Most numbers that one column may hold: a guard against running out of memory. */
const MAX_LENGTH = 1 << 27

/** Numbers in order; grows by doubling. Over 2^27 numbers BpfviewError E_TOO_MANY. */
export class Doubles {
  length = 0
  private values = new Float64Array(64)

  push(value: number): void {
    if (this.length === this.values.length) this.values = grown(this.values, new Float64Array(doubled(this.length)))
    this.values[this.length++] = value
  }

  at(index: number): number {
    return this.values[index]!
  }
}

/** Integers of 32 bits in order; grows by doubling. Over 2^27 numbers BpfviewError E_TOO_MANY. */
export class Integers {
  length = 0
  private values = new Int32Array(64)

  push(value: number): void {
    if (this.length === this.values.length) this.values = grown(this.values, new Int32Array(doubled(this.length)))
    this.values[this.length++] = value
  }

  at(index: number): number {
    return this.values[index]!
  }
}

function doubled(length: number): number {
  if (length >= MAX_LENGTH)
    throw new BpfviewError(
      'E_TOO_MANY',
      `more than ${MAX_LENGTH} values in one map; expected less: split the file by time, or print fewer keys`,
    )
  return length * 2
}
