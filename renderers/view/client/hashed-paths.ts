/** A new tree that grows by paths, as PathTable is, for many of them: open addressing over (parent, frame). */
export class HashedPaths {
  readonly parent: number[] = [-1]
  readonly frame: number[] = [-1]
  /** Rows; 0 = free, which is safe because the root is nobody's child. */
  private readonly table: Int32Array
  private readonly mask: number

  /** `most` = as many rows as there may be. */
  constructor(most: number) {
    const size = 2 ** Math.ceil(Math.log2(Math.max(16, most * 2)))
    this.table = new Int32Array(size)
    this.mask = size - 1
  }

  child(above: number, frame: number): number {
    const { table, mask, parent } = this
    let hash = Math.imul(above, 0x9e3779b1) ^ Math.imul(frame + 1, 0x85ebca6b)
    hash ^= hash >>> 15
    let slot = hash & mask
    for (let row = table[slot]!; row !== 0; row = table[slot]!) {
      if (parent[row] === above && this.frame[row] === frame) return row
      slot = (slot + 1) & mask
    }
    table[slot] = parent.length
    this.frame.push(frame)
    return parent.push(above) - 1
  }
}
