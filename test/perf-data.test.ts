/** perf.data: what it was recorded with is told, its lost samples are counted, and a damaged one is refused or said to be cut. */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from '../parsers/parse.ts'
import { BpfviewError } from '../src/model/index.ts'
import { bpfview } from './command.ts'

const FILES = ['frame-pointers', 'two-events', 'compressed-dwarf', 'pipe']
const bytesOf = (name: string): Uint8Array => gunzipSync(readFileSync(`fixtures/perf-data/${name}.data.gz`))
const messages = (bytes: Uint8Array): string =>
  parse(bytes)
    .diagnostics.map(({ message }) => message)
    .join('\n')

/** The same bytes as a machine of the other byte order writes the header and one record. */
function bigEndian(): Uint8Array {
  const file = Buffer.alloc(104 + 128 + 16 + 24)
  file.write('2ELIFREP', 'latin1')
  const put = (at: number, value: number): void => void file.writeBigUInt64BE(BigInt(value), at)
  put(8, 104)
  put(16, 144)
  put(24, 104)
  put(32, 144)
  put(40, 248)
  put(48, 24)
  file.writeUInt32BE(1, 104)
  file.writeUInt32BE(128, 108)
  put(104 + 16, 99)
  put(104 + 24, 0x27)
  put(104 + 40, 1 << 10)
  file.writeUInt32BE(13, 248)
  file.writeUInt16BE(24, 254)
  put(256, 12)
  return file
}

test('the other byte order, lost samples', () => {
  const parsed = parse(bigEndian())
  expect(parsed.lost).toBe(12)
  expect(parsed.diagnostics.map(({ message }) => message).join('\n')).toContain(
    'event cpu-clock: 0 samples, 99 Hz, call chains by frame pointers',
  )
})

test('samples are counted by event', () => {
  expect(messages(bytesOf('two-events'))).toMatch(
    /event cpu-clock: 134 samples.*\n.*event context-switches: 10 samples/,
  )
})

test('a file whose recording did not end is read up to its end', () => {
  const bytes = bytesOf('two-events').slice()
  bytes.fill(0, 48, 56)
  expect(messages(bytes)).toContain('perf record did not end')
})

test('other commands name perf script', async () => {
  for (const command of ['flame', 'table', 'hist', 'scope', 'diff']) {
    const paths = Array.from({ length: command === 'diff' ? 2 : 1 }, () => 'fixtures/perf-data/pipe.data.gz')
    const { status, stderr } = await bpfview([command, ...paths])
    expect(status).toBe(2)
    expect(stderr.trimEnd().split('\n').at(-1)).toContain('perf script')
  }
})

describe.each(FILES)('%s', name => {
  test('broken in any way: facts, or a BpfviewError', () => {
    const whole = bytesOf(name)
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 6 })
    fc.assert(
      fc.property(damage, fc.nat(whole.length), fc.integer({ min: 1, max: 5000 }), (flips, length, step) => {
        const bytes = whole.slice(0, length < 8 ? whole.length : length)
        for (const [at, value] of flips) if (at < bytes.length && at >= 8) bytes[at] = value
        const chunks = Array.from({ length: Math.ceil(bytes.length / step) }, (_, i) =>
          bytes.subarray(i * step, (i + 1) * step),
        )
        try {
          expect(parse(chunks).format).toBe('perf-data')
        } catch (error) {
          if (!(error instanceof BpfviewError)) throw error
        }
      }),
      { numRuns: 300 },
    )
  })
})
