/** Archives under writers that run at once or are killed. */
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { PROGRAM, scratch, spawnBpfview } from '../command.ts'

const COUNT = 8

/** Captures of which run i has the total 100 + i. */
function captures(folder: string): string[] {
  return Array.from({ length: COUNT }, (_, i) => {
    const path = join(folder, `run-${i}.folded`)
    writeFileSync(path, `main;f ${60 + i}\nmain;g_${i} 40\n`)
    return path
  })
}

function add(archive: string, paths: readonly string[], killAfter?: number): Promise<number | null> {
  const words = ['archive', 'add', archive, ...paths, '--service', 'api', '--host', 'h', '--ts', '2026-11-17']
  const child = spawn(process.execPath, [PROGRAM, ...words], { stdio: 'ignore' })
  if (killAfter !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfter)
  return new Promise(resolve => child.on('close', resolve))
}

function totals(archive: string): number[] {
  const { stdout, status } = spawnBpfview(['archive', 'list', archive, '--json'])
  expect(status).toBe(0)
  return (JSON.parse(stdout) as { total: number }[]).map(row => row.total).sort((a, b) => a - b)
}

const ALL = Array.from({ length: COUNT }, (_, i) => 100 + i)

test('eight writers at once, each with all captures, add each once', async () => {
  const folder = scratch()
  const archive = join(folder, 'archive')
  const paths = captures(folder)
  spawnBpfview(['archive', 'init', archive])
  const writers = Array.from({ length: 8 }, (_, i) => add(archive, [...paths.slice(i), ...paths.slice(0, i)]))
  expect(await Promise.all(writers)).toEqual(Array(8).fill(0))
  expect(totals(archive)).toEqual(ALL)
  expect(spawnBpfview(['archive', 'verify', archive]).stdout).toBe('8 captures, 9 stacks: all as they were added\n')
})

test('a writer killed at any moment leaves whole captures, and the next one completes them', async () => {
  const folder = scratch()
  const archive = join(folder, 'archive')
  const paths = captures(folder)
  spawnBpfview(['archive', 'init', archive])
  for (let i = 0; i < 10; i++) {
    await add(archive, paths, 150 + i * 40)
    for (const total of totals(archive)) expect(ALL).toContain(total)
    expect(spawnBpfview(['archive', 'verify', archive]).status).toBe(0)
  }
  expect(await add(archive, paths)).toBe(0)
  expect(totals(archive)).toEqual(ALL)
})

test('readers that ask while days are put together and files removed get one answer', async () => {
  const folder = scratch()
  const archive = join(folder, 'archive')
  spawnBpfview(['archive', 'init', archive])
  const paths = captures(folder)
  for (const [i, path] of paths.entries())
    expect(
      spawnBpfview(['archive', 'add', archive, path, '--service', 'api', '--host', 'h', '--ts', `2026-11-1${i}`])
        .status,
    ).toBe(0)
  const top = ['archive', 'top', archive, '--rows', '100']
  const answer = spawnBpfview(top).stdout
  let done = false
  const compact = (async () => {
    for (let round = 0; round < 3; round++) {
      const child = spawn(process.execPath, [PROGRAM, 'archive', 'compact', archive, '--grace', '0'], {
        stdio: 'ignore',
      })
      expect(await new Promise(resolve => child.on('close', resolve))).toBe(0)
    }
    done = true
  })()
  const answers = new Set<string>()
  const reader = async (): Promise<void> => {
    while (!done) {
      const child = spawn(process.execPath, [PROGRAM, ...top], { stdio: ['ignore', 'pipe', 'pipe'] })
      let text = ''
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (piece: Buffer) => (text += piece.toString()))
      await new Promise(resolve => child.on('close', resolve))
      answers.add(text)
    }
  }
  await Promise.all([compact, reader(), reader()])
  expect([...answers]).toEqual([answer])
  expect(spawnBpfview(top).stdout).toBe(answer)
})
