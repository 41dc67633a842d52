import type { Dataset, Diagnostic, Parsed } from '../../src/model/index.ts'

/** The result with a note for each dataset of stacks whose values add up to more than a double holds exactly. */
export function noteInexactSums(parsed: Parsed): Parsed {
  const notes = parsed.datasets.filter(isInexact).map(
    ({ name }): Diagnostic => ({
      severity: 'warning',
      code: 'inexact-sum',
      message: `the values of ${JSON.stringify(name)} add up to more than 2^53: sums are kept only to 53 bits`,
      count: 1,
    }),
  )
  return notes.length === 0 ? parsed : { ...parsed, diagnostics: [...parsed.diagnostics, ...notes] }
}

function isInexact(dataset: Dataset): boolean {
  switch (dataset.kind) {
    case 'profile':
      return isAbove(dataset.self)
    case 'samples':
      return isAbove(dataset.weight)
    default:
      return false
  }
}

function isAbove(values: Float64Array): boolean {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  return sum > Number.MAX_SAFE_INTEGER
}
