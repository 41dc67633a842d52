/** The package and the one file under every Node that is supported, from npm. */
import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { scratch } from '../command.ts'

let tarball = ''
const file = join(scratch(), 'bpfview.mjs')

beforeAll(() => {
  const directory = scratch()
  const name = execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', directory], {
    encoding: 'utf8',
  })
  tarball = join(directory, name.trim().split('\n').pop()!)
  copyFileSync('dist/bpfview.mjs', file)
})

describe.each(['20', '22', '24', '26'])('Node %s', version => {
  const project = scratch()
  const node = join(project, 'node_modules', 'node', 'bin', 'node')
  const run = (args: readonly string[], input = ''): string => {
    const { stdout, stderr, status } = spawnSync(node, [...args], {
      cwd: project,
      encoding: 'utf8',
      input,
      maxBuffer: 1 << 28,
    })
    expect(status, stderr).toBe(0)
    return stdout
  }

  beforeAll(() => {
    writeFileSync(join(project, 'package.json'), '{ "name": "user", "type": "module", "private": true }')
    execFileSync('npm', ['install', '--silent', '--no-audit', '--no-fund', '--force', tarball, `node@${version}`], {
      cwd: project,
    })
  })

  test('is that one', () => expect(run(['--version'])).toMatch(new RegExp(`^v${version}\\.`)))

  test('the installed command and the one file draw the same', () => {
    const input = readFileSync('fixtures/folded/plain.txt', 'utf8')
    const installed = run([join(project, 'node_modules', 'bpfview', 'dist', 'bin', 'main.js'), 'flame', '-'], input)
    expect(installed).toMatch(/^<svg/)
    expect(run([file, 'flame', '-'], input)).toBe(installed)
    expect(run([file, 'collectors', 'cpu'])).toMatch(/^#!\/bin\/sh/)
  })

  test('the library opens a file, and zstd where node can', () => {
    const program = `
      import * as zlib from 'node:zlib'
      import { openInput } from 'bpfview/node'
      const { datasets } = await openInput([new TextEncoder().encode('a;b 1\\n')])
      const packed = zlib.zstdCompressSync?.('a;b 1\\n')
      const again = packed === undefined ? datasets : (await openInput(packed)).datasets
      console.log(JSON.stringify(again) === JSON.stringify(datasets), packed === undefined)`
    expect(run(['--input-type=module', '-e', program])).toBe(`true ${version === '20'}\n`)
  })
})
