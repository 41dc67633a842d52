/** The built program as a process: pipes, signals, full disks, other users. */
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { PROGRAM, scratch, spawnBpfview } from '../command.ts'

const FOLDED = 'fixtures/folded/plain.txt'

/** A file of many distinct stacks, larger than a pipe holds. */
function bigFolded(): string {
  const path = join(scratch(), 'big.folded')
  writeFileSync(
    path,
    Array.from({ length: 60_000 }, (_, i) => `app;main;worker_${i % 97};step_${i};leaf ${(i % 13) + 1}\n`).join(''),
  )
  return path
}

test('bytes that arrive one by one give the same bytes out', async () => {
  const child = spawn(process.execPath, [PROGRAM, 'flame', '-'])
  let stdout = ''
  child.stdout.setEncoding('utf8').on('data', part => {
    stdout += part
  })
  for (const byte of readFileSync(FOLDED)) child.stdin.write(Buffer.from([byte]))
  child.stdin.end()
  await new Promise(resolve => child.on('close', resolve))
  expect(stdout).toBe(spawnBpfview(['flame', FOLDED]).stdout)
})

test('a pipe that closes early ends the program quietly', () => {
  const big = bigFolded()
  for (const command of ['fold', 'flame']) {
    const { stdout, stderr } = spawnSync(
      'bash',
      [
        '-c',
        `set -o pipefail; "$0" "$1" ${command} "$2" | head -c 1; echo " \${PIPESTATUS[0]}"`,
        process.execPath,
        PROGRAM,
        big,
      ],
      { encoding: 'utf8' },
    )
    expect(stderr).toBe('')
    expect(stdout.endsWith(' 0\n')).toBe(true)
  }
})

test('a slow reader gets everything', () => {
  const big = bigFolded()
  const { stdout } = spawnSync(
    'bash',
    ['-c', '"$0" "$1" fold "$2" | (sleep 1; cat) | wc -l', process.execPath, PROGRAM, big],
    { encoding: 'utf8' },
  )
  expect(Number(stdout)).toBe(60_000)
})

test.skipIf(!existsSync('/dev/full'))('a full disk is said and exit 74', () => {
  const { status, stderr } = spawnSync(
    'bash',
    ['-c', '"$0" "$1" fold "$2" > /dev/full', process.execPath, PROGRAM, FOLDED],
    { encoding: 'utf8' },
  )
  expect(stderr).toMatch(/^bpfview: standard output: ENOSPC/)
  expect(status).toBe(74)
})

test.skipIf(process.platform === 'win32')(
  'a signal while a file is written leaves the old one and nothing else',
  async () => {
    const directory = scratch()
    const path = join(directory, 'out.folded')
    writeFileSync(path, 'old')
    const input = join(scratch(), 'big.folded')
    writeFileSync(
      input,
      Array.from({ length: 400_000 }, (_, i) => `app;a${i % 977};b${i % 7919};step_${i} 1\n`).join(''),
    )
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      let by: unknown = null
      // on a busy machine the file may be done before the signal is sent
      for (let tries = 0; by === null && tries < 20; tries++) {
        writeFileSync(path, 'old')
        const child = spawn(process.execPath, [PROGRAM, 'fold', input, '-o', path])
        const ended = new Promise(resolve => child.on('exit', (_, killedBy) => resolve(killedBy)))
        while (readdirSync(directory).length === 1 && child.exitCode === null)
          await new Promise(resolve => setTimeout(resolve, 1))
        child.kill(signal)
        by = await ended
      }
      expect(by).toBe(signal)
      expect(readdirSync(directory)).toEqual(['out.folded'])
      expect(readFileSync(path, 'utf8')).toBe('old')
    }
  },
)

/** Somebody for whom a file of mode 0 is closed: not root. */
const SOMEBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
const somebodyCan =
  process.platform !== 'win32' &&
  spawnSync(process.execPath, [PROGRAM, '--version'], { cwd: '/', ...SOMEBODY }).status === 0

test.skipIf(!somebodyCan)('a file of any size that may not be read is said', () => {
  const directory = scratch()
  chmodSync(directory, 0o755)
  for (const size of [10, 300_000_000]) {
    const path = join(directory, String(size))
    writeFileSync(path, '')
    truncateSync(path, size)
    chmodSync(path, 0)
    const { status, stderr } = spawnSync(process.execPath, [PROGRAM, 'info', path], {
      encoding: 'utf8',
      cwd: '/',
      ...SOMEBODY,
    })
    expect(stderr).toBe(`bpfview: ${path}: cannot read: EACCES; expected a readable file\n`)
    expect(status).toBe(2)
  }
})
