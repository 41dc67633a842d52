/** A picture with fewer rows is drawn whole: scrolling is no trouble there. */
const FEW_ROWS = 30
/** Share of the whole that may lie deeper than what is shown. */
const DEEP_SHARE = 0.005

/**
 * How many rows a picture shows: down to the depth that holds 99.5% of the whole, so that one deep stack does not push the rest out of sight. `row` and
 * `own` (what ends at a box, drawn or not) by box.
 */
export function capRows(rows: number, row: ArrayLike<number>, own: ArrayLike<number>): number {
  if (rows <= FEW_ROWS) return rows
  const at = new Float64Array(rows)
  let all = 0
  for (let i = 0; i < row.length; i++) {
    at[row[i]!] = at[row[i]!]! + own[i]!
    all += own[i]!
  }
  let deeper = 0
  for (let shown = rows; shown > FEW_ROWS; shown--) {
    deeper += at[shown - 1]!
    if (deeper > all * DEEP_SHARE) return shown
  }
  return FEW_ROWS
}

/** Levels that lie under each box; `parent` stands before its children. */
export function levelsBelow(parent: ArrayLike<number>, row: ArrayLike<number>): Int32Array {
  const deepest = Int32Array.from(row)
  for (let i = deepest.length - 1; i > 0; i--) {
    const above = parent[i]!
    if (above >= 0 && deepest[i]! > deepest[above]!) deepest[above] = deepest[i]!
  }
  return deepest.map((last, i) => last - row[i]!)
}
