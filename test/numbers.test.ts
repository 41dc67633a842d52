/** Numbers as words: one style for values, shares, changes, ratios and digits. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  formatChange,
  formatDigits,
  formatPoints,
  formatRatio,
  formatShare,
  groupDigits,
} from '../renderers/words/numbers.ts'

describe('numbers as words', () => {
  test.each([
    [0.4816, '48.2%'],
    [0.05236, '5.24%'],
    [0.005236, '0.52%'],
    [0.5, '50%'],
    [1, '100%'],
    [0.9996, '>99.9%'],
    [0.00001, '<0.01%'],
    [0, '0%'],
    [-0.109, '-10.9%'],
    [12.345, '1,235%'],
  ])('a share of %f is %s', (share, words) => expect(formatShare(share, 1)).toBe(words))

  test('changes, points and ratios', () => {
    expect([0.109, -0.03, 0].map(formatChange)).toEqual(['+10.9%', '-3%', '0%'])
    expect([0.022, -0.1234, 0.00001, 0].map(formatPoints)).toEqual([
      '+2.2 points',
      '-12.3 points',
      '+<0.01 points',
      '0 points',
    ])
    expect([1.19, 0.0421, 12.34, 1234.5, 2].map(formatRatio)).toEqual(['×1.19', '×0.042', '×12.3', '×1,235', '×2'])
    expect([0.000123456, 1.236, 99.96, 1234567].map(value => formatDigits(value))).toEqual([
      '0.000123',
      '1.24',
      '100',
      '1,234,567',
    ])
    expect([1234, 123, -1234567.5].map(value => groupDigits(value))).toEqual(['1,234', '123', '-1,234,567.5'])
  })

  test('a share never reads as nothing or all where it is not, and has at most three digits', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 1, maxExcluded: true, noNaN: true }), share => {
        const words = formatShare(share, 1)
        expect(words).not.toMatch(/^(?:0|100)%$/)
        expect(words.replace(/\D/g, '').replace(/^0+/, '').length).toBeLessThanOrEqual(3)
        expect(Math.abs(Number.parseFloat(words.replace(/[<>]/, '')) - share * 100)).toBeLessThanOrEqual(0.1)
      }),
    )
  })
})
