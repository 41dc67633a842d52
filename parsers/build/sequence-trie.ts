import { BpfviewError, grown } from '../../src/model/index.ts'

const MAX_NODES = 1 << 26

/** Interns sequences of integers >= 0: equal sequences end in the same node. Node 0 is the empty sequence. 16 to 24 bytes a node. */
export class SequenceTrie {
  private parents = new Int32Array(1024)
  private items = new Int32Array(1024)
  /** Open addressing over (parent, item); 0 = free. */
  private table = new Int32Array(4096)
  private nodes = 1

  get count(): number {
    return this.nodes
  }

  /** The node for `item` after the sequence that ends in `parent`. Over 2^26 nodes BpfviewError E_TOO_MANY. */
  child(parent: number, item: number): number {
    const { parents, items, table } = this
    const mask = table.length - 1
    let slot = hash(parent, item) & mask
    for (let node = table[slot]!; node !== 0; node = table[slot]!) {
      if (items[node] === item && parents[node] === parent) return node
      slot = (slot + 1) & mask
    }
    return this.add(parent, item, slot)
  }

  parent(node: number): number {
    return this.parents[node]!
  }

  item(node: number): number {
    return this.items[node]!
  }

  /** Items from the last to the first. */
  fromLast(node: number): number[] {
    const found: number[] = []
    for (let at = node; at !== 0; at = this.parents[at]!) found.push(this.items[at]!)
    return found
  }

  private add(parent: number, item: number, slot: number): number {
    const node = this.nodes++
    if (node >= MAX_NODES)
      throw new BpfviewError(
        'E_TOO_MANY',
        `more than ${MAX_NODES} distinct frames of stacks; expected stacks that repeat`,
      )
    if (node === this.parents.length) {
      this.parents = grown(this.parents, new Int32Array(node * 2))
      this.items = grown(this.items, new Int32Array(node * 2))
    }
    this.parents[node] = parent
    this.items[node] = item
    this.table[slot] = node
    if (node * 2 > this.table.length) this.rehash()
    return node
  }

  private rehash(): void {
    const table = new Int32Array(this.table.length * 2)
    const mask = table.length - 1
    for (let node = 1; node < this.nodes; node++) {
      let slot = hash(this.parents[node]!, this.items[node]!) & mask
      while (table[slot] !== 0) slot = (slot + 1) & mask
      table[slot] = node
    }
    this.table = table
  }
}

function hash(parent: number, item: number): number {
  let mixed = Math.imul(parent, 0x9e3779b1) ^ Math.imul(item + 1, 0x85ebca6b)
  mixed ^= mixed >>> 15
  mixed = Math.imul(mixed, 0x2c1b3c6d)
  return mixed ^ (mixed >>> 13)
}
