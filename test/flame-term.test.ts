/** Stacks as text: an icicle in colours for a terminal, a line per frame for a pipe. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { flameTerm } from '../renderers/flame/term.ts'
import { cellWidth, fitCells } from '../renderers/words/cells.ts'
import { bpfview } from './command.ts'
import { profileOf } from './synthetic.ts'

const stacks = fc.array(fc.tuple(fc.stringMatching(/^t(;[abc漢]{1,9}){0,6}$/u), fc.integer({ min: 1, max: 50 })), {
  minLength: 1,
  maxLength: 20,
})
/** Lines without the escapes of colours. */
const plain = (text: string): string[] =>
  text
    .replace(/\x1b\[[\d;]*m/g, '')
    .trimEnd()
    .split('\n')

describe('flameTerm', () => {
  test('in colours every row fits the terminal, whatever the names are', () => {
    fc.assert(
      fc.property(
        stacks,
        fc.integer({ min: 20, max: 200 }),
        fc.constantFrom('256' as const, 'true' as const),
        (lines, columns, colours) => {
          const text = flameTerm(profileOf(lines), { columns, colours })
          const rows = plain(text.slice(text.indexOf('\n\n') + 2)).filter(row => !/ are not shown/.test(row))
          expect(cellWidth(rows[0]!)).toBe(columns)
          for (const row of rows) expect(cellWidth(row)).toBeLessThanOrEqual(columns)
          // no colour leaks into what follows
          for (const line of text.trimEnd().split('\n')) expect(line).toMatch(/^[^\x1b]*$|\x1b\[0m$/)
        },
      ),
    )
  })
  test('in a pipe every frame with a share has a line with its whole name, and no escape', async () => {
    const long = `f${'x'.repeat(300)}`
    const { stdout } = await bpfview(['flame', '-', '--term'], `a;${long};g 30\na;h 10\nb;\u001b[31mred 2\n`)
    expect(stdout.split('\n').slice(-9)).toEqual([
      '  total    self',
      '   100%      0%  all',
      '  95.2%      0%   a',
      `  71.4%      0%    ${long}`,
      '  71.4%   71.4%     g',
      '  23.8%   23.8%    h',
      '  4.76%      0%   b',
      '  4.76%   4.76%    \\x1b[31mred',
      '',
    ])
  })
  test('what is too small for a line is counted', () => {
    const text = flameTerm(
      profileOf([
        ['t;a', 10_000],
        ['t;b', 1],
        ['t;c', 2],
      ]),
    )
    expect(text).toMatch(/\n2 stacks of under 0\.2% each left out: 0\.03% of the whole\n$/)
  })
  test('an empty profile, values under 0 and reverse', () => {
    expect(flameTerm(profileOf({}))).toContain('0%  all')
    expect(flameTerm(profileOf({ 't;a': -3, 't;b': 5 }), { colours: '256', columns: 40 })).toContain('b')
    expect(plain(flameTerm(profileOf({ 't;a;b': 3 }), { reverse: true })).slice(-3)).toEqual([
      '   100%      0%   b',
      '   100%      0%    a',
      '   100%    100%     t',
    ])
  })
  test('cells', () => {
    expect([
      cellWidth('a漢b'),
      cellWidth('e\u0301'),
      fitCells('漢漢漢', 4),
      fitCells('abc', 3),
      fitCells('abcd', 3),
    ]).toEqual([4, 1, '漢…', 'abc', 'ab…'])
  })
})
