/** The README on a fresh clone, block by block, from an empty home: what a new user pastes works. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { scratch } from '../command.ts'

const home = scratch()
const clone = join(home, 'bpfview')
const prefix = join(home, '.local')

/** Blocks that need root and a tool, another host, or what these make; and the whole suite. */
const ELSEWHERE = /^sudo |\bssh\b|npm run test:all/m

const blocks = ['README.md', 'docs/install.md'].flatMap(name =>
  [...readFileSync(name, 'utf8').matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(match => match[1]!),
)

/** Without what npm hands to the programs that it runs, where it puts commands above all. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)))

beforeAll(() => {
  mkdirSync(prefix)
  execFileSync('git', ['clone', '--quiet', resolve('.'), clone])
})

test.each(blocks.filter(block => !ELSEWHERE.test(block)))('%s', block => {
  const { status, stderr } = spawnSync('bash', ['-eo', 'pipefail', '-c', block], {
    cwd: clone,
    encoding: 'utf8',
    // a directory of the user's own is where npm puts commands
    env: { ...env, HOME: home, PATH: `${prefix}/bin:${process.env['PATH']}`, NPM_CONFIG_PREFIX: prefix },
  })
  expect(status, stderr).toBe(0)
})
