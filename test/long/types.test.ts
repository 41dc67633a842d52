/** The package's types under the compilers that its users have, with both ways to find a module. Installs by npm. */
import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { scratch } from '../command.ts'

const PROGRAM = `
import { compare, diffRuns, filterProfile, flameGraph, focus, mergeProfiles, parse, parseStream, render, topRows } from 'bpfview'
import type { Dataset, Parsed, Profile, SampleTable } from 'bpfview'
import type { Capture } from 'bpfview/node'
import { openInput, openInputs, readCapture } from 'bpfview/node'
import { detect } from 'bpfview/parsers'
import { flameChart } from 'bpfview/renderers'

// a union by kind: each case knows its fields
export function sizeOf(dataset: Dataset): number {
  switch (dataset.kind) {
    case 'profile':
      return dataset.self.length
    case 'samples':
      return dataset.time.length
    case 'histograms':
      return dataset.counts.length
    case 'events':
      return dataset.columns.reduce((all, column) => all + (column.type === 'number' ? column.values.length : 0), dataset.length)
    case 'profile-diff':
      return dataset.stacks.parent.length
    default: {
      const none: never = dataset
      return none
    }
  }
}

export async function draw(path: string): Promise<string> {
  const { datasets, diagnostics }: Parsed = await openInput(path, { timeline: true })
  for (const { severity, message } of diagnostics) if (severity !== 'info') throw new Error(message)
  const samples = datasets.find((dataset): dataset is SampleTable => dataset.kind === 'samples')
  if (samples !== undefined) return flameChart(samples, { title: 'x' })
  const profiles = datasets.filter((dataset): dataset is Profile => dataset.kind === 'profile')
  const whole = filterProfile(focus(mergeProfiles(profiles), /^main$/), { comm: ['nginx', 'ssl*'] })
  for (const row of topRows(whole, { by: 'total', limit: 5 })) if (row.totalShare > 0.5) return row.name
  const verdict: 'regressed' | 'improved' | 'slower' | 'shifted' | 'unchanged' | 'inconclusive' = compare(whole, profiles).verdict
  diffRuns([{ label: 'a', profile: whole }], [{ label: 'b', profile: whole }])
  const page = await render('flame', whole, 'html', { title: verdict })
  return typeof page === 'string' ? page : flameGraph(whole)
}

export async function captures(directory: string): Promise<string> {
  const capture = await readCapture(new URL('file:///tmp/x'))
  const host: string | undefined = capture.manifest.host
  const runs = await openInputs([directory])
  const piped = await parseStream(process.stdin)
  const typed: Profile | undefined = parse('a;b 1').datasets.filter((one): one is Profile => one.kind === 'profile')[0]
  return [host, runs[0]?.source, piped.format, typed?.name, detect(new Uint8Array(0))?.id].join()
}

// @ts-expect-error: a title is text
flameGraph({} as Profile, { title: 7 })
// @ts-expect-error: no such result
void render('flume', {} as Profile)
// @ts-expect-error: a stack is no capture
const wrong: Capture = parse('a;b 1')
void wrong
`

let tarball = ''

beforeAll(() => {
  const directory = scratch()
  const name = execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', directory], {
    encoding: 'utf8',
  })
  tarball = join(directory, name.trim().split('\n').pop()!)
})

describe.each(['5.4', '5.9', '7'])('TypeScript %s', version => {
  const project = scratch()

  beforeAll(() => {
    writeFileSync(join(project, 'package.json'), '{ "name": "user", "type": "module", "private": true }')
    writeFileSync(join(project, 'use.ts'), PROGRAM)
    execFileSync(
      'npm',
      ['install', '--silent', '--no-audit', '--no-fund', tarball, `typescript@${version}`, '@types/node@20'],
      { cwd: project },
    )
  })

  test.each([
    ['NodeNext', 'NodeNext'],
    ['ESNext', 'Bundler'],
  ])('module %s, moduleResolution %s', (module, resolution) => {
    const options = [
      '--noEmit',
      '--strict',
      '--exactOptionalPropertyTypes',
      '--skipLibCheck',
      'false',
      '--target',
      'ES2022',
      '--lib',
      'ES2023,ESNext.Disposable',
      '--types',
      'node',
    ]
    const { stdout, status } = spawnSync(
      join(project, 'node_modules', '.bin', 'tsc'),
      [...options, '--module', module, '--moduleResolution', resolution, 'use.ts'],
      { cwd: project, encoding: 'utf8' },
    )
    expect(stdout).toBe('')
    expect(status).toBe(0)
  })
})
