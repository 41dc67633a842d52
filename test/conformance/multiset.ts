/** What was compared and what did not agree. */
export interface Comparison {
  /** Values compared. */
  readonly compared: number
  readonly failures: readonly string[]
}

/** Two lists as multisets: what only the text has is lost, what only was read is invented. At most 5 of each are named. */
export function compareMultisets(what: string, printed: readonly string[], read: readonly string[]): Comparison {
  const open = new Map<string, number>()
  for (const value of printed) open.set(value, (open.get(value) ?? 0) + 1)
  const invented: string[] = []
  for (const value of read) {
    const left = open.get(value) ?? 0
    if (left === 0) invented.push(value)
    else open.set(value, left - 1)
  }
  const lost = [...open].flatMap(([value, left]) =>
    left > 0 ? [`${JSON.stringify(value)}${left > 1 ? ` x${left}` : ''}`] : [],
  )
  return {
    compared: printed.length,
    failures: [
      ...(lost.length > 0
        ? [`${what} lost: ${lost.slice(0, 5).join(', ')}${lost.length > 5 ? ` and ${lost.length - 5} more` : ''}`]
        : []),
      ...(invented.length > 0
        ? [
            `${what} invented: ${invented
              .slice(0, 5)
              .map(value => JSON.stringify(value))
              .join(', ')}${invented.length > 5 ? ` and ${invented.length - 5} more` : ''}`,
          ]
        : []),
    ],
  }
}
