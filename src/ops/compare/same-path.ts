import type { StackTree } from '../../model/index.ts'

/**
 * The first row of the same path as each row. `frame` = the frame that each row counts as: renamed functions have one, and what was inlined or wrapped has its
 * caller's; -1 is a task. With `oneTask` every task at the root is the same.
 */
export function samePath(
  { parent, frame: own }: Pick<StackTree, 'parent' | 'frame'>,
  frame: Int32Array,
  oneTask: boolean,
): Int32Array {
  const first = new Int32Array(parent.length)
  const rows = new Map<string, number>()
  for (let i = 1; i < first.length; i++) {
    const above = first[parent[i]!]!
    const counted = frame[i]!
    if (above > 0 && counted !== own[i] && counted === frame[above]) {
      first[i] = above
      continue
    }
    const key = `${above} ${counted >= 0 ? counted : oneTask ? 'task' : own[i]}`
    first[i] = rows.get(key) ?? i
    if (first[i] === i) rows.set(key, i)
  }
  return first
}

/** A column of own values with those of the same path in its first row. */
export function byPath({ samePath: first }: { readonly samePath: Int32Array }, self: Float64Array): Float64Array {
  const sums = new Float64Array(self.length)
  for (let i = 0; i < sums.length; i++) sums[first[i]!]! += self[i]!
  return sums
}
