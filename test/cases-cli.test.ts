/** What commands once said wrongly of inputs that were read right: filters by task, axes, stacks without frames. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { bpfview } from './command.ts'

const BCC = [
  '    schedule',
  '    do_wait',
  '    -                python3 (12)',
  '        5',
  '',
  '    schedule',
  '    -                bash (13)',
  '        7',
  '',
].join('\n')
const BPFTRACE = ['@[', '    vfs_read', ', cat]: 3', '@[', '    vfs_read', ', dd]: 4', ''].join('\n')
const FOLDED = 'cat;main;read 3\ndd;main;read 4\nlib;cat 9\n'

describe('--comm without single samples chooses by the root frame', () => {
  it.each([
    ['bcc-stacks', BCC, 'python3', 'python3;do_wait;schedule 5\n'],
    ['bpftrace', BPFTRACE, 'cat', 'cat;vfs_read 3\n'],
    ['folded', FOLDED, 'cat', 'cat;main;read 3\n'],
  ])('%s', async (_, text, comm, expected) => {
    expect(await bpfview(['fold', '--comm', comm, '-'], text)).toMatchObject({ status: 0, stdout: expected })
    const top = await bpfview(['top', '--comm', comm, '-'], text)
    expect(top.status).toBe(0)
    expect(top.stdout).toContain('100%')
    const none = await bpfview(['fold', '--comm', 'nobody', '-'], text)
    expect(none.status).toBe(2)
    expect(none.stderr).toMatch(/no stack of "nobody"; the root frames are "/)
  })

  it('several add up; with a pid it is refused, and tables have no stacks', async () => {
    const both = await bpfview(['fold', '--comm', 'cat', '--comm', 'dd', '-'], FOLDED)
    expect(both.stdout).toBe('cat;main;read 3\ndd;main;read 4\n')
    const pid = await bpfview(['fold', '--comm', 'cat', '--pid', '1', '-'], FOLDED)
    expect(pid).toMatchObject({ status: 2 })
    expect(pid.stderr).toContain('has no single samples')
  })
})

describe('stacks without frames', () => {
  it('are written as [no stack], a line that reads back', async () => {
    const json = { name: 'root', value: 6, children: [{ name: 'main', value: 1 }] }
    const { stdout } = await bpfview(['fold', '-'], JSON.stringify(json))
    expect(stdout).toBe('[no stack] 5\nmain 1\n')
    expect((await bpfview(['fold', '-'], stdout)).stdout).toBe(stdout)
  })
})

describe('heat maps of intervals without a clock', () => {
  const rows = (a: number, b: number) =>
    ['     usecs : count distribution', `  0 -> 1 : ${a} |**|`, `  2 -> 3 : ${b} |**|`, ''].join('\n')
  it.each([
    [1, [0, 1, 2]],
    [5, [0, 5, 10]],
    [0.5, [0, 0.5, 1]],
  ])('begin at 0 with --interval %s', async (step, edges) => {
    const { stdout } = await bpfview(
      ['heat', '--interval', String(step), '--json', '-'],
      rows(8, 4) + '\n' + rows(5, 5),
    )
    const [heat] = JSON.parse(stdout)
    expect(heat.x.edges).toEqual(edges)
    expect(heat.counts).toEqual([
      [8, 4],
      [5, 5],
    ])
  })
})

describe('histograms without a banner', () => {
  it('are called by the line above a heading that is only a unit', async () => {
    const text = 'latency\n      µs               : count    distribution\n       0 -> 1          : 3        |***|\n'
    const { stdout } = await bpfview(['info', '--json', '-'], text)
    expect(JSON.parse(stdout).datasets[0]).toMatchObject({ name: 'latency', unit: 'us', samples: 3 })
  })
})

describe('captures', () => {
  it('are read without the map of compiled code that the manifest names, and say so', async () => {
    const capture = mkdtempSync(join(tmpdir(), 'bpfview-map-'))
    const files = [
      { path: 'perf-12.map', role: 'map', bytes: 10 },
      { path: 'out.txt', role: 'stdout', bytes: BCC.length },
    ]
    writeFileSync(join(capture, 'out.txt'), BCC)
    const manifest = { bpfview: 1, collector: 'offcpu', tool: 'offcputime', toolVersion: '', command: ['x'], files }
    const times = { start: '2026-01-01T00:00:00Z', end: '2026-01-01T00:00:04Z', duration: 4, elapsed: 4 }
    const host = { host: 'h', kernel: '6.1', cpus: 2, arch: 'x86_64', lost: 0, exit: 0, interrupted: false }
    const facts = { frequency: null, event: 'off-cpu' }
    writeFileSync(join(capture, 'manifest.json'), JSON.stringify({ ...manifest, ...times, ...host, ...facts }))
    const { status, stderr, stdout } = await bpfview(['fold', '--scheduler', 'keep', capture])
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'bash;schedule 7\npython3;do_wait;schedule 5\n' })
    expect(stderr).toContain('"perf-12.map": no such file')
  })
})

describe('user stacks that end after one frame', () => {
  const stack = (user: readonly string[], i: number) => [
    '    schedule',
    `    sys_${i}`,
    '    --',
    ...user.map(name => `    ${name}`),
    `    -                a (${i})`,
    '        5',
    '',
  ]
  const text = (user: readonly string[]) => Array.from({ length: 12 }, (_, i) => stack(user, i).join('\n')).join('\n')
  it('are a warning of info, in tens of stacks', async () => {
    expect((await bpfview(['info', '-'], text(['read']))).stdout).toContain(
      '100% of the stacks with user code end after',
    )
    expect((await bpfview(['info', '-'], text(['read', 'main']))).stdout).not.toContain('end after')
  })
})
