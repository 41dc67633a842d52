import type { StackTree } from '../../model/index.ts'

/** Total of every node: its own value and its subtree's. Linear: one backward pass, because a parent stands before its children. */
export function totals(stacks: StackTree, self: Float64Array): Float64Array {
  const total = self.slice()
  for (let i = total.length - 1; i > 0; i--) {
    const parent = stacks.parent[i]!
    total[parent] = total[parent]! + total[i]!
  }
  return total
}

/** Sum of a column. */
export function sum(values: ArrayLike<number>): number {
  let result = 0
  for (let i = 0; i < values.length; i++) result += values[i]!
  return result
}
