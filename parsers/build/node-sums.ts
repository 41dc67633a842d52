import { grown } from '../../src/model/index.ts'

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
  /** The sums of the first `length` nodes as a column; there are no others. */
  column(length: number): Float64Array
}

/** A column with a place for every node: for what most stacks belong to. */
export class DenseSums implements NodeAdder {
  private values = new Float64Array(1024)

  add(node: number, value: number): void {
    if (node >= this.values.length)
      this.values = grown(this.values, new Float64Array(Math.max(node + 1, this.values.length * 2)))
    this.values[node] = this.values[node]! + value
  }

  column(length: number): Float64Array {
    return grown(this.values.subarray(0, length), new Float64Array(length))
  }

  sums(): NodeSums {
    const nodes: number[] = []
    for (let node = 0; node < this.values.length; node++) if (this.values[node] !== 0) nodes.push(node)
    return { nodes: Int32Array.from(nodes), values: Float64Array.from(nodes, node => this.values[node]!) }
  }
}

/** Only the nodes that have a sum: there may be thousands of these over one tree. */
export class SparseSums implements NodeAdder {
  private readonly byNode = new Map<number, number>()

  add(node: number, value: number): void {
    this.byNode.set(node, (this.byNode.get(node) ?? 0) + value)
  }

  column(length: number): Float64Array {
    const values = new Float64Array(length)
    for (const [node, value] of this.byNode) values[node] = value
    return values
  }

  sums(): NodeSums {
    const { byNode } = this
    const nodes = Int32Array.from(byNode.keys())
      .sort()
      .filter(node => byNode.get(node) !== 0)
    return { nodes, values: Float64Array.from(nodes, node => byNode.get(node)!) }
  }
}
