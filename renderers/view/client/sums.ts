import type { Stacks } from './stacks.ts'

/** What the kept rows come to on the tree that is shown. */
export interface Sums {
  readonly self: Float64Array
  readonly total: Float64Array
  /** Of each function: stacks that end in it, and stacks that hold it, each once. */
  readonly own: Float64Array
  readonly all: Float64Array
  /** Sum of everything. */
  readonly whole: number
}

/** Sums of values over the input's nodes. Linear. */
export function sumStacks(stacks: Stacks, values: Float64Array, frameCount: number): Sums {
  const { parent, frame, moved, outer } = stacks
  const self = new Float64Array(parent.length)
  for (let i = 0; i < moved.length; i++) if (moved[i]! >= 0) self[moved[i]!] = self[moved[i]!]! + values[i]!
  const total = self.slice()
  const own = new Float64Array(frameCount)
  const all = new Float64Array(frameCount)
  for (let i = total.length - 1; i > 0; i--) {
    const f = frame[i]!
    own[f] = own[f]! + self[i]!
    total[parent[i]!] = total[parent[i]!]! + total[i]!
    if (outer[i] === 1) all[f] = all[f]! + total[i]!
  }
  return { self, total, own, all, whole: total[0]! }
}
