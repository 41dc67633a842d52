/** `--watch`: the command again whenever an input changes, until the process ends. */
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { bpfview, PROGRAM, scratch } from '../command.ts'

let child: ChildProcess | undefined
afterEach(() => {
  child?.kill()
})

test('draws again when the file has changed', async () => {
  const path = join(scratch(), 'x.folded')
  writeFileSync(path, 'main;work 1\n')
  child = spawn(process.execPath, [PROGRAM, 'fold', '--watch', path], { stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  child.stdout!.on('data', (chunk: Buffer) => {
    out += chunk.toString()
  })
  const said = (text: string): Promise<void> => expect.poll(() => out, { timeout: 20_000 }).toContain(text)
  await said('main;work 1\n')
  appendFileSync(path, 'main;rest 2\n')
  await said('main;rest 2\n')
  expect(out).toBe('main;work 1\nmain;rest 2\nmain;work 1\n')
  expect(child.exitCode).toBe(null)
})

test('has to have something to look at', async () => {
  const { status, stderr } = await bpfview(['fold', '--watch', '-'], 'a;b 1\n')
  expect([status, stderr]).toEqual([
    2,
    'bpfview: --watch has nothing to look at; expected an input that is a file or a directory\n',
  ])
})
