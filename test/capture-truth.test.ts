/** What a capture's manifest says is held against its files; a capture of nothing is an answer, an unfinished one is said. */
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { bpfview, scratch } from './command.ts'

function capture(output: string, changes: object = {}, files: Readonly<Record<string, string>> = {}): string {
  const directory = join(scratch(), 'capture')
  mkdirSync(directory)
  writeFileSync(join(directory, 'out.txt'), output)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text)
  const sha256 = createHash('sha256').update(output).digest('hex')
  const manifest = {
    bpfview: 1,
    collector: 'cpu',
    tool: 'perf',
    command: ['perf', 'record'],
    duration: 3,
    frequency: 99,
    cpus: 2,
    exit: 0,
    files: [
      { path: 'out.txt', role: 'stdout', bytes: Buffer.byteLength(output), sha256 },
      ...Object.keys(files).map(path => ({ path, role: 'stderr' })),
    ],
    ...changes,
  }
  writeFileSync(join(directory, 'manifest.json'), JSON.stringify(manifest))
  return directory
}

describe('a finished capture of a process that used no CPU', () => {
  test.each(['info', 'fold', 'top', 'flame', 'merge'])('%s takes it', async command => {
    const { status, stderr } = await bpfview([command, capture('')])
    expect([status, stderr]).toEqual([0, expect.not.stringContaining('empty input')])
  })

  test('says how long nothing was seen', async () => {
    expect((await bpfview(['info', capture('')])).stdout).toContain('0 samples in 3 s: what was sampled used no CPU')
  })

  test('is no answer when the tool failed, or its output was cut', async () => {
    for (const changes of [{ exit: 1 }, { files: [{ path: 'out.txt', role: 'stdout', bytes: 12 }] }]) {
      const { status, stderr } = await bpfview(['info', capture('', changes)])
      expect([status, stderr]).toEqual([2, expect.stringContaining('empty input')])
    }
  })
})

test('an output of the same size but other bytes is not the file that was captured', async () => {
  const directory = capture('a;b 1\n')
  expect((await bpfview(['info', directory])).stdout).not.toContain('SHA-256')
  writeFileSync(join(directory, 'out.txt'), 'a;b 2\n')
  expect((await bpfview(['info', directory])).stdout).toContain(
    'warning: "out.txt" is not the file that was captured: its SHA-256 differs from the manifest\'s',
  )
})

test('a tool that attached no probe saw nothing, and that is said', async () => {
  const heading = 'TIME(s)     COMM           PID    DISK    T SECTOR     BYTES  LAT(ms)\n'
  const stderr = 'x.bt:1: note\nWARNING: could not attach probe kprobe:blk_account_io_done, skipping.\n'
  const { stdout } = await bpfview(['info', capture(heading, { tool: 'biosnoop' }, { 'out.stderr.txt': stderr })])
  expect(stdout).toMatch(
    /could not attach 1 probe \("kprobe:blk_account_io_done"\): it saw nothing, which does not mean/,
  )
})

test.each(['.capturing', 'perf-record.stderr.txt'])(
  'a directory with %s and no manifest is an unfinished capture',
  async name => {
    const directory = scratch()
    writeFileSync(join(directory, name), '')
    writeFileSync(join(directory, 'perf.script.txt'), 'a;b 1\n')
    for (const words of [
      ['info', directory],
      ['fold', directory],
      ['check', '--base', directory, '--new', directory],
    ]) {
      const { status, stderr } = await bpfview(words)
      expect([status, stderr]).toEqual([2, expect.stringContaining('a capture that is still running, or was cut off')])
    }
  },
)
