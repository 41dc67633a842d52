/** The reader of a table's rows from their bytes gives what the plain reader gives, alone and in parts. */
import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NumberStore } from '../parsers/build/number-store.ts'
import { TextStore } from '../parsers/build/text-store.ts'
import { formatById, parse } from '../parsers/parse.ts'
import type { Reader } from '../parsers/reading/format.ts'
import { lineReader } from '../parsers/reading/lines.ts'
import { plainTableReader } from '../parsers/tables/event-table.ts'
import { EventTableReader } from '../parsers/tables/event-table-reader.ts'
import { infoOf } from '../renderers/listing/info.ts'
import type { Parsed } from '../src/model/index.ts'
import { DiagnosticLog } from '../src/model/index.ts'
import { decodeUtf8, plainDecodeUtf8 } from '../src/model/text/decode.ts'
import { mutated, randomOf } from './mutate.ts'

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

function read(reader: Reader, bytes: Uint8Array, chunk = Infinity): Parsed {
  for (let at = 0; at < bytes.length; at += chunk) reader.push(bytes.slice(at, at + chunk))
  return reader.end()
}

function same(bytes: Uint8Array, id = 'event-table'): void {
  const plain = read(plainTableReader(id, { source: 'x' }), bytes)
  for (const chunk of [Infinity, 4096, 61, 7]) {
    if (bytes.length / chunk > 20_000) continue
    expect(read(formatById(id).reader({ source: 'x' }), bytes, chunk), `in chunks of ${chunk}`).toEqual(plain)
  }
  const counted = read(formatById(id).reader({ source: 'x', countRows: true }), bytes, 997)
  expect(infoOf(counted)).toEqual(infoOf(plain))
}

const HEADINGS = [
  'PID    COMM              FD ERR PATH',
  'TIME(s)     COMM           PID    DISK      T SECTOR     BYTES  LAT(ms)',
  'TIME     COMM           PID    T BYTES   OFF_KB   LAT(ms) FILENAME',
  'PCOMM            PID    PPID   RET ARGS',
  'TIME     UID   PID    COMM             IP RADDR            RPORT',
  'PID     THING   VALUE   LEFT',
]
const CELLS = [
  '1',
  '-1',
  '0',
  '-0',
  '-',
  '--',
  '12.50',
  '-.5',
  '5.',
  '007',
  '1234567890123456',
  '99999999999999999',
  '999999999999999',
  '1,234',
  '3,5',
  '12.5K',
  '10:11:12',
  '23:59:59',
  '00:00:01',
  '25:00:00',
  'nginx',
  'java main',
  'main',
  '/a b/c',
  'f\u00fcr',
  "b'x'",
  '\t',
  '1.2.3.4',
  'x: count distribution',
  '^C',
  '\u001b[1m7',
  'a'.repeat(300),
  '0x1f',
  '0.1',
  '123456.789012',
  '10.0.0.1:443',
  '__proto__',
  'lost',
  'real',
  'trace',
  'bash(1):',
]
const OTHER = [
  '',
  '10:12:13',
  '10:12:13 loadavg: 0.75 0.35 0.25 3/285 822',
  '    do_sys_open+0x1 [kernel]',
  '        main+0x7 [a.out]',
  '---',
  '--- DATA ---',
  'Possibly lost 3 samples',
  '^^^ here',
  '     usecs               : count     distribution',
  '         0 -> 1          : 3        |****|',
  'what is this',
  '@x[1]: 5',
]

/** Lines that stand under a heading as the tools print them, and some that do not. */
const rowsOf = (heading: string): fc.Arbitrary<string> => {
  const places = [...heading.matchAll(/\S+/g)].map(match => match.index)
  return fc
    .tuple(
      fc.array(fc.constantFrom(...CELLS), { minLength: places.length - 1, maxLength: places.length + 1 }),
      fc.constantFrom('', '', '', ' ', '  ', '\r'),
      fc.integer({ min: 0, max: 20 }),
    )
    .map(([cells, tail, shift]) => {
      let line = shift === 0 ? ' ' : ''
      cells.forEach((cell, i) => {
        const at = places[i] ?? line.length + 1
        line = `${line.padEnd(at)}${line.length > at ? ' ' : ''}${cell}`
      })
      return line + tail
    })
}

const tables = fc
  .constantFrom(...HEADINGS)
  .chain(heading =>
    fc.tuple(
      fc.constant(heading),
      fc.array(
        fc.oneof(
          { weight: 8, arbitrary: rowsOf(heading) },
          { weight: 1, arbitrary: fc.constantFrom(...OTHER, heading) },
        ),
        { maxLength: 40 },
      ),
    ),
  )

describe('rows from bytes', () => {
  it('are those of the plain reader', () => {
    fc.assert(
      fc.property(tables, ([heading, lines]) => same(encode([heading, ...lines].join('\n')))),
      { numRuns: Number(process.env['BPFVIEW_FUZZ_ROUNDS'] ?? 150) },
    )
  })

  it.each(['event-table', 'table'])('are those of the plain reader in every fixture of %s, whole and damaged', id => {
    for (const name of readdirSync(`fixtures/${id}`)) {
      if (name.endsWith('.golden')) continue
      const bytes = new Uint8Array(readFileSync(`fixtures/${id}/${name}`))
      if (bytes.length > 200_000) continue
      same(bytes, id)
      const random = randomOf(bytes.length)
      for (let round = 0; round < 3; round++) same(mutated(bytes, random), id)
    }
  })

  it.each([
    ['a point tells the decimal sign', 'PID COMM FD ERR PATH', '1 a 1.5 0 /x', '2 a 1,234 0 /y'],
    ['a point of a time tells nothing', 'TIME(s) COMM PID', '1.500000 a 1', '2.500000 a 1,234'],
    ['a comma alone', 'PID COMM FD ERR PATH', '1 a 2 0 /x', '2 a 1,234 0 /y'],
    ['midnight', 'TIME     PID COMM', '23:59:59 1   a', '23:59:59 1   b', '00:00:01 2   c', '00:00:02 3   d'],
    [
      'a word that is not under its label',
      'PID  COMM             FD',
      '1    a                2',
      '1 2 3',
      '1234567890 a 5',
      '1    a      2',
    ],
  ])('%s', (_, ...lines) =>
    same(
      encode(
        `${lines.map(line => line.replace(/^(\S+) (\S+) (\S+) (\S+) (\S+)$/, (...c) => `${c[1]!.padEnd(8)} ${c[2]!.padEnd(8)} ${c[3]!.padEnd(8)} ${c[4]!.padEnd(8)} ${c[5]}`)).join('\n')}\n`,
      ),
    ),
  )

  it('the heading of a histogram that looks like a row is none', () => {
    const lines = [
      'PID  COMM FD  PATH',
      '1    a    2   b',
      '1    a    3   x : count distribution',
      '    0 -> 1    : 3   |**|',
    ]
    const bytes = encode(lines.join('\n'))
    same(bytes)
    const { datasets } = parse(bytes, { format: 'event-table' })
    expect(datasets.map(({ kind }) => kind)).toEqual(['events', 'histograms'])
  })

  it('are read as text only where they have to be', () => {
    const log = new DiagnosticLog('x')
    const sink = new EventTableReader('event-table', log, {})
    let texts = 0
    const line = sink.line.bind(sink)
    sink.line = (text, number) => {
      texts++
      line(text, number)
    }
    const rows = Array.from({ length: 500 }, (_, i) => `10:11:${10 + (i % 50)} nginx${i} ${1000 + i} ${i}.5`)
    const bytes = encode(['TIME     COMM   PID  LAT(ms)', ...rows, ''].join('\n'))
    const reader = lineReader(sink, log)
    reader.push(bytes)
    expect(reader.end().datasets[0]).toMatchObject({ length: 500 })
    expect(texts).toBeLessThanOrEqual(3)
  })

  it('many rows, of which some are not plain', () => {
    const lines = [HEADINGS[0]!]
    for (let i = 0; i < 40_000; i++)
      lines.push(
        `${String(1000 + (i % 6000)).padEnd(6)} ${['nginx', 'node', 'java vm'][i % 3]!.padEnd(16)} ${String(i % 400).padStart(3)}   ${i === 30_000 ? '1.5' : '0'} /srv/${i % 7 === 0 ? i : 'f\u00fc'}`,
      )
    const bytes = encode(`${lines.join('\n')}\n`)
    expect(parse(bytes)).toEqual(read(plainTableReader('event-table', { source: 'input' }), bytes))
  })
})

describe('stores of columns', () => {
  it('give back what was put in', () => {
    const texts = fc.array(
      fc.oneof(
        fc.constantFrom('a', 'bb', '', '__proto__', 'x'.repeat(254), 'x'.repeat(255), '\ud800', '\u00fc'),
        fc.string(),
      ),
      { maxLength: 200 },
    )
    fc.assert(
      fc.property(texts, texts, (kept, others) => {
        const store = new TextStore()
        for (const text of kept) {
          for (const other of others.slice(0, 3)) {
            store.push(other)
            store.at(store.length - 1)
            store.pop()
          }
          store.push(text)
        }
        expect(store.values()).toEqual(kept)
      }),
    )
    const numbers = fc.array(fc.oneof(fc.integer(), fc.constantFrom(-0, NaN, 2 ** 31, 0.5, -1)), { maxLength: 300 })
    fc.assert(
      fc.property(numbers, numbers, (kept, others) => {
        const store = new NumberStore()
        for (let round = 0; round < 200; round++) {
          for (const value of kept) store.push(value)
          for (const value of others) store.push(value)
          for (const _ of others) store.pop()
        }
        expect(store.values()).toEqual(Float64Array.from(Array.from({ length: 200 }, () => kept).flat()))
      }),
      { numRuns: 20 },
    )
  })

  it('of texts that do not come again, and of very long ones', () => {
    const store = new TextStore()
    const texts = Array.from({ length: 50_000 }, (_, i) =>
      i % 10_000 === 0 ? 'y'.repeat(300_000 + i) : `text ${i} ${i % 3}`,
    )
    for (const text of texts) store.push(text)
    expect(store.values()).toEqual(texts)
    expect(store.at(49_999)).toBe('text 49999 1')
  })
})

it('text is decoded as TextDecoder does it, whatever the bytes', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.integer({ min: 0, max: 255 }),
          fc.constantFrom(0xe2, 0x82, 0xac, 0xf0, 0x9f, 0xed, 0xa0, 0xef, 0xbb, 0xbf),
        ),
      ),
      fc.nat(4),
      (list, from) => {
        const bytes = Uint8Array.from(list)
        const start = Math.min(from, bytes.length)
        expect(decodeUtf8(bytes, start, bytes.length)).toBe(plainDecodeUtf8(bytes, start, bytes.length))
      },
    ),
    { numRuns: 3000 },
  )
})
