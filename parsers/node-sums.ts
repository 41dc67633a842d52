import { grown } from '../src/model/index.ts'

/** Sums by node of a stack tree. */
export interface NodeSums {
  /** Nodes whose sum is not 0, in order. */
  readonly nodes: Int32Array
  readonly values: Float64Array
}

/** Collects sums by node. */
export interface NodeAdder {
  add(node: number, value: number): void
  sums(): NodeSums
}

/** A column with a place for every node: for what most stacks belong to. */
export class DenseSums implements NodeAdder {
  private column = new Float64Array(1024)

  add(node: number, value: number): void {
    if (node >= this.column.length) this.column = grown(this.column, new Float64Array(Math.max(node + 1, this.column.length * 2)))
    this.column[node] = this.column[node]! + value
  }

  sums(): NodeSums {
    const { column } = this
    let count = 0
    for (let node = 0; node < column.length; node++) if (column[node] !== 0) count++
    const nodes = new Int32Array(count)
    const values = new Float64Array(count)
    for (let node = 0, i = 0; i < count; node++) {
      if (column[node] === 0) continue
      nodes[i] = node
      values[i++] = column[node]!
    }
    return { nodes, values }
  }
}

/** Only the nodes that have a sum: there may be thousands of these over one tree. */
export class SparseSums implements NodeAdder {
  private readonly byNode = new Map<number, number>()

  add(node: number, value: number): void {
    this.byNode.set(node, (this.byNode.get(node) ?? 0) + value)
  }

  sums(): NodeSums {
    const { byNode } = this
    const nodes = Int32Array.from(byNode.keys()).sort().filter(node => byNode.get(node) !== 0)
    return { nodes, values: Float64Array.from(nodes, node => byNode.get(node)!) }
  }
}
