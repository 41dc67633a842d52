/** Functions by self and total, as `bpfview top` prints them. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { topMarkdown, topText } from '../renderers/top.ts'
import { topFunctions } from '../src/ops/top.ts'
import { bpfview } from './command.ts'
import { profileOf } from './synthetic.ts'

const stacks = fc.array(fc.tuple(fc.stringMatching(/^t(;[a-c]){0,6}$/), fc.integer({ min: 1, max: 50 })), { minLength: 1, maxLength: 20 })

describe('topFunctions', () => {
  test('counts each stack once for every function in it, and its leaf for itself', () => {
    fc.assert(fc.property(stacks, fc.constantFrom('self' as const, 'total' as const), (lines, by) => {
      const found = topFunctions(profileOf(lines), by)
      const sum = (keep: (frames: string[]) => boolean): number => lines.reduce((all, [path, value]) => all + (keep(path.split(';').slice(1)) ? value : 0), 0)
      for (const name of ['a', 'b', 'c']) {
        const one = found.find(each => each.name === name)
        expect([one?.self ?? 0, one?.total ?? 0]).toEqual([sum(frames => frames.at(-1) === name), sum(frames => frames.includes(name))])
      }
      expect(found.map(one => one[by])).toEqual(found.map(one => one[by]).sort((a, b) => b - a))
      expect(found.some(({ name }) => name === 't')).toBe(false)
    }))
  })
  test('a chain of a hundred thousand frames takes no time', () => {
    const deep = profileOf([[`t;${'a;'.repeat(100_000)}b`, 1]])
    expect(topFunctions(deep)).toEqual([{ name: 'b', module: '', self: 1, total: 1 }, { name: 'a', module: '', self: 0, total: 1 }])
  }, 3000)
})

test('names of a capture are no markup and move no cursor', () => {
  const profile = profileOf({ 'app;|<img src=x>\u001b[2J': 3 })
  const functions = topFunctions(profile)
  expect(topMarkdown(profile, functions, 9)).toContain('| 3 | 100% | 3 | 100% | <code>&#124;&lt;img src=x&gt;&#92;x1b&#91;2J</code> |  |')
  expect(topText(profile, functions, 9)).toContain('|<img src=x>\\x1b[2J')
})

test('Markdown fits a comment, whatever is asked for and however long the names are', () => {
  const profile = profileOf(Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`${'|'.repeat(400)};f${i}${'*'.repeat(200)}`, 3000 - i])))
  const made = topMarkdown(profile, topFunctions(profile), 1e9)
  expect(made.length).toBeLessThanOrEqual(64_000)
  const rows = made.split('\n').filter(line => line.startsWith('| ')).length - 1
  expect(made).toContain(`${(3000 - rows).toLocaleString('en')} more functions`)
})

describe('bpfview top', () => {
  const shop = 'fixtures/captures/shop'
  test('prints what was measured, what is doubtful, and the functions that cost most', () => {
    const { status, stdout } = bpfview(['top', shop, '--rows', '2'])
    expect(status).toBe(0)
    expect(stdout.split('\n').map(line => line.trim().replace(/ {2,}/g, '|'))).toEqual([
      'Functions: node, store and 4 more', 'perf · cpu-clock · 1,361 samples · 199 Hz × 2 CPUs × 8 s · testbox · Linux 6.18.44-fc-v595', '⚠ 2.6% of frames have no symbol', '',
      'self samples|self %|total samples|total %|function|module', '163|11.98%|165|12.12%|crc_block|/opt/demo/store', '120|8.82%|123|9.04%|compress_block|/opt/demo/store', '574 more functions', '',
    ])
  })
  test('of a range and a thread, by total, as JSON and CSV', () => {
    const rows = JSON.parse(bpfview(['top', shop, '--json', '--tid', '1842', '--range', '+0..+4', '--by', 'total']).stdout) as Record<string, number | string>[]
    const folded = bpfview(['fold', shop, '--tid', '1842', '--range', '+0..+4']).stdout.trim().split('\n')
    const all = folded.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)
    expect(rows.find(row => row['function'] === 'main')).toEqual({ function: 'main', module: '/opt/demo/store', 'self(samples)': 0, 'self%': 0, 'total(samples)': all, 'total%': 100 })
    expect(rows.reduce((sum, row) => sum + Number(row['self(samples)']), 0)).toBe(all)
    expect(bpfview(['top', '--csv', '-'], 'app;=cmd() 2\n').stdout).toBe("function,module,self(samples),self%,total(samples),total%\n'=cmd(),,2,100,2,100\n")
  })
  test('times read in their unit', () => {
    expect(bpfview(['top', 'fixtures/captures/offcputime', '--by', 'total', '--rows', '2']).stdout).toMatch(/ 96\.4 s +99\.27% +__schedule/)
  })
})
