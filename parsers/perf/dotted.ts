/** Where the columns of a table of perf stand, told by the dots or dashes under its heading. */
export interface DottedColumns {
  readonly starts: readonly number[]
  readonly ends: readonly number[]
}

/** Columns of a line of dots `# ........  .........`, undefined for any other line. */
export function dottedColumns(line: string): DottedColumns | undefined {
  if (!/^# *\.+(?: +\.+)* *$/.test(line)) return undefined
  const runs = [...line.matchAll(/\.+/g)]
  return { starts: runs.map(run => run.index), ends: runs.map(run => run.index + run[0].length) }
}

/** Labels of columns from the lines of a heading, upper lines first; `----- Load Hitm -----` stands for all columns under it. */
export function dottedLabels(headings: readonly string[], { starts, ends }: DottedColumns): string[] {
  const lines = headings.map(line =>
    [...` ${line.slice(1)}`.matchAll(/-{2,} [^-]+ -{2,}|\S+(?: \S+)*/g)].map(({ 0: text, index }) => ({
      text: text.replace(/^-+ | -+$/g, ''),
      from: index,
      to: index + text.length,
    })),
  )
  return starts.map((start, i) => {
    const overlap = ({ from, to }: { readonly from: number; readonly to: number }): number =>
      Math.min(to, ends[i]!) - Math.max(from, start)
    const words = lines.map(segments => segments.find(segment => overlap(segment) > 0)?.text ?? '')
    return words.filter(word => word !== '').join(' ')
  })
}

/** Cells of a row: each word goes to the first free column that does not end before it; the last column takes the rest of the line. */
export function dottedCells(line: string, { starts, ends }: DottedColumns): string[] {
  const cells = starts.map(() => '')
  if (cells.length === 1) return [line.trim()]
  // a number wider than the last column begins before it
  let cut = Math.min(starts[starts.length - 1]!, line.length)
  while (cut > 0 && cut < line.length && line[cut - 1] !== ' ') cut--
  let column = 0
  for (const word of line.slice(0, cut).matchAll(/\S+(?: \S+)*/g)) {
    while (column < starts.length - 2 && (word.index >= ends[column]! || cells[column] !== '')) column++
    cells[column] = cells[column] === '' ? word[0] : `${cells[column]!} ${word[0]}`
  }
  cells[cells.length - 1] = line.slice(cut).trim()
  return cells
}
