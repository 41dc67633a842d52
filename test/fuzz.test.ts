/** A few seconds of what `npm run fuzz` does for as long as one likes, the same inputs every time. */
import { describe, expect, test } from 'vitest'
import { examine } from './fuzz/examine.ts'
import { fixtureSeeds } from './fuzz/seeds.ts'
import { mutated, randomOf } from './mutate.ts'

const SEEDS = fixtureSeeds()
const ROUNDS = 3

describe('mutated inputs give a result that keeps its accounts and can be drawn, or one BpfviewError', () => {
  test.each(SEEDS)('$name', ({ name, format, bytes }) => {
    const random = randomOf([...name].reduce((hash, char) => (hash * 31 + char.charCodeAt(0)) | 0, 7))
    for (let round = 0; round < ROUNDS; round++) {
      const input = round === 0 ? bytes : mutated(bytes, random)
      expect(
        examine(input, round % 2 === 1 && format !== undefined ? { format } : {}, random, round < 2),
        `round ${round} of ${JSON.stringify(Buffer.from(input).toString('latin1').slice(0, 3000))}`,
      ).toBe(undefined)
    }
  })
})
