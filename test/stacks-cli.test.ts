/** Choosing among the values and events of stack tools from the command line, and the examples of docs/stacks.md. */
import { spawnSync } from 'node:child_process'
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { bpfview, PROGRAM, scratch } from './command.ts'

const MEMLEAK = 'fixtures/memleak/snapshots.txt'

describe('--value', () => {
  test('the first value is shown and the others are named', async () => {
    const { stdout, stderr, status } = await bpfview(['fold', MEMLEAK])
    expect(stdout).toBe('main;Tbl<int, long>::grow() 3049\n')
    expect(stderr).toContain('value "bytes" is shown; left out: "count"; choose with --value NAME')
    expect(status).toBe(0)
  })

  test('a value is chosen by its name or its unit', async () => {
    expect((await bpfview(['fold', MEMLEAK, '--value', 'count'])).stdout).toBe('main;Tbl<int, long>::grow() 2\n')
    expect((await bpfview(['fold', 'fixtures/event-table/funcslower-stacks.txt', '--value', 'ms'])).stdout).toMatch(
      / 60\.4\n$/,
    )
  })

  test('an earlier snapshot is chosen by its name, and never added to the last', async () => {
    const { stdout } = await bpfview(['fold', MEMLEAK, '--event', 'outstanding at 23:57:41', '--value', 'bytes'])
    expect(stdout).toContain('main;Tbl<int, long>::grow() 228228\n')
  })

  test('one that is not there is an error that names those that are', async () => {
    const { stderr, status } = await bpfview(['fold', MEMLEAK, '--value', 'seconds'])
    expect(stderr).toContain('no value "seconds"; expected one of "bytes", "count"')
    expect(status).toBe(2)
  })

  test('flame says the value', async () => {
    const { stdout, status } = await bpfview(['flame', MEMLEAK, '--value', 'count', '--no-script'])
    expect(status).toBe(0)
    expect(stdout).toContain('grow()')
  })
})

test('maps with stacks are events of their own', async () => {
  const { stdout, stderr } = await bpfview(['fold', 'fixtures/bpftrace/stacks-in-keys.txt', '--event', '@cku'])
  expect(stdout).toContain('node;main;read;entry_SYSCALL_64_after_hwframe;do_syscall_64 5\n')
  expect(stderr).not.toContain('error')
  expect((await bpfview(['fold', 'fixtures/bpftrace/stacks-in-keys.txt'])).stderr).toMatch(
    /event "@" \(3 count\) is shown; left out: "@cku" \(21 count\)/,
  )
})

test('a capture directory tells what folded values are', async () => {
  const directory = scratch()
  writeFileSync(join(directory, 'out.txt'), 'sh;main;read 12\n')
  writeFileSync(
    join(directory, 'manifest.json'),
    JSON.stringify({
      bpfview: 1,
      collector: 'stacks-bcc',
      tool: 'offcputime',
      command: ['offcputime', '-f'],
      files: [{ path: 'out.txt', role: 'stdout' }],
    }),
  )
  const { datasets } = JSON.parse((await bpfview(['info', '--json', directory])).stdout)
  expect(datasets[0]).toMatchObject({ kind: 'profile', name: 'off-CPU', unit: 'us', total: 12 })
})

describe('docs/stacks.md', () => {
  const directory = scratch()
  const bin = scratch()
  symlinkSync(resolve('fixtures'), join(directory, 'fixtures'))
  writeFileSync(join(bin, 'bpfview'), `#!/bin/sh\nexec ${process.execPath} ${PROGRAM} "$@"\n`, { mode: 0o755 })
  const commands = [...readFileSync('docs/stacks.md', 'utf8').matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(match =>
    match[1]!.trim().split('\n'),
  )
  test('has examples', () => expect(commands.length).toBeGreaterThan(8))
  test.each(commands)('%s', command => {
    const { status, stderr } = spawnSync('sh', ['-c', command], {
      cwd: directory,
      env: { ...process.env, PATH: `${bin}:${process.env['PATH']}` },
      encoding: 'utf8',
    })
    expect(status, stderr).toBe(0)
  })
})

test('info says how much of the stacks has no name, where, and why', async () => {
  const { stdout } = await bpfview(['info', 'fixtures/captures/shop'])
  expect(stdout).toContain(
    'warning: cpu-clock: 2.6% of frames have no symbol\n    95.4% of those: in no mapped file: code compiled without frame pointers, or made at run time ([unknown])\n    4.55% of those: no symbols there',
  )
  expect(stdout).toContain('(/usr/bin/find, /usr/bin/dd)')
  const [{ gaps }] = JSON.parse((await bpfview(['info', '--json', 'fixtures/captures/shop'])).stdout).datasets
  expect(gaps.noSymbol).toBeCloseTo(0.026, 4)
  expect(gaps.modules.reduce((sum: number, { share }: { share: number }) => sum + share, 0)).toBeCloseTo(1, 9)
  expect((await bpfview(['info', 'fixtures/captures/profile-bcc'])).stdout).toContain('1.65% of stacks are incomplete')
  expect((await bpfview(['info', '-'], 'app;main;work 3\n')).stdout).not.toContain('warning')
})

test('info of several files goes on after one that cannot be read, and ends with 2', async () => {
  const { status, stdout, stderr } = await bpfview([
    'info',
    'LICENSE',
    MEMLEAK,
    'no-such-file',
    'fixtures/captures/shop',
  ])
  expect(status).toBe(2)
  expect(stdout.match(/^\S.*: \S+$/gm)).toEqual([`${MEMLEAK}: memleak`, 'fixtures/captures/shop: perf-script'])
  expect(stderr.trim().split('\n')).toHaveLength(2)
  expect((await bpfview(['info', '--strict', 'LICENSE', MEMLEAK])).stdout).toBe('')
})
