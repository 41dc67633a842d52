import { describe, expect, it } from 'vitest'
import { betaTails } from '../src/stats/beta.ts'
import { fisherCdf, fisherQuantile, fisherUpper } from '../src/stats/fisher.ts'
import { gammaUpper, logGamma } from '../src/stats/gamma.ts'
import { normalCdf, normalQuantile, normalUpper } from '../src/stats/normal.ts'
import { studentCdf, studentQuantile, studentTwoSided, studentUpper } from '../src/stats/student.ts'
import table from './special-functions.json' with { type: 'json' }

const functions = new Map<string, (...x: number[]) => number>([
  ['logGamma', logGamma as (...x: number[]) => number],
  ['gammaUpper', gammaUpper as (...x: number[]) => number],
  ['betaLower', (x, a, b) => betaTails(x!, 1 - x!, a!, b!)[0]],
  ['betaUpper', (x, a, b) => betaTails(x!, 1 - x!, a!, b!)[1]],
  ['studentUpper', studentUpper as (...x: number[]) => number],
  ['studentQuantile', studentQuantile as (...x: number[]) => number],
  ['fisherUpper', fisherUpper as (...x: number[]) => number],
  ['fisherCdf', fisherCdf as (...x: number[]) => number],
  ['fisherQuantile', fisherQuantile as (...x: number[]) => number],
  ['normalUpper', normalUpper as (...x: number[]) => number],
  ['normalQuantile', normalQuantile as (...x: number[]) => number],
])

describe('special functions against a table of 40-digit arithmetic (mpmath)', () => {
  it('covers every function', () => {
    expect(new Set(table.map(row => row[0]))).toEqual(new Set(functions.keys()))
    expect(table.length).toBeGreaterThanOrEqual(97)
  })
  it.each([...functions.keys()])('%s is right to 1e-9', name => {
    for (const [fn, args, want] of table as unknown as [string, number[], number][]) {
      if (fn !== name) continue
      const got = functions.get(name)!(...args)
      const error = want === 0 ? Math.abs(got) : Math.abs(got / want - 1)
      expect(error, `${fn}(${args.join(', ')}) = ${got}, table ${want}`).toBeLessThan(1e-9)
    }
  })
  it('has the right limits', () => {
    expect(studentTwoSided(0, 5)).toBe(1)
    expect(studentUpper(Infinity, 5)).toBe(0)
    expect(studentUpper(2, Infinity)).toBe(normalUpper(2))
    expect(studentCdf(1.3, 7) + studentUpper(1.3, 7)).toBeCloseTo(1, 14)
    expect(normalCdf(0)).toBe(0.5)
    expect(normalQuantile(0)).toBe(-Infinity)
    expect(normalQuantile(1)).toBe(Infinity)
    expect(fisherUpper(0, 3, 4)).toBe(1)
    expect(fisherUpper(1.2, 6, Infinity)).toBeCloseTo(fisherUpper(1.2, 6, 1e7), 6)
  })
})
