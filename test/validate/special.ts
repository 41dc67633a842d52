import { readFileSync } from 'node:fs'
import { betaTails } from '../../src/stats/beta.ts'
import { fisherCdf, fisherQuantile, fisherUpper } from '../../src/stats/fisher.ts'
import { gammaUpper, logGamma } from '../../src/stats/gamma.ts'
import { normalQuantile, normalUpper } from '../../src/stats/normal.ts'
import { studentQuantile, studentUpper } from '../../src/stats/student.ts'
import type { Result } from './result.ts'

type Function = (...x: number[]) => number

const functions = new Map<string, Function>([
  ['logGamma', logGamma as Function],
  ['gammaUpper', gammaUpper as Function],
  ['betaLower', (x, a, b) => betaTails(x!, 1 - x!, a!, b!)[0]],
  ['betaUpper', (x, a, b) => betaTails(x!, 1 - x!, a!, b!)[1]],
  ['studentUpper', studentUpper as Function],
  ['studentQuantile', studentQuantile as Function],
  ['fisherUpper', fisherUpper as Function],
  ['fisherCdf', fisherCdf as Function],
  ['fisherQuantile', fisherQuantile as Function],
  ['normalUpper', normalUpper as Function],
  ['normalQuantile', normalQuantile as Function],
])

/** V1: special functions against a frozen table of 40-digit arithmetic. */
export function specialFunctions(): Result[] {
  const table = JSON.parse(readFileSync('test/special-functions.json', 'utf8')) as [string, number[], number][]
  let worst = 0
  for (const [name, args, want] of table) {
    const got = functions.get(name)!(...args)
    worst = Math.max(worst, want === 0 ? Math.abs(got) : Math.abs(got / want - 1))
  }
  return [
    {
      id: 'V1',
      what: `special functions, ${table.length} values: worst relative error`,
      value: worst.toExponential(1),
      limit: '<= 1e-9',
      ok: worst <= 1e-9,
    },
  ]
}
