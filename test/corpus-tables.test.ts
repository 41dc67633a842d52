/**
 * Real output of histograms, tables, perf's reports and system tools: each file is claimed by its own format, read to the last line, and adds up. The same
 * checks as `npm run conformance`, which prints them for all families.
 */
import { describe, expect, test } from 'vitest'
import { check, realFiles } from './conformance/check.ts'
import { TABLE_FAMILIES } from './conformance/table-families.ts'

const files = realFiles('../shared')

describe.skipIf(files.length === 0)('real output', () => {
  describe.each(TABLE_FAMILIES.filter(({ name }) => !/^a perf (?:script|data)/.test(name)))(
    '$name',
    ({ families, except }) => {
      const own = files.filter(({ file, family }) => families.test(family) && except?.test(file) !== true)
      test('has files', () => expect(own.length).toBeGreaterThan(0))
      test.each(own)('$file', file => expect(check(file).failures).toEqual([]))
    },
  )
})
