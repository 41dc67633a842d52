/** The fast reader of perf script gives exactly what the plain one gives: on every file, on injured ones, in any chunks, with every option. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { ParseOptions, Reader } from '../parsers/index.ts'
import { perfScript, plainPerfScript } from '../parsers/perf-script/format.ts'
import { KernelPool } from '../parsers/wasm/kernel.ts'
import { BpfviewError } from '../src/model/index.ts'
import { dump } from './dump.ts'
import { mutated, randomOf } from './mutate.ts'
import { randomOptions } from './read-options.ts'

const ROUNDS = Number(process.env['FUZZ_ROUNDS'] ?? 20)

const options: readonly ParseOptions[] = [
  {},
  { timeline: true },
  { perf: { weight: 'period', root: 'tid', srcline: true } },
  { addrs: true, offsets: true, perf: { root: 'none', keep: { from: 872, cpus: [0] } }, timeline: true },
  { perf: { keep: { cpus: [1] } } },
  { perf: { compat: 'flamegraph', root: 'pid' } },
  { perf: { compat: 'inferno' } },
  { strict: true },
]

function outcome(reader: Reader, bytes: Uint8Array, chunk = bytes.length): string {
  try {
    for (let at = 0; at < bytes.length; at += chunk) reader.push(bytes.subarray(at, at + chunk))
    return dump(reader.end())
  } catch (error) {
    if (!(error instanceof BpfviewError)) throw error
    return `${error.code} ${error.message}`
  }
}

function same(bytes: Uint8Array, option: ParseOptions, chunk?: number): void {
  const plain = outcome(plainPerfScript(option), bytes)
  const fast = outcome(perfScript.reader(option), bytes, chunk)
  if (fast !== plain) expect(fast).toBe(plain)
}

function crlf(bytes: Uint8Array): Uint8Array {
  return Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll('\n', '\r\n'), 'latin1')
}

const files: string[] = []
for (const folder of ['fixtures/perf-script', '../shared/captures', '../shared/corpus']) {
  if (existsSync(folder))
    for (const name of readdirSync(folder))
      if (!name.endsWith('.golden') && (folder.startsWith('fixtures') || name.startsWith('perf-script')))
        files.push(join(folder, name))
}
for (const name of readdirSync('fixtures/captures')) {
  for (const file of readdirSync(join('fixtures/captures', name)))
    if (/(?:perf|node-jit|cpu-multi)/.test(name) && /\.txt(?:\.gz)?$|stdout/.test(file))
      files.push(join('fixtures/captures', name, file))
}

function bytesOf(path: string): Uint8Array {
  const bytes = readFileSync(path)
  return new Uint8Array(bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes)
}

test('there are files', () => expect(files.length).toBeGreaterThan(3))

describe.each(files)('%s', path => {
  const bytes = bytesOf(path)

  test('as it is, with CRLF, in chunks', () => {
    for (const option of options) same(bytes, option)
    same(crlf(bytes), {})
    same(bytes, {}, 1)
    same(bytes, { timeline: true }, 61)
    same(bytes, {}, 4099)
  })

  test('with options taken together at random, injured and not', () => {
    const random = randomOf(bytes.length + 1)
    const part = bytes.length > 40_000 ? bytes.subarray(0, 40_000) : bytes
    for (let round = 0; round < ROUNDS; round++)
      same(round % 2 === 0 ? part : mutated(part, random), randomOptions(random), 1 + Math.floor(random() * 5000))
  })

  test('injured', () => {
    const random = randomOf(bytes.length)
    const part = bytes.length > 40_000 ? bytes.subarray(0, 40_000) : bytes
    for (let round = 0; round < ROUNDS; round++) {
      const option = options[Math.floor(random() * options.length)]!
      same(mutated(part, random), option, 1 + Math.floor(random() * 5000))
    }
  })
})

describe('at the borders of the window', () => {
  const WINDOW = 256 << 10
  const record = (tid: number, depth: number): string => {
    let text = `app ${1000 + tid} [001]   100.${String(tid).padStart(6, '0')}:      10000 cpu-clock: \n`
    for (let i = 0; i < depth; i++)
      text += `\t${(0x400000 + (i * 7 + tid) * 16).toString(16).padStart(16)} fn_${i % 50}+0x${(i % 16).toString(16)} (/bin/app)\n`
    return `${text}\n`
  }
  const records = (count: number, depth: number): string =>
    Array.from({ length: count }, (_, i) => record(i, depth)).join('')

  test.each([0, 1, 2, 17, 63, 64, 65])('moved by %i bytes', shift => {
    same(Buffer.from(`# ${'x'.repeat(shift)}\n${records(900, 20)}`), {})
  })

  test.each([WINDOW - 3, WINDOW - 1, WINDOW, WINDOW + 1, 1 << 20, (1 << 20) + 2, 3 << 20])(
    'a line of %i bytes between records',
    length => {
      same(Buffer.from(`${records(200, 20)}${'y'.repeat(length)}\n${records(200, 20)}`), {})
      same(
        Buffer.from(`${records(200, 20)}\t  400000 ${'y'.repeat(length)} (/bin/app)\n${records(200, 20)}`),
        {},
        70_001,
      )
    },
  )

  test.each([255, 256, 257, 5000, WINDOW - 60, WINDOW])('an event whose name has %i bytes', length => {
    same(
      Buffer.from(`${records(200, 20)}${record(7, 3).replace('cpu-clock', 'e'.repeat(length))}${records(200, 20)}`),
      {},
    )
  })

  test.each([(name: string): string => `${name}+0x0 (/bin/app)`, (name: string): string => `f+0x0 (${name})`])(
    'lines of one address and length that differ in a single byte',
    frame => {
      let text = records(200, 20)
      let address = 0x400000
      const line = (name: string): string => `\t${address.toString(16).padStart(16)} ${frame(name)}\n`
      for (let length = 1; length <= 100; length++) {
        const name = 'n'.repeat(length)
        text += 'app 1234 [001]   100.000001:      10000 cpu-clock: \n'
        for (let odd = 0; odd < length; odd++, address++)
          text += line(name) + line(`${name.slice(0, odd)}m${name.slice(odd + 1)}`)
        text += '\n'
      }
      same(Buffer.from(text), {})
    },
  )

  test('records larger than half and than all of the window', () => {
    const text =
      records(50, 20) + record(1, 3000) + record(2, 3000) + record(3, 9000) + record(4, 20_000) + records(50, 20)
    same(Buffer.from(text), {})
    same(Buffer.from(text), { timeline: true }, 4099)
  })

  test('more records than are handed over at once, headers only', () => {
    const headers = Array.from(
      { length: 9000 },
      (_, i) => `app ${1000 + (i % 3)} [000]   100.${String(i).padStart(6, '0')}:      10000 cpu-clock: \n`,
    ).join('')
    const bytes = Buffer.from(`${records(100, 2)}${headers}${headers.replaceAll('\n', '\n\n')}${records(3, 2)}`)
    for (const option of [{}, { timeline: true }, { perf: { compat: 'inferno' } }] as const) same(bytes, option)
  })

  test.each([
    ['0', '10000'],
    ['', '10000'],
    ['', '0'],
    ['999999999999', '1'],
    ['123456789012345', '999999999999999'],
  ])('periods %j and %j in turn', (...periods) => {
    let text = records(100, 2)
    for (let i = 0; i < 400; i++) text += record(i % 3, i % 7).replace('10000', periods[(i >> 2) % 2]!)
    for (const perf of [{ weight: 'period' }, { compat: 'flamegraph' }, { compat: 'inferno' }] as const)
      same(Buffer.from(text), { perf })
  })

  test('sums of periods that a double does not hold exactly', () => {
    let text = records(100, 2)
    for (let i = 0; i < 400; i++)
      text += record(i % 3, i % 7)
        .replace(/ \d+ cpu-clock/, ` ${999_999_999_999_999 - i * 12_345_678_901} cpu-clock`)
        .replace(`${1000 + (i % 3)} `, `${1000 + (i % 2)} `)
    same(Buffer.from(text), { perf: { weight: 'period' } })
  })

  test('events in turn', () => {
    let text = records(100, 2)
    for (let i = 0; i < 400; i++) text += record(i % 3, i % 7).replace('cpu-clock', `event-${i % 2}`)
    for (const option of [{}, { timeline: true }]) same(Buffer.from(text), option)
  })

  test('frames of an empty module, of kernel and user addresses in turn', () => {
    let text = records(100, 2)
    for (let i = 0; i < 40; i++)
      text += record(i, 2)
        .replaceAll('(/bin/app)', '()')
        .replaceAll('\t          ', i % 2 === 0 ? '\tffffffff81' : '\t          ')
    same(Buffer.from(text), {})
  })

  test('noise before a header, as near as can be', () => {
    let text = records(100, 2)
    for (const noise of [
      'x',
      'x y',
      'x:',
      '123',
      'x 1 [000]',
      ...Array.from({ length: 48 }, (_, i) => 'n'.repeat(i + 2)),
    ])
      text += `${noise}\na 1 1.000000:          1 cpu-clock: \n\t          400000 main+0x0 (/bin/app)\n\n${record(1, 2)}`
    same(Buffer.from(text), {})
  })

  test('more tasks than are remembered', () => {
    const text = Array.from(
      { length: 70_000 },
      (_, i) =>
        `app-${i % 1000} ${i} [${String(i % 7).padStart(3, '0')}]   100.${String(i).padStart(6, '0')}:      10000 cpu-clock: \n\t          400000 main+0x0 (/bin/app)\n\n`,
    ).join('')
    const twice = Buffer.from(text + text)
    same(twice, { timeline: true })
    same(twice, { perf: { weight: 'period' } })
    // tasks without cells: their frames are left to the plain reader
    const bare = text.replaceAll('          400000 main+0x0 (/bin/app)', '400000 f (a)')
    same(Buffer.from(text.slice(0, 1 << 20) + bare + text.replaceAll('app-', 'late-').slice(0, 1 << 20)), {})
  })
})

test('without WebAssembly the plain reader does the work', () => {
  const pool = new KernelPool('AAAA', () => ({ held: () => 0 }))
  expect(pool.available).toBe(false)
  expect(() => pool.take()).toThrow()
})
