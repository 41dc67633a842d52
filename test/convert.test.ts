/** What `convert` writes holds what was read: stacks and values in every format, times and threads where a format has them. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bpfview, scratch } from './command.ts'

const INPUTS = [
  'fixtures/captures/shop',
  'fixtures/captures/node-jit',
  'fixtures/captures/cpu-multi',
  'fixtures/captures/offcputime',
  'fixtures/captures/profile-bcc',
  'fixtures/captures/bpftrace-profile',
]
const ENDINGS = ['.pb.gz', '.speedscope.json', '.firefox.json', '.otlp.pb', '.folded', '.json']
/** What a microsecond is in the unit that a format writes. */
const SCALES = new Map([
  ['.pb.gz', 1000],
  ['.otlp.pb', 1000],
  ['.firefox.json', 1e-3],
])

async function fold(path: string, ...more: string[]): Promise<Map<string, number>> {
  const { stdout, stderr, status } = await bpfview(['fold', ...more, path])
  expect(status, stderr).toBe(0)
  const lines = stdout.split('\n').filter(line => line !== '')
  return new Map(
    lines.map(line => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  )
}

async function sameAfter(input: string, ending: string): Promise<void> {
  const before = await fold(input)
  const output = join(scratch(), `out${ending}`)
  const { status, stderr } = await bpfview(['convert', input, '-o', output])
  expect(status, stderr).toBe(0)
  const tables = ending === '.speedscope.json' || ending === '.firefox.json'
  const after = new Map<string, number>()
  for (const [stack, value] of await fold(output, ...(tables ? ['--all-threads'] : []))) {
    const plain =
      ending === '.speedscope.json' || (ending === '.firefox.json' && stack.startsWith('all;'))
        ? stack.slice(stack.indexOf(';') + 1)
        : stack
    after.set(plain, (after.get(plain) ?? 0) + value)
  }
  const micro = (await bpfview(['info', '--json', input])).stdout.includes('"unit":"us"')
  const scale = micro ? (SCALES.get(ending) ?? 1) : 1
  const missing: string[] = []
  for (const [stack, value] of before) {
    const found = after.get(stack) ?? after.get(stack === '' ? '[no stack]' : `${stack};[no stack]`)
    if (found === undefined || Math.abs(found - value * scale) > 1e-9 * value * scale)
      missing.push(`${stack} ${value} -> ${found}`)
  }
  expect(missing.slice(0, 3)).toEqual([])
  expect(after.size).toBe(before.size)
}

describe.each(INPUTS)('%s', input => {
  test.each(ENDINGS)('reads the same from %s', ending => sameAfter(input, ending))
})

test('any folded stacks read the same from every format', async () => {
  const name = fc.stringMatching(/^[a-zA-Zß][a-z0-9:<>"&é ]{0,7}[a-z]$/)
  const stacks = fc.array(fc.tuple(fc.array(name, { minLength: 2, maxLength: 6 }), fc.integer({ min: 1, max: 1e9 })), {
    minLength: 1,
    maxLength: 12,
  })
  await fc.assert(
    fc.asyncProperty(stacks, async lines => {
      const input = join(scratch(), 'in.folded')
      writeFileSync(input, lines.map(([names, value]) => `${names.join(';')} ${value}\n`).join(''))
      for (const ending of ENDINGS) await sameAfter(input, ending)
    }),
    { numRuns: 12 },
  )
})

test('OTLP that begins like JSON is read: a first message of 123 bytes', async () => {
  const folder = scratch()
  const input = join(folder, 'in.folded')
  const output = join(folder, 'out.otlp.pb')
  let seen = false
  for (let size = 0; size < 160 && !seen; size++) {
    // stacks make the message longer, digits of the first value make it a byte longer
    const value = (i: number): number => (i === 0 ? 100 ** (size % 8) : i)
    writeFileSync(input, Array.from({ length: 1 + (size >> 3) }, (_, i) => `a;b${i} ${value(i)}\n`).join(''))
    expect((await bpfview(['convert', input, '-o', output, '-q'])).status).toBe(0)
    seen = readFileSync(output)[1] === 0x7b
  }
  expect(seen).toBe(true)
  await sameAfter(input, '.otlp.pb')
})

describe('times', () => {
  test.each(['firefox', 'otlp'])('every sample of shop survives %s', async form => {
    const output = join(scratch(), 'out')
    const { status, stderr } = await bpfview(['convert', INPUTS[0]!, '--to', form, '-o', output])
    expect(status, stderr).toBe(0)
    const { rows } = await import('./convert-rows.ts')
    const [before, after] = [await rows(INPUTS[0]!), await rows(output, form === 'firefox')]
    expect(before.length).toBeGreaterThan(1000)
    expect(after.map(({ key }) => key)).toEqual(before.map(({ key }) => key))
    // nanoseconds since 1970 are good to a quarter of a microsecond as doubles
    before.forEach(({ micros }, i) => void expect(Math.abs(after[i]!.micros - micros)).toBeLessThan(1))
  })
})

test('the same input gives the same bytes, with nothing of the moment in the header', async () => {
  const folder = scratch()
  const [a, b] = [join(folder, 'a.pb.gz'), join(folder, 'b.pb.gz')]
  for (const path of [a, b]) await bpfview(['convert', INPUTS[0]!, '-o', path])
  expect(readFileSync(a).equals(readFileSync(b))).toBe(true)
  expect([...readFileSync(a).subarray(4, 8)]).toEqual([0, 0, 0, 0])
  expect(gunzipSync(readFileSync(a))[0]).toBe(0x0a)
})

test('losses are said', async () => {
  const folder = scratch()
  const pprof = await bpfview(['convert', INPUTS[0]!, '-o', join(folder, 'a.pb')])
  expect(pprof.stderr).toContain('times left out')
  writeFileSync(join(folder, 'in.folded'), 'a;b 1.5\na 2\n')
  const rounded = await bpfview(['convert', join(folder, 'in.folded'), '-o', join(folder, 'b.pb')])
  expect(rounded.stderr).toContain('1 values rounded to whole numbers, total 3.5 -> 4')
  const firefox = await bpfview(['convert', join(folder, 'in.folded'), '-o', join(folder, 'b.firefox.json')])
  expect(firefox.stderr).toContain('warning: the input has no times')
})

test('openmetrics has buckets that add up and no count', async () => {
  const { stdout, status, stderr } = await bpfview([
    'convert',
    'fixtures/captures/disk-biolatency',
    '--to',
    'openmetrics',
  ])
  expect(status, stderr).toBe(0)
  expect(stdout).toMatch(/le="\+Inf"\} \d+\n/)
  expect(stdout).not.toMatch(/_count|_sum/)
  expect(stdout.endsWith('# EOF\n')).toBe(true)
})

test('speedscope: a thread that was not sampled for a while is idle in between', async () => {
  const folder = scratch()
  const input = join(folder, 'in.perf.txt')
  const header =
    '# event : name = cpu-clock, , id = { 1 }, type = 1, size = 128, { sample_period, sample_freq } = 100, sample_type = IP|TID|TIME|CALLCHAIN, freq = 1\n'
  const sample = (time: string): string => `app 7/7 ${time}: 1 cpu-clock: \n\t1 main+0x1 (/bin/app)\n\n`
  writeFileSync(input, header + ['1.000000', '1.010000', '1.060000', '1.072000'].map(sample).join(''))
  const output = join(folder, 'out.speedscope.json')
  const { status, stderr } = await bpfview(['convert', input, '-o', output])
  expect(status, stderr).toBe(0)
  const { profiles } = JSON.parse(readFileSync(output, 'utf8')) as {
    profiles: { samples: number[][]; weights: number[]; endValue: number }[]
  }
  const frequency = (await bpfview(['info', '--json', input])).stdout
  expect(frequency).toContain('"samples":4')
  expect(profiles[0]!.samples.map(({ length }) => length)).toEqual([2, 2, 0, 2, 2])
  expect(profiles[0]!.weights).toEqual([1, 1, 4, 1, 1])
  expect(profiles[0]!.endValue).toBe(8)
})

test('grafana: histograms are rows of a heat map, a column per bucket', async () => {
  const input = 'fixtures/captures/disk-biolatency'
  const { stdout, status, stderr } = await bpfview([
    'convert',
    input,
    '--to',
    'grafana',
    '--start',
    '2026-11-30T00:00:00Z',
  ])
  expect(status, stderr).toBe(0)
  const frames = JSON.parse(stdout) as { length: number; fields: { name: string; values: number[] }[] }[]
  expect(frames.map(({ fields }) => fields.length > 2)).toEqual([true, true])
  for (const { length, fields } of frames) {
    expect(fields[0]!.name).toBe('Time')
    expect(fields[0]!.values[0]).toBe(Date.parse('2026-11-30T00:00:00Z'))
    for (const { values } of fields) expect(values).toHaveLength(length)
    const edges = fields.slice(1).map(({ name }) => Number(name.replace('+Inf', 'Infinity')))
    expect(edges).toEqual([...edges].sort((a, b) => a - b))
  }
})

test('grafana: no child is wider than its parent and the root holds all', async () => {
  const { stdout } = await bpfview(['convert', INPUTS[0]!, '--to', 'grafana'])
  const frame = JSON.parse(stdout) as { fields: { name: string; values: number[] }[] }
  const of = (name: string): number[] => frame.fields.find(field => field.name === name)!.values
  const [level, value] = [of('level'), of('value')]
  const open: number[] = []
  for (let i = 0; i < level.length; i++) {
    if (i > 0) expect(value[i]).toBeLessThanOrEqual(open[level[i]! - 1]!)
    open[level[i]!] = value[i]!
  }
  expect(value[0]).toBe(of('self').reduce((all, self) => all + self, 0))
})
