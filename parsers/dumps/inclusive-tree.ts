/** An entry of a printed tree whose counts hold those of the entries below it. */
interface OpenEntry<T> {
  readonly column: number
  readonly count: number
  readonly item: T
  /** Sum of the entries directly below. */
  below: number
}

/** Takes a printed tree entry by entry, and gives each entry that has a count of its own with its path from the root. Depth = where an entry is indented to. */
export class InclusiveTree<T> {
  private readonly open: OpenEntry<T>[] = []
  private readonly give: (path: readonly T[], own: number) => void
  /** Entries whose parts add up to more than they hold. */
  excess = 0

  constructor(give: (path: readonly T[], own: number) => void) {
    this.give = give
  }

  add(column: number, count: number, item: T): void {
    this.close(column)
    const parent = this.open.at(-1)
    if (parent !== undefined) parent.below += count
    this.open.push({ column, count, item, below: 0 })
  }

  /** Ends the entries indented to `column` or further; without it, all. */
  close(column = 0): void {
    while (this.open.length > 0 && this.open.at(-1)!.column >= column) {
      const entry = this.open.at(-1)!
      const own = entry.count - entry.below
      if (own > 0)
        this.give(
          this.open.map(each => each.item),
          own,
        )
      else if (own < 0) this.excess++
      this.open.pop()
    }
  }
}
