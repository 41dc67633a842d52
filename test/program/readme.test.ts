/** Every example of the README and the docs runs, from the repository's root, and does what it says. */
import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { formats } from '../../parsers/formats.ts'
import { PROGRAM, scratch } from '../command.ts'

const readme = readFileSync('README.md', 'utf8')

/** Commands of a document's `sh` blocks: lines, continued ones joined, comments left out. */
function commandsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^```sh\n([\s\S]*?)^```/gm)]
    .flatMap(match => match[1]!.replaceAll('\\\n', ' ').split('\n'))
    .map(line => line.trim())
    .filter(line => line !== '' && !line.startsWith('#'))
}

/** A folder in which examples may write: fixtures and dist are there, `bpfview` is on the path. */
function playground(): { readonly directory: string; readonly env: NodeJS.ProcessEnv } {
  const directory = scratch()
  for (const name of ['fixtures', 'collectors', 'examples', 'dist', 'node_modules'])
    symlinkSync(resolve(name), join(directory, name))
  const bin = scratch()
  writeFileSync(join(bin, 'bpfview'), `#!/bin/sh\nexec ${process.execPath} ${PROGRAM} "$@"\n`, { mode: 0o755 })
  return { directory, env: { ...process.env, PATH: `${bin}:${process.env['PATH']}` } }
}

/** Commands that CI runs itself, that need root and a tool (the live collector tests run those), or what these make. */
const ELSEWHERE =
  /^sudo |^npm ci && npm run test:all|^npm (?:install|link)\b|^npm run (?:bench|validate|conformance)|\bssh\b|\$HOME|\bcapture(?:\.tgz)? -o/

/** A command of a `console` block and what it prints there. */
interface Shown {
  readonly command: string
  readonly output: string
}

function shownIn(markdown: string): Shown[] {
  return [...markdown.matchAll(/^```console\n([\s\S]*?)^```/gm)].flatMap(match =>
    match[1]!
      .split(/^\$ /m)
      .slice(1)
      .map(part => {
        const end = part.indexOf('\n')
        return { command: part.slice(0, end), output: part.slice(end + 1) }
      }),
  )
}

/** What an example prints in a project that depends on this one. */
function runExample(code: string): string {
  const project = scratch()
  execFileSync('mkdir', ['-p', join(project, 'node_modules')])
  symlinkSync(resolve('.'), join(project, 'node_modules', 'bpfview'))
  symlinkSync(resolve('fixtures'), join(project, 'fixtures'))
  return execFileSync(process.execPath, ['--preserve-symlinks', '--input-type=module', '-e', code], {
    cwd: project,
    encoding: 'utf8',
    input: '',
  })
}

describe('README', () => {
  const { directory, env } = playground()
  const commands = commandsOf(readme).filter(command => !ELSEWHERE.test(command))

  test('has both opening commands', () => {
    const all = commandsOf(readme)
    expect(all[0]).toMatch(
      /^npm ci && npm run build && node dist\/bin\/main\.js flame fixtures\/captures\/\S+ -o flame\.svg$/,
    )
    expect(all[1]).toBe('npm ci && npm run test:all')
  })

  test.each(commands)('%s', command => {
    const run = command.replace(/^npm ci && npm run build && /, '')
    const { status, stderr } = spawnSync('bash', ['-eo', 'pipefail', '-c', run], {
      cwd: directory,
      env,
      encoding: 'utf8',
    })
    expect(stderr).not.toMatch(/error/i)
    expect(status, stderr).toBe(0)
  })

  test('its library example runs', () => {
    const [, code] = /```js\n([\s\S]*?)```/.exec(readme)!
    const project = scratch()
    execFileSync('mkdir', ['-p', join(project, 'node_modules')])
    symlinkSync(resolve('.'), join(project, 'node_modules', 'bpfview'))
    const output = execFileSync(
      process.execPath,
      ['--preserve-symlinks', '--input-type=module', '-e', `${code}\nconsole.log(svg.slice(0, 200))`],
      { cwd: project, encoding: 'utf8' },
    )
    expect(output).toContain('<svg')
  })

  const examples = [...readFileSync('docs/library.md', 'utf8').matchAll(/```js\n([\s\S]*?)```/g)].map(
    match => match[1]!,
  )

  test('the example of docs/library.md that opens inputs runs', () => {
    expect(runExample(examples[0]!)).toMatch(/^perf 2 E_EMPTY\n(?:\S+ 0\.\d\d\n){3}inconclusive\n$/)
  })

  test('the example of docs/library.md that takes text runs', () => {
    const checks =
      'console.log(svg.slice(0, 4), sum(focused.self) > 0, sum(userOnly.self) === sum(early.self), folded.length > 0, verdict, markdown.length > 0, skippedLines, lost, diagnostics.length)'
    expect(runExample(`${examples[1]!}\n${checks}`)).toMatch(
      /^E_UNKNOWN_FORMAT 1 input:1: .*\n<svg true true true INCONCLUSIVE: /,
    )
  })

  test('its picture is what its command draws today', async () => {
    const { stdout } = spawnSync(
      process.execPath,
      [PROGRAM, 'flame', 'fixtures/captures/shop', '--no-script', '--title', 'A small shop under load'],
      { encoding: 'utf8', maxBuffer: 1 << 26 },
    )
    await expect(stdout).toMatchFileSnapshot('../../docs/shop.svg')
  })

  test('its picture of a comparison is what its command draws today', async () => {
    const { stdout } = spawnSync(
      process.execPath,
      [
        PROGRAM,
        'diff',
        'fixtures/captures/store-before',
        'fixtures/captures/store-after',
        '--no-script',
        '--to',
        'svg',
      ],
      { encoding: 'utf8', maxBuffer: 1 << 26 },
    )
    await expect(stdout).toMatchFileSnapshot('../../docs/diff.svg')
  })

  test.each(shownIn(readme))('prints what it shows: $command', ({ command, output }) => {
    expect(spawnSync('bash', ['-c', command], { cwd: directory, env, encoding: 'utf8' }).stdout).toBe(output)
  })

  test('its links to files of the project lead somewhere', () => {
    for (const [, target] of readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g))
      expect(() => readFileSync(target!), target).not.toThrow()
  })
})

test('docs/formats.md names every format', () => {
  const text = readFileSync('docs/formats.md', 'utf8')
  for (const { id } of formats) expect(text).toContain(`\`${id}\``)
})

const documents = readdirSync('docs').filter(name => name.endsWith('.md'))

describe.each(documents)('docs/%s', name => {
  const text = readFileSync(join('docs', name), 'utf8')
  const { directory, env } = playground()

  test.each(shownIn(text))('prints what it shows: $command', ({ command, output }) => {
    expect(spawnSync('bash', ['-c', command], { cwd: directory, env, encoding: 'utf8' }).stdout).toBe(output)
  })

  test.each(commandsOf(text).filter(command => !ELSEWHERE.test(command)))('%s', command => {
    const { status, stderr } = spawnSync('bash', ['-eo', 'pipefail', '-c', command], {
      cwd: directory,
      env,
      encoding: 'utf8',
    })
    expect(status, stderr).toBe(0)
  })

  test('its links to files of the project lead somewhere', () => {
    for (const [, target] of text.matchAll(/\]\((?!https?:)([^)#]+)\)/g))
      expect(() => readFileSync(join('docs', target!)), target).not.toThrow()
  })
})
