/** DuckDB beside bpfview's own reader: the same sums from the same files. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { bpfview as here, PROGRAM, scratch } from '../command.ts'
import { PEERS } from './tools.ts'

const installed = existsSync(join(PEERS, 'node_modules', '@duckdb', 'node-api'))

/** Runs the program where DuckDB is installed. */
async function bpfview(args: readonly string[]): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], { cwd: PEERS, encoding: 'utf8' })
  return { status, stdout, stderr }
}

describe.skipIf(!installed)('DuckDB', () => {
  let archive = ''
  beforeAll(async () => {
    const folder = scratch()
    archive = join(folder, "it's an archive")
    execFileSync(process.execPath, ['examples/two-weeks.mjs', join(folder, 'weeks')])
    await bpfview(['archive', 'init', archive])
    expect((await bpfview(['archive', 'add', archive, join(folder, 'weeks'), '--service', 'api'])).status).toBe(0)
    await bpfview(['archive', 'add', archive, resolve('fixtures/captures/shop'), '--service', 'shop'])
  })

  const questions: readonly (readonly [string, ...string[]])[] = [
    ['flame', '--service', 'api', '-o', '-'],
    ['flame', '--service', 'shop', '-o', '-'],
    ['top', '--service', 'api', '--range', '2026-11-12..2026-11-14T10:00', '--json'],
    ['top', '--service', 'api', '--host', 'web-1', '--by', 'total', '--rows', '100'],
  ]
  test.each(questions)('%s %s %s', async (command, ...rest) => {
    const one = await bpfview(['archive', command, archive, ...rest, '--engine', 'js'])
    expect(one.status).toBe(0)
    expect(await bpfview(['archive', command, archive, ...rest, '--engine', 'duckdb'])).toEqual(one)
  })

  test('the same of days that were put together', async () => {
    const words = ['archive', 'top', archive, '--service', 'api', '--range', '2026-11-12..2026-11-14T10:00', '--json']
    const before = await bpfview([...words, '--engine', 'duckdb'])
    expect((await bpfview(['archive', 'compact', archive, '--grace', '0'])).status).toBe(0)
    expect(await bpfview([...words, '--engine', 'duckdb'])).toEqual(before)
    expect(await bpfview([...words, '--engine', 'js'])).toEqual(before)
  })
})

test('without it, asking for it says how to add it', async () => {
  const archive = join(scratch(), 'archive')
  await here(['archive', 'init', archive])
  await here(['archive', 'add', archive, 'fixtures/captures/shop', '--service', 'shop'])
  const { status, stderr } = await here(['archive', 'top', archive, '--engine', 'duckdb'])
  expect(status).toBe(2)
  expect(stderr).toMatch(/DuckDB is not installed; .*npm install @duckdb\/node-api/)
})
