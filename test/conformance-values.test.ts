/** The comparison of values that `npm run conformance` makes has to notice a single changed number, in every file it is made of. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from '../parsers/index.ts'
import type { Parsed } from '../src/model/index.ts'
import { realFiles } from './conformance/check.ts'
import { histogramValues } from './conformance/histogram-values.ts'
import { compareMultisets } from './conformance/multiset.ts'
import { dataRows } from './conformance/table-families.ts'
import { columnValues, numberValues } from './conformance/table-values.ts'

test('multisets: what is missing is lost, what is too much is invented', () => {
  expect(compareMultisets('x', ['a', 'a', 'b'], ['a', 'b', 'b'])).toEqual({
    compared: 3,
    failures: ['x lost: "a"', 'x invented: "b"'],
  })
})

/** Adds to the first number of the first table or histogram; false when there is none. */
function change(parsed: Parsed): boolean {
  for (const dataset of parsed.datasets) {
    if (dataset.kind === 'histograms') {
      const at = dataset.counts.findIndex(count => count > 0)
      if (at < 0) continue
      dataset.counts[at]! += 1
      return true
    }
    if (dataset.kind !== 'events') continue
    const column = dataset.columns.find(
      ({ name, type, values, ...rest }) =>
        type === 'number' &&
        name !== 'INTERVAL' &&
        !('unit' in rest && (rest.unit === 'clock' || rest.unit === 'date')) &&
        !Number.isNaN(values[0] as number),
    )
    if (column?.type !== 'number' || dataset.length === 0) continue
    column.values[0]! += 3.77
    return true
  }
  return false
}

describe('a changed number is found', () => {
  const files = realFiles('../shared').filter((_, i) => i % 5 === 0)
  test.skipIf(files.length === 0)('in every table and histogram', () => {
    let changed = 0
    for (const { path, file } of files) {
      const text = readFileSync(path, 'utf8')
      let parsed: Parsed
      try {
        parsed = parse(text)
      } catch {
        continue
      }
      if (!['event-table', 'table', 'bcc-hist'].includes(parsed.format) || !change(parsed)) continue
      changed++
      const found =
        parsed.format === 'bcc-hist'
          ? histogramValues(text, parsed).failures
          : [...columnValues(text, parsed).failures, ...numberValues(dataRows(text), parsed).failures]
      expect(found, file).not.toEqual([])
    }
    expect(changed).toBeGreaterThan(20)
  })
})
