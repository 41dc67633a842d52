import type { Meta } from '../../src/model/index.ts'

/** Counts values under 0 that a reader leaves out of a profile, because a stack of less than nothing has no width. */
export class LeftOut {
  private count = 0
  private sum = 0

  add(value: number): void {
    this.count++
    this.sum += value
  }

  /** The facts with a sentence about what was left out, for whatever shows the values; unchanged when nothing was. */
  note(meta: Meta, unit: string): Meta {
    if (this.count === 0) return meta
    const what = this.count === 1 ? '1 negative value' : `${this.count} negative values`
    const sum = `${Number(this.sum.toPrecision(12))}${unit === '' || unit === 'count' ? '' : ` ${unit}`}`
    return { ...meta, notes: [...(meta.notes ?? []), `${what} left out (${sum})`] }
  }
}
