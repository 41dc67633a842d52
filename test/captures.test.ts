/** Captures that our own collectors made on a real kernel: read whole, and the same workload gives the same answer through every tool. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { bpfview } from './command.ts'

const ROOT = 'fixtures/captures'
const captures = readdirSync(ROOT)
  .filter(name => existsSync(join(ROOT, name, 'manifest.json')))
  .sort()

test.each(captures)('%s is read without a line left over', async name => {
  const { stdout, stderr, status } = await bpfview(['info', '--json', join(ROOT, name)])
  expect(stderr).toBe('')
  expect(status).toBe(0)
  const { datasets, skippedLines } = JSON.parse(stdout)
  expect(skippedLines).toBe(0)
  expect(datasets.length).toBeGreaterThan(0)
  for (const { total } of datasets) expect(total).toBeGreaterThan(0)
})

describe('one workload, captured by perf, profile, profile -f and bpftrace', () => {
  /** Share of all samples per function that is on top of a stack, offsets and library prefixes left out. */
  async function selfShares(capture: string): Promise<Map<string, number>> {
    const shares = new Map<string, number>()
    let all = 0
    for (const line of (await bpfview(['fold', join(ROOT, capture)])).stdout.trimEnd().split('\n')) {
      const [, stack, value] = /^(.*) (\d+)$/.exec(line)!
      const leaf = stack!
        .split(';')
        .pop()!
        .replace(/\+(?:0x)?[0-9a-f]+$/, '')
      shares.set(leaf, (shares.get(leaf) ?? 0) + Number(value))
      all += Number(value)
    }
    return new Map([...shares].map(([leaf, value]) => [leaf, value / all]))
  }

  const tools = ['same-perf', 'same-profile', 'same-profile-folded', 'same-bpftrace']

  test.each(tools)('%s has the same top functions', async capture => {
    const top = [...(await selfShares(capture))]
      .sort((a, b) => b[1] - a[1])
      .slice(0, 3)
      .map(([leaf]) => leaf)
    expect(top).toEqual(['sort_rows', 'mix_word', 'scan_text'])
  })

  test.each(tools)('%s gives them the same shares', async capture => {
    const shares = await selfShares(capture)
    for (const [leaf, share] of await selfShares(tools[0]!)) {
      if (share > 0.08) expect(Math.abs((shares.get(leaf) ?? 0) - share), leaf).toBeLessThan(0.07)
    }
  })
})

test('twice the work in one function is that function, though the other build lies elsewhere', async () => {
  const { stdout, status } = await bpfview([
    'diff',
    join(ROOT, 'store-before'),
    join(ROOT, 'store-after'),
    '--to',
    'md',
  ])
  expect(status).toBe(0)
  const causes = stdout.slice(stdout.indexOf('Root causes'), stdout.indexOf('Largest changes'))
  expect(causes).toContain('▲ | <code>crc&#95;block</code> | self |')
  expect(causes.match(/<code>/g)).toHaveLength(1)
})
