/** Archives: what was added comes back, once, whole, and in sums that the merged files give. */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { captureFiles, profileOf, readSamples, readStacks } from '../src/archive/capture-file.ts'
import { frameText, StackPlanter } from '../src/archive/frames.ts'
import { stackId } from '../src/archive/identity.ts'
import { microsOf, timeRange } from '../src/archive/range.ts'
import { seriesOf } from '../src/archive/series.ts'
import { CaptureSum } from '../src/archive/sum.ts'
import type { Profile } from '../src/model/index.ts'
import { StackTreeBuilder } from '../src/model/index.ts'
import { canonicalOrder, mergeAligned } from '../src/ops/stacks/merge-runs.ts'
import { randomNormal, randomSource } from '../src/stats/random.ts'
import { bpfview } from './command.ts'

const SHOP = 'fixtures/captures/shop'
let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bpfview-archive-'))
})

/** Any text that may stand in a name: control characters, tabs, escapes, halves of pairs. */
const anyName = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }),
  fc.constantFrom('\\', '\t', '\n', '\\n', 'a\tb\nc', '\ud800', 'x\udc00y', '__proto__', ';', '\\u0041', 'Ä\u{1f600}'),
)
const anyFrame = fc.tuple(anyName, fc.oneof(fc.constant(''), anyName), fc.integer({ min: 0, max: 7 }))
const anyStacks = fc.array(
  fc.tuple(
    fc.array(anyFrame, { maxLength: 6 }),
    fc.oneof(fc.integer({ min: 1, max: 1e9 }), fc.double({ min: 1e-6, max: 1e6, noNaN: true })),
  ),
  { maxLength: 20 },
)
type Stacks = typeof anyStacks extends fc.Arbitrary<infer T> ? T : never

function profileWith(rows: Stacks): Profile {
  const builder = new StackTreeBuilder()
  const values: [number, number][] = rows.map(([frames, value]) => {
    let node = 0
    for (const [name, module, kind] of frames) node = builder.child(node, builder.frame(name, module, kind))
    return [node, value]
  })
  const stacks = builder.finish()
  const self = new Float64Array(stacks.parent.length)
  for (const [node, value] of values) self[node]! += value
  return { kind: 'profile', name: 'cycles', value: { name: 'samples', unit: 'samples' }, stacks, self, meta: {} }
}

const FACTS = { service: 'api', host: 'h', ts: 1_795_224_051_000_000, label: 'x', source: '0'.repeat(64) }

/** Stacks and values, in one order. */
function plain({ stacks, self }: Profile): unknown {
  const order = canonicalOrder(stacks)
  const values = new Float64Array(self.length)
  order.position.forEach((to, from) => (values[to]! += self[from]!))
  const { frames, parent, frame } = order.stacks
  const path = (node: number): unknown[] =>
    node <= 0
      ? []
      : [...path(parent[node]!), [frames.name[frame[node]!], frames.module[frame[node]!], frames.kind[frame[node]!]]]
  return [...values].flatMap((value, node) => (value === 0 ? [] : [[path(node), value]]))
}

describe('the files of a capture', () => {
  test('a frame comes back whatever its name, and no two frames are one text', () => {
    fc.assert(
      fc.property(fc.array(anyFrame, { minLength: 1, maxLength: 6 }), frames => {
        const builder = new StackTreeBuilder()
        const text = frames.map(frame => frameText(...frame)).join('\n')
        let node = new StackPlanter(builder).node(text)
        for (const [name, module, kind] of [...frames].reverse()) {
          const frame = builder.frameOf(node)
          expect([builder.frameName(frame), builder.frameModule(frame), builder.frameKind(frame)]).toEqual([
            name,
            module,
            kind,
          ])
          node = builder.parentOf(node)
        }
        expect(node).toBe(0)
      }),
    )
  })

  test('stacks and values come back, and equal captures are equal bytes', async () => {
    await fc.assert(
      fc.asyncProperty(anyStacks, async rows => {
        const profile = profileWith(rows)
        const files = await captureFiles(profile, FACTS)
        const again = await captureFiles(profileWith([...rows].reverse()), FACTS)
        const columns = await readSamples(files.samples, 'samples')
        const { ids, texts } = await readStacks(files.stacks, 'stacks')
        const byId = new Map(ids.map((id, i) => [id, texts[i]!]))
        expect(plain(profileOf(columns, id => byId.get(id)!))).toEqual(plain(profile))
        if (rows.every(([, value]) => Number.isInteger(value)))
          expect(Buffer.from(again.samples).equals(Buffer.from(files.samples))).toBe(true)
      }),
      { numRuns: 40 },
    )
  })

  test('the number of a stack is the first 64 bits of SHA-256, signed', () => {
    expect(stackId('')).toBe(BigInt.asIntN(64, 0xe3b0c44298fc1c14n))
    expect(stackId('abc')).toBe(BigInt.asIntN(64, 0xba7816bf8f01cfean))
  })

  test('the sum of captures is what merge gives', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStacks, { minLength: 1, maxLength: 4 }), async captures => {
        const sum = new CaptureSum()
        const runs = captures.map((rows, i) => ({ label: String(i), profile: profileWith(rows) }))
        for (const { profile, label } of runs) {
          const files = await captureFiles(profile, { ...FACTS, label })
          const stacks = await readStacks(files.stacks, 'stacks')
          sum.learn(new Map(stacks.ids.map((id, i) => [id, stacks.texts[i]!])))
          sum.add(await readSamples(files.samples, 'samples'))
        }
        const { runs: _, ...merged } = mergeAligned(runs, 'align').profile
        const total = sum.finish('align')
        expect(total.stacks.frames).toEqual(merged.stacks.frames)
        expect(total.stacks.parent).toEqual(merged.stacks.parent)
        for (let i = 0; i < merged.self.length; i++) expect(total.self[i]).toBeCloseTo(merged.self[i]!, 6)
      }),
      { numRuns: 40 },
    )
  })
})

/** A small capture of its own: folded text, so that only what the user says is known. */
function folded(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

async function archiveOf(name: string): Promise<string> {
  const directory = join(folder, name)
  expect((await bpfview(['archive', 'init', directory])).status).toBe(0)
  return directory
}

const DAY = ['--service', 'api', '--host', 'web-1']

describe('the command', () => {
  test('flame, top and diff say what they say of the merged files', async () => {
    const directory = await archiveOf('oracle')
    const inputs = [SHOP]
    // other captures of the same event, made from the first: every third stack is gone, or dearer
    const stacks = (await bpfview(['merge', SHOP, '-o', join(folder, 'shop.json'), '-q'])).status
    expect(stacks).toBe(0)
    const json = JSON.parse(readFileSync(join(folder, 'shop.json'), 'utf8'))
    for (let i = 1; i < 6; i++) {
      const run = json.runs[0].self.map((value: number, k: number) => (k % 3 === i % 3 ? 0 : value * (i > 2 ? 2 : 1)))
      const path = join(folder, `shop-${i}.json`)
      writeFileSync(path, JSON.stringify({ ...json, runs: [{ label: `run ${i}`, self: run }] }))
      inputs.push(path)
    }
    for (const [i, input] of inputs.entries())
      expect(
        await bpfview([
          'archive',
          'add',
          directory,
          input,
          '--service',
          'shop',
          '--ts',
          `2026-11-${21 + (i > 2 ? 1 : 0)}T0${i}:00`,
        ]),
      ).toMatchObject({ status: 0, stdout: '' })
    const merged = join(folder, 'merged.json')
    expect((await bpfview(['merge', ...inputs, '-o', merged, '-q'])).status).toBe(0)
    for (const words of [
      ['flame', '-o', '-'],
      ['flame', '--icicle', '--tidy', '-o', '-'],
      ['top', '--rows', '1000'],
      ['top', '--by', 'total', '--json'],
    ]) {
      const [command, ...rest] = words as [string, ...string[]]
      const one = await bpfview(['archive', command, directory, '--service', 'shop', ...rest])
      const other = await bpfview([command, merged, ...rest])
      expect(one.status).toBe(0)
      expect(one.stdout.length).toBeGreaterThan(200)
      expect(one.stdout).toBe(other.stdout)
    }
    for (const to of ['json', 'md', 'folded', 'svg']) {
      const one = await bpfview([
        'archive',
        'diff',
        directory,
        '--before',
        '2026-11-21',
        '--after',
        '2026-11-22',
        '--to',
        to,
      ])
      const other = await bpfview([
        'diff',
        '--before',
        ...inputs.slice(0, 3),
        '--after',
        ...inputs.slice(3),
        '--to',
        to,
      ])
      expect(one.stderr).toBe(other.stderr)
      expect(one.status).toBe(0)
      expect(one.stdout).toBe(other.stdout)
    }
  })

  test('the same bytes are one capture, other bytes another', async () => {
    const directory = await archiveOf('twice')
    const path = folded('a.folded', 'main;f 3\nmain;g 4\n')
    const add = (...rest: string[]) => bpfview(['archive', 'add', directory, path, ...DAY, ...rest])
    expect((await add('--ts', '2026-11-17')).stderr).toContain('1 added in ')
    expect((await add('--ts', '2026-11-17')).stderr).toContain('0 added, 1 known already in ')
    expect((await add('--ts', '2026-11-18')).stderr).toContain('1 added in ')
    writeFileSync(path, 'main;f 3\nmain;g 5\n')
    expect((await add('--ts', '2026-11-17')).stderr).toContain('1 added in ')
    const { stdout } = await bpfview(['archive', 'list', directory, '--range', '2026-11-17', '--json'])
    expect(
      JSON.parse(stdout)
        .map((row: { total: number }) => row.total)
        .sort(),
    ).toEqual([7, 8])
  })

  test('what is not known is asked for, and nothing is written', async () => {
    const directory = await archiveOf('asks')
    const path = folded('b.folded', 'main;f 3\n')
    for (const [args, message] of [
      [[path, '--service', 'api', '--host', 'h'], /does not say when it was made; expected --ts/],
      [[path, '--service', 'api', '--ts', '2026-11-17'], /does not say of which host it is; expected --host/],
      [[path, '--host', 'h', '--ts', '2026-11-17'], /no service; expected --service NAME/],
      [['-', ...DAY, '--ts', '2026-11-17'], /standard input/],
      [[path, ...DAY, '--ts', '2026-02-30'], /Expected a time/],
      [[path, ...DAY, '--ts', '2026-11-17', '--event', 'cycles'], /no event "cycles"/],
      ...['../../x', 'a/b', 'x'.repeat(300), 'a=b', '..', '.', ''].map(
        service =>
          [
            [path, '--service', service, '--host', 'h', '--ts', '2026-11-17'],
            /--service: .*; expected at most 100/,
          ] as const,
      ),
    ] as const) {
      const { status, stderr } = await bpfview(['archive', 'add', directory, ...args])
      expect([args, status]).toEqual([args, 2])
      expect(stderr).toMatch(message)
    }
    expect(readdirSync(directory)).toEqual(['archive.json'])
  })

  test('an archive of a newer version, and what is none, are refused', async () => {
    const directory = await archiveOf('newer')
    writeFileSync(join(directory, 'archive.json'), '{"bpfview":"archive","version":2,"frames":1}')
    expect(await bpfview(['archive', 'list', directory])).toMatchObject({
      status: 2,
      stderr: /of version 2.*newer bpfview/,
    })
    expect(await bpfview(['archive', 'list', folder])).toMatchObject({ status: 2, stderr: /no archive\.json/ })
  })

  test('events, values, services and frequencies never mix', async () => {
    const directory = await archiveOf('mixed')
    const path = folded('c.folded', 'main;f 3\n')
    const other = folded('d.folded', 'main;f 5\n')
    await bpfview(['archive', 'add', directory, path, ...DAY, '--ts', '2026-11-17'])
    await bpfview(['archive', 'add', directory, other, '--service', 'db', '--host', 'h', '--ts', '2026-11-17'])
    expect(await bpfview(['archive', 'top', directory])).toMatchObject({
      status: 2,
      stderr: /several services: "api" \(1 captures\), "db" \(1 captures\); expected one: --service NAME/,
    })
    await bpfview(['archive', 'add', directory, SHOP, '--service', 'api'])
    expect((await bpfview(['archive', 'top', directory, '--service', 'api'])).stderr).toMatch(/several events/)
    expect((await bpfview(['archive', 'top', directory, '--service', 'api', '--event', 'cpu-clock'])).status).toBe(0)
    expect((await bpfview(['archive', 'top', directory, '--service', 'nobody'])).stderr).toMatch(
      /no captures of service "nobody"/,
    )
  })

  test('the time of samples comes back as a heat map', async () => {
    const directory = await archiveOf('times')
    await bpfview(['archive', 'add', directory, SHOP, '--service', 'shop'])
    const { stdout, status } = await bpfview(['archive', 'heat', directory, '--json'])
    expect(status).toBe(0)
    expect(stdout).toContain('offset in the second')
    const path = folded('e.folded', 'main;f 3\n')
    await bpfview(['archive', 'add', directory, path, '--service', 'none', '--host', 'h', '--ts', '2026-11-17'])
    expect((await bpfview(['archive', 'heat', directory, '--service', 'none'])).stderr).toMatch(
      /no times in the captures/,
    )
  })

  test('prune removes what is old, whole', async () => {
    const directory = await archiveOf('pruned')
    const path = folded('f.folded', 'main;f 3\n')
    for (const day of ['15', '16', '17'])
      await bpfview(['archive', 'add', directory, path, ...DAY, '--ts', `2026-11-${day}`])
    const trial = await bpfview(['archive', 'prune', directory, '--before', '2026-11-17', '--dry-run'])
    expect(trial.stderr).toContain('2 captures would be removed')
    expect((await bpfview(['archive', 'prune', directory, '--before', '2026-11-17'])).stderr).toContain(
      '2 captures removed, 4 files',
    )
    expect((await bpfview(['archive', 'verify', directory])).stdout).toBe(
      '1 captures, 1 stacks: all as they were added\n',
    )
    expect((await bpfview(['archive', 'prune', directory])).status).toBe(2)
  })
})

describe('verify', () => {
  const files = (directory: string): string[] =>
    readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.parquet'))
      .map(name => join(directory, name))
      .sort()

  test('finds a flipped byte wherever it is', async () => {
    const directory = await archiveOf('flipped')
    await bpfview(['archive', 'add', directory, SHOP, '--service', 'shop'])
    expect(files(directory)).toHaveLength(3)
    for (const path of files(directory)) {
      const bytes = readFileSync(path)
      for (let i = 0; i < 12; i++) {
        const altered = Buffer.from(bytes)
        altered[Math.floor((i * (bytes.length - 1)) / 11)]! ^= 1 << (i % 8)
        writeFileSync(path, altered)
        const { status, stdout } = await bpfview(['archive', 'verify', directory])
        expect([path, i, status]).toEqual([path, i, 1])
        expect(stdout).toMatch(/error: /)
      }
      writeFileSync(path, bytes)
    }
    expect((await bpfview(['archive', 'verify', directory])).status).toBe(0)
  })

  test('finds missing stacks, and tells leftovers of a process that died', async () => {
    const directory = await archiveOf('missing')
    const path = folded('g.folded', 'main;f 3\n')
    await bpfview(['archive', 'add', directory, path, ...DAY, '--ts', '2026-11-17'])
    const [samples, stacks] = files(directory) as [string, string]
    const kept = readFileSync(stacks)
    rmSync(stacks)
    expect(await bpfview(['archive', 'verify', directory])).toMatchObject({
      status: 1,
      stdout: /stacks.*ENOENT|no such/,
    })
    expect(await bpfview(['archive', 'top', directory])).toMatchObject({ status: 2 })
    writeFileSync(stacks, kept)
    // a capture whose samples were never written
    cpSync(samples, join(folder, 'kept.parquet'))
    rmSync(samples)
    writeFileSync(join(stacks, '..', '.half.1.tmp'), 'half')
    const { status, stdout } = await bpfview(['archive', 'verify', directory])
    expect(status).toBe(0)
    expect(stdout).toMatch(/warning: .*belongs to no capture/)
    expect(stdout).toMatch(/warning: .*half.*not a file of the archive/)
    expect((await bpfview(['archive', 'list', directory, '--json'])).stdout).toBe('[]\n')
    // it can be added again
    expect((await bpfview(['archive', 'add', directory, path, ...DAY, '--ts', '2026-11-17'])).stderr).toContain(
      '1 added',
    )
  })

  test('a directory full of other things is no archive of captures', async () => {
    const directory = await archiveOf('strange')
    mkdirSync(join(directory, 'samples', 'date=2026-11-17', 'service=x y'), { recursive: true })
    mkdirSync(join(directory, 'samples', 'date=2026-11-17', 'service=api'), { recursive: true })
    writeFileSync(
      join(
        directory,
        'samples',
        'date=2026-11-17',
        'service=api',
        `${'0'.repeat(16)}-${'a'.repeat(16)}-${'b'.repeat(16)}.parquet`,
      ),
      'PAR1 no',
    )
    const { status, stderr } = await bpfview(['archive', 'top', directory, '--range', '2026-11-17'])
    expect(status).toBe(2)
    expect(stderr).toMatch(/no captures/)
    expect((await bpfview(['archive', 'top', directory])).stderr).toMatch(
      /expected a Parquet file that bpfview wrote|no captures/,
    )
    expect((await bpfview(['archive', 'verify', directory])).status).toBe(1)
  })
})

describe('times', () => {
  const NOW = microsOf('2026-11-30T12:00')!
  test.each([
    ['2026-11-17', '2026-11-17T00:00', '2026-11-18T00:00'],
    ['2026-11-17T10:00', '2026-11-17T10:00', '2026-11-17T10:01'],
    ['2026-11-17..2026-11-24', '2026-11-17', '2026-11-24'],
    ['2026-11-17T10:00:00+02:00..2026-11-17T10:00', '2026-11-17T08:00', '2026-11-17T10:00'],
    ['7d', '2026-11-23T12:00', '2026-11-30T12:00'],
    ['14d..7d', '2026-11-16T12:00', '2026-11-23T12:00'],
    ['90min', '2026-11-30T10:30', '2026-11-30T12:00'],
    ['2026-11-29..now', '2026-11-29', '2026-11-30T12:00'],
  ])('%s', (text, from, until) => {
    expect(timeRange(text, NOW, '--range')).toEqual({ from: microsOf(from), until: microsOf(until) })
  })
  test.each([
    '',
    '..',
    'yesterday',
    '2026-13-01',
    '2026-02-30',
    '7d..14d',
    'a..b',
    '2026-11-17..2026-11-17',
    '1..2..3',
  ])('%j is refused', text => expect(() => timeRange(text, NOW, '--range')).toThrow(/--range: .*; expected A\.\.B/))
  test('open ends', () => {
    expect(timeRange('..2026-11-17', NOW, '-')).toEqual({ from: 0, until: microsOf('2026-11-17') })
    expect(timeRange('2026-11-17..', NOW, '-')).toEqual({ from: microsOf('2026-11-17'), until: Infinity })
  })
})

describe('two weeks of captures with one planted regression', () => {
  let directory = ''
  beforeAll(async () => {
    directory = await archiveOf('weeks')
    const captures = join(folder, 'two-weeks')
    execFileSync(process.execPath, ['examples/two-weeks.mjs', captures])
    expect((await bpfview(['archive', 'add', directory, captures, '--service', 'api'])).stderr).toContain('84 added')
  })

  test('check names it', async () => {
    const sides = ['--before', '2026-11-10..2026-11-17', '--after', '2026-11-17..2026-11-24']
    const { status, stdout } = await bpfview(['archive', 'check', directory, '--service', 'api', ...sides])
    expect(status).toBe(1)
    expect(stdout).toMatch(/^REGRESSED[^\n]*Cache::lookup/)
    expect(stdout).not.toMatch(/^ *regressed.*decode_rows/m)
    const series = await bpfview(['archive', 'series', directory, '--function', 'Cache::lookup', '--step', '1d'])
    const printed = [...readFileSync('docs/archive.md', 'utf8').matchAll(/^ {4}((?:REGRESSED|2026).*)$/gm)]
    expect(printed).toHaveLength(4)
    for (const [, line] of printed) expect(`${stdout}\n${series.stdout}`).toContain(line)
    const json = await bpfview(['archive', 'check', directory, ...sides, '--host', 'web-1', '--json', '-'])
    expect(json.status).toBe(1)
    expect(JSON.parse(json.stdout).verdict).toBe('regressed')
  })

  test('the week before it has none', async () => {
    const { status, stdout } = await bpfview([
      'archive',
      'check',
      directory,
      '--before',
      '2026-11-10..2026-11-13',
      '--after',
      '2026-11-13..2026-11-17',
    ])
    expect(status).toBe(0)
    expect(stdout).toMatch(/^NO REGRESSION FOUND/)
  })

  test('series says the day', async () => {
    const { stdout, status } = await bpfview([
      'archive',
      'series',
      directory,
      '--function',
      'Cache::lookup',
      '--step',
      '1d',
      '--json',
    ])
    expect(status).toBe(0)
    const rows = JSON.parse(stdout) as {
      time: string
      captures: number
      'share%': number
      'low%': number
      'high%': number
      change: string
    }[]
    expect(rows).toHaveLength(14)
    expect(rows.filter(row => row.change !== '').map(row => [row.time, row.change])).toEqual([
      ['2026-11-17T00:00:00Z', 'up'],
    ])
    for (const row of rows) {
      expect(row.captures).toBe(6)
      expect(row['low%']).toBeLessThan(row['share%'])
      expect(row['high%']).toBeGreaterThan(row['share%'])
    }
    const still = await bpfview([
      'archive',
      'series',
      directory,
      '--function',
      'decode_*',
      '--step',
      '1d',
      '--range',
      '..2026-11-17',
      '--json',
    ])
    expect((JSON.parse(still.stdout) as { change: string }[]).every(row => row.change === '')).toBe(true)
    expect((await bpfview(['archive', 'series', directory, '--function', 'nothing'])).stderr).toMatch(
      /no function "nothing"/,
    )
    expect((await bpfview(['archive', 'series', directory, '--step', '1d'])).stdout).toMatch(/per capture/)
  })
})

test('of like captures a change of level is found in at most one of a hundred series', () => {
  let found = 0
  const random = randomSource(7)
  for (let run = 0; run < 300; run++) {
    const parts = Array.from({ length: 40 }, (_, i) => {
      const total = 2000 + 1000 * random()
      return { ts: i * 3600e6, part: Math.max(0, total * 0.1 + randomNormal(random) * 20), total }
    })
    if (seriesOf(parts, 3600e6, true).some(({ change }) => change !== '')) found++
  }
  expect(found).toBeLessThanOrEqual(8)
})

describe('days put together', () => {
  let directory = ''
  const asked = async (): Promise<string[]> => {
    const sides = ['--before', '2026-11-10..2026-11-17', '--after', '2026-11-17..2026-11-24']
    const answers: string[] = []
    for (const words of [
      ['list', '--json'],
      ['flame', '--range', '2026-11-12..2026-11-14T10:00', '-o', '-'],
      ['top', '--host', 'web-1', '--json'],
      ['diff', ...sides, '--to', 'json'],
      ['check', ...sides, '--json', '-'],
      ['series', '--function', 'Cache::lookup', '--json'],
      ['functions', ...sides, '--rows', '100', '--json'],
      [
        'functions',
        '--before',
        '2026-11-10..2026-11-12T10:00',
        '--after',
        '2026-11-17T10:00..2026-11-19',
        '--rows',
        '100',
        '--json',
      ],
    ] as [string, ...string[]][]) {
      const { stdout, status, stderr } = await bpfview(['archive', words[0], directory, ...words.slice(1)])
      expect([words, status === 0 || words[0] === 'check', stderr.includes('internal')]).toEqual([words, true, false])
      answers.push(stdout)
    }
    return answers
  }
  const parquet = (kind: string): number =>
    readdirSync(join(directory, kind), { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.parquet'))
      .length

  test('answer as before, also when more is added and they are put together again', async () => {
    directory = await archiveOf('days')
    const captures = join(folder, 'two-weeks')
    const names = readdirSync(captures).sort()
    for (const name of names.slice(0, 80))
      expect(
        (await bpfview(['archive', 'add', directory, join(captures, name), '--service', 'api', '-q'])).status,
      ).toBe(0)
    const before = await asked()
    expect(before[6]).toContain('Cache::lookup')
    expect(JSON.parse(before[6]!)[0].function).toBe('Cache::lookup')
    const done = await bpfview(['archive', 'compact', directory])
    expect(done.stderr).toMatch(/80 captures in 14 days put together, 0 files removed/)
    expect(await asked()).toEqual(before)
    expect((await bpfview(['archive', 'verify', directory])).stdout).toMatch(
      /^80 captures, 8 stacks: all as they were added\n$/,
    )
    // the same captures again are known
    expect(
      (await bpfview(['archive', 'add', directory, join(captures, names[3]!), '--service', 'api'])).stderr,
    ).toContain('0 added, 1 known')
    expect((await bpfview(['archive', 'compact', directory, '--grace', '0'])).stderr).toMatch(
      /0 captures in 0 days put together, 160 files removed/,
    )
    expect([parquet('samples'), parquet('stacks'), parquet('day-samples')]).toEqual([0, 0, 14])
    expect(await asked()).toEqual(before)
    expect(
      (await bpfview(['archive', 'add', directory, join(captures, names[3]!), '--service', 'api'])).stderr,
    ).toContain('0 added, 1 known')
    expect((await bpfview(['archive', 'add', directory, captures, '--service', 'api'])).stderr).toContain(
      '4 added, 80 known',
    )
    const more = await asked()
    expect(more[0]).not.toBe(before[0])
    await bpfview(['archive', 'compact', directory, '--grace', '0'])
    expect([parquet('samples'), parquet('day-samples'), parquet('day-stacks'), parquet('day-functions')]).toEqual([
      0, 14, 14, 14,
    ])
    expect(await asked()).toEqual(more)
    expect((await bpfview(['archive', 'verify', directory])).stdout).toMatch(
      /^84 captures, 8 stacks: all as they were added\n$/,
    )
  })

  test('a flipped byte is found in them too, and prune takes whole days', async () => {
    for (const kind of ['day-stacks', 'day-functions', 'day-samples']) {
      const name = readdirSync(join(directory, kind), { recursive: true, encoding: 'utf8' }).find(each =>
        each.endsWith('.parquet'),
      )!
      const path = join(directory, kind, name)
      const bytes = readFileSync(path)
      const altered = Buffer.from(bytes)
      altered[100]! ^= 4
      writeFileSync(path, altered)
      expect((await bpfview(['archive', 'verify', directory])).status).toBe(1)
      writeFileSync(path, bytes)
    }
    expect((await bpfview(['archive', 'prune', directory, '--before', '2026-11-17'])).stderr).toMatch(
      /^bpfview: 42 captures removed, 21 files/,
    )
    expect((await bpfview(['archive', 'verify', directory])).stdout).toMatch(/^42 captures/)
  })
})
