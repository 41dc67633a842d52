/** Several benchmarks and kinds of data in one verdict. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SaxesParser } from 'saxes'
import { expect, test } from 'vitest'
import { randomNormal, randomSource } from '../src/stats/random.ts'
import { bpfview, scratch } from './command.ts'
import { wrongWith } from './hostile/outputs.ts'
import { poisson } from './synthetic.ts'

const dir = scratch()
const HOSTILE = 'x<img onerror=a>|`'

/** A directory of benchmarks: stacks of `parse` and of a hostile name, numbers in files beside them. */
function side(name: string, seed: number, { slow = 1, numbers = 1, extra = '' } = {}): string {
  const random = randomSource(seed)
  for (const benchmark of ['parse', HOSTILE, ...(extra === '' ? [] : [extra])]) {
    mkdirSync(join(dir, name, benchmark), { recursive: true })
    for (let run = 0; run < 5; run++)
      writeFileSync(
        join(dir, name, benchmark, `run${run}.folded`),
        Array.from(
          { length: 20 },
          (_, i) =>
            `app;main;f${i} ${poisson((2000 / (i + 2)) * (i === 1 && benchmark === 'parse' ? slow : 1), random)}\n`,
        ).join(''),
      )
  }
  for (let run = 0; run < 5; run++)
    writeFileSync(
      join(dir, name, `bench${run}.txt`),
      `goos: linux\n${['Encode', 'Decode'].map(b => `Benchmark${b}-8 \t 100 \t ${(1000 * numbers * Math.exp(0.01 * randomNormal(random))).toFixed(1)} ns/op\n`).join('')}`,
    )
  return join(dir, name)
}

const base = side('base', 1)

test('one exit status, and every output holds every part', async () => {
  const slower = side('slower', 2, { slow: 1.6, numbers: 1.1 })
  const out = (name: string): string => join(dir, `out.${name}`)
  const { status, stdout } = await bpfview([
    ...['check', '--before', base, '--after', slower],
    ...['--json', out('json'), '--junit', out('xml'), '--sarif', out('sarif'), '--markdown', out('md')],
  ])
  expect(status).toBe(1)
  expect(stdout).toMatch(/^REGRESSED in 2 of 3 checks: numbers: /)
  expect(stdout).toMatch(/false discovery rate 5% of all 3 checks together, 1\.67% of each/)
  expect(stdout).toMatch(/\n== numbers\nREGRESSED: [\s\S]*\n== parse \(functions\)\nREGRESSED: f1/)
  expect(stdout).toMatch(/\n== x<img onerror=a>\|` \(functions\)\nNO REGRESSION FOUND/)
  const json = JSON.parse(readFileSync(out('json'), 'utf8')) as {
    verdict: string
    parts: { benchmark: string; kind: string; check: { schema: string; verdict: string; policy: { fdr: number } } }[]
  }
  expect(json).toMatchObject({ schema: 'bpfview.check.suite', version: 1, verdict: 'regressed', violated: true })
  expect(json.parts.map(({ benchmark, kind, check }) => [benchmark, kind, check.schema, check.verdict])).toEqual([
    ['', 'numbers', 'bpfview.check.scalars', 'regressed'],
    ['parse', 'functions', 'bpfview.check', 'regressed'],
    [HOSTILE, 'functions', 'bpfview.check', 'unchanged'],
  ])
  for (const { check } of json.parts) expect(check.policy.fdr).toBeCloseTo(0.05 / 3, 12)
  const xml = readFileSync(out('xml'), 'utf8')
  const suites: string[] = []
  const parser = new SaxesParser()
  parser.on('error', error => expect.unreachable(error.message))
  parser.on('opentag', tag => tag.name === 'testsuite' && suites.push(String(tag.attributes['name'])))
  parser.write(xml).close()
  expect(suites).toEqual(
    ['numbers', 'parse (functions)', `${HOSTILE} (functions)`].map(each => `bpfview check: ${each}`),
  )
  const total = (of: string): number =>
    [...xml.matchAll(new RegExp(`<testsuite [^>]*?${of}="(\\d+)"`, 'g'))].reduce((sum, m) => sum + Number(m[1]), 0)
  expect(xml).toMatch(`<testsuites tests="${total('tests')}" failures="${total('failures')}" errors="0">`)
  const sarif = JSON.parse(readFileSync(out('sarif'), 'utf8')) as { runs: { automationDetails: { id: string } }[] }
  expect(sarif.runs.map(({ automationDetails }) => automationDetails.id)).toEqual([
    'bpfview/parse',
    `bpfview/${HOSTILE}`,
  ])
  const markdown = readFileSync(out('md'), 'utf8')
  expect(markdown.match(/<!-- bpfview:compare:/g)).toHaveLength(1)
  for (const part of ['numbers', 'parse \\(functions\\)'])
    expect(markdown).toMatch(new RegExp(`<summary>${part}</summary>`))
  expect(wrongWith('markdown', markdown)).toBeUndefined()
})

test('nothing changed: green, and the parts do not add up to alarms', async () => {
  let red = 0
  for (let seed = 10; seed < 22; seed++) {
    const { status, stdout } = await bpfview(['check', '--before', base, '--after', side(`same${seed}`, seed)])
    if (status !== 0) red++
    else expect(stdout).toMatch(/^(?:NO REGRESSION FOUND in 3 checks|IMPROVED|SHIFTED)/)
  }
  expect(red).toBeLessThanOrEqual(2)
})

test('a benchmark or a kind of data on one side only is said', async () => {
  const more = side('more', 3, { extra: 'render' })
  const { status, stdout } = await bpfview(['check', '--before', base, '--after', more])
  expect(status).toBe(0)
  expect(stdout).toMatch(/warning: not compared: stacks of render after only/)
  const stacks = join(more, 'parse')
  const mixed = await bpfview(['check', '--before', join(base, 'parse'), join(base, 'bench0.txt'), '--after', stacks])
  expect(mixed.stdout).toMatch(/warning: not compared: numbers of the runs before only/)
  expect(mixed.stdout).toMatch(/\n== functions\n/)
})

test('one benchmark answers as ever; strict asks every part', async () => {
  const one = await bpfview(['check', '--before', join(base, 'parse'), '--after', join(base, 'parse'), '--json', '-'])
  expect(JSON.parse(one.stdout)).toMatchObject({ schema: 'bpfview.check' })
  const few = [join(base, 'parse'), join(base, 'bench0.txt')]
  const args = ['check', '--before', ...few, '--after', ...few]
  expect((await bpfview([...args, '--strict'])).status).toBe(3)
  expect((await bpfview(args)).status).toBe(0)
  const sarif = await bpfview(['check', ...['--before', few[1]!, '--after', few[1]!], '--sarif', join(dir, 'x.sarif')])
  expect([sarif.status, sarif.stderr]).toEqual([2, expect.stringMatching(/no output is called "sarif"/)])
  expect((await bpfview(['check', '--before', base, '--after', base, '-q'])).stdout).toBe('unchanged\n')
})

test('a picture of all parts: a section each, every measurement and cause a row, names harmless', async () => {
  const slower = side('pictured', 2, { slow: 1.6, numbers: 1.1 })
  const path = join(dir, 'suite.svg')
  await bpfview(['check', '--before', base, '--after', slower, '-q', '-o', path])
  const svg = readFileSync(path, 'utf8')
  expect(wrongWith('svg', svg)).toBeUndefined()
  const texts = [...svg.matchAll(/<text [^>]*>(?:<title>[^<]*<\/title>)?([^<]*)<\/text>/g)].map(found => found[1]!)
  expect(texts.find(text => text.startsWith('parse (functions): REGRESSED: f1'))).toBeDefined()
  expect(texts.find(text => text.startsWith('x&lt;img onerror=a&gt;|` (functions): NO REGRESSION FOUND'))).toBeDefined()
  for (const row of ['Encode-8 ns/op', 'Decode-8 ns/op', 'geomean of 2, ns/op', 'f1 (self)', 'CPU used, not judged'])
    expect(texts).toContain(row)
  expect(svg.match(/<circle class="br-worse"/g)!.length).toBeGreaterThanOrEqual(4)
})
