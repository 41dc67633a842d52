/** What npm would publish: packed, installed into an empty project, used from there. */
import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { version } from '../../src/version.ts'
import { scratch } from '../command.ts'

interface PackageJson {
  readonly version: string
  readonly engines: { readonly node: string }
  readonly scripts: Readonly<Record<string, string>>
  readonly dependencies: Readonly<Record<string, string>>
}

const described = JSON.parse(readFileSync('package.json', 'utf8')) as PackageJson
const project = scratch()
const installed = join(project, 'node_modules', 'bpfview')
let tarball = ''

beforeAll(() => {
  const directory = scratch()
  const name = execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', directory], {
    encoding: 'utf8',
  })
    .trim()
    .split('\n')
    .pop()!
  tarball = join(directory, name)
  writeFileSync(join(project, 'package.json'), '{ "name": "user", "type": "module", "private": true }')
  execFileSync('npm', ['install', '--silent', '--prefer-offline', '--no-audit', '--no-fund', tarball], {
    cwd: project,
    stdio: 'ignore',
  })
}, 180_000)

test('version, engines and scripts are as promised', () => {
  expect(described.version).toBe(version)
  expect(described.engines.node).toBe('>=20')
  for (const script of ['preinstall', 'install', 'postinstall', 'prepare'])
    expect(described.scripts).not.toHaveProperty(script)
})

test('no dependency has an install script', () => {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, { dev?: boolean; hasInstallScript?: boolean }>
  }
  const scripted = Object.entries(lock.packages).filter(
    ([, { dev, hasInstallScript }]) => hasInstallScript === true && dev !== true,
  )
  expect(scripted).toEqual([])
})

test('every import path works', () => {
  const program = `
    import { BpfviewError, mergeProfiles, parse, flameGraph } from 'bpfview'
    import { detect, formats } from 'bpfview/parsers'
    import { foldedLines } from 'bpfview/renderers'
    const { datasets } = parse('a;b 1\\na;c 2\\n')
    const svg = flameGraph(mergeProfiles(datasets), { title: 'x' })
    console.log(JSON.stringify([typeof BpfviewError, detect(new TextEncoder().encode('a;b 1\\n')).id, formats.length > 0, foldedLines(datasets[0]), svg.includes('<svg')]))`
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: project,
    encoding: 'utf8',
  })
  expect(JSON.parse(output)).toEqual(['function', 'folded', true, ['a;b 1', 'a;c 2'], true])
})

test('its types compile in a strict project', () => {
  writeFileSync(
    join(project, 'use.ts'),
    `
    import { parse, flameGraph } from 'bpfview'
    import type { Profile } from 'bpfview'
    import { detect } from 'bpfview/parsers'
    import { escapeXml } from 'bpfview/renderers'
    const profile: Profile | undefined = parse('a;b 1').datasets.filter(dataset => dataset.kind === 'profile')[0]
    export const svg: string = profile === undefined ? escapeXml('') : flameGraph(profile, { title: 'x' })
    export const id: string | undefined = detect(new Uint8Array(0))?.id
    // @ts-expect-error: a title is text
    if (profile !== undefined) flameGraph(profile, { title: 7 })
  `,
  )
  const options = [
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    'false',
    '--module',
    'NodeNext',
    '--target',
    'ES2022',
    '--lib',
    'ES2023',
    '--types',
    '',
  ]
  const { stdout, status } = spawnSync(resolve('node_modules/.bin/tsc'), [...options, 'use.ts'], {
    cwd: project,
    encoding: 'utf8',
  })
  expect(stdout).toBe('')
  expect(status).toBe(0)
})

test('the command runs, and the collectors came with their run bit', () => {
  const { stdout, status } = spawnSync(join(project, 'node_modules', '.bin', 'bpfview'), ['fold', '-'], {
    input: 'a;b 1\n',
    encoding: 'utf8',
  })
  expect([stdout, status]).toEqual(['a;b 1\n', 0])
  const collectors = readdirSync(join(installed, 'collectors')).filter(name => name.endsWith('.sh'))
  expect(collectors).toEqual(expect.arrayContaining(['bpftrace.sh', 'cpu-perf.sh', 'lib.sh', 'stacks-bcc.sh']))
  for (const name of collectors)
    if (!name.startsWith('lib')) expect(statSync(join(installed, 'collectors', name)).mode & 0o111, name).not.toBe(0)
})

test('the page came with it, and the library as one module for browsers', () => {
  const page = spawnSync(join(project, 'node_modules', '.bin', 'bpfview'), ['app'], { encoding: 'utf8' })
  expect(page.stdout).toBe(readFileSync('dist/app/bpfview.html', 'utf8'))
  const output = execFileSync(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      "import { flameGraph, parse } from 'bpfview/browser'\nconsole.log(flameGraph(parse('a;b 1').datasets[0]).slice(0, 4))",
    ],
    { cwd: project, encoding: 'utf8' },
  )
  expect(output).toBe('<svg\n')
})

test('the manual page came with it', () => {
  expect(readFileSync(join(installed, 'dist', 'bpfview.1'), 'utf8')).toMatch(/^\.TH BPFVIEW 1 /)
})

test('nothing but the product is in it', () => {
  const files = readdirSync(installed, { recursive: true, encoding: 'utf8' }).filter(name =>
    statSync(join(installed, name)).isFile(),
  )
  for (const name of files)
    expect(name).toMatch(
      /^(?:dist\/(?:bin|src|parsers|renderers)\/.*\.(?:js|d\.ts)|dist\/(?:bpfview\.1|bpfview\.browser\.mjs|app\/bpfview\.html)|collectors\/[^/]*|docs\/[^/]*\.(?:md|txt|svg|png|json)|package\.json|README\.md|LICENSE|CHANGELOG\.md)$/,
    )
})

test('publint and attw find nothing', () => {
  const publint = spawnSync(resolve('node_modules/.bin/publint'), ['run', tarball, '--strict'], { encoding: 'utf8' })
  expect(publint.stdout + publint.stderr).toContain('All good!')
  const attw = spawnSync(resolve('node_modules/.bin/attw'), [tarball, '--profile', 'esm-only', '--format', 'json'], {
    encoding: 'utf8',
  })
  expect(attw.status, attw.stdout + attw.stderr).toBe(0)
}, 120_000)
