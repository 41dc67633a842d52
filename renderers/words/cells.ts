/** Characters that a terminal draws two cells wide. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u
const COMBINING = /\p{M}/u

/** Cells of a terminal that a text takes. */
export function cellWidth(text: string): number {
  let width = 0
  for (const point of text) width += COMBINING.test(point) ? 0 : WIDE.test(point) ? 2 : 1
  return width
}

/** A text cut to fit so many cells, with an ellipsis in the place of the rest. */
export function fitCells(text: string, cells: number): string {
  if (cellWidth(text) <= cells) return text
  let width = 1
  let fitted = ''
  for (const point of text) {
    width += cellWidth(point)
    if (width > cells) break
    fitted += point
  }
  return cells < 1 ? '' : `${fitted}…`
}
