import { ByteTable } from '../build/byte-table.ts'
import { Integers } from '../build/growing.ts'
import { DenseSums } from '../build/node-sums.ts'
import { Wire } from './protobuf.ts'

/**
 * The samples of a pprof file, added up as they come by stack, labels and sign: the tables that say what their numbers mean come behind them. A stack
 * is known by the bytes of its location ids, labels by theirs.
 */
export class PprofRows {
  readonly stacks = new ByteTable()
  readonly labels = new ByteTable()
  /** By row. */
  readonly stack = new Integers()
  readonly label = new Integers()
  /** Samples with each set of labels. */
  readonly labelled = new DenseSums()
  /** By type of value: sums by row. */
  readonly values: DenseSums[] = []
  samples = 0
  /** The first sample whose values are not as many as those of the first. */
  odd: { readonly sample: number; readonly values: number } | undefined
  inexact = 0
  private readonly rows = new Map<number, number>()
  private readonly eachAlone: boolean
  private readonly ids = new Bytes()
  private readonly pairs = new Bytes()
  private readonly numbers: number[] = []

  /** eachAlone: samples with labels are not added up, because labels may be times. */
  constructor(eachAlone: boolean) {
    this.eachAlone = eachAlone
  }

  get length(): number {
    return this.stack.length
  }

  /** Adds the sample that lies between two indices. */
  add(bytes: Uint8Array, start: number, stop: number): void {
    const { ids, pairs, numbers } = this
    ids.length = 0
    pairs.length = 0
    numbers.length = 0
    const wire = new Wire(bytes, start, stop)
    let packed: readonly [number, number] | undefined
    while (wire.next()) {
      if (wire.field === 1) {
        if (wire.type === 2 && packed === undefined && ids.length === 0) packed = [wire.start, wire.stop]
        else {
          // ids in several pieces or unpacked: one piece, as others write it
          if (packed !== undefined) ids.append(bytes, ...packed)
          packed = undefined
          if (wire.type === 2) ids.append(bytes, wire.start, wire.stop)
          else ids.varint(wire.id())
        }
      } else if (wire.field === 2) wire.each(number => numbers.push(number.signed()))
      else if (wire.field === 3 && wire.type === 2) {
        pairs.varint(wire.stop - wire.start)
        pairs.append(bytes, wire.start, wire.stop)
      }
    }
    const stack =
      packed === undefined ? this.stacks.number(ids.all, 0, ids.length) : this.stacks.number(bytes, ...packed)
    this.count(stack, pairs.length === 0 ? -1 : this.labels.number(pairs.all, 0, pairs.length))
  }

  private count(stack: number, label: number): void {
    const { numbers } = this
    if (this.samples === 0) for (let i = 0; i < numbers.length; i++) this.values.push(new DenseSums())
    else if (numbers.length !== this.values.length) this.odd ??= { sample: this.samples, values: numbers.length }
    this.samples++
    let negative = 0
    for (const number of numbers) if (number < 0) negative = 1
    if (label >= 0) this.labelled.add(label, 1)
    // below 2^53: fewer than 2^26 of each
    const key = (stack * 2 + negative) * 2 ** 26 + label + 1
    let row = this.eachAlone && label >= 0 ? undefined : this.rows.get(key)
    if (row === undefined) {
      row = this.stack.length
      this.stack.push(stack)
      this.label.push(label)
      if (!this.eachAlone || label < 0) this.rows.set(key, row)
    }
    for (let i = 0; i < numbers.length && i < this.values.length; i++) {
      if (!Number.isSafeInteger(numbers[i])) this.inexact++
      this.values[i]!.add(row, numbers[i]!)
    }
  }
}

/** Bytes that are written anew for every sample. */
class Bytes {
  all = new Uint8Array(256)
  length = 0

  append(from: Uint8Array, start: number, stop: number): void {
    this.room(stop - start)
    this.all.set(from.subarray(start, stop), this.length)
    this.length += stop - start
  }

  varint(value: number | bigint): void {
    this.room(10)
    let rest = BigInt(value)
    while (rest > 0x7fn) {
      this.all[this.length++] = Number(rest & 0x7fn) | 0x80
      rest >>= 7n
    }
    this.all[this.length++] = Number(rest)
  }

  private room(size: number): void {
    if (this.length + size <= this.all.length) return
    const wider = new Uint8Array(Math.max(this.all.length * 2, this.length + size))
    wider.set(this.all.subarray(0, this.length))
    this.all = wider
  }
}
